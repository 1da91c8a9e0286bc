"""The columns of other libraries, read through their own methods; none of them is imported here."""

from __future__ import annotations

from typing import Any

import numpy as np

from kundenmetrik.core.arrays import AnyArray, BoolArray, CodeArray

Plain = tuple[AnyArray | list[Any], BoolArray | None]
"""An array of numbers with the mask of what is missing, or a list of Python objects."""


def as_plain(values: object) -> Plain | None:
    """Return the column of another library as plain values, or None if this is no such column."""
    library, kind = type(values).__module__.partition(".")[0], type(values).__name__
    if library == "polars" and kind == "Series":
        return _of_polars(values)
    if library == "pyarrow" and kind.endswith("Array"):
        return _of_arrow(values)
    if library == "narwhals" and kind == "Series":
        return as_plain(values.to_native())  # type: ignore[attr-defined]
    return None


def _of_polars(series: Any) -> Plain:
    if not (series.dtype.is_integer() or series.dtype.is_float()):
        return series.to_list(), None
    if not series.null_count():
        return series.to_numpy(), None
    return series.fill_null(0).to_numpy(), series.is_null().to_numpy()


def _of_arrow(values: Any) -> Plain:
    import pyarrow as pa  # type: ignore[import-untyped]

    if pa.types.is_dictionary(values.type):
        values = values.cast(values.type.value_type)
    if not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type)):
        return values.to_pylist(), None
    if pa.types.is_float16(values.type):
        values = values.cast(pa.float32())
    if not values.null_count:
        return _array(values), None
    return _array(values.fill_null(0)), _array(values.is_null())


def _array(values: Any) -> AnyArray:
    """Return an Arrow array or chunked array without nulls as a numpy array, shared where it can be."""
    return np.asarray(values.to_numpy() if hasattr(values, "chunks") else values.to_numpy(zero_copy_only=False))


def arrow_of(series: Any) -> Any:
    """Return the Arrow data of an arrow-backed pandas column."""
    return series.array.__arrow_array__()


def data_and_mask(values: Any) -> tuple[AnyArray, BoolArray] | None:
    """Return the two arrays a nullable pandas array consists of, without a copy; None for other arrays."""
    mask = getattr(values, "_mask", None)  # asked first: text in Arrow memory warns when it is asked for its data
    data = None if mask is None else getattr(values, "_data", None)
    return (data, mask) if isinstance(data, np.ndarray) and isinstance(mask, np.ndarray) else None


def category_codes(values: Any) -> CodeArray:
    """Return the codes of a categorical pandas column, -1 where it is missing."""
    return np.asarray(values.array.codes)
