"""Counts of the values 0 to 15 in bytes, sixty-four bytes to the word."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["BLOCK", "VALUES", "Planes", "all_small"]

BLOCK = 1 << 18
"""How many bytes are counted at a time: the planes of one block stay in the cache."""

VALUES = 16
"""How many values the four planes tell apart."""

Words = NDArray[np.uint64]

HIGH_HALVES = 0xF0F0F0F0F0F0F0F0
ONE, TWO, FOUR = (np.array(shift, np.uint64) for shift in (1, 2, 4))
EVERY_OTHER_BIT = np.array(0x5555555555555555, np.uint64)
EVERY_OTHER_PAIR = np.array(0x3333333333333333, np.uint64)


class Planes:
    """The working memory of the count: four bit planes of a block and the sixteen intersections of them.

    A block of small numbers is turned from bytes into four planes, one for each bit, a number to a bit. How often a
    set of bits is on together is then the population count of an intersection of planes, and the number
    of each value follows from those by inclusion and exclusion: all in whole words, exactly.

    Parameters
    ----------
    size : int
        The longest block that will be counted, in bytes.
    """

    __slots__ = ("bits", "halves", "joint", "spare")

    def __init__(self, size: int = BLOCK) -> None:
        words = size // 64
        self.halves = np.empty(4 * words, np.uint64)
        self.spare = np.empty(2 * words, np.uint64)
        self.joint = np.empty(16 * words, np.uint64)
        self.bits = np.empty(15 * words, np.uint8)

    def count(self, words: Words) -> NDArray[np.int64]:
        """Return how often each of 0 to 15 occurs among the bytes of some words: eight words, or a multiple of it."""
        n = words.size // 8
        planes = self._planes(words.reshape(2, 4, n), n)
        ones = np.bitwise_count(planes[1:], out=self.bits[: 15 * n].reshape(15, n))
        together = np.empty(16, np.int64)
        together[0] = words.size * 8
        together[1:] = np.add.reduce(ones, axis=1, dtype=np.uint32)
        return _exactly(together)

    def _planes(self, words: Words, n: int) -> Words:
        """Return the sixteen intersections: row i holds the numbers that have all bits of i."""
        halves, spare = self.halves[: 4 * n].reshape(4, n), self.spare[: 2 * n].reshape(2, n)
        joint = self.joint[: 16 * n].reshape(4, 4, n)
        np.left_shift(words[1], FOUR, out=halves)
        np.bitwise_or(halves, words[0], out=halves)
        _swap(halves[0::2], halves[1::2], ONE, EVERY_OTHER_BIT, spare, halves[0::2], halves[1::2])
        _swap(halves[:2], halves[2:], TWO, EVERY_OTHER_PAIR, spare, joint[0, 1:3], joint[1:3, 0])
        np.bitwise_and(joint[0, 1], joint[0, 2], out=joint[0, 3])
        np.bitwise_and(joint[1, 0], joint[2, 0], out=joint[3, 0])
        np.bitwise_and(joint[1:, :1], joint[0, 1:], out=joint[1:, 1:])
        return joint.reshape(16, n)


def all_small(words: Words) -> bool:
    """Return whether no byte of the words is above 15."""
    return not int(np.bitwise_or.reduce(words)) & HIGH_HALVES


def _swap(low: Words, high: Words, by: Words, mask: Words, spare: Words, new_low: Words, new_high: Words) -> None:
    """Exchange the upper bits of ``low`` with the lower bits of ``high``: one step of a transposition."""
    np.right_shift(low, by, out=spare)
    np.bitwise_xor(spare, high, out=spare)
    np.bitwise_and(spare, mask, out=spare)
    np.bitwise_xor(high, spare, out=new_high)
    np.left_shift(spare, by, out=spare)
    np.bitwise_xor(low, spare, out=new_low)


def _exactly(together: NDArray[np.int64]) -> NDArray[np.int64]:
    """Turn 'has at least these bits' into 'has exactly these bits' (the Moebius inversion over subsets)."""
    for width in (1, 2, 4, 8):
        pairs = together.reshape(-1, 2, width)
        pairs[:, 0] -= pairs[:, 1]
    return together
