"""The tally: how often each pair of answers occurs for each feature and segment."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.kano.answers.answers import Answers, Block
from kundenmetrik.kano.answers.pair_histogram import SIDE, grouped_histogram, pair_histogram
from kundenmetrik.kano.answers.positions import NOT_A_STEP, OUT_OF_SCALE

__all__ = ["ON_REQUEST", "cell_names", "tally", "transposed"]

ON_REQUEST = "on_request"
"""Why answers of people who were named are left out."""


def tally(
    answers: Answers,
    steps: int,
    *,
    weights: FloatArray | None = None,
    counts: FloatArray | None = None,
    left_out: BoolArray | None = None,
) -> Counts:
    """Count every pair of answers of every group; integers stay integers, weights keep their squares."""
    rows = _histogram(answers, _product(counts, _kept(left_out)))
    excluded = _excluded(rows, steps)
    if left_out is not None and left_out.any():
        gone = _histogram(answers, _product(counts, left_out.astype(np.float64)))
        excluded[ON_REQUEST] = gone.sum(axis=1)
    common: dict[str, Any] = {"groups": answers.groups, "cells": cell_names(steps), "excluded": excluded}
    if weights is None:
        return Counts(table=_cells(rows, steps), **common)
    kept = _product(counts, _kept(left_out))
    return Counts(
        table=_cells(_weighted(answers, _product(weights, kept)), steps),
        squares=_cells(_weighted(answers, _product(weights * weights, kept)), steps),
        raw=_cells(rows, steps),
        **common,
    )


def cell_names(steps: int) -> tuple[str, ...]:
    """Return the names of the cells: functional-dysfunctional, row by row."""
    return tuple(f"{f}-{d}" for f in range(1, steps + 1) for d in range(1, steps + 1))


def transposed(counts: Counts, rows: BoolArray, steps: int) -> Counts:
    """Return the counts with functional and dysfunctional exchanged in some rows."""

    def turned(array: NDArray[Any] | None) -> Any:
        if array is None:
            return None
        swapped = array.reshape(-1, steps, steps).transpose(0, 2, 1).reshape(array.shape)
        return np.where(rows[:, None], swapped, array)

    parts = {part: turned(getattr(counts, part)) for part in ("table", "squares", "raw")}
    return replace(counts, **parts)


def _histogram(answers: Answers, multiples: FloatArray | None) -> NDArray[np.int64]:
    if multiples is None:
        return _sum(answers, None)
    whole: NDArray[np.int64] = np.rint(_sum(answers, multiples)).astype(np.int64)
    return whole


def _weighted(answers: Answers, weights: FloatArray | None) -> FloatArray:
    return _sum(answers, weights).astype(np.float64)


def _sum(answers: Answers, weights: FloatArray | None) -> NDArray[Any]:
    total = np.zeros((len(answers.groups), SIDE * SIDE), dtype=np.int64 if weights is None else np.float64)
    for block in answers.blocks:
        part = total[block.within]
        part += _of_block(block, len(part), weights)
    return total


def _of_block(block: Block, size: int, weights: FloatArray | None) -> NDArray[Any]:
    if block.groups is None and weights is None:
        return pair_histogram(block.functional, block.dysfunctional)
    groups = np.zeros(len(block.functional), dtype=np.int64) if block.groups is None else block.groups
    return grouped_histogram(block.functional, block.dysfunctional, groups, size, weights)


def _cells(pairs: NDArray[Any], steps: int) -> NDArray[Any]:
    square = pairs.reshape(-1, SIDE, SIDE)[:, 1 : steps + 1, 1 : steps + 1]
    return np.ascontiguousarray(square.reshape(len(pairs), steps * steps))


def _excluded(pairs: NDArray[np.int64], steps: int) -> dict[str, NDArray[np.int64]]:
    """Return what is in no cell, by reason: an answer off the scale outweighs a missing one."""
    square = pairs.reshape(-1, SIDE, SIDE)
    wide = square[:, :OUT_OF_SCALE, :OUT_OF_SCALE].sum(axis=(1, 2))
    whole = square[:, :NOT_A_STEP, :NOT_A_STEP].sum(axis=(1, 2))
    cells = _cells(pairs, steps).sum(axis=1)
    missing = square[:, 0, 0]
    return {
        "missing": missing.copy(),
        "half_missing": wide - cells - missing,
        "out_of_scale": whole - wide,
        "not_a_step": pairs.sum(axis=1) - whole,
    }


def _product(first: FloatArray | None, second: FloatArray | None) -> FloatArray | None:
    if first is None or second is None:
        return first if second is None else second
    return first * second


def _kept(left_out: BoolArray | None) -> FloatArray | None:
    return None if left_out is None or not left_out.any() else (~left_out).astype(np.float64)
