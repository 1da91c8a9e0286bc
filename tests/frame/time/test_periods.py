"""Calendar periods against Python's own calendar, in every time zone and unit."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidType, UnknownName
from kundenmetrik.frame.time.periods import PERIODS, local_times, period_codes, period_labels

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Auckland", "America/Sao_Paulo")
INSTANTS = st.datetimes(datetime(1800, 1, 2), datetime(2200, 1, 1))
CHANGES = st.sampled_from(
    [datetime(2026, 3, 29, 1), datetime(2026, 10, 25, 1), datetime(2026, 12, 31, 23), datetime(2025, 12, 29)]
)


def name_of(day: datetime | date, period: str) -> str:
    year, week, _ = day.isocalendar()
    return {
        "day": f"{day:%Y-%m-%d}",
        "week": f"{year}-W{week:02d}",
        "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}-Q{(day.month + 2) // 3}",
        "year": f"{day.year}",
    }[period]


def names(values: object, period: str, zone: str | None = None) -> list[str]:
    codes = period_codes(local_times(values, "day", zone), period)
    return period_labels(codes, period)


@given(st.lists(INSTANTS | CHANGES, min_size=1, max_size=8), st.sampled_from(ZONES), st.sampled_from(list(PERIODS)))
def test_a_period_is_that_of_the_wall_clock_in_the_zone(moments: list[datetime], zone: str, period: str) -> None:
    aware = [moment.replace(tzinfo=UTC) for moment in moments]
    expected = [name_of(moment.astimezone(ZoneInfo(zone)), period) for moment in aware]
    column = pd.Series(np.array(moments, dtype="datetime64[us]")).dt.tz_localize("UTC")
    assert names(column, period, zone) == expected
    assert names(column.dt.tz_convert(ZoneInfo(zone)), period) == expected
    assert names(pd.Series(aware, dtype=object), period, zone) == expected
    assert names(pd.Series([one.astimezone(ZoneInfo(zone)) for one in aware], dtype=object), period) == expected


@given(st.lists(INSTANTS, min_size=1, max_size=8), st.sampled_from(list(PERIODS)))
def test_naive_times_are_taken_as_they_stand_in_every_form(moments: list[datetime], period: str) -> None:
    expected = [name_of(moment, period) for moment in moments]
    whole = [moment.replace(microsecond=0) for moment in moments]
    for unit in ("s", "ms", "us", "ns"):
        assert names(pd.Series(np.array(whole, dtype=f"datetime64[{unit}]")), period) == expected
    assert names(pd.Series(moments, dtype=object), period) == expected
    assert names([moment.date() for moment in moments], period) == expected
    assert names(np.array(moments, dtype="datetime64[D]"), period) == expected


@given(st.lists(INSTANTS, min_size=1, max_size=8), st.sampled_from(list(PERIODS)))
def test_arrow_columns_give_the_same(moments: list[datetime], period: str) -> None:
    pa = pytest.importorskip("pyarrow")
    expected = [name_of(moment, period) for moment in moments]
    for unit in ("s", "ms", "us"):
        whole = [moment.replace(microsecond=0) for moment in moments]
        assert names(pd.Series(whole, dtype=pd.ArrowDtype(pa.timestamp(unit))), period) == expected
    days = pd.Series([moment.date() for moment in moments], dtype=pd.ArrowDtype(pa.date32()))
    assert names(days, period) == expected
    zoned = pd.Series([moment.replace(tzinfo=UTC) for moment in moments])
    arrow = zoned.astype(pd.ArrowDtype(pa.timestamp("us", tz="Europe/Berlin")))
    assert names(arrow, period) == [name_of(one.astimezone(ZoneInfo("Europe/Berlin")), period) for one in zoned]


@pytest.mark.parametrize(
    ("day", "week"),
    [
        ("2024-12-29", "2024-W52"),
        ("2024-12-30", "2025-W01"),
        ("2026-12-31", "2026-W53"),
        ("2027-01-03", "2026-W53"),
        ("2027-01-04", "2027-W01"),
        ("1969-12-31", "1970-W01"),
    ],
)
def test_weeks_at_the_turn_of_the_year_are_iso_weeks(day: str, week: str) -> None:
    assert names(pd.Series([pd.Timestamp(day)]), "week") == [week]


def test_labels_of_early_years_sort_as_they_follow() -> None:
    days = pd.Series(np.array(["0001-01-01", "0999-06-01", "1000-01-01", "9999-12-31"], dtype="datetime64[s]"))
    for period in PERIODS:
        found = names(days, period)
        assert found == sorted(found)
        assert all(label[4:5] in ("", "-") for label in found)


def test_both_hours_of_the_clock_change_are_the_same_day() -> None:
    twice = pd.Series(pd.date_range("2026-10-25 00:00", periods=3, freq="h", tz="UTC"))
    assert names(twice, "day", "Europe/Berlin") == ["2026-10-25"] * 3
    skipped = pd.Series([pd.Timestamp("2026-03-29 01:00", tz="UTC")])
    assert names(skipped, "day", "Europe/Berlin") == ["2026-03-29"]


def test_missing_times_are_missing() -> None:
    for values in (
        pd.Series([pd.NaT, pd.Timestamp("2026-01-01")]),
        [None, date(2026, 1, 1)],
        [pd.NA, np.datetime64("2026-01-01")],
    ):
        table = km.measure({"day": values, "nps": [1, 2]}, km.NPS("nps"), period="month", date="day")
        assert table.groups.keys == (("2026-01",), (None,))
    nothing = km.measure({"day": [None, None], "nps": [1, 2]}, km.NPS("nps"), period="month", date="day")
    assert nothing.groups.keys == ((None,),)


@pytest.mark.parametrize(
    "values",
    [
        ["2026-01-01"],
        [20260101],
        [1.5],
        [True],
        [time(1)],
        [timedelta(1)],
        [date(2026, 1, 1), "2026-01-02"],
    ],
    ids=str,
)
def test_what_is_no_date_is_refused_with_a_remedy(values: list[object]) -> None:
    with pytest.raises(InvalidType, match=r"^day must hold dates or times, not .*to_datetime"):
        local_times(values, "day", None)


def test_clocks_are_not_mixed_and_zones_not_guessed() -> None:
    naive, aware = datetime(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(InvalidArgument, match="all with a time zone or all without"):
        local_times([naive, aware], "day", None)
    with pytest.raises(InvalidArgument, match="be left out because day has no time zone"):
        local_times([naive], "day", "Europe/Berlin")
    several = [aware, datetime(2026, 1, 1, tzinfo=timezone(timedelta(hours=9)))]
    with pytest.raises(InvalidArgument, match=r"^time_zone must be given because day has several"):
        local_times(several, "day", None)
    assert names(several, "day", "UTC") == ["2026-01-01", "2025-12-31"]


@pytest.mark.parametrize("zone", ["Europe", "", "Berlin", "../etc", 5, "europe\x00", ["UTC"]], ids=repr)
def test_an_unknown_zone_is_told(zone: object) -> None:
    with pytest.raises(InvalidArgument, match=r"^time_zone must be the name of a time zone"):
        local_times([datetime(2026, 1, 1, tzinfo=UTC)], "day", zone)
    with pytest.raises(UnknownName, match="'month'"):
        period_codes(local_times([date(2026, 1, 1)], "day", None), "monthly")
    with pytest.raises(InvalidArgument, match="time_zone"):
        km.measure({"nps": [1]}, km.NPS("nps"), time_zone="UTC")
