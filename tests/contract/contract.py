"""What every public callable owes its caller, tried by changing one argument of its example at a time."""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pydantic import ValidationError

from kundenmetrik.core.results.result import Result
from kundenmetrik.errors import FitRefused, KundenmetrikError
from tests.contract.examples import Arguments, Example
from tests.contract.variants import Variant, variants

LONGEST = 1_000
"""How many bytes a message has at most."""
SLOWEST = 4.0
"""How many seconds a call takes at most before it is refused."""
LABELS_DECIDE = frozenset({"clv.CustomerCovariates"})
"""Functions that find the rows of customers by the labels of a table."""
HANDED_BACK = frozenset({"check"})
"""Functions that return what they were given."""


@dataclass(frozen=True)
class Miss:
    """A call that breaks the contract."""

    name: str
    argument: str
    variant: str
    kind: str
    what: str

    def __str__(self) -> str:
        return f"{self.name}({self.argument}: {self.variant}) {self.kind}: {self.what}"


def outcome(call: Any) -> Any:
    """Return what a call gives, or what it raises, while every warning is an error."""
    with warnings.catch_warnings(), np.errstate(all="raise"):
        warnings.simplefilter("error")
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - what it is, is asked afterwards
            return error


def trace(value: Any) -> Any:
    """Return what tells two values apart, in plain objects; NaN are equal to each other."""
    if isinstance(value, Result):
        try:
            return value.to_json()
        except KundenmetrikError as error:
            return str(error)
    if isinstance(value, pd.DataFrame):
        return [list(map(str, value.columns)), [repr(value.iloc[:, place].tolist()) for place in range(value.shape[1])]]
    if isinstance(value, np.ndarray):
        return value.dtype.str, value.shape, value.flags.writeable, repr(value.tolist())
    if isinstance(value, (pd.Series, pd.Index)):
        return str(value.dtype), repr(value.tolist())
    if isinstance(value, (list, tuple)):
        return [trace(item) for item in value]
    if isinstance(value, dict):
        return {repr(key): trace(item) for key, item in value.items()}
    if type(value).__module__.partition(".")[0] in ("polars", "pyarrow"):
        return str(value)
    return type(value).__name__ if re.search(r" at 0x", repr(value)) else repr(value)


def misses(example: Example, *, everything: bool) -> tuple[int, list[Miss]]:
    """Return how many calls were made, and which of them break the contract."""
    given = example.arguments()
    before = {name: trace(value) for name, value in given.items()}
    expected = outcome(lambda: example.call(given))
    if isinstance(expected, BaseException):
        told = Miss(example.name, "", "the example itself", "foreign", f"{type(expected).__name__}: {expected}"[:200])
        return 1, [told]
    wanted, found, calls = trace(expected), [], 1
    for argument, value in given.items():
        for variant in variants(value, everything=everything):
            calls += 1
            found += [
                Miss(example.name, argument, variant.label + (f" in {variant.column}" * bool(variant.column)), *said)
                for said in _broken(example, given, argument, variant, wanted)
            ]
    changed = [name for name, value in given.items() if trace(value) != before[name]]
    found += [Miss(example.name, name, "some call", "mutated", "") for name in changed]
    return calls, found


def _broken(
    example: Example, given: Arguments, argument: str, variant: Variant, wanted: Any
) -> Iterator[tuple[str, str]]:
    before = _held(variant.value)
    start = time.process_time()
    got = outcome(lambda: example.call(given, **{argument: variant.value}))
    seconds = time.process_time() - start
    if seconds > SLOWEST:
        yield "slow", f"{seconds:.1f} s"
    if before is not None and _held(variant.value) != before:
        yield "mutated", ""
    if isinstance(got, BaseException):
        yield from _wrong_words(got, argument, variant, () if variant.junk else _names(given))
        if variant.same and not variant.label.startswith("labels"):
            yield "refused", str(got)[:200]
    elif variant.label.startswith("labels") and example.name in LABELS_DECIDE:
        return
    elif variant.same and example.name not in HANDED_BACK and trace(got) != wanted:
        yield "other result", ""


def _names(arguments: Arguments) -> set[str]:
    """Return the arguments of a call and the columns of its tables: what a valid value may be at odds with."""
    tables = [value for value in arguments.values() if isinstance(value, pd.DataFrame)]
    return {*arguments, *(str(column) for table in tables for column in table.columns)}


def _held(value: Any) -> Any:
    kept = isinstance(value, (pd.DataFrame, pd.Series, np.ndarray, list, dict))
    return trace(value) if kept else None


def _wrong_words(
    error: BaseException, argument: str, variant: Variant, more: Iterable[str]
) -> Iterator[tuple[str, str]]:
    if isinstance(error, ValidationError):
        return
    if not isinstance(error, KundenmetrikError) or not isinstance(error, (TypeError, ValueError)):
        yield "foreign", f"{type(error).__name__}: {str(error)[:160]} {_place(error)}"
        return
    said = str(error)
    if len(said.encode("utf-8", "replace")) > LONGEST:
        yield "long", f"{len(said):,} letters: {said[:80]}"
    if re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", said):
        yield "control", repr(said[:160])
    if argument.startswith("*") or isinstance(error, FitRefused):
        return
    names = {argument, variant.column, *more} - {""}
    if not any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said) for name in names):
        yield "unnamed", said[:200]


def _place(error: BaseException) -> str:
    frame, found = error.__traceback__, ""
    while frame is not None:
        path = frame.tb_frame.f_code.co_filename
        if "/kundenmetrik/" in path:
            found = f"[{path.split('/kundenmetrik/')[-1]}:{frame.tb_lineno}]"
        frame = frame.tb_next
    return found


def counts(examples: list[Example], *, everything: bool) -> Iterator[tuple[Example, int, list[Miss]]]:
    """Yield for each example how many calls were made, and the misses."""
    for example in examples:
        yield example, *misses(example, everything=everything)
