"""The smallest whole number at which something holds, however large it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kundenmetrik.core.arrays import BoolArray, IntArray

__all__ = ["least"]


def least(holds: Callable[[IntArray, IntArray], BoolArray], many: int) -> IntArray:
    """Return for each row the smallest n >= 0 from which a condition holds: by doubling, then by bisection.

    ``holds(rows, n)`` is asked for some rows, with one number for each. The questions asked do not depend on how
    demanding the condition is, so that of two conditions the more demanding one never has the smaller answer.
    """
    low, high = np.full(many, -1), np.zeros(many, dtype=np.int64)
    rows = np.arange(many)
    while len(rows := rows[~holds(rows, high[rows])]):
        low[rows] = high[rows]
        high[rows] = 2 * high[rows] + 1
    while len(rows := np.flatnonzero(high - low > 1)):
        middle = (low[rows] + high[rows]) // 2
        held = holds(rows, middle)
        high[rows], low[rows] = np.where(held, middle, high[rows]), np.where(held, low[rows], middle)
    return high
