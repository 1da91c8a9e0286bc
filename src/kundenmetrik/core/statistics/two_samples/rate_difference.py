"""Intervals for the difference of two Poisson rates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from kundenmetrik.core.arrays import FloatArray, Limits
from kundenmetrik.core.checks import check_choice
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.one_sample.rates import score_rate_interval
from kundenmetrik.core.statistics.two_samples.score_difference import mover

__all__ = ["DIFFERENCE_METHODS", "difference_interval"]


def difference_interval(
    events: FloatArray,
    exposure: FloatArray,
    other_events: FloatArray,
    other_exposure: FloatArray,
    *,
    confidence: float = 0.95,
    method: str = "score",
) -> Limits:
    """Return the limits of the difference of two Poisson rates, first minus second.

    Parameters
    ----------
    events, exposure, other_events, other_exposure : array of float
        Counts and exposures of the first and the second group of each pair; they broadcast.
    confidence : float
        Between 0 and 1.
    method : str
        A key of ``DIFFERENCE_METHODS``.

    Returns
    -------
    tuple of array
        Lower and upper limit, events for each unit of exposure; NaN without exposure.
    """
    limits = DIFFERENCE_METHODS[check_choice(method, "method", DIFFERENCE_METHODS)]
    x, n, y, m = (np.asarray(part, dtype=np.float64) for part in (events, exposure, other_events, other_exposure))
    x, n, y, m = np.broadcast_arrays(x, n, y, m)
    with np.errstate(all="ignore"):
        low, high = limits(x, n, y, m, confidence)
    known = (n > 0) & (m > 0)
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def _wald(x: FloatArray, n: FloatArray, y: FloatArray, m: FloatArray, confidence: float) -> Limits:
    apart = x / n - y / m
    half = critical(confidence) * np.sqrt(x / n**2 + y / m**2)
    return apart - half, apart + half


def _mover(x: FloatArray, n: FloatArray, y: FloatArray, m: FloatArray, confidence: float) -> Limits:
    """Recover the limits from the score intervals of both rates (Zou and Donner, 2008)."""
    limits, other_limits = score_rate_interval(x, n, confidence), score_rate_interval(y, m, confidence)
    return mover(x / n, limits, y / m, other_limits)[1:]


def _score(x: FloatArray, n: FloatArray, y: FloatArray, m: FloatArray, confidence: float) -> Limits:
    """Invert the score test by bisection; the difference is bounded by the MOVER limits pushed outwards."""
    z = critical(confidence)
    low, high = _mover(x, n, y, m, confidence)
    reach = (high - low) + z * np.sqrt(x + y + z**2) / np.minimum(n, m)
    apart = x / n - y / m
    lower = _crossing(x, n, y, m, apart - reach, apart, z)
    upper = _crossing(x, n, y, m, apart + reach, apart, z)
    return lower, upper


def _crossing(
    x: FloatArray, n: FloatArray, y: FloatArray, m: FloatArray, outside: FloatArray, inside: FloatArray, z: float
) -> FloatArray:
    """Return the difference at which the score statistic is z, between one rejected and one kept."""
    for _ in range(60):
        outside = np.where(np.abs(score_z(x, n, y, m, outside)) < z, inside + 2 * (outside - inside), outside)
        if np.all((np.abs(score_z(x, n, y, m, outside)) >= z) | ~np.isfinite(outside)):
            break
    for _ in range(80):
        middle = (outside + inside) / 2
        kept = np.abs(score_z(x, n, y, m, middle)) < z
        outside, inside = np.where(kept, outside, middle), np.where(kept, middle, inside)
    return (outside + inside) / 2


def score_z(x: FloatArray, n: FloatArray, y: FloatArray, m: FloatArray, difference: FloatArray) -> FloatArray:
    """Return the score statistic of a difference, with both rates estimated under it."""
    surplus = (x + y) / (n + m) - difference
    under = np.sqrt(surplus**2 + 4 * difference * y / (n + m))
    second = np.where(surplus > 0, 0.5 * (surplus + under), 2 * difference * y / (n + m) / (under - surplus))
    second = np.where((under == 0) | np.isnan(second), 0.0, np.maximum(second, 0.0))
    spread = np.sqrt(np.maximum(second + difference, 0) / n + second / m)
    return np.where(spread == 0, 0.0, (x / n - y / m - difference) / spread)


Interval = Callable[[FloatArray, FloatArray, FloatArray, FloatArray, float], Limits]

DIFFERENCE_METHODS: Mapping[str, Interval] = MappingProxyType({"score": _score, "mover": _mover, "wald": _wald})
"""The intervals of a difference by name."""
