"""Counts by group and cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import Groups


@st.composite
def counts(
    draw: st.DrawFn, cells: Sequence[Any], *, max_groups: int = 4, most: int = 200, weighted: bool = False
) -> Counts:
    """Draw counts by group and cell: the fast way to draw answers.

    Parameters
    ----------
    draw : callable
        Given by hypothesis.
    cells : sequence
        The names of the cells, such as the steps of a scale.
    max_groups : int
        The most groups there are; at least one.
    most : int
        The largest count of a cell.
    weighted : bool
        Whether the counts are sums of weights, with their squares and rows.

    Returns
    -------
    Counts
        With the key column ``group``.
    """
    size = draw(st.integers(1, max_groups))
    groups = Groups(names=("group",), keys=tuple((f"g{number}",) for number in range(size)))
    numbers = st.lists(st.integers(0, most) | st.just(0), min_size=size * len(cells), max_size=size * len(cells))
    table = np.array(draw(numbers), dtype=np.int64).reshape(size, len(cells))
    if not weighted:
        return Counts(groups=groups, cells=tuple(cells), table=table)
    each = np.array(draw(st.lists(st.integers(1, 8), min_size=len(cells), max_size=len(cells)))) / 4.0
    return Counts(groups=groups, cells=tuple(cells), table=table * each, squares=table * each**2, raw=table)
