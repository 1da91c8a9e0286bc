"""Columns of a summary table: numbers, whole numbers and customer ids, checked once and never changed in place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray
from kundenmetrik.errors import Fault, InvalidArgument, InvalidType
from kundenmetrik.frame.reading.faults import fault_of

__all__ = ["customer_ids", "numbers", "read_numbers", "shared_index", "whole_numbers"]

Faults = list[Fault | None]
MOST = 2**53
"""From here on a float cannot tell neighbouring whole numbers apart."""


def numbers(column: object, name: str, faults: Faults) -> FloatArray:
    """Return a column as floats, missing as NaN; text and booleans are faults, and 0 from there on.

    The array may share the caller's memory and is never written to.
    """
    return read_numbers(column, name, faults)[0]


def read_numbers(column: object, name: str, faults: Faults) -> tuple[FloatArray, BoolArray | None]:
    """Return a column as :func:`numbers` does, and which rows are numbers; None where all are."""
    if (
        isinstance(column, np.ndarray)
        and column.ndim == 1
        and column.dtype.kind in "iuf"
        and column.dtype.itemsize == 8
    ):
        return column.astype(np.float64, copy=False), None
    values = _series(column, name)
    if _is_numeric(values):
        return values.to_numpy(dtype=np.float64, na_value=np.nan), None
    is_number = np.array([_is_number(value) for value in values], dtype=bool)
    faults.append(fault_of(name, "be numbers", ~is_number, values, "not_a_number"))
    values = pd.Series(np.where(is_number, values.to_numpy(dtype=object), 0.0).astype(object))
    return values.to_numpy(dtype=np.float64, na_value=np.nan), is_number


def whole_numbers(column: object, name: str, faults: Faults) -> tuple[IntArray, BoolArray]:
    """Return a column of counts as int64, and which rows are: others are faults, and 0 from there on."""
    values, is_number = read_numbers(column, name, faults)
    whole = np.isfinite(values) & (values == np.rint(values)) & (np.abs(values) < MOST)
    faults.append(fault_of(name, "be whole numbers", ~whole, values, "not_whole"))
    return np.where(whole, values, 0.0).astype(np.int64), whole if is_number is None else whole & is_number


def customer_ids(column: object, rows: int) -> NDArray[Any]:
    """Return ids as int64 where all are whole numbers, else as objects; the row numbers where there is no column."""
    if column is None:
        return np.arange(rows)
    ids = _series(column, "customer_id")
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
    for name, column in columns.items():
        _refuse_table(column, name)
    lengths = {name: len(column) for name, column in columns.items() if hasattr(column, "__len__")}
    if len(set(lengths.values())) > 1:
        said = ", ".join(f"{name} {length:,}" for name, length in lengths.items())
        raise InvalidArgument("columns", f"have one length; they have {said}")
    return None if first is None or isinstance(first, pd.RangeIndex) else first


def _series(column: object, name: str) -> pd.Series[Any]:
    """Return a column as a Series; a table, a single value in an array or a set is none."""
    if isinstance(column, pd.Series):
        return column
    _refuse_table(column, name)
    try:
        return pd.Series(column)
    except (TypeError, ValueError) as error:
        raise InvalidType(name, "be one column", column) from error


def _refuse_table(column: object, name: str) -> None:
    dimensions = getattr(column, "ndim", 1)
    if dimensions != 1:
        raise InvalidType(name, f"be one column: a list, a Series or an array of 1 dimension, not of {dimensions}")


def _is_numeric(values: pd.Series[Any]) -> bool:
    return bool(pd.api.types.is_numeric_dtype(values.dtype) and not pd.api.types.is_bool_dtype(values.dtype))


def _is_number(value: object) -> bool:
    return (
        value is None
        or value is pd.NA
        or (isinstance(value, (int, float, Decimal, np.integer, np.floating)) and not isinstance(value, bool))
    )
