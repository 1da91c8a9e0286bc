"""Means of amounts without bounds: moments that merge, and Student's interval."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import scipy

from kundenmetrik.core.arrays import CountArray, FloatArray, Limits


class Moments(NamedTuple):
    """How many, their mean, and the sum of squared distances from it; one of each per group."""

    n: CountArray
    mean: FloatArray
    m2: FloatArray


def t_interval(n: CountArray, mean: FloatArray, m2: FloatArray, confidence: float) -> Limits:
    """Return Student's interval of the mean.

    Parameters
    ----------
    n : array of shape (groups,)
        How many amounts; floats are effective counts under weights.
    mean : array of shape (groups,)
        Their mean.
    m2 : array of shape (groups,)
        The sum of their squared distances from the mean.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : arrays of shape (groups,)
        In the unit of the mean; NaN where n is 1 or less.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = t_interval(np.array([4]), np.array([2.5]), np.array([5.0]), 0.95)
    >>> print(round(low[0], 4), round(high[0], 4))
    0.4457 4.5543
    """
    base = np.asarray(n, dtype=np.float64)
    freedom = np.where(base > 1.0, base - 1.0, np.nan)
    margin = -scipy.special.stdtrit(freedom, (1.0 - confidence) / 2.0) * np.sqrt(m2 / freedom / base)
    return mean - margin, mean + margin


def merged_moments(first: Moments, second: Moments) -> Moments:
    """Return the moments of both parts together.

    Parameters
    ----------
    first, second : Moments
        An empty part has n = 0; its mean and squares are not read.

    Returns
    -------
    Moments
        The same bits whichever part comes first; an empty part changes nothing.

    References
    ----------
    .. [1] Chan, T. F., Golub, G. H., LeVeque, R. J. (1983). The American Statistician 37, 242-247.

    Examples
    --------
    >>> import numpy as np
    >>> some, more = Moments(*np.array([[2], [1.5], [0.5]])), Moments(*np.array([[2], [3.5], [0.5]]))
    >>> print(*merged_moments(some, more))
    [4.] [2.5] [5.]
    """
    n = first.n + second.n
    with np.errstate(invalid="ignore"):
        share, rest = first.n / n, second.n / n
        mean = first.mean * share + second.mean * rest
        m2 = first.m2 + second.m2 + (second.mean - first.mean) ** 2 * (share * rest * n)
    return _unless_empty(first, second, _unless_empty(second, first, Moments(n, mean, m2)))


def _unless_empty(part: Moments, other: Moments, both: Moments) -> Moments:
    return Moments(*(np.where(part.n == 0, own, merged) for own, merged in zip(other, both, strict=True)))
