"""Limits of counts by probability: between which counts a Poisson count stays."""

from __future__ import annotations

import numpy as np
import scipy

from kundenmetrik.core.arrays import FloatArray, Limits

__all__ = ["poisson_limits"]


def poisson_limits(mean: FloatArray, tail: float) -> Limits:
    """Return the smallest and the largest count that are not outside: beyond each lies at most ``tail``."""
    return _quantile(mean, tail), _quantile(mean, 1 - tail)


def _quantile(mean: FloatArray, share: float) -> FloatArray:
    """Return the smallest count with P(X <= count) >= share."""
    with np.errstate(invalid="ignore"):
        near = np.ceil(np.maximum(scipy.special.pdtrik(share, mean), 0.0))
        near = np.where(np.isnan(near), 0.0, near)
        below = scipy.special.pdtr(np.maximum(near - 1, 0), mean)
        near = np.where((near > 0) & (below >= share), near - 1, near)
        near = np.where(scipy.special.pdtr(near, mean) < share, near + 1, near)
    return np.where(mean > 0, near, np.where(mean == 0, 0.0, np.nan))
