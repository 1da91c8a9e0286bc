"""The columns of a base of purchases: compared, joined, and stored."""

from __future__ import annotations

from typing import Any

import numpy as np

from kundenmetrik.core.arrays import AnyArray, BoolArray
from kundenmetrik.frame.reading.ids import id_array

KINDS: dict[str, Any] = {"frequency": np.int64, "churned": np.bool_}
"""The types of columns that hold no floats."""


def is_same_column(one: Any, two: Any) -> bool:
    """Whether two columns, or two other values, are the same, missing values included."""
    if isinstance(one, np.ndarray) and isinstance(two, np.ndarray):
        return np.array_equal(one, two, equal_nan=one.dtype.kind in "fM" and two.dtype.kind in "fM")
    return type(one) is type(two) and bool(one == two)


def joined_column(one: AnyArray | None, two: AnyArray | None) -> AnyArray | None:
    """Return both parts of a column; a column that one side lacks is lost."""
    return None if one is None or two is None else np.concatenate((one, two))


def joined_flags(one: BoolArray | None, two: BoolArray | None, *sizes: int) -> BoolArray | None:
    """Return both parts of flags; the side that lacks them has none set."""
    if one is None and two is None:
        return None
    parts = (
        np.zeros(size, dtype=np.bool_) if flags is None else flags
        for flags, size in zip((one, two), sizes, strict=True)
    )
    return np.concatenate(tuple(parts))


def stored_column(column: AnyArray) -> list[Any]:
    """Return a column as JSON holds it: None for a missing number, text for a date."""
    if column.dtype.kind == "M":
        column = np.datetime_as_string(column)
    return [None if item != item else item for item in column.tolist()]


def column_from(name: str, column: list[Any]) -> AnyArray:
    """Return a column from JSON."""
    if name == "first":
        return np.array(column, dtype="datetime64" if column else "datetime64[D]")
    if name == "customer_id":
        return id_array(column) if column else np.empty(0, dtype=np.int64)
    return np.array(column, dtype=KINDS.get(name, np.float64))
