"""Segments with little exposure are drawn towards the mean of all."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.segments import shrink

counts, sales = st.integers(0, 5_000), st.integers(1, 100_000)


@given(rows=st.lists(st.tuples(st.integers(1, 500), sales), min_size=2, max_size=8))
def test_larger_segments_are_trusted_more(rows: list[tuple[int, int]]) -> None:
    """The weight of a segment's own data rises with what it sold."""
    x, n = (np.array(column) for column in zip(*rows, strict=True))
    weight = shrink(x, n).weight
    order = np.argsort(n, kind="stable")
    assert (np.diff(weight[order]) >= -1e-12).all()
