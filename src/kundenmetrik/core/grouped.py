"""How often each step of a scale occurs in each of many groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray
from kundenmetrik.core.steps import CHUNK, of, parts, steps_of
from kundenmetrik.core.sums import exact_bincount, refuse_overflow

__all__ = ["GroupedSteps", "grouped_histogram"]

Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupedSteps:
    """The answers of each group at each step of a scale, and those at none.

    Attributes
    ----------
    counts : ndarray, shape (groups, steps)
        Answers at each step (int64), or sums of their weights (float64).
    squares : ndarray or None, shape (groups, steps)
        Sums of squared weights, when weighted.
    raw : ndarray of int64, shape (groups, steps)
        Answers at each step, whatever their weight.
    missing : ndarray of int64, shape (groups,)
        Answers that are missing.
    out_of_scale : ndarray of int64, shape (groups,)
        Numbers below the lowest step or above the highest.
    not_a_step : ndarray of int64, shape (groups,)
        Numbers between two steps.
    """

    counts: IntArray | FloatArray
    squares: FloatArray | None = None
    raw: IntArray
    missing: IntArray
    out_of_scale: IntArray
    not_a_step: IntArray


def grouped_histogram(
    values: Numbers,
    groups: NDArray[np.intp],
    n_groups: int,
    low: int,
    high: int,
    *,
    missing: BoolArray | None = None,
    weight: FloatArray | None = None,
    count: IntArray | None = None,
) -> GroupedSteps:
    """Count the answers of each group at each whole step from ``low`` to ``high``.

    ``groups`` holds a place from 0 to ``n_groups`` - 1 for each row. A row stands for ``count`` answers, each of
    weight ``weight``; both are known to be finite and not negative.
    """
    width = high - low + 1
    bins = n_groups * width
    if count is not None:
        refuse_overflow(count, "count")
    raw = np.zeros(bins, np.int64)
    lost = np.zeros((3, n_groups), np.int64)
    sums, squares = (None, None) if weight is None else (np.zeros(bins), np.zeros(bins))
    for part in parts(values.size, max(CHUNK, 2 * bins)):
        steps, rejected = steps_of(values[part], low, high, of(missing, part))
        place = groups[part] * width
        place += steps.astype(np.intp, copy=False)
        times = None if count is None else count[part]
        raw += exact_bincount(place, times, bins)
        for reason, mask in enumerate(rejected):
            if mask is not None:
                here = np.flatnonzero(mask)
                lost[reason] += exact_bincount(groups[part][here], None if times is None else times[here], n_groups)
        if weight is not None and sums is not None and squares is not None:
            each = np.where(_any(rejected), 0.0, weight[part])
            total = each if times is None else each * times
            sums += np.bincount(place, total, bins)
            squares += np.bincount(place, total * each, bins)
    table = raw.reshape(n_groups, width)
    table[:, 0] -= lost.sum(axis=0)
    return GroupedSteps(
        counts=table if sums is None else sums.reshape(n_groups, width),
        squares=None if squares is None else squares.reshape(n_groups, width),
        raw=table,
        missing=lost[0],
        out_of_scale=lost[1],
        not_a_step=lost[2],
    )


def _any(rejected: tuple[BoolArray | None, ...]) -> BoolArray | bool:
    found: BoolArray | bool = False
    for mask in rejected:
        if mask is not None:
            found = mask | found
    return found
