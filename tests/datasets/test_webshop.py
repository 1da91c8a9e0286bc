"""The web shop: its truth is found again, the same seed gives the same data, every table is valid."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.datasets import Webshop, webshop
from kundenmetrik.datasets.truth import OBSERVED_UNTIL, SEASON, START
from kundenmetrik.errors import KundenmetrikError

TABLES = {
    "customers": km.Customer,
    "interactions": km.Interaction,
    "responses": km.SurveyResponse,
    "kano": km.KanoAnswer,
}


@pytest.fixture(scope="module")
def shop() -> Webshop:
    """A shop so large that chance hides nothing: about 60,000 purchases."""
    return webshop(n_customers=10_000, seed=7)


def off(estimate: km.Estimate, truth: float) -> float:
    """Return how many standard errors an estimate lies from the truth, by its 68 % interval."""
    wide = estimate.at(confidence=0.682689)
    return abs(estimate.value - truth) / ((wide.high - wide.low) / 2)


def with_segment(shop: Webshop, table: pd.DataFrame) -> pd.DataFrame:
    return table.merge(shop.customers[["customer_id", "segment"]], on="customer_id", how="left")


@pytest.mark.parametrize("name", TABLES)
def test_every_table_is_valid(shop: Webshop, name: str) -> None:
    table = getattr(shop, name)
    assert km.check(table, TABLES[name]) is table
    assert len(table) > 1000


def test_nps_by_segment_and_phase(shop: Webshop) -> None:
    answers = with_segment(shop, shop.responses)
    answers["phase"] = np.where(answers["answered_at"] >= shop.truth.improved_from, "after", "before")
    table = km.measure(answers, km.NPS(), by=["segment", "phase"], cluster="customer_id")
    truth = shop.truth.nps.set_index(["segment", "phase"])["nps"]
    assert len(truth) == len(table) == 6
    assert all(off(table[key], truth[key]) < 4 for key in table.groups.keys)
    families = km.measure(answers, km.NPS(), by=["segment", "phase"])
    assert km.compare(families["Familie", "after"], families["Familie", "before"]).p_value < 1e-6


def test_csat_by_touchpoint_and_ces(shop: Webshop) -> None:
    table = km.measure(shop.responses, km.CSAT(), by="touchpoint", cluster="customer_id")
    for touchpoint, truth in shop.truth.csat.set_index("touchpoint")["csat"].items():
        assert off(table[touchpoint], truth) < 4
        assert table[touchpoint].n > 400
    assert off(km.measure(shop.responses, km.CES(), cluster="customer_id").overall(), shop.truth.ces) < 4


def test_complaints_by_product_once_all_have_come(shop: Webshop) -> None:
    events, truth = shop.interactions, shop.truth.products.set_index("product")["complaints_per_1000_sales"]
    sales = events[(events["kind"] == "purchase") & (events["occurred_at"] < "2025-08-01")]
    until_then = events[(events["kind"] == "complaint") & (events["occurred_at"] < "2025-08-01")]
    table = km.measure(pd.concat([sales, until_then]), km.TGW(), by="product")
    for product, rate in truth.items():
        age = (
            pd.Timestamp("2025-08-01") - sales["occurred_at"][sales["product"] == product]
        ).dt.total_seconds() / 86400
        come = 1 - np.exp(-age / shop.truth.mean_complaint_delay)
        assert off(table[product], rate * come.mean()) < 4
        assert come.mean() < 0.97


def test_complaints_come_late(shop: Webshop) -> None:
    events = shop.interactions
    recent = events[events["occurred_at"] >= "2025-01-01"]
    table = km.measure(recent, km.TGW(), period="month", date="occurred_at")
    first = km.measure(events[events["occurred_at"] < "2024-02-01"], km.TGW()).overall()
    assert first.high < table.overall().low


def test_monthly_retention_by_segment(shop: Webshop) -> None:
    for row in shop.truth.segments.to_dict("records"):
        people = shop.customers[shop.customers["segment"] == row["segment"]]
        end = people["churned_at"].fillna(OBSERVED_UNTIL + pd.Timedelta(days=1))
        months = ((end - people["acquired_at"]).dt.total_seconds() / 86400 - 1).clip(lower=0).sum() / (365.25 / 12)
        left = int(people["churned_at"].notna().sum())
        hazard = -np.log(row["monthly_retention"])
        assert abs(left / months - hazard) < 4 * np.sqrt(left) / months + 0.02 * hazard
        assert left > 200


def test_segments_and_missing_answers_have_their_shares(shop: Webshop) -> None:
    for row in shop.truth.segments.to_dict("records"):
        share = (shop.customers["segment"] == row["segment"]).mean()
        assert abs(share - row["share"]) < 4 * np.sqrt(row["share"] * (1 - row["share"]) / len(shop.customers))
    missing, n = shop.responses["score"].isna().mean(), len(shop.responses)
    assert abs(missing - shop.truth.missing_answers) < 4 * np.sqrt(0.04 * 0.96 / n)
    assert shop.responses.groupby(["customer_id", "question"]).size().max() > 1


def test_kano_answers_have_the_shares_of_their_letters(shop: Webshop) -> None:
    table = km.kano.classify(shop.kano).to_frame().set_index("feature")
    truth = shop.truth.kano.set_index("feature")
    for feature, row in table.iterrows():
        shares = row[list("AOMIRQ")].astype(float) / row["n"]
        expected = truth.loc[feature, list("AOMIRQ")]
        assert (abs(shares - expected) < 4 * np.sqrt(expected * (1 - expected) / row["n"]) + 1e-9).all()


def test_purchases_follow_the_season(shop: Webshop) -> None:
    purchases = shop.interactions[shop.interactions["kind"] == "purchase"]
    again = purchases[purchases.duplicated("customer_id")]["occurred_at"]
    counts = again[again >= "2025-01-01"].dt.month.value_counts().sort_index()
    assert np.corrcoef(counts, SEASON)[0, 1] > 0.9
    assert counts[12] > 1.4 * counts[2]


def test_all_happens_while_it_is_observed(shop: Webshop) -> None:
    end = OBSERVED_UNTIL + pd.Timedelta(days=1)
    assert shop.observed_until == OBSERVED_UNTIL
    for table, columns in (
        (shop.customers, ["acquired_at", "churned_at"]),
        (shop.interactions, ["occurred_at", "first_response_at", "resolved_at"]),
        (shop.responses, ["answered_at"]),
    ):
        for column in columns:
            times = table[column].dropna()
            assert times.min() >= START
            assert times.max() < end
    first = shop.interactions.groupby("customer_id")["occurred_at"].min()
    acquired = shop.customers.set_index("customer_id")["acquired_at"]
    assert (first >= acquired.loc[first.index]).all()


def test_the_same_seed_gives_the_same_data_and_another_other_data() -> None:
    one, same, other = webshop(200, seed=1), webshop(200, seed=1), webshop(200, seed=2)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(same, name))
    assert not one.interactions.equals(other.interactions)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_tiny_shop_is_valid(size: int) -> None:
    for seed in range(5):
        small = webshop(size, seed=seed)
        for name, model in TABLES.items():
            frame = getattr(small, name)
            assert km.check(frame, model) is frame


@pytest.mark.parametrize("junk", [0, -1, 2.5, None, "5", True, [5]])
def test_a_wrong_size_or_seed_is_told(junk: object) -> None:
    with pytest.raises(KundenmetrikError, match=r"^n_customers must"):
        webshop(junk, seed=1)
    if junk != 0:
        with pytest.raises(KundenmetrikError, match=r"^seed must"):
            webshop(5, seed=junk)
