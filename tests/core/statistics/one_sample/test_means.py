"""Moments that merge, and Student's interval."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.core.statistics.one_sample.means import Moments, merged_moments, t_interval

amounts = st.lists(st.floats(-1e6, 1e6), max_size=20)
EMPTY = Moments(np.array([0]), np.array([0.0]), np.array([0.0]))


def moments(values: list[Any]) -> Moments:
    x = np.array(values, dtype=np.float64)
    mean = x.mean() if len(x) else 0.0
    return Moments(np.array([len(x)]), np.array([mean]), np.array([((x - mean) ** 2).sum()]))


@given(amounts, amounts)
def test_merging_is_putting_together(one: list[Any], two: list[Any]) -> None:
    merged, whole = merged_moments(moments(one), moments(two)), moments(one + two)
    assert merged.n[0] == whole.n[0]
    largest = max(map(abs, one + two), default=0.0)
    np.testing.assert_allclose(merged.mean, whole.mean, rtol=0, atol=1e-15 * 8 * largest)
    np.testing.assert_allclose(merged.m2, whole.m2, rtol=1e-12, atol=1e-28 * largest**2)


@given(amounts, amounts)
def test_the_order_does_not_matter_to_a_bit(one: list[Any], two: list[Any]) -> None:
    there, back = merged_moments(moments(one), moments(two)), merged_moments(moments(two), moments(one))
    np.testing.assert_array_equal(there, back)


@given(amounts)
def test_an_empty_part_changes_nothing_whatever_its_mean_says(values: list[Any]) -> None:
    own = moments(values)
    unknown = Moments(np.array([0]), np.array([np.nan]), np.array([np.nan]))
    for empty in (EMPTY, unknown):
        merged = (merged_moments(own, empty), merged_moments(empty, own))
        for found in merged if values else ():
            np.testing.assert_array_equal(found, own)


def test_numbers_far_from_zero_keep_their_variance() -> None:
    # NIST StRD NumAcc4: mean 10000000.2, standard deviation 0.1, as far as floats can hold the numbers.
    values = [10000000.2] + [10000000.1, 10000000.3] * 500
    parts = [moments(values[start : start + 77]) for start in range(0, len(values), 77)]
    merged = reduce(merged_moments, parts)
    assert merged.mean[0] == pytest.approx(10000000.2, rel=1e-15)
    exact = [Fraction(value) for value in values]
    centre = sum(exact) / 1001
    squares = sum((value - centre) ** 2 for value in exact)
    assert merged.m2[0] == pytest.approx(float(squares), rel=1e-9)
    assert np.sqrt(merged.m2[0] / 1000) == pytest.approx(0.1, rel=1e-7)


def test_groups_merge_each_on_its_own() -> None:
    one = Moments(np.array([0, 2, 3]), np.array([np.nan, 1.0, 5.0]), np.array([0.0, 2.0, 6.0]))
    two = Moments(np.array([0, 0, 1]), np.array([np.nan, np.nan, 9.0]), np.array([0.0, 0.0, 0.0]))
    merged = merged_moments(one, two)
    np.testing.assert_array_equal(merged.n, [0, 2, 4])
    np.testing.assert_array_equal(merged.mean, [np.nan, 1, 6])
    np.testing.assert_array_equal(merged.m2, [0, 2, 18])


def test_fewer_than_two_amounts_have_no_interval() -> None:
    low, high = t_interval(np.array([0, 1, 2]), np.array([np.nan, 3.0, 3.0]), np.array([0.0, 0.0, 2.0]), 0.95)
    assert np.isnan([low[:2], high[:2]]).all()
    assert low[2] == pytest.approx(3 - 12.706204736)
    assert high[2] == pytest.approx(3 + 12.706204736)
