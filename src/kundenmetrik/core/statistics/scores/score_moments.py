"""The values a score can take, and the mean and the variance of counted scores."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache, reduce
from operator import add
from typing import Any, NamedTuple

import numpy as np

from kundenmetrik.core.arrays import CountArray, FloatArray, IntArray

EXACT = 2.0**53
"""Whole numbers up to here are floats without loss."""


class Support(NamedTuple):
    """The distinct values of a score in rising order, and the columns of the counts that carry each."""

    values: tuple[float, ...]
    columns: tuple[tuple[int, ...], ...]
    whole: bool

    def cells(self, counts: CountArray) -> list[Any]:
        """Return one array of counts per distinct value."""
        return [reduce(add, [counts[:, column] for column in columns]) for columns in self.columns]


def support_of(values: Iterable[float]) -> Support:
    """Return the distinct values, with the columns that share one put together."""
    return _support_of(tuple(values.tolist() if isinstance(values, np.ndarray) else values))


@lru_cache(maxsize=128)
def _support_of(values: tuple[float, ...]) -> Support:
    distinct = tuple(sorted(set(values)))
    columns = tuple(tuple(place for place, own in enumerate(values) if own == value) for value in distinct)
    whole = all(float(value).is_integer() and abs(value) <= EXACT for value in distinct)
    return Support(tuple(map(int, distinct)) if whole else tuple(map(float, distinct)), columns, whole)


def score_mean(counts: CountArray, values: Iterable[float]) -> FloatArray:
    """Return the mean score of each group, NaN where nobody answered.

    Whole counts of whole values are added as integers and divided once, so the mean is the float
    nearest to the true one, whatever the order of the answers.

    Parameters
    ----------
    counts : array of shape (groups, cells)
        How many answers fell into each cell; floats are effective counts under weights.
    values : sequence of float
        The value of each cell; cells may share one.

    Returns
    -------
    array of shape (groups,)
        Sum of count times value over the number of answers.

    Examples
    --------
    >>> import numpy as np
    >>> score_mean(np.array([[1, 2, 3], [0, 0, 0]]), (-100, 0, 100))
    array([33.33333333,         nan])
    """
    support, counts = support_of(values), as_counts(counts)
    if len(counts) == 1 and support.whole and counts.dtype.kind == "i":  # a single group is quickest in plain numbers
        return np.array([_exact_mean(counts[0].tolist(), tuple(map(int, values)))])
    return mean_of(support.cells(counts), support)


def score_variance(counts: CountArray, values: Iterable[float]) -> FloatArray:
    """Return the variance of the scores of each group: mean squared distance from the mean, over n.

    Parameters
    ----------
    counts : array of shape (groups, cells)
        How many answers fell into each cell.
    values : sequence of float
        The value of each cell.

    Returns
    -------
    array of shape (groups,)
        In squared units of the values, NaN where nobody answered.

    Examples
    --------
    >>> import numpy as np
    >>> score_variance(np.array([[1, 2, 3]]), (-1, 0, 1))
    array([0.55555556])
    """
    support = support_of(values)
    cells = support.cells(as_counts(counts))
    mean = mean_of(cells, support)
    return squares_of(cells, support, mean) / total_of(cells)


def squares_of(cells: list[Any], support: Support, centre: FloatArray) -> FloatArray:
    """Return the sum of squared distances of the answers from a centre."""
    squares: FloatArray = reduce(add, [c * (v - centre) ** 2 for c, v in zip(cells, support.values, strict=True)])
    return squares


def total_of(cells: list[Any]) -> FloatArray:
    """Return the number of answers of each group; NaN where there is none, so that a share of it is undefined."""
    total: FloatArray = reduce(add, cells).astype(np.float64)
    return np.where(total > 0.0, total, np.nan) if (total <= 0.0).any() else total


def mean_of(cells: list[Any], support: Support) -> FloatArray:
    """Return the mean score from the cells of a support."""
    if cells[0].dtype.kind == "f":
        return _weighted_mean(cells, support)
    if not support.whole:
        return _weighted_mean([cell.astype(np.float64) for cell in cells], support)
    total = reduce(add, cells)
    largest = max(abs(support.values[0]), abs(support.values[-1]), 1)
    if float(total.max(initial=0)) * largest <= EXACT:
        sums: FloatArray = reduce(add, [cell * value for cell, value in zip(cells, support.values, strict=True)])
        return sums / total_of(cells)
    rows = zip(*(cell.tolist() for cell in cells), strict=True)
    return np.array([_exact_mean(row, support.values) for row in rows])


def _exact_mean(row: Sequence[int], values: tuple[float, ...]) -> float:
    total = sum(row)
    return sum(count * value for count, value in zip(row, values, strict=True)) / total if total else np.nan


def _weighted_mean(cells: list[Any], support: Support) -> FloatArray:
    pairs = list(zip(cells, support.values, strict=True))
    lowest = reduce(np.minimum, [np.where(cell > 0.0, value, np.inf) for cell, value in pairs])
    highest = reduce(np.maximum, [np.where(cell > 0.0, value, -np.inf) for cell, value in pairs])
    # Rounding must not carry the mean out of the values that were given.
    mean: FloatArray = reduce(add, [cell * value for cell, value in pairs]) / total_of(cells)
    return np.clip(mean, lowest, highest)


def as_counts(counts: CountArray) -> IntArray | FloatArray:
    """Return whole counts as int64 and others as float64, without a copy where they are so already."""
    if counts.dtype.kind in "iub":
        return counts.astype(np.int64, copy=False)
    return counts.astype(np.float64, copy=False)
