"""Sums and moments of many groups, exact where the numbers are whole."""

from __future__ import annotations

import numpy as np

from kundenmetrik.core.arrays import AnyArray, CodeArray, FloatArray, IntArray
from kundenmetrik.core.counting.scale_steps import CHUNK, parts
from kundenmetrik.errors import InvalidArgument

INT64_MAX = 2**63 - 1
EXACT_IN_FLOAT = 1 << 52
"""Sums up to here are exact in a float, with a bit to spare."""


def exact_bincount(places: CodeArray, times: AnyArray | None, bins: int) -> IntArray:
    """Return how often each place occurs, each occurrence taken ``times``: whole numbers, exactly."""
    if times is None:
        return np.bincount(places, minlength=bins)
    if _largest(times) * times.size < EXACT_IN_FLOAT:
        return np.bincount(places, times, bins).astype(np.int64)
    total = np.zeros(bins, np.int64)
    for part in parts(places.size):
        wide = times[part].astype(np.int64, copy=False)
        upper, lower = wide >> 32, wide & 0xFFFFFFFF  # their sums over a chunk are exact in a float
        total += np.bincount(places[part], upper, bins).astype(np.int64) << 32
        total += np.bincount(places[part], lower, bins).astype(np.int64)
    return total


def refuse_overflow(numbers: AnyArray, argument: str) -> None:
    """Refuse whole numbers whose sizes add up to more than 64 bits hold."""
    if _largest(numbers) * numbers.size <= INT64_MAX:
        return
    size = sum(int(number) for number in np.abs(numbers.astype(object)))
    if size > INT64_MAX:
        raise InvalidArgument(argument, f"add up to at most {INT64_MAX:,}", size)


def _largest(numbers: AnyArray) -> int:
    return max(abs(int(numbers.min())), abs(int(numbers.max()))) if numbers.size else 0


def grouped_sum(values: AnyArray, groups: CodeArray, n_groups: int) -> IntArray | FloatArray:
    """Return the sum of each group: int64 and exact for whole numbers, else float64.

    Parameters
    ----------
    values : ndarray
        Present and finite.
    groups : ndarray of int
        The place of each value's group, from 0 to ``n_groups`` - 1.
    n_groups : int
        How many groups there are.

    Returns
    -------
    ndarray, shape (n_groups,)
        The sums, 0 where there is no value.

    Raises
    ------
    InvalidArgument
        If whole numbers add up to more than 64 bits hold.
    """
    if values.dtype.kind in "iu":
        refuse_overflow(values, "the values")
        return exact_bincount(groups, values, n_groups)
    total = np.zeros(n_groups)
    for part in parts(values.size, max(CHUNK, 2 * n_groups)):
        total += np.bincount(groups[part], values[part].astype(np.float64, copy=False), n_groups)
    return total


def grouped_moments(values: AnyArray, groups: CodeArray, n_groups: int) -> tuple[IntArray, FloatArray, FloatArray]:
    """Return each group's number, mean and sum of squared deviations from the mean.

    The deviations are taken from a first mean and corrected by what is left of it, so nothing cancels.

    Parameters
    ----------
    values : ndarray
        Present and finite.
    groups : ndarray of int
        The place of each value's group, from 0 to ``n_groups`` - 1.
    n_groups : int
        How many groups there are.

    Returns
    -------
    n : ndarray of int64
    mean : ndarray of float64
        NaN for a group without values.
    m2 : ndarray of float64
        0 for a group without values.
    """
    n = np.bincount(groups, minlength=n_groups)
    some = np.maximum(n, 1)
    rough = grouped_sum(values.astype(np.float64, copy=False), groups, n_groups) / some
    off = values - rough[groups]
    left = grouped_sum(off, groups, n_groups)
    m2 = grouped_sum(off * off, groups, n_groups) - left * left / some
    return n, np.where(n > 0, rough + left / some, np.nan), np.maximum(m2, 0.0)
