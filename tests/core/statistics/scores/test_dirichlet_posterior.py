"""The posterior by quadrature: against the beta distribution, against draws, and against 30 digits."""

from __future__ import annotations

from typing import Any

import mpmath
import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from kundenmetrik.core.statistics.scores.dirichlet_posterior import dirichlet_interval, jeffreys_score_interval


@given(st.integers(0, 10**5), st.integers(0, 10**5), st.sampled_from([0.5, 0.9, 0.95, 0.999]))
def test_three_values_of_which_two_coincide_are_a_beta_posterior(losses: int, gains: int, confidence: float) -> None:
    if losses + gains == 0:
        return
    low, high = dirichlet_interval(np.array([[losses, gains, 0]]), (-1, 1, 1), confidence, prior=0.7)
    tail = (1 - confidence) / 2
    quantile = scipy.special.betaincinv(gains + 0.7, losses + 0.7, [tail, 1 - tail])
    expected = 2 * quantile - 1
    assert low[0] == pytest.approx(-1 if gains == 0 else expected[0], abs=1e-12)
    assert high[0] == pytest.approx(1 if losses == 0 else expected[1], abs=1e-12)


def chance_below(weights: list[float], values: Any, point: float) -> float:
    """P(mean < point) of three classes -1, 0, 1 with 25 digits: S (2 B - 1) with independent betas S and B."""
    losses, ties, gains = weights
    with mpmath.workdps(25):

        def given_moved(share: Any) -> Any:
            needed = (point / share + 1) / 2
            return (
                0 if needed <= 0 else 1 if needed >= 1 else mpmath.betainc(gains, losses, 0, needed, regularized=True)
            )

        def density(share: Any) -> Any:
            return share ** (losses + gains - 1) * (1 - share) ** (ties - 1) / mpmath.beta(losses + gains, ties)

        corners = sorted({0, abs(point), (1 + abs(point)) / 2, 1})
        return float(mpmath.quad(lambda share: density(share) * given_moved(share), corners))


@pytest.mark.parametrize("counts", [[3, 1, 6], [1, 0, 2], [0, 2, 9], [30, 41, 60]])
def test_the_limits_are_the_quantiles_of_the_product_of_two_betas(counts: list[int]) -> None:
    low, high = jeffreys_score_interval(np.array([counts]), (-1, 0, 1), 0.95)
    weights = [count + 0.5 for count in counts]
    assert chance_below(weights, None, low[0]) == pytest.approx(0.025, abs=1e-7)
    assert chance_below(weights, None, high[0]) == pytest.approx(0.975, abs=1e-7)


@settings(max_examples=15)
@given(st.lists(st.integers(0, 40), min_size=5, max_size=5).filter(lambda row: sum(count > 0 for count in row) > 1))
def test_the_limits_cut_the_right_shares_off_drawn_posteriors(counts: list[int]) -> None:
    low, high = jeffreys_score_interval(np.array([counts]), (1, 2, 3, 4, 5), 0.9)
    drawn = np.random.default_rng(1).dirichlet(np.array(counts) + 0.5, size=40_000) @ np.arange(1, 6)
    assert np.mean(drawn < low[0]) == pytest.approx(0.05, abs=0.006)
    assert np.mean(drawn > high[0]) == pytest.approx(0.05, abs=0.006)


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=6).filter(any), st.sampled_from([0.5, 0.95, 0.9999]))
def test_limits_are_ordered_within_the_scale(counts: list[int], confidence: float) -> None:
    values = range(len(counts))
    low, high = dirichlet_interval(np.array([counts]), values, confidence)
    assert 0 <= low[0] < high[0] <= len(counts) - 1


def test_groups_that_agree_on_an_end_reach_it() -> None:
    low, high = dirichlet_interval(np.array([[0, 0, 4], [4, 0, 0], [0, 4, 0]]), (-100, 0, 100), 0.95)
    assert high[0] == 100
    assert low[1] == -100
    assert low[0] == pytest.approx(-high[1], abs=1e-9)
    assert low[2] == pytest.approx(-high[2], abs=1e-9)
    low, high = dirichlet_interval(np.array([[0, 4], [4, 0]]), (0.1, 0.7), 0.95)
    assert high[0] == 0.7
    assert low[1] == 0.1
