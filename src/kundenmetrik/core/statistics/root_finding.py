"""Roots of rising functions, many at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kundenmetrik.core.arrays import FloatArray

__all__ = ["rising_root"]

MOST = 200
"""Halving alone would need about a hundred steps; Newton's steps are fewer than ten."""
SHORT, NONE = 1e-9, 4e-16
"""After so short a step of Newton's, as a share of the point, its square is left; halving goes on to the last bits."""


def rising_root(
    curve: Callable[[FloatArray], tuple[FloatArray, FloatArray]],
    low: FloatArray,
    high: FloatArray,
    start: FloatArray | None = None,
) -> FloatArray:
    """Return where each rising function crosses zero between ``low`` and ``high``: Newton's steps kept in the bracket.

    ``curve`` takes one point per function and returns the values and the slopes there. What is NaN stays NaN.
    """
    low, high = np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)
    point = 0.5 * (low + high) if start is None else start
    settled = np.zeros(point.shape, dtype=np.bool_)
    for _ in range(MOST):
        value, slope = curve(point)
        low, high = np.where(value < 0.0, point, low), np.where(value > 0.0, point, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = point - value / slope
        inside = (step >= low) & (step <= high)
        new = np.where(inside, step, 0.5 * (low + high))
        new = np.where(value == 0.0, point, np.where(np.isnan(value), np.nan, new))
        moved = abs(new - point) > np.where(inside, SHORT, NONE) * abs(new)
        # A point that has settled stays, so that its bits do not depend on how long the others take.
        point = np.where(settled, point, new)
        settled |= ~moved
        if settled.all():
            break
    return point
