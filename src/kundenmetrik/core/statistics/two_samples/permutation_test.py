"""The exact permutation test of two means, for groups of a few answers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from kundenmetrik.core.arrays import AnyArray, BoolArray, FloatArray, IntArray

FEW_ANSWERS = 10
"""With fewer answers in one group the normal approximation of a test of means does not hold what it says."""
PAIRS_AT_ONCE = 512
SUM_DIGITS = 9
"""Sums that agree to so many digits, of the widest value, are one sum."""


class Draws(NamedTuple):
    """The sums that so many draws from the values can have, reached value by value.

    Attributes
    ----------
    steps : list of list of (ndarray, ndarray)
        For each value and each number of draws of it: the states that are left, and those that are reached.
    sizes : list of int
        How many states there are after each value.
    sums : ndarray
        The sum in each state of the end, all draws done.
    """

    steps: list[list[tuple[IntArray, IntArray]]]
    sizes: list[int]
    sums: FloatArray


def has_few_answers(counts_1: AnyArray, counts_2: AnyArray) -> BoolArray:
    """Return for which pairs the exact test is needed, and can be done: whole counts, below ten in one group."""
    smaller = np.minimum(counts_1.sum(axis=1), counts_2.sum(axis=1))
    whole = counts_1.dtype.kind in "iub" and counts_2.dtype.kind in "iub"
    return np.asarray((smaller > 0) & (smaller < FEW_ANSWERS) & whole)


def exact_where_few(
    p_values: FloatArray, counts_1: AnyArray, counts_2: AnyArray, values: Sequence[float], alternative: str
) -> FloatArray:
    """Return approximate p-values with the exact ones in their place for the pairs that need them."""
    few = has_few_answers(counts_1, counts_2)
    if not few.any():
        return p_values
    one, two = (counts[few].astype(np.int64) for counts in (counts_1, counts_2))
    found = p_values.copy()
    found[few] = permutation_p_values(one, two, values, alternative)
    return found


def permutation_p_values(
    counts_1: IntArray, counts_2: IntArray, values: Sequence[float], alternative: str = "two-sided"
) -> FloatArray:
    r"""Return the exact p-value of the difference of two means, whoever of both groups gave which answer.

    Of all ways to deal the answers of both groups to groups of the same sizes it is the share of those whose means
    differ at least as much as the observed ones do,

    .. math:: p = \sum_{x:\ |d(x)| \ge |d|} \prod_j \binom{c_j}{x_j} \Big/ \binom{N}{n},

    where :math:`c_j` answers of both groups have value :math:`j` and :math:`x_j` of them are in the smaller group. For
    two values it is Fisher's exact test.

    Parameters
    ----------
    counts_1, counts_2 : ndarray of int, shape (pairs, values)
        How many answers have each value; one of both groups has fewer than ten.
    values : sequence of float
        Different values.
    alternative : {"two-sided", "greater", "less"}
        What the p-value speaks for: the first mean is different, greater or less.

    Returns
    -------
    ndarray, shape (pairs,)
        NaN where one of the groups is empty.

    Notes
    -----
    The number of steps depends on the smaller group and on the values only, not on the larger group.

    References
    ----------
    .. [1] Fisher, R. A. (1935). The Design of Experiments. Oliver and Boyd.
    .. [2] Pagano, M., Tritchler, D. (1983). On obtaining permutation distributions in polynomial time. Journal of the
       American Statistical Association 78, 435-440.

    Examples
    --------
    >>> import numpy as np
    >>> round(permutation_p_values(np.array([[1, 3]]), np.array([[3, 1]]), (0, 1), "greater").item(), 4)
    0.2429
    """
    size_1, size_2 = counts_1.sum(axis=1), counts_2.sum(axis=1)
    first_is_smaller = size_1 <= size_2
    drawn = np.where(first_is_smaller[:, None], counts_1, counts_2)
    size = np.minimum(size_1, size_2)
    sign = np.where(first_is_smaller, 1, -1)
    both, found = counts_1 + counts_2, np.full(len(size), np.nan)
    for n in np.unique(size[size > 0]).tolist():
        places = np.flatnonzero(size == n)
        for start in range(0, len(places), PAIRS_AT_ONCE):
            part = places[start : start + PAIRS_AT_ONCE]
            found[part] = _p_values(drawn[part], both[part], sign[part], n, tuple(values), alternative)
    return found


def _p_values(
    drawn: IntArray, both: IntArray, sign: IntArray, n: int, values: tuple[float, ...], alternative: str
) -> FloatArray:
    """Return the p-values of pairs whose smaller group has n answers."""
    draws = _draws(n, values)
    ways = _ways(both, draws)
    # Distances of sums from what is expected, times all answers: whole numbers where the values are whole.
    total = both.sum(axis=1, dtype=np.float64)
    expected = n * (both @ np.array(values))
    observed = total * (drawn @ np.array(values)) - expected
    distances = total * draws.sums[:, None] - expected
    slack = 10.0**-SUM_DIGITS * total * n * max(map(abs, values))
    return np.asarray(
        (ways * _as_extreme(distances, observed, sign, slack, alternative)).sum(axis=0) / ways.sum(axis=0)
    )


def _as_extreme(
    distances: FloatArray, observed: FloatArray, sign: IntArray, slack: FloatArray, alternative: str
) -> BoolArray:
    """Return which sums speak at least as much for the alternative as the observed one."""
    if alternative == "two-sided":
        distances, observed = np.abs(distances), np.abs(observed)
    else:
        sign = sign if alternative == "greater" else -sign
        distances, observed = distances * sign, observed * sign
    return np.asarray(distances >= observed - slack)


def _ways(both: IntArray, draws: Draws) -> FloatArray:
    """Return in how many ways the draws have each sum, one column for each pair."""
    ways = np.ones((1, len(both)))
    for answers, steps, size in zip(both.T, draws.steps, draws.sizes, strict=True):
        reached, chosen = np.zeros((size, len(both))), np.ones(len(both))
        for times, (left, to) in enumerate(steps):
            reached[to] += ways[left] * chosen
            chosen = chosen * np.maximum(answers - times, 0) / (times + 1)
        ways = reached
    return ways


@lru_cache(maxsize=64)
def _draws(n: int, values: tuple[float, ...]) -> Draws:
    scale = max(map(abs, values)) or 1.0
    states, steps, sizes = {(0, 0.0): 0}, [], []
    for place, value in enumerate(values):
        reached: dict[tuple[int, float], int] = {}
        moves: list[list[tuple[int, int]]] = [[] for _ in range(n + 1)]
        last = place == len(values) - 1
        for (done, total), state in states.items():
            for times in range(n - done if last else 0, n - done + 1):
                new = (done + times, round((total * scale + times * value) / scale, SUM_DIGITS))
                moves[times].append((state, reached.setdefault(new, len(reached))))
        pairs = [np.array(move, dtype=np.intp).reshape(-1, 2) for move in moves]
        steps.append([(left, to) for left, to in (pair.T for pair in pairs)])
        sizes.append(len(reached))
        states = reached
    return Draws(steps, sizes, np.array([total * scale for _, total in states]))
