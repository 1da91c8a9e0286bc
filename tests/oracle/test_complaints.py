"""Two rates, many rates and overdispersion against statsmodels and scipy on drawn data sets."""

from __future__ import annotations

from fractions import Fraction
from math import exp, factorial

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats
from statsmodels.stats import rates

from kundenmetrik import complaints
from kundenmetrik.core.statistics.dispersion import dispersed_interval, dispersion
from kundenmetrik.core.statistics.heterogeneity import heterogeneity_test
from kundenmetrik.core.statistics.one_sample.negative_binomial import negative_binomial
from kundenmetrik.core.statistics.two_samples.e_test import e_test
from kundenmetrik.core.statistics.two_samples.rate_difference import difference_interval
from kundenmetrik.testing.references.rates_and_scores import rate_test, ratio_interval

DRAWN = 200
SIDES = {"two-sided": "two-sided", "greater": "larger", "less": "smaller"}


def pairs(seed: int, low: int = 1, high: int = 400) -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(seed)
    x, y = rng.integers(low, high, size=(2, DRAWN))
    n, m = rng.integers(50, 5_000, size=(2, DRAWN))
    # Near enough to each other that p is not always 0.
    y = np.maximum(low, np.round(x * m / n * rng.uniform(0.7, 1.4, DRAWN))).astype(int)
    return x.astype(float), n.astype(float), y.astype(float), m.astype(float)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("score", "score"), ("wald", "wald"), ("wald_log", "wald-log"), ("score_log", "score-log"), ("sqrt", "sqrt")],
)
def test_z_tests(ours: str, theirs: str, side: str) -> None:
    x, n, y, m = pairs(1)
    found = rate_test(x, n, y, m, method=ours, alternative=side)
    expected = rates.test_poisson_2indep(x, n, y, m, method=theirs, alternative=SIDES[side])
    np.testing.assert_allclose(found.statistic, expected.statistic, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(found.p_value, expected.pvalue, rtol=1e-9)


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("null", [1.0, 1.2])
def test_conditional_tests(side: str, null: float) -> None:
    x, n, y, m = pairs(2, low=0)
    found = rate_test(x, n, y, m, method="conditional", alternative=side, null=null)
    mid = rate_test(x, n, y, m, method="mid_p", alternative=side, null=null)
    for row in np.flatnonzero(x + y):
        share = null * n[row] / (null * n[row] + m[row])
        expected = stats.binomtest(int(x[row]), int(x[row] + y[row]), share, alternative=side).pvalue
        assert found.p_value[row] == pytest.approx(expected, rel=1e-9)
        half = 0.5 * stats.binom.pmf(x[row], x[row] + y[row], share)
        assert mid.p_value[row] == pytest.approx(expected - half, rel=1e-9)


@pytest.mark.parametrize("side", SIDES)
def test_e_test_against_statsmodels(side: str) -> None:
    """statsmodels leaves out counts with a chance below 1e-13, and takes ties by an absolute 1e-15."""
    x, n, y, m = pairs(3, high=60)
    for variance in ("score", "wald"):
        _, found = e_test(x, n, y, m, variance=variance, alternative=side)
        for row in range(DRAWN):
            expected = rates.etest_poisson_2indep(
                x[row], n[row], y[row], m[row], method=variance, alternative=SIDES[side]
            )[1]
            tied = _chance_of_ties(x[row], n[row], y[row], m[row], variance)
            assert found[row] == pytest.approx(expected, abs=1e-9 + tied)


def _chance_of_ties(x: float, n: float, y: float, m: float, variance: str, apart: float = 0.0) -> float:
    """The probability of outcomes with the very statistic observed, which rounding may put on either side."""
    mean = (x + y - apart * n) / (n + m)
    if mean <= 0:
        return 0.0
    mean_first, mean_second = n * (mean + apart), m * mean
    first, second = np.arange(0, 4 * (mean_first + 20)), np.arange(0, 4 * (mean_second + 20))
    v, w = (1 / n**2, 1 / m**2) if variance == "wald" else (1 / (n * m), 1 / (n * m))
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (first[:, None] / n - second[None, :] / m - apart) / np.sqrt(v * first[:, None] + w * second[None, :])
    seen = (x / n - y / m - apart) / np.sqrt(v * x + w * y)
    near = np.abs(np.abs(t) - abs(seen)) <= 1e-9 * max(abs(seen), 1e-9)
    chance = stats.poisson.pmf(first, mean_first)[:, None] * stats.poisson.pmf(second, mean_second)[None, :]
    return float(chance[near].sum())


@pytest.mark.parametrize("difference", [0.0, 0.01])
@pytest.mark.parametrize("side", SIDES)
def test_e_test_against_scipy(side: str, difference: float) -> None:
    """scipy leaves out 1e-10 of either distribution; rounding makes it miss ties, at times the observed outcome itself.

    Without any event its statistic is 0/0 and never far out; here it is 0, as in statsmodels.
    """
    x, n, y, m = pairs(4, high=60)
    _, found = e_test(x, n, y, m, variance="wald", alternative=side, difference=difference)
    for row in range(DRAWN):
        arguments = (int(x[row]), n[row], int(y[row]), m[row])
        expected = stats.poisson_means_test(*arguments, diff=difference, alternative=side).pvalue
        tied = _chance_of_ties(*arguments, "wald", difference)
        nothing = np.exp(-x[row] - y[row]) if difference == 0 else 0.0
        assert found[row] == pytest.approx(expected, abs=1e-9 + tied + nothing)


def test_where_scipys_e_test_misses_a_tie() -> None:
    """0 in 3 against 2 in 5: the statistic is -sqrt(2), and +sqrt(2) at 2 against 0; scipy rounds and leaves it out."""
    mean = Fraction(2, 8)
    first, second = 3 * mean, 5 * mean
    tail = 0.0
    for a in range(60):
        for b in range(60):
            apart, spread = Fraction(a, 3) - Fraction(b, 5), Fraction(a, 9) + Fraction(b, 25)
            if spread and apart**2 >= 2 * spread:
                chance = exp(-float(first + second)) * float(first) ** a * float(second) ** b
                tail += chance / factorial(a) / factorial(b)
    pair = tuple(np.array([value]) for value in (0.0, 3.0, 2.0, 5.0))
    assert e_test(*pair, variance="wald")[1][0] == pytest.approx(tail, rel=1e-12)
    assert stats.poisson_means_test(0, 3, 2, 5).pvalue < tail - 0.03


@pytest.mark.parametrize("method", ["score", "conditional_central", "mid_p_central"])
def test_limits_of_the_ratio_are_where_the_test_turns(method: str) -> None:
    """At its own limits each test has p = 1 - confidence: by statsmodels, and by the binomial of scipy."""
    interval = {"score": "score", "conditional_central": "conditional", "mid_p_central": "mid_p"}[method]
    x, n, y, m = pairs(5)
    for limit in ratio_interval(x, n, y, m, method=interval, confidence=0.9):
        share = limit * n / (limit * n + m)
        if method == "score":
            p_value = rates.test_poisson_2indep(x, n, y, m, value=limit, method="score").pvalue
        else:
            half = 0.5 * stats.binom.pmf(x, x + y, share) if method == "mid_p_central" else 0.0
            tails = stats.binom.cdf(x, x + y, share), stats.binom.sf(x - 1, x + y, share)
            p_value = 2 * (np.minimum(*tails) - half)
        np.testing.assert_allclose(p_value, 0.1, rtol=1e-9)


def test_the_other_intervals_of_the_ratio() -> None:
    x, n, y, m = pairs(6)
    for ours, theirs in (("wald_log", "wald-log"), ("mover", "mover")):
        found = ratio_interval(x, n, y, m, method=ours)
        expected = rates.confint_poisson_2indep(x, n, y, m, method=theirs, compare="ratio")
        for limit, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(limit, other, rtol=1e-9)


def test_intervals_of_the_difference() -> None:
    x, n, y, m = pairs(7)
    for method in ("wald", "mover"):
        found = difference_interval(x, n, y, m, method=method)
        expected = rates.confint_poisson_2indep(x, n, y, m, method=method, compare="diff")
        for limit, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(limit, other, rtol=1e-9, atol=1e-12)
    # statsmodels finds its score limits with a tolerance of 1e-8 only; its test at ours is the sharper comparison.
    for limit in difference_interval(x, n, y, m, method="score"):
        tested = rates.test_poisson_2indep(x, n, y, m, value=limit, method="score", compare="diff")
        np.testing.assert_allclose(tested.pvalue, 0.05, rtol=1e-9)


def test_homogeneity_against_scipy() -> None:
    rng = np.random.default_rng(8)
    for _ in range(DRAWN):
        k = int(rng.integers(2, 12))
        n = rng.uniform(100, 1000, k)
        x = rng.poisson(0.05 * n) + 1.0
        expected = x.sum() * n / n.sum()
        for method, power in (("pearson", "pearson"), ("likelihood_ratio", "log-likelihood")):
            found = heterogeneity_test(x, n, method=method)
            other = stats.power_divergence(x, expected, lambda_=power)
            assert found.statistic == pytest.approx(other.statistic, rel=1e-9, abs=1e-12)
            assert found.p_value == pytest.approx(other.pvalue, rel=1e-9)


def test_dispersed_rates_against_statsmodels() -> None:
    rng = np.random.default_rng(9)
    for _ in range(DRAWN):
        k = int(rng.integers(3, 30))
        n = rng.uniform(100, 1000, k)
        x = rng.poisson(rng.gamma(3, 0.05 / 3, k) * n) + 1.0
        model = sm.GLM(x, np.ones((k, 1)), family=sm.families.Poisson(), exposure=n)
        scaled = model.fit(scale="X2", tol=1e-14)
        assert dispersion(x, n).value == pytest.approx(scaled.scale, rel=1e-9)
        if scaled.scale > 1:
            expected = np.exp(scaled.conf_int()[0])
            np.testing.assert_allclose(dispersed_interval(x, n, method="quasi_poisson")[1:], expected, rtol=1e-9)
        robust = model.fit(cov_type="HC0", tol=1e-14)
        np.testing.assert_allclose(
            dispersed_interval(x, n, method="sandwich")[1:], np.exp(robust.conf_int()[0]), rtol=1e-9
        )


def test_negative_binomial_is_the_maximum_statsmodels_knows() -> None:
    """statsmodels' optimiser stops early and warns; the gradient of its own likelihood at our fit is the judge."""
    rng = np.random.default_rng(10)
    for _ in range(50):
        k = int(rng.integers(5, 40))
        n = rng.uniform(100, 1000, k)
        x = rng.poisson(rng.gamma(2, 0.05 / 2, k) * n).astype(float)
        fit = negative_binomial(x, n)
        model = sm.NegativeBinomialP(x, np.ones((k, 1)), exposure=n)
        if fit.alpha == 0:
            continue
        place = np.array([np.log(fit.rate), fit.alpha])
        assert model.loglike(place) == pytest.approx(fit.log_likelihood, rel=1e-10)
        slope = model.score(place) * np.array([1.0, fit.alpha])
        assert np.abs(slope).max() < 1e-5
        error = np.sqrt(np.linalg.inv(-model.hessian(place))[0, 0])
        assert fit.log_rate_error == pytest.approx(error, rel=1e-4)


def test_nowcast_is_the_poisson_model_of_the_cells() -> None:
    """The prediction and its error by statsmodels' GLM with period and delay as factors, scale X2 but at least one."""
    rng = np.random.default_rng(11)
    for _ in range(20):
        k = int(rng.integers(4, 9))
        mean = rng.uniform(50, 400, k)[:, None] * np.array([0.5, 0.2, 0.1] + [0.2 / (k - 3)] * (k - 3))[None, :]
        table = rng.poisson(mean * rng.gamma(10, 0.1, (k, k))) + 1.0
        seen = np.add.outer(np.arange(k), np.arange(k)) < k
        table = np.where(seen, table, np.nan)
        rows, delays = np.indices((k, k))
        design = np.column_stack([rows.ravel()[:, None] == np.arange(k), delays.ravel()[:, None] == np.arange(1, k)])
        design = design.astype(float)
        inside = seen.ravel()
        fit = sm.GLM(table.ravel()[inside], design[inside], family=sm.families.Poisson()).fit(scale="X2", tol=1e-14)
        ahead = np.exp(design[~inside] @ fit.params)
        found = complaints.nowcast(table)
        assert found.dispersion == pytest.approx(fit.scale, rel=1e-9)
        assert found.total_outstanding == pytest.approx(ahead.sum(), rel=1e-9)
        weights = (design[~inside] * ahead[:, None]).sum(axis=0)
        variance = fit.scale * ahead.sum() + weights @ fit.cov_params() @ weights
        error = np.sqrt(variance * max(fit.scale, 1.0) / fit.scale)
        assert found.total_standard_error == pytest.approx(error, rel=1e-9)
