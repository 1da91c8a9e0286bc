"""Columns of a summary table: numbers, whole numbers and customer ids, checked once and never changed in place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.clv.cells import FloatArray, IntArray
from kundenmetrik.clv.faults import Mask, broken
from kundenmetrik.errors import Fault, InvalidArgument

__all__ = ["customer_ids", "missing_ids", "numbers", "shared_index", "whole_numbers"]

Faults = list[Fault | None]
MOST = 2**53
"""From here on a float cannot tell neighbouring whole numbers apart."""


def numbers(column: object, name: str, faults: Faults) -> FloatArray:
    """Return a column as floats, missing as NaN; text and booleans are faults, and 0 from there on."""
    values = pd.Series(column) if not isinstance(column, pd.Series) else column
    if not _is_numeric(values):
        is_number = np.array([_is_number(value) for value in values], dtype=bool)
        faults.append(broken(name, "be numbers", ~is_number, values.to_numpy(dtype=object), "not_a_number"))
        values = values.where(pd.Series(is_number, index=values.index), 0.0)
    return values.to_numpy(dtype=np.float64, na_value=np.nan).copy()


def whole_numbers(column: object, name: str, faults: Faults) -> IntArray:
    """Return a column of counts as int64; a fraction or a missing value is a fault, and 0 from there on."""
    values = numbers(column, name, faults)
    whole = np.isfinite(values) & (values == np.rint(values)) & (np.abs(values) < MOST)
    faults.append(broken(name, "be whole numbers", ~whole, values, "not_whole"))
    return np.where(whole, values, 0.0).astype(np.int64)


def customer_ids(column: object, rows: int, faults: Faults) -> NDArray[Any]:
    """Return ids as int64 or as an object array of strings; the row numbers where there is no column."""
    if column is None:
        return np.arange(rows)
    ids = pd.Series(column) if not isinstance(column, pd.Series) else column
    if _is_numeric(ids) and ids.dtype.kind in "iu" and not ids.isna().any():
        return ids.to_numpy(dtype=np.int64).copy()
    values = np.asarray(ids.astype(object).to_numpy())
    whole = [isinstance(value, (int, np.integer)) and not isinstance(value, bool) for value in values]
    if whole and all(whole):
        return values.astype(np.int64)
    text = np.array([isinstance(value, str) for value in values], dtype=bool)
    remedy = "Turn all ids into strings." if any(whole) else ""
    faults.append(broken("customer_id", "be all whole numbers or all strings", ~text, values, "not_an_id", remedy))
    return values


def missing_ids(ids: NDArray[Any]) -> Mask:
    """Return where an id is missing."""
    return np.asarray(pd.isna(ids), dtype=bool) if ids.dtype == object else np.zeros(len(ids), dtype=bool)


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
        or (isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, bool))
    )
