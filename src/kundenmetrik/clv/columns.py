"""Columns of a summary table: numbers, whole numbers and customer ids, checked once and never changed in place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.clv.faults import broken
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.errors import Fault, InvalidArgument

__all__ = ["customer_ids", "numbers", "shared_index", "whole_numbers"]

Faults = list[Fault | None]
MOST = 2**53
"""From here on a float cannot tell neighbouring whole numbers apart."""


def numbers(column: object, name: str, faults: Faults) -> FloatArray:
    """Return a column as floats, missing as NaN; text and booleans are faults, and 0 from there on.

    The array may share the caller's memory and is never written to.
    """
    if (
        isinstance(column, np.ndarray)
        and column.ndim == 1
        and column.dtype.kind in "iuf"
        and column.dtype.itemsize == 8
    ):
        return column.astype(np.float64, copy=False)
    values = pd.Series(column) if not isinstance(column, pd.Series) else column
    if not _is_numeric(values):
        is_number = np.array([_is_number(value) for value in values], dtype=bool)
        faults.append(broken(name, "be numbers", ~is_number, values, "not_a_number"))
        values = pd.Series(np.where(is_number, values.to_numpy(dtype=object), 0.0).astype(object))
    return values.to_numpy(dtype=np.float64, na_value=np.nan)


def whole_numbers(column: object, name: str, faults: Faults) -> IntArray:
    """Return a column of counts as int64; a fraction or a missing value is a fault, and 0 from there on."""
    values = numbers(column, name, faults)
    whole = np.isfinite(values) & (values == np.rint(values)) & (np.abs(values) < MOST)
    faults.append(broken(name, "be whole numbers", ~whole, values, "not_whole"))
    return np.where(whole, values, 0.0).astype(np.int64)


def customer_ids(column: object, rows: int) -> NDArray[Any]:
    """Return ids as int64 where all are whole numbers, else as objects; the row numbers where there is no column."""
    if column is None:
        return np.arange(rows)
    ids = pd.Series(column)
    if isinstance(ids.dtype, np.dtype) and ids.dtype.kind == "i":
        return ids.to_numpy(dtype=np.int64)
    values = np.asarray(ids.astype(object).to_numpy())
    kinds = set(map(type, values))
    whole = all(issubclass(kind, (int, np.integer)) and kind is not bool for kind in kinds)
    return values.astype(np.int64) if whole and kinds else values


def shared_index(columns: Mapping[str, object]) -> pd.Index[Any] | None:
    """Return the one index of all columns that are Series, None where it only counts rows; refuse two."""
    indexed = {name: column.index for name, column in columns.items() if isinstance(column, pd.Series)}
    first = next(iter(indexed.values()), None)
    for name, index in indexed.items():
        if not index.equals(first):
            raise InvalidArgument(name, f"have the index of {next(iter(indexed))}", remedy="Align the Series first.")
    lengths = {name: len(column) for name, column in columns.items() if hasattr(column, "__len__")}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length:,}" for name, length in lengths.items())
        raise InvalidArgument("columns", f"have one length; they have {said}")
    return None if first is None or isinstance(first, pd.RangeIndex) else first


def _is_numeric(values: pd.Series[Any]) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype))


def _is_number(value: object) -> bool:
    return (
        value is None
        or value is pd.NA
        or (isinstance(value, (int, float, Decimal, np.integer, np.floating)) and not isinstance(value, bool))
    )
