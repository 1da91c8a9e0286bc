"""Grouped histograms against the histogram of each group alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kundenmetrik.core.counting.grouped_histogram import grouped_histogram
from kundenmetrik.core.counting.histogram import Steps, histogram
from kundenmetrik.errors import InvalidArgument

DTYPES = ["i1", "u1", "i2", "i8", "u8", "f2", "f4", "f8", ">i4"]


@st.composite
def grouped(draw: st.DrawFn) -> tuple[Any, ...]:
    dtype = np.dtype(draw(st.sampled_from(DTYPES)))
    odd = [7.5, np.nan, np.inf, -np.inf, -0.0] if dtype.kind == "f" else [99]
    items = draw(st.lists(st.one_of(st.integers(0, 12), st.sampled_from(odd)), max_size=40))
    rows = len(items)
    groups = draw(st.lists(st.integers(0, 4), min_size=rows, max_size=rows))
    gaps = draw(st.none() | st.lists(st.booleans(), min_size=rows, max_size=rows))
    return np.array(items, dtype), np.array(groups, np.intp), None if gaps is None else np.array(gaps, bool)


def of_group(values: NDArray[Any], groups: NDArray[Any], gaps: NDArray[Any] | None, group: int) -> Steps:
    return histogram(values[groups == group], 1, 10, None if gaps is None else gaps[groups == group])


@given(grouped(), st.booleans())
def test_each_row_is_the_histogram_of_its_group(data: tuple[Any, ...], long: bool) -> None:
    values, groups, gaps = data
    if long:
        values, groups, gaps = (None if each is None else np.tile(each, 2_000) for each in data)
    table = grouped_histogram(values, groups, 6, 1, 10, missing=gaps)
    assert table.counts.dtype == np.int64
    assert table.squares is None
    for group in range(6):
        alone = of_group(values, groups, gaps, group)
        assert table.counts[group].tolist() == table.raw[group].tolist() == alone.counts.tolist()
        lost = alone.missing, alone.out_of_scale, alone.not_a_step
        assert (table.missing[group], table.out_of_scale[group], table.not_a_step[group]) == lost


@given(grouped(), st.data())
def test_a_count_is_a_row_that_often(data: tuple[Any, ...], draw: Any) -> None:
    values, groups, gaps = data
    count = np.array(draw.draw(st.lists(st.integers(0, 4), min_size=values.size, max_size=values.size)), np.int64)
    repeated = [None if each is None else np.repeat(each, count) for each in data]
    counted = grouped_histogram(values, groups, 5, 1, 10, missing=gaps, count=count)
    rows = grouped_histogram(repeated[0], repeated[1], 5, 1, 10, missing=repeated[2])
    for name in ("counts", "raw", "missing", "out_of_scale", "not_a_step"):
        np.testing.assert_array_equal(getattr(counted, name), getattr(rows, name))


@given(grouped(), st.data())
def test_weights_are_summed_with_their_squares(data: tuple[Any, ...], draw: Any) -> None:
    values, groups, gaps = data
    eighths = st.lists(st.integers(0, 80), min_size=values.size, max_size=values.size)
    weight, count = np.array(draw.draw(eighths)) / 8, np.array(draw.draw(eighths), np.int64)
    table = grouped_histogram(values, groups, 5, 1, 10, missing=gaps, weight=weight, count=count)
    sums, squares = np.zeros((5, 10)), np.zeros((5, 10))
    for row, value in enumerate(values.tolist()):
        if (gaps is None or not gaps[row]) and value in range(1, 11):
            sums[groups[row], int(value) - 1] += weight[row] * count[row]
            squares[groups[row], int(value) - 1] += weight[row] ** 2 * count[row]
    np.testing.assert_array_equal(table.counts, sums)
    np.testing.assert_array_equal(table.squares, squares)
    plain = grouped_histogram(values, groups, 5, 1, 10, missing=gaps, count=count)
    np.testing.assert_array_equal(table.raw, plain.counts)
    np.testing.assert_array_equal(table.missing, plain.missing)


def test_large_counts_stay_exact() -> None:
    count = np.array([2**62, 2**61 + 1, 1, 2**53 + 1], np.int64)
    table = grouped_histogram(np.array([0, 0, 1, 99]), np.array([0, 0, 0, 1]), 2, 0, 1, count=count)
    assert table.counts.tolist() == [[2**62 + 2**61 + 1, 1], [0, 0]]
    assert table.out_of_scale.tolist() == [0, 2**53 + 1]


def test_counts_beyond_64_bits_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="count must add up to at most 9,223,372,036,854,775,807"):
        grouped_histogram(np.zeros(2, int), np.zeros(2, int), 1, 0, 1, count=np.full(2, 2**62, np.int64))


def test_narrow_group_codes_do_not_overflow() -> None:
    groups = np.full(5, 120, np.int8)
    assert grouped_histogram(np.full(5, 10), groups, 121, 0, 10).counts[120, 10] == 5


def test_no_rows_and_no_groups() -> None:
    assert grouped_histogram(np.empty(0, int), np.empty(0, int), 0, 0, 10).counts.shape == (0, 11)
    assert grouped_histogram(np.empty(0), np.empty(0, int), 2, 0, 10).counts.tolist() == [[0] * 11] * 2
