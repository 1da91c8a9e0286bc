"""Intervals for the difference of two Poisson rates."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from kundenmetrik.core.arrays import FloatArray, Limits
from kundenmetrik.core.checks import check_choice
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.one_sample.rates import score_rate_interval
from kundenmetrik.core.statistics.root_finding import monotone_root
from kundenmetrik.core.statistics.two_samples.pairs import broadcast_pairs
from kundenmetrik.core.statistics.two_samples.score_difference import mover


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
    x, n, y, m = broadcast_pairs(events, exposure, other_events, other_exposure)
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
    """Invert the score test.

    Under a difference ``d`` the variance is at most ``r (1/n + 1/m) + |d| / min(n, m)`` with the pooled rate ``r``,
    which bounds how far the limits lie from the difference seen.
    """
    z = critical(confidence)
    apart, half = x / n - y / m, 0.5 * z**2 / np.minimum(n, m)
    pooled = (x + y) / (n + m) * (1 / n + 1 / m) + np.abs(apart) / np.minimum(n, m)
    reach = half + np.sqrt(half**2 + z**2 * pooled)

    def distance(difference: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
        statistic, slope = score_z(x, n, y, m, difference)
        return level - statistic, -slope

    lower = monotone_root(lambda difference: distance(difference, z), apart - reach, apart)
    upper = monotone_root(lambda difference: distance(difference, -z), apart, apart + reach)
    return lower, upper


def score_z(
    x: FloatArray, n: FloatArray, y: FloatArray, m: FloatArray, difference: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return the score statistic of a difference, with both rates estimated under it, and its slope."""
    surplus = (x + y) / (n + m) - difference
    root = np.sqrt(surplus**2 + 4 * difference * y / (n + m))
    second = np.where(surplus > 0, 0.5 * (surplus + root), 2 * difference * y / (n + m) / (root - surplus))
    second = np.where((root == 0) | np.isnan(second), 0.0, np.maximum(second, 0.0))
    variance = np.maximum(second + difference, 0) / n + second / m
    statistic = np.where(variance == 0, 0.0, (x / n - y / m - difference) / np.sqrt(variance))
    second_slope = 0.5 * ((2 * y / (n + m) - surplus) / root - 1)
    variance_slope = (second_slope + 1) / n + second_slope / m
    return statistic, -1 / np.sqrt(variance) - 0.5 * statistic * variance_slope / variance


Interval = Callable[[FloatArray, FloatArray, FloatArray, FloatArray, float], Limits]

DIFFERENCE_METHODS: Mapping[str, Interval] = {"score": _score, "mover": _mover, "wald": _wald}
"""The intervals of a difference by name."""
