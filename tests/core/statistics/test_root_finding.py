"""Roots of rising functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy

from kundenmetrik.core.statistics.root_finding import monotone_root


def test_each_root_is_found_and_what_is_unknown_stays_unknown() -> None:
    targets = np.array([0.5, 8.0, 27.0, np.nan])
    found = monotone_root(lambda x: (x**3 - targets, 3 * x**2), np.zeros(4), np.full(4, 10.0))
    np.testing.assert_allclose(found, np.cbrt(targets), rtol=1e-15)


@pytest.mark.parametrize("slopes", [True, False])
@pytest.mark.parametrize("start", [None, 0.0, 1e-9, 0.9999])
def test_a_flat_start_falls_back_to_halving(start: float | None, slopes: bool) -> None:
    def curve(x: Any) -> Any:
        value = np.expm1(50 * (x - 0.3))
        return (value, 50 * np.exp(50 * (x - 0.3))) if slopes else value

    begin = None if start is None else np.array([start])
    found = monotone_root(curve, np.zeros(1), np.ones(1), begin)
    assert found[0] == pytest.approx(0.3, rel=1e-13)


def test_a_root_at_an_end_is_approached() -> None:
    found = monotone_root(lambda x: (x - 1.0, np.ones_like(x)), np.zeros(1), np.ones(1))
    assert found[0] == pytest.approx(1.0, rel=1e-15)


@pytest.mark.parametrize("slopes", [True, False])
def test_other_roots_do_not_change_the_bits_of_one(slopes: bool) -> None:
    targets = np.array([2.0, 1e-12, 900.0, 3.0])

    def find(t: Any) -> Any:
        curve = lambda x: (x**3 - t, 3 * x**2) if slopes else x**3 - t  # noqa: E731
        return monotone_root(curve, np.zeros(t.shape), np.full(t.shape, 10.0))

    np.testing.assert_array_equal(find(targets), np.concatenate([find(one[None]) for one in targets]))


def test_without_slopes_the_last_bits_are_found_in_few_steps() -> None:
    asked = []
    targets = np.array([1e-9, 0.02, 0.5, 0.999])

    def curve(x: Any) -> Any:
        asked.append(x)
        return scipy.special.betainc(3.0, 7.0, x) - targets

    found = monotone_root(curve, np.zeros(4), np.ones(4))
    np.testing.assert_allclose(found, scipy.special.betaincinv(3.0, 7.0, targets), rtol=1e-13)
    assert len(asked) < 45


def test_a_condition_is_halved_to_where_it_changes() -> None:
    edge = np.array([0.125, 0.3, 0.9])
    found = monotone_root(lambda x: np.where(x < edge, -1.0, 1.0), np.zeros(3), np.ones(3))
    np.testing.assert_allclose(found, edge, rtol=1e-11)


def test_a_function_that_does_not_cross_zero_has_the_nearer_end() -> None:
    found = monotone_root(lambda x: x + np.array([2.0, -2.0]), np.zeros(2), np.ones(2))
    np.testing.assert_allclose(found, [0.0, 1.0], atol=1e-15)


def test_steps_to_and_fro_over_a_kink_end() -> None:
    def curve(x: Any) -> Any:  # Newton's steps from either side lead to the other: -0.5, 0.5, -0.5 ...
        return np.sign(x) * np.sqrt(np.abs(x)), 0.5 / np.sqrt(np.abs(x))

    found = monotone_root(curve, np.array([-1.0]), np.array([1.5]), np.array([0.5]))
    assert abs(found[0]) < 1e-15
