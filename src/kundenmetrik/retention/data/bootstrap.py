"""The bootstrap over customers of a ratio of two sums of money."""

from __future__ import annotations

import numpy as np
import scipy

from kundenmetrik.core.arrays import FloatArray, IntArray

__all__ = ["ratio_interval"]

FEW = 2_000
"""Up to so many different customers the counts of each kind are drawn, from there on single customers."""
AT_ONCE = 4_000_000
"""How many numbers are drawn at a time."""


def ratio_interval(
    base: FloatArray, kept: FloatArray, method: str, draws: int, seed: int, confidence: float
) -> tuple[float, float]:
    """Draw the customers anew, ``draws`` times, and return limits of the ratio of the sums ``kept / base``."""
    if not base.size or base.sum() <= 0:
        return np.nan, np.nan
    pairs, counts = np.unique(np.stack([base, kept]), axis=1, return_counts=True)
    top, bottom = _sums(pairs, counts, draws, np.random.default_rng(seed))
    ratios = np.divide(top, bottom, out=np.full(draws, np.nan), where=bottom > 0)
    ratios = ratios[~np.isnan(ratios)]
    levels = np.array([(1 - confidence) / 2, (1 + confidence) / 2])
    if method == "bca":
        levels = _bca_levels(levels, ratios, pairs, counts)
    low, high = np.quantile(ratios, levels)
    return float(low), float(high)


def _bca_levels(levels: FloatArray, ratios: FloatArray, pairs: FloatArray, counts: IntArray) -> FloatArray:
    """Correct the levels for the bias and the skewness of the ratio (Efron 1987); the jackknife is exact."""
    bottom, top = counts @ pairs[0], counts @ pairs[1]
    without = np.divide(top - pairs[1], bottom - pairs[0], out=np.full(counts.size, np.nan), where=bottom > pairs[0])
    shift = np.average(without, weights=counts) - without
    spread = (counts * shift**2).sum()
    if not spread > 0:
        return levels
    skewness = (counts * shift**3).sum() / (6.0 * spread**1.5)
    below = np.mean((ratios < top / bottom) + 0.5 * (ratios == top / bottom))
    bias = scipy.special.ndtri(np.clip(below, 0.5 / ratios.size, 1 - 0.5 / ratios.size))
    z = bias + scipy.special.ndtri(levels)
    return np.asarray(scipy.special.ndtr(bias + z / (1.0 - skewness * z)), dtype=np.float64)


def _sums(
    pairs: FloatArray, counts: IntArray, draws: int, generator: np.random.Generator
) -> tuple[FloatArray, FloatArray]:
    """Return the sums of both amounts in each draw of as many customers as there are."""
    size, kinds = int(counts.sum()), counts.size
    whole = pairs if kinds <= FEW else np.repeat(pairs, counts, axis=1)
    sums, step = np.empty((2, draws)), max(1, AT_ONCE // (kinds if kinds <= FEW else size))
    for begin in range(0, draws, step):
        now = slice(begin, min(begin + step, draws))
        if kinds <= FEW:
            sums[:, now] = whole @ generator.multinomial(size, counts / size, size=now.stop - begin).T
        else:
            sums[:, now] = whole[:, generator.integers(0, size, size=(now.stop - begin, size))].sum(axis=-1)
    return sums[1], sums[0]
