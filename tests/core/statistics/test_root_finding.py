"""Roots of rising functions."""

import numpy as np
import pytest

from kundenmetrik.core.statistics.root_finding import rising_root


def test_each_root_is_found_and_what_is_unknown_stays_unknown():
    targets = np.array([0.5, 8.0, 27.0, np.nan])
    found = rising_root(lambda x: (x**3 - targets, 3 * x**2), np.zeros(4), np.full(4, 10.0))
    np.testing.assert_allclose(found, np.cbrt(targets), rtol=1e-15)


@pytest.mark.parametrize("start", [None, 0.0, 1e-9, 0.9999])
def test_a_flat_start_falls_back_to_halving(start):
    begin = None if start is None else np.array([start])
    found = rising_root(
        lambda x: (np.expm1(50 * (x - 0.3)), 50 * np.exp(50 * (x - 0.3))), np.zeros(1), np.ones(1), begin
    )
    assert found[0] == pytest.approx(0.3, rel=1e-13)


def test_a_root_at_an_end_is_approached():
    found = rising_root(lambda x: (x - 1.0, np.ones_like(x)), np.zeros(1), np.ones(1))
    assert found[0] == pytest.approx(1.0, rel=1e-15)


def test_other_roots_do_not_change_the_bits_of_one():
    targets = np.array([2.0, 1e-12, 900.0, 3.0])
    find = lambda t: rising_root(lambda x: (x**3 - t, 3 * x**2), np.zeros(t.shape), np.full(t.shape, 10.0))  # noqa: E731
    np.testing.assert_array_equal(find(targets), np.concatenate([find(one[None]) for one in targets]))
