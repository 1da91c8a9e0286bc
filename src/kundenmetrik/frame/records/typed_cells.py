"""A column's cells sorted by what they are: whole numbers, floats, text, moments, and the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, Times
from kundenmetrik.models.datetimes import instant, is_aware, is_skipped

BASES: tuple[type, ...] = (int, float, str, datetime, object)
"""The types that cells are sorted by."""
MICROSECOND = timedelta(microseconds=1)
EXACT = 2**53
"""Up to here every whole number is a float."""
NAT = np.datetime64("NaT", "us")
FIRST, END = np.datetime64("0001-01-01", "s"), np.datetime64("10000-01-01", "s")
"""The years that a datetime can hold."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """The cells of one type, and their rows; ``rows`` None means every row of the column.

    ``base`` is int, float, str, datetime, or object for anything else. Text is a Series, moments are
    datetime64[us] in UTC or on the naive clock (``aware`` says which), NaT where a
    datetime cannot hold them; floats are NaN where no float equals the cell.
    """

    base: type
    rows: IntArray | None
    values: Any
    aware: BoolArray | None = None

    def at(self, mask: BoolArray) -> IntArray:
        """Return the rows of the column where the mask over this part is true."""
        chosen = np.flatnonzero(mask)
        return chosen if self.rows is None else self.rows[chosen]

    @property
    def everywhere(self) -> IntArray:
        """The rows of all its cells."""
        return np.arange(len(self.values)) if self.rows is None else self.rows

    @property
    def floats(self) -> FloatArray:
        """Its numbers as floats, NaN where no float equals the cell."""
        if self.base is int and ((self.values > EXACT) | (self.values < -EXACT)).any():
            return np.fromiter(map(_exact, self.values.tolist()), np.float64, len(self.values))
        return np.asarray(self.values, dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """One column: how long it is, which rows are missing, and the rest by type."""

    size: int
    missing: IntArray
    parts: tuple[Part, ...]

    def spread(self, base: type, filler: object, values: Callable[[Part], Any]) -> AnyArray:
        """Return one value for each row of the column, the filler where the cell is of another type."""
        whole = np.full(self.size, filler)
        for part in self.parts:
            if part.base is base:
                whole[slice(None) if part.rows is None else part.rows] = values(part)
        return whole


def cells_of(series: pd.Series[Any]) -> Cells:
    """Sort a column's cells by type, by its dtype where that says it all and cell by cell where not."""
    dtype = series.dtype
    if pd.api.types.is_bool_dtype(dtype) or isinstance(dtype, pd.CategoricalDtype):
        return _mixed_cells(series)
    if pd.api.types.is_integer_dtype(dtype):
        return _uniform(series, int, lambda given: given.to_numpy(_integer_type(dtype)))
    if pd.api.types.is_float_dtype(dtype) and getattr(dtype, "itemsize", 8) <= 8:
        return _floats(series)
    if isinstance(dtype, pd.StringDtype) or (isinstance(dtype, pd.ArrowDtype) and pd.api.types.is_string_dtype(dtype)):
        return _uniform(series, str, lambda given: given)
    return _moments(series) if pd.api.types.is_datetime64_any_dtype(dtype) else _mixed_cells(series)


def _integer_type(dtype: Any) -> str:
    return "uint64" if pd.api.types.is_unsigned_integer_dtype(dtype) else "int64"


def _uniform(series: pd.Series[Any], base: type, values: Callable[[pd.Series[Any]], Any]) -> Cells:
    absent = np.asarray(series.isna())
    rows = _present(absent)
    given = values(series if rows is None else series.iloc[rows])
    return Cells(size=len(series), missing=np.flatnonzero(absent), parts=(Part(base=base, rows=rows, values=given),))


def _present(absent: BoolArray) -> IntArray | None:
    return np.flatnonzero(~absent) if absent.any() else None


def _floats(series: pd.Series[Any]) -> Cells:
    values = series.to_numpy(np.float64, na_value=np.nan)
    absent = np.isnan(values)
    rows = _present(absent)
    part = Part(base=float, rows=rows, values=values if rows is None else values[rows])
    return Cells(size=len(series), missing=np.flatnonzero(absent), parts=(part,))


def _moments(series: pd.Series[Any]) -> Cells:
    if isinstance(series.dtype, pd.ArrowDtype):
        return _mixed_cells(series)
    aware = series.dt.tz is not None
    clock = (series.dt.tz_convert("UTC").dt.tz_localize(None) if aware else series).to_numpy()
    absent = np.isnat(clock)
    rows = _present(absent)
    values = _in_microseconds(clock if rows is None else clock[rows])
    part = Part(base=datetime, rows=rows, values=values, aware=np.full(len(values), aware))
    return Cells(size=len(series), missing=np.flatnonzero(absent), parts=(part,))


def _in_microseconds(moments: Times) -> Times:
    """Return the moments in microseconds, NaT for those that a datetime cannot hold."""
    if np.datetime_data(moments.dtype)[0] == "ns":
        whole = moments.astype("datetime64[us]")
        return np.where(whole == moments, whole, NAT)
    held = (moments >= FIRST) & (moments < END)
    return np.where(held, moments, NAT.astype(moments.dtype)).astype("datetime64[us]")


def plain_cells(series: pd.Series[Any]) -> AnyArray:
    """Return a column's cells as objects; a category keeps its type beside a gap, where pandas makes 1 a 1.0."""
    if not isinstance(series.dtype, pd.CategoricalDtype):
        return series.to_numpy(dtype=object)
    named = series.cat.categories.to_numpy(dtype=object)
    given = np.full(len(named) + 1, None, dtype=object)
    given[:-1] = named
    return given[series.cat.codes.to_numpy()]


def _mixed_cells(series: pd.Series[Any]) -> Cells:
    cells = plain_cells(series)
    complete = pd.api.types.infer_dtype(cells, skipna=False) == "string"
    absent = np.zeros(len(cells), dtype=np.bool_) if complete else pd.isna(cells)
    return Cells(size=len(cells), missing=np.flatnonzero(absent), parts=tuple(_parts(cells, absent)))


def _parts(cells: AnyArray, absent: BoolArray) -> Iterator[Part]:
    if pd.api.types.infer_dtype(cells, skipna=True) == "string":
        yield _part(str, _present(absent), cells)
        return
    kinds = np.fromiter(map(_number_of_base, map(type, cells.tolist())), np.int64, len(cells))
    for number, base in enumerate(BASES):
        rows = np.flatnonzero((kinds == number) & ~absent)
        if len(rows):
            yield _part(base, rows, cells)


@lru_cache(maxsize=256)
def _number_of_base(kind: type) -> int:
    return BASES.index(base_of(kind))


def base_of(kind: type) -> type:
    """Return which of the five types the cells of a Python type count as."""
    if issubclass(kind, (bool, np.bool_)):
        return object
    if issubclass(kind, Integral):
        return int
    if issubclass(kind, Real):
        return float
    return next((base for base in (str, datetime) if issubclass(kind, base)), object)


def _part(base: type, rows: IntArray | None, whole: AnyArray) -> Part:
    cells = whole if rows is None else whole[rows]
    if base is int:
        return Part(base=int, rows=rows, values=_integers(cells))
    if base is float:
        return Part(base=float, rows=rows, values=np.fromiter(map(_exact, cells), np.float64, len(cells)))
    if base is str:
        return Part(base=str, rows=rows, values=pd.Series(cells, dtype=object))
    if base is datetime:
        aware = np.fromiter(map(is_aware, cells), np.bool_, len(cells))
        ticks = np.array([_tick(cell) for cell in cells], dtype="datetime64[us]")
        return Part(base=datetime, rows=rows, values=ticks, aware=aware)
    return Part(base=object, rows=rows, values=cells)


def _integers(cells: AnyArray) -> AnyArray:
    whole = [int(cell) for cell in cells]
    try:
        return np.array(whole, dtype=np.int64)
    except OverflowError:
        return np.array(whole, dtype=object)


def _exact(cell: Any) -> float:
    try:
        number = float(cell)
    except OverflowError:
        return np.nan
    return number if number == cell else np.nan


def _tick(cell: Any) -> Any:
    if getattr(cell, "nanosecond", 0):
        return NAT
    try:
        moment: datetime = cell.to_pydatetime() if hasattr(cell, "to_pydatetime") else cell
    except ValueError:
        return NAT
    return NAT if is_skipped(moment) else np.datetime64(instant(moment) // MICROSECOND, "us")
