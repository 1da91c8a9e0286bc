"""The small tables, fits and results that the example calls of the contract are made with."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import kundenmetrik as km
from kundenmetrik import clv, complaints, kano, monitoring, retention

UNTIL = "2025-12-31"
"""The last day that the logs cover."""
DAYS = pd.to_datetime(["2025-01-06", "2025-02-10", "2025-03-03", "2025-03-20", "2025-05-05", "2025-06-02"])
TGW = {"complaints": [5, 9, 30, 12], "sales": [100, 120, 150, 130]}
"""Complaints and sales of four periods or segments."""
REPORTS = [[5, 3, 1], [4, 2, np.nan], [6, np.nan, np.nan]]


@cache
def answers() -> pd.DataFrame:
    """Return a wide table of answers with all columns that ``measure`` can be told of."""
    return pd.DataFrame(
        {
            "shop": list("AABBBC"),
            "day": DAYS,
            "nps": [10.0, 9, 8, 3, np.nan, 7],
            "w": [1.0, 2, 1, 1, 0.5, 1],
            "k": [1, 2, 3, 1, 1, 1],
            "person": list("xxyyzz"),
        }
    )


@cache
def long_answers() -> pd.DataFrame:
    """Return responses as the records have them."""
    return pd.DataFrame(
        {
            "response_id": ["r1", "r2", "r3", "r4", "r5", "r6"],
            "customer_id": ["a", "b", "c", "a", "b", "c"],
            "question": ["nps", "nps", "nps", "csat", "csat", "ces"],
            "score": [9.0, 10, 3, 5, 2, 6],
            "answered_at": DAYS,
        }
    )


@cache
def log() -> pd.DataFrame:
    """Return purchases and complaints of five customers."""
    rows: list[tuple[str, str, str, float | None, str, str | None, str | None]] = [
        ("a", "purchase", "2025-01-06", 20.0, "lamp", None, None),
        ("a", "complaint", "2025-01-20", None, "lamp", "late", "2025-01-21"),
        ("a", "purchase", "2025-03-03", 35.0, "oven", None, None),
        ("a", "purchase", "2025-06-02", 15.5, "lamp", None, None),
        ("b", "purchase", "2025-02-10", 80.0, "oven", None, None),
        ("b", "purchase", "2025-04-14", 60.0, "oven", None, None),
        ("b", "complaint", "2025-04-20", None, "oven", "broken", None),
        ("b", "complaint", "2025-05-02", None, "oven", "broken", "2025-05-03"),
        ("c", "purchase", "2025-03-05", 10.0, "lamp", None, None),
        ("d", "purchase", "2025-03-20", 44.0, "oven", None, None),
        ("d", "purchase", "2025-07-01", 41.0, "lamp", None, None),
        ("d", "complaint", "2025-07-09", None, "lamp", "late", "2025-07-09"),
        ("e", "purchase", "2025-05-05", 25.0, "lamp", None, None),
        ("e", "purchase", "2025-05-26", 30.0, "lamp", None, None),
        ("e", "purchase", "2025-09-01", 28.0, "oven", None, None),
    ]
    columns = ["customer_id", "kind", "occurred_at", "amount", "product", "reason", "first_response_at"]
    frame = pd.DataFrame(rows, columns=columns)
    times = {name: pd.to_datetime(frame[name]) for name in ("occurred_at", "first_response_at")}
    currency = frame["amount"].map({}).where(frame["amount"].isna(), "EUR")
    solved = times["first_response_at"] + pd.Timedelta(days=1)
    ids = [f"i{row}" for row in range(len(frame))]
    return frame.assign(**times, currency=currency, resolved_at=solved, interaction_id=ids)


@cache
def bought() -> pd.DataFrame:
    """Return the purchases of the log alone."""
    frame = log()
    return frame.loc[frame["kind"] == "purchase", ["customer_id", "kind", "occurred_at", "amount"]].reset_index(
        drop=True
    )


@cache
def steady_log() -> pd.DataFrame:
    """Return purchases of eight customers, some of whom buy often."""
    days = [(who, 7 * (who + 2) * step + who) for who in range(8) for step in range(1 + 12 // (who + 1))]
    when = pd.Timestamp("2025-01-01") + pd.to_timedelta([day for _, day in days], unit="D")
    frame = pd.DataFrame({"customer_id": [who for who, _ in days], "occurred_at": when, "amount": 10.0})
    return frame[frame["occurred_at"] <= UNTIL].reset_index(drop=True)


@cache
def people() -> pd.DataFrame:
    """Return the customers of the log, two of whom left."""
    return pd.DataFrame(
        {
            "customer_id": list("abcde"),
            "acquired_at": pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01", "2025-03-15", "2025-05-01"]),
            "churned_at": pd.to_datetime([None, None, "2025-09-01", None, "2025-11-15"]),
            "segment": ["A", "A", "B", "B", "B"],
        }
    )


@cache
def pairs() -> pd.DataFrame:
    """Return Kano answers of four respondents to two features."""
    return pd.DataFrame(
        {
            "customer_id": ["a", "b", "c", "d"] * 2,
            "feature": ["app"] * 4 + ["refund"] * 4,
            "functional": [1, 1, 2, 3, 1, 3, 2, 1],
            "dysfunctional": [5, 4, 5, 3, 3, 5, 5, 5],
            "importance": [7.0, 5, 6, 4, 3, 8, 9, 7],
            "segment": ["A", "A", "B", "B"] * 2,
            "day": pd.to_datetime(["2025-01-06", "2025-02-10"] * 4),
            "w": [1.0, 2, 1, 0.5] * 2,
            "k": [1, 2, 1, 3] * 2,
        }
    )


@cache
def ratings() -> pd.DataFrame:
    """Return ratings of two attributes beside the overall one."""
    low = [1, 2, 3, 4, 5, 3, 2, 4, 5, 1, 3, 4, 2, 5, 4, 1, 3, 2, 5, 4]
    other = [3, 1, 4, 2, 5, 5, 1, 3, 4, 2, 5, 1, 3, 4, 2, 3, 1, 5, 2, 4]
    overall = [2, 2, 3, 3, 5, 4, 1, 4, 5, 1, 4, 3, 2, 5, 3, 2, 2, 3, 4, 4]
    return pd.DataFrame({"speed": low, "price": other, "overall": overall})


@cache
def table() -> km.EstimateTable:
    return km.measure(answers(), km.NPS("nps"), by="shop", period="month", date="day")


@cache
def difference() -> km.Difference:
    return km.compare(km.nps([10, 9, 8, 3, 7]), km.nps([3, 4, 9]))


@cache
def rates() -> km.EstimateTable:
    frame = pd.DataFrame({"shop": list("AABB"), "day": DAYS[:4], **TGW})
    return km.measure(frame, km.TGW("complaints", "sales"), by="shop", period="month", date="day")


@cache
def kano_table() -> kano.KanoTable:
    return kano.classify(pairs().drop(columns=["importance"]))


@cache
def kano_by_segment() -> kano.KanoTable:
    return kano.classify(pairs().drop(columns=["importance"]), by="segment")


@cache
def base() -> clv.Purchases:
    shop = km.datasets.webshop(n_customers=150, seed=1)
    return clv.purchases(shop.interactions, observed_until=UNTIL, refunds="drop")


@cache
def small_base() -> clv.Purchases:
    return clv.Purchases.from_summary(
        [2, 0, 1, 4], [10.0, 0, 5, 30], [40.0, 38, 20, 39], [20.0, 0, 35, 12], unit="week"
    )


@cache
def fit() -> clv.RepeatFit:
    return clv.BetaGeo().fit(base())


@cache
def spend() -> clv.SpendFit:
    return clv.GammaGamma().fit(base(), invalid="exclude")


@cache
def halves() -> clv.Split:
    shop = km.datasets.webshop(n_customers=150, seed=1)
    return clv.split(shop.interactions, at="2025-06-30", observed_until=UNTIL, refunds="drop")


@cache
def lifetime_values() -> clv.LifetimeValue:
    return clv.lifetime_value(fit(), spend(), horizon="1 year", annual_discount=0.1, confidence=0.9)


@cache
def renewals() -> retention.Renewals:
    return retention.Renewals.from_survivors([1000, 869, 743, 653, 593], unit="year")


@cache
def contract() -> retention.ContractFit:
    return retention.ShiftedBetaGeo().fit(renewals())


@cache
def ledger() -> retention.Ledger:
    return retention.ledger(people(), period="quarter", observed_until=UNTIL, by="segment")


@cache
def cohort_table() -> retention.CohortTable:
    return retention.cohorts(bought(), period="quarter", observed_until=UNTIL)


@cache
def tenures() -> retention.Tenures:
    return retention.tenures(people(), observed_until=UNTIL, by="segment")


@cache
def curve() -> Any:
    return retention.survival([1, 2, 3, 4], [True, False, True, False])


@cache
def ages() -> complaints.AgeTable:
    return complaints.tgw_by_age(log(), observed_until=UNTIL)


@cache
def service() -> complaints.ServiceTimes:
    return complaints.service_times(log(), observed_until=UNTIL)


@cache
def money() -> retention.RevenueRetention:
    return retention.revenue([100, 50, 70, None], [100, 80, None, 80], by=["A", "A", "B", "B"])


@cache
def chart() -> monitoring.ControlChart:
    return monitoring.control_chart(**TGW)


@cache
def scorecard() -> km.report.Scorecard:
    return km.report.scorecard(people(), log(), long_answers())


@cache
def file_of_answers() -> Path:
    """Return a small file of responses."""
    import tempfile

    path = Path(tempfile.mkdtemp()) / "answers.csv"
    long_answers().to_csv(path, index=False)
    return path


@cache
def no_dropout() -> clv.RepeatFit:
    return clv.ModifiedBetaGeo().fit(base())


HOURS = complaints.BusinessHours(holidays=[date(2025, 1, 1)], time_zone="Europe/Berlin", times_in="UTC")
