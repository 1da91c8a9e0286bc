"""Distinct pairs of customer and moment, by each of the three ways they are found."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.retention.data.members import distinct

PAIRS = st.lists(st.tuples(st.integers(0, 9), st.integers(-5, 20)), max_size=60)


@pytest.mark.parametrize("apart", [1, 10**6, 2**55], ids=["ticked off", "sorted", "too wide to pack"])
@given(pairs=PAIRS)
def test_distinct_pairs_are_the_sorted_set(apart: int, pairs: Any) -> None:
    pairs = pairs * 20  # many rows for each possible pair, so that the dense way is taken where ids are dense
    customer = np.array([who * apart for who, _ in pairs], np.int64)
    moment = np.array([when for _, when in pairs], np.int64)
    found = distinct(customer, moment, 9 * apart + 1)
    expected = sorted({(who * apart, when) for who, when in pairs})
    assert list(zip(*(array.tolist() for array in found), strict=True)) == expected


def test_the_columns_stay_as_they_are() -> None:
    customer, moment = np.array([3, 1, 3]), np.array([5, 6, 5])
    customer.flags.writeable = moment.flags.writeable = False
    assert [array.tolist() for array in distinct(customer, moment, 4)] == [[1, 3], [6, 5]]
