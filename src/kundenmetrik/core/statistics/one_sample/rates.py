"""Intervals for rates: so many events in so much exposure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import scipy

from kundenmetrik.core.arrays import CountArray, FloatArray, Limits
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.root_finding import monotone_root

__all__ = [
    "RATE_METHODS",
    "RateMethod",
    "byar_interval",
    "byar_rothman_interval",
    "garwood_interval",
    "jeffreys_rate_interval",
    "mid_p_interval",
    "score_rate_interval",
    "wald_rate_interval",
]

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
    return _per_exposure(_lower(x, tail), _upper(x, tail), exposure)


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
    return _per_exposure(np.where(x == 0.0, 0.0, low), high, exposure)


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
    return _per_exposure(np.minimum(x * x / top, x), top, exposure)


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
    return _per_exposure(_gamma_below(shape, tail), _gamma_above(shape, tail), exposure)


def byar_interval(events: CountArray, exposure: CountArray, confidence: float) -> Limits:
    """Return Byar's approximation of the exact interval: the lower limit from x, the upper from x + 1.

    Parameters and returns are those of :func:`garwood_interval`.

    References
    ----------
    .. [1] Breslow, N. E., Day, N. E. (1987). Statistical Methods in Cancer Research II, p. 69.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = byar_interval(np.array([15]), np.array([400]), 0.95)
    >>> print(round(1000 * low[0], 6), round(1000 * high[0], 6))
    20.97316 61.854078
    """
    x, z = np.asarray(events, dtype=np.float64), critical(confidence)
    return _per_exposure(_cube(x, -z), _cube(x + 1.0, z), exposure)


def byar_rothman_interval(events: CountArray, exposure: CountArray, confidence: float) -> Limits:
    """Return Byar's approximation with x + 1/2 in both limits, as Rothman has it; near the mid-P interval.

    Parameters and returns are those of :func:`garwood_interval`.

    Notes
    -----
    The formula's lower limit at no event is below 0 at usual confidences; it is cut to 0.

    References
    ----------
    .. [1] Rothman, K. J., Boice, J. D. (1979). Epidemiologic Analysis with a Programmable Calculator.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = byar_rothman_interval(np.array([15]), np.array([400]), 0.95)
    >>> print(round(1000 * low[0], 6), round(1000 * high[0], 6))
    21.908437 60.293351
    """
    x, z = np.asarray(events, dtype=np.float64) + 0.5, critical(confidence)
    return _per_exposure(_cube(x, -z), _cube(x, z), exposure)


def wald_rate_interval(events: CountArray, exposure: CountArray, confidence: float) -> Limits:
    """Return the textbook interval, rate plus and minus z standard errors, cut at 0.

    Parameters and returns are those of :func:`garwood_interval`.

    Notes
    -----
    It has no width at no event; it is here for comparison with figures that were made by it.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = wald_rate_interval(np.array([15]), np.array([400]), 0.95)
    >>> print(round(1000 * low[0], 6), round(1000 * high[0], 6))
    18.52273 56.47727
    """
    x = np.asarray(events, dtype=np.float64)
    margin = critical(confidence) * np.sqrt(x)
    return _per_exposure(x - margin, x + margin, exposure)


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


def _cube(x: FloatArray, z: float) -> FloatArray:
    """Return the cube-root normal approximation of a gamma quantile; 0 at 0."""
    some = np.maximum(x, 0.25)
    return x * (1.0 - 1.0 / (9.0 * some) + z / (3.0 * np.sqrt(some))) ** 3


def _per_exposure(low: FloatArray, high: FloatArray, exposure: CountArray) -> Limits:
    base = np.where(np.asarray(exposure) > 0, exposure, np.nan).astype(np.float64)
    return np.maximum(low, 0.0) / base, high / base


RATE_METHODS: Mapping[str, RateMethod] = MappingProxyType(
    {
        "garwood": garwood_interval,
        "mid_p": mid_p_interval,
        "score": score_rate_interval,
        "jeffreys": jeffreys_rate_interval,
        "byar": byar_interval,
        "byar_rothman": byar_rothman_interval,
        "wald": wald_rate_interval,
    }
)
"""The intervals for a rate by name; each takes events, exposure and a confidence."""
