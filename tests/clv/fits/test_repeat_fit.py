"""What a fit says of its customers: intervals, units, other customers, new ones, and the log it simulates."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import clv
from kundenmetrik.clv.data.histories import Histories
from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.fits.customer_likelihood import customer_likelihood
from kundenmetrik.core.likelihood.newton import maximise
from kundenmetrik.errors import FitRefused, InvalidArgument, InvalidType, UnknownName

WEEKS_A_YEAR = 365.25 / 7


def simulated(seed: int, customers: int = 3_000, params: Any = (0.8, 6.0, 0.8, 2.5), model: Any = None) -> Purchases:
    rng = np.random.default_rng(seed)
    age = rng.integers(140, 400, customers) / 7
    who, when, _ = (model or clv.BetaGeo())._draw(params, age, rng)
    recency = np.zeros(customers)
    np.maximum.at(recency, who, np.minimum(np.ceil(when * 7) / 7, age[who]))
    return Purchases.from_summary(np.bincount(who, minlength=customers), recency, age, unit="week")


@pytest.fixture(scope="module")
def fit() -> Any:
    return clv.BetaGeo().fit(simulated(1))


ASKED = {
    "probability_alive": {},
    "expected_purchases": {"horizon": 26},
    "discounted_purchases": {"annual_discount": 0.1, "horizon": 26},
    "purchase_distribution": {"n": 1, "horizon": 26},
    "probability_no_purchase": {"horizon": 26},
    "posterior_rate": {},
}


@pytest.mark.parametrize("name", ASKED)
def test_intervals_hold_their_value_and_grow_with_confidence(fit: Any, name: str) -> None:
    narrow = getattr(fit, name)(**ASKED[name], confidence=0.5)
    wide = narrow.at(confidence=0.99)
    assert narrow.value.shape == (len(fit.data),)
    assert (wide.low <= narrow.low).all()
    assert (narrow.low <= narrow.value).all()
    assert (narrow.value <= narrow.high).all()
    assert (narrow.high <= wide.high).all()
    table = narrow.to_frame()
    assert list(table.columns) == ["customer_id", "value", "low", "high"]
    assert np.asarray(narrow).tolist() == narrow.value.tolist()
    assert narrow[3].value == narrow.value[3]
    assert narrow[3].low == pytest.approx(narrow.low[3])


@pytest.mark.parametrize("model", [clv.BetaGeo(), clv.ModifiedBetaGeo(), clv.ParetoNBD()], ids=repr)
def test_the_delta_method_is_what_resampled_parameters_say(model: Any) -> None:
    """Draw parameters from their normal law: the spread of predictions is that of the delta method."""
    fit = model.fit(simulated(2, params=(0.8, 6.0, 0.8, 2.5)) if model.name != "ParetoNBD" else pareto_base())
    theta = np.random.default_rng(0).multivariate_normal(fit.theta, fit.theta_covariance / 100, 4_000)
    totals, histories = [], Histories(fit.data.frequency, fit.data.recency, fit.data.age)
    for row in theta[:400]:
        past = fit.expected_purchases(26)
        totals.append(model._expected_purchases(tuple(np.exp(row)), histories, 26.0).sum())
    spread = np.std(np.log(totals)) * 10
    low, high = past.total.low, past.total.high
    assert np.log(high / low) / (2 * 1.959964) == pytest.approx(spread, rel=0.12)


def pareto_base() -> Purchases:
    return simulated(3, params=(0.8, 6.0, 0.7, 12.0), model=clv.ParetoNBD())


def test_the_total_needs_the_whole_covariance(fit: Any) -> None:
    prediction = fit.expected_purchases(26)
    slopes = prediction.ask.__self__.slopes.sum(axis=1)
    alone = np.sqrt((slopes**2 * np.diag(fit.theta_covariance)).sum())
    whole = np.sqrt(slopes @ fit.theta_covariance @ slopes)
    reach = np.log(prediction.total.high / prediction.total.value) * prediction.total.value / 1.959964
    assert reach == pytest.approx(whole, rel=1e-6)
    assert abs(alone / whole - 1) > 0.1


def test_a_horizon_has_a_unit(fit: Any) -> None:
    year = fit.expected_purchases_new("12 months")
    assert year.value == fit.expected_purchases_new(WEEKS_A_YEAR).value == fit.expected_purchases_new("1 year").value
    assert fit.expected_purchases("26 weeks").value.tolist() == fit.expected_purchases(26).value.tolist()
    for wrong in ("12", "twelve months", "3 m", -1, np.nan, np.inf, True, None):
        with pytest.raises((InvalidArgument, InvalidType)):
            fit.expected_purchases(wrong)


@pytest.mark.parametrize("rate", [-1, -0.01, np.nan, 1.5, 10, "10%", None])
def test_a_rate_of_no_sense_is_refused(fit: Any, rate: Any) -> None:
    with pytest.raises((InvalidArgument, InvalidType)):
        fit.discounted_purchases(rate)


def test_no_time_no_purchases_and_a_long_time_is_finite(fit: Any) -> None:
    assert (fit.expected_purchases(0).value == 0.0).all()
    assert np.isfinite(fit.expected_purchases(1e5).value).all()
    heavy = Purchases.from_summary([1_000, 10_000], [30.0, 38.9], [39.0, 39.0], unit="week")
    found = fit.expected_purchases(1e5, purchases=heavy)
    assert np.isfinite(found.value).all()
    assert (fit.probability_alive(purchases=heavy).value >= 0.0).all()


def test_other_customers_are_in_the_same_unit(fit: Any) -> None:
    other = Purchases.from_summary([2], [30.43], [38.86], unit="week")
    one = fit.probability_alive(purchases=other)
    assert one.key.tolist() == [0]
    with pytest.raises(InvalidArgument, match="to_unit\\('week'\\)"):
        fit.probability_alive(purchases=other.to_unit("day"))
    with pytest.raises(InvalidType):
        fit.probability_alive(purchases=[1, 2, 3])


def test_a_new_customer_is_one_with_no_history(fit: Any) -> None:
    new = Purchases.from_summary([0], [0.0], [0.0], unit="week")
    assert fit.expected_purchases_new(30).value == fit.expected_purchases(30, purchases=new).value[0]
    chance = fit.purchase_distribution_new(range(200), 30)
    assert chance.value.sum() == pytest.approx(1.0, abs=1e-9)
    assert chance.value @ np.arange(200) == pytest.approx(fit.expected_purchases_new(30).value, rel=1e-6)
    assert chance.to_frame().columns[0] == "n"


@pytest.mark.parametrize("n", [-1, 1.5, "2", [[1]], [0, np.nan]])
def test_counts_are_whole(fit: Any, n: Any) -> None:
    with pytest.raises((InvalidArgument, InvalidType)):
        fit.purchase_distribution(n, 10)


def test_the_range_of_purchases_covers_what_comes() -> None:
    """Simulated customers: the predictive limits hold at least their confidence, and the total is in its interval."""
    params, rng, many = (0.8, 6.0, 0.8, 2.5), np.random.default_rng(9), 3_000
    who, when, _ = clv.BetaGeo()._draw(params, np.full(many, 78.0), rng)
    early, late = when <= 39, when > 39
    recency = np.zeros(many)
    np.maximum.at(recency, who[early], np.ceil(when[early] * 7) / 7)
    base = Purchases.from_summary(np.bincount(who[early], minlength=many), recency, np.full(many, 39.0), unit="week")
    came = np.bincount(who[late], minlength=many)
    found = clv.BetaGeo().fit(base).purchase_range(39, confidence=0.9)
    inside = (came >= found.low) & (came <= found.high)
    assert 0.9 <= inside.mean() <= 0.99
    assert found.method == "predictive"
    assert found.total.low < came.sum() < found.total.high
    assert (found.low == np.rint(found.low)).all()


def test_a_simulated_log_goes_back_through_the_door(fit: Any) -> None:
    log = fit.simulate(500, horizon="39 weeks", rng=3)
    assert log["alive"].dtype == bool
    assert (log.groupby("customer_id")["alive"].nunique() == 1).all()
    assert list(log.columns) == ["customer_id", "occurred_at", "alive"]
    assert log.equals(fit.simulate(500, horizon="39 weeks", rng=3))
    base = clv.purchases(log, observed_until="2020-09-30", unit="week")
    assert len(base) == 500
    assert base.age.max() == pytest.approx(39.0, abs=0.15)
    expected = fit.expected_purchases_new(39).value
    assert base.frequency.mean() == pytest.approx(expected, rel=0.25)


def test_intervals_of_parameters(fit: Any) -> None:
    table = fit.to_frame(confidence=0.9)
    assert list(table["parameter"]) == ["r", "alpha", "a", "b"]
    assert ((table["low"] > 0) & (table["low"] < table["value"]) & (table["value"] < table["high"])).all()
    low, high = fit.interval("a", method="profile")
    for limit in (low, high):
        fallen = profiled(fit, "a", limit)
        assert fit.log_likelihood - fallen == pytest.approx(3.841459 / 2, abs=1e-4)
    with pytest.raises(UnknownName, match="alpha"):
        fit.interval("alpa")
    stored = clv.RepeatFit.from_json(fit.to_json())
    assert stored.interval("a", method="log") == fit.interval("a", method="log")
    assert stored == fit
    with pytest.raises(InvalidArgument, match="holds no data"):
        stored.interval("a", method="profile")


def profiled(fit: Any, name: str, value: float) -> float:
    """The likelihood maximised over the others by a simplex: another road."""
    from scipy.optimize import minimize

    likelihood, _ = customer_likelihood(fit.model, fit.data, "likelihood")
    place = fit.names.index(name)
    start = np.delete(fit.theta, place)

    def less(free: np.ndarray) -> float:
        return -likelihood(np.insert(free, place, np.log(value)))[0]

    tight = {"xatol": 1e-8, "fatol": 1e-9, "maxiter": 4_000, "maxfev": 8_000}
    return -float(minimize(less, start, method="Nelder-Mead", options=tight).fun)


def test_the_posterior_mode_says_so_and_reports_the_plain_likelihood() -> None:
    base = simulated(4, customers=250)
    plain, mode = clv.BetaGeo().fit(base), clv.BetaGeo().fit(base, method="map")
    assert (plain.method, mode.method) == ("likelihood", "map")
    assert mode.log_likelihood < plain.log_likelihood
    assert mode.log_likelihood == pytest.approx(plain.log_likelihood, abs=2.0)
    assert mode.std_errors["b"] < plain.std_errors["b"]
    with pytest.raises(UnknownName, match="likelihood"):
        clv.BetaGeo().fit(base, method="ml")


def test_the_posterior_mode_exists_where_the_likelihood_has_none() -> None:
    base = simulated(4, customers=300, params=(1.0, 5.0), model=clv.NBD())
    with pytest.raises(FitRefused):
        clv.BetaGeo().fit(base)
    assert clv.BetaGeo().fit(base, method="map").convergence.gradient <= 1e-9


def test_covariates_are_found_and_tested() -> None:
    """Customers of whom half buy twice as often and leave half as fast."""
    rng, many = np.random.default_rng(6), 4_000
    online = rng.integers(0, 2, many)
    age = rng.integers(140, 400, many) / 7
    for model, params, effects in (
        (clv.ParetoNBD(), (0.8, 6.0, 0.9, 12.0), (np.log(2.0), -np.log(2.0))),
        (clv.BetaGeo(), (0.8, 6.0, 0.8, 2.5), (np.log(2.0), -np.log(2.0))),
    ):
        own: list[Any] = list(params)
        for (place, sign), effect in zip(
            (model._effects["purchasing"], model._effects["dropout"]), effects, strict=True
        ):
            own[place] = own[place] * np.exp(sign * effect * online)
        who, when, _ = model._draw(tuple(own), age, rng)
        recency = np.zeros(many)
        np.maximum.at(recency, who, np.minimum(np.ceil(when * 7) / 7, age[who]))
        base = Purchases.from_summary(np.bincount(who, minlength=many), recency, age, unit="week")
        table = pd.DataFrame({"online": online})
        known = clv.CustomerCovariates(base, purchasing=table, dropout=table)
        fit, without = model.fit(known), model.fit(base)
        assert fit.names[4:] == ("purchasing.online", "dropout.online")
        for name, effect in zip(fit.names[4:], effects, strict=True):
            assert abs(fit.params[name] - effect) < 4 * fit.std_errors[name]
        ratio = 2 * (fit.log_likelihood - without.log_likelihood)
        assert ratio > 30.0
        test = clv.likelihood_ratio(without, fit)
        assert (test.statistic, test.df) == (pytest.approx(ratio), 2)
        assert test.p_value < 1e-6
        value = fit.expected_purchases(26)
        assert len(value) == many
        assert value.total.low < value.total.value < value.total.high
        with pytest.raises(InvalidArgument, match="covariates"):
            fit.expected_purchases(26, purchases=base)
        assert "covariates_at_zero" in fit.expected_purchases_new(26).notes
        read = clv.RepeatFit.from_json(fit.to_json())
        assert read.expected_purchases(26, purchases=known).value == pytest.approx(value.value, rel=1e-12)


def test_bad_covariates_are_refused() -> None:
    base = simulated(7, customers=50)
    for table in (pd.DataFrame({"z": [1.0] * 49}), pd.DataFrame({"z": ["a"] * 50}), pd.DataFrame({"z": [np.nan] * 50})):
        with pytest.raises((ValueError, TypeError)):
            clv.CustomerCovariates(base, purchasing=table)
    with pytest.raises(InvalidArgument):
        clv.CustomerCovariates(base)
    constant = clv.CustomerCovariates(base, purchasing=pd.DataFrame({"z": [1.0] * 50}))
    with pytest.raises(FitRefused, match="constant"):
        clv.BetaGeo().fit(constant)
    with pytest.raises(InvalidArgument, match="no covariates of dropout"):
        clv.NBD().fit(clv.CustomerCovariates(base, dropout=pd.DataFrame({"z": np.arange(50.0)})))


def bases_with_several_summits(model: Any, seed: int) -> Purchases:
    rng = np.random.default_rng(seed)
    customers, params = int(rng.choice([60, 200, 800, 3_000])), np.exp(rng.normal(0, 0.8, 4)) * [1, 8, 1, 1]
    age = rng.integers(70, 400, customers) / 7
    who, when, _ = model._draw(tuple(params), age, rng)
    recency = np.zeros(customers)
    np.maximum.at(recency, who, np.minimum(np.ceil(when * 7) / 7, age[who]))
    return Purchases.from_summary(np.bincount(who, minlength=customers), recency, age, unit="week")


def heights(model: Any, base: Purchases) -> list[float]:
    """The log-likelihoods that searches from anywhere end at."""
    likelihood, _ = customer_likelihood(model, base, "likelihood")
    rng, middle = np.random.default_rng(0), np.log([0.4, 4.0, 1.0, 1.0])
    with np.errstate(all="ignore"):
        return [maximise(likelihood, middle + rng.normal(0, 2, 4), customers=len(base)).value for _ in range(20)]


def test_no_search_from_anywhere_is_higher_than_the_fit() -> None:
    """A lower summit lies near the usual start: the highest one is found, and that there is another is said."""
    base = bases_with_several_summits(clv.ModifiedBetaGeo(), 151)
    found = heights(clv.ModifiedBetaGeo(), base)
    assert max(found) - min(found) > 0.3, "there are several summits"
    fit = clv.ModifiedBetaGeo().fit(base)
    assert fit.log_likelihood > max(found) - 1e-6
    assert "lower_optimum" in fit.notes


def test_a_limit_that_is_higher_than_a_summit_is_named() -> None:
    base = bases_with_several_summits(clv.ModifiedBetaGeo(), 346)
    found = heights(clv.ModifiedBetaGeo(), base)
    assert max(found) - min(found) > 0.3, "there are several summits"
    with pytest.raises(FitRefused, match="same probability"):
        clv.ModifiedBetaGeo().fit(base)


def test_a_covariate_that_says_nothing_is_no_second_optimum() -> None:
    rng, refused = np.random.default_rng(0), []
    base = simulated(4, customers=250)
    for _ in range(12):
        noise = pd.DataFrame({"noise": rng.normal(size=len(base))})
        try:
            clv.ModifiedBetaGeo().fit(clv.CustomerCovariates(base, dropout=noise))
        except FitRefused as reason:
            refused.append(str(reason))
    assert not any("starts" in reason for reason in refused)


def test_each_simulated_customer_has_a_horizon_of_its_own(fit: Any) -> None:
    spans = np.arange(1.0, 401.0) / 4
    log = fit.simulate(400, horizon=spans, rng=3)
    since = (log["occurred_at"] - pd.Timestamp("2020-01-01")) / pd.Timedelta(weeks=1)
    assert (since.to_numpy() <= spans[log["customer_id"]] + 1e-9).all()
    same = fit.simulate(400, horizon=["10 weeks"] * 400, rng=3)
    assert same.equals(fit.simulate(400, horizon=10, rng=3))
    for wrong in ([1.0, 2.0], np.ones((400, 1)), [-1.0] * 400):
        with pytest.raises(InvalidArgument, match="horizon must"):
            fit.simulate(400, horizon=wrong, rng=3)


@pytest.mark.parametrize("model", [clv.BetaGeo(), clv.ModifiedBetaGeo(), clv.ParetoNBD()], ids=lambda model: model.name)
def test_what_underflows_is_no_error_under_strict_flags(model: Any) -> None:
    found = model.fit(simulated(6, 400), method="map")
    ask = {
        "alive": lambda: found.probability_alive(
            purchases=Purchases.from_summary([1000], [10.0], [100.0], unit="week")
        ).value[0],
        "discounted": lambda: found.discounted_purchases(0.1).total.value,
        "new": lambda: found.expected_purchases_new(78).value,
        "value": lambda: clv.lifetime_value(found, 1.0, horizon="1 year", annual_discount=0.1, margin=1.0).total.low,
    }
    plain = {name: one() for name, one in ask.items()}
    with np.errstate(all="raise"):
        assert {name: one() for name, one in ask.items()} == plain
    assert plain["alive"] == 0.0
