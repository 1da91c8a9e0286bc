"""Customers who are known to have left: no forecast and no value, wherever a base of purchases goes."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

import kundenmetrik as km
from kundenmetrik import clv
from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.errors import InvalidArgument, InvalidData, UnknownName


def times(texts: Any) -> Any:
    return pd.to_datetime(texts, format="ISO8601")


LOG = pd.DataFrame(
    {
        "customer_id": ["a", "a", "b", "b", "c", "d"],
        "occurred_at": times(
            ["2025-01-01", "2025-02-01", "2025-01-05", "2025-03-01", "2025-01-09 12:00", "2025-01-20"]
        ),
        "amount": 10.0,
    }
)
OTHER_MODELS = [clv.BetaGeo(), clv.ModifiedBetaGeo(k=2), clv.ParetoNBD(), clv.NBD()]


def leavers(dates: list[Any], observed_until: object = "2025-06-30", **options: Any) -> Purchases:
    customers = {"customer_id": ["a", "b", "c", "d"], "churned_at": dates}
    return clv.purchases(LOG, customers=customers, observed_until=observed_until, **options)


@cache
def shop() -> Any:
    return km.datasets.webshop(n_customers=600, seed=3)


@cache
def base() -> Purchases:
    return clv.purchases(shop().interactions, observed_until="2025-12-31", refunds="net", customers=shop().customers)


@cache
def fit(model: Any = None) -> Any:
    return (model or clv.ModifiedBetaGeo()).fit(base(), method="map")


def gone() -> Any:
    return base().churned


def test_who_left_by_the_end_is_known_counted_and_noted() -> None:
    found = leavers(times([None, "2025-06-30", "2025-07-01", "2025-01-21"]))
    assert found.churned is not None
    assert found.churned.tolist() == [False, True, False, True]
    assert (found.counted["known_leavers"], found.counted["leave_later"]) == (2, 1)
    assert {"known_leavers", "churn_after_observed_until"} <= set(found.notes)


@pytest.mark.parametrize("name", ["Churned_at", "churned", "cancelled_at", "Kündigungsdatum", "ende"])
@pytest.mark.parametrize("form", [pd.DataFrame, pl.DataFrame, dict])
def test_dates_of_leaving_under_another_name_are_not_overlooked(name: str, form: Any) -> None:
    """Read as if the column were not there, a shop whose customers have left is valued as if all were there."""
    table = {
        "customer_id": ["a", "b"],
        "acquired_at": times(["2024-12-01", "2025-01-05"]),
        name: times(["2025-03-01"] * 2),
    }
    with pytest.raises(UnknownName, match=f"Rename '{name}' to 'churned_at', or leave it out of the table"):
        clv.purchases(LOG, customers=form(table), observed_until="2025-06-30")
    left = table | {"churned_at": table[name]}
    assert clv.purchases(LOG, customers=form(left), observed_until="2025-06-30").counted["known_leavers"] == 2
    del table[name]
    assert clv.purchases(LOG, customers=form(table), observed_until="2025-06-30").churned is None


def test_other_columns_of_customers_are_no_dates_of_leaving() -> None:
    table = pd.DataFrame(
        {"customer_id": ["a"], "acquired_at": times(["2024-12-01"]), "segment": "x", "region": "Süd", "gender": "f"}
    )
    assert clv.purchases(LOG, customers=table, observed_until="2025-06-30").churned is None


@pytest.mark.parametrize("end", ["2025-07-01", "2025-06-30T10:00", pd.Timestamp("2025-06-30 10:00")])
def test_a_later_end_of_observation_knows_of_later_leavers(end: object) -> None:
    dates = times(["2025-06-30 09:59", "2025-06-30 10:01", None, "2025-07-01"])
    found = leavers(dates, end)
    assert found.churned is not None
    assert found.churned.tolist() == ([True, True, False, True] if end == "2025-07-01" else [True, False, False, False])


def test_who_bought_after_the_day_of_leaving_has_come_back() -> None:
    found = leavers(times(["2025-01-31", "2025-03-01", "2025-01-09", "2025-01-19"]))
    assert found.churned is not None
    assert found.churned.tolist() == [False, True, True, False]
    assert found.counted["bought_after_leaving"] == 2
    assert "bought_after_leaving" in found.notes


def test_nobody_has_left_where_no_date_says_so() -> None:
    for dates in ([None] * 4, times([None] * 4), ["2025-07-01"] * 4):
        column = times(dates) if isinstance(dates, list) and dates[0] else dates
        found = leavers(column)
        assert found.churned is None
        assert "known_leavers" not in found.notes
    table = {"customer_id": ["a"], "acquired_at": times(["2025-01-01"])}
    assert clv.purchases(LOG, customers=table, observed_until="2025-06-30").churned is None


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("grain", ["instant", "hour", "day", "week", "month"])
def test_dates_of_any_resolution_are_compared_as_times(unit: Any, grain: str) -> None:
    """Ticks of two resolutions were compared as numbers where the grain was an instant."""
    log = LOG.assign(occurred_at=LOG["occurred_at"].dt.as_unit("us"))
    acquired = times(["2024-12-31", "2025-01-01", "2025-01-09", "2025-01-20"]).as_unit(unit)
    churned = times([None, "2025-06-30", "2025-07-01", "2025-05-01"]).as_unit(unit)
    table = {"customer_id": ["a", "b", "c", "d"], "acquired_at": acquired, "churned_at": churned}
    found = clv.purchases(log, customers=table, observed_until="2025-06-30", grain=grain)
    assert found.churned is not None
    assert found.churned.tolist() == [False, True, False, True]
    assert found.counted.get("acquired_before_log", 0) == (grain != "week")  # 31 December is in the week of 1 January


def test_dates_with_a_zone_are_days_of_the_log() -> None:
    log = LOG.assign(occurred_at=LOG["occurred_at"].dt.tz_localize("Europe/Berlin"))
    dates = times([None, "2025-06-30 21:59", "2025-06-30 22:00", None]).tz_localize("UTC")
    customers = {"customer_id": ["a", "b", "c", "d"], "churned_at": dates}
    found = clv.purchases(log, customers=customers, observed_until="2025-06-30")
    assert found.churned is not None
    assert found.churned.tolist() == [False, True, False, False]
    with pytest.raises(InvalidArgument, match="churned_at must have a time zone exactly when occurred_at has one"):
        clv.purchases(LOG, customers=customers, observed_until="2025-06-30")


@pytest.mark.parametrize("model", [clv.ModifiedBetaGeo(), *OTHER_MODELS], ids=str)
def test_leavers_are_not_alive_and_buy_nothing(model: Any) -> None:
    few = base().select(np.arange(12))
    found, out = fit(model), few.churned
    assert out is not None
    assert 2 < out.sum() < 10
    for made, of_leavers in (
        (found.probability_alive(purchases=few), 0.0),
        (found.probability_alive(horizon="1 year", purchases=few), 0.0),
        (found.expected_purchases("1 year", purchases=few), 0.0),
        (found.expected_purchases("1 year", start="1 month", purchases=few), 0.0),
        (found.discounted_purchases(0.1, "1 year", purchases=few), 0.0),
        (found.purchase_range("1 year", purchases=few), 0.0),
        (found.probability_no_purchase("1 year", purchases=few), 1.0),
        (found.next_purchase(purchases=few), np.inf),
        (found.discounted_purchases(0.0, purchases=few), 0.0),
    ):
        assert (made.value[out] == of_leavers).all(), made.metric
        assert (made.low[out] == of_leavers).all(), made.metric
        assert (made.high[out] == of_leavers).all(), made.metric
        assert (made.value[~out] != of_leavers).any(), made.metric
        assert "known_leavers" in made.notes


def test_the_parameters_do_not_change_and_neither_do_forecasts_of_stayers() -> None:
    unknowing = clv.purchases(shop().interactions, observed_until="2025-12-31", refunds="net")
    before, out = clv.ModifiedBetaGeo().fit(unknowing, method="map"), gone()
    assert before.params == fit().params
    old, new = before.expected_purchases("1 year"), fit().expected_purchases("1 year")
    assert old.value[~out].tolist() == new.value[~out].tolist()
    assert new.total.value == pytest.approx(old.value[~out].sum(), rel=1e-12)
    assert new.total.value < 0.95 * old.total.value
    total, chance = new.total, fit().purchase_range("1 year").total
    assert chance.low < total.low < total.value < total.high < chance.high


def test_occasions_know_leavers_too() -> None:
    x, last, churned = [3, 0, 2, 1, 4, 0, 2, 3] * 20, [5, 0, 6, 1, 6, 0, 3, 4] * 20, ([True] + [False] * 7) * 20
    gifts = Purchases.from_summary(x, last, [6] * 160, unit="year", churned=churned)
    found = clv.BetaGeoBetaBinomial().fit(gifts, method="map")
    out = np.array(churned)
    for made in (found.probability_alive(), found.expected_purchases(3), found.discounted_purchases(0.1, 3)):
        assert (made.value[out] == 0.0).all()
        assert (made.value[~out] > 0.0).all()
    assert np.isinf(found.next_purchase().value[out]).all()


def test_leavers_are_worth_nothing_in_values_totals_groups_and_cash_flow() -> None:
    spend, out = clv.GammaGamma().fit(base(), invalid="exclude"), gone()
    for horizon in ("12 months", None):
        value = clv.lifetime_value(fit(), spend, horizon=horizon, annual_discount=0.1, margin=0.3, confidence=0.9)
        assert (value.value[out] == 0.0).all()
        groups = value.by(np.where(out, "gone", "there"))
        assert groups[["value", "low", "high"]].iloc[0].tolist() == [0.0, 0.0, 0.0]
        assert value.total.value == pytest.approx(value.value[~out].sum(), rel=1e-12)
        assert value.cash_flow["value"].sum() == pytest.approx(value.total.value, rel=1e-9)
        assert value.notes.count("known_leavers") == 1


def test_other_customers_covariates_and_joined_bases_keep_their_leavers() -> None:
    some = base().select(np.arange(50))
    assert some.churned is not None
    assert some.churned.tolist() == gone()[:50].tolist()
    stayers, rest = base().select(~gone()), base().select(gone())
    assert stayers.churned is None
    joined = stayers + rest
    assert joined.churned is not None
    assert joined.churned.tolist() == [False] * len(stayers) + [True] * len(rest)
    assert (rest + stayers).churned is not None
    assert (stayers + Purchases.from_summary([0], [0.0], [1.0], unit="week", customer_id=["z"])).churned is None
    assert fit().expected_purchases(52, purchases=rest).total.value == 0.0
    assert base().to_unit("day").churned is not None
    known = pd.DataFrame({"old": base().age > 50})
    withal = clv.ModifiedBetaGeo().fit(clv.CustomerCovariates(base(), purchasing=known * 1.0), method="map")
    assert (withal.expected_purchases(52).value[gone()] == 0.0).all()


def test_json_pickle_and_summaries_keep_the_leavers() -> None:
    back = Purchases.from_json(base().to_json())
    assert back == base()
    assert back.churned is not None
    assert back.churned.dtype == bool
    assert fit().summary["counted"]["known_leavers"] == gone().sum()
    old = base().to_json().replace('"churned"', '"another"')
    assert old != base().to_json()
    base_of_before = Purchases.from_summary([0], [0.0], [1.0], unit="week").to_json().replace(', "churned": null', "")
    assert Purchases.from_json(base_of_before).churned is None


def test_a_split_knows_only_who_had_left_at_its_date_and_a_backtest_too() -> None:
    log, customers = shop().interactions, shop().customers
    parts = clv.split(log, at="2024-12-31", observed_until="2025-12-31", refunds="net", customers=customers)
    dates = customers.set_index("customer_id")["churned_at"].reindex(parts.calibration.customer_id)
    expected = (dates < "2025-01-01").to_numpy()
    assert parts.calibration.churned is not None
    assert parts.calibration.churned.tolist() == expected.tolist()
    assert parts.holdout.purchases[expected].sum() == 0
    found = clv.evaluate(clv.ModifiedBetaGeo().fit(parts.calibration, method="map"), parts)
    scores = found.scores.set_index("forecast")["expected_total"]
    unknowing = clv.split(log, at="2024-12-31", observed_until="2025-12-31", refunds="net")
    before = clv.evaluate(clv.ModifiedBetaGeo().fit(unknowing.calibration, method="map"), unknowing)
    assert (scores < before.scores.set_index("forecast")["expected_total"]).all()
    asked: Any = {"origins": ["2024-12-31"], "horizon": "26 weeks", "refunds": "net"}
    known, unknown = (
        clv.backtest(log, clv.NBD(), customers=table, **asked)["expected_total"] for table in (customers, None)
    )
    assert (known < unknown).all()


@pytest.mark.parametrize("flags", [["yes", "no"], [1, None], [2, 0], np.ma.array([True, False], mask=[0, 1])])
def test_flags_that_are_none_are_refused(flags: Any) -> None:
    with pytest.raises(InvalidData, match="churned must be True or False"):
        Purchases.from_summary([0, 1], [0.0, 1.0], [2.0, 2.0], unit="week", churned=flags)


def test_the_scorecard_says_how_many_have_left_and_counts_them_as_nothing() -> None:
    table = shop().customers.assign(segment=np.where(shop().customers["churned_at"].notna(), "gone", "there"))
    for language, said in (("en", "customers had left by then: their value is 0"), ("de", "nachweislich gegangen")):
        card = km.report.scorecard(table, shop().interactions, shop().responses, by="segment", language=language)
        left = f"{card.tables['value'].value[gone()].size:,}"
        assert (card.tables["value"].value[gone()] == 0.0).all()
        assert f"{left} " in card.to_text()
        assert said in card.to_text()
