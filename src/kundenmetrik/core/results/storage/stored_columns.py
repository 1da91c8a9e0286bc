"""Arrays, columns and frames as plain JSON values and back, with their types."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

Plain = Callable[[Any], Any]
"""What turns one value into its plain form, or back."""


def to_column(value: Any, tag: str, plain: Plain) -> dict[str, Any] | None:
    """Return an array, or a value of pandas, as an object with a tag; None for anything else."""
    if isinstance(value, np.ndarray):
        return {tag: "array", "dtype": value.dtype.str, "shape": list(value.shape), "items": _items(value, plain)}
    if isinstance(value, (np.datetime64, np.timedelta64)):
        return {tag: "scalar", "array": to_column(np.array([value]), tag, plain)}
    if not type(value).__module__.startswith("pandas"):
        return None

    if value is pd.NaT or value is pd.NA:
        return {tag: "missing", "value": "NaT" if value is pd.NaT else "NA"}
    if isinstance(value, (pd.Timestamp, pd.Period, pd.Timedelta)):
        return {tag: "element", "column": _column(pd.array([value]), tag, plain)}
    if isinstance(value, pd.DataFrame):
        parts = [_column(value.iloc[:, place].array, tag, plain) for place in range(value.shape[1])]
        return {
            tag: "frame",
            "columns": to_column(value.columns, tag, plain),
            "index": to_column(value.index, tag, plain),
            "parts": parts,
        }
    if isinstance(value, pd.Index):
        return _index(value, tag, plain)
    if isinstance(value, pd.Series):
        held = {"name": plain(value.name), "column": _column(value.array, tag, plain)}
        return {tag: "series", "index": to_column(value.index, tag, plain), **held}
    return {tag: "column", "column": _column(value, tag, plain)}


def _index(value: pd.Index[Any], tag: str, plain: Plain) -> dict[str, Any]:
    if isinstance(value, pd.RangeIndex):
        return {tag: "range", "start": value.start, "stop": value.stop, "step": value.step, "name": plain(value.name)}
    if isinstance(value, pd.MultiIndex):
        levels = [_column(value.get_level_values(place).array, tag, plain) for place in range(value.nlevels)]
        return {tag: "levels", "levels": levels, "names": [plain(name) for name in value.names]}
    return {tag: "index", "name": plain(value.name), "column": _column(value.array, tag, plain)}


def from_column(stored: dict[str, Any], tag: str, read: Plain) -> Any:
    """Return what :func:`to_column` stored."""
    return COLUMN_READERS[stored[tag]](stored, tag, read)


def _items(array: Any, plain: Plain) -> list[Any]:
    """Return the values of an array, those that JSON has no word for by their names."""
    if array.dtype.kind == "O":
        return [plain(item) for item in array.ravel()]
    if array.dtype.kind in "mM":
        return list(array.ravel().view(np.int64).tolist())
    items: list[Any] = array.ravel().tolist()
    return [item if math.isfinite(item) else repr(item) for item in items] if array.dtype.kind == "f" else items


def _read_array(stored: dict[str, Any], tag: str, read: Plain) -> Any:
    dtype, items = np.dtype(stored["dtype"]), stored["items"]
    if dtype.kind == "O":
        array = np.empty(len(items), dtype=object)
        array[:] = [read(item) for item in items]
    elif dtype.kind in "mM":
        array = np.array(items, dtype=np.int64).view(dtype)
    else:
        array = np.array([float(item) for item in items] if dtype.kind == "f" else items, dtype=dtype)
    return array.reshape(stored["shape"])


def _column(array: Any, tag: str, plain: Plain) -> dict[str, Any]:
    """Return a column of pandas: the array behind it where numpy holds it, else its type and values."""
    dtype = array.dtype
    if isinstance(dtype, np.dtype):
        return {"array": to_column(array.to_numpy(), tag, plain)}
    if isinstance(dtype, pd.DatetimeTZDtype):
        moments = array.tz_convert("UTC").tz_localize(None).to_numpy()
        return {"zone": str(dtype.tz), "array": to_column(moments, tag, plain)}
    if isinstance(dtype, pd.CategoricalDtype):
        kinds = to_column(dtype.categories, tag, plain)
        return {"codes": array.codes.tolist(), "categories": kinds, "ordered": bool(dtype.ordered)}
    if isinstance(dtype, pd.PeriodDtype):
        return {"dtype": str(dtype), "items": [None if item is pd.NaT else str(item) for item in array]}
    return {"dtype": str(dtype), "items": [None if item is pd.NA or item != item else plain(item) for item in array]}


def _read_column(stored: dict[str, Any], tag: str, read: Plain) -> Any:
    if "zone" in stored:
        moments = pd.DatetimeIndex(_read_array(stored["array"], tag, read))
        return moments.tz_localize("UTC").tz_convert(stored["zone"]).array
    if "array" in stored:
        return _read_array(stored["array"], tag, read)
    if "codes" in stored:
        kinds = from_column(stored["categories"], tag, read)
        return pd.Categorical.from_codes(stored["codes"], categories=kinds, ordered=stored["ordered"])
    return pd.array([read(item) for item in stored["items"]], dtype=stored["dtype"])


def _read_frame(stored: dict[str, Any], tag: str, read: Plain) -> Any:
    index = from_column(stored["index"], tag, read)
    parts = {place: _read_column(part, tag, read) for place, part in enumerate(stored["parts"])}
    frame = pd.DataFrame(parts, index=index)
    frame.columns = from_column(stored["columns"], tag, read)
    return frame


def _read_named(stored: dict[str, Any], tag: str, read: Plain) -> Any:
    column, name = _read_column(stored["column"], tag, read), read(stored["name"])
    if stored[tag] == "index":
        return pd.Index(column, name=name)
    return pd.Series(column, name=name, index=from_column(stored["index"], tag, read))


def _read_range(stored: dict[str, Any], tag: str, read: Plain) -> Any:
    return pd.RangeIndex(stored["start"], stored["stop"], stored["step"], name=read(stored["name"]))


def _read_levels(stored: dict[str, Any], tag: str, read: Plain) -> Any:
    levels = [_read_column(level, tag, read) for level in stored["levels"]]
    return pd.MultiIndex.from_arrays(levels, names=[read(name) for name in stored["names"]])


COLUMN_READERS: dict[str, Callable[[dict[str, Any], str, Plain], Any]] = {
    "array": _read_array,
    "scalar": lambda stored, tag, read: _read_array(stored["array"], tag, read)[0],
    "element": lambda stored, tag, read: pd.Series(_read_column(stored["column"], tag, read)).iloc[0],
    "missing": lambda stored, tag, read: pd.NaT if stored["value"] == "NaT" else pd.NA,
    "frame": _read_frame,
    "index": _read_named,
    "series": _read_named,
    "range": _read_range,
    "levels": _read_levels,
    "column": lambda stored, tag, read: _read_column(stored["column"], tag, read),
}
"""How each kind of array, column and frame is read back."""
