"""Bands against the histogram that they are sums of."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.core.bands import band_counts
from kundenmetrik.core.histogram import histogram


@given(
    st.lists(st.integers(-2, 12), max_size=20),
    st.lists(st.integers(0, 10), max_size=3, unique=True).map(sorted),
    st.sampled_from([1, 30_000]),
)
def test_bands_are_sums_of_the_histogram(items, cuts, times):
    values = np.tile(np.array(items, np.int8), times)
    steps = histogram(values, 0, 10)
    found = band_counts(values, cuts, 0, 10)
    if steps.out_of_scale:
        assert found is None
    else:
        edges = [0, *cuts, 11]
        assert found.tolist() == [steps.counts[a:b].sum() for a, b in pairwise(edges)]


@pytest.mark.parametrize("dtype", [np.int8, np.uint8])
def test_the_last_block_is_checked_too(dtype):
    values = np.full(500_001, 10, dtype)
    assert band_counts(values, (7, 9), 0, 10).tolist() == [0, 0, 500_001]
    assert band_counts(values[::2], (7, 9), 0, 10).tolist() == [0, 0, 250_001]
    values[-1] = 11
    assert band_counts(values, (7, 9), 0, 10) is None
