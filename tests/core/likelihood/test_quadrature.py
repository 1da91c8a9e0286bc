"""Means over a beta distribution, rising products and distinct rows, against other roads."""

from __future__ import annotations

import mpmath as mp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.core.counting.distinct_rows import distinct
from kundenmetrik.core.likelihood.log_rising_factorial import log_rising, rising_derivatives
from kundenmetrik.core.likelihood.quadrature import beta_mean, chunks, legendre


@pytest.mark.parametrize("a", [0.01, 0.5, 1.0, 7.0, 400.0])
@pytest.mark.parametrize("b", [0.02, 1.0, 30.0, 9_000.0])
def test_the_mean_of_a_falling_power(a: float, b: float) -> None:
    """E[(1 + pz)^-R] = 2F1(R, a; a + b; -z)."""
    for shape, z in ((0.3, 2.0), (5.0, 100.0), (300.0, 0.5)):

        def parts(p: np.ndarray, rows: np.ndarray, shape: float = shape, z: float = z) -> tuple[np.ndarray, np.ndarray]:
            return (1 + p * z) ** -shape, shape * z * (1 + p * z) ** (-shape - 1)

        one = np.ones(1)
        found = beta_mean(a * one, b * one, one / (1.0 + shape * z), parts)[0]
        mp.mp.dps = 30
        x, y = mp.mpf(shape), mp.mpf(z) / (1 + mp.mpf(z))
        exact = (1 - y) ** x * mp.hyp2f1(x, mp.mpf(b), mp.mpf(a) + mp.mpf(b), y, maxterms=10**7, maxprec=10**5)
        assert found == pytest.approx(float(exact), rel=1e-12)


@given(st.floats(1e-3, 1e4), st.integers(0, 400))
def test_rising_products(start: float, factors: int) -> None:
    mp.mp.dps = 40
    exact = mp.loggamma(mp.mpf(start) + factors) - mp.loggamma(start)
    value, first, second = (part[0] for part in rising_derivatives(start, np.array([factors])))
    assert value == pytest.approx(float(exact), rel=1e-13, abs=1e-14)
    assert float(log_rising(start, factors)) == pytest.approx(float(exact), rel=1e-12, abs=1e-12)
    assert first == pytest.approx(float(mp.digamma(mp.mpf(start) + factors) - mp.digamma(start)), rel=1e-12, abs=1e-12)
    assert second == pytest.approx(float(mp.psi(1, mp.mpf(start) + factors) - mp.psi(1, start)), rel=1e-11, abs=1e-12)


def test_rising_products_of_many_starts_are_those_of_each() -> None:
    starts, factors = np.array([0.3, 5.0, 80.0]), np.array([4, 0, 7])
    together = rising_derivatives(starts, factors)
    for place, (start, count) in enumerate(zip(starts, factors, strict=True)):
        alone = rising_derivatives(float(start), np.array([count]))
        for one, two in zip(together, alone, strict=True):
            assert one[place] == pytest.approx(two[0], rel=1e-11, abs=1e-13)


@given(st.lists(st.tuples(st.integers(-2, 3), st.sampled_from([0.0, 0.1, 2.5])), min_size=1, max_size=30))
def test_distinct_rows_lead_back(rows: list[tuple[int, float]]) -> None:
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    places, back = distinct(columns)
    assert len(places) == len(set(rows))
    assert [rows[place] for place in places[back]] == rows


def test_rules_are_rules() -> None:
    places, weights = legendre(24)
    assert weights.sum() == pytest.approx(1.0, rel=1e-14)
    assert (weights * places**47).sum() == pytest.approx(1 / 48, rel=1e-12)
    rows = chunks(100_000, 100)
    assert rows[0].start == 0
    assert sum(len(range(*part.indices(100_000))) for part in rows) == 100_000
