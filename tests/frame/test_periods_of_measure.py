"""Periods that people use beside the calendar's: fiscal years, weekdays, hours, and the month that is not over yet."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, KundenmetrikError
from kundenmetrik.frame.grouping import grouping

RNG = np.random.default_rng(7)
TIMES = pd.Series(pd.Timestamp("2024-01-01") + pd.to_timedelta(RNG.integers(0, 2 * 365 * 86400, 900), unit="s"))
FRAME = pd.DataFrame({"at": TIMES, "nps": RNG.integers(0, 11, 900), "shop": RNG.choice(["A", "B"], 900)})
NPS = km.NPS("nps")
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def counted(**options: Any) -> pd.Series:
    table = km.measure(FRAME, NPS, date="at", **options).to_frame()
    return table.set_index(table.columns[0])["n"]


@pytest.mark.parametrize("year_start", [2, 4, 7, 12])
def test_fiscal_years_and_quarters_begin_with_their_month(year_start: int) -> None:
    months = TIMES.dt.year * 12 + TIMES.dt.month - year_start
    first, quarter = months // 12, months % 12 // 3 + 1
    years = first.astype(str) + "/" + ((first + 1) % 100).map("{:02d}".format)
    found = counted(period="year", year_start=year_start)
    assert found[found > 0].to_dict() == years.value_counts().to_dict()
    found = counted(period="quarter", year_start=year_start)
    assert found[found > 0].to_dict() == (years + "-Q" + quarter.astype(str)).value_counts().to_dict()


def test_fiscal_periods_follow_each_other() -> None:
    table = km.measure(FRAME, NPS, period="quarter", date="at", year_start=4)
    before = table.compare(baseline="previous").to_frame()
    assert before[["period", "baseline"]].iloc[0].tolist() == ["2024/25-Q1", "2023/24-Q4"]
    last = table.compare(baseline="previous_year").to_frame()
    assert last[["period", "baseline"]].iloc[1].tolist() == ["2025/26-Q1", "2024/25-Q1"]
    assert km.rolling(table, 4).to_frame()["n"].iloc[3] == table.to_frame()["n"].iloc[:4].sum()
    assert counted(period="quarter", year_start=1).to_dict() == counted(period="quarter").to_dict()


def test_weekdays_and_hours_are_groups_of_their_own_name() -> None:
    weekdays = counted(period="weekday")
    assert weekdays.index.name == "weekday"
    assert weekdays.index.tolist() == DAYS
    assert weekdays.to_dict() == TIMES.dt.day_name().value_counts().to_dict()
    assert counted(period="hour").to_dict() == TIMES.dt.hour.value_counts().to_dict()
    few = km.measure(FRAME.head(3).assign(at=[pd.NaT, TIMES[1], TIMES[2]]), NPS, period="weekday", date="at")
    assert len(few) == 8
    assert few[None].n == 1
    with pytest.raises(KundenmetrikError):
        km.rolling(few, 2)


def test_hours_are_those_of_the_zone() -> None:
    zoned = FRAME.assign(at=TIMES.dt.tz_localize("UTC"))
    found = km.measure(zoned, NPS, period="hour", date="at", time_zone="Europe/Berlin").to_frame()
    expected = zoned["at"].dt.tz_convert("Europe/Berlin").dt.hour.value_counts()
    assert dict(zip(found["hour"], found["n"], strict=True)) == expected.to_dict()


@pytest.mark.parametrize(
    ("until", "last", "unfinished"),
    [
        ("2025-12-31", "2025-12", False),
        ("2026-01-31", "2026-01", False),
        ("2026-01-30", "2026-01", True),
        ("2026-02-10", "2026-02", True),
        (pd.Timestamp("2026-01-31 23:59:58"), "2026-01", True),
    ],
    ids=str,
)
def test_the_unfinished_period_is_noted_and_periods_reach_to_the_end(
    until: object, last: str, unfinished: bool
) -> None:
    table = km.measure(FRAME, NPS, by="shop", period="month", date="at", observed_until=until)
    frame = table.to_frame()
    assert frame["period"].max() == last
    noted = frame.loc[frame["notes"].str.contains("period_incomplete"), "period"]
    assert set(noted) == ({last} if unfinished else set())
    assert ("period_incomplete" in table["A", last].notes) == unfinished
    whole = km.measure(FRAME, NPS, by="shop", period="month", date="at").to_frame()
    seen = frame[frame["period"].isin(whole["period"])]
    assert seen["value"].tolist() == pytest.approx(whole["value"].tolist(), nan_ok=True)


@pytest.mark.parametrize(("hour", "last"), [("22:30", "2026-01"), ("23:30", "2026-02")])
def test_the_end_of_observation_is_read_on_the_clock_of_the_zone(hour: str, last: str) -> None:
    zoned = FRAME.assign(at=TIMES.dt.tz_localize("UTC"))
    until = f"2026-01-31T{hour}:00+00:00"
    table = km.measure(zoned, NPS, period="month", date="at", time_zone="Europe/Berlin", observed_until=until)
    assert table.to_frame()["period"].iloc[-1] == last
    assert "period_incomplete" in table[last].notes


def test_what_does_not_fit_is_told() -> None:
    with pytest.raises(InvalidData, match=r"at must lie no later than observed_until; \d+ of 900"):
        km.measure(FRAME, NPS, period="month", date="at", observed_until="2025-06-30")
    for options, told in (
        ({"observed_until": "2025-12-31"}, "observed_until must be left out without a period"),
        ({"year_start": 4}, "year_start must be left out without a period"),
        ({"period": "month", "date": "at", "year_start": 4}, "only years and quarters move"),
        ({"period": "year", "date": "at", "year_start": 13}, "year_start must be"),
        ({"period": "hour", "date": "at", "observed_until": "2025-12-31"}, "which has no end"),
        ({"period": "fortnight", "date": "at"}, "'weekday', 'hour'"),
    ):
        with pytest.raises(InvalidArgument, match=told):
            km.measure(FRAME, NPS, **options)
    kept = km.measure(FRAME, NPS).counts
    with pytest.raises(InvalidArgument, match="observed_until must be left out for counts"):
        km.measure(kept, NPS, observed_until="2025-12-31")
    assert grouping(FRAME, by=None, period="year", date="at", observed_until="2025-12-31").incomplete is None
