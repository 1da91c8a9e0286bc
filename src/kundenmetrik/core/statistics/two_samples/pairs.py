"""Pairs of Poisson counts with their exposures."""

from __future__ import annotations

import numpy as np

from kundenmetrik.core.arrays import CountArray, FloatArray

Pairs = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
"""Counts and exposures of the first groups, counts and exposures of the second."""


def broadcast_pairs(
    events: CountArray, exposure: CountArray, other_events: CountArray, other_exposure: CountArray
) -> Pairs:
    """Return counts and exposures of both groups as floats of one shape."""
    parts = (events, exposure, other_events, other_exposure)
    x, n, y, m = np.broadcast_arrays(*(np.asarray(part, dtype=np.float64) for part in parts))
    return x, n, y, m
