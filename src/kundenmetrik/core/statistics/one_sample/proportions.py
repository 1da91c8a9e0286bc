"""Intervals for shares: so many of so many."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

import numpy as np
import scipy

from kundenmetrik.core.arrays import CountArray, FloatArray, Limits
from kundenmetrik.core.statistics.normal import critical

ShareMethod: TypeAlias = Callable[[CountArray, CountArray, float], Limits]


def wilson_interval(successes: CountArray, n: CountArray, confidence: float) -> Limits:
    """Return Wilson's score interval: the shares a score test would just not reject.

    Parameters
    ----------
    successes, n : arrays of shape (groups,)
        How many of how many; floats are effective counts under weights.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : arrays of shape (groups,)
        Within 0 and 1 and around the share, exactly 0 at none and 1 at all; NaN where n is 0.

    References
    ----------
    .. [1] Wilson, E. B. (1927). JASA 22, 209-212.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = wilson_interval(np.array([18]), np.array([20]), 0.95)
    >>> print(round(low[0], 4), round(high[0], 4))
    0.699 0.9721
    """
    base = _base(n)
    share, c = successes / base, critical(confidence) ** 2 / base
    top = share + 0.5 * c + np.sqrt(c * (share * (1.0 - share) + 0.25 * c))
    # The product of the two limits is share² / (1 + c), so the lower one needs no difference and no bound.
    return share * (share / top), np.minimum(np.maximum(top / (1.0 + c), share), 1.0)


def clopper_pearson_interval(successes: CountArray, n: CountArray, confidence: float) -> Limits:
    """Return the exact interval of Clopper and Pearson: it covers at least as often as it says, and often more.

    Parameters and returns are those of :func:`wilson_interval`.

    References
    ----------
    .. [1] Clopper, C. J., Pearson, E. S. (1934). Biometrika 26, 404-413.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = clopper_pearson_interval(np.array([18]), np.array([20]), 0.95)
    >>> print(round(low[0], 4), round(high[0], 4))
    0.683 0.9877
    """
    x, base = part_and_base(successes, n)
    others, tail = base - x, (1.0 - confidence) / 2.0
    low = scipy.special.betaincinv(np.where(x == 0.0, 1.0, x), others + 1.0, tail)
    high = scipy.special.betainccinv(x + 1.0, np.where(others == 0.0, 1.0, others), tail)
    return limits_around(x / base, np.where(x == 0.0, 0.0, low), np.where(others == 0.0, 1.0, high), base)


def jeffreys_share_interval(successes: CountArray, n: CountArray, confidence: float) -> Limits:
    """Return the equal-tailed posterior interval under Jeffreys' prior, 0 at none and 1 at all.

    Parameters and returns are those of :func:`wilson_interval`.

    Notes
    -----
    At no success the lower limit is 0 and at no failure the upper limit is 1, as Brown, Cai and DasGupta
    recommend; the plain posterior quantile would leave the share outside of its own interval.

    References
    ----------
    .. [1] Brown, L. D., Cai, T. T., DasGupta, A. (2001). Statistical Science 16, 101-133.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = jeffreys_share_interval(np.array([18]), np.array([20]), 0.95)
    >>> print(round(low[0], 4), round(high[0], 4))
    0.7161 0.9786
    """
    x, base = part_and_base(successes, n)
    others, tail = base - x, (1.0 - confidence) / 2.0
    low = scipy.special.betaincinv(x + 0.5, others + 0.5, tail)
    high = scipy.special.betainccinv(x + 0.5, others + 0.5, tail)
    return limits_around(x / base, np.where(x == 0.0, 0.0, low), np.where(others == 0.0, 1.0, high), base)


def goodman_intervals(counts: CountArray, confidence: float) -> Limits:
    """Return Goodman's simultaneous intervals for all shares of a multinomial together.

    Each is Wilson's interval with the error probability divided by the number of cells, so that with
    the given confidence all of them hold at once.

    Parameters
    ----------
    counts : array of shape (groups, cells)
        How many answers fell into each cell.
    confidence : float
        Of all intervals of a group together.

    Returns
    -------
    low, high : arrays of shape (groups, cells)
        NaN where nobody answered.

    References
    ----------
    .. [1] Goodman, L. A. (1965). Technometrics 7, 247-254.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = goodman_intervals(np.array([[16, 30, 61]]), 0.95)
    >>> low.round(4), high.round(4)
    (array([[0.085 , 0.1896, 0.4548]]), array([[0.2497, 0.3934, 0.6782]]))
    """
    total = counts.sum(axis=1, keepdims=True, dtype=np.float64)
    return wilson_interval(counts, total, 1.0 - (1.0 - confidence) / counts.shape[1])


def part_and_base(part: CountArray, base: CountArray) -> tuple[FloatArray, FloatArray]:
    """Return both as float64, and NaN for a base of none, so that the part of it is undefined."""
    return np.asarray(part, dtype=np.float64), _base(base)


def _base(n: CountArray) -> FloatArray:
    """Return a base as float64, and NaN for none."""
    base = np.asarray(n, dtype=np.float64)
    return base if (base > 0.0).all() else np.where(base > 0.0, base, np.nan)


def limits_around(share: FloatArray, low: FloatArray, high: FloatArray, base: FloatArray) -> Limits:
    """Return the limits cut to the scale and to hold the share; NaN where there is no base."""
    undefined = base * 0.0
    return np.maximum(np.minimum(low, share), 0.0) + undefined, np.minimum(np.maximum(high, share), 1.0) + undefined


ShareInterval = Literal["wilson", "clopper_pearson", "jeffreys"]
SHARE_METHODS: Mapping[str, ShareMethod] = {
    "wilson": wilson_interval,
    "clopper_pearson": clopper_pearson_interval,
    "jeffreys": jeffreys_share_interval,
}
"""The intervals for a share by name; each takes successes, n and a confidence."""
