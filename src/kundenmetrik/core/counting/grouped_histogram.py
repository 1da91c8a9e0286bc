"""How often each step of a scale occurs in each of many groups."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kundenmetrik.core.arrays import AnyArray, BoolArray, CodeArray, FloatArray, IntArray
from kundenmetrik.core.counting.grouped_sums import exact_bincount, refuse_overflow
from kundenmetrik.core.counting.scale_steps import CHUNK, Rejected, part_of, parts, steps_of


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
        AnyArray below the lowest step or above the highest.
    not_a_step : ndarray of int64, shape (groups,)
        AnyArray between two steps.
    """

    counts: IntArray | FloatArray
    squares: FloatArray | None = None
    raw: IntArray
    missing: IntArray
    out_of_scale: IntArray
    not_a_step: IntArray


def grouped_histogram(
    values: AnyArray,
    groups: CodeArray,
    n_groups: int,
    low: int,
    high: int,
    *,
    missing: BoolArray | None = None,
    weight: FloatArray | None = None,
    count: IntArray | None = None,
) -> GroupedSteps:
    """Count the answers of each group at each whole step from ``low`` to ``high``.

    Parameters
    ----------
    values : ndarray
        Integers or floats of any width; NaN is missing.
    groups : ndarray of int
        The place of each row's group, from 0 to ``n_groups`` - 1.
    n_groups : int
        How many groups there are.
    low, high : int
        The ends of the scale, both steps of it.
    missing : ndarray of bool, optional
        Which values are missing, whatever stands there.
    weight : ndarray of float, optional
        The survey weight of an answer, finite and not negative.
    count : ndarray of int, optional
        How many answers a row stands for, not negative.

    Returns
    -------
    GroupedSteps
        Exact counts; with weights also their sums and sums of squares.

    Raises
    ------
    InvalidArgument
        If the counts add up to more than 64 bits hold.
    """
    width = high - low + 1
    bins = n_groups * width
    wide = np.result_type(groups.dtype, np.min_scalar_type(-bins))  # as narrow as holds them: less to move
    if count is not None:
        refuse_overflow(count, "count")
    raw, lost = np.zeros(bins, np.int64), np.zeros((3, n_groups), np.int64)
    sums, squares = np.zeros((2, bins if weight is not None else 0))
    for part in parts(values.size, max(CHUNK, 2 * bins)):
        steps, rejected = steps_of(values[part], low, high, part_of(missing, part))
        cells = np.multiply(groups[part], width, dtype=wide)
        cells += steps.astype(wide, copy=False)
        times = None if count is None else count[part]
        raw += exact_bincount(cells, times, bins)
        lost += _rejected_by_group(rejected, groups[part], times, n_groups)
        if weight is not None:
            each = _without(rejected, weight[part])
            total = each if times is None else each * times
            sums += np.bincount(cells, total, bins)
            squares += np.bincount(cells, total * each, bins)
    table = raw.reshape(n_groups, width)
    table[:, 0] -= lost.sum(axis=0)  # what is rejected stands at the first step
    return GroupedSteps(
        counts=table if weight is None else sums.reshape(n_groups, width),
        squares=None if weight is None else squares.reshape(n_groups, width),
        raw=table,
        missing=lost[0],
        out_of_scale=lost[1],
        not_a_step=lost[2],
    )


def _rejected_by_group(rejected: Rejected, groups: CodeArray, times: IntArray | None, n_groups: int) -> IntArray:
    """Return the rejected answers of each group, by reason."""
    lost = np.zeros((3, n_groups), np.int64)
    for reason, mask in zip(lost, rejected, strict=True):
        if mask is not None:
            here = np.flatnonzero(mask)
            np.add(reason, exact_bincount(groups[here], None if times is None else times[here], n_groups), out=reason)
    return lost


def _without(rejected: Rejected, weight: FloatArray) -> FloatArray:
    """Return the weights, 0 for the rejected answers."""
    masks = [mask for mask in rejected if mask is not None]
    return np.where(np.logical_or.reduce(masks), 0.0, weight) if masks else weight
