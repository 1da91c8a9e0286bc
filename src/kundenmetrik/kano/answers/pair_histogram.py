"""The histogram of pairs of positions, the one place where every answer is touched."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["PAIR", "SIDE", "grouped_histogram", "pair_histogram"]

SIDE = 8
PAIR = SIDE * SIDE
"""Codes of a pair: functional times 8 plus dysfunctional, both from 0 to 7."""
BLOCK = 1 << 16
BINS = 1 << 14

Codes = NDArray[np.int8]


def pair_histogram(functional: Codes, dysfunctional: Codes) -> NDArray[np.int64]:
    """Return how often each of the 64 pairs occurs.

    Two answers at a time: seen as 16-bit words, one shift and one union put two pairs next to each
    other, and one histogram of words counts both. That halves the work of counting.
    """
    first, second = np.ascontiguousarray(functional), np.ascontiguousarray(dysfunctional)
    even = len(first) // 2 * 2
    words = _word_histogram(first[:even].view(np.uint16), second[:even].view(np.uint16))
    both = words.reshape(PAIR, 4, PAIR).sum(axis=1)
    counts: NDArray[np.int64] = both.sum(axis=0) + both.sum(axis=1)
    if even < len(first):
        counts[int(first[-1]) * SIDE + int(second[-1])] += 1
    return counts


def _word_histogram(first: NDArray[np.uint16], second: NDArray[np.uint16]) -> NDArray[np.int64]:
    """Count words in blocks that stay in the cache; a word holds two bytes below 64."""
    total = np.zeros(BINS, dtype=np.int64)
    words, wide = np.empty(BLOCK, dtype=np.uint16), np.empty(BLOCK, dtype=np.intp)
    for start in range(0, len(first), BLOCK):
        size = min(BLOCK, len(first) - start)
        np.left_shift(first[start : start + size], 3, out=words[:size])
        np.bitwise_or(words[:size], second[start : start + size], out=words[:size])
        wide[:size] = words[:size]
        total += np.bincount(wide[:size], minlength=BINS)
    return total


def grouped_histogram(
    functional: Codes, dysfunctional: Codes, groups: NDArray[Any], size: int, weights: NDArray[np.float64] | None = None
) -> NDArray[Any]:
    """Return the histogram of pairs for each group: size x 64, integers without weights."""
    codes = groups.astype(np.int64) * PAIR + (functional.astype(np.int64) * SIDE + dysfunctional)
    return np.bincount(codes, weights=weights, minlength=size * PAIR).reshape(size, PAIR)
