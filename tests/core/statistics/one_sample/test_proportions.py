"""Intervals of shares: exact at the ends, around the share, right for huge counts."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.one_sample.proportions import goodman_intervals
from kundenmetrik.core.statistics.scores.score_interval import score_interval
from kundenmetrik.testing.references.rates_and_scores import SCORE_INTERVALS, SHARE_INTERVALS

LEVELS = (1e-20, 0.1, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.999999)
every_method = pytest.mark.parametrize("method", list(SHARE_INTERVALS))


@every_method
@pytest.mark.parametrize("confidence", LEVELS)
def test_none_and_all_of_up_to_5000_are_contained_at_exact_ends(method: str, confidence: float) -> None:
    n = np.arange(1, 5001)
    low, high = SHARE_INTERVALS[method](np.zeros_like(n), n, confidence)
    assert (low == 0).all()
    assert (high >= 0).all()
    low, high = SHARE_INTERVALS[method](n, n, confidence)
    assert (high == 1).all()
    assert (low <= 1).all()


@every_method
@pytest.mark.parametrize("confidence", LEVELS)
def test_every_share_of_up_to_120_is_contained_within_the_scale(method: str, confidence: float) -> None:
    x, n = (part.ravel() for part in np.meshgrid(np.arange(121), np.arange(1, 121)))
    x, n = x[x <= n], n[x <= n]
    low, high = SHARE_INTERVALS[method](x, n, confidence)
    assert ((low >= 0) & (low <= x / n) & (x / n <= high) & (high <= 1)).all()


@every_method
def test_failures_mirror_successes(method: str) -> None:
    x, n = np.arange(51), np.full(51, 50)
    low, high = SHARE_INTERVALS[method](x, n, 0.95)
    other_low, other_high = SHARE_INTERVALS[method](n - x, n, 0.95)
    np.testing.assert_allclose(low, 1 - other_high, rtol=0, atol=1e-14)
    np.testing.assert_allclose(high, 1 - other_low, rtol=0, atol=1e-14)


@every_method
@given(st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_more_confidence_never_narrows(method: str, pair: tuple[int, int]) -> None:
    x, n = (np.array([part]) for part in pair)
    limits = np.array([SHARE_INTERVALS[method](x, n, level) for level in LEVELS])[:, :, 0]
    assert (np.diff(limits[:, 0]) <= 1e-15).all()
    assert (np.diff(limits[:, 1]) >= -1e-15).all()


@every_method
def test_nobody_asked_is_undefined(method: str) -> None:
    assert np.isnan(SHARE_INTERVALS[method](np.array([0, 0]), np.array([0, 0]), 0.95)).all()


@every_method
@pytest.mark.parametrize("kind", ["int8", "uint8", "int16", "uint32", "float32", "float64"])
def test_every_width_of_counts_gives_the_same_bits(method: str, kind: str) -> None:
    x, n = np.array([0, 3, 17, 40]), np.array([5, 20, 17, 100])
    np.testing.assert_array_equal(
        SHARE_INTERVALS[method](x.astype(kind), n.astype(kind), 0.9), SHARE_INTERVALS[method](x, n, 0.9)
    )


@pytest.mark.parametrize("n", [10**9, 10**12, 10**15])
@pytest.mark.parametrize("share", [0, 1e-9, 0.25, 0.5])
def test_wilson_of_huge_counts_is_right_to_the_last_digits(n: int, share: float) -> None:
    x = int(n * share) + 3
    low, high = SHARE_INTERVALS["wilson"](np.array([x]), np.array([n]), 0.95)
    with mpmath.workdps(50):
        p, c = mpmath.mpf(x) / n, mpmath.mpf(critical(0.95)) ** 2 / n
        root = mpmath.sqrt(c * (p * (1 - p) + c / 4))
        expected = [(p + c / 2 - root) / (1 + c), (p + c / 2 + root) / (1 + c)]
        assert float(abs(low[0] / expected[0] - 1)) < 1e-15 * 4
        assert float(abs(high[0] / expected[1] - 1)) < 1e-15 * 4


@pytest.mark.parametrize("n", [10**6, 10**9, 10**12])
@pytest.mark.parametrize("method", ["clopper_pearson", "jeffreys"])
def test_beta_limits_of_huge_counts_have_their_tails(method: str, n: int) -> None:
    extra = {"clopper_pearson": 1.0, "jeffreys": 0.5}[method]
    x = 7
    low, high = SHARE_INTERVALS[method](np.array([x]), np.array([n]), 0.95)
    # With so many failures the beta quantile is that of a gamma, to 1 / n.
    with mpmath.workdps(30):
        below = mpmath.gammainc(x + (extra if extra < 1 else 0), 0, low[0] * n, regularized=True)
        above = mpmath.gammainc(x + extra, high[0] * n, mpmath.inf, regularized=True)
    assert float(below) == pytest.approx(0.025, rel=100 / n)
    assert float(above) == pytest.approx(0.025, rel=100 / n)


@pytest.mark.parametrize("confidence", [0.5, 0.95, 0.999])
def test_wilson_and_jeffreys_are_those_of_a_score_on_two_values(confidence: float) -> None:
    x, n = np.arange(31), np.full(31, 30)
    cells = np.stack([n - x, x], axis=1)
    np.testing.assert_allclose(
        SHARE_INTERVALS["wilson"](x, n, confidence), score_interval(cells, (0, 1), confidence), rtol=0, atol=1e-13
    )
    np.testing.assert_allclose(
        SHARE_INTERVALS["jeffreys"](x, n, confidence),
        SCORE_INTERVALS["jeffreys"](cells, (0, 1), confidence),
        atol=1e-13,
    )


def test_goodman_is_wilson_at_the_divided_error() -> None:
    counts = np.array([[16, 30, 61], [0, 5, 5], [0, 0, 0]])
    low, high = goodman_intervals(counts, 0.95)
    expected = SHARE_INTERVALS["wilson"](counts[0], np.full(3, 107), 1 - 0.05 / 3)
    np.testing.assert_allclose((low[0], high[0]), expected, rtol=1e-13)
    assert low[1][0] == 0
    assert np.isnan(low[2]).all()
    assert np.isnan(high[2]).all()
