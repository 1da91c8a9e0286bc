"""How often each pair of coded answers occurs, over all rows or by group."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.arrays import IntArray

ANSWER_CODES = 8
"""Codes of an answer: 0 missing, 1 to 5, 6 out of scale, 7 not a step."""
PAIR_CODES = ANSWER_CODES * ANSWER_CODES
"""Codes of a pair: functional times 8 plus dysfunctional."""
WORD_BLOCK = 1 << 16
"""Words counted at a time, so that they stay in the cache."""
WORDS = 1 << 14
"""Words that two pairs can make: two bytes below 64."""

Codes = NDArray[np.int8]


def pair_codes(functional: Codes, dysfunctional: Codes) -> Codes:
    """Return the code of each pair, from 0 to 63."""
    return functional * np.int8(ANSWER_CODES) + dysfunctional


def pair_histogram(functional: Codes, dysfunctional: Codes) -> IntArray:
    """Return how often each of the 64 pairs occurs.

    Two answers at a time: seen as 16-bit words, one shift and one union put two pairs next to each
    other, and one histogram of words counts both. That halves the work of counting.
    """
    first, second = np.ascontiguousarray(functional), np.ascontiguousarray(dysfunctional)
    even = len(first) // 2 * 2
    words = _word_histogram(first[:even].view(np.uint16), second[:even].view(np.uint16))
    both = words.reshape(PAIR_CODES, 4, PAIR_CODES).sum(axis=1)
    counts: IntArray = both.sum(axis=0) + both.sum(axis=1)
    if even < len(first):
        counts[int(first[-1]) * ANSWER_CODES + int(second[-1])] += 1
    return counts


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
