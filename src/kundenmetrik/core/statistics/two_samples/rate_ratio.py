"""Intervals for the ratio of two Poisson rates."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import scipy

from kundenmetrik.core.arrays import FloatArray, Limits
from kundenmetrik.core.checks import check_choice
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.root_finding import monotone_root
from kundenmetrik.core.statistics.two_samples.pairs import broadcast_pairs

RatioMethod = Callable[[FloatArray, FloatArray, float], Limits]
"""Takes both counts and the confidence, and returns limits of the odds of the counts."""


def ratio_interval(
    events: FloatArray,
    exposure: FloatArray,
    other_events: FloatArray,
    other_exposure: FloatArray,
    *,
    confidence: float = 0.95,
    method: str | RatioMethod = "score",
) -> Limits:
    """Return the limits of the ratio of two Poisson rates, first over second.

    Parameters
    ----------
    events, exposure, other_events, other_exposure : array of float
        Counts and exposures of the first and the second group of each pair; they broadcast.
    confidence : float
        Between 0 and 1.
    method : str or callable
        A key of ``RATIO_METHODS``, or an interval of the same form.

    Returns
    -------
    tuple of array
        Lower and upper limit; without any event 0 and infinity, without exposure NaN. A method that
        needs logarithms is NaN where a count is zero.
    """
    limits = method if callable(method) else RATIO_METHODS[check_choice(method, "method", RATIO_METHODS)]
    x, n, y, m = broadcast_pairs(events, exposure, other_events, other_exposure)
    with np.errstate(all="ignore"):
        low, high = limits(x, y, confidence)
        scale = np.where((n > 0) & (m > 0), m / n, np.nan)
        return low * scale, high * scale


def _score(x: FloatArray, y: FloatArray, confidence: float) -> Limits:
    """Solve (x - odds*y)^2 = z^2 (x + y) odds for the odds; each root without cancellation."""
    width = critical(confidence) ** 2 * (x + y)
    sum_of_roots = 2 * x * y + width
    larger = sum_of_roots + np.sqrt(width * (4 * x * y + width))
    low, high = 2 * x**2 / larger, larger / (2 * y**2)
    return limits_without_events(x, y, low, high)


def _wald_log(x: FloatArray, y: FloatArray, confidence: float) -> Limits:
    ratio = np.where((x > 0) & (y > 0), x / y, np.nan)
    factor = np.exp(critical(confidence) * np.sqrt(1 / x + 1 / y))
    return ratio / factor, ratio * factor


def _conditional(x: FloatArray, y: FloatArray, confidence: float) -> Limits:
    """Clopper and Pearson's limits of the first group's share of all events, as odds."""
    tail = (1 - confidence) / 2
    low = scipy.special.betaincinv(np.maximum(x, 1), y + 1, tail)
    high = scipy.special.betaincinv(np.maximum(y, 1), x + 1, tail)
    return limits_without_events(x, y, np.asarray(low / (1 - low)), np.asarray((1 - high) / high))


def _mid_p(x: FloatArray, y: FloatArray, confidence: float) -> Limits:
    """Invert the central mid-P test; the limit lies between two limits of Clopper and Pearson."""
    low, high = _mid_p_share(x, y, confidence), _mid_p_share(y, x, confidence)
    return limits_without_events(x, y, np.asarray(low / (1 - low)), np.asarray((1 - high) / high))


def _mid_p_share(x: FloatArray, y: FloatArray, confidence: float) -> FloatArray:
    """Return the share of first events at which x or more, x itself half, have probability (1 - confidence) / 2."""
    tail, x = (1 - confidence) / 2, np.maximum(x, 1.0)  # without first events the share is not asked for
    others = np.maximum(y, 1.0)
    low = np.asarray(scipy.special.betaincinv(x, y + 1, tail), dtype=np.float64)
    high = np.where(y > 0, scipy.special.betaincinv(x + 1, others, tail), 1.0)
    log_beta = scipy.special.betaln(x + 1, y + 1)

    def chance(share: FloatArray) -> tuple[FloatArray, FloatArray]:
        more = np.where(y > 0, scipy.special.betainc(x + 1, others, share), 0.0)
        or_more = scipy.special.betainc(x, y + 1, share)
        density = np.exp(scipy.special.xlogy(x, share) + scipy.special.xlog1py(y, -share) - log_beta)
        slope = 0.5 * density / (x + y + 1) * (x / share + y / (1 - share))
        return (more + or_more) / 2 - tail, slope

    return monotone_root(chance, low, high)


def limits_without_events(x: FloatArray, y: FloatArray, low: FloatArray, high: FloatArray) -> Limits:
    """Return limits of the odds: from 0 without first events, to infinity without second ones."""
    return np.where(x == 0, 0.0, low), np.where(y == 0, np.inf, high)


RATIO_METHODS: Mapping[str, RatioMethod] = {
    "score": _score,
    "wald_log": _wald_log,
    "conditional": _conditional,
    "mid_p": _mid_p,
}
"""The intervals of a ratio by name."""
