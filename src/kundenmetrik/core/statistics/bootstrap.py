"""The bootstrap of a mean score, drawn from the counts."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kundenmetrik.core.arrays import CountArray, FloatArray, Limits
from kundenmetrik.core.checks import check_count, check_generator
from kundenmetrik.core.statistics.scores.score_moments import Support, as_counts, support_of

__all__ = ["bootstrap_interval"]


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
