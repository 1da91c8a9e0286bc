"""What errors advise: each advice is followed, and the outcome changes."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik import clv, complaints, kano, retention
from kundenmetrik.errors import KundenmetrikError

UNTIL = "2026-03-31"
ANSWERS = pd.DataFrame({"shop": list("aabb"), "nps": [10, 3, 9, 8], "csat": [5, 1, 4, 2]})
LOG = pd.DataFrame(
    {
        "customer_id": [1, 1, 2, 3],
        "kind": "purchase",
        "occurred_at": pd.to_datetime(["2026-01-02", "2026-02-03", "2026-01-10", "2026-02-11"]),
        "amount": [10.0, 20.0, 30.0, 5.0],
        "currency": "EUR",
    }
)
CONTRACTS = pd.DataFrame(
    {
        "customer_id": ["a", "b"],
        "acquired_at": pd.to_datetime(["2026-01-01", "2026-01-05"]),
        "churned_at": pd.to_datetime(["2026-02-10", None]),
    }
)
REFUNDED = pd.concat(
    [LOG, LOG.tail(1).assign(kind="refund", occurred_at=pd.Timestamp("2026-03-01"))], ignore_index=True
)
AWARE = LOG.assign(occurred_at=LOG["occurred_at"].dt.tz_localize("Europe/Berlin"))
X, T = [0, 0, 0, 1, 4, 12, 3, 6], [0, 0, 0, 9, 8, 38, 30, 7]


def base(unit: Any = "week", spend: Any = None) -> clv.Purchases:
    return clv.Purchases.from_summary(X * 40, T * 40, [39] * 320, spend, unit=unit)


def fit() -> Any:
    return clv.ModifiedBetaGeo().fit(base(), method="map")


def spend(least: float, spread: float) -> list[float]:
    """The mean spend of repeat purchases: none of those who bought once, little of those who bought twice."""
    drawn = np.random.default_rng(0).gamma(3.0, 5.0, 40 * len(X))
    known = zip(X * 40, drawn, strict=True)
    return [np.nan if x == 0 else least if x == 1 else 9.0 + x + spread * float(one) for x, one in known]


def late(column: str = "occurred_at") -> pd.DataFrame:
    """A log whose moments are periods of pandas."""
    return ANSWERS.assign(at=pd.PeriodIndex(["2026-01"] * 4, freq="M"))


def csv(text: str, **options: Any) -> Any:
    return km.read_csv(io.BytesIO(text.encode()), km.Interaction, **options)


ROW = "customer_id;kind;occurred_at;amount;currency\n1;purchase;{date};{amount};EUR\n"
SCALE = km.Scale(1, 2, labels=["schlecht", "gut"])
SPLIT_KEYS = km.measure(ANSWERS, km.NPS("nps"), by="shop")

CASES: dict[str, tuple[Callable[[], Any], str, Callable[[], Any]]] = {
    "a code for no answer": (
        lambda: km.nps([10, 99]),
        r"Scale\(0, 10, missing_codes=\(99,\)\)",
        lambda: km.nps([10, 99], scale=km.Scale(0, 10, missing_codes=(99,))),
    ),
    "a word that is nearly a label": (
        lambda: km.csat(["gut", "guth"], scale=SCALE, satisfied=[2]),
        "Did you mean 'gut'",
        lambda: km.csat(["gut", "gut"], scale=SCALE, satisfied=[2]),
    ),
    "texts of numbers": (
        lambda: km.nps(["10", "9"]),
        "pandas.to_numeric",
        lambda: km.nps(pd.to_numeric(pd.Series(["10", "9"]))),
    ),
    "a table for a column": (
        lambda: km.nps(ANSWERS[["nps"]]),
        r'Name the column, such as frame\["score"\]',
        lambda: km.nps(ANSWERS["nps"]),
    ),
    "a set of answers": (lambda: km.nps({"a": 10}.values()), "list", lambda: km.nps(list({"a": 10}.values()))),
    "a scale without a cited definition": (
        lambda: km.csat([1, 3], scale=km.Scale(1, 3)),
        "satisfied",
        lambda: km.csat([1, 3], scale=km.Scale(1, 3), satisfied=[3]),
    ),
    "boxes of another scale": (
        lambda: km.measure({"x": [1, 5]}, km.NPS("x", scale=km.Scale(1, 5))),
        "top= and bottom=",
        lambda: km.measure({"x": [1, 5]}, km.NetScore("x", scale=km.Scale(1, 5), top=(5,), bottom=(1, 2))),
    ),
    "weights that no float can square": (
        lambda: km.nps([10, 9], weight=[1e-200, 1e-200]),
        "Divide all of them by the same number",
        lambda: km.nps([10, 9], weight=np.array([1e-200, 1e-200]) / 1e-200),
    ),
    "labels that are not aligned": (
        lambda: km.nps(pd.Series([10, 9], index=[0, 1]), weight=pd.Series([1.0, 2.0], index=[1, 0])),
        "Reindex one like the other",
        lambda: km.nps(pd.Series([10, 9]), weight=pd.Series([1.0, 2.0], index=[1, 0]).reindex([0, 1])),
    ),
    "labels that are not aligned, by place": (
        lambda: km.nps(pd.Series([10, 9], index=[0, 1]), weight=pd.Series([1.0, 2.0], index=[1, 0])),
        r"pass \.to_numpy\(\)",
        lambda: km.nps(pd.Series([10, 9]), weight=pd.Series([1.0, 2.0], index=[1, 0]).to_numpy()),
    ),
    "keys of two types": (
        lambda: km.measure(ANSWERS.assign(shop=pd.Series([1, "1", 2, 2], dtype=object)), km.NPS("nps"), by="shop"),
        "Convert all of them to text",
        lambda: km.measure(
            ANSWERS.assign(shop=pd.Series([1, "1", 2, 2], dtype=object).astype(str)), km.NPS("nps"), by="shop"
        ),
    ),
    "keys that are floats": (
        lambda: km.measure(ANSWERS.assign(shop=[1.0, 1.0, None, 2.0]), km.NPS("nps"), by="shop"),
        "read the column as Int64",
        lambda: km.measure(ANSWERS.assign(shop=pd.array([1, 1, None, 2], dtype="Int64")), km.NPS("nps"), by="shop"),
    ),
    "a key that names a column of the result": (
        lambda: km.measure(ANSWERS.rename(columns={"shop": "value"}), km.NPS("nps"), by="value"),
        "rename it first",
        lambda: km.measure(ANSWERS.rename(columns={"shop": "place"}), km.NPS("nps"), by="place"),
    ),
    "periods of pandas": (
        lambda: km.measure(late(), km.NPS("nps"), period="month", date="at"),
        r"\.dt\.to_timestamp\(\)",
        lambda: km.measure(late().assign(at=late()["at"].dt.to_timestamp()), km.NPS("nps"), period="month", date="at"),
    ),
    "dates as texts": (
        lambda: km.measure(ANSWERS.assign(at="01.02.2026"), km.NPS("nps"), period="month", date="at"),
        "pandas.to_datetime and an explicit format",
        lambda: km.measure(
            ANSWERS.assign(at=pd.to_datetime(pd.Series(["01.02.2026"] * 4), format="%d.%m.%Y")),
            km.NPS("nps"),
            period="month",
            date="at",
        ),
    ),
    "counts that are grouped already": (
        lambda: km.measure(SPLIT_KEYS.counts, km.NPS("nps"), by="shop"),
        r'km\.measure\(counts, metrics\)\.total\("region"\)',
        lambda: km.measure(SPLIT_KEYS.counts, km.NPS("nps")).total(),
    ),
    "several groups for one estimate": (
        lambda: km.NPS("nps").estimate(SPLIT_KEYS.counts, 0.95),
        r"counts\.margin\(\) is their sum",
        lambda: km.NPS("nps").estimate(SPLIT_KEYS.counts.margin(), 0.95),
    ),
    "plain numbers compared": (
        lambda: km.compare([10, 9], [3, 4]),
        r"km\.compare\(km\.nps\(after\), km\.nps\(before\)\)",
        lambda: km.compare(km.nps([10, 9]), km.nps([3, 4])),
    ),
    "a percentage for a confidence": (
        lambda: km.nps([10, 9], confidence=95),
        r"Write 0\.95 for 95 percent",
        lambda: km.nps([10, 9], confidence=0.95),
    ),
    "a sum over clusters": (
        lambda: km.measure(ANSWERS.assign(c=[1, 2, 1, 2]), km.NPS("nps"), by="shop", cluster="c").overall(),
        "Measure again without the key",
        lambda: km.measure(ANSWERS.assign(c=[1, 2, 1, 2]), km.NPS("nps"), cluster="c").overall(),
    ),
    "clusters of two parts": (
        lambda: (
            km.measure(ANSWERS.assign(c=[1, 2, 1, 2]), km.NPS("nps"), cluster="c").counts
            + km.measure(ANSWERS.assign(c=[1, 2, 1, 2]), km.NPS("nps"), cluster="c").counts
        ),
        "Measure the rows of both at once",
        lambda: km.measure(pd.concat([ANSWERS, ANSWERS]).assign(c=[1, 2] * 4), km.NPS("nps"), cluster="c").counts,
    ),
    "answers without a cluster": (
        lambda: km.measure(ANSWERS.assign(c=pd.array([1, 2, None, 2], dtype="Int64")), km.NPS("nps"), cluster="c"),
        "Give each anonymous answer a cluster of its own",
        lambda: km.measure(ANSWERS.assign(c=["1", "2", "anonymous 1", "2"]), km.NPS("nps"), cluster="c"),
    ),
    "a result without a chart": (
        lambda: retention.overlap(["a"], ["a", "b"]).plot(),
        r"Draw what its to_frame\(\) returns",
        lambda: retention.overlap(["a"], ["a", "b"]).to_frame(),
    ),
    "contracts without their ends": (
        lambda: retention.tenures(CONTRACTS.rename(columns={"churned_at": "gone"}), observed_until=UNTIL),
        "end= with the name of your column",
        lambda: retention.tenures(CONTRACTS.rename(columns={"churned_at": "gone"}), observed_until=UNTIL, end="gone"),
    ),
    "nobody has left": (
        lambda: retention.ledger(CONTRACTS.drop(columns="churned_at"), observed_until=UNTIL),
        "If nobody has left, add a column 'churned_at' of missing times",
        lambda: retention.ledger(CONTRACTS.assign(churned_at=pd.NaT), observed_until=UNTIL),
    ),
    "cohorts of contracts": (
        lambda: retention.cohorts(CONTRACTS, observed_until=UNTIL),
        "contract_cohorts, ledger and tenures take it",
        lambda: retention.ledger(CONTRACTS, observed_until=UNTIL),
    ),
    "cohorts of contracts, the other way": (
        lambda: retention.cohorts(CONTRACTS, observed_until=UNTIL),
        "contract_cohorts, ledger and tenures take it",
        lambda: retention.contract_cohorts(CONTRACTS, observed_until=UNTIL),
    ),
    "revenue in two currencies": (
        lambda: retention.revenue([1.0, 2.0], [2.0, 2.0], currency=["EUR", "USD"]),
        "Convert to one currency first",
        lambda: retention.revenue([1.0, 2.0], [2.0, 2.0], currency=["EUR", "EUR"]),
    ),
    "a lifetime without its unit": (
        lambda: (
            retention.ShiftedBetaGeo()
            .fit(retention.Renewals.from_survivors([1000, 869, 743, 653]))
            .lifetime(annual_discount=0.1)
        ),
        'unit="month"',
        lambda: (
            retention.ShiftedBetaGeo()
            .fit(retention.Renewals.from_survivors([1000, 869, 743, 653], unit="year"))
            .lifetime(annual_discount=0.1)
        ),
    ),
    "amounts in two currencies": (
        lambda: clv.purchases(LOG.assign(currency=["EUR", "USD", "EUR", "EUR"]), observed_until=UNTIL),
        "Convert the amounts first",
        lambda: clv.purchases(LOG, observed_until=UNTIL),
    ),
    "a base in another unit": (
        lambda: fit().probability_alive(purchases=base("day")),
        r"to_unit\('week'\)",
        lambda: fit().probability_alive(purchases=base("day").to_unit("week")),
    ),
    "an end with a zone for a log without": (
        lambda: clv.purchases(LOG, observed_until=pd.Timestamp("2026-03-31", tz="UTC")),
        "Give a date, or localise the times of the data",
        lambda: clv.purchases(LOG, observed_until=UNTIL),
    ),
    "an end with a zone, the other way": (
        lambda: clv.purchases(LOG, observed_until=pd.Timestamp("2026-03-31", tz="UTC")),
        "Give a date, or localise the times of the data",
        lambda: clv.purchases(AWARE, observed_until=pd.Timestamp("2026-03-31", tz="UTC")),
    ),
    "ids of two types": (
        lambda: clv.purchases(LOG.assign(customer_id=pd.Series([1, "1", 2, 3], dtype=object)), observed_until=UNTIL),
        "Turn all ids into strings",
        lambda: clv.purchases(
            LOG.assign(customer_id=pd.Series([1, "1", 2, 3], dtype=object).astype(str)), observed_until=UNTIL
        ),
    ),
    "dates of leaving under another name": (
        lambda: clv.purchases(
            LOG,
            observed_until=UNTIL,
            customers=pd.DataFrame(
                {"customer_id": [1, 2, 3], "acquired_at": pd.Timestamp("2026-01-01"), "Churned_at": pd.NaT}
            ),
        ),
        "Rename 'Churned_at' to 'churned_at'",
        lambda: clv.purchases(
            LOG,
            observed_until=UNTIL,
            customers=pd.DataFrame(
                {"customer_id": [1, 2, 3], "acquired_at": pd.Timestamp("2026-01-01"), "churned_at": pd.NaT}
            ),
        ),
    ),
    "a horizon of too many periods": (
        lambda: clv.lifetime_value(fit(), 1.0, horizon="1000 years", annual_discount=0.1, margin=1.0),
        'period="year"',
        lambda: clv.lifetime_value(fit(), 1.0, horizon="1000 years", annual_discount=0.1, margin=1.0, period="year"),
    ),
    "a horizon of too many years": (
        lambda: clv.lifetime_value(fit(), 1.0, horizon="20000 years", annual_discount=0.1, margin=1.0, period="year"),
        "Pass horizon=None to look for ever",
        lambda: clv.lifetime_value(fit(), 1.0, horizon=None, annual_discount=0.1, margin=1.0, period="year"),
    ),
    "values of a base without amounts": (
        lambda: clv.historic_value(base()),
        "clv.purchases from a log with amounts",
        lambda: clv.historic_value(clv.purchases(LOG, observed_until=UNTIL)),
    ),
    "customers who spent nothing": (
        lambda: clv.GammaGamma().fit(base(spend=spend(0.0, 1.0))),
        'invalid="exclude"',
        lambda: clv.GammaGamma().fit(base(spend=spend(0.0, 1.0)), invalid="exclude"),
    ),
    "customers whose purchases do not differ": (
        lambda: clv.GammaGamma().fit(base(spend=spend(0.0, 0.0)), invalid="exclude"),
        "Use each customer's mean spend",
        lambda: clv.lifetime_value(fit(), [9.0 + x for x in X] * 40, horizon=52, annual_discount=0.1, margin=1.0),
    ),
    "no customer bought again": (
        lambda: clv.ModifiedBetaGeo().fit(clv.Purchases.from_summary([0] * 9, [0] * 9, [9] * 9, unit="week")),
        "Observe the customers for longer",
        fit,
    ),
    "nobody bought twice a period": (
        lambda: clv.BetaGeo().fit(clv.Purchases.from_summary([0] * 9, [0] * 9, [9] * 9, unit="week")),
        "Observe the customers for longer",
        lambda: clv.NBD().fit(
            clv.Purchases.from_summary([0, 0, 0, 1, 2, 5, 9], [0, 0, 0, 9, 12, 20, 30], [39] * 7, unit="week")
        ),
    ),
    "too few kinds of customers": (
        lambda: clv.ModifiedBetaGeo().fit(clv.Purchases.from_summary([0, 1], [0, 3], [9, 9], unit="week")),
        "Add customers",
        fit,
    ),
    "a Kano table that is wide": (
        lambda: kano.classify({"a_pos": [1], "a_neg": [5]}),
        r"pairs=km\.kano\.pair_columns",
        lambda: kano.classify(
            {"a_pos": [1], "a_neg": [5]},
            pairs=kano.pair_columns(["a_pos", "a_neg"], functional="{feature}_pos", dysfunctional="{feature}_neg"),
        ),
    ),
    "labels of one's own": (
        lambda: kano.classify({"feature": ["a"], "functional": ["top!"], "dysfunctional": [5]}),
        r"Pass labels=\{label: position\}",
        lambda: kano.classify({"feature": ["a"], "functional": ["top!"], "dysfunctional": [5]}, labels={"top!": 1}),
    ),
    "positions as texts": (
        lambda: kano.classify({"feature": ["a"], "functional": ["1"], "dysfunctional": ["5"]}),
        "pandas.to_numeric",
        lambda: kano.classify(
            {
                "feature": ["a"],
                "functional": pd.to_numeric(pd.Series(["1"])),
                "dysfunctional": pd.to_numeric(pd.Series(["5"])),
            }
        ),
    ),
    "complaints without sales": (
        lambda: km.measure(ANSWERS, km.TGW()),
        r'km\.TGW\("complaints", "sales"\)',
        lambda: km.measure(ANSWERS.assign(complaints=1, sales=9), km.TGW("complaints", "sales")),
    ),
    "naive times and the zone of an office": (
        lambda: complaints.BusinessHours(time_zone="Europe/Berlin").hours(LOG["occurred_at"], LOG["occurred_at"]),
        'times_in="UTC"',
        lambda: complaints.BusinessHours(time_zone="Europe/Berlin", times_in="UTC").hours(
            LOG["occurred_at"], LOG["occurred_at"]
        ),
    ),
    "a chain ladder with negative steps": (
        lambda: complaints.nowcast([[5, -3, 1], [4, 2, np.nan], [6, np.nan, np.nan]], method="over_dispersed_poisson"),
        "method='mack'",
        lambda: complaints.nowcast([[5, -3, 1], [4, 2, np.nan], [6, np.nan, np.nan]], method="mack"),
    ),
    "booleans": (lambda: km.nps([True]), "write the number it stands for", lambda: km.nps([int(True)])),
    "a decimal comma": (
        lambda: km.nps(["9,0"]),
        "write a decimal point",
        lambda: km.nps([float("9,0".replace(",", "."))]),
    ),
    "answers on another scale": (
        lambda: km.measure({"question": ["nps"] * 2, "score": [4, 9], "scale": ["1..5", "0..10"]}, km.NPS()),
        "convert them to 0..10",
        lambda: km.measure({"question": ["nps"] * 2, "score": [8, 9], "scale": ["0..10", "0..10"]}, km.NPS()),
    ),
    "an end of observation in another form": (
        lambda: clv.purchases(LOG, observed_until="31.03.2026"),
        "Accepted are an ISO date",
        lambda: clv.purchases(LOG, observed_until="2026-03-31"),
    ),
    "a unit that is none": (
        lambda: fit().expected_purchases("3 fortnights"),
        "also in the plural",
        lambda: fit().expected_purchases("6 weeks"),
    ),
    "refunds in a log": (
        lambda: clv.purchases(REFUNDED, observed_until=UNTIL),
        'refunds="net" or refunds="drop"',
        lambda: (
            clv.purchases(REFUNDED, observed_until=UNTIL, refunds="net"),
            clv.purchases(REFUNDED, observed_until=UNTIL, refunds="drop"),
        ),
    ),
    "purchases without a moment": (
        lambda: clv.purchases(
            LOG.assign(occurred_at=LOG["occurred_at"].where(LOG["amount"] > 5)), observed_until=UNTIL
        ),
        'invalid="exclude"',
        lambda: clv.purchases(
            LOG.assign(occurred_at=LOG["occurred_at"].where(LOG["amount"] > 5)), observed_until=UNTIL, invalid="exclude"
        ),
    ),
    "a log without amounts": (
        lambda: clv.GammaGamma().fit(clv.purchases(LOG.drop(columns="amount"), observed_until=UNTIL)),
        r"km\.clv\.purchases\(\.\.\., amount=\.\.\.\)",
        lambda: clv.purchases(LOG.rename(columns={"amount": "paid"}), observed_until=UNTIL, amount="paid").spend,
    ),
    "percentages for counts": (
        lambda: retention.Renewals.from_survivors([100.0, 86.9, 74.3], unit="year"),
        "multiply percentages by the size of the cohort",
        lambda: retention.Renewals.from_survivors([1000, 869, 743], unit="year"),
    ),
    "more retained than there were": (
        lambda: km.retention_rate(10, 12),
        "use km.retention.ledger",
        lambda: retention.ledger(CONTRACTS, observed_until=UNTIL),
    ),
    "more retained than there were, as new": (
        lambda: km.retention_rate(10, 12),
        "Customers who came back count as new",
        lambda: km.retention_rate(10, 12, new=3),
    ),
    "a triangle with a hole": (
        lambda: complaints.nowcast([[5, np.nan, 1], [4, 2, np.nan], [6, np.nan, np.nan]]),
        "Leave the cells that cannot be known yet NaN",
        lambda: complaints.nowcast([[5, 3, 1], [4, 2, np.nan], [6, np.nan, np.nan]]),
    ),
    "units in service as a denominator": (
        lambda: km.TGW(denominator="units_in_service"),
        "km.complaints.units_in_service",
        lambda: complaints.units_in_service(LOG["occurred_at"], period="month", observed_until=UNTIL),
    ),
    "a ledger of a log": (
        lambda: retention.ledger(LOG, observed_until=UNTIL),
        "retention.inactivity shows what a window costs",
        lambda: (
            retention.inactivity(LOG, observed_until=UNTIL),
            retention.ledger(LOG, observed_until=UNTIL, window=1),
        ),
    ),
    "a horizon in months": (
        lambda: retention.repeat_purchase_rate(LOG, observed_until=UNTIL, horizon="2 months"),
        "count days",
        lambda: retention.repeat_purchase_rate(LOG, observed_until=UNTIL, horizon="60 days"),
    ),
    "an estimate that rests on no counts": (
        lambda: km.compare(km.Estimate(metric="nps", value=1.0, n=1, unit="points", method="x"), km.nps([1])),
        "Those of km.nps, km.csat",
        lambda: km.compare(km.nps([9]), km.nps([1])),
    ),
    "shares of an expectation": (
        lambda: km.planning.answers_for(km.NPS(), half_width=5, like=[0.5, 0.2, 0.2, 0.1]),
        "Give one share a step",
        lambda: km.planning.answers_for(km.NPS(), half_width=5, like=[0.5, 0.3, 0.2]),
    ),
    "decimal marks that read two ways": (
        lambda: csv(ROW.format(date="2026-01-02", amount="1.299")),
        r'Say decimal="," or decimal="\."',
        lambda: csv(ROW.format(date="2026-01-02", amount="1.299"), decimal=","),
    ),
    "dates that read two ways": (
        lambda: csv(ROW.format(date="03/04/2026", amount="1,50")),
        "Say dates='%d/%m/%Y'",
        lambda: csv(ROW.format(date="03/04/2026", amount="1,50"), dates="%d/%m/%Y"),
    ),
    "a workbook that is text": (
        lambda: km.read_excel(io.BytesIO(ROW.format(date="2026-01-02", amount="1,50").encode()), km.Interaction),
        "Read a CSV file with km.read_csv",
        lambda: csv(ROW.format(date="2026-01-02", amount="1,50")),
    ),
    "an empty list of records": (
        lambda: km.to_frame([]),
        "Name the model for an empty list",
        lambda: km.to_frame([], model=km.Customer),
    ),
}
"""A call that is refused, what the error advises, and the call that follows it."""


@pytest.mark.parametrize("name", CASES)
def test_following_an_advice_changes_the_outcome(name: str) -> None:
    broken, advice, followed = CASES[name]
    with pytest.raises(KundenmetrikError, match=advice):
        broken()
    assert followed() is not None
