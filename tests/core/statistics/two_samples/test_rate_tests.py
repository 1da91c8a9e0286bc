"""Tests of two rates and of many: laws, ends of the scale, and sizes by enumeration."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kundenmetrik.core.statistics.heterogeneity import heterogeneity_test
from kundenmetrik.core.statistics.two_samples.e_test import e_test
from kundenmetrik.core.statistics.two_samples.rate_difference import DIFFERENCE_METHODS, difference_interval
from kundenmetrik.core.statistics.two_samples.rate_ratio import RATIO_METHODS
from kundenmetrik.core.statistics.two_samples.rate_tests import RATE_TESTS as PUBLIC_TESTS
from kundenmetrik.errors import InvalidArgument, UnknownName
from kundenmetrik.testing.references.rates_and_scores import RATE_TESTS, RATIO_INTERVALS, rate_test, ratio_interval

counts = st.integers(0, 300)
positive = st.integers(1, 300)
exposures = st.floats(0.5, 5e3)
MATCHING = {"score": "score", "conditional_central": "conditional", "mid_p_central": "mid_p"}


def one(*values: float) -> tuple[np.ndarray, ...]:
    return tuple(np.array([float(value)]) for value in values)


@pytest.mark.parametrize("method", RATE_TESTS)
@given(x=positive, n=exposures, y=positive, m=exposures)
def test_exchanging_the_groups_keeps_p(method: str, x: int, n: float, y: int, m: float) -> None:
    there, back = rate_test(*one(x, n, y, m), method=method), rate_test(*one(y, m, x, n), method=method)
    assert there.p_value[0] == pytest.approx(back.p_value[0], rel=1e-6, abs=1e-12)
    up, down = (
        rate_test(*pair, method=method, alternative=side)
        for pair, side in ((one(x, n, y, m), "greater"), (one(y, m, x, n), "less"))
    )
    assert up.p_value[0] == pytest.approx(down.p_value[0], rel=1e-6, abs=1e-12)


@pytest.mark.parametrize("method", RATE_TESTS)
@given(x=counts, n=exposures, y=counts, m=exposures)
def test_p_is_a_probability(method: str, x: int, n: float, y: int, m: float) -> None:
    p_value = rate_test(*one(x, n, y, m), method=method).p_value[0]
    if np.isnan(p_value):
        assert method in ("wald_log", "score_log")
        assert x == 0 or y == 0
    else:
        assert 0 <= p_value <= 1


@pytest.mark.parametrize("method", RATE_TESTS)
@given(x=positive, n=exposures)
def test_a_group_against_itself(method: str, x: int, n: float) -> None:
    found = rate_test(*one(x, n, x, n), method=method)
    if method.startswith(("conditional", "mid_p")):
        assert found.p_value[0] >= 0.5
    else:
        assert found.statistic[0] == 0
        assert found.p_value[0] == pytest.approx(1.0, abs=1e-12)


@given(x=counts, n=exposures, y=counts, m=exposures)
def test_half_weight_is_less_than_whole_weight(x: int, n: float, y: int, m: float) -> None:
    for side in ("two-sided", "greater", "less"):
        exact, mid = (
            rate_test(*one(x, n, y, m), method=method, alternative=side).p_value[0]
            for method in ("conditional", "mid_p")
        )
        assert mid <= exact


@pytest.mark.parametrize("method", MATCHING)
@given(x=counts, n=exposures, y=counts, m=exposures, confidence=st.sampled_from([0.8, 0.95, 0.999]))
def test_the_interval_leaves_out_one_when_the_test_rejects(
    method: str, x: int, n: float, y: int, m: float, confidence: float
) -> None:
    p_value = rate_test(*one(x, n, y, m), method=method).p_value[0]
    low, high = ratio_interval(*one(x, n, y, m), method=MATCHING[method], confidence=confidence)
    if abs(p_value - (1 - confidence)) > 1e-9:
        assert (p_value < 1 - confidence) == bool(low[0] > 1 or high[0] < 1)


@given(x=counts, n=exposures, y=counts, m=exposures, confidence=st.sampled_from([0.8, 0.95, 0.999]))
def test_the_score_interval_of_the_difference_leaves_out_none_when_the_test_rejects(
    x: int, n: float, y: int, m: float, confidence: float
) -> None:
    p_value = rate_test(*one(x, n, y, m), method="score").p_value[0]
    low, high = difference_interval(*one(x, n, y, m), method="score", confidence=confidence)
    if abs(p_value - (1 - confidence)) > 1e-9:
        assert (p_value < 1 - confidence) == bool(low[0] > 0 or high[0] < 0)


@pytest.mark.parametrize("method", RATIO_INTERVALS)
@given(x=positive, n=exposures, y=positive, m=exposures)
def test_the_ratio_of_exchanged_groups_is_the_reciprocal(method: str, x: int, n: float, y: int, m: float) -> None:
    low, high = ratio_interval(*one(x, n, y, m), method=method)
    other_low, other_high = ratio_interval(*one(y, m, x, n), method=method)
    assert low[0] <= x / n / (y / m) * (1 + 1e-12)
    assert high[0] >= x / n / (y / m) * (1 - 1e-12)
    # MOVER gives no upper limit where the second rate could be nearly 0 by its own lower limit's standard.
    if np.isfinite(high[0]) and high[0] > 0 and other_low[0] > 0:
        assert low[0] == pytest.approx(1 / other_high[0], rel=1e-7)
        assert high[0] == pytest.approx(1 / other_low[0], rel=1e-7)


@pytest.mark.parametrize("method", DIFFERENCE_METHODS)
@given(x=counts, n=exposures, y=counts, m=exposures)
def test_the_difference_of_exchanged_groups_is_the_negative(method: str, x: int, n: float, y: int, m: float) -> None:
    low, high = difference_interval(*one(x, n, y, m), method=method)
    other_low, other_high = difference_interval(*one(y, m, x, n), method=method)
    size = max(abs(low[0]), abs(high[0]), 1e-12)
    assert abs(low[0] + other_high[0]) <= 1e-7 * size
    assert abs(high[0] + other_low[0]) <= 1e-7 * size
    assert low[0] <= x / n - y / m + 1e-9 * size
    assert high[0] >= x / n - y / m - 1e-9 * size


@pytest.mark.parametrize("method", RATE_TESTS)
def test_no_exposure_is_undefined_and_no_event_tells_nothing(method: str) -> None:
    assert np.isnan(rate_test(*one(5, 0, 5, 10), method=method).p_value[0])
    assert np.isnan(rate_test(*one(5, 10, 0, 0), method=method).p_value[0])
    nothing = rate_test(*one(0, 10, 0, 20), method=method).p_value[0]
    assert np.isnan(nothing) if method in ("wald_log", "score_log") else nothing == 1


def test_limits_without_events() -> None:
    for method in ("score", "mover", "conditional", "mid_p"):
        low, high = ratio_interval(*one(0, 10, 0, 10), method=method)
        assert (low[0], high[0]) == (0.0, np.inf)
        low, high = ratio_interval(*one(0, 10, 5, 10), method=method)
        assert low[0] == 0
        assert 0 < high[0] < 1.2
    assert np.isnan(ratio_interval(*one(0, 10, 5, 10), method="wald_log")[1][0])


def test_no_events_in_the_first_group_exactly() -> None:
    """With 0 of m events the upper share solves (1 - p)^m = alpha/2, with mid-P (1 - p)^m = alpha."""
    for method, tail in (("conditional", 0.025), ("mid_p", 0.05)):
        share = 1 - tail ** (1 / 7)
        _, high = ratio_interval(*one(0, 1, 7, 1), method=method)
        assert high[0] == pytest.approx(share / (1 - share), rel=1e-10)


@pytest.mark.parametrize("method", [name for name in RATE_TESTS if name not in ("wald_log", "score_log")])
def test_counts_beyond_2_to_the_31(method: str) -> None:
    """At large counts all tests agree with the score test; these lie two standard errors apart."""
    big = 2.0**31 * 2
    apart = 2 * np.sqrt(2 * big)
    score = rate_test(*one(big + apart, 1e9, big, 1e9)).p_value[0]
    found = rate_test(*one(np.round(big + apart), 1e9, big, 1e9), method=method).p_value[0]
    assert found == pytest.approx(score, rel=2e-4)
    low, high = ratio_interval(*one(np.round(big + apart), 1e9, big, 1e9), method="mid_p")
    assert low[0] + 5e-7 > 1
    assert high[0] < 1.0001


def test_exposures_a_million_times_apart() -> None:
    x, n, y, m = 30.0, 1e9, 2.0, 1e3
    exact = stats.binomtest(30, 32, n / (n + m)).pvalue
    assert rate_test(*one(x, n, y, m), method="conditional").p_value[0] == pytest.approx(exact, rel=1e-8)


def test_a_null_ratio_is_an_exposure_that_many_times_larger() -> None:
    for method in RATE_TESTS:
        one_way = rate_test(*one(30, 100, 20, 150), method=method, null=1.5).p_value[0]
        other = rate_test(*one(30, 150, 20, 150), method=method).p_value[0]
        assert one_way == pytest.approx(other, rel=1e-12)


def test_pairs_broadcast() -> None:
    found = rate_test(np.array([[5.0], [9.0]]), np.array([100.0]), np.array([7.0, 8.0, 9.0]), np.array([90.0]))
    assert found.p_value.shape == (2, 3)
    single = rate_test(*one(9, 100, 8, 90))
    assert found.p_value[1, 1] == single.p_value[0]


def test_unknown_names_are_refused() -> None:
    with pytest.raises(UnknownName, match="score"):
        rate_test(*one(1, 1, 1, 1), method="scor")
    with pytest.raises(UnknownName, match="greater"):
        rate_test(*one(1, 1, 1, 1), alternative="larger")
    with pytest.raises(UnknownName, match="mover"):
        ratio_interval(*one(1, 1, 1, 1), method="movr")


@pytest.mark.parametrize("side", ["two-sided", "greater", "less"])
@pytest.mark.parametrize("difference", [0.0, 0.3])
def test_the_e_test_is_the_plain_double_sum(side: str, difference: float) -> None:
    """Also where a first count lies below the difference and the statistic is negative at every second count."""
    for x, n, y, m in ((4.0, 9.0, 1.0, 2.0), (12.0, 6.0, 9.0, 5.0), (3.0, 4.0, 5.0, 6.0), (47.0, 115.0, 1.0, 6.1)):
        second = (x + y - difference * n) / (n + m)
        if second <= 0:
            assert e_test(*one(x, n, y, m), variance="wald", alternative=side, difference=difference)[1][0] == 1
            continue
        means = n * (second + difference), m * second
        a, b = np.arange(150.0)[:, None], np.arange(150.0)[None, :]
        spread = np.sqrt(a / n**2 + b / m**2)
        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(spread > 0, (a / n - b / m - difference) / spread, 0.0 if difference == 0 else -np.inf)
        seen = (x / n - y / m - difference) / np.sqrt(x / n**2 + y / m**2)
        slack = 1e-10 * abs(seen)
        far = {"two-sided": abs(t) >= abs(seen) - slack, "greater": t >= seen - slack, "less": t <= seen + slack}[side]
        chance = stats.poisson.pmf(a, means[0]) * stats.poisson.pmf(b, means[1])
        _, found = e_test(*one(x, n, y, m), variance="wald", alternative=side, difference=difference)
        assert found[0] == pytest.approx(chance[far].sum(), abs=1e-12)


def test_the_e_test_knows_its_reach() -> None:
    with pytest.raises(InvalidArgument, match="score"):
        e_test(*one(1e13, 1, 1e13, 1))
    with pytest.raises(InvalidArgument, match="difference"):
        e_test(*one(5, 1, 5, 1), variance="score", difference=0.1)


MEANS = (2.0, 5.0, 10.0, 20.0)


def rejected(method: str, mean: float, ratio_of_exposure: float) -> float:
    """The exact probability that a true null is rejected at 5 percent."""
    x, y = np.meshgrid(np.arange(90.0), np.arange(220.0), indexing="ij")
    found = rate_test(x.ravel(), np.ones(x.size), y.ravel(), np.full(x.size, ratio_of_exposure), method=method)
    chance = stats.poisson.pmf(x, mean) * stats.poisson.pmf(y, mean * ratio_of_exposure)
    return float(chance.ravel()[np.nan_to_num(found.p_value, nan=1.0) < 0.05].sum())  # type: ignore[attr-defined]


@pytest.mark.parametrize("mean", MEANS)
@pytest.mark.parametrize("exposure", [1.0, 4.0])
def test_sizes_by_enumeration(mean: float, exposure: float) -> None:
    assert rejected("conditional", mean, exposure) <= 0.05
    assert rejected("conditional_central", mean, exposure) <= 0.05
    assert rejected("mid_p_central", mean, exposure) <= 0.055
    if mean >= 5:
        assert 0.03 <= rejected("score", mean, exposure) <= 0.055


@pytest.mark.parametrize("ratio", [0.5, 1.0, 2.0])
def test_coverage_of_the_ratio_by_enumeration(ratio: float) -> None:
    x, y = np.meshgrid(np.arange(90.0), np.arange(90.0), indexing="ij")
    chance = (stats.poisson.pmf(x, 8 * ratio) * stats.poisson.pmf(y, 8.0)).ravel()  # type: ignore[attr-defined]
    bounds = {"conditional": (0.95, 0.99), "mid_p": (0.945, 0.975), "score": (0.94, 0.97), "mover": (0.94, 0.97)}
    for method, (least, most) in bounds.items():
        one_each = np.ones(x.size)
        low, high = ratio_interval(x.ravel(), one_each, y.ravel(), one_each, method=method)
        with np.errstate(invalid="ignore"):
            covered = float(chance[~((low > ratio) | (high < ratio))].sum())
        assert least <= covered <= most, method


def test_two_groups_are_the_score_test_squared() -> None:
    pair = one(60, 51477.5, 30, 54308.7)
    many = heterogeneity_test(np.array([60.0, 30.0]), np.array([51477.5, 54308.7]))
    score = rate_test(*pair)
    assert many.statistic == pytest.approx(score.statistic[0] ** 2, rel=1e-12)
    assert many.p_value == pytest.approx(score.p_value[0], rel=1e-10)


def test_many_rates() -> None:
    x, n = np.array([3.0, 6.0, 9.0]), np.array([10.0, 20.0, 30.0])
    for method in ("pearson", "likelihood_ratio", "monte_carlo"):
        found = heterogeneity_test(x, n, method=method, rng=1)
        assert found.statistic == pytest.approx(0, abs=1e-12)
        assert found.p_value == pytest.approx(1)
    wild = np.array([3.0, 16.0, 9.0, 2.0])
    base = np.array([10.0, 20.0, 30.0, 5.0])
    drawn = heterogeneity_test(wild, base, method="monte_carlo", rng=2, draws=20_000)
    usual = heterogeneity_test(wild, base)
    assert drawn.statistic == usual.statistic
    assert drawn.p_value == pytest.approx(usual.p_value, abs=0.01)
    assert drawn == heterogeneity_test(wild, base, method="monte_carlo", rng=2, draws=20_000)


def test_many_rates_without_information() -> None:
    assert np.isnan(heterogeneity_test(np.zeros(3), np.ones(3)).p_value)
    assert np.isnan(heterogeneity_test(np.ones(1), np.ones(1)).p_value)
    with pytest.raises(InvalidArgument, match="pearson"):
        heterogeneity_test(np.array([2.0**62, 2.0**62]), np.ones(2), method="monte_carlo")
    with_empty = heterogeneity_test(np.array([3.0, 9.0, 0.0]), np.array([10.0, 20.0, 0.0]))
    assert with_empty == heterogeneity_test(np.array([3.0, 9.0]), np.array([10.0, 20.0]))
    assert with_empty.df == 1


def test_each_public_test_and_interval_is_among_the_references() -> None:
    assert all(RATE_TESTS[method] is test for method, test in PUBLIC_TESTS.items())
    for method, limits in RATIO_METHODS.items():
        assert RATIO_INTERVALS[method] is limits
