from __future__ import annotations

import math
import pickle
from dataclasses import replace
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import clv
from kundenmetrik.clv.data.histories import Histories
from kundenmetrik.clv.money.cash_flow import payment_schedule
from kundenmetrik.core.results.display import decimals_for, interval_text, plain_number
from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType, UnknownName

ANNUAL = 0.15


@pytest.fixture(scope="module")
def base() -> clv.Purchases:
    """A drawn base with spend that does not depend on frequency."""
    rng = np.random.default_rng(4)
    n = 400
    alive = rng.exponential(60, n)
    rate = rng.gamma(0.8, 0.12, n)
    age = rng.integers(20, 40, n).astype(float)
    frequency = rng.poisson(rate * np.minimum(alive, age))
    recency = np.where(frequency > 0, np.minimum(alive, age) * rng.beta(frequency + 1, 1), 0.0)
    spend = np.where(
        frequency > 0,
        rng.gamma(6 * np.maximum(frequency, 1)) / (6 * np.maximum(frequency, 1)) * 40 / rng.gamma(4, 0.25, n),
        0,
    )
    return clv.Purchases.from_summary(frequency, recency, age, spend, unit="week")


@pytest.fixture(scope="module")
def fit(base: clv.Purchases) -> Any:
    return clv.BetaGeo().fit(base)


@pytest.fixture(scope="module")
def spend(base: clv.Purchases) -> Any:
    return clv.GammaGamma().fit(base)


def test_the_cash_flow_is_the_primitive(fit: Any, spend: Any) -> None:
    found = clv.lifetime_value(fit, spend, horizon="2 years", annual_discount=ANNUAL, margin=0.3)
    flow = found.cash_flow
    assert flow["value"].sum() == pytest.approx(found.total.value, rel=1e-12)
    assert flow["purchases"].sum() == pytest.approx(found.expected_purchases.sum(), rel=1e-12)
    assert len(flow) == 24
    np.testing.assert_allclose(flow["value"], flow["margin"] * flow["discount_factor"], rtol=1e-14)
    np.testing.assert_allclose(flow["margin"], 0.3 * flow["revenue"], rtol=1e-14)
    np.testing.assert_allclose(flow["cumulative"], flow["value"].cumsum(), rtol=1e-14)


@pytest.mark.parametrize("period", ["week", "month", "year"])
@pytest.mark.parametrize("horizon", ["12 months", 3.3, "5 years", None])
def test_continuous_discounting_is_that_of_the_model(fit: Any, spend: Any, horizon: object, period: str) -> None:
    found = clv.lifetime_value(fit, spend, horizon=horizon, annual_discount=ANNUAL, period=period)
    expected = fit.discounted_purchases(ANNUAL, horizon).value * spend.expected_spend().value
    np.testing.assert_allclose(found.value, expected, rtol=1e-9)
    assert found.cash_flow["value"].sum() == pytest.approx(expected.sum(), rel=1e-9)


@pytest.mark.parametrize(("timing", "wait"), [("start", 0.0), ("middle", 0.5), ("end", 1.0)])
def test_a_period_is_discounted_from_one_moment(fit: Any, spend: Any, timing: Any, wait: float) -> None:
    """Month by month by hand, with expected purchases of the fit at the ends of months of 365.25 / 12 days."""
    month = 365.25 / 12 / 7
    expected = 0.0
    for place in range(6):
        bought = fit.expected_purchases(month, start=place * month).value
        expected += (bought * spend.expected_spend().value).sum() * (1 + ANNUAL) ** -((place + wait) / 12)
    found = clv.lifetime_value(fit, spend, horizon="6 months", annual_discount=ANNUAL, timing=timing)
    assert found.total.value == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(("period", "rows"), [("day", 61), ("month", 61), ("quarter", 21), ("year", 6)])
def test_a_horizon_without_end_shows_the_first_years_and_the_rest(fit: Any, period: str, rows: int) -> None:
    flow = clv.lifetime_value(fit, 10.0, horizon=None, annual_discount=ANNUAL, period=period).cash_flow
    assert len(flow) == rows
    assert flow["period"].iloc[-1] == math.inf
    assert (flow["value"] > 0).all()


def test_timings_are_in_order_and_meet_without_discount(fit: Any) -> None:
    totals = [
        clv.lifetime_value(fit, 20.0, horizon=26, annual_discount=rate, timing=timing).total.value
        for rate in (ANNUAL, 0.0)
        for timing in ("start", "middle", "continuous", "end")
    ]
    assert totals[0] > totals[2] > totals[3]
    assert totals[1] == pytest.approx(totals[2], rel=1e-4)
    assert totals[4:] == pytest.approx([20 * fit.expected_purchases(26).total.value] * 4, rel=1e-12)


def test_units_do_not_matter(base: clv.Purchases, fit: Any, spend: Any) -> None:
    daily = clv.BetaGeo().fit(base.to_unit("day"))
    options: dict[str, Any] = {"horizon": "1 year", "annual_discount": ANNUAL, "margin": 0.4}
    one, two = (clv.lifetime_value(model, spend, **options).total for model in (fit, daily))
    assert one.value == pytest.approx(two.value, rel=1e-6)
    assert one.low == pytest.approx(two.low, rel=1e-4)


@pytest.mark.slow
def test_a_longer_horizon_is_worth_more_up_to_for_ever(fit: Any) -> None:
    horizons: list[object] = ["1 year", "10 years", "60 years", None]
    totals = [clv.lifetime_value(fit, 1.0, horizon=span, annual_discount=0.2).total.value for span in horizons]
    assert totals == sorted(totals)
    assert totals[2] == pytest.approx(totals[3], rel=1e-3)


def test_equal_customers_computed_once_are_worth_the_same(base: clv.Purchases, fit: Any) -> None:
    repeated = clv.Purchases.from_summary(
        *(np.tile(column, 4) for column in (base.frequency, base.recency, base.age)), unit="week"
    )
    few = clv.lifetime_value(fit, 10.0, horizon=30, annual_discount=ANNUAL, purchases=base)
    lots = clv.lifetime_value(fit, 10.0, horizon=30, annual_discount=ANNUAL, purchases=repeated)
    np.testing.assert_allclose(lots.value, np.tile(few.value, 4), rtol=1e-12)
    np.testing.assert_allclose(lots.cash_flow["value"], 4 * few.cash_flow["value"], rtol=1e-12)


def test_a_value_without_a_margin_says_that_it_is_revenue(fit: Any, spend: Any) -> None:
    options: Any = {"horizon": 52, "annual_discount": ANNUAL, "confidence": 0.9}
    revenue, margin = clv.lifetime_value(fit, spend, **options), clv.lifetime_value(fit, spend, margin=1, **options)
    np.testing.assert_array_equal(revenue.value, margin.value)
    groups = np.arange(len(revenue.value)) % 2
    for found, said in ((revenue, True), (margin, False)):
        assert ("revenue_not_margin" in found.notes) is said
        assert ("revenue_not_margin" in found.total.notes) is said
        assert ("revenue_not_margin" in repr(found)) is said
        for table in (found.to_frame(), found.by(groups), found.cash_flow):
            assert set(table.get("notes", [])) == ({"revenue_not_margin"} if said else set())
    assert "revenue_not_margin" in clv.value_to_cost(revenue.total, 100).notes


def test_limits_bracket_the_value_and_widen(fit: Any, spend: Any) -> None:
    found = clv.lifetime_value(fit, spend, horizon=52, annual_discount=ANNUAL, confidence=0.9, margin=1)
    table = found.to_frame()
    assert table.columns.tolist() == ["customer_id", "expected_purchases", "expected_spend", "value", "low", "high"]
    assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()
    wide = found.at(confidence=0.99)
    assert (wide.to_frame()["high"] >= table["high"]).all()
    assert wide.total.low < found.total.low < found.total.value < found.total.high
    plain = clv.lifetime_value(fit, spend, horizon=52, annual_discount=ANNUAL)
    assert "low" not in plain.to_frame()
    assert plain.total.confidence == 0.95


def test_the_interval_of_the_total_is_that_of_drawn_parameters(fit: Any, spend: Any) -> None:
    """An independent way: parameters drawn from their joint normal distribution, totals recomputed, spread compared."""
    rng = np.random.default_rng(8)
    totals = []
    for _ in range(400):
        drawn = replace(fit, theta=rng.multivariate_normal(fit.theta, fit.theta_covariance))
        paid = replace(spend, theta=rng.multivariate_normal(spend.theta, spend.theta_covariance))
        totals.append(float((drawn.expected_purchases(26).value * paid.expected_spend().value).sum()))
    found = clv.lifetime_value(fit, spend, horizon=26, annual_discount=0.0).total
    error = math.log(found.high / found.low) / (2 * 1.959964)
    assert np.std(np.log(totals)) == pytest.approx(error, rel=0.12)


def test_given_amounts_are_aligned_and_checked(base: clv.Purchases, fit: Any) -> None:
    amounts = pd.Series(np.arange(float(len(base))), index=pd.Index(base.customer_id, dtype="int64"))
    options: dict[str, Any] = {"horizon": 10, "annual_discount": 0.1}
    straight = clv.lifetime_value(fit, amounts, **options)
    turned = clv.lifetime_value(fit, amounts[::-1], **options)
    np.testing.assert_array_equal(straight.value, turned.value)
    with pytest.raises(InvalidData, match="spend must be finite"):
        clv.lifetime_value(fit, amounts.iloc[1:], **options)
    with pytest.raises(InvalidArgument, match="one amount for each of 400"):
        clv.lifetime_value(fit, [1.0, 2.0], **options)
    with pytest.raises(InvalidData, match="at least 0"):
        clv.lifetime_value(fit, -3.0, **options)


def test_a_customer_without_a_defined_spend_has_no_value_and_the_note_says_so(fit: Any, spend: Any) -> None:
    heavy = replace(spend, theta=np.log([6.0, 0.9, 15.0]))
    found = clv.lifetime_value(fit, heavy, horizon=10, annual_discount=0.1)
    assert np.isnan(found.value).any()
    assert np.isfinite(found.value).any()
    assert math.isnan(found.total.value)
    assert "undefined_spend" in found.notes
    assert (found.value[np.isfinite(found.value)] >= 0).all()


@pytest.mark.parametrize(
    ("options", "error", "said"),
    [
        ({"horizon": -5}, InvalidArgument, "horizon"),
        ({"horizon": "a year"}, InvalidArgument, "horizon"),
        ({"annual_discount": -1}, InvalidArgument, "annual_discount"),
        ({"annual_discount": 10}, InvalidArgument, "annual_discount"),
        ({"annual_discount": math.nan}, InvalidArgument, "annual_discount"),
        ({"margin": 30}, InvalidArgument, "margin"),
        ({"timing": "ends"}, UnknownName, "Did you mean 'end'"),
        ({"period": "months"}, UnknownName, "Did you mean 'month'"),
        ({"horizon": None, "timing": "end"}, InvalidArgument, "continuous"),
        ({"confidence": 95}, InvalidArgument, "confidence"),
        ({"horizon": 1e5}, InvalidArgument, 'at most 10,000 periods of one month, not 100000. Pass period="year"'),
        ({"horizon": 1e9, "period": "day"}, InvalidArgument, "at most 10,000 .* Pass horizon=None"),
    ],
)
def test_what_cannot_be_is_refused(fit: Any, options: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        clv.lifetime_value(fit, 10.0, **({"horizon": 10, "annual_discount": 0.1} | options))


@pytest.fixture(scope="module")
def lasting(fit: Any) -> Any:
    """A base some of whose customers never stop: with a below 1 they buy infinitely often."""
    return replace(fit, theta=np.log([0.8, 6.0, 0.7, 2.5]))


@pytest.mark.parametrize("rate", [0.0, 0.1])
@pytest.mark.parametrize("margin", [0.0, 0.3])
def test_a_spend_of_nothing_is_worth_nothing_however_often(lasting: Any, rate: float, margin: float) -> None:
    options: dict[str, Any] = {"horizon": None, "annual_discount": rate, "margin": margin}
    amounts = np.full(400, 10.0)
    amounts[0] = 0.0
    for spend, customers in ((0.0, slice(None)), (amounts, slice(0, 1))):
        found = clv.lifetime_value(lasting, spend, **options, confidence=0.9)
        assert found.expected_purchases[0] == math.inf
        assert not found.value[customers].any()
        limits = found.to_frame()[["low", "high"]].to_numpy()
        assert not limits[customers].any()
        assert not np.isnan(limits).any()
        last = found.cash_flow.iloc[-1]
        assert not last[["revenue", "margin", "value", "cumulative"]].isna().any()
        groups = found.by(np.r_[0, np.ones(399)]).iloc[0]
        assert groups[["value", "low", "high"]].tolist() == [0.0, 0.0, 0.0]


def test_no_margin_is_no_value_even_of_endless_purchases_without_discount(lasting: Any, spend: Any) -> None:
    found = clv.lifetime_value(lasting, spend, horizon=None, annual_discount=0.0, margin=0.0).total
    assert (found.value, found.low, found.high) == (0.0, 0.0, 0.0)
    endless = clv.lifetime_value(lasting, spend, horizon=None, annual_discount=0.0)
    assert endless.total.value == math.inf
    assert endless.cash_flow.iloc[-1][["revenue", "margin", "value", "cumulative"]].tolist() == [math.inf] * 4
    assert set(endless.cash_flow["discount_factor"]) == {1.0}


@pytest.mark.parametrize("timing", ["continuous", "start", "middle", "end"])
def test_no_time_ahead_is_worth_nothing_in_no_period(fit: Any, spend: Any, timing: Any) -> None:
    found = clv.lifetime_value(fit, spend, horizon=0, annual_discount=ANNUAL, timing=timing, confidence=0.9)
    assert fit.expected_purchases(0).total.value == 0.0
    assert not found.to_frame()[["expected_purchases", "value", "low", "high"]].to_numpy().any()
    assert (found.total.value, found.total.low, found.total.high) == (0.0, 0.0, 0.0)
    year = clv.lifetime_value(fit, spend, horizon=52, annual_discount=ANNUAL).cash_flow
    assert len(found.cash_flow) == 0
    assert found.cash_flow.columns.tolist() == year.columns.tolist()
    assert (found.cash_flow.dtypes == year.dtypes).all()


def test_a_moment_ahead_is_one_period(fit: Any) -> None:
    found = clv.lifetime_value(fit, 10.0, horizon=1e-12, annual_discount=ANNUAL)
    assert len(found.cash_flow) == 1
    assert found.total.value == pytest.approx(10 * fit.expected_purchases(1e-12).total.value, rel=1e-9)


@pytest.mark.parametrize(("horizon", "rows"), [(1e5, 1917), ("100 years", 100)])
def test_a_very_long_horizon_is_exact_in_years(fit: Any, horizon: object, rows: int) -> None:
    few = fit.data.select(np.arange(5))
    found = clv.lifetime_value(fit, 1.0, horizon=horizon, annual_discount=ANNUAL, period="year", purchases=few)
    assert len(found.cash_flow) == rows
    expected = fit.discounted_purchases(ANNUAL, horizon, purchases=few).value
    np.testing.assert_allclose(found.value, expected, rtol=1e-9)
    assert found.cash_flow["value"].sum() == pytest.approx(expected.sum(), rel=1e-9)


def test_only_a_fit_has_a_value(base: clv.Purchases) -> None:
    with pytest.raises(InvalidType, match="fitted repeat-buying model"):
        clv.lifetime_value(clv.BetaGeo(), 10.0, horizon=10, annual_discount=0.1)


def test_a_total_survives_a_pickle(fit: Any, spend: Any) -> None:
    total = clv.lifetime_value(fit, spend, horizon=10, annual_discount=0.1).total
    back = pickle.loads(pickle.dumps(total))
    assert (back.low, back.high) == (total.low, total.high)


def test_customers_without_any_purchase_ahead_are_worth_next_to_nothing(fit: Any) -> None:
    gone = clv.Purchases.from_summary([40], [2.0], [39.0], unit="week")
    found = clv.lifetime_value(fit, 100.0, horizon=52, annual_discount=0.1, purchases=gone)
    assert 0 <= found.value[0] < 1e-6


def test_payback_reads_the_cash_flow(fit: Any) -> None:
    flow = clv.lifetime_value(fit, 100.0, horizon="1 year", annual_discount=0.1).cash_flow
    assert clv.payback(flow["value"], float(flow["value"].iloc[:3].sum()), unit="month").value == 3


def test_groups_add_up_and_have_intervals_of_their_own(base: clv.Purchases, fit: Any, spend: Any) -> None:
    found = clv.lifetime_value(fit, spend, horizon=26, annual_discount=0.1, margin=0.5)
    groups = np.where(base.frequency > 1, "often", "seldom").astype(object)
    groups[:3] = None
    table = found.by(groups)
    assert table["group"].tolist()[:2] == ["often", "seldom"]
    assert table["group"].isna().tolist() == [False, False, True]
    assert table["value"].sum() == pytest.approx(found.total.value, rel=1e-12)
    assert table["customers"].sum() == 400
    one = found.by(np.zeros(400)).iloc[0]
    assert (one["low"], one["high"]) == pytest.approx((found.total.low, found.total.high), rel=1e-12)
    often = base.select(groups == "often")
    alone = clv.lifetime_value(fit, spend, horizon=26, annual_discount=0.1, margin=0.5, purchases=often).total
    assert (table["low"].iloc[0], table["high"].iloc[0]) == pytest.approx((alone.low, alone.high), rel=1e-6)
    aligned = pd.Series(groups, index=pd.Index(base.customer_id, dtype="int64"))[::-1]
    pd.testing.assert_frame_equal(found.by(aligned), table)
    with pytest.raises(InvalidArgument, match="one group for each"):
        found.by(["a", "b"])


def test_groups_are_named_by_columns_and_attributes_of_the_customers(base: clv.Purchases, fit: Any, spend: Any) -> None:
    found = clv.lifetime_value(fit, spend, horizon=26, annual_discount=0.1, margin=0.5)
    plan = pd.Series(np.arange(400) % 3, dtype=object).where(np.arange(400) != 7, None)
    people = pd.DataFrame({"customer_id": base.customer_id, "region": np.where(np.arange(400) % 2, "Süd", "Nord")})
    people["attributes"] = pd.Series([{} if one is None else {"plan": one} for one in plan])
    table = found.by(["region", "plan"], customers=people[::-1])
    assert table.columns[:2].tolist() == ["region", "plan"]
    for region, part in (("Nord", 0), ("Süd", 1)):
        alone = found.by(plan[np.arange(400) % 2 == part].reindex(range(400)).tolist())
        named = table[table["region"] == region]
        assert named["value"].tolist()[:3] == pytest.approx(alone["value"].tolist()[:3], rel=1e-12)
        assert named["low"].tolist()[:3] == pytest.approx(alone["low"].tolist()[:3], rel=1e-12)
    assert table["customers"].sum() == 400
    assert table["plan"].isna().sum() == 1
    pd.testing.assert_frame_equal(found.by(pd.DataFrame({"region": people["region"], "plan": plan})), table)
    one = found.by("region", customers=people)
    assert one["value"].tolist() == pytest.approx(found.by(people["region"])["value"].tolist(), rel=1e-12)
    with pytest.raises(UnknownName, match=r"groups must name one of .*'plan'; 'plam' is not there"):
        found.by("plam", customers=people)
    with pytest.raises(InvalidArgument, match="customers must be given"):
        found.by("region")
    with pytest.raises(InvalidArgument, match="not name a column of the result"):
        found.by(pd.DataFrame({"value": people["region"]}))


@pytest.mark.parametrize(
    ("horizon", "told"),
    [(12, "over 12 weeks"), ("12 months", "over 12 months"), (timedelta(days=7), "over 1 week"), (None, "for ever")],
)
def test_it_says_how_far_it_reaches(fit: Any, spend: Any, horizon: object, told: str) -> None:
    found = clv.lifetime_value(fit, spend, horizon=horizon, annual_discount=0.1, margin=0.5)
    headline = repr(found).splitlines()[0]
    assert headline.startswith(f"Lifetime value {told} of 400 customers: ")
    assert headline.endswith(f": {plain_number(found.total.value)}")
    with_limits = repr(found.at(confidence=0.95)).splitlines()[0]
    places = decimals_for(found.total.low, found.total.high)
    assert with_limits.endswith(interval_text(found.total.low, found.total.high, 0.95, places))


@pytest.mark.parametrize(
    ("index", "told"),
    [
        (lambda ids: ids.astype(str), "400 of 400 customers are not there"),
        (lambda ids: ids[::-1] + 1_000_000, "400 of 400 customers are not there"),
        (lambda ids: np.r_[ids[1], ids[1:]], "1 of 400 customers are not there, 1 are there more than once"),
    ],
)
def test_groups_of_other_customers_are_refused(
    base: clv.Purchases, fit: Any, spend: Any, index: Any, told: str
) -> None:
    found = clv.lifetime_value(fit, spend, horizon=26, annual_discount=0.1, margin=0.5)
    ids = np.asarray(base.customer_id, dtype=np.int64)
    with pytest.raises(InvalidArgument, match=told):
        found.by(pd.Series("a", index=index(ids)))


def test_a_model_of_occasions_is_valued_at_its_occasions() -> None:
    """Donors of six yearly occasions: purchases are discounted by whole years, as the model has it."""
    cells = [
        (0, 0, 346),
        (1, 1, 109),
        (1, 3, 13),
        (1, 6, 13),
        (2, 3, 25),
        (3, 6, 36),
        (4, 5, 28),
        (5, 6, 73),
        (6, 6, 120),
    ]
    rows = np.repeat(np.array([cell[:2] for cell in cells]), [cell[2] for cell in cells], axis=0)
    fit = clv.BetaGeoBetaBinomial().fit(
        clv.Purchases.from_summary(rows[:, 0], rows[:, 1], np.full(len(rows), 6), unit="year")
    )
    for horizon in (5, None):
        found = clv.lifetime_value(fit, 50.0, horizon=horizon, annual_discount=0.1)
        assert found.total.value == pytest.approx(50 * fit.discounted_purchases(0.1, horizon).total.value, rel=1e-9)
        assert found.cash_flow["value"].sum() == pytest.approx(found.total.value, rel=1e-9)
    assert len(clv.lifetime_value(fit, 50.0, horizon=5, annual_discount=0.1).cash_flow) == 5
    with pytest.raises(InvalidArgument, match="whole occasions"):
        clv.lifetime_value(fit, 50.0, horizon=5, annual_discount=0.1, period="month")


def test_covariates_carry_over_to_the_value(base: clv.Purchases) -> None:
    """The value of each customer is that of the model, one by one."""
    rng = np.random.default_rng(2)
    known = clv.CustomerCovariates(base, purchasing=pd.DataFrame({"online": rng.integers(0, 2, len(base))}))
    fit = clv.BetaGeo().fit(known)
    found = clv.lifetime_value(fit, 10.0, horizon="1 year", annual_discount=0.1, confidence=0.9)
    np.testing.assert_allclose(found.value, 10 * fit.discounted_purchases(0.1, "1 year").value, rtol=1e-9)
    assert found.customer_id.tolist() == base.customer_id.tolist()
    assert (found.to_frame()["high"] > found.value).all()


SMALL_UNITS = [
    (clv.ModifiedBetaGeo(), (129.18874344477874, 128.75178396086278, 49.09946178830283, 103.06558369276742)),
    (clv.BetaGeo(), (3.0, 0.5, 0.8, 1.2)),
    (clv.ModifiedBetaGeo(), (0.4, 0.01, 2.0, 3.0)),
    (clv.ParetoNBD(), (2.0, 1.5, 3.0, 4.0)),
]


def hourly(model: Any, params: Any) -> Any:
    x, last = np.tile([0, 0, 1, 1, 2, 3, 4, 6], 50), np.tile([0, 0, 0.4, 3.0, 2.0, 2.5, 4.0, 5.0], 50)
    fit = model.fit(clv.Purchases.from_summary(x, last, np.full(400, 100.0), unit="hour"), method="map")
    return replace(fit, theta=np.log(params))


@pytest.mark.parametrize(("model", "params"), SMALL_UNITS, ids=lambda part: str(part)[:12])
def test_values_in_hours_do_not_depend_on_the_period_and_stay_below_the_endless_one(model: Any, params: Any) -> None:
    """Purchases that are over within hours were taken with three places in a month: a year was worth more than ever."""
    fit = hourly(model, params)
    new = clv.Purchases.from_summary([0, 1], [0.0, 20.0], [0.5, 20.0], unit="hour")
    asked: Any = {"annual_discount": 1.0, "margin": 1.0, "purchases": new}
    endless = clv.lifetime_value(fit, 1.0, horizon=None, **asked).total.value
    right = fit.discounted_purchases(1.0, "1 year", purchases=new).total.value
    for period in ("year", "month", "week", "day"):
        found = clv.lifetime_value(fit, 1.0, horizon="1 year", period=period, **asked)
        assert found.total.value == pytest.approx(right, rel=2e-7), period
        assert found.total.value <= endless * (1.0 + 2e-7)
        assert found.cash_flow["value"].sum() == pytest.approx(found.total.value, rel=1e-12)


def test_the_value_in_hours_that_was_found_wrong() -> None:
    """3.9337601 by a Stieltjes sum of 4,000 steps; 3.934849 by the month before."""
    new = clv.Purchases.from_summary([0, 1], [0.0, 20.0], [0.5, 20.0], unit="hour")
    found = clv.lifetime_value(
        hourly(*SMALL_UNITS[0]), 1.0, horizon="1 year", annual_discount=1.0, margin=1.0, purchases=new
    )
    assert round(found.total.value, 7) == 3.9337601


def test_values_of_months_are_the_same_to_the_last_digit(fit: Any, spend: Any) -> None:
    """Customers who stay for longer than two months need no more places than before."""
    plain = payment_schedule("12 months", "week", "month", 0.1, "continuous", occasions=False, life=1e9)
    assert len(plain.times) == 12 * 4
    life = fit.model._mean_life(
        tuple(fit.params.values()), Histories(fit.data.frequency, fit.data.recency, fit.data.age)
    )
    own = payment_schedule("12 months", "week", "month", 0.1, "continuous", occasions=False, life=float(life.min()))
    assert own.times.tolist() == plain.times.tolist()
