"""Checks of arguments: each returns the argument in its clean form or raises an error that says the rule."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from numbers import Integral, Real
from typing import Any, Literal, TypeVar

import numpy as np

from kundenmetrik.errors import InvalidArgument, InvalidType, UnknownName
from kundenmetrik.renamed import METHODS

Name = TypeVar("Name", bound=str)
Kind = TypeVar("Kind")

Invalid = Literal["raise", "exclude"]
"""What becomes of invalid values: an error that lists them all, or they are left out and counted by reason."""
MOST_DRAWS = 100_000
"""Random draws of a method at most."""
COUNT_LIMIT = 2**53
"""Up to here every whole number is a float, and the limits of a share or a rate are right."""


def check_number(value: Any, argument: str, *, low: float = -math.inf, high: float = math.inf) -> float:
    """Return a finite number from ``low`` to ``high``, as a float."""
    if not _is_real(value):
        raise InvalidType(argument, "be a number", value)
    number = _as_float(value)
    if not (math.isfinite(number) and low <= number <= high):
        raise InvalidArgument(argument, f"be a finite number{_span(low, high)}", value)
    return number


def check_count(value: Any, argument: str, *, low: int = 0, high: int | None = None) -> int:
    """Return a whole number from ``low`` to ``high``, as an int; a float that is whole passes."""
    if not _is_real(value):
        raise InvalidType(argument, "be a whole number", value)
    whole = isinstance(value, Integral) or (_as_float(value).is_integer() and abs(value) <= 2**53)
    if not whole or int(value) < low:
        raise InvalidArgument(argument, f"be a whole number{_span(low, math.inf)}", value)
    limit = COUNT_LIMIT if high is None else high
    if int(value) > limit:
        raise InvalidArgument(argument, f"be at most {limit:,}", value)
    return int(value)


def check_share(value: object, argument: str) -> float:
    """Return a number from 0 to 1."""
    return check_number(value, argument, low=0.0, high=1.0)


def check_confidence(value: object) -> float:
    """Return a confidence strictly between 0 and 1, as a float."""
    if type(value) is float and 0.0 < value < 1.0:
        return value
    number = check_number(value, "confidence")
    if not 0.0 < number < 1.0:
        remedy = f"Write {number / 100:g} for {number:g} percent." if 1.0 < number < 100.0 else ""
        raise InvalidArgument("confidence", "lie between 0 and 1", value, remedy)
    return number


def check_choice(value: object, argument: str, choices: Iterable[Name]) -> Name:
    """Return one of the names, or suggest the nearest one."""
    names = tuple(choices)
    for name in names:
        if isinstance(value, str) and value == name:
            return name
    remedy = METHODS.get(value, "") if argument == "method" and isinstance(value, str) else ""
    raise UnknownName(argument, value, names, remedy)


def check_instance(value: object, argument: str, kind: type[Kind], rule: str) -> Kind:
    """Return a value of one type, such as a table of the library; ``rule`` says what it must be."""
    if not isinstance(value, kind):
        raise InvalidType(argument, rule, value)
    return value


def check_texts(holder: object, *names: str) -> None:
    """Refuse an object of which some named attributes are no text."""
    for name in names:
        if not isinstance(value := getattr(holder, name), str):
            raise InvalidType(name, "be text", value)


def check_items(value: object, argument: str, rule: str) -> tuple[Any, ...]:
    """Return the items of a list, a tuple or the like; text and single values are refused, as is an endless one."""
    if hasattr(value, "to_pylist"):  # a column of Arrow
        return tuple(value.to_pylist())
    column = getattr(value, "ndim", 1) == 1
    if isinstance(value, (str, bytes, Mapping)) or not isinstance(value, Collection) or not column:
        raise InvalidType(argument, rule, value)
    return tuple(value)


def check_generator(rng: object) -> np.random.Generator:
    """Return a numpy generator from a seed, a generator or None; the global state is never touched."""
    if isinstance(rng, (bool, np.bool_)) or not (
        rng is None or isinstance(rng, (Integral, np.random.Generator, np.random.SeedSequence))
    ):
        raise InvalidType("rng", "be a seed, a numpy Generator or None", rng)
    if isinstance(rng, Integral) and int(rng) < 0:
        raise InvalidArgument("rng", "be at least 0 as a seed", rng)
    return np.random.default_rng(rng)  # type: ignore[arg-type]


def _is_real(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, (bool, np.bool_))


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _span(low: float, high: float) -> str:
    if math.isinf(low) and math.isinf(high):
        return ""
    if math.isinf(high):
        return f" of at least {low:g}"
    return f" from {low:g} to {high:g}" if not math.isinf(low) else f" of at most {high:g}"
