"""Differences of two groups, first minus second: value, interval and the p-value of a score test."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from kundenmetrik.core.arrays import CountArray, FloatArray, Limits
from kundenmetrik.core.statistics.normal import p_value
from kundenmetrik.core.statistics.one_sample.proportions import SHARE_METHODS, part_and_base
from kundenmetrik.core.statistics.one_sample.rates import RATE_METHODS
from kundenmetrik.core.statistics.score_methods import SCORE_METHODS
from kundenmetrik.core.statistics.scores.score_moments import (
    Support,
    as_counts,
    mean_of,
    squares_of,
    support_of,
    total_of,
)
from kundenmetrik.core.statistics.two_samples.permutation_test import exact_where_few


class Differences(NamedTuple):
    """First minus second with its limits, and the p-value of no difference; one of each per pair."""

    value: FloatArray
    low: FloatArray
    high: FloatArray
    p_value: FloatArray


def score_difference(
    counts_1: CountArray,
    counts_2: CountArray,
    values: Iterable[float],
    confidence: float,
    *,
    method: str = "score",
    alternative: str = "two-sided",
) -> Differences:
    """Compare the mean scores of two independent groups, first minus second.

    The test puts the answers of both groups together to find the variance that holds if there is no
    difference; below ten answers in one of them it is the exact permutation test. The interval is put together from the
    intervals of the two groups (MOVER).

    Parameters
    ----------
    counts_1, counts_2 : arrays of shape (pairs, cells)
        How many answers fell into each cell; floats are effective counts under weights.
    values : sequence of float
        The value of each cell.
    confidence : float
        Between 0 and 1.
    method : str
        The interval of each group, a name in ``SCORE_METHODS``.
    alternative : {"two-sided", "greater", "less"}
        What the p-value speaks for: the first is different, greater or less.

    Returns
    -------
    Differences
        NaN where one of the groups is empty. Exchanging the groups changes the signs and nothing else.

    Notes
    -----
    The pooled test keeps its size where the two-sample z-test with separate variances does not: with
    20 and 200 answers near the top of the scale that one errs more than twice as often as it says. With fewer than ten
    answers the pooled test fails, too; effective counts under weights or clusters have no exact test, and keep it.
    Interval and test use different variances, so near 5 percent one may speak while the other is silent.

    References
    ----------
    .. [1] Zou, G. Y., Donner, A. (2008). Statistics in Medicine 27, 1693-1702.

    Examples
    --------
    >>> import numpy as np
    >>> found = score_difference(np.array([[10, 20, 70]]), np.array([[20, 30, 50]]), (-100, 0, 100), 0.95)
    >>> print(found.value, found.low.round(2), found.high.round(2), found.p_value.round(4))
    [30.] [9.4] [49.61] [0.0041]
    """
    support = support_of(values)
    one, two = (support.cells(as_counts(counts)) for counts in (counts_1, counts_2))
    value_1, value_2 = mean_of(one, support), mean_of(two, support)
    limits_1, limits_2 = (SCORE_METHODS[method](counts, values, confidence) for counts in (counts_1, counts_2))
    width = float(support.values[-1]) - float(support.values[0])
    value, low, high = mover(value_1, limits_1, value_2, limits_2)
    statistic = _z_statistic(value, _pooled_variance(one, two, support))
    first, second = (np.stack(cells, axis=1) for cells in (one, two))
    p_values = exact_where_few(p_value(statistic, alternative), first, second, support.values, alternative)
    return Differences(value, np.maximum(low, -width), np.minimum(high, width), p_values)


def share_difference(
    successes_1: CountArray,
    n_1: CountArray,
    successes_2: CountArray,
    n_2: CountArray,
    confidence: float,
    *,
    method: str = "wilson",
    alternative: str = "two-sided",
) -> Differences:
    """Compare two independent shares, first minus second: pooled score test and Newcombe's interval.

    Below ten in one of the groups the test is Fisher's exact one.

    Parameters
    ----------
    successes_1, n_1, successes_2, n_2 : arrays of shape (pairs,)
        How many of how many in each group.
    confidence : float
        Between 0 and 1.
    method : str
        The interval of each group, a name in ``SHARE_METHODS``.
    alternative : {"two-sided", "greater", "less"}
        What the p-value speaks for.

    Returns
    -------
    Differences
        NaN where one of the groups is empty.

    References
    ----------
    .. [1] Newcombe, R. G. (1998). Statistics in Medicine 17, 873-890, method 10.

    Examples
    --------
    >>> import numpy as np
    >>> found = share_difference(*np.array([[56], [70], [48], [80]]), 0.95)
    >>> print(found.value, found.low.round(4), found.high.round(4), found.p_value.round(4))
    [0.2] [0.0524] [0.3339] [0.008]
    """
    (x_1, base_1), (x_2, base_2) = part_and_base(successes_1, n_1), part_and_base(successes_2, n_2)
    limits_1, limits_2 = (SHARE_METHODS[method](x, n, confidence) for x, n in ((x_1, base_1), (x_2, base_2)))
    value, low, high = mover(x_1 / base_1, limits_1, x_2 / base_2, limits_2)
    both = base_1 + base_2
    pooled, failed = (x_1 + x_2) / both, ((base_1 - x_1) + (base_2 - x_2)) / both
    statistic = _z_statistic(value, pooled * failed * (1.0 / base_1 + 1.0 / base_2))
    first, second = (np.stack([x, n - x], axis=1) for x, n in ((successes_1, n_1), (successes_2, n_2)))
    p_values = exact_where_few(p_value(statistic, alternative), first, second, (1, 0), alternative)
    return Differences(value, np.maximum(low, -1.0), np.minimum(high, 1.0), p_values)


def rate_difference(
    events_1: CountArray,
    exposure_1: CountArray,
    events_2: CountArray,
    exposure_2: CountArray,
    confidence: float,
    *,
    method: str = "score",
    alternative: str = "two-sided",
) -> Differences:
    """Compare two independent Poisson rates, first minus second: pooled score test and MOVER interval.

    Parameters
    ----------
    events_1, exposure_1, events_2, exposure_2 : arrays of shape (pairs,)
        So many events in so much exposure in each group.
    confidence : float
        Between 0 and 1.
    method : str
        The interval of each group, a name in ``RATE_METHODS``.
    alternative : {"two-sided", "greater", "less"}
        What the p-value speaks for.

    Returns
    -------
    Differences
        Per one unit of exposure, NaN where one of the groups has no exposure.

    References
    ----------
    .. [1] Zou, G. Y., Donner, A. (2008). Statistics in Medicine 27, 1693-1702.

    Examples
    --------
    >>> import numpy as np
    >>> found = rate_difference(*np.array([[60], [51477.5], [30], [54308.7]]), 0.95)
    >>> print(*(f"{number[0]:.4g}" for number in found))
    0.0006132 0.0002619 0.0009864 0.0006322
    """
    (x_1, base_1), (x_2, base_2) = part_and_base(events_1, exposure_1), part_and_base(events_2, exposure_2)
    limits_1, limits_2 = (RATE_METHODS[method](x, t, confidence) for x, t in ((x_1, base_1), (x_2, base_2)))
    value, low, high = mover(x_1 / base_1, limits_1, x_2 / base_2, limits_2)
    pooled = (x_1 + x_2) / (base_1 + base_2)
    statistic = _z_statistic(value, pooled * (1.0 / base_1 + 1.0 / base_2))
    return Differences(value, low, high, p_value(statistic, alternative))


def mover(
    value_1: FloatArray, limits_1: Limits, value_2: FloatArray, limits_2: Limits
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return first minus second with limits recovered from the limits of each (MOVER).

    The difference is always contained, exactly, and exchanging first and second only changes the signs.
    """
    value = value_1 - value_2
    below, above = (np.sqrt((value_1 - limits_1[i]) ** 2 + (limits_2[1 - i] - value_2) ** 2) for i in (0, 1))
    return value, value - below, value + above


def _z_statistic(value: FloatArray, variance: FloatArray) -> FloatArray:
    """Return the statistic; 0 where there is no difference, even if there is no variance either."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(value == 0.0, 0.0, value / np.sqrt(variance))


def _pooled_variance(one: list[FloatArray], two: list[FloatArray], support: Support) -> FloatArray:
    both = [first + second for first, second in zip(one, two, strict=True)]
    squares = squares_of(both, support, mean_of(both, support))
    return squares / total_of(both) * (1.0 / total_of(one) + 1.0 / total_of(two))
