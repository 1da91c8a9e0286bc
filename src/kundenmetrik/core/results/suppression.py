"""Which small groups must stay hidden, so that none follows from what is shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np

from kundenmetrik.core.arrays import BoolArray, IntArray
from kundenmetrik.core.results.groups import Groups


def hidden_groups(groups: Groups, rows: Sequence[IntArray], min_n: int) -> BoolArray:
    """Return the groups below ``min_n`` rows of any metric, and those that would give them away.

    Where the hidden groups of a margin together have fewer than ``min_n`` rows, the margin minus
    the groups that are shown would tell them; the smallest group shown there is hidden too.
    """
    hidden = np.zeros(len(groups), dtype=bool)
    for counted in rows:
        hidden |= (counted > 0) & (counted < min_n)
    while hidden.any():
        before = hidden.copy()
        for members in _lines(groups):
            for counted in rows:
                _hide_one_more(hidden, members, counted, min_n)
        if np.array_equal(before, hidden):
            break
    return hidden


def _hide_one_more(hidden: BoolArray, members: IntArray, counted: IntArray, min_n: int) -> None:
    inside = members[hidden[members]]
    shown = members[~hidden[members] & (counted[members] > 0)]
    alone = np.count_nonzero(counted[inside]) == 1
    if len(inside) and len(shown) and (alone or 0 < counted[inside].sum() < min_n):
        hidden[shown[np.argmin(counted[shown])]] = True


def _lines(groups: Groups) -> Iterator[IntArray]:
    """Yield the groups that each cell of each margin sums over."""
    for kept in range(len(groups.names)):
        for names in combinations(groups.names, kept):
            margin, places = groups.margin(names)
            for cell in range(len(margin)):
                yield np.flatnonzero(places == cell)
