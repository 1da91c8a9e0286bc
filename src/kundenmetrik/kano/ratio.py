"""A part of a whole, undefined where there is no whole."""

from __future__ import annotations

from typing import Any

import numpy as np

from kundenmetrik.core.arrays import FloatArray

__all__ = ["ratio"]


def ratio(part: Any, whole: Any) -> FloatArray:
    """Return part / whole, NaN where the whole is 0 or less."""
    shape = np.broadcast_shapes(np.shape(part), np.shape(whole))
    found: FloatArray = np.divide(part, whole, out=np.full(shape, np.nan), where=np.asarray(whole) > 0)
    return found
