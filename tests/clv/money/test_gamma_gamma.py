"""Spend: derivatives, money of any currency, infinite means that are said, and data that identify nothing."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest
from scipy.special import loggamma

from kundenmetrik import clv
from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.fits import search as estimation
from kundenmetrik.clv.money.gamma_gamma_likelihood import SpendLikelihood
from kundenmetrik.errors import FitRefused, InvalidArgument, InvalidData, InvalidType, UnknownName


def base_of(p: float = 6.0, q: float = 4.0, v: float = 15.0, seed: int = 1, customers: int = 1_500) -> Purchases:
    rng = np.random.default_rng(seed)
    x = rng.poisson(rng.standard_gamma(0.8, customers) * 2.0)
    nu = rng.standard_gamma(q, customers) / v
    spend = np.where(x > 0, rng.standard_gamma(np.maximum(p * x, 1e-9)) / nu / np.maximum(x, 1), np.nan)
    return Purchases.from_summary(x, np.where(x > 0, 30.0, 0.0), np.full(customers, 39.0), spend, unit="week")


def test_gradient_and_hessian_are_those_of_the_likelihood() -> None:
    base = base_of()
    repeat = base.frequency > 0
    objective = SpendLikelihood.of(base.frequency[repeat].astype(float), base.spend[repeat])
    theta = np.log([5.0, 3.0, 20.0])
    _, gradient, hessian = objective(theta)
    for place, step in enumerate(np.eye(3)):
        fine, coarse = (
            (objective(theta + h * step)[0] - objective(theta - h * step)[0]) / (2 * h) for h in (1e-3, 2e-3)
        )
        assert (4 * fine - coarse) / 3 == pytest.approx(gradient[place], rel=1e-7, abs=1e-6)
        up, down = (objective(theta + h * step)[1] for h in (1e-4, -1e-4))
        assert np.abs((up - down) / 2e-4 - hessian[place]).max() < 1e-6 * np.abs(hessian).max()


def test_the_likelihood_is_the_density_of_the_mean() -> None:
    """By integrating the gamma density of the mean over the customer's own rate."""
    from scipy.integrate import quad
    from scipy.stats import gamma

    p, q, v, x, z = 3.0, 2.5, 10.0, 4, 12.0
    density, _ = quad(lambda nu: gamma.pdf(z, p * x, scale=1 / (nu * x)) * gamma.pdf(nu, q, scale=1 / v), 0, 5)
    objective = SpendLikelihood.of(np.array([float(x)]), np.array([z]))
    assert objective(np.log([p, q, v]))[0] == pytest.approx(np.log(density), rel=1e-8)


def test_a_fit_finds_the_truth_and_is_certified() -> None:
    fit = clv.GammaGamma().fit(base_of(customers=8_000))
    off = (fit.theta - np.log([6.0, 4.0, 15.0])) / np.sqrt(np.diag(fit.theta_covariance))
    assert np.abs(off).max() < 4.0
    assert fit.convergence.gradient <= 1e-9
    mean = fit.expected_spend_new()
    assert mean.low < 6.0 * 15.0 / 3.0 < mean.high
    assert fit.summary["excluded"]["no_repeat_purchase"] > 0


def test_the_expected_spend_is_a_weighted_mean() -> None:
    base = base_of()
    fit = clv.GammaGamma().fit(base)
    p, q, v = fit.params.values()
    found = fit.expected_spend()
    x, z = base.frequency, np.nan_to_num(base.spend)
    weight = p * x / (p * x + q - 1)
    assert found.value == pytest.approx(weight * z + (1 - weight) * p * v / (q - 1), rel=1e-12)
    assert (found.value > 0).all()
    assert ((found.low < found.value) & (found.value < found.high)).all()
    assert np.isnan(found.total.value)


@pytest.mark.parametrize("factor", [1e-6, 117.0, 1e300 / 1e4])
def test_another_currency_tells_the_same(factor: float) -> None:
    base = base_of()
    other = Purchases.from_summary(base.frequency, base.recency, base.age, base.spend * factor, unit="week")
    one, two = clv.GammaGamma().fit(base), clv.GammaGamma().fit(other)
    assert two.params["p"] == pytest.approx(one.params["p"], rel=1e-7)
    assert two.params["v"] == pytest.approx(one.params["v"] * factor, rel=1e-7)
    repeaters = (base.frequency > 0).sum()
    assert two.log_likelihood == pytest.approx(one.log_likelihood - repeaters * np.log(factor), rel=1e-9)


def test_an_infinite_mean_is_undefined_and_never_negative() -> None:
    fit = clv.GammaGamma().fit(base_of(p=6.0, q=0.6, v=3.0, customers=6_000))
    assert fit.params["q"] < 1.0
    assert "infinite_mean_spend" in fit.notes
    new = fit.expected_spend_new()
    assert np.isnan(new.value)
    assert np.isnan(new.low)
    found = fit.expected_spend()
    repeat = fit.data.frequency > 0
    assert np.isnan(found.value[~repeat]).all()
    assert (found.value[repeat] > 0).all()
    assert "undefined_spend" in found.notes


@pytest.mark.parametrize("amount", [0.0, -5.0, np.nan])
def test_an_amount_of_no_sense_is_refused_with_its_row(amount: float) -> None:
    base = base_of(customers=30)
    spend = base.spend.copy()
    row = int(np.flatnonzero(base.frequency)[2])
    spend[row] = amount
    bad = Purchases.from_summary(base.frequency, base.recency, base.age, spend, unit="week")
    with pytest.raises(InvalidData, match=f"spend must be above 0 .*row {row}"):
        clv.GammaGamma().fit(bad)


def test_what_identifies_nothing_is_refused() -> None:
    def fit(x: list[int], z: list[float]) -> Any:
        return clv.GammaGamma().fit(Purchases.from_summary(x, [3.0] * len(x), [9.0] * len(x), z, unit="week"))

    with pytest.raises(FitRefused, match="2 customers with a repeat"):
        fit([1, 2], [3.0, 4.0])
    with pytest.raises(FitRefused, match="all customers spend the same"):
        fit([1, 2, 3, 4, 5], [7.0] * 5)
    with pytest.raises(InvalidType):
        clv.GammaGamma().fit("purchases")


def drawn(customers: int, p: float, q: float, v: float, seed: int, once: bool = False) -> Purchases:
    rng = np.random.default_rng(seed)
    x = np.ones(customers, np.int64) if once else rng.geometric(0.4, customers)
    z = rng.standard_gamma(p * x) / (rng.standard_gamma(q, customers) / v) / x
    return of_rows(x, z)


def of_rows(x: np.ndarray, z: np.ndarray) -> Purchases:
    return Purchases.from_summary(x, np.full(len(x), 3.0), np.full(len(x), 9.0), z, unit="week")


def test_customers_who_all_came_back_once_can_be_fitted() -> None:
    fit = clv.GammaGamma().fit(drawn(5_000, 6.0, 4.0, 15.0, seed=5, once=True))
    for name, truth in {"p": 6.0, "q": 4.0, "v": 15.0}.items():
        low, high = fit.interval(name, confidence=0.999)
        assert low < truth < high
        assert high < 3.0 * low


@pytest.mark.parametrize("order", [1, -1])
def test_no_refusal_rests_on_a_sample(order: int) -> None:
    sure = drawn(10_000, 100.0, 3.0, 0.3, seed=0)
    fit = clv.GammaGamma().fit(of_rows(sure.frequency[::order], sure.spend[::order]))
    assert fit.log_likelihood == pytest.approx(-34_150.139, abs=1e-3)
    drawn_spend = drawn(20_000, 6.0, 4.0, 15.0, seed=3)
    spend = drawn_spend.spend.copy()
    spend[::4] = 25.0  # just what every fourth customer spends, whom the search looks at
    fit = clv.GammaGamma().fit(of_rows(drawn_spend.frequency[::order], spend[::order]))
    assert fit.log_likelihood == pytest.approx(-79_734.088, abs=1e-3)


def test_most_of_the_search_is_on_a_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    base, looked = drawn(40_000, 6.0, 4.0, 15.0, seed=8), []
    whole = SpendLikelihood.__call__

    def counted(self: SpendLikelihood, theta: np.ndarray) -> Any:
        looked.append(len(self.total))
        return whole(self, theta)

    monkeypatch.setattr(SpendLikelihood, "__call__", counted)
    fit = clv.GammaGamma().fit(base)
    assert looked.count(40_000) <= 4 < looked.count(5_000)
    monkeypatch.setattr(estimation, "SAMPLED_FROM", 10**9)
    again = clv.GammaGamma().fit(base)
    assert fit.theta == pytest.approx(again.theta, abs=1e-7)
    assert fit.log_likelihood == pytest.approx(again.log_likelihood, abs=1e-8)


def test_customers_whose_means_do_not_differ_have_a_named_limit() -> None:
    rng = np.random.default_rng(3)
    x = rng.integers(1, 6, 400)
    z = rng.standard_gamma(2.0 * x) / (0.1 * x)
    base = Purchases.from_summary(x, [3.0] * 400, [9.0] * 400, z, unit="week")
    with pytest.raises(FitRefused, match="spend the same on average"):
        clv.GammaGamma().fit(base)


def test_json_and_pickle_lose_nothing() -> None:
    base = base_of()
    fit = clv.GammaGamma().fit(base)
    read = clv.SpendFit.from_json(fit.to_json())
    assert read.params == fit.params
    assert read.expected_spend(purchases=base).value.tolist() == fit.expected_spend().value.tolist()
    assert pickle.loads(pickle.dumps(fit)).expected_spend().low.tolist() == fit.expected_spend().low.tolist()
    with pytest.raises(InvalidArgument, match="holds no customers"):
        read.expected_spend()
    low, high = fit.interval("q", method="profile")
    assert low < fit.params["q"] < high


def test_purchases_that_do_not_differ_have_a_named_limit() -> None:
    """Heavy buyers whose means differ as much as those of one-time repeaters: nothing is left within customers."""
    bought = [1, 2, 1, 6, 9, 8, 9] * 5
    spend = [31.0, 22.0, 55.0, 12.0, 90.0, 33.0, 50.0] * 5
    base = Purchases.from_summary(bought, [30.0] * 35, [39.0] * 35, spend, unit="week")
    with pytest.raises(FitRefused, match="a customer's purchases do not differ"):
        clv.GammaGamma().fit(base)


def with_refunds() -> tuple[Purchases, Any]:
    """Three repeat customers whose refunds took all they spent, and more."""
    base = base_of(customers=600)
    spend, rows = base.spend.copy(), np.flatnonzero(base.frequency)[:3]
    spend[rows] = [0.0, -5.0, -1e6]
    return Purchases.from_summary(base.frequency, base.recency, base.age, spend, unit="week"), rows


def test_customers_whose_refunds_took_all_are_left_out_on_request_and_counted() -> None:
    base, rows = with_refunds()
    fit = clv.GammaGamma().fit(base, invalid="exclude")
    kept = np.setdiff1d(np.arange(len(base)), rows)
    assert fit.params == clv.GammaGamma().fit(base.select(kept)).params
    assert fit.summary["excluded"]["nonpositive_spend"] == 3
    assert fit.summary["customers"] == np.count_nonzero(base.frequency) - 3
    assert "nonpositive_spend" in fit.notes
    low, high = fit.interval("p", method="profile")
    assert low < fit.params["p"] < high
    with pytest.raises(UnknownName, match="'raise', 'exclude'"):
        clv.GammaGamma().fit(base, invalid="drop")


def test_what_refunds_took_makes_no_negative_spend() -> None:
    base, rows = with_refunds()
    fit = clv.GammaGamma().fit(base, invalid="exclude")
    p, q, v = fit.params.values()
    found = fit.expected_spend()
    assert found.value[rows] == pytest.approx(p * v / (p * base.frequency[rows] + q - 1), rel=1e-12)
    assert (found.low > 0).all()
    assert "nonpositive_spend" in found.notes
    models = clv.NBD().fit(base)
    value = clv.lifetime_value(models, fit, horizon="12 months", annual_discount=0.1)
    assert (value.value >= 0).all()


def test_an_own_mean_that_is_missing_is_not_taken_for_nothing() -> None:
    fit = clv.GammaGamma().fit(base_of())
    unknown = Purchases.from_summary([5, 0], [9.0, 0.0], [9.0, 9.0], [np.nan, np.nan], unit="week")
    found = fit.expected_spend(purchases=unknown)
    assert np.isnan(found.value[0])
    assert "undefined_spend" in found.notes
    assert found.value[1] == pytest.approx(fit.expected_spend_new().value)


def test_gradient_against_the_complex_step() -> None:
    base = base_of(customers=300)
    repeat = base.frequency > 0
    x, z = base.frequency[repeat].astype(float), base.spend[repeat]

    def value(theta: Any) -> Any:
        p, q, v = np.exp(theta)
        level = loggamma(p * x + q) - loggamma(p * x) - loggamma(q) + q * np.log(v) + p * x * np.log(x)
        return (level + (p * x - 1) * np.log(z) - (p * x + q) * np.log(v + x * z)).sum()

    theta = np.log([5.0, 3.0, 20.0])
    height, gradient, _ = SpendLikelihood.of(x, z)(theta)
    assert height == pytest.approx(value(theta).real, rel=1e-12)
    for place, step in enumerate(np.eye(3)):
        assert gradient[place] == pytest.approx(value(theta + 1e-30j * step).imag / 1e-30, rel=1e-10, abs=1e-9)


@pytest.mark.parametrize("p", [0.01, 0.5, 6.0, 15.9, 16.1, 1e3, 1e4, 1e6])
@pytest.mark.parametrize("q", [0.02, 4.0, 50.0, 1e5])
def test_the_likelihood_keeps_its_digits_however_alike_purchases_are(p: float, q: float) -> None:
    """Against 50 digits: the plain formula was wrong by 1e-9 at p = 10,000 and by 1e-7 at a million."""
    mpmath = pytest.importorskip("mpmath")
    rng = np.random.default_rng(1)
    x = rng.integers(1, 40, 20).astype(float)
    z = rng.standard_gamma(p * x) / (p * x) * np.exp(rng.normal(0, 1 / np.sqrt(q), 20).clip(-9, 9)) + 1e-9
    for apart in (1.0, 1.3, 50.0):
        theta = np.log([p, q, q / p * apart])
        with mpmath.workdps(50):
            a, b, c = (mpmath.mpf(float(value)) for value in np.exp(theta))
            total = mpmath.mpf(0)
            for many, mean in zip(map(mpmath.mpf, x.tolist()), map(mpmath.mpf, z.tolist()), strict=True):
                total += mpmath.loggamma(a * many + b) - mpmath.loggamma(a * many) - mpmath.loggamma(b)
                total += b * mpmath.log(c) + (a * many - 1) * mpmath.log(mean) + a * many * mpmath.log(many)
                total -= (a * many + b) * mpmath.log(c + many * mean)
        assert SpendLikelihood.of(x, z)(theta)[0] == pytest.approx(float(total), rel=1e-12)
