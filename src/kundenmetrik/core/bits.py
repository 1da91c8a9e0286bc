"""How often each small number occurs among many bytes, counted sixty-four at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["LARGEST", "Planes"]

LARGEST = 15
"""The largest number that four bit planes hold."""
MEMORY = 13 << 16
"""How many bytes the planes of a block take at most; so they stay in the cache."""
PART = 512
"""How many words' population counts are added in 16 bits."""

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint64]
Totals = NDArray[np.int64]

ONE, TWO, FOUR = (np.array(bits, np.uint64) for bits in (1, 2, 4))
EVERY_OTHER_BIT = np.array(0x5555555555555555, np.uint64)
EVERY_OTHER_PAIR = np.array(0x3333333333333333, np.uint64)


class Layout(NamedTuple):
    """The working memory for blocks of one length, cut into rows of words."""

    nibbles: Words
    spare: Words
    low: Words
    high: Words
    pairs: list[tuple[Words, Words, Words]]
    joint: Words
    ones: Bytes
    parts: Bytes


class Planes:
    """Counts small numbers in bytes by their bit planes.

    A block of bytes is turned into four planes, one for each bit, in which a number is one bit wide. How many numbers
    have certain bits is then the population count of an intersection of planes, and how many numbers are
    exactly 0, 1, 2 ... follows by inclusion and exclusion: whole words throughout, and exact.

    Parameters
    ----------
    top : int
        The largest number there may be, at most 15.
    size : int
        How many numbers there are at most.
    """

    __slots__ = ("_layouts", "_memory", "_words", "top")

    def __init__(self, top: int, size: int) -> None:
        rows = 4 + max(top, 10)
        self.top = top
        self._words = min(MEMORY // (8 * rows), size // 64)
        self._memory = np.empty(rows * self._words, np.uint64)
        self._layouts: dict[int, Layout] = {}

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
            if np.maximum.reduce(block) > self.top:
                return None
            together[1 : self.top + 1] += self._together(block)
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
        """Return for each set of bits (as a number, from 1 to ``top``) how many numbers have all of them."""
        layout = self._layouts.get(block.size) or self._laid_out(block.size)
        _turn(block.view(np.uint64).reshape(2, 4, -1), layout)
        for one, other, both in layout.pairs:
            np.bitwise_and(one, other, both)
        np.bitwise_count(layout.joint, layout.ones)
        part = np.add.reduce(layout.parts, axis=2, dtype=np.uint16)
        totals: Totals = np.add.reduce(part, axis=1, dtype=np.int64)
        return totals

    def _laid_out(self, size: int) -> Layout:
        words = size // 64
        rows = self._memory[: self._memory.size // self._words * words].reshape(-1, words)
        nibbles, joint = rows[:4], rows[4:]  # row i of joint is for the set of bits i + 1
        ones = nibbles.reshape(-1).view(np.uint8)[: self.top * words].reshape(self.top, words)
        several = [bits for bits in range(3, self.top + 1) if bits & (bits - 1)]
        self._layouts[size] = layout = Layout(
            nibbles=nibbles,
            spare=joint[8:10],
            low=joint[0:2],
            high=joint[3:8:4],
            pairs=[(joint[(bits & (bits - 1)) - 1], joint[(bits & -bits) - 1], joint[bits - 1]) for bits in several],
            joint=joint[: self.top],
            ones=ones,
            parts=ones.reshape(self.top, -(-words // PART), -1),
        )
        return layout


def _turn(words: Words, layout: Layout) -> None:
    """Turn bytes into planes: two numbers to a byte, then two steps of the transposition of a matrix of bits."""
    nibbles, spare = layout.nibbles, layout.spare
    np.left_shift(words[1], FOUR, nibbles)
    np.bitwise_or(nibbles, words[0], nibbles)
    first, second = nibbles[:2], nibbles[2:]
    _swap(first, second, ONE, EVERY_OTHER_BIT, spare, first, second)
    _swap(nibbles[0::2], nibbles[1::2], TWO, EVERY_OTHER_PAIR, spare, layout.low, layout.high)


def _swap(first: Words, second: Words, by: Words, mask: Words, spare: Words, left: Words, right: Words) -> None:
    """Exchange the upper bits of ``first`` with the lower bits of ``second``."""
    np.right_shift(first, by, spare)
    np.bitwise_xor(spare, second, spare)
    np.bitwise_and(spare, mask, spare)
    np.bitwise_xor(second, spare, right)
    np.left_shift(spare, by, spare)
    np.bitwise_xor(first, spare, left)


def _exactly(together: Totals) -> Totals:
    """Turn 'has at least these bits' into 'has exactly these bits': inclusion and exclusion, bit by bit."""
    for width in (1, 2, 4, 8):
        pairs = together.reshape(-1, 2, width)
        pairs[:, 0] -= pairs[:, 1]
    return together
