"""The differences of all groups at once, as a metric computes them."""

from __future__ import annotations

from typing import NamedTuple

from kundenmetrik.core.arrays import FloatArray


class Contrast(NamedTuple):
    """Differences of all groups as arrays: value, low, high, p_value and the method's name."""

    value: FloatArray
    low: FloatArray
    high: FloatArray
    p_value: FloatArray
    method: str
