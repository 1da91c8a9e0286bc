"""The tally: how often each pair of answers occurs for each feature and segment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray
from kundenmetrik.core.counting.grouped_histogram import grouped_histogram
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.kano.answers.answers import Answers
from kundenmetrik.kano.answers.pair_histogram import ANSWER_CODES, PAIR_CODES, pair_codes, pair_histogram
from kundenmetrik.kano.answers.positions import NOT_A_STEP, OUT_OF_SCALE

ON_REQUEST = "on_request"
"""Why answers of people who were named are left out."""


def tally(
    answers: Answers,
    steps: int,
    *,
    weights: FloatArray | None = None,
    counts: IntArray | None = None,
    left_out: BoolArray | None = None,
) -> Counts:
    """Count every pair of answers of every group; integers stay integers, weights keep their squares."""
    rows = None if left_out is None or not left_out.any() else ~left_out
    pairs = _pair_sums(answers, weights, counts, rows)
    excluded = _excluded_by_reason(pairs.raw, steps)
    if left_out is not None and rows is not None:
        excluded[ON_REQUEST] = _pair_sums(answers, None, counts, left_out).raw.sum(axis=1)
    return Counts(
        groups=answers.groups,
        cells=cell_names(steps),
        table=_cells(pairs.counts, steps),
        squares=None if pairs.squares is None else _cells(pairs.squares, steps),
        raw=None if pairs.squares is None else _cells(pairs.raw, steps),
        excluded=excluded,
    )


def cell_names(steps: int) -> tuple[str, ...]:
    """Return the names of the cells: functional-dysfunctional, row by row."""
    return tuple(f"{f}-{d}" for f in range(1, steps + 1) for d in range(1, steps + 1))


def transpose(counts: Counts, rows: BoolArray, steps: int) -> Counts:
    """Return the counts with functional and dysfunctional exchanged in some rows."""

    def exchange(array: NDArray[Any] | None) -> Any:
        if array is None:
            return None
        swapped = array.reshape(-1, steps, steps).transpose(0, 2, 1).reshape(array.shape)
        return np.where(rows[:, None], swapped, array)

    parts = {part: exchange(getattr(counts, part)) for part in ("table", "squares", "raw")}
    return replace(counts, **parts)


@dataclass(frozen=True, slots=True)
class _PairSums:
    """Sums over the answers of each group and pair code: weights or rows, squared weights, rows."""

    counts: NDArray[Any]
    squares: FloatArray | None
    raw: IntArray


def _pair_sums(
    answers: Answers, weights: FloatArray | None, counts: IntArray | None, rows: BoolArray | None
) -> _PairSums:
    """Sum the chosen rows of all blocks."""
    shape = len(answers.groups), PAIR_CODES
    raw = np.zeros(shape, dtype=np.int64)
    sums, squares = (None, None) if weights is None else np.zeros((2, *shape))

    def select(column: NDArray[Any] | None) -> Any:
        return column if column is None or rows is None else column[rows]

    for block in answers.blocks:
        functional, dysfunctional = select(block.functional), select(block.dysfunctional)
        if block.groups is None and weights is None and counts is None:
            raw[block.within] += pair_histogram(functional, dysfunctional)
            continue
        groups = np.zeros(len(functional), dtype=np.int64) if block.groups is None else select(block.groups)
        steps = grouped_histogram(
            pair_codes(functional, dysfunctional),
            groups,
            len(raw[block.within]),
            0,
            PAIR_CODES - 1,
            weight=select(weights),
            count=select(counts),
        )
        raw[block.within] += steps.raw
        if sums is not None and squares is not None and steps.squares is not None:
            sums[block.within] += steps.counts
            squares[block.within] += steps.squares
    return _PairSums(raw if sums is None else sums, squares, raw)


def _cells(pairs: NDArray[Any], steps: int) -> NDArray[Any]:
    square = pairs.reshape(-1, ANSWER_CODES, ANSWER_CODES)[:, 1 : steps + 1, 1 : steps + 1]
    return np.ascontiguousarray(square.reshape(len(pairs), steps * steps))


def _excluded_by_reason(pairs: IntArray, steps: int) -> dict[str, IntArray]:
    """Return what is in no cell, by reason: an answer off the scale outweighs a missing one."""
    square = pairs.reshape(-1, ANSWER_CODES, ANSWER_CODES)
    on_scale = square[:, :OUT_OF_SCALE, :OUT_OF_SCALE].sum(axis=(1, 2))
    steps_only = square[:, :NOT_A_STEP, :NOT_A_STEP].sum(axis=(1, 2))
    cells = _cells(pairs, steps).sum(axis=1)
    missing = square[:, 0, 0]
    return {
        "missing": missing.copy(),
        "half_missing": on_scale - cells - missing,
        "out_of_scale": steps_only - on_scale,
        "not_a_step": pairs.sum(axis=1) - steps_only,
    }
