"""Adjusted p-values."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kundenmetrik.core.statistics.multiplicity import ADJUSTMENTS, adjust_p_values

p_values = st.lists(st.floats(0, 1), min_size=1, max_size=20).map(np.array)
every_method = pytest.mark.parametrize("method", list(ADJUSTMENTS))


@every_method
@given(p_values)
def test_adjusted_values_are_larger_keep_the_order_and_end_at_one(method: str, p: NDArray[Any]) -> None:
    found = adjust_p_values(p, method)
    assert (found >= p).all()
    assert (found <= 1).all()
    assert (np.diff(found[np.argsort(p)]) >= 0).all()


@every_method
@given(p_values, st.randoms(use_true_random=False))
def test_the_order_of_the_comparisons_does_not_matter(method: str, p: NDArray[Any], random: Any) -> None:
    order = random.sample(range(len(p)), len(p))
    np.testing.assert_array_equal(adjust_p_values(p[order], method), adjust_p_values(p, method)[order])


@every_method
@given(p_values, st.integers(0, 20))
def test_comparisons_that_could_not_be_made_do_not_count(method: str, p: NDArray[Any], place: int) -> None:
    padded = np.insert(p, min(place, len(p)), np.nan)
    found = adjust_p_values(padded, method)
    np.testing.assert_array_equal(found[~np.isnan(padded)], adjust_p_values(p, method))
    assert np.isnan(found).sum() == 1


@every_method
def test_one_comparison_needs_no_adjustment(method: str) -> None:
    assert adjust_p_values(np.array([0.03]), method) == 0.03
    assert adjust_p_values(np.array([]), method).shape == (0,)


def test_none_leaves_the_p_values() -> None:
    np.testing.assert_array_equal(adjust_p_values(np.array([0.2, np.nan]), None), [0.2, np.nan])


def test_the_example_of_benjamini_and_hochberg() -> None:
    # Benjamini and Hochberg 1995, section 3.2: fifteen p-values; at 0.05 Holm rejects three and they reject four.
    small = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459]
    p = np.array([*small, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0])
    assert np.sum(adjust_p_values(p, "fdr_bh") <= 0.05) == 4
    assert np.sum(adjust_p_values(p, "holm") <= 0.05) == 3
