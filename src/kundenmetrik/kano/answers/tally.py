"""The tally: how often each pair of answers occurs for each feature and segment."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from kundenmetrik.core.counting.grouped_histogram import grouped_histogram
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.kano.answers.answers import Answers
from kundenmetrik.kano.answers.positions import NOT_A_STEP, OUT_OF_SCALE

ANSWER_CODES = 8
"""Codes of an answer: 0 missing, 1 to 5, 6 out of scale, 7 not a step."""
PAIR_CODES = ANSWER_CODES * ANSWER_CODES
"""Codes of a pair: functional times 8 plus dysfunctional."""
EVERY_ROW = slice(None)
WORD_BLOCK = 1 << 16
"""Words counted at a time, so that they stay in the cache."""
WORDS = 1 << 14
"""Words that two pairs can make: two bytes below 64."""

Codes = NDArray[np.int8]


def pair_codes(functional: Codes, dysfunctional: Codes) -> Codes:
    """Return the code of each pair, from 0 to 63."""
    return functional * np.int8(ANSWER_CODES) + dysfunctional


def pair_histogram(functional: Codes, dysfunctional: Codes, groups: IntArray | None = None, size: int = 1) -> IntArray:
    """Return how often each of the 64 pairs occurs in each group, groups by pairs.

    Without groups two answers at a time: seen as 16-bit words, one shift and one union put two pairs next to each
    other, and one histogram of words counts both. That halves the work of counting.
    """
    if groups is not None:
        places = groups * PAIR_CODES + pair_codes(functional, dysfunctional)
        return np.bincount(places, minlength=size * PAIR_CODES).reshape(size, PAIR_CODES)
    first, second = np.ascontiguousarray(functional), np.ascontiguousarray(dysfunctional)
    even = len(first) // 2 * 2
    words = _word_histogram(first[:even].view(np.uint16), second[:even].view(np.uint16))
    both = words.reshape(PAIR_CODES, 4, PAIR_CODES).sum(axis=1)
    counts = both.sum(axis=0) + both.sum(axis=1)
    if even < len(first):
        counts[int(first[-1]) * ANSWER_CODES + int(second[-1])] += 1
    return np.asarray(counts[None, :], dtype=np.int64)


def _word_histogram(first: NDArray[np.uint16], second: NDArray[np.uint16]) -> IntArray:
    total = np.zeros(WORDS, dtype=np.int64)
    words, wide = np.empty(WORD_BLOCK, dtype=np.uint16), np.empty(WORD_BLOCK, dtype=np.intp)
    for start in range(0, len(first), WORD_BLOCK):
        size = min(WORD_BLOCK, len(first) - start)
        np.left_shift(first[start : start + size], 3, out=words[:size])
        np.bitwise_or(words[:size], second[start : start + size], out=words[:size])
        wide[:size] = words[:size]
        total += np.bincount(wide[:size], minlength=WORDS)
    return total


def tally(
    answers: Answers,
    steps: int,
    *,
    weights: FloatArray | None = None,
    counts: IntArray | None = None,
    left_out: BoolArray | None = None,
) -> Counts:
    """Count every pair of answers of every group; integers stay integers, weights keep their squares."""
    if left_out is None or not left_out.any():
        raw, weighted = _pair_sums(answers, weights, counts)
        excluded = _excluded_by_reason(raw, steps)
    else:
        raw, weighted = _pair_sums(answers, weights, counts, ~left_out)
        on_request = _pair_sums(answers, None, counts, left_out)[0]
        excluded = _excluded_by_reason(raw, steps) | {"on_request": on_request.sum(axis=1)}
    return Counts(
        groups=answers.groups,
        cells=cell_names(steps),
        table=_cells(raw if weighted is None else weighted[0], steps),
        squares=None if weighted is None else _cells(weighted[1], steps),
        raw=None if weighted is None else _cells(raw, steps),
        excluded=excluded,
    )


@cache
def cell_names(steps: int) -> tuple[str, ...]:
    """Return the names of the cells: functional-dysfunctional, row by row."""
    return tuple(f"{f}-{d}" for f in range(1, steps + 1) for d in range(1, steps + 1))


def transpose(counts: Counts, rows: BoolArray, steps: int) -> Counts:
    """Return the counts with functional and dysfunctional exchanged in some rows."""
    there = {part: array for part in ("table", "squares", "raw") if (array := getattr(counts, part)) is not None}
    squares = {part: array.reshape(-1, steps, steps) for part, array in there.items()}
    swapped = {part: np.where(rows[:, None, None], square.swapaxes(1, 2), square) for part, square in squares.items()}
    return replace(counts, **{part: square.reshape(there[part].shape) for part, square in swapped.items()})


def _pair_sums(
    answers: Answers, weights: FloatArray | None, counts: IntArray | None, rows: BoolArray | slice = EVERY_ROW
) -> tuple[IntArray, FloatArray | None]:
    """Return how many of the rows have each pair code in each group, and the sums of weights and of squared ones."""
    shape = len(answers.groups), PAIR_CODES
    raw, weighted = np.zeros(shape, dtype=np.int64), None if weights is None else np.zeros((2, *shape))
    weight = None if weights is None else weights[rows]
    count = None if counts is None else counts[rows]
    for block in answers.blocks:
        functional, dysfunctional, size = block.functional[rows], block.dysfunctional[rows], len(raw[block.within])
        groups = None if block.groups is None else block.groups[rows]
        if weight is None and count is None:
            raw[block.within] += pair_histogram(functional, dysfunctional, groups, size)
            continue
        pairs, places = pair_codes(functional, dysfunctional), np.zeros(len(functional), np.int64)
        found = grouped_histogram(
            pairs, places if groups is None else groups, size, 0, PAIR_CODES - 1, weight=weight, count=count
        )
        raw[block.within] += found.raw
        if weighted is not None:
            weighted[:, block.within] += (found.counts, found.squares)  # type: ignore[arg-type]
    return raw, weighted


def _cells(pairs: AnyArray, steps: int) -> AnyArray:
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
