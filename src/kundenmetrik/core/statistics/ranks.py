"""Limits of ranks from simulated values."""

from __future__ import annotations

import numpy as np

from kundenmetrik.core.arrays import FloatArray, IntArray


def rank_limits(values: FloatArray, confidence: float) -> tuple[IntArray, IntArray]:
    """Return the limits of each column's place over drawn rows, the largest first; ties may fall either way."""
    tail = (1 - confidence) / 2
    ordered = np.sort(values, axis=1)
    size = values.shape[1]
    best, worst = np.empty(values.shape, dtype=np.int64), np.empty(values.shape, dtype=np.int64)
    for row, (line, rising) in enumerate(zip(values, ordered, strict=True)):
        best[row] = 1 + size - np.searchsorted(rising, line, side="right")
        worst[row] = size - np.searchsorted(rising, line, side="left")
    low = np.quantile(best, tail, axis=0, method="inverted_cdf")
    high = np.quantile(worst, 1 - tail, axis=0, method="inverted_cdf")
    return low.astype(np.int64), high.astype(np.int64)
