"""Counts by group and cell."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from hypothesis import strategies as st

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.core.checks import check_count
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import Groups

BYTES = 256


def counts(
    cells: Sequence[Any], *, max_groups: int = 4, most: int = 200, weighted: bool = False, excluded: bool = False
) -> st.SearchStrategy[Counts]:
    """Draw counts by group and cell: the fast way to draw answers.

    Parameters
    ----------
    cells : sequence
        The names of the cells, such as the steps of a scale.
    max_groups : int
        The most groups there are; at least one.
    most : int
        The largest count of a cell.
    weighted : bool
        Whether the counts are sums of weights, with their squares and rows.
    excluded : bool
        Whether some rows of each group are in no cell.

    Returns
    -------
    SearchStrategy of Counts
        With the key column ``group``; half of the cells are empty, and many counts small.
    """
    check_count(max_groups, "max_groups", low=1)
    return _counts(tuple(cells), max_groups, _steps(check_count(most, "most")), weighted, excluded)


@lru_cache(maxsize=16)
def _steps(most: int) -> IntArray:
    """Return the count that each byte stands for: 0 if even, else growing to the most, every small one among them."""
    grown = np.geomspace(1, max(most, 1), BYTES // 2).round().astype(np.int64)
    small = np.arange(1, BYTES // 2 + 1)
    odd = np.minimum(np.maximum(small, grown) if most > BYTES // 2 else small, most)
    return np.stack([np.zeros_like(odd), odd], axis=1).ravel()


def _bytes(size: int) -> st.SearchStrategy[bytes]:
    return st.binary(min_size=size, max_size=size)


@st.composite
def _counts(
    draw: st.DrawFn, cells: tuple[Any, ...], max_groups: int, steps: IntArray, weighted: bool, excluded: bool
) -> Counts:
    size = draw(st.integers(1, max_groups))
    groups = Groups(names=("group",), keys=tuple((f"g{place}",) for place in range(size)))
    shape = (size, len(cells))
    rows = steps[list(draw(_bytes(size * len(cells))))].reshape(shape)
    lost = {"missing": steps[list(draw(_bytes(size)))]} if excluded else {}
    if not weighted:
        return Counts(groups=groups, cells=cells, table=rows, excluded=lost)
    drawn = np.frombuffer(draw(_bytes(size * len(cells))), dtype=np.uint8).reshape(shape)
    first, second = (1 + drawn % 8) / 4, (1 + drawn // 8 % 8) / 4  # two weights in each cell, and how many have which
    of_first = rows * (drawn // 64).astype(np.int64) // 3
    parts = (of_first, first), (rows - of_first, second)
    table, squares = (parts[0][0] * parts[0][1] ** power + parts[1][0] * parts[1][1] ** power for power in (1, 2))
    return Counts(groups=groups, cells=cells, table=table, squares=squares, raw=rows, excluded=lost)
