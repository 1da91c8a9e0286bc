"""Reading one column: anything array-like becomes a plain array of numbers and a mask of what is missing."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import AnyArray, BoolArray, CodeArray, FloatArray, IntArray
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.reading import other_libraries as foreign
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.python_objects import (
    as_objects,
    no_column,
    numbers_of_objects,
    readable_numbers_of_objects,
)


class Column(NamedTuple):
    """A column of numbers: the values, and which of them are missing beside those that are NaN."""

    values: AnyArray
    missing: BoolArray | None = None

    @property
    def absent(self) -> BoolArray:
        """Which rows are missing, masked or NaN."""
        unknown = np.isnan(self.values) if self.values.dtype.kind == "f" else np.zeros(len(self.values), dtype=np.bool_)
        return unknown if self.missing is None else unknown | self.missing

    @property
    def floats(self) -> FloatArray:
        """The numbers as floats, NaN where missing; without missing ones they may share the caller's memory."""
        if self.missing is None:
            return self.values.astype(np.float64, copy=False)
        return np.where(self.missing, np.nan, self.values.astype(np.float64, copy=False))


INTEGERS = {int}
FLOATS = {float}
EXACT = 2**53
"""Up to here every whole number is a float."""
LARGEST = 1e100
"""Up to here a measurement has a square that a float holds."""


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
    read = _plain(values, argument)
    return read if isinstance(read, Column) else Column(*numbers_of_objects(read, argument))


def readable_numbers(values: object, argument: str, faults: list[Fault | None]) -> tuple[FloatArray, BoolArray | None]:
    """Return a column of measurements or amounts as floats, and which rows are numbers; None where all are.

    A missing number is NaN. What is no number becomes a fault, and 0 from there on. A decimal or a fraction is the
    nearest float. The array may share the caller's memory and is never written to.
    """
    read = _plain(values, argument)
    if isinstance(read, Column):
        return read.floats, None
    floats, good, found = readable_numbers_of_objects(read, argument)
    faults += found
    return floats, good


def whole_numbers(values: object, argument: str, faults: list[Fault | None]) -> tuple[IntArray, BoolArray]:
    """Return a column of counts as int64, and which rows are: others are faults, and 0 from there on."""
    floats, good = readable_numbers(values, argument, faults)
    whole = np.isfinite(floats) & (floats == np.rint(floats)) & (np.abs(floats) < EXACT)
    faults.append(fault_of(argument, "be whole numbers", ~whole, floats, "not_whole"))
    return np.where(whole, floats, 0.0).astype(np.int64), whole if good is None else whole & good


def _plain(values: object, argument: str) -> Column | Sequence[Any]:
    """Return numbers as they lie in memory, else the column's Python objects."""
    if isinstance(values, np.ndarray):
        return _of_array(values, argument)
    if isinstance(values, (list, tuple)):
        return _of_sequence(values)
    if isinstance(values, (pd.Series, pd.Index)):
        return _of_pandas(values, argument)
    return _of_other(values, argument)


def _of_array(values: AnyArray, argument: str) -> Column | Sequence[Any]:
    if values.ndim != 1:
        raise no_column(values, argument)
    if isinstance(values, np.ma.MaskedArray):
        return _of_masked_array(values)
    if values.dtype.kind in "iuf":
        return Column(values if type(values) is np.ndarray else np.asarray(values))
    return as_objects(values)


def _of_masked_array(values: np.ma.MaskedArray[Any, Any]) -> Column | Sequence[Any]:
    mask = np.ma.getmaskarray(values)
    if values.dtype.kind in "iuf":
        return Column(np.asarray(values.data), mask if mask.any() else None)
    return [None if gone else item for item, gone in zip(as_objects(values.data), mask, strict=True)]


def _of_sequence(values: Sequence[Any]) -> Column | Sequence[Any]:
    kinds = set(map(type, values))
    if kinds == INTEGERS:
        try:
            return Column(np.array(values, dtype=np.int64))
        except OverflowError:
            pass
    elif kinds == FLOATS or (kinds == INTEGERS | FLOATS and max(map(abs, values)) <= EXACT):
        return Column(np.array(values, dtype=np.float64))
    return values


def _of_pandas(values: pd.Series[Any] | pd.Index[Any], argument: str) -> Column | Sequence[Any]:
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
    return values.astype(object).tolist()


def _of_categories(codes: CodeArray, categories: object, argument: str) -> Column:
    """Return the categories' values in the place of their codes; -1 is a missing one."""
    steps = numbers(categories, argument).values
    missing = codes < 0
    if not steps.size:
        return Column(np.full(codes.size, np.nan))
    if steps.dtype.kind in "iu" and steps.min() >= -128 and steps.max() <= 127:
        steps = steps.astype(np.int8)
    return Column(steps[codes], missing if missing.any() else None)


def _of_other(values: object, argument: str) -> Column | Sequence[Any]:
    if isinstance(values, range):
        return Column(np.arange(values.start, values.stop, values.step))
    if isinstance(values, pd.api.extensions.ExtensionArray):
        return _of_pandas(pd.Series(values, copy=False), argument)
    plain = foreign.as_plain(values)
    if plain is not None:
        data, missing = plain
        return Column(data, missing) if isinstance(data, np.ndarray) else data
    if isinstance(values, (array, memoryview)) or (
        hasattr(values, "__array__") and not isinstance(values, pd.DataFrame)
    ):
        return _of_array(np.asarray(values), argument)
    if isinstance(values, Sequence) and not isinstance(values, (str, bytes, bytearray)):
        return _of_sequence(tuple(values))
    raise no_column(values, argument)


def size_fault(values: AnyArray, argument: str) -> Fault | None:
    """Return the fault of measurements that are endless, or so large that no float holds their squares."""
    return fault_of(argument, f"lie between -{LARGEST:g} and {LARGEST:g}", np.abs(values) > LARGEST, values, "range")


def common_length(**columns: object) -> int:
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
    sized = {name: column for name, column in present.items() if getattr(column, "shape", None) != ()}
    lengths = {name: len(column) for name, column in sized.items() if hasattr(column, "__len__")}
    first, n = next(iter(lengths.items()), ("", 0))
    for name, length in lengths.items():
        if length != n:
            raise InvalidArgument(name, f"have as many rows as {first}: {n:,}", length)
    _check_same_index(present)
    return n


def _check_same_index(columns: Mapping[str, Any]) -> None:
    indexes = {name: column.index for name, column in columns.items() if isinstance(column, pd.Series)}
    first, one = next(iter(indexes.items()), ("", None))
    for name, index in indexes.items():
        if not (index is one or index.equals(one)):
            remedy = "Reindex one like the other, or pass .to_numpy() if their rows belong together as they stand."
            raise InvalidArgument(name, f"have the same index as {first}", remedy=remedy)


def nonnegative(column: Column, argument: str, *, whole: bool = False, complete: bool = True) -> None:
    """Refuse a column with negative or infinite numbers, such as weights; counts are ``whole``, amounts may be missing.

    Raises
    ------
    InvalidData
        If a value breaks a rule; all broken rules, with their first rows and values.
    """
    refuse(nonnegative_faults(column, argument, whole=whole, complete=complete))


def nonnegative_faults(
    column: Column, argument: str, *, whole: bool = False, complete: bool = True, most: int | None = None
) -> list[Fault | None]:
    """Return what keeps numbers from being amounts of at least 0.

    Parameters
    ----------
    column : Column
        What :func:`numbers` read.
    argument : str
        What an error calls it.
    whole : bool
        Whether fractions are faults too.
    complete : bool
        Whether missing values are faults too.
    most : int, optional
        The largest count that stays exact.
    """
    values, absent = column.values, column.absent
    known = ~absent & np.isfinite(values)
    above = known & (values > most) if most is not None else np.zeros(values.size, np.bool_)
    fraction = known & (values != np.trunc(values)) & whole
    return [
        fault_of(argument, "be given in every row", absent & complete, code="missing"),
        fault_of(argument, "be finite", ~absent & np.isinf(values), values, "not_finite"),
        fault_of(argument, "be at least 0", known & (values < 0), values, "ge"),
        fault_of(argument, "be whole numbers", fraction, values, "not_whole"),
        fault_of(argument, f"be at most {most:,}, where counts stay exact" if most else "", above, values, "le"),
    ]
