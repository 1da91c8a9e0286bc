"""Reading Python objects as numbers, or saying which of them are none."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from decimal import Decimal
from numbers import Complex, Integral, Rational
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import AnyArray, BoolArray, FloatArray
from kundenmetrik.errors import FIRST, Fault, InvalidData, InvalidType
from kundenmetrik.message_text import short_repr

MISSING: tuple[type, ...] = (type(None), type(pd.NA), type(pd.NaT))
TIMES = (date, time, timedelta, np.datetime64, np.timedelta64, pd.Period)
DECIMAL_COMMA = re.compile(r"\s*[-+]?\d+,\d+\s*")

REFUSED = {
    "text": ("be numbers, not text", "Convert text to numbers first, for instance with pandas.to_numeric."),
    "truth": ("be numbers, not booleans", "A boolean is no rating; write the number it stands for."),
    "complex": ("be real numbers", ""),
    "time": ("be numbers, not dates or times", ""),
    "other": ("be numbers", ""),
    "inexact": ("be held exactly by a float", "Round them, or convert the column to float first."),
    "long": ("fit into 64 bits", ""),
}
"""What cannot be read as a number: the rule it breaks and what to do."""
COMMA = "A decimal comma is text to Python: write a decimal point, for instance by reading the file with decimal=','."


def numbers_of_objects(items: Sequence[Any], argument: str) -> tuple[AnyArray, BoolArray | None]:
    """Return Python objects as integers with a mask, or as floats; what is no number is refused."""
    families = {family(kind) for kind in set(map(type, items))}
    if not families.isdisjoint(REFUSED):
        of_item = _families(items)
        if not REFUSED.keys().isdisjoint(of_item):
            raise refusal(items, of_item, argument)
    missing = np.fromiter((is_missing(item) for item in items), np.bool_, len(items))
    if not missing.all() and families <= {"whole", "missing"}:
        return _whole_numbers(items, missing, argument)
    return _floats(items, missing, argument), None


def readable_numbers_of_objects(
    items: Sequence[Any], argument: str
) -> tuple[FloatArray, BoolArray | None, list[Fault | None]]:
    """Return Python objects as the nearest floats, which of them are numbers (None: all), and the faults of the others.

    A missing one is NaN, one that is no number 0.
    """
    of_item = [
        "long" if name in ("whole", "ratio") and _nearest_float(item) is None else name
        for item, name in zip(items, _families(items), strict=True)
    ]
    good = np.array([name not in REFUSED for name in of_item], dtype=np.bool_)
    values = [
        np.nan if name == "missing" else _nearest_float(item) if known else 0.0
        for item, name, known in zip(items, of_item, good, strict=True)
    ]
    faults: list[Fault | None] = [_fault(items, of_item, name, argument) for name in REFUSED if name in of_item]
    return np.array(values, dtype=np.float64), None if good.all() else good, faults


def _families(items: Sequence[Any]) -> list[str]:
    families = {kind: family(kind) for kind in set(map(type, items))}
    return ["missing" if is_missing(item) else families[type(item)] for item in items]


def _nearest_float(item: Any) -> float | None:
    try:
        return float(item)
    except OverflowError:
        return None


def family(kind: type) -> str:
    """Return what the values of a type are to us: missing, whole, real, ratio, or one of those refused."""
    if issubclass(kind, MISSING):
        return "missing"
    if issubclass(kind, (bool, np.bool_)):
        return "truth"
    if issubclass(kind, (str, bytes, bytearray)):
        return "text"
    if issubclass(kind, TIMES):
        return "time"
    if issubclass(kind, Integral):
        return "whole"
    if issubclass(kind, (float, np.floating)):
        return "real"
    if issubclass(kind, (Decimal, Rational)):
        return "ratio"
    return "complex" if issubclass(kind, Complex) else "other"


def is_missing(item: Any) -> bool:
    """Return whether a value is None, pandas.NA, NaT or any NaN."""
    if isinstance(item, MISSING):
        return True
    if isinstance(item, Decimal):
        return item.is_nan()
    if isinstance(item, (np.datetime64, np.timedelta64)):
        return bool(np.isnat(item))
    return isinstance(item, (float, np.floating)) and bool(item != item)


def _whole_numbers(items: Sequence[Any], missing: BoolArray, argument: str) -> tuple[AnyArray, BoolArray | None]:
    present = [0 if gone else int(item) for item, gone in zip(items, missing, strict=True)]
    for dtype in (np.int64, np.uint64):
        try:
            return np.array(present, dtype=dtype), missing if missing.any() else None
        except OverflowError:
            continue
    raise refusal(items, ["long" if not -(2**63) <= item < 2**63 else "whole" for item in present], argument)


def _floats(items: Sequence[Any], missing: BoolArray, argument: str) -> FloatArray:
    present = [np.nan if gone else _float(item) for item, gone in zip(items, missing, strict=True)]
    inexact = ["inexact" if item is None else "real" for item in present]
    if None in present:
        raise refusal(items, inexact, argument)
    return np.array(present, dtype=np.float64)


def _float(item: Any) -> float | None:
    """Return the float that equals a number, or None if there is none."""
    number = _nearest_float(item)
    return number if number == item else None


def refusal(items: Sequence[Any], of_item: Sequence[str], argument: str) -> InvalidData | InvalidType:
    """Return the error that lists what cannot be read; a column without a single number has the wrong type."""
    faults = [_fault(items, of_item, name, argument) for name in REFUSED if name in of_item]
    if len(faults) == 1 and faults[0].code not in ("inexact", "long") and set(of_item) <= {faults[0].code, "missing"}:
        fault = faults[0]
        examples = ", ".join(map(short_repr, fault.values or ()))
        return InvalidType(
            argument, f"{fault.rule} (rows {', '.join(map(str, fault.rows))}: {examples})", remedy=fault.remedy
        )
    return InvalidData(faults)


def _fault(items: Sequence[Any], of_item: Sequence[str], name: str, argument: str) -> Fault:
    rows = [row for row, found in enumerate(of_item) if found == name]
    rule, remedy = REFUSED[name]
    first = tuple(rows[:FIRST])
    if name == "text" and any(isinstance(items[row], str) and DECIMAL_COMMA.fullmatch(items[row]) for row in rows):
        remedy = COMMA
    values = tuple(items[row] for row in first)
    return Fault(
        column=argument, rule=rule, count=len(rows), of=len(items), rows=first, values=values, code=name, remedy=remedy
    )


def as_objects(values: AnyArray) -> list[Any]:
    """Return the items of an array as Python objects; times stay times, whatever their unit."""
    return list(values) if values.dtype.kind in "mMV" else values.tolist()


def no_column(values: object, argument: str) -> InvalidType:
    """Return the error that says why something is no column, and what to write instead."""
    dimensions = getattr(values, "ndim", None)
    if isinstance(values, pd.DataFrame) or (dimensions is not None and dimensions > 1):
        return InvalidType(argument, "be one column, not a table", remedy='Name the column, such as frame["score"].')
    if isinstance(values, Mapping):
        return InvalidType(argument, f"be a column, not a {type(values).__name__}", remedy="Pass list(....values()).")
    if isinstance(values, Iterable) and not isinstance(values, (str, bytes, bytearray)) and dimensions is None:
        return InvalidType(argument, f"be a column, not a {type(values).__name__}", remedy="Make it a list first.")
    return InvalidType(argument, "be a column of values", values, "Put a single value into a list.")
