"""Sums and moments of many groups, exact where the numbers are whole."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.steps import CHUNK, parts
from kundenmetrik.errors import InvalidArgument

__all__ = ["exact_bincount", "exact_total", "grouped_moments", "grouped_sum"]

Places = NDArray[np.intp]
LARGEST = 2**63 - 1
PLAIN = 1 << 52
"""Sums up to here are exact in a float, with a bit to spare."""


def exact_bincount(places: Places, times: NDArray[Any] | None, bins: int) -> IntArray:
    """Return how often each place occurs, each occurrence taken ``times``: whole numbers, exactly."""
    if times is None:
        return np.bincount(places, minlength=bins)
    if not times.size or int(np.abs(times).max()) * times.size < PLAIN and times.dtype != np.uint64:
        return np.bincount(places, times, bins).astype(np.int64)
    wide = times.astype(np.int64, copy=False)
    total = np.zeros(bins, np.int64)
    for part in parts(places.size):  # halves of 32 bits, so that a chunk's sum is exact in a float
        upper, lower = wide[part] >> 32, wide[part] & 0xFFFFFFFF
        total += np.bincount(places[part], upper, bins).astype(np.int64) << 32
        total += np.bincount(places[part], lower, bins).astype(np.int64)
    return total


def exact_total(numbers: NDArray[Any], argument: str = "count") -> int:
    """Return the sum of whole numbers; one whose absolute values sum to more than 64 bits hold is refused."""
    size = sum(_total(np.abs(numbers[part])) for part in parts(numbers.size))
    if size > LARGEST:
        raise InvalidArgument(argument, f"sum to at most {LARGEST:,}", size, "Count in larger units.")
    return sum(_total(numbers[part]) for part in parts(numbers.size))


def _total(chunk: NDArray[Any]) -> int:
    upper, lower = chunk >> 32, chunk & 0xFFFFFFFF
    return (int(upper.sum()) << 32) + int(lower.sum())


def grouped_sum(values: NDArray[Any], groups: Places, n_groups: int) -> IntArray | FloatArray:
    """Return the sum of each group: int64 and exact for whole numbers, else float64.

    ``values`` are present and finite; ``groups`` holds a place from 0 to ``n_groups`` - 1 for each.
    """
    if values.dtype.kind in "iu":
        exact_total(values, "the values")
        return exact_bincount(groups, values, n_groups)
    total = np.zeros(n_groups)
    for part in parts(values.size, max(CHUNK, 2 * n_groups)):
        total += np.bincount(groups[part], values[part].astype(np.float64, copy=False), n_groups)
    return total


def grouped_moments(values: NDArray[Any], groups: Places, n_groups: int) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return each group's number, mean and sum of squared deviations from the mean, in two passes.

    The mean of a group without values is NaN, its sum of squares 0.
    """
    n = np.bincount(groups, minlength=n_groups)
    with np.errstate(invalid="ignore", divide="ignore"):
        rough = grouped_sum(values.astype(np.float64, copy=False), groups, n_groups) / n
        off = values - rough[groups]
        left = grouped_sum(off, groups, n_groups)
        squares = grouped_sum(off * off, groups, n_groups) - np.where(n > 0, left * left / np.maximum(n, 1), 0.0)
        return n, rough + left / n, np.maximum(squares, 0.0)
