"""The bootstrap of a mean score, drawn from the counts, and of a ratio of two sums over customers."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import scipy

from kundenmetrik.core.arrays import CountArray, FloatArray, IntArray, Limits
from kundenmetrik.core.checks import check_count, check_generator
from kundenmetrik.core.statistics.scores.score_moments import Support, as_counts, support_of

MAX_KINDS = 2_000
"""Up to so many different customers the counts of each kind are drawn, from there on single customers."""
NUMBERS_PER_BLOCK = 4_000_000
"""How many numbers are drawn at a time."""


def bootstrap_interval(
    counts: CountArray,
    values: Iterable[float],
    confidence: float,
    *,
    rng: int | np.random.Generator | np.random.SeedSequence | None = 0,
    draws: int = 9_999,
) -> Limits:
    """Return the percentile bootstrap interval of the mean score.

    Resampled answers have multinomial counts, so these are drawn directly; the cost does not depend on how many
    answers there are.

    Parameters
    ----------
    counts : array of shape (groups, cells)
        How many answers fell into each cell. Effective counts under weights are resampled as the
        nearest whole number of answers with the same shares.
    values : sequence of float
        The value of each cell.
    confidence : float
        Between 0 and 1.
    rng : int, Generator, SeedSequence or None
        The seed of the draws: the same seed gives the same digits; None draws anew each time.
    draws : int
        How many resamples.

    Returns
    -------
    low, high : arrays of shape (groups,)
        In the unit of the values, NaN where nobody answered.

    Notes
    -----
    It covers about as often as the Wald interval, which is not often enough in small groups, and has no
    width when all answers agree.

    References
    ----------
    .. [1] Efron, B. (1979). Annals of Statistics 7, 1-26.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = bootstrap_interval(np.array([[75, 675, 250]]), (-100, 0, 100), 0.95, rng=1)
    >>> print(round(low[0], 1), round(high[0], 1))
    14.1 20.8
    """
    generator, support = check_generator(rng), support_of(values)
    size = check_count(draws, "draws", low=1)
    table = np.stack(support.cells(as_counts(counts)), axis=1).astype(np.float64)
    tails = np.array([(1.0 - confidence) / 2.0, (1.0 + confidence) / 2.0])
    limits = np.empty((len(table), 2))
    for group, row in enumerate(table):
        limits[group] = np.quantile(_means(row, support, generator, size), tails)
    return limits[:, 0].copy(), limits[:, 1].copy()


def _means(row: FloatArray, support: Support, generator: np.random.Generator, draws: int) -> FloatArray:
    total = row.sum()
    if not total > 0.0:
        return np.array([np.nan])
    answers = max(round(total), 1)
    drawn = generator.multinomial(answers, row / total, size=draws)
    return np.asarray(drawn @ np.asarray(support.values) / answers, dtype=np.float64)


def bootstrap_ratio_interval(
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
    whole = pairs if kinds <= MAX_KINDS else np.repeat(pairs, counts, axis=1)
    sums, step = np.empty((2, draws)), max(1, NUMBERS_PER_BLOCK // (kinds if kinds <= MAX_KINDS else size))
    for begin in range(0, draws, step):
        now = slice(begin, min(begin + step, draws))
        if kinds <= MAX_KINDS:
            sums[:, now] = whole @ generator.multinomial(size, counts / size, size=now.stop - begin).T
        else:
            sums[:, now] = whole[:, generator.integers(0, size, size=(now.stop - begin, size))].sum(axis=-1)
    return sums[1], sums[0]
