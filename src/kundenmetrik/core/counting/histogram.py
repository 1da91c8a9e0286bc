"""How often each step of a scale occurs among many answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.arrays import AnyArray, BoolArray, IntArray
from kundenmetrik.core.counting.bit_planes import LARGEST_TOP, Planes
from kundenmetrik.core.counting.byte_reader import StepBytes
from kundenmetrik.core.counting.scale_steps import Rejected, part_of, parts, steps_of
from kundenmetrik.errors import FIRST, Fault

STEPS_PER_BLOCK = 1 << 19
"""How many steps are gathered before their bit planes are counted."""
MAX_PLAIN_COUNT = 1 << 12
"""Up to so many answers one count of the whole column is quickest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The answers at each step of a scale, and those at none.

    Attributes
    ----------
    counts : ndarray of int64, shape (steps,)
        Answers at each step, from the lowest.
    missing : int
        Answers that are missing.
    out_of_scale : int
        AnyArray below the lowest step or above the highest, infinite ones among them.
    not_a_step : int
        AnyArray between two steps.
    """

    counts: IntArray
    missing: int = 0
    out_of_scale: int = 0
    not_a_step: int = 0


def histogram(values: AnyArray, low: int, high: int, missing: BoolArray | None = None) -> Steps:
    """Count the answers at each whole step from ``low`` to ``high``; no copy of the whole column is made.

    Parameters
    ----------
    values : ndarray
        Integers or floats of any width; NaN is missing.
    low, high : int
        The ends of the scale, both steps of it.
    missing : ndarray of bool, optional
        Which values are missing, whatever stands there.

    Returns
    -------
    Steps
        Exact counts. What is off the scale or between two steps is counted by reason, never rounded.
    """
    if values.size <= MAX_PLAIN_COUNT and missing is None and values.dtype == np.int64:
        shifted = values - low if low else values
        if shifted.size and int(np.maximum.reduce(shifted.view(np.uint64))) <= high - low:
            return Steps(counts=np.bincount(shifted, minlength=high - low + 1))
    if values.size <= MAX_PLAIN_COUNT or high - low > LARGEST_TOP or high == low:
        return _count_in_chunks(values, low, high, missing)
    if values.dtype.itemsize == 1 and missing is None and low >= 0 and high <= LARGEST_TOP:
        tally = Planes(high, values.size).count(values.view(np.uint8))
        if tally is not None:
            return Steps(counts=tally[low:], out_of_scale=int(tally[:low].sum()) if low else 0)
    return _count_in_planes(values, low, high, missing)


def _count_in_chunks(values: AnyArray, low: int, high: int, missing: BoolArray | None) -> Steps:
    counts, lost = np.zeros(high - low + 1, np.int64), np.zeros(3, np.int64)
    for part in parts(values.size):
        steps, rejected = steps_of(values[part], low, high, part_of(missing, part))
        counts += np.bincount(steps.astype(np.intp), minlength=high - low + 1)
        lost += _numbers(rejected)
    return _steps(counts, lost)


@np.errstate(invalid="ignore")
def _count_in_planes(values: AnyArray, low: int, high: int, missing: BoolArray | None) -> Steps:
    counts, lost = np.zeros(high - low + 1, np.int64), np.zeros(3, np.int64)
    length = min(STEPS_PER_BLOCK, values.size)
    planes, quick = Planes(high - low, length), StepBytes(low, high, length)
    for rows in parts(values.size, STEPS_PER_BLOCK):
        block, gaps = values[rows], part_of(missing, rows)
        steps, gone = quick.steps[: block.size], quick.read(block, gaps)
        lost += _read(block, low, high, gaps, steps) if gone is None else (gone, 0, 0)
        counts += cast(IntArray, planes.count(steps))  # no step is above the top
    return _steps(counts, lost)


def _read(block: AnyArray, low: int, high: int, missing: BoolArray | None, steps: NDArray[np.uint8]) -> IntArray:
    """Write the steps of a block as bytes and return how many numbers are missing, off the scale and no step."""
    lost = np.zeros(3, np.int64)
    for part in parts(block.size):
        steps[part], rejected = steps_of(block[part], low, high, part_of(missing, part))
        lost += _numbers(rejected)
    return lost


def _numbers(rejected: Rejected) -> IntArray:
    return np.array([0 if reason is None else np.count_nonzero(reason) for reason in rejected])


def _steps(counts: IntArray, lost: IntArray) -> Steps:
    """Return the counts without the rejected numbers, which stand at the first step."""
    counts[0] -= lost.sum()
    return Steps(counts=counts, missing=int(lost[0]), out_of_scale=int(lost[1]), not_a_step=int(lost[2]))


def offenders(
    values: AnyArray, low: int, high: int, missing: BoolArray | None = None, column: str = "scores", *, remedy: str = ""
) -> list[Fault]:
    """Return the fault of the numbers that are no step of the scale, with their first rows and values; or none."""
    rows, count, codes = [], 0, set()
    for part in parts(values.size):
        _, (_, out_of_scale, not_a_step) = steps_of(values[part], low, high, part_of(missing, part))
        for code, mask in (("out_of_scale", out_of_scale), ("not_a_step", not_a_step)):
            if mask is not None:
                found = np.flatnonzero(mask)
                count += found.size
                codes.add(code)
                rows += (found[:FIRST] + part.start).tolist()
    if not count:
        return []
    first = tuple(sorted(rows)[:FIRST])
    return [
        Fault(
            column=column,
            rule=f"be whole steps from {low} to {high}",
            count=count,
            of=values.size,
            rows=first,
            values=tuple(values[row].item() for row in first),
            code=codes.pop() if len(codes) == 1 else "off_the_scale",
            remedy=remedy,
        )
    ]
