"""Names for the arrays that the core takes and returns."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

AnyArray: TypeAlias = NDArray[Any]
Times: TypeAlias = NDArray[np.datetime64]
FloatArray: TypeAlias = NDArray[np.float64]
IntArray: TypeAlias = NDArray[np.int64]
BoolArray: TypeAlias = NDArray[np.bool_]

CodeArray: TypeAlias = NDArray[np.integer[Any]]
"""The place of each row's group: integers of any width, to be counted; widen them before arithmetic."""

CountArray: TypeAlias = NDArray[np.integer] | NDArray[np.floating]
"""Counts: integers, or floats where weights make them effective counts."""

Limits: TypeAlias = tuple[FloatArray, FloatArray]
"""The lower and the upper limits, one of each per group."""


def ratio(part: Any, whole: Any) -> FloatArray:
    """Return part / whole, NaN where the whole is 0 or less."""
    shape = np.broadcast_shapes(np.shape(part), np.shape(whole))
    shares: FloatArray = np.divide(part, whole, out=np.full(shape, np.nan), where=np.asarray(whole) > 0)
    return shares
