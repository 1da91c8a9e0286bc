"""Arrays of counts, groups by cells: sums, masks and comparison."""

from __future__ import annotations

from typing import Any

import numpy as np

from kundenmetrik.errors import InvalidArgument

__all__ = ["across_cells", "exact_sum", "read_only", "same_array", "sum_or_none", "summed"]


def read_only(array: Any) -> Any:
    """Return a view that cannot be written to."""
    if not array.flags.writeable:
        return array
    view = array.view()
    view.flags.writeable = False
    return view


def across_cells(mask: Any, array: Any) -> Any:
    """Return a mask over groups with the dimensions of an array of groups by cells."""
    return mask[(...,) + (None,) * (array.ndim - 1)]


def summed(array: Any, places: Any, size: int) -> Any:
    """Return the sums of the rows that share a place."""
    total = np.zeros((size, *array.shape[1:]), dtype=array.dtype)
    np.add.at(total, places, array)
    return total


def exact_sum(first: Any, second: Any) -> Any:
    """Return the sum of two arrays; whole numbers that overflow are refused."""
    total = first + second
    if total.dtype.kind == "i" and (total < first).any():
        raise InvalidArgument("the counts", "sum to less than 2**63")
    return total


def sum_or_none(first: Any, second: Any) -> Any:
    """Return the sum of two arrays, the other one where one is not there."""
    if first is None or second is None:
        return first if second is None else second
    return first + second


def same_array(first: Any, second: Any) -> bool:
    """Return whether two arrays are equal, or neither is there."""
    return (first is None and second is None) or (
        first is not None and second is not None and np.array_equal(first, second)
    )
