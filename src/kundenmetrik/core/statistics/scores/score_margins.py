"""Intervals for a mean score by a normal or a t margin, as published; the score interval is the better default."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from kundenmetrik.core.arrays import CountArray, FloatArray, Limits
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.one_sample.means import t_interval
from kundenmetrik.core.statistics.scores.score_moments import as_counts, mean_of, squares_of, support_of, total_of


def wald_score_interval(counts: CountArray, values: Iterable[float], confidence: float) -> Limits:
    """Return the textbook interval: the mean plus and minus z standard errors.

    Parameters
    ----------
    counts : array of shape (groups, cells)
        How many answers fell into each cell; floats are effective counts under weights.
    values : sequence of float
        The value of each cell.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : arrays of shape (groups,)
        In the unit of the values, NaN where nobody answered. The limits are not cut at the ends of the scale.

    Notes
    -----
    It has no width when all answers agree and covers less often than it says; it is here for comparison
    with figures that were made by it.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = wald_score_interval(np.array([[75, 675, 250]]), (-1, 0, 1), 0.95)
    >>> print(round(low[0], 6), round(high[0], 6))
    0.141372 0.208628
    """
    return pseudo_answer_interval(counts, values, confidence, 0.0)


def adjusted_wald_score_interval(counts: CountArray, values: Iterable[float], confidence: float) -> Limits:
    """Return the Wald interval after three answers are added: half of them mid-scale, a quarter at each end.

    Parameters and returns are those of :func:`wald_score_interval`.

    Notes
    -----
    On three equally spaced values this adds 3/4, 3/2 and 3/4, Rocks' AW(3, T). On any other support the
    one and a half answers stand at the middle of the scale, whether or not it is a value one can choose. The limits
    are not cut at the ends of the scale.

    References
    ----------
    .. [1] Rocks, B. (2016). Interval estimation for the Net Promoter Score. The American Statistician 70, 365-372.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = adjusted_wald_score_interval(np.array([[75, 675, 250]]), (-1, 0, 1), 0.95)
    >>> print(round(low[0], 6), round(high[0], 6))
    0.140859 0.208094
    """
    return pseudo_answer_interval(counts, values, confidence, 3.0)


def t_score_interval(counts: CountArray, values: Iterable[float], confidence: float) -> Limits:
    """Return Student's interval of the mean, with the variance over n - 1.

    Parameters and returns are those of :func:`wald_score_interval`; one answer alone gives NaN.

    Notes
    -----
    It assumes nothing of the scale: the limits may lie beyond its ends, and agreement of all answers gives no width.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = t_score_interval(np.array([[1, 2, 3, 4, 10]]), (1, 2, 3, 4, 5), 0.95)
    >>> print(round(low[0], 4), round(high[0], 4))
    3.4119 4.5881
    """
    support = support_of(values)
    cells = support.cells(as_counts(counts))
    mean = mean_of(cells, support)
    return t_interval(total_of(cells), mean, squares_of(cells, support, mean), confidence)


def pseudo_answer_interval(counts: CountArray, values: Iterable[float], confidence: float, added: float) -> Limits:
    """Return the Wald interval after some answers are added: half of them mid-scale, a quarter at each end."""
    support = support_of(values)
    cells = support.cells(as_counts(counts))
    n, first, last = total_of(cells) + added, float(support.values[0]), float(support.values[-1])
    middle = first + 0.5 * (last - first)
    mean = mean_of(cells, support)
    mean = mean + added * (middle - mean) / n
    squares = squares_of(cells, support, mean) + added * _spread(mean, first, middle, last)
    margin = critical(confidence) * np.sqrt(squares) / n
    return mean - margin, mean + margin


def _spread(mean: FloatArray, first: float, middle: float, last: float) -> FloatArray:
    """Return the mean squared distance of the added answers."""
    return 0.25 * (first - mean) ** 2 + 0.5 * (middle - mean) ** 2 + 0.25 * (last - mean) ** 2
