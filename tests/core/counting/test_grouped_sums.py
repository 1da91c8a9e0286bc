"""Grouped sums and moments against Python's whole numbers and fractions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.core.counting.grouped_sums import grouped_moments, grouped_sum
from kundenmetrik.errors import InvalidArgument

ROWS = st.lists(st.tuples(st.integers(0, 3), st.integers(-(2**58), 2**58)), max_size=16)


@given(ROWS)
def test_sums_of_whole_numbers_are_exact(rows: list[Any]) -> None:
    groups, values = np.array([g for g, _ in rows], np.intp), np.array([v for _, v in rows], np.int64)
    expected = [sum(v for g, v in rows if g == group) for group in range(4)]
    found = grouped_sum(values, groups, 4)
    assert found.dtype == np.int64
    assert found.tolist() == expected


@pytest.mark.parametrize("dtype", ["i1", "u1", "i2", "u4", "i8", "u8"])
def test_narrow_integers_do_not_overflow(dtype: str) -> None:
    values = np.full(100_000, np.iinfo(np.int8).max, dtype)
    groups = np.arange(100_000) % 2
    assert grouped_sum(values, groups, 2).tolist() == [127 * 50_000] * 2


def test_sums_beyond_64_bits_are_refused() -> None:
    for values in (np.array([2**62, 2**62]), np.array([-(2**63), -1]), np.array([2**63], np.uint64)):
        with pytest.raises(InvalidArgument, match="the values must add up"):
            grouped_sum(values, np.zeros(values.size, np.intp), 1)
    assert grouped_sum(np.array([2**62, 2**62 - 1]), np.zeros(2, np.intp), 1).tolist() == [2**63 - 1]


@given(st.lists(st.tuples(st.integers(0, 2), st.floats(-1e6, 1e6)), max_size=20))
def test_moments_are_those_of_fractions(rows: list[Any]) -> None:
    groups, values = np.array([g for g, _ in rows], np.intp), np.array([v for _, v in rows])
    n, mean, m2 = grouped_moments(values, groups, 3)
    for group in range(3):
        exact = [Fraction(v) for g, v in rows if g == group]
        assert n[group] == len(exact)
        if not exact:
            assert np.isnan(mean[group])
            assert m2[group] == 0
            continue
        centre = sum(exact) / len(exact)
        squares = sum((value - centre) ** 2 for value in exact)
        size = float(max(abs(value) for value in exact))
        assert mean[group] == pytest.approx(float(centre), rel=1e-15, abs=4e-16 * size)
        assert m2[group] == pytest.approx(float(squares), rel=1e-12, abs=1e-30 + 1e-30 * size**2)


def test_a_large_mean_does_not_swallow_the_variance() -> None:
    """The ill-conditioned series of NIST's NumAcc4: 10,000,000.2 and then 10,000,000.1 and 10,000,000.3 by turns."""
    values = np.array([10_000_000.2, *[10_000_000.1, 10_000_000.3] * 500])
    exact = [Fraction(value) for value in values.tolist()]
    centre = sum(exact) / len(exact)
    n, mean, m2 = grouped_moments(values, np.zeros(values.size, np.intp), 1)
    assert n.tolist() == [1_001]
    assert mean[0] == float(centre)
    assert m2[0] == pytest.approx(float(sum((value - centre) ** 2 for value in exact)), rel=1e-14)
    assert np.sqrt(m2[0] / 1_000) == pytest.approx(0.1, rel=1e-8)
