"""How often each small number occurs among many bytes, counted sixty-four at a time."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["LARGEST", "Planes"]

LARGEST = 11
"""The largest number whose sets of bits there are rows for."""
MEMORY = 13 << 16
"""How many bytes the planes of a block take at most; so they stay in the cache."""
PART = 1008
"""How many words' population counts are added in 16 bits."""

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Totals = NDArray[np.int64]

SETS: tuple[int, ...] = (8, 4, 1, 2, 3, 9, 10, 11)
"""The set of bits that each row of words stands for: four single planes, then intersections of them."""
SETS_WITH_FOUR: tuple[int, ...] = (5, 6, 7)
"""What rows 2 to 4 stand for once they are intersected with the plane of 4."""
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
        rows = _rows(top)
        self.top = top
        self._words = min(MEMORY // (8 * rows + top) // PART * PART, size // 64)
        self._memory = np.empty(rows * self._words, np.uint64)
        self._ones = np.empty(top * _whole_parts(self._words), np.uint8)

    def count(self, numbers: Bytes) -> Totals | None:
        """Return how often each of 0 to ``top`` occurs, or None if there is a larger number."""
        whole = numbers.size // 64 * 64
        body, tail = numbers[:whole], numbers[whole:]
        if not (body.flags.c_contiguous and body.view(np.uint64).flags.aligned):
            body = body.copy()
        together = np.zeros(self.top + 1, np.int64)
        together[0] = whole
        for part, words in _division(body, self._words):
            desk = _Desk(self.top, words, self._memory, self._ones)
            if not all(map(desk.count, part.reshape(-1, 64 * words))):
                return None
            together[1:] += desk.totals()
        counts: Totals = _exactly(self.top) @ together
        if tail.size:
            if int(tail.max()) > self.top:
                return None
            counts += np.bincount(tail, minlength=self.top + 1)
        return counts


class _Desk:
    """Counts blocks of so many words; its views of the memory are laid out once for all of them."""

    __slots__ = (
        "_exchanges",
        "_first",
        "_half",
        "_packed",
        "_parts",
        "_second",
        "_shape",
        "_sums",
        "_wider",
        "_with_four",
        "top",
    )

    def __init__(self, top: int, words: int, memory: Words, ones: Bytes) -> None:
        rows = memory[: _rows(top) * words].reshape(-1, words)
        ones = ones[: top * _whole_parts(words)].reshape(top, -1)
        ones[:, words:] = 0
        first, second = _counted(top)
        eight, four, one, two, both, *above = rows
        self.top, self._half, self._shape, self._packed = top, 32 * words, (2, 4, words), rows[:4]
        self._exchanges = (  # the row of both is spare until there are planes of 1 and 2
            (one, two, ONE, EVERY_OTHER_BIT, both),
            (four, eight, ONE, EVERY_OTHER_BIT, both),
            (one, four, TWO, EVERY_OTHER_PAIR, both),
            (two, eight, TWO, EVERY_OTHER_PAIR, both),
        )
        self._wider = (one, two, both), *((row, eight, out) for row, out in zip(rows[2:], above, strict=False))
        self._with_four = tuple((row, four, row) for row in rows[second])
        counted = first.stop - first.start
        self._first, self._second = (rows[first], ones[:counted, :words]), (rows[second], ones[counted:, :words])
        self._parts = ones.reshape(top, -1, PART)
        self._sums = np.zeros(self._parts.shape[:2], np.int64)

    def count(self, block: Bytes) -> bool:
        """Add the block's numbers to the totals; or return False if one is above the top.

        Each half is looked through when it has just been read from far away and is still near.
        """
        lower, upper = block.view(np.uint64).reshape(self._shape)
        np.left_shift(upper, FOUR, self._packed)
        if np.maximum.reduce(block[self._half :]) > self.top:
            return False
        np.bitwise_or(self._packed, lower, self._packed)
        if np.maximum.reduce(block[: self._half]) > self.top:
            return False
        for exchange in self._exchanges:
            _exchange(*exchange)
        for intersection in self._wider:
            np.bitwise_and(*intersection)
        np.bitwise_count(*self._first)
        for intersection in self._with_four:
            np.bitwise_and(*intersection)
        np.bitwise_count(*self._second)
        self._sums += np.add.reduce(self._parts, axis=2, dtype=np.uint16)
        return True

    def totals(self) -> Totals:
        """Return how many numbers have all the bits of each set."""
        totals: Totals = self._sums.sum(axis=1)
        return totals


def _rows(top: int) -> int:
    """Return how many rows of words there are: one is spare while the planes are made."""
    return max(int(_counted(top)[0].stop), 5)


def _counted(top: int) -> tuple[slice, slice]:
    """Return the rows whose bits are counted before and after they are intersected with the plane of 4."""
    if top < 4:
        return slice(2, 2 + top), slice(2, 2)
    return slice(1, 5) if top < 8 else slice(0, top - 3), slice(2, 2 + min(top - 4, 3))


def _whole_parts(words: int) -> int:
    return -(-words // PART) * PART


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


@lru_cache(maxsize=LARGEST)
def _exactly(top: int) -> Totals:
    """Return the matrix from 'has at least these bits' to 'has exactly these bits': inclusion and exclusion."""
    first, second = _counted(top)
    sets = (0, *SETS[first], *SETS_WITH_FOUR[: second.stop - 2])
    return np.array(
        [
            [(-1) ** (bits ^ number).bit_count() if bits & number == number else 0 for bits in sets]
            for number in range(top + 1)
        ]
    )
