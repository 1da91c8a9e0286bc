"""How often each small number occurs among many bytes, counted sixty-four at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

__all__ = ["LARGEST", "Planes"]

LARGEST = 15
"""The largest number that four bit planes hold."""
MEMORY = 13 << 16
"""How many bytes the planes of a block take at most; so they stay in the cache."""
PART = 1008
"""How many words' population counts are added in 16 bits."""

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Totals = NDArray[np.int64]

SETS = np.array([8, 4, 1, 2, 3, 5, 6, 7])
"""The set of bits that each row of words stands for: four single planes, then the intersections of the last three."""
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
        The largest number there may be, at most 15.
    size : int
        How many numbers there are at most.
    """

    __slots__ = ("_memory", "_ones", "_sets", "_without_eight", "_words", "top")

    def __init__(self, top: int, size: int) -> None:
        self.top = top
        self._without_eight, with_eight = _rows(min(top, 8)), _rows(top - 8)
        self._sets = np.concatenate((SETS[self._without_eight], SETS[with_eight] + 8))
        self._words = min(MEMORY // (8 * SETS.size + top), size // 64)
        self._memory = np.empty(SETS.size * self._words, np.uint64)
        self._ones = np.empty(top * self._words, np.uint8)

    def count(self, numbers: Bytes) -> Totals | None:
        """Return how often each of 0 to ``top`` occurs, or None if there is a larger number."""
        whole = numbers.size // 64 * 64
        body, tail = numbers[:whole], numbers[whole:]
        if tail.size and int(tail.max()) > self.top:
            return None
        if not (body.flags.c_contiguous and body.ctypes.data % 8 == 0):
            body = body.copy()
        together = np.zeros(LARGEST + 1, np.int64)
        together[0] = whole
        for block in self._blocks(body):
            together[self._sets] += self._together(block)
            if np.maximum.reduce(block) > self.top:  # last, when the block is in the cache
                return None
        return (_exactly(together) + np.bincount(tail, minlength=LARGEST + 1))[: self.top + 1]

    def _blocks(self, body: Bytes) -> Iterator[Bytes]:
        """Cut whole words into blocks; one of more words than a part is a multiple of parts."""
        start = 0
        while start < body.size:
            words = min(self._words, (body.size - start) // 64)
            size = 64 * (words if words < PART else words - words % PART)
            yield body[start : start + size]
            start += size

    def _together(self, block: Bytes) -> Totals:
        """Return how many numbers have all the bits of each set."""
        words = block.size // 64
        rows = self._memory[: SETS.size * words].reshape(-1, words)
        ones = self._ones[: self.top * words].reshape(-1, words)
        _turn(block.view(np.uint64).reshape(2, 4, words), rows)
        np.bitwise_and(rows[2], rows[3], rows[4])
        np.bitwise_and(rows[2:5], rows[1], rows[5:])
        lower = rows[self._without_eight]
        np.bitwise_count(lower, ones[: len(lower)])
        if self.top > 8:
            upper = rows[_rows(self.top - 8)]
            np.bitwise_and(upper, rows[0], upper)
            np.bitwise_count(upper, ones[8:])
        part = np.add.reduce(ones.reshape(self.top, -(-words // PART), -1), axis=2, dtype=np.uint16)
        totals: Totals = np.add.reduce(part, axis=1, dtype=np.int64)
        return totals


def _rows(top: int) -> slice:
    """Return the rows of the sets of bits from 1 to ``top``, at most 8; none if it is 0 or less."""
    if top < 4:
        return slice(2, 2 + max(top, 0))
    return slice(1, 1 + top) if top < 8 else slice(8)


def _turn(words: Words, rows: Words) -> None:
    """Turn bytes into planes: two numbers to a byte, then two steps of the transposition of a matrix of bits."""
    planes, spare = rows[:4], rows[4:6]
    np.left_shift(words[1], FOUR, planes)
    np.bitwise_or(planes, words[0], planes)
    _swap(planes[2:0:-1], planes[3::-3], ONE, EVERY_OTHER_BIT, spare)
    _swap(planes[2:], planes[1::-1], TWO, EVERY_OTHER_PAIR, spare)


def _swap(first: Words, second: Words, by: Words, mask: Words, spare: Words) -> None:
    """Exchange the upper bits of ``first`` with the lower bits of ``second``."""
    np.right_shift(first, by, spare)
    np.bitwise_xor(spare, second, spare)
    np.bitwise_and(spare, mask, spare)
    np.bitwise_xor(second, spare, second)
    np.left_shift(spare, by, spare)
    np.bitwise_xor(first, spare, first)


def _exactly(together: Totals) -> Totals:
    """Turn 'has at least these bits' into 'has exactly these bits': inclusion and exclusion, bit by bit."""
    for width in (1, 2, 4, 8):
        pairs = together.reshape(-1, 2, width)
        pairs[:, 0] -= pairs[:, 1]
    return together
