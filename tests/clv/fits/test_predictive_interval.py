"""How many purchases may come: quantiles of each customer's number and of the total, of any size."""

from __future__ import annotations

from dataclasses import replace
from functools import cache, reduce
from typing import Any

import numpy as np
import pytest
import scipy.stats as st

import kundenmetrik as km
from kundenmetrik import clv
from kundenmetrik.clv.data.histories import Histories
from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.core.statistics.root_finding import smallest_integer

MODELS = {
    "NBD": (clv.NBD(), (0.8, 6.0)),
    "BetaGeo": (clv.BetaGeo(), (0.8, 6.0, 0.8, 2.5)),
    "ModifiedBetaGeo": (clv.ModifiedBetaGeo(), (0.8, 6.0, 0.8, 2.5)),
    "regular": (clv.BetaGeo(k=3), (0.8, 6.0, 0.8, 2.5)),
    "ParetoNBD": (clv.ParetoNBD(), (0.8, 6.0, 0.7, 12.0)),
    "periods": (clv.BetaGeoBetaBinomial(), (1.2, 0.75, 0.66, 2.8)),
}
PLAIN = ["NBD", "BetaGeo"]


@cache
def fitted(name: str) -> Any:
    """A fit to 300 customers, so that its parameters are uncertain."""
    model, params = MODELS[name]
    rng, many, whole = np.random.default_rng(1), 300, name == "periods"
    age = np.full(many, 12.0) if whole else rng.integers(140, 400, many) / 7
    who, when, _ = model._draw(params, age, rng)
    recency = np.zeros(many)
    np.maximum.at(recency, who, when if whole else np.minimum(np.ceil(when * 7) / 7, age[who]))
    return model.fit(Purchases.from_summary(np.bincount(who, minlength=many), recency, age, unit="week"), method="map")


def certain(name: str) -> Any:
    """The same fit as if its parameters were known."""
    fit = fitted(name)
    return replace(fit, theta_covariance=np.zeros_like(fit.theta_covariance))


def base(frequency: Any, recency: Any, age: float = 39.0) -> Purchases:
    return Purchases.from_summary(frequency, recency, np.full(len(frequency), age), unit="week")


def some_of(fit: Any, customers: int) -> Purchases:
    """Customers with the histories of the fit's own, again and again."""
    rows = (np.arange(customers) + 7) % len(fit.data)
    return Purchases.from_summary(fit.data.frequency[rows], fit.data.recency[rows], fit.data.age[rows], unit="week")


def limits(estimate: Any) -> tuple[float, float]:
    return estimate.low, estimate.high


@pytest.mark.parametrize("name", MODELS)
def test_so_many_or_more_are_all_that_are_not_fewer(name: str) -> None:
    model, params = MODELS[name]
    past = Histories(np.array([0, 1, 5, 6]), np.array([0.0, 3.0, 6.0, 6.0]), np.full(4, 6.0))
    n = np.arange(300)
    for horizon in (np.full(4, 50.0), np.full(4, 1.0)):
        under = np.cumsum(model._distribution_if_alive(params, past, horizon, n), axis=1)
        found = model._at_least_if_alive(params, past, horizon, np.tile(n[1:], (4, 1)))
        assert found == pytest.approx(1.0 - under[:, :-1], abs=1e-12)
    assert (model._at_least_if_alive(params, past, np.zeros(4), np.ones((4, 1), dtype=np.int64)) == 0.0).all()


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("customers", [2, 5, 50, 300])
def test_the_total_at_known_parameters_is_the_convolution(name: str, customers: int) -> None:
    """Multiplied out count by count: exactly the same whole numbers."""
    fit = certain(name)
    some = fit.data.select(np.arange(customers))
    total = fit.purchase_range(26, purchases=some).total
    chance = fit.purchase_distribution(np.arange(300), 26, purchases=some).value
    reached = np.cumsum(reduce(np.convolve, chance))
    assert reached[-1] == pytest.approx(1.0, abs=1e-9)
    for confidence in (0.5, 0.9, 0.95, 0.99):
        tails = (1 - confidence) / 2, (1 + confidence) / 2
        assert limits(total.at(confidence=confidence)) == tuple(float(np.searchsorted(reached, tail)) for tail in tails)


def futures(fit: Any, past: Purchases, horizon: float, theta: np.ndarray, seed: int) -> np.ndarray:
    """Totals drawn from the posterior of each customer's own rate and dropout, one for each row of parameters."""
    rng, totals = np.random.default_rng(seed), np.zeros(len(theta))
    histories = Histories(past.frequency, past.recency, past.age)
    for place, params in enumerate(np.exp(theta)):
        rate = rng.gamma(params[0] + past.frequency) / (params[1] + past.age)
        bought = rng.poisson(rate * horizon)
        if len(params) == 4:
            leave = rng.beta(params[2], params[3] + past.frequency)
            last = rng.geometric(np.maximum(leave, 1e-12))
            alive = rng.random(len(past)) < fit.model._probability_alive(tuple(params), histories)
            bought = np.where(alive, np.minimum(bought, last), 0)
        totals[place] = bought.sum()
    return totals


@pytest.mark.slow
@pytest.mark.parametrize("name", PLAIN)
@pytest.mark.parametrize("customers", [1, 5, 50, 1_000])
def test_the_total_covers_chance_and_parameters_and_no_more(name: str, customers: int) -> None:
    """Parameters and futures are drawn together: as many totals lie within as should, and the width is theirs."""
    fit, draws = fitted(name), 5_000
    past = some_of(fit, customers)
    theta = np.random.default_rng(3).multivariate_normal(fit.theta, fit.theta_covariance, draws)
    came = futures(fit, past, 26.0, theta, seed=4)
    total = fit.purchase_range(26, purchases=past).total
    for confidence in (0.8, 0.95):
        low, high = limits(total.at(confidence=confidence))
        inside = ((came >= low) & (came <= high)).mean()
        ends = np.quantile(came, [(1 - confidence) / 2, (1 + confidence) / 2], method="inverted_cdf")
        slack = max(0.06 * (ends[1] - ends[0]), 1.0)
        assert inside >= confidence - 0.015
        assert abs(low - ends[0]) <= slack
        assert abs(high - ends[1]) <= slack


def test_uncertain_parameters_widen_a_large_total_as_the_delta_method_says() -> None:
    fit = fitted("BetaGeo")
    past = some_of(fit, 1_000)
    expected = fit.expected_purchases(26, purchases=past)
    extra = expected.ask_total.__self__.total_variance
    chance = fit.purchase_range(26, purchases=past).total
    known = certain("BetaGeo").purchase_range(26, purchases=past).total
    own = (known.high - known.low) / (2 * 1.959964)
    both = (chance.high - chance.low) / (2 * 1.959964)
    assert both == pytest.approx(np.sqrt(own**2 + extra), rel=0.02)
    assert both > 1.3 * own


def test_where_parameters_are_all_that_is_uncertain_the_interval_has_no_steps() -> None:
    """So many customers that chance counts little: the log-normal law of the factor, at every confidence."""
    fit = fitted("NBD")
    past = some_of(fit, 200_000)
    error = np.sqrt(fit.expected_purchases(26, purchases=past).ask_total.__self__.total_variance)
    total = fit.purchase_range(26, purchases=past).total
    known = certain("NBD").purchase_range(26, purchases=past).total
    own = (known.high - known.low) / (2 * st.norm.ppf(0.975))
    assert own < error / 5
    relative = np.hypot(error, own) / total.value
    for confidence in np.linspace(0.05, 0.99, 30):
        reach = relative * st.norm.ppf((1 + confidence) / 2) * np.array([-1.0, 1.0])
        exact = total.value * np.exp(reach - relative**2 / 2)
        assert np.array(limits(total.at(confidence=confidence))) == pytest.approx(exact, abs=0.01 * error)


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("horizon", [0, 1, 26])
@pytest.mark.parametrize("customers", [1, 2, 40])
def test_limits_are_whole_finite_and_nested(name: str, horizon: int, customers: int) -> None:
    fit = fitted(name)
    past = fit.data.select(np.arange(customers))
    asked = fit.purchase_range(horizon, purchases=past)
    inner = (np.inf, -np.inf)
    for confidence in (0.01, 0.3, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999):
        low, high = limits(asked.at(confidence=confidence).total)
        assert 0.0 <= low <= min(inner[0], high)
        assert max(inner[1], low) <= high < np.inf
        assert (low, high) == (round(low), round(high))
        inner = low, high
        if customers == 1:
            own = asked.at(confidence=confidence)
            assert (low, high) == (own.low[0], own.high[0])
    assert horizon > 0 or inner == (0.0, 0.0)


def test_few_purchases_of_the_shop_have_few_in_their_interval() -> None:
    """It was 0 to 3e23 for one customer and a day."""
    shop = km.datasets.webshop(1_500, seed=3)
    bought = clv.purchases(shop.interactions, observed_until="2025-12-31", refunds="net")
    fit = clv.ModifiedBetaGeo().fit(bought)

    def total(customers: int, horizon: str) -> tuple[float, float]:
        return limits(fit.purchase_range(horizon, purchases=bought.select(np.arange(customers))).total)

    assert total(1, "1 day") == (0.0, 0.0)
    assert total(5, "1 day") == (0.0, 1.0)
    assert total(1, "3 months") == (0.0, 1.0)
    far = fit.purchase_range(39, purchases=base([30_000], [38.9])).total
    assert np.isfinite(limits(far)).all()


@pytest.mark.parametrize("frequency", [40, 700, 15_000, 3_000_000])
def test_no_number_is_too_large(frequency: int) -> None:
    """Nobody leaves: the quantiles of the negative binomial distribution."""
    fit = fitted("NBD")
    shape, scale, horizon = fit.params["r"] + frequency, fit.params["alpha"] + 39.0, 3_652.5 / 7
    exact = st.nbinom.ppf([0.025, 0.975], shape, scale / (scale + horizon))
    past = base([frequency], [38.9])
    found = fit.purchase_range("10 years", purchases=past)
    assert [found.low[0], found.high[0]] == exact.tolist()
    assert found.low[0] < found.value[0] < found.high[0]
    # Two of them without uncertain parameters: twice the shape.
    two = certain("NBD").purchase_range("10 years", purchases=base([frequency] * 2, [38.9] * 2)).total
    exact = st.nbinom.ppf([0.025, 0.975], 2 * shape, scale / (scale + horizon))
    assert np.abs(np.array(limits(two)) - exact).max() <= (0 if frequency < 100 else 5e-4 * (exact[1] - exact[0]) + 1)


@pytest.mark.slow
@pytest.mark.parametrize("frequency", [[300, 100, 50], [20_000, 900], [60_000, 3, 0], [500] * 20])
def test_a_few_who_buy_much_and_may_be_gone(frequency: list[int]) -> None:
    """Two summits, one of them at nothing: what comes is drawn at known parameters."""
    fit = certain("BetaGeo")
    past = base(frequency, [39.0 - 39.0 / (few + 1) for few in frequency[:-1]] + [39.0 if frequency[-1] else 0.0])
    came = futures(fit, past, 39.0, np.tile(fit.theta, (10_000, 1)), seed=8)
    total = fit.purchase_range(39, purchases=past).total
    for confidence in (0.5, 0.9):
        low, high = limits(total.at(confidence=confidence))
        tails = (1 - confidence) / 2, (1 + confidence) / 2
        for limit, tail in zip((low, high), tails, strict=True):
            assert (came <= limit * 1.002 + 1).mean() >= tail - 0.02
            assert (came < limit * 0.998 - 1).mean() <= tail + 0.02


def test_the_smallest_number_is_found_however_large() -> None:
    wanted = np.array([0, 1, 2, 3, 1_000, 2**40 + 1])
    assert smallest_integer(lambda rows, n: n >= wanted[rows], len(wanted)).tolist() == wanted.tolist()
    assert len(smallest_integer(lambda rows, n: n >= 0, 0)) == 0
