"""Both intervals of every segment of a measured table, against one call for each."""

from __future__ import annotations

import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.complaints import dispersed_rate, dispersed_rates
from kundenmetrik.errors import InvalidArgument, InvalidType

BAD = {"A": [4, 40, 7], "B": [15, 16, 14]}
FRAME = pd.DataFrame(
    {
        "month": pd.to_datetime(["2025-01-01", "2025-02-01", "2025-03-01"] * 2),
        "shop": ["A"] * 3 + ["B"] * 3,
        "bad": BAD["A"] + BAD["B"],
        "sold": [1000] * 6,
    }
)


def measured(**options: object) -> km.EstimateTable:
    given = {"by": "shop", "period": "month", "date": "month"} | options
    return km.measure(FRAME, km.TGW("bad", "sold", per=100), **given)


def test_each_segment_is_its_own_call() -> None:
    found = dispersed_rates(measured(confidence=0.9), method="quasi_poisson_t")
    assert len(found) == 2
    for shop, bad in BAD.items():
        alone = dispersed_rate(bad, [1000] * 3, per=100, confidence=0.9, method="quasi_poisson_t")
        one = found[shop]
        assert (one.rate, one.poisson, one.too_narrow) == (alone.rate, alone.poisson, alone.too_narrow)
    frame = found.to_frame().set_index("shop")
    assert frame["notes"].tolist() == ["overdispersed", ""]
    assert frame.loc["A", "low"] == found["A"].rate.low
    assert frame.loc["A", "poisson_high"] == found["A"].poisson.high
    assert frame["too_narrow"]["B"] == 1
    assert repr(found).startswith("TGW per 100 sales of 2 segments, 1 of them overdispersed")


def test_the_poisson_interval_is_the_total_s_own() -> None:
    table = measured()
    for shop in BAD:
        total, one = table.total("shop")[shop], dispersed_rates(table)[shop]
        ours = (one.poisson.value, one.poisson.low, one.poisson.high)
        assert ours == pytest.approx((total.value, total.low, total.high), rel=1e-12)


def test_the_unit_is_the_table_s_own() -> None:
    log = km.datasets.webshop(300, seed=2026).interactions
    matched = km.TGW(denominator="matched_sales", per=100, name="matched")
    table = km.measure(log, matched, period="month", date="occurred_at")
    for one in (dispersed_rates(table)[()], dispersed_rate(table)):
        assert {one.rate.unit, one.poisson.unit} == {"per 100 matched sales"}
        assert {one.rate.metric, one.poisson.metric} == {"matched"}


def test_periods_alone_are_one_segment() -> None:
    found = dispersed_rates(measured(by=None))
    assert len(found.to_frame()) == 1
    assert found[()].rate == dispersed_rate([19, 56, 21], [2000] * 3, per=100).rate


def test_tables_that_would_mislead_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="have a period"):
        dispersed_rates(km.measure(FRAME, km.TGW("bad", "sold"), by="shop"))
    with pytest.raises(InvalidArgument, match="not be a rolling table"):
        dispersed_rates(km.rolling(measured(), 2))
    with pytest.raises(InvalidArgument, match="rate, such as TGW"):
        dispersed_rates(km.measure({"nps": [1, 9]}, km.NPS("nps")))
    with pytest.raises(InvalidType, match=r"km\.measure"):
        dispersed_rates([1, 2])
    log = pd.DataFrame(
        {"customer_id": [1, 1], "kind": ["purchase", "complaint"], "occurred_at": FRAME["month"][:2], "points": [0, 5]}
    )
    by_severity = km.TGW(numerator="severity", severity="points", largest_severity=9)
    for metric, reason in ((by_severity, "severities"), (km.TGW(denominator="respondents"), "Measure again")):
        with pytest.raises(InvalidArgument, match=reason):
            dispersed_rates(km.measure(log, metric, period="month", date="occurred_at"))


def test_complaints_without_sales_are_said_beside_the_poisson_rate() -> None:
    days = pd.date_range("2025-01-01", periods=3, freq="MS")
    frame = pd.DataFrame({"month": days, "bad": [5, 9, 300], "sold": [1_000, 1_000, 0]})
    row = dispersed_rates(km.measure(frame, km.TGW("bad", "sold"), period="month", date="month")).to_frame().iloc[0]
    assert (row["value"], row["poisson"]) == (7.0, 157.0)
    assert "events_without_exposure" in row["notes"]
