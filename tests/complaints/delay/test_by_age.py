"""Complaints by months in service: every cell counted one by one, cells that cannot be seen, and the curve."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.complaints import mean_cumulative, tgw_by_age
from kundenmetrik.complaints.delay.mean_cumulative import VARIANCES
from kundenmetrik.errors import InvalidArgument, InvalidData, UnknownName
from kundenmetrik.frame.time.months import months_between

END = pd.Timestamp("2025-01-01")
stamps = st.datetimes(pd.Timestamp("2019-01-01").to_pydatetime(), pd.Timestamp("2026-12-31").to_pydatetime())


def log(seed: int, customers: int = 120) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for customer in range(customers):
        bought = pd.Timestamp("2024-01-01") + pd.Timedelta(minutes=int(rng.integers(0, 330 * 1440)))
        rows.append((customer, "purchase", bought))
        for _ in range(rng.poisson(1.5)):
            rows.append((customer, "complaint", bought + pd.Timedelta(minutes=int(rng.integers(1, 300 * 1440)))))
        if rng.random() < 0.2:
            rows.append((customer + 10_000, "complaint", bought))
    frame = pd.DataFrame(rows, columns=["customer_id", "kind", "occurred_at"])
    return frame[frame["occurred_at"] < END].sample(frac=1, random_state=1, ignore_index=True)


@given(start=stamps, end=stamps)
def test_months_between(start: datetime, end: datetime) -> None:
    """A month is over when the clock of dateutil, which clamps to the last day of a month, has passed it."""
    if end < start:
        start, end = end, start
    apart = months_between(np.array([start], "datetime64[us]"), np.array([end], "datetime64[us]"))[0]
    assert start + relativedelta(months=int(apart)) <= end
    assert start + relativedelta(months=int(apart) + 1) > end


def test_leap_days() -> None:
    start, end = (
        np.array(days, "datetime64[us]") for days in (["2024-02-29"] * 3, ["2025-02-27", "2025-02-28", "2028-02-29"])
    )
    assert months_between(start, end).tolist() == [11, 12, 48]


@pytest.mark.parametrize("seed", range(6))
def test_every_cell_counted_one_by_one(seed: int) -> None:
    frame = log(seed)
    found = tgw_by_age(frame, observed_until="2024-12-31")
    bought = frame[frame.kind == "purchase"].set_index("customer_id")["occurred_at"]
    at_risk: dict[tuple[str, int], int] = {}
    had: dict[tuple[str, int], int] = {}
    lost = {"unmatched": 0, "unfinished_month": 0}
    for _, start in bought.items():
        age = 0
        while start + relativedelta(months=age + 1) <= END:
            at_risk[f"{start:%Y-%m}", age] = at_risk.get((f"{start:%Y-%m}", age), 0) + 1
            age += 1
    for row in frame[frame.kind == "complaint"].itertuples():
        if row.customer_id not in bought.index:
            lost["unmatched"] += 1
            continue
        start = bought[row.customer_id]
        age = 0
        while start + relativedelta(months=age + 1) <= row.occurred_at:
            age += 1
        if start + relativedelta(months=age + 1) > END:
            lost["unfinished_month"] += 1
        else:
            had[f"{start:%Y-%m}", age] = had.get((f"{start:%Y-%m}", age), 0) + 1
    cells = found.to_frame()
    for row in cells.itertuples():
        assert row.at_risk == at_risk.get((row.cohort, row.age), 0)
        assert row.complaints == had.get((row.cohort, row.age), 0)
        assert math.isnan(row.tgw) == (row.at_risk == 0)
        assert (row.note == "not_observed_yet") == (row.at_risk == 0)
    assert cells.at_risk.sum() == sum(at_risk.values())
    assert dict(found.excluded) == {reason: count for reason, count in lost.items() if count}


def test_the_curve_is_the_sum_over_ages() -> None:
    found = tgw_by_age(log(3), observed_until="2024-12-31")
    table = found.cumulative()
    steps = found.complaints.sum(axis=0) / found.at_risk.sum(axis=0)
    np.testing.assert_allclose(table["tgw"], 1000 * np.cumsum(steps))
    assert table["months"].tolist() == list(range(1, len(table) + 1))
    third = found.at(3)
    assert third.value == pytest.approx(table["tgw"][2])
    assert third.low == pytest.approx(table["low"][2])
    assert third.n == found.at_risk[:, 2].sum()
    assert third.at(confidence=0.5).low > third.low


def test_what_cannot_be_seen_yet_is_not_zero() -> None:
    found = tgw_by_age(log(3), observed_until="2024-12-31", ages=24)
    matrix = found.matrix()
    assert matrix.shape == (11, 24)
    assert matrix.iloc[0, 20:].isna().all()
    late = found.at(20)
    assert math.isnan(late.value)
    assert late.notes == ("not_observed_yet",)
    assert math.isnan(late.low)
    assert tgw_by_age(log(3), observed_until="2024-12-31", ages=2).excluded["beyond_ages"] > 0


def test_growing_sales_do_not_flatter_it() -> None:
    """Every unit has 0.3 complaints in its third month; sales double each month."""
    rows = []
    for month in range(1, 7):
        for unit in range(10 * 2**month):
            customer = 1000 * month + unit
            rows.append((customer, "purchase", pd.Timestamp(2024, month, 10)))
            due = pd.Timestamp(2024, month + 2, 15)
            if unit % 10 < 3 and due < pd.Timestamp("2024-07-20"):
                rows.append((customer, "complaint", due))
    frame = pd.DataFrame(rows, columns=["customer_id", "kind", "occurred_at"])
    found = tgw_by_age(frame, observed_until="2024-07-20")
    assert found.at(3).value == pytest.approx(300)
    assert found.at(2).value == 0
    assert found.at(2).high > 0


def test_moving_all_dates_changes_labels_only() -> None:
    frame = log(4)
    later = frame.assign(occurred_at=frame["occurred_at"] + pd.DateOffset(years=4))
    here, there = tgw_by_age(frame, observed_until="2024-12-31"), tgw_by_age(later, observed_until="2028-12-31")
    np.testing.assert_array_equal(here.at_risk, there.at_risk)
    np.testing.assert_array_equal(here.complaints, there.complaints)
    assert there.cohort == [label.replace("2024", "2028") for label in here.cohort]


def test_time_zones_and_refusals() -> None:
    frame = log(5)
    zoned = frame.assign(occurred_at=frame["occurred_at"].dt.tz_localize("UTC"))
    same = tgw_by_age(zoned, observed_until="2024-12-31")
    np.testing.assert_array_equal(same.at_risk, tgw_by_age(frame, observed_until="2024-12-31").at_risk)
    noon = tgw_by_age(zoned, observed_until=pd.Timestamp("2024-12-31 12:00"))
    aware = tgw_by_age(zoned, observed_until=pd.Timestamp("2024-12-31 12:00", tz="UTC"))
    np.testing.assert_array_equal(noon.at_risk, aware.at_risk)
    with pytest.raises(InvalidArgument, match="time zone"):
        tgw_by_age(frame, observed_until=pd.Timestamp("2024-12-31", tz="UTC"))
    for wrong in ("2024-06-30", "soon", None, 2024.5):
        with pytest.raises(InvalidArgument, match="observed_until"):
            tgw_by_age(frame, observed_until=wrong)


@pytest.mark.parametrize(
    "day", ["2024-12-31", pd.Timestamp("2024-12-31"), np.datetime64("2024-12-31"), pd.Timestamp("2024-12-31").date()]
)
def test_a_day_is_the_whole_day_however_it_is_written(day: Any) -> None:
    frame = log(5)
    expected = tgw_by_age(frame, observed_until=pd.Timestamp("2024-12-31 23:59:59.999999"))
    assert tgw_by_age(frame, observed_until=day).at_risk.sum() >= expected.at_risk.sum()
    zoned = frame.assign(occurred_at=frame["occurred_at"].dt.tz_localize("Europe/Berlin"))
    np.testing.assert_array_equal(
        tgw_by_age(zoned, observed_until=day).at_risk, tgw_by_age(frame, observed_until=day).at_risk
    )


def test_columns_are_needed() -> None:
    frame = log(5)
    with pytest.raises(UnknownName, match="match"):
        tgw_by_age(frame, observed_until="2024-12-31", match="next")
    with pytest.raises(UnknownName, match="occurred_at"):
        tgw_by_age(frame.rename(columns={"occurred_at": "when"}), observed_until="2024-12-31")
    with pytest.raises(InvalidData, match="customer_id must be given in every row"):
        tgw_by_age(frame.assign(customer_id=None), observed_until="2024-12-31")


def brute_variance(age: np.ndarray, unit: np.ndarray, end: np.ndarray) -> list[float]:
    """Lawless and Nadeau's sum of squares, unit by unit."""
    times = np.unique(age)
    total, result = np.zeros(len(end)), []
    for time in times:
        at_risk, here = end >= time, age == time
        own = np.bincount(unit[here], minlength=len(end))
        total = total + at_risk / at_risk.sum() * (own - here.sum() / at_risk.sum())
        result.append(float((total**2).sum()))
    return result


@given(
    ends=st.lists(st.integers(0, 12), min_size=1, max_size=12),
    events=st.lists(st.tuples(st.integers(0, 11), st.integers(0, 12)), max_size=30),
)
def test_the_mean_cumulative_function_unit_by_unit(ends: list[int], events: list[tuple[int, int]]) -> None:
    kept = [(unit, age) for unit, age in events if unit < len(ends) and age <= ends[unit]]
    unit, age = (np.array([row[k] for row in kept], dtype=int) for k in (0, 1))
    end = np.array(ends)
    found = mean_cumulative(age, unit, end)
    for place, time in enumerate(found.age):
        assert found.at_risk[place] == (end >= time).sum()
        assert found.events[place] == (age == time).sum()
    np.testing.assert_allclose(found.variance, brute_variance(age, unit, end), atol=1e-9)
    for method in VARIANCES:
        low, high = mean_cumulative(age, unit, end, method=method).interval()
        assert (low <= found.mean).all()
        assert (found.mean <= high).all()


def test_refused_ages() -> None:
    with pytest.raises(InvalidArgument, match="event_age"):
        mean_cumulative([5], [0], [4])
    with pytest.raises(InvalidData, match="event_unit"):
        mean_cumulative([3], [1], [4])
    with pytest.raises(InvalidData, match="end_age"):
        mean_cumulative([3], [0], [-4])
    assert len(mean_cumulative([], [], [4]).age) == 0
