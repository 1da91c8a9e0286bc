"""The field types that the records share: identifiers, numbers, moments, scales, attributes."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from numbers import Integral, Real
from typing import Annotated, Any

from annotated_types import Ge, GroupedMetadata, Le, MaxLen, MinLen
from pydantic import (
    AfterValidator,
    AllowInfNan,
    BeforeValidator,
    Discriminator,
    PlainSerializer,
    StringConstraints,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from kundenmetrik.frozen import FrozenMapping
from kundenmetrik.models.answer_scale import as_scale, rising, scale_text
from kundenmetrik.models.datetimes import as_moment


@dataclass(frozen=True, slots=True)
class Drawn(GroupedMetadata):
    """Tell hypothesis how to draw a field; yields nothing, and imports nothing, unless hypothesis is loaded."""

    recipe: Callable[[Any], Any]

    def __iter__(self) -> Iterator[Any]:
        strategies = sys.modules.get("hypothesis.strategies")
        if strategies is not None:
            yield self.recipe(strategies)


@dataclass(frozen=True, slots=True)
class Written:
    """Tell a frame how to write a value that is no plain cell."""

    write: Callable[[Any], str]


UNSET = Drawn(lambda strategies: strategies.none())
"""A field that needs others beside it: drawn as None, because a field is drawn without a look at the others."""


def as_plain(value: object) -> object:
    """Return a whole number of any library as an int, a float of any library as a float, all else as it is."""
    if isinstance(value, Integral) and not isinstance(value, bool):
        return int(value)
    return float(value) if isinstance(value, float) else value


def as_whole(value: object) -> object:
    """Return a whole number, 5 or 5.0, as an int; leave all else to the refusal."""
    number = as_number(value)
    return int(number) if number.is_integer() else number


def as_number(value: object) -> float:
    """Return a real number as the float equal to it; refuse one that no float equals, and all that is no number."""
    if not isinstance(value, Real) or isinstance(value, bool):
        raise PydanticCustomError("number_type", "must be a number")
    given = int(value) if isinstance(value, Integral) else value  # numpy compares 2**53 + 1 with a float as 2**53
    number = _as_float(given)
    if number != given and not math.isnan(number):
        raise PydanticCustomError("inexact", "must be a number that a float holds exactly")
    return number


def _as_float(value: Real | int) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def as_attribute(value: object) -> object:
    """Return text, a truth value or a finite number as it is; refuse all else."""
    plain = as_plain(value)
    if not isinstance(plain, (str, bool, int, float)) or (isinstance(plain, float) and not math.isfinite(plain)):
        raise PydanticCustomError("attribute_type", "must be text, a finite number, a truth value or None")
    return plain


def kind_of_id(value: object) -> str | None:
    """Return which of the two kinds of identifier a value is, None for neither."""
    if isinstance(value, str):
        return "text"
    return "whole" if isinstance(value, int) and not isinstance(value, bool) else None


Name = Annotated[str, MinLen(1), MaxLen(200)]
"""A word for a thing: 1 to 200 characters."""

Comment = Annotated[str, MaxLen(100_000)]
"""Free text, possibly empty: at most 100,000 characters."""

Id = Annotated[
    Annotated[int, Ge(-(2**63)), Le(2**63 - 1), WithJsonSchema({"type": "integer", "format": "int64"}), Tag("whole")]
    | Annotated[str, MinLen(1), MaxLen(200), Tag("text")],
    Discriminator(
        kind_of_id, custom_error_type="id_type", custom_error_message="must be text or a whole number of 64 bits"
    ),
    BeforeValidator(as_plain),
    Drawn(lambda strategies: strategies.integers(1, 10**6).map(lambda number: f"K{number}")),
]
"""An identifier: text of 1 to 200 characters, or a whole number of 64 bits. In one table it is one of the two."""

Number = Annotated[
    float,
    AllowInfNan(False),
    BeforeValidator(as_number),
    Drawn(lambda strategies: strategies.floats(allow_nan=False, allow_infinity=False)),
]
"""A finite number."""

NotNegative = Annotated[
    float,
    AllowInfNan(False),
    Ge(0),
    BeforeValidator(as_number),
    Drawn(lambda strategies: strategies.floats(min_value=0, allow_infinity=False)),
]
"""A finite number of at least 0."""

KanoLevel = Annotated[int, Ge(1), Le(5), BeforeValidator(as_whole)]
"""An answer of the Kano questionnaire, 1 to 5; 5.0 is read as 5."""

Moment = Annotated[
    datetime,
    BeforeValidator(as_moment),
    PlainSerializer(datetime.isoformat, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
    Drawn(lambda strategies: strategies.datetimes(datetime(2020, 1, 1), datetime(2026, 12, 31))),
]
"""A date with a time of day, in whole microseconds; with a time zone or without."""

Currency = Annotated[
    str,
    StringConstraints(pattern="^[A-Z]{3}$"),
    Drawn(lambda strategies: strategies.sampled_from(("EUR", "CHF", "USD"))),
]
"""A currency by its three letters (ISO 4217), such as EUR."""

AnswerScale = Annotated[
    tuple[Number, Number],
    BeforeValidator(as_scale),
    AfterValidator(rising),
    Written(scale_text),
]
"""The lowest and the highest answer that can be given; a column may write it as text, such as ``0..10``."""

AttributeValue = Annotated[
    str | bool | int | float,
    BeforeValidator(as_attribute),
    Drawn(lambda strategies: strategies.text() | strategies.integers() | strategies.booleans()),
]

Attributes = Annotated[
    Mapping[str, AttributeValue | None],
    AfterValidator(FrozenMapping),
    PlainSerializer(dict, return_type=dict[str, str | bool | int | float | None]),
]
"""Further facts by name: text, numbers, truth values or None. They cannot be changed once read."""
