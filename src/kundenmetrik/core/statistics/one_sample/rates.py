"""Intervals for rates: so many events in so much exposure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

import numpy as np
import scipy

from kundenmetrik.core.arrays import CountArray, FloatArray, Limits
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.root_finding import monotone_root

RateMethod: TypeAlias = Callable[[CountArray, CountArray, float], Limits]


def garwood_interval(events: CountArray, exposure: CountArray, confidence: float) -> Limits:
    """Return Garwood's exact interval for a Poisson rate: it covers at least as often as it says.

    The lower limit is the rate at which so many events or more have half the error probability, the
    upper one that at which so many or fewer have it.

    Parameters
    ----------
    events : array of shape (groups,)
        How many events there were.
    exposure : array of shape (groups,)
        In how much exposure: sales, customers, months.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : arrays of shape (groups,)
        Events per one unit of exposure, NaN where the exposure is 0.

    References
    ----------
    .. [1] Garwood, F. (1936). Biometrika 28, 437-442.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = garwood_interval(np.array([15]), np.array([400]), 0.95)
    >>> print(round(1000 * low[0], 6), round(1000 * high[0], 6))
    20.988465 61.850547
    """
    x, tail = np.asarray(events, dtype=np.float64), (1.0 - confidence) / 2.0
    return limits_per_exposure(_lower(x, tail), _upper(x, tail), exposure)


def mid_p_interval(events: CountArray, exposure: CountArray, confidence: float) -> Limits:
    """Return the mid-P interval: Garwood's with half the weight on the number of events seen.

    Parameters and returns are those of :func:`garwood_interval`.

    Notes
    -----
    It covers 95 percent on average rather than at least. At no event the upper limit solves
    exp(-mean) / 2 = tail, which gives 2.9957 at 95 percent.

    References
    ----------
    .. [1] Cohen, G. R., Yang, S.-Y. (1994). Statistics in Medicine 13, 2189-2203.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = mid_p_interval(np.array([15]), np.array([400]), 0.95)
    >>> print(round(1000 * low[0], 6), round(1000 * high[0], 6))
    21.790137 60.46241
    """
    x, tail = np.asarray(events, dtype=np.float64), (1.0 - confidence) / 2.0
    some = np.maximum(x, 1.0)

    def chance_above(mean: FloatArray) -> tuple[FloatArray, FloatArray]:
        above = 0.5 * (scipy.special.gammainc(some, mean) + scipy.special.gammainc(some + 1.0, mean))
        return above - tail, _slope(some, mean)

    def chance_below(mean: FloatArray) -> tuple[FloatArray, FloatArray]:
        below = 0.5 * (scipy.special.gammaincc(x, mean) + scipy.special.gammaincc(x + 1.0, mean))
        return tail - below, _slope(x, mean)

    # Each limit lies between the exact limits for x and for one event more or less.
    low = monotone_root(chance_above, _lower(some, tail), _lower(some + 1.0, tail))
    high = monotone_root(chance_below, np.where(x == 0.0, 0.0, _upper(x - 1.0, tail)), _upper(x, tail))
    return limits_per_exposure(np.where(x == 0.0, 0.0, low), high, exposure)


def score_rate_interval(events: CountArray, exposure: CountArray, confidence: float) -> Limits:
    """Return the score interval for a Poisson rate: the rates a score test would just not reject.

    Parameters and returns are those of :func:`garwood_interval`.

    References
    ----------
    .. [1] Barker, L. (2002). The American Statistician 56, 85-89.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = score_rate_interval(np.array([15]), np.array([400]), 0.95)
    >>> print(round(1000 * low[0], 6), round(1000 * high[0], 6))
    22.726475 61.877172
    """
    x, z = np.asarray(events, dtype=np.float64), critical(confidence)
    top = x + 0.5 * z * z + z * np.sqrt(x + 0.25 * z * z)
    # The product of the two limits is x², so the lower one needs no difference.
    return limits_per_exposure(np.minimum(x * x / top, x), top, exposure)


def jeffreys_rate_interval(events: CountArray, exposure: CountArray, confidence: float) -> Limits:
    """Return the equal-tailed posterior interval of a Poisson rate under Jeffreys' prior.

    Parameters and returns are those of :func:`garwood_interval`.

    Notes
    -----
    At no event the lower limit lies a little above 0, as in every package that has this interval: it is the
    posterior's quantile, and the only limit here that leaves the rate outside.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = jeffreys_rate_interval(np.array([15]), np.array([400]), 0.95)
    >>> print(round(1000 * low[0], 6), round(1000 * high[0], 6))
    21.923423 60.289862
    """
    shape, tail = np.asarray(events, dtype=np.float64) + 0.5, (1.0 - confidence) / 2.0
    return limits_per_exposure(_gamma_below(shape, tail), _gamma_above(shape, tail), exposure)


def poisson_limits(mean: FloatArray, tail: float) -> Limits:
    """Return between which counts a Poisson count stays: below and above each limit lies at most ``tail``."""
    return _poisson_quantile(mean, tail), _poisson_quantile(mean, 1 - tail)


def _poisson_quantile(mean: FloatArray, share: float) -> FloatArray:
    """Return the smallest count with P(X <= count) >= share."""
    with np.errstate(invalid="ignore"):
        near = np.ceil(np.maximum(scipy.special.pdtrik(share, mean), 0.0))
        near = np.where(np.isnan(near), 0.0, near)
        below = scipy.special.pdtr(np.maximum(near - 1, 0), mean)
        near = np.where((near > 0) & (below >= share), near - 1, near)
        near = np.where(scipy.special.pdtr(near, mean) < share, near + 1, near)
    return np.where(mean > 0, near, np.where(mean == 0, 0.0, np.nan))


def _lower(x: FloatArray, tail: float) -> FloatArray:
    """Return the mean at which x events or more have probability ``tail``; 0 at no event."""
    return np.where(x == 0.0, 0.0, _gamma_below(np.where(x == 0.0, 1.0, x), tail))


def _upper(x: FloatArray, tail: float) -> FloatArray:
    """Return the mean at which x events or fewer have probability ``tail``."""
    return _gamma_above(x + 1.0, tail)


def _gamma_below(shape: FloatArray, tail: float) -> FloatArray:
    return np.asarray(scipy.special.gammaincinv(shape, tail), dtype=np.float64)


def _gamma_above(shape: FloatArray, tail: float) -> FloatArray:
    return np.asarray(scipy.special.gammainccinv(shape, tail), dtype=np.float64)


def _slope(x: FloatArray, mean: FloatArray) -> FloatArray:
    """Return how fast the mid-P chance rises with the mean: half the Poisson probabilities of x - 1 and of x."""
    at_x = np.exp(scipy.special.xlogy(x, mean) - mean - scipy.special.gammaln(x + 1.0))
    return 0.5 * at_x * (1.0 + x / mean)


def limits_per_exposure(low: FloatArray, high: FloatArray, exposure: CountArray) -> Limits:
    """Return limits of counts as limits of the rate, at least 0; NaN where the exposure is 0."""
    base = np.where(np.asarray(exposure) > 0, exposure, np.nan).astype(np.float64)
    return np.maximum(low, 0.0) / base, high / base


RateInterval = Literal["garwood", "mid_p", "score", "jeffreys"]
RATE_METHODS: Mapping[str, RateMethod] = {
    "garwood": garwood_interval,
    "mid_p": mid_p_interval,
    "score": score_rate_interval,
    "jeffreys": jeffreys_rate_interval,
}
"""The intervals for a rate by name; each takes events, exposure and a confidence."""
