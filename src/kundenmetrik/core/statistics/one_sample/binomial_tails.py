"""Tails of the binomial distribution as arrays: what exact conditional tests are made of."""

from __future__ import annotations

import numpy as np
import scipy

from kundenmetrik.core.arrays import FloatArray

TIE_TOLERANCE = 1e-7
"""Two outcomes whose probabilities differ by less than this share are equally likely, as in R and scipy."""


def above(x: FloatArray, trials: FloatArray, share: FloatArray) -> FloatArray:
    """Return P(X >= x)."""
    tail = scipy.special.betainc(np.maximum(x, 1), np.maximum(trials - x + 1, 1), share)
    return np.where(x <= 0, 1.0, np.where(x > trials, 0.0, tail))


def below(x: FloatArray, trials: FloatArray, share: FloatArray) -> FloatArray:
    """Return P(X <= x)."""
    return above(trials - x, trials, 1 - share)


def mid_point(x: FloatArray, trials: FloatArray, share: FloatArray) -> FloatArray:
    """Return P(X = x) as a difference of the smaller tail, which stays exact where factorials do not."""
    up = above(x, trials, share) - above(x + 1, trials, share)
    down = below(x, trials, share) - below(x - 1, trials, share)
    return np.where(x > trials * share, up, down)


def central(x: FloatArray, trials: FloatArray, share: FloatArray) -> FloatArray:
    """Return twice the smaller tail, at most 1."""
    return np.asarray(np.minimum(1.0, 2 * np.minimum(above(x, trials, share), below(x, trials, share))))


def likelier_excluded(x: FloatArray, trials: FloatArray, share: FloatArray) -> FloatArray:
    """Return the probability of all outcomes that are no likelier than x."""
    high = x > trials * share
    x = np.where(high, trials - x, x)
    share = np.where(high, 1 - share, share)
    far = _mirror(x, trials, share)
    total = np.minimum(1.0, below(x, trials, share) + above(far, trials, share))
    return np.where(x >= np.floor((trials + 1) * share), 1.0, total)


def _mirror(x: FloatArray, trials: FloatArray, share: FloatArray) -> FloatArray:
    """Return the first outcome beyond the mode that is no likelier than x, by bisection."""
    level = _log_probability(x, trials, share) + np.log1p(TIE_TOLERANCE)
    low, high = np.ceil(trials * share), trials + 1
    for _ in range(int(np.log2(np.max(trials, initial=0) + 2)) + 2):
        middle = np.floor((low + high) / 2)
        likelier = (middle <= trials) & (_log_probability(np.minimum(middle, trials), trials, share) > level)
        low, high = np.where(likelier, middle + 1, low), np.where(likelier, high, middle)
    return high


def _log_probability(x: FloatArray, trials: FloatArray, share: FloatArray) -> FloatArray:
    log_gamma = scipy.special.gammaln
    ways = log_gamma(trials + 1) - log_gamma(x + 1) - log_gamma(trials - x + 1)
    return np.asarray(ways + scipy.special.xlogy(x, share) + scipy.special.xlog1py(trials - x, -share))
