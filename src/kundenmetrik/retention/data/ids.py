"""Columns of ids, read together: the same id becomes the same whole number in every column."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.errors import InvalidType
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.keys import labels
from kundenmetrik.frame.reading.other_libraries import as_plain
from kundenmetrik.frame.reading.python_objects import no_column

__all__ = ["read_ids"]

COLUMNS = (np.ndarray, pd.Series, pd.Index, pd.api.extensions.ExtensionArray, list, tuple, range, set, frozenset)
NESTED = (tuple, list, dict, set, frozenset, np.ndarray)
LARGEST = np.iinfo(np.int64).max


def read_ids(columns: dict[str, Any]) -> tuple[list[pd.Series[Any]], list[NDArray[Any]]]:
    """Return the columns as they were given, and as whole numbers of one type; text is numbered together."""
    given = [_column(values, name) for name, values in columns.items()]
    arrays = [column.to_numpy() for column in given]
    present = [array for array in arrays if array.size]
    if all(array.dtype.kind in "iu" for array in present):
        if not any(array.dtype == np.uint64 and int(array.max()) > LARGEST for array in present):
            return given, [array.astype(np.int64, copy=False) for array in arrays]
        if all(int(array.min()) >= 0 for array in present):
            return given, [array.astype(np.uint64, copy=False) for array in arrays]
        given = [column.astype(object) for column in given]  # no 64 bits hold both; as floats they would blur
    for name, column in zip(columns, given, strict=True):
        refuse([fault_of(name, "hold an id in every row", np.asarray(column.isna()), column.to_numpy(), "missing")])
    both = pd.concat([column for column in given if len(column)], ignore_index=True)
    codes, _ = labels(both, " and ".join(columns))
    ends = np.cumsum([array.size for array in arrays])
    return given, list(np.split(codes, ends[:-1]))


def _column(values: Any, name: str) -> pd.Series[Any]:
    """Return one column of ids; a table, and ids that are made of several values, are refused."""
    plain = as_plain(values)
    values = values if plain is None else _own(*plain)
    if not isinstance(values, COLUMNS) or isinstance(values, pd.MultiIndex) or getattr(values, "ndim", 1) != 1:
        raise no_column(values, name)
    column = pd.Series(list(values) if isinstance(values, (set, frozenset)) else values, copy=False)
    if column.dtype == object and any(issubclass(kind, NESTED) for kind in set(map(type, column))):
        nested = next(value for value in column if isinstance(value, NESTED))
        raise InvalidType(name, "hold whole numbers or texts, one id each", nested, "Join the parts into one text.")
    return column


def _own(data: NDArray[Any] | list[Any], missing: BoolArray | None) -> pd.Series[Any]:
    """Return the ids of another library's column; None where one is missing."""
    ids = pd.Series(data, dtype=object if isinstance(data, list) else None, copy=False)
    return ids if missing is None else ids.astype(object).mask(missing, None)
