"""How often each small number occurs among many bytes, counted sixty-four at a time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.arrays import IntArray

LARGEST_TOP = 11
"""The largest number that the four planes and their intersections tell apart."""
PLANE_BYTES = 13 << 16
"""How many bytes the planes of a block take at most; so they stay in the cache."""
WORDS_PER_SUM = 1008
"""How many words' population counts are added in 16 bits."""

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Totals = IntArray

SETS: tuple[int, ...] = 8, 2, 4, 1, 3, 9, 10, 11
"""The set of bits that each row of words stands for: four single planes, then intersections of them."""
SETS_WITH_FOUR: tuple[int, ...] = 8, 6, 7, 5
"""What the first rows stand for after 2, 3 and 1 were intersected with the plane of 4."""
ONE, TWO, FOUR = (np.array(bits, np.uint64) for bits in (1, 2, 4))
EVERY_OTHER_BIT = np.array(0x5555555555555555, np.uint64)
EVERY_OTHER_PAIR = np.array(0x3333333333333333, np.uint64)


class Planes:
    """Counts small numbers in bytes by their bit planes.

    A block of bytes is turned into four planes, one for each bit, in which a number is one bit wide. How many numbers
    have certain bits is then the population count of an intersection of planes, and how many numbers are
    exactly 0, 1, 2 ... follows by inclusion and exclusion: whole words throughout, in one memory, and exact.

    Parameters
    ----------
    top : int
        The largest number there may be, at most 11.
    size : int
        How many numbers there are at most.
    """

    __slots__ = ("_memory", "_ones", "_words", "top")

    def __init__(self, top: int, size: int) -> None:
        rows, sets = _rows(top), len(_sets(top))
        self.top: int = top
        self._words = min(PLANE_BYTES // (8 * rows + sets) // WORDS_PER_SUM * WORDS_PER_SUM, size // 64)
        self._memory = np.empty(rows * self._words, np.uint64)
        self._ones = np.empty(sets * _whole_parts(self._words), np.uint8)

    def count(self, numbers: Bytes) -> Totals | None:
        """Return how often each of 0 to ``top`` occurs, or None if there is a larger number."""
        whole = numbers.size // 64 * 64
        body, tail = numbers[:whole], numbers[whole:]
        if not (body.flags.c_contiguous and body.view(np.uint64).flags.aligned):
            body = body.copy()
        matrix = _exactly(self.top)
        together = np.zeros(matrix.shape[1], np.int64)
        together[0] = whole
        for part, words in _division(body, self._words):
            counter = _BlockCounter(self.top, words, self._memory, self._ones)
            if not all(map(counter.count, part.reshape(-1, 64 * words))):
                return None
            together[1:] += counter.totals()
        counts: Totals = matrix @ together
        if tail.size:
            rest = plain_counts(tail, self.top)
            return None if rest is None else counts + rest
        return counts


def plain_counts(numbers: Bytes, top: int) -> Totals | None:
    """Return what :meth:`Planes.count` returns, by numpy's own count: what the tests compare with (decision 0090)."""
    if numbers.size and int(numbers.max()) > top:
        return None
    return np.bincount(numbers, minlength=top + 1)


class _BlockCounter:
    """Counts the numbers of blocks of one size in memory that is taken once."""

    __slots__ = ("_after", "_before", "_exchanges", "_first", "_packed", "_parts", "_second", "_shape", "_sums", "top")

    def __init__(self, top: int, words: int, memory: Words, ones: Bytes) -> None:
        first, second = _rows_to_count(top)
        rows = memory[: _rows(top) * words].reshape(-1, words)
        ones = ones[: len(_sets(top)) * _whole_parts(words)].reshape(-1, _whole_parts(words))
        ones[:, words:] = 0
        eight, two, four, one, both, *above = rows
        self.top, self._shape, self._packed = top, (2, 4, words), rows[:4]
        self._exchanges = (  # the rows of both and above are spare until there are planes
            (rows[2:4].reshape(-1), rows[:2].reshape(-1), ONE, EVERY_OTHER_BIT, rows[4:6].reshape(-1)),
            (one, four, TWO, EVERY_OTHER_PAIR, both),
            (two, eight, TWO, EVERY_OTHER_PAIR, both),
        )
        with_eight = [(row, eight, out) for row, out in zip((one, two, both), above[: first.stop - 5], strict=False)]
        self._before = (one, two, both), *with_eight
        self._after = (two, four, two), (one, four, one), (both, four, four)
        counted = first.stop - first.start
        self._first, self._second = (rows[first], ones[:counted, :words]), (rows[second], ones[counted:, :words])
        self._parts = ones.reshape(len(ones), -1, WORDS_PER_SUM)
        self._sums = np.zeros(self._parts.shape[:2], np.int64)

    def count(self, block: Bytes) -> bool:
        """Add the block's numbers to the totals; or return False if one is above the top."""
        lower, upper = block.view(np.uint64).reshape(self._shape)
        np.left_shift(lower, FOUR, self._packed)
        np.bitwise_or(self._packed, upper, self._packed)
        if np.maximum.reduce(block) > self.top:  # after the shift above, which has brought the block into the cache
            return False
        for exchange in self._exchanges:
            _exchange(*exchange)
        for intersection in self._before:
            np.bitwise_and(*intersection)
        np.bitwise_count(*self._first)
        for intersection in self._after:
            np.bitwise_and(*intersection)
        np.bitwise_count(*self._second)
        self._sums += np.add.reduce(self._parts, axis=2, dtype=np.uint16)
        return True

    def totals(self) -> Totals:
        """Return how many numbers have all the bits of each set."""
        totals: Totals = self._sums.sum(axis=1)
        return totals


def _rows_to_count(top: int) -> tuple[slice, slice]:
    """Return the rows whose bits are counted before and after they are intersected with the plane of 4."""
    if top < 8:
        return slice(1, 5), slice(4 if top < 5 else 3 if top == 5 else 1, 4)
    return slice(0, top - 3), slice(1, 4)


def _rows(top: int) -> int:
    """Return how many rows of words there are; one needs six to exchange bits."""
    return max(int(_rows_to_count(top)[0].stop), 6)


def _sets(top: int) -> tuple[int, ...]:
    """Return the sets of bits that are counted."""
    first, second = _rows_to_count(top)
    return SETS[first] + SETS_WITH_FOUR[second]


def _whole_parts(words: int) -> int:
    return -(-words // WORDS_PER_SUM) * WORDS_PER_SUM


def _division(body: Bytes, most: int) -> Iterator[tuple[Bytes, int]]:
    """Cut whole words into those of full blocks and the rest, each with the words of a block."""
    full = body.size // (64 * most) * (64 * most) if most else 0
    for part, words in ((body[:full], most), (body[full:], (body.size - full) // 64)):
        if part.size:
            yield part, words


def _exchange(first: Words, second: Words, by: Words, mask: Words, spare: Words) -> None:
    """Exchange the upper bits of ``first`` with the lower bits of ``second``: a step of turning a matrix of bits."""
    np.right_shift(first, by, spare)
    np.bitwise_xor(spare, second, spare)
    np.bitwise_and(spare, mask, spare)
    np.bitwise_xor(second, spare, second)
    np.left_shift(spare, by, spare)
    np.bitwise_xor(first, spare, first)


@lru_cache(maxsize=LARGEST_TOP)
def _exactly(top: int) -> Totals:
    """Return the matrix from 'has at least these bits' to 'has exactly these bits': inclusion and exclusion."""
    sets = (0, *_sets(top))
    return np.array(
        [
            [(-1) ** (bits ^ number).bit_count() if bits & number == number else 0 for bits in sets]
            for number in range(top + 1)
        ]
    )
