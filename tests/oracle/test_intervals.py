"""Intervals and tests against other people's code: scipy, statsmodels, and a brute-force optimiser."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import optimize, stats

from kundenmetrik.core.statistics.multiplicity import adjust_p_values
from kundenmetrik.core.statistics.one_sample.means import t_interval
from kundenmetrik.core.statistics.one_sample.proportions import goodman_intervals
from kundenmetrik.core.statistics.scores.score_interval import score_interval
from kundenmetrik.core.statistics.scores.score_moments import score_mean
from kundenmetrik.core.statistics.two_samples.permutation_test import FEW_ANSWERS
from kundenmetrik.core.statistics.two_samples.score_difference import (
    rate_difference,
    score_difference,
    share_difference,
)
from kundenmetrik.testing.references.rates_and_scores import RATE_INTERVALS, SCORE_INTERVALS, SHARE_INTERVALS

sm_proportion = pytest.importorskip("statsmodels.stats.proportion")
sm_rates = pytest.importorskip("statsmodels.stats.rates")
sm_multitest = pytest.importorskip("statsmodels.stats.multitest")

levels = st.sampled_from([0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
drawn = settings(max_examples=200)
"""How many data sets each interval is compared on, whatever profile the tests run under."""
shares = st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


# --- the constrained maximum, by an optimiser that knows nothing of multipliers ---------------------------------------


def best_variance(counts: NDArray[Any], values: NDArray[Any], mean: float) -> float:
    """Return the variance of the multinomial that fits the counts best among those with this mean, by scipy.optimize.

    Shares are written as a point with the right mean plus a direction in the null space of the constraints, and the
    log-likelihood is maximised over the directions, a concave problem.
    """
    values, gaps = np.asarray(values, dtype=float), np.asarray(values, dtype=float) - mean
    rows = np.vstack([np.ones_like(values), gaps])
    start = feasible(values, mean)
    directions = np.linalg.svd(rows)[2][2:].T
    seen = counts > 0

    def objective(step: Any) -> Any:
        share = start + directions @ step
        return -(counts[seen] @ np.log(share[seen])), -(directions[seen].T @ (counts[seen] / share[seen]))

    def curvature(step: Any) -> Any:
        share = start + directions @ step
        return (directions[seen].T * (counts[seen] / share[seen] ** 2)) @ directions[seen]

    bound = optimize.LinearConstraint(directions, 1e-14 - start, np.inf)
    found = optimize.minimize(
        objective,
        np.zeros(directions.shape[1]),
        jac=True,
        hess=curvature,
        method="trust-constr",
        constraints=[bound],
        options={"gtol": 1e-13, "xtol": 1e-14, "barrier_tol": 1e-14, "maxiter": 3000},
    )
    share = start + directions @ found.x
    return float(share @ gaps**2)


def feasible(values: NDArray[Any], mean: float) -> NDArray[Any]:
    """Return positive shares with this mean: an even mixture tilted towards one end."""
    even = np.full(len(values), 1 / len(values))
    end = 0 if mean < even @ values else -1
    tilt = (mean - even @ values) / (values[end] - even @ values)
    share = (1 - tilt) * even
    share[end] += tilt
    return share


def by_dual(counts: NDArray[Any], values: NDArray[Any], mean: float) -> float:
    """Return the same variance from the dual: the multiplier found by scipy's brentq, left-over mass on the end."""
    gaps, shares = np.asarray(values, dtype=float) - mean, counts / counts.sum()
    seen = counts > 0
    end = 0 if shares @ gaps > 0 else -1
    limit = -1.0 / gaps[end]

    def slope(multiplier: Any) -> Any:
        return float(np.sum(shares[seen] * gaps[seen] / (1 + multiplier * gaps[seen])))

    edge = limit * (1 - 1e-15)
    if not seen[end] and slope(limit) * slope(0.0) >= 0:
        fitted = np.where(seen, shares / np.where(seen, 1 + limit * gaps, 1.0), 0.0)
        fitted[end] = 1 - fitted.sum()
    else:
        multiplier = optimize.brentq(slope, min(0.0, edge), max(0.0, edge), xtol=1e-300, rtol=1e-15, maxiter=1000)
        fitted = shares / (1 + multiplier * gaps)
    return float(fitted @ gaps**2)


def limit_by(
    variance: Callable[..., Any], counts: NDArray[Any], values: NDArray[Any], confidence: float, side: int
) -> float:
    square = stats.norm.isf((1 - confidence) / 2) ** 2
    estimate = counts @ values / counts.sum()
    far = values[0] if side < 0 else values[-1]
    if estimate == far:
        return far

    def excess(mean: Any) -> Any:
        return counts.sum() * (estimate - mean) ** 2 - square * variance(counts, values, mean)

    near = estimate + side * 1e-9
    return optimize.brentq(excess, near, far - side * 1e-12, xtol=1e-14, rtol=1e-15)


@settings(max_examples=150)
@given(st.lists(st.integers(0, 30), min_size=5, max_size=5).filter(any), st.sampled_from([0.8, 0.95, 0.99]))
def test_the_score_interval_on_five_steps_solves_the_constrained_problem(row: list[int], confidence: float) -> None:
    counts, values = np.array(row), np.arange(1.0, 6.0)
    limits = score_interval(counts[None], values, confidence)
    for limit, side in zip(limits, (-1, 1), strict=True):
        assert limit[0] == pytest.approx(limit_by(by_dual, counts, values, confidence, side), abs=1e-9)


@pytest.mark.parametrize(
    ("row", "values"),
    [
        ([3, 4, 5, 6, 7], (1, 2, 3, 4, 5)),
        ([0, 0, 2, 5, 13], (1, 2, 3, 4, 5)),
        ([1, 0, 0, 0, 9], (1, 2, 3, 4, 5)),
        ([5, 1, 0, 2, 2], (0, 1, 4, 9, 20)),
        ([0, 4, 3, 2, 0], (1, 2, 3, 4, 5)),
    ],
)
def test_the_fitted_variance_at_the_limits_is_what_a_general_optimiser_finds(row: list[int], values: Any) -> None:
    counts, values = np.array(row), np.array(values, dtype=float)
    square = stats.norm.isf(0.025) ** 2
    mean = score_mean(counts[None], values)[0]
    for limit in score_interval(counts[None], values, 0.95):
        needed = counts.sum() * (mean - limit[0]) ** 2 / square
        assert best_variance(counts, values, limit[0]) == pytest.approx(needed, rel=1e-5)


# --- shares -----------------------------------------------------------------------------------------------------------


@drawn
@given(shares, levels)
def test_shares_against_statsmodels(pair: tuple[int, int], confidence: float) -> None:
    x, n = pair
    names = {
        "wilson": "wilson",
        "agresti_coull": "agresti_coull",
        "wald": "normal",
        "clopper_pearson": "beta",
        "jeffreys": "jeffreys",
    }
    assert set(names) == set(SHARE_INTERVALS)
    for ours, theirs in names.items():
        low, high = SHARE_INTERVALS[ours](np.array([x]), np.array([n]), confidence)
        expected = list(sm_proportion.proportion_confint(x, n, alpha=1 - confidence, method=theirs))
        if ours == "jeffreys":  # theirs leaves a share of 0 or 1 outside; Brown, Cai and DasGupta (2001) take it in
            expected = [0.0 if x == 0 else expected[0], 1.0 if x == n else expected[1]]
        np.testing.assert_allclose((low[0], high[0]), expected, rtol=1e-10, atol=1e-13, err_msg=ours)


@drawn
@given(shares, levels)
def test_shares_against_scipy(pair: tuple[int, int], confidence: float) -> None:
    x, n = pair
    test = stats.binomtest(x, n)
    for ours, theirs in {"wilson": "wilson", "clopper_pearson": "exact"}.items():
        low, high = SHARE_INTERVALS[ours](np.array([x]), np.array([n]), confidence)
        expected = test.proportion_ci(confidence, theirs)
        np.testing.assert_allclose((low[0], high[0]), (expected.low, expected.high), rtol=1e-9, atol=1e-12)


@drawn
@given(st.lists(st.integers(0, 300), min_size=2, max_size=8).filter(any), levels)
def test_goodman_against_statsmodels(row: list[int], confidence: float) -> None:
    expected = sm_proportion.multinomial_proportions_confint(np.array(row), alpha=1 - confidence, method="goodman")
    low, high = goodman_intervals(np.array([row]), confidence)
    np.testing.assert_allclose(np.stack([low[0], high[0]], axis=1), expected, rtol=1e-9, atol=1e-12)


@drawn
@given(shares, shares, levels, st.sampled_from(["two-sided", "larger", "smaller"]))
def test_share_differences_against_statsmodels(
    one: tuple[int, int], two: tuple[int, int], confidence: float, side: str
) -> None:
    found = share_difference(  # type: ignore[call-arg]
        *np.array([one, two]).reshape(4, 1),
        confidence,
        alternative={"two-sided": "two-sided", "larger": "greater", "smaller": "less"}[side],
    )
    expected = sm_proportion.confint_proportions_2indep(*one, *two, method="newcomb", alpha=1 - confidence)
    np.testing.assert_allclose((found.low[0], found.high[0]), expected, rtol=0, atol=1e-12)
    if 0 < one[0] + two[0] < one[1] + two[1] and min(one[1], two[1]) >= FEW_ANSWERS:
        p_value = sm_proportion.proportions_ztest([one[0], two[0]], [one[1], two[1]], alternative=side)[1]
        assert found.p_value[0] == pytest.approx(p_value, rel=1e-9, abs=1e-300)


# --- rates ------------------------------------------------------------------------------------------------------------


@drawn
@given(st.integers(0, 5000), st.floats(0.1, 1e5), levels)
def test_rates_against_statsmodels(events: int, exposure: float, confidence: float) -> None:
    # statsmodels' "waldccv" and its square-root forms have no counterpart here, and the two by Byar none there;
    # those have published numbers.
    names = {"garwood": "exact-c", "score": "score", "wald": "wald", "jeffreys": "jeffreys"}
    assert set(names) == set(RATE_INTERVALS) - {"mid_p", "byar", "byar_rothman"}
    for ours, theirs in names.items():
        low, high = RATE_INTERVALS[ours](np.array([events]), np.array([exposure]), confidence)
        expected = np.array(sm_rates.confint_poisson(events, exposure, method=theirs, alpha=1 - confidence))
        np.testing.assert_allclose((low[0], high[0]), np.maximum(expected, 0), rtol=1e-9, atol=1e-14, err_msg=ours)


@drawn
@given(st.integers(0, 5000), st.floats(0.1, 1e5), levels)
def test_mid_p_limits_are_where_the_test_of_statsmodels_just_rejects(
    events: int, exposure: float, confidence: float
) -> None:
    # Its test is exact, but its interval looks for where the squared distance is least, which holds some six digits
    # and may give the lower limit twice, as for 4,393 events in 1 at 90 %.
    low, high = RATE_INTERVALS["mid_p"](np.array([events]), np.array([exposure]), confidence)
    for limit in (low[0], high[0])[events == 0 :]:
        p_value = sm_rates.test_poisson(events, exposure, value=limit, method="midp-c").pvalue
        assert p_value == pytest.approx(1 - confidence, rel=1e-9, abs=1e-12)


@drawn
@given(st.integers(0, 10**6), levels)
def test_mid_p_limits_have_half_the_error_on_each_side(events: int, confidence: float) -> None:
    low, high = RATE_INTERVALS["mid_p"](np.array([events]), np.array([1]), confidence)
    half = 0.5 * stats.poisson.pmf(events, high[0])
    assert stats.poisson.cdf(events - 1, high[0]) + half == pytest.approx((1 - confidence) / 2, rel=1e-8)
    if events == 0:
        assert low[0] == 0
    else:
        half = 0.5 * stats.poisson.pmf(events, low[0])
        assert stats.poisson.sf(events, low[0]) + half == pytest.approx((1 - confidence) / 2, rel=1e-8)


@drawn
@given(st.integers(0, 2000), st.integers(1, 2000), st.floats(0.5, 2000), st.floats(0.5, 2000))
def test_rate_differences_against_statsmodels(x: int, y: int, t: float, u: float) -> None:
    found = rate_difference(*np.array([[x], [t], [y], [u]]), 0.95, alternative="greater")  # type: ignore[call-arg]
    expected = sm_rates.confint_poisson_2indep(x, t, y, u, method="mover", compare="diff", method_mover="score")
    np.testing.assert_allclose((found.low[0], found.high[0]), expected, rtol=1e-9, atol=1e-12)
    test = sm_rates.test_poisson_2indep(x, t, y, u, method="score", compare="diff", alternative="larger")
    assert found.p_value[0] == pytest.approx(test.pvalue, rel=1e-7, abs=1e-300)


# --- scores, means, adjustments ---------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 60), min_size=5, max_size=5).filter(lambda row: sum(row) > 1), levels)
def test_t_of_scores_is_that_of_the_answers(row: list[int], confidence: float) -> None:
    answers = np.repeat(np.arange(1, 6), row)
    low, high = SCORE_INTERVALS["t"](np.array([row]), (1, 2, 3, 4, 5), confidence)
    margin = stats.t.ppf((1 + confidence) / 2, len(answers) - 1) * answers.std(ddof=1) / np.sqrt(len(answers))
    np.testing.assert_allclose((low[0], high[0]), (answers.mean() - margin, answers.mean() + margin), atol=1e-10)


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40), levels)
def test_t_of_amounts_is_scipys(amounts: list[float], confidence: float) -> None:
    x = np.array(amounts)
    if x.std() == 0:
        return
    low, high = t_interval(
        np.array([len(x)]), np.array([x.mean()]), np.array([((x - x.mean()) ** 2).sum()]), confidence
    )
    expected = stats.t.interval(confidence, len(x) - 1, x.mean(), x.std(ddof=1) / np.sqrt(len(x)))
    np.testing.assert_allclose((low[0], high[0]), expected, rtol=1e-9, atol=1e-9 * np.abs(x).max())


@given(st.lists(st.integers(0, 40), min_size=4, max_size=4).filter(lambda row: row[0] + row[1] and row[2] + row[3]))
def test_the_test_on_two_values_is_the_chi_square_test_and_exact_for_few(row: list[int]) -> None:
    found = score_difference(np.array([row[:2]]), np.array([row[2:]]), (0, 1), 0.95)
    table = np.array([row[:2], row[2:]])
    if table.sum(axis=1).min() < FEW_ANSWERS:
        distance = abs(table[0, 0] / table[0].sum() - table[1, 0] / table[1].sum())
        size, both = table[0].sum(), table.sum(axis=0)
        dealt = np.arange(max(0, size - both[1]), min(size, both[0]) + 1)
        apart = abs(dealt / size - (both[0] - dealt) / table[1].sum())
        expected = stats.hypergeom.pmf(dealt, both.sum(), both[0], size)[apart >= distance - 1e-9].sum()
        assert found.p_value[0] == pytest.approx(expected, rel=1e-9)
    elif (table.sum(axis=0) > 0).all():
        expected = stats.chi2_contingency(table, correction=False).pvalue
        assert found.p_value[0] == pytest.approx(expected, rel=1e-9, abs=1e-300)
    else:
        assert found.p_value[0] == 1.0


@settings(max_examples=25)
@given(st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=30))
def test_adjustments_against_statsmodels(p_values: list[float]) -> None:
    p = np.array(p_values)
    for name in ("holm", "fdr_bh"):
        expected = sm_multitest.multipletests(p, method=name)[1]
        np.testing.assert_allclose(adjust_p_values(p, name), expected, rtol=1e-12, atol=0)
    np.testing.assert_allclose(adjust_p_values(p, "fdr_bh"), stats.false_discovery_control(p), rtol=1e-12, atol=0)
