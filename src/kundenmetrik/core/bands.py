"""How many answers lie in each band of a scale, such as promoters, where the single steps are not asked for."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.core.steps import parts

__all__ = ["band_counts"]

BLOCK = 1 << 18
"""How many bytes are compared at a time."""


def band_counts(
    values: NDArray[np.int8] | NDArray[np.uint8], cuts: Sequence[int], low: int, high: int
) -> IntArray | None:
    """Count the answers in each band, in about half the time of a histogram; None if one is off the scale.

    Parameters
    ----------
    values : ndarray of int8 or uint8
        Whole numbers, none of them missing.
    cuts : sequence of int
        The lowest step of each band but the first, ascending.
    low, high : int
        The ends of the scale.

    Returns
    -------
    ndarray of int64, shape (len(cuts) + 1,), or None
        The answers of each band, from the lowest; None where only a histogram can say what is wrong.
    """
    above = np.zeros(len(cuts) + 2, np.int64)
    above[0] = values.size
    buffer = np.empty(min(BLOCK, values.size), np.bool_)
    for part in parts(values.size, BLOCK):
        block = values[part]
        if np.minimum.reduce(block) < low or np.maximum.reduce(block) > high:
            return None
        reached = buffer[: block.size]
        for place, cut in enumerate(cuts, 1):
            np.greater_equal(block, cut, out=reached)
            above[place] += np.count_nonzero(reached)
    return above[:-1] - above[1:]
