"""Arrays of counts, groups by cells: sums, masks and comparison."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import AnyArray, IntArray
from kundenmetrik.core.checks import check_items
from kundenmetrik.errors import InvalidArgument

NOT_ADDITIVE = "counts with clusters, or of customers who count once in each group,"
"""What counts with a ``design`` are called where they are refused."""


def check_addable(first: Any, second: Any) -> Any:
    """Return what two counts that add are counts of.

    Refused are counts of other things, of other cells, with a design, and weighted beside unweighted ones.
    """
    known = [counts.measurand for counts in (first, second) if counts.measurand is not None]
    agreed = known[0]._union(known[-1]) if known else None
    if first.cells != second.cells:
        raise InvalidArgument("the counts", f"have the same cells {first.cells}", second.cells)
    if first.design is not None or second.design is not None:
        rule = "be counted again together: a cluster may span both, and so may a customer"
        raise InvalidArgument(NOT_ADDITIVE, rule, remedy="Measure the rows of both at once.")
    if (first.squares is None) != (second.squares is None) and len(first) and len(second):
        raise InvalidArgument("the counts", "be both weighted or both unweighted to be added")
    return agreed


def effective_cells(table: Any, rows: Any, squares: Any, design: Any) -> Any:
    """Return the cells scaled to the effective number of answers, by the weights' squares or the sampling design."""
    total, scale = table.sum(axis=1), np.ones(len(table))
    with np.errstate(divide="ignore", invalid="ignore"):
        if squares is not None:
            scale = total / squares.sum(axis=1)
        if design is not None:
            scale = rows / np.where(total > 0, total, np.nan) / design
    return table * np.where(np.isfinite(scale), scale, 0.0)[:, None]


def read_only(array: Any) -> Any:
    """Return a view that cannot be written to."""
    if not array.flags.writeable:
        return array
    view = array.view()
    view.flags.writeable = False
    return view


def check_places(places: object, limit: int, size: int | None = None) -> IntArray:
    """Return places as whole numbers below a limit, as many as ``size`` says; others are refused."""
    rule = f"be whole numbers from 0 to {limit - 1:,}, one a place"
    if type(places) is np.ndarray and places.ndim == 1 and places.dtype.kind in "iu":
        held: AnyArray = places
    else:
        items = check_items(list(places) if isinstance(places, Iterator) else places, "places", rule)
        if not all(isinstance(item, (int, np.integer)) and not isinstance(item, bool) for item in items):
            raise InvalidArgument("places", rule, places)
        held = np.array(items, dtype=object)
    if held.size and not 0 <= held.min() <= held.max() < limit:
        raise InvalidArgument("places", rule, places)
    if size is not None and held.size != size:
        raise InvalidArgument("places", f"have one entry a cell: {size:,}", held.size)
    return held.astype(np.intp)


def across_cells(mask: Any, array: Any) -> Any:
    """Return a mask over groups with the dimensions of an array of groups by cells."""
    return mask[(...,) + (None,) * (array.ndim - 1)]


def sum_rows(array: Any, places: Any, size: int) -> Any:
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
