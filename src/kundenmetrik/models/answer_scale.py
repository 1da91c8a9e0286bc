"""The ends of an answer scale: read from a pair, from text, from anything with low and high; written as text."""

from __future__ import annotations

import re
from decimal import Decimal

from pydantic_core import PydanticCustomError

SCALE_TEXT = re.compile(r"\s*([+-]?\d+(?:\.\d+)?)\s*(?:\.\.|-|–)\s*([+-]?\d+(?:\.\d+)?)\s*", re.ASCII)
"""How a scale is written in a column of text: ``0..10`` or ``0-10``."""


def as_scale(value: object) -> tuple[object, ...]:
    """Return a pair (low, high) from a pair, from text such as ``0..10``, or from anything with low and high."""
    if isinstance(value, str):
        written = SCALE_TEXT.fullmatch(value)
        value = tuple(map(float, written.groups())) if written else None
    elif hasattr(value, "low") and hasattr(value, "high"):
        value = (value.low, value.high)
    if not isinstance(value, (tuple, list)) or len(value) != 2:
        raise PydanticCustomError("scale_type", "must be a pair of ends, such as (0, 10) or '0..10'")
    return tuple(value)


def scale_text(scale: tuple[float, float]) -> str:
    """Return a scale as a column of text writes it, at full precision: ``0..10``."""
    return "..".join(format(Decimal(repr(end)).normalize(), "f") for end in scale)


def rising(scale: tuple[float, float]) -> tuple[float, float]:
    """Return the pair if its low end is below its high end."""
    if not scale[0] < scale[1]:
        raise PydanticCustomError("scale", "must run from a low end to a higher one")
    return scale
