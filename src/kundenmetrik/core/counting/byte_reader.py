"""The quick way to read numbers as steps of a scale: a block at a time, each step in a byte."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.arrays import AnyArray, BoolArray
from kundenmetrik.core.counting.scale_steps import parts

CHUNK = 1 << 15
"""How many wide numbers are read at a time, so that they are fetched from memory once."""

Bytes = NDArray[np.uint8]


class StepBytes:
    """Reads columns that are what nearly all are: steps that fit into a byte, and nothing wrong but gaps.

    Parameters
    ----------
    low, high : int
        The ends of the scale.
    size : int
        The most numbers of a block. The memory is taken once and serves every block.
    """

    __slots__ = ("_number", "_present", "high", "low", "steps")

    def __init__(self, low: int, high: int, size: int) -> None:
        self.low: int = low
        self.high: int = high
        self.steps: NDArray[np.uint8] = np.empty(size, np.uint8)
        self._present, self._number = np.empty(size, np.bool_), np.empty(size, np.bool_)

    def read(self, block: AnyArray, missing: BoolArray | None) -> int | None:
        """Write the steps of a block, 0 where missing, and return how many are missing; None if one is no step.

        The caller silences numpy's warning of invalid casts.
        """
        if self.high > 127 or self.low < (0 if block.dtype.kind == "u" else -128) or not block.size:
            return None
        read = self._floats if block.dtype.kind == "f" else self._integers
        gone = read(block, missing)
        if gone is None:
            return None
        steps = self.steps[: block.size]
        if self.low:
            np.subtract(steps, self.low % 256, steps)
        if gone:
            np.multiply(steps, self._present[: block.size].view(np.uint8), steps)
        return gone if int(np.maximum.reduce(steps)) <= self.high - self.low else None

    def _floats(self, block: AnyArray, missing: BoolArray | None) -> int | None:
        signed, present, number = self.steps.view(np.int8), self._present, self._number
        for part in parts(block.size, CHUNK):
            chunk = block[part]
            np.copyto(signed[part], chunk, casting="unsafe")  # arbitrary for what no byte holds, but then unequal to it
            np.equal(signed[part], chunk, out=present[part])
            np.less_equal(chunk, np.inf, out=number[part])
        present, number = present[: block.size], number[: block.size]
        if missing is not None:
            present &= ~missing
            number &= ~missing
        there = int(np.count_nonzero(present))
        return block.size - there if there == np.count_nonzero(number) else None

    def _integers(self, block: AnyArray, missing: BoolArray | None) -> int | None:
        signed = self.steps.view(np.int8)
        for part in parts(block.size, CHUNK):
            if block.dtype.itemsize > 1 and not _all_in_a_byte(block[part]):
                return None
            np.copyto(signed[part], block[part], casting="unsafe")
        if missing is None:
            return 0
        np.logical_not(missing, out=self._present[: block.size])
        return int(np.count_nonzero(missing))


def _all_in_a_byte(chunk: AnyArray) -> bool:
    """Return whether all integers are from 0 to 127."""
    return chunk.dtype.isnative and int(np.maximum.reduce(chunk.view(f"u{chunk.dtype.itemsize}"))) <= 127
