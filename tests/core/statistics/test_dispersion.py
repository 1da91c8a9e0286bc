"""Overdispersion: what it is on counts whose scatter is known, and the intervals that use it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from kundenmetrik.core.statistics.dispersion import DISPERSION_METHODS, _variance, dispersed_interval, dispersion
from kundenmetrik.core.statistics.one_sample.negative_binomial import negative_binomial
from kundenmetrik.errors import UnknownName

counted = arrays(np.float64, st.integers(2, 12), elements=st.integers(0, 500).map(float))


def test_by_hand() -> None:
    """Counts 2, 4, 12 on equal exposure: mean 6, squares 16, 4, 36, so 56 / 6 over 2 degrees of freedom."""
    found = dispersion(np.array([2.0, 4.0, 12.0]), np.ones(3))
    assert found.statistic == pytest.approx(56 / 6)
    assert (found.value, found.df) == (pytest.approx(28 / 6), 2)
    assert found.p_value == pytest.approx(math.exp(-28 / 6))
    assert found.inflation == pytest.approx(math.sqrt(28 / 6))


@given(x=counted, scale=st.floats(0.01, 100))
def test_it_does_not_depend_on_the_unit_of_exposure(x: np.ndarray, scale: float) -> None:
    n = np.arange(1.0, len(x) + 1)
    one, other = dispersion(x, n), dispersion(x, scale * n)
    assert one.value == pytest.approx(other.value, rel=1e-9, nan_ok=True)


def test_even_rates_have_none() -> None:
    found = dispersion(np.array([3.0, 6.0, 9.0]), np.array([1.0, 2.0, 3.0]))
    assert found.value == pytest.approx(0, abs=1e-12)
    assert found.inflation == 1


@given(x=counted)
def test_the_interval_is_never_narrower_than_poissons(x: np.ndarray) -> None:
    n = np.ones(len(x))
    value, low, high = dispersed_interval(x, n, method="quasi_poisson")
    if x.sum() > 0:
        half = stats.norm.ppf(0.975) / math.sqrt(x.sum())
        assert low <= value * math.exp(-half) * (1 + 1e-12)
        assert high >= value * math.exp(half) * (1 - 1e-12)
        wider = dispersed_interval(x, n, method="quasi_poisson_t")
        assert wider[1] < low
        assert wider[2] > high
    else:
        assert value == 0
        assert math.isnan(low)


@pytest.mark.parametrize("method", DISPERSION_METHODS)
def test_too_little_to_know(method: str) -> None:
    value, low, high = dispersed_interval(np.array([5.0]), np.array([10.0]), method=method)
    assert value == 0.5
    assert math.isnan(low)
    assert math.isnan(high)
    assert math.isnan(dispersed_interval(np.array([]), np.array([]), method=method)[0])


def test_a_group_without_exposure_tells_nothing() -> None:
    with_it = dispersion(np.array([3.0, 9.0, 0.0]), np.array([10.0, 20.0, 0.0]))
    assert with_it == dispersion(np.array([3.0, 9.0]), np.array([10.0, 20.0]))
    assert math.isnan(dispersion(np.array([3.0]), np.array([1.0])).inflation)


def test_hc1_is_hc0_times_its_correction() -> None:
    x, n = np.array([3.0, 9.0, 4.0, 12.0]), np.array([10.0, 20.0, 15.0, 18.0])
    plain, corrected = (dispersed_interval(x, n, method=method) for method in ("sandwich", "sandwich_hc1"))
    assert math.log(corrected[2] / corrected[0]) == pytest.approx(math.log(plain[2] / plain[0]) * math.sqrt(4 / 3))


def test_the_variance_of_the_statistic_is_haldanes() -> None:
    """All ways in which 4 events fall on exposures 1, 2 and 5, each with its multinomial chance."""
    n, total = np.array([1.0, 2.0, 5.0]), 4
    law = stats.multinomial(total, n / n.sum())
    ways = [(a, b, total - a - b) for a in range(total + 1) for b in range(total + 1 - a)]
    chance = np.array([law.pmf(way) for way in ways])
    value = np.array([dispersion(np.array(way, float), n).statistic for way in ways])
    expected = total * n / n.sum()
    mean = chance @ value
    assert mean == pytest.approx(2)
    assert chance @ (value - mean) ** 2 == pytest.approx(_variance(expected, np.array([4.0]), np.array([3])))


def test_rare_complaints_are_not_taken_for_bursts() -> None:
    """Poisson counts of 400 days of very unequal sales, drawn 500 times; chi-square alone calls a quarter wild."""
    rng = np.random.default_rng(7)
    n = rng.lognormal(0, 1, 400)
    found = [dispersion(rng.poisson(0.05 * n / n.mean()).astype(float), n) for _ in range(500)]
    assert sum(one.significant for one in found) / 500 < 0.03
    plain = [stats.chi2.sf(one.statistic, one.df) < 0.01 for one in found]
    assert sum(plain) / 500 > 0.15


def test_rare_complaints_in_bursts_are_found() -> None:
    rng = np.random.default_rng(8)
    x = rng.poisson(rng.gamma(0.05, 1.0, 400)).astype(float)  # a few days of many, most of none
    assert dispersion(x, np.ones(400)).significant


def test_series_have_rates_of_their_own() -> None:
    """Two steady series, ten times apart: together they scatter wildly, each around its own rate they do not."""
    x, series = np.array([10.0, 100.0, 12.0, 98.0]), np.array([7, 3, 7, 3])
    assert dispersion(x, np.ones(4)).significant
    found = dispersion(x, np.ones(4), series)
    assert (found.df, found.significant) == (2, False)
    assert found.statistic == pytest.approx(2 / 11 + 2 / 99)


def test_a_series_without_any_event_says_nothing() -> None:
    x, series = np.array([10.0, 30.0, 0.0, 0.0]), np.array([0, 0, 1, 1])
    assert dispersion(x, np.ones(4), series) == dispersion(x[:2], np.ones(2))
    alone = dispersion(np.array([5.0, 9.0]), np.ones(2), np.array([0, 1]))
    assert (alone.df, alone.significant) == (0, False)


def test_an_unknown_method() -> None:
    with pytest.raises(UnknownName, match="quasi_poisson"):
        dispersed_interval(np.ones(3), np.ones(3), method="quasi")


def test_counts_with_less_scatter_than_poisson_have_no_alpha() -> None:
    fit = negative_binomial(np.array([10.0, 11.0, 9.0, 10.0]), np.ones(4))
    assert (fit.alpha, fit.rate) == (0.0, 10.0)
    assert fit.log_rate_error == pytest.approx(1 / math.sqrt(40))
    assert fit.log_likelihood == pytest.approx(stats.poisson.logpmf([10, 11, 9, 10], 10).sum())


def test_nothing_to_fit() -> None:
    for x, n in (([0.0, 0.0], [1.0, 1.0]), ([5.0], [1.0]), ([5.0, 0.0], [1.0, 0.0])):
        fit = negative_binomial(np.array(x), np.array(n))
        assert math.isnan(fit.rate)
        assert math.isnan(fit.alpha)


def test_equal_exposure_gives_the_mean_as_rate() -> None:
    """With equal exposure the best rate is the mean whatever alpha is: the score equation has no weights left."""
    x = np.array([1.0, 9.0, 25.0, 3.0, 14.0])
    assert negative_binomial(x, np.full(5, 2.0)).rate == pytest.approx(x.mean() / 2, rel=1e-12)


def test_the_likelihood_is_the_negative_binomial_one() -> None:
    x, n = np.array([1.0, 9.0, 25.0, 3.0, 14.0, 0.0]), np.array([1.0, 2.0, 3.0, 1.0, 2.0, 1.0])
    fit = negative_binomial(x, n)
    shape = 1 / fit.alpha
    chances = stats.nbinom.logpmf(x, shape, shape / (shape + n * fit.rate))
    assert fit.log_likelihood == pytest.approx(chances.sum(), rel=1e-12)
    for rate, alpha in ((1.001, 1.0), (0.999, 1.0), (1.0, 1.01), (1.0, 0.99)):
        shape = 1 / (alpha * fit.alpha)
        mean = n * fit.rate * rate
        assert stats.nbinom.logpmf(x, shape, shape / (shape + mean)).sum() < fit.log_likelihood


def test_it_finds_what_it_was_drawn_from() -> None:
    rng = np.random.default_rng(5)
    n = rng.uniform(50, 500, 4_000)
    x = rng.poisson(rng.gamma(4.0, 0.05 / 4.0, 4_000) * n).astype(float)
    fit = negative_binomial(x, n)
    assert fit.rate == pytest.approx(0.05, rel=4 * fit.log_rate_error)
    assert fit.alpha == pytest.approx(0.25, rel=0.1)


def test_counts_beyond_2_to_the_31() -> None:
    x = np.array([4.0, 5.0, 6.0, 7.0]) * 2.0**32
    fit = negative_binomial(x, np.ones(4))
    assert fit.rate == pytest.approx(5.5 * 2.0**32, rel=1e-9)
    assert fit.alpha == pytest.approx(np.var(x) / x.mean() ** 2, rel=0.05)


def test_the_interval_covers_where_poissons_does_not() -> None:
    """600 drawn series of 15 periods with four times the variance of Poisson counts."""
    rng = np.random.default_rng(6)
    hits = dict.fromkeys(("poisson", *DISPERSION_METHODS), 0)
    for _ in range(600):
        x = rng.poisson(rng.gamma(20 / 3, 3.0, 15)).astype(float)
        half = stats.norm.ppf(0.975) / math.sqrt(x.sum())
        hits["poisson"] += abs(math.log(x.mean() / 20)) <= half
        for method in DISPERSION_METHODS:
            _, low, high = dispersed_interval(x, np.ones(15), method=method)
            hits[method] += low <= 20 <= high
    assert hits["poisson"] / 600 < 0.75
    assert hits["quasi_poisson_t"] / 600 > 0.91
    assert min(hits[method] for method in DISPERSION_METHODS) / 600 > 0.86
