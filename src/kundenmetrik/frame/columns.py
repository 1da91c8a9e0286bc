"""Reading one column: anything array-like becomes a plain array of numbers and a mask of what is missing."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame import foreign
from kundenmetrik.frame.objects import numbers_of_objects

__all__ = ["Column", "aligned", "numbers"]


class Column(NamedTuple):
    """A column of numbers: the values, and which of them are missing beside those that are NaN."""

    values: NDArray[Any]
    missing: BoolArray | None = None


INTEGERS = {int}
FLOATS = {float}
EXACT = 2.0**53
"""Up to here every whole number is a float."""


def numbers(values: object, argument: str) -> Column:
    """Return a column of numbers; what is no column or no number is refused, with rows and values.

    Parameters
    ----------
    values : array-like
        A list, tuple, range or array, a pandas Series or Index, a polars Series, an Arrow array.
    argument : str
        What an error calls it.

    Returns
    -------
    Column
        A one-dimensional array of integers or floats, which may share the caller's memory and is never written to,
        and the mask of missing values or None. A float NaN is missing too and need not be in the mask.

    Raises
    ------
    InvalidType
        If it is no column, or a column of something else than numbers.
    InvalidData
        If some of its values are no numbers.
    """
    if isinstance(values, np.ndarray):
        return _of_array(values, argument)
    if isinstance(values, (list, tuple)):
        return _of_sequence(values, argument)
    if isinstance(values, (pd.Series, pd.Index)):
        return _of_pandas(values, argument)
    return _of_other(values, argument)


def _of_array(values: NDArray[Any], argument: str) -> Column:
    if values.ndim != 1:
        raise no_column(values, argument)
    if isinstance(values, np.ma.MaskedArray):
        return _of_masked_array(values, argument)
    if values.dtype.kind in "iuf":
        return Column(values if type(values) is np.ndarray else np.asarray(values))
    return Column(*numbers_of_objects(as_objects(values), argument))


def _of_masked_array(values: np.ma.MaskedArray[Any, Any], argument: str) -> Column:
    mask = np.ma.getmaskarray(values)
    if values.dtype.kind in "iuf":
        return Column(np.asarray(values.data), mask if mask.any() else None)
    present = [None if gone else item for item, gone in zip(as_objects(values.data), mask, strict=True)]
    return Column(*numbers_of_objects(present, argument))


def as_objects(values: NDArray[Any]) -> list[Any]:
    """Return the items of an array as Python objects; times stay times, whatever their unit."""
    return list(values) if values.dtype.kind in "mMV" else values.tolist()


def _of_sequence(values: Sequence[Any], argument: str) -> Column:
    kinds = set(map(type, values))
    if kinds == INTEGERS:
        try:
            return Column(np.array(values, dtype=np.int64))
        except OverflowError:
            pass
    elif kinds == FLOATS:
        return Column(np.array(values, dtype=np.float64))
    return Column(*numbers_of_objects(values, argument))


def _of_pandas(values: pd.Series[Any] | pd.Index[Any], argument: str) -> Column:
    dtype = values.dtype
    if isinstance(dtype, np.dtype):
        return _of_array(values.to_numpy(), argument)
    if isinstance(dtype, pd.CategoricalDtype):
        return _of_categories(foreign.category_codes(values), dtype.categories, argument)
    if isinstance(dtype, pd.SparseDtype):
        return _of_array(np.asarray(values), argument)
    if isinstance(dtype, pd.ArrowDtype):
        return _of_other(foreign.arrow_of(values), argument)
    masked = foreign.data_and_mask(values.array)
    if masked is not None and masked[0].dtype.kind in "iuf":
        return Column(masked[0], masked[1] if masked[1].any() else None)
    return Column(*numbers_of_objects(values.astype(object).tolist(), argument))


def _of_categories(codes: NDArray[np.integer[Any]], categories: object, argument: str) -> Column:
    """Return the categories' values in the place of their codes; -1 is a missing one."""
    steps = numbers(categories, argument).values
    missing = codes < 0
    if not steps.size:
        return Column(np.full(codes.size, np.nan))
    if steps.dtype.kind in "iu" and steps.min() >= -128 and steps.max() <= 127:
        steps = steps.astype(np.int8)
    return Column(steps[codes], missing if missing.any() else None)


def _of_other(values: object, argument: str) -> Column:
    if isinstance(values, range):
        return Column(np.arange(values.start, values.stop, values.step))
    if isinstance(values, pd.api.extensions.ExtensionArray):
        return _of_pandas(pd.Series(values), argument)
    plain = foreign.as_plain(values)
    if plain is not None:
        data, missing = plain
        return Column(data, missing) if isinstance(data, np.ndarray) else Column(*numbers_of_objects(data, argument))
    if isinstance(values, (array, memoryview)) or (hasattr(values, "__array__") and not isinstance(values, pd.DataFrame)):
        return _of_array(np.asarray(values), argument)
    if isinstance(values, Sequence) and not isinstance(values, (str, bytes, bytearray)):
        return _of_sequence(tuple(values), argument)
    raise no_column(values, argument)


def no_column(values: object, argument: str) -> InvalidType:
    """Return the error that says why something is no column, and what to write instead."""
    dimensions = getattr(values, "ndim", None)
    if isinstance(values, pd.DataFrame) or (dimensions is not None and dimensions > 1):
        return InvalidType(argument, "be one column, not a table", remedy='Name the column, such as frame["score"].')
    if isinstance(values, Mapping):
        return InvalidType(argument, f"be a column, not a {type(values).__name__}", remedy="Pass list(....values()).")
    if isinstance(values, Iterable) and not isinstance(values, (str, bytes, bytearray)):
        return InvalidType(argument, f"be a column, not a {type(values).__name__}", remedy="Make it a list first.")
    return InvalidType(argument, "be a column of values", values, "Put a single value into a list.")


def aligned(**columns: object) -> int:
    """Return how many rows some columns have; other lengths or other row labels than the first column's are refused.

    Parameters
    ----------
    **columns : array-like or None
        Each column under the name an error calls it; None is no column.

    Returns
    -------
    int
        The common number of rows.

    Raises
    ------
    InvalidArgument
        If the lengths differ, or two Series have different indexes: their rows might not belong together.
    """
    present = {name: column for name, column in columns.items() if column is not None}
    lengths = {name: len(column) for name, column in present.items() if hasattr(column, "__len__")}
    first, n = next(iter(lengths.items()), ("", 0))
    for name, length in lengths.items():
        if length != n:
            raise InvalidArgument(name, f"have as many rows as {first}: {n:,}", length)
    labelled = [(name, column.index) for name, column in present.items() if isinstance(column, pd.Series)]
    for name, index in labelled[1:]:
        if not (index is labelled[0][1] or index.equals(labelled[0][1])):
            remedy = "Reindex one like the other, or pass .to_numpy() if their rows belong together as they stand."
            raise InvalidArgument(name, f"have the same index as {labelled[0][0]}", remedy=remedy)
    return n
