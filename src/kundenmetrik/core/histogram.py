"""How often each step of a scale occurs among many answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.arrays import BoolArray, IntArray
from kundenmetrik.core.bits import BLOCK, VALUES, Planes, all_small
from kundenmetrik.core.steps import Rejected, of, parts, steps_of
from kundenmetrik.errors import FIRST, Fault

__all__ = ["Steps", "histogram", "offenders"]

Numbers = NDArray[Any]

SMALL = 1 << 12
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
        Numbers below the lowest step or above the highest, infinite ones among them.
    not_a_step : int
        Numbers between two steps.
    """

    counts: IntArray
    missing: int = 0
    out_of_scale: int = 0
    not_a_step: int = 0


def histogram(values: Numbers, low: int, high: int, missing: BoolArray | None = None) -> Steps:
    """Count the answers at each whole step from ``low`` to ``high``; no copy of the whole column is made."""
    if values.size <= SMALL and missing is None and values.dtype == np.int64:
        shifted = values - low if low else values
        if shifted.size and int(shifted.view(np.uint64).max()) <= high - low:
            return Steps(counts=np.bincount(shifted, minlength=high - low + 1))
    if values.size > SMALL and high - low < VALUES:
        return _histogram_by_planes(values, low, high, missing)
    return _sum(
        [_histogram_of_chunk(values[part], low, high, of(missing, part)) for part in parts(values.size)], low, high
    )


def _histogram_of_chunk(chunk: Numbers, low: int, high: int, missing: BoolArray | None) -> Steps:
    steps, rejected = steps_of(chunk, low, high, missing)
    return _steps(np.bincount(steps.astype(np.intp), minlength=high - low + 1), _numbers(rejected))


def _numbers(rejected: Rejected) -> IntArray:
    return np.array([0 if reason is None else np.count_nonzero(reason) for reason in rejected])


def _steps(counts: IntArray, lost: IntArray) -> Steps:
    """Return the counts without the rejected numbers, which stand at the first step."""
    counts[0] -= lost.sum()
    return Steps(counts=counts, missing=int(lost[0]), out_of_scale=int(lost[1]), not_a_step=int(lost[2]))


def _sum(several: list[Steps], low: int, high: int) -> Steps:
    return Steps(
        counts=sum((one.counts for one in several), np.zeros(high - low + 1, np.int64)),
        missing=sum(one.missing for one in several),
        out_of_scale=sum(one.out_of_scale for one in several),
        not_a_step=sum(one.not_a_step for one in several),
    )


def _histogram_by_planes(values: Numbers, low: int, high: int, missing: BoolArray | None) -> Steps:
    planes = Planes(min(BLOCK, values.size))
    several = [
        _histogram_of_block(planes, values[part], low, high, of(missing, part)) for part in parts(values.size, BLOCK)
    ]
    return _sum(several, low, high)


def _histogram_of_block(planes: Planes, block: Numbers, low: int, high: int, missing: BoolArray | None) -> Steps:
    if block.dtype.itemsize == 1 and missing is None and low >= 0 and high < VALUES:
        body, tail = _words(block.view(np.uint8))
        if all_small(body) and (not tail.size or int(tail.max()) < VALUES):
            tally = planes.count(body) + np.bincount(tail, minlength=VALUES)
            return Steps(counts=tally[low : high + 1], out_of_scale=int(tally[:low].sum() + tally[high + 1 :].sum()))
    codes = np.empty(block.size, np.uint8)
    lost = np.zeros(3, np.int64)
    for part in parts(block.size):
        codes[part], rejected = steps_of(block[part], low, high, of(missing, part))
        lost += _numbers(rejected)
    body, tail = _words(codes)
    counts = (planes.count(body) + np.bincount(tail, minlength=VALUES))[: high - low + 1]
    return _steps(counts, lost)


def _words(block: NDArray[np.uint8]) -> tuple[NDArray[np.uint64], NDArray[np.uint8]]:
    """Return the bytes as whole words, eight at a time, and the bytes left over."""
    whole = block.size // 64 * 64
    body = block[:whole]
    if not (body.flags.c_contiguous and body.ctypes.data % 8 == 0):
        body = body.copy()
    return body.view(np.uint64), block[whole:]


def offenders(
    values: Numbers, low: int, high: int, missing: BoolArray | None = None, column: str = "scores", *, remedy: str = ""
) -> list[Fault]:
    """Return the fault of the numbers that are no step of the scale, with their first rows and values."""
    count, rows = 0, []
    for part in parts(values.size):
        _, rejected = steps_of(values[part], low, high, of(missing, part))
        for reason in rejected[1:]:
            if reason is not None:
                count += int(np.count_nonzero(reason))
                rows += [part.start + int(row) for row in np.flatnonzero(reason)[:FIRST]]
    if not count:
        return []
    first = tuple(sorted(rows)[:FIRST])
    shown = tuple(values[row].item() for row in first)
    rule = f"be whole steps from {low} to {high}"
    return [
        Fault(
            column=column,
            rule=rule,
            count=count,
            of=values.size,
            rows=first,
            values=shown,
            code="not_a_step",
            remedy=remedy,
        )
    ]
