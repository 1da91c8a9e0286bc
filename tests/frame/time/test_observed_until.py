from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.time.observed_until import observed_end

BERLIN = ZoneInfo("Europe/Berlin")
DAY = [
    "2026-03-31",
    "2026-03-31 00:00",
    "2026-03-31T00:00:00",
    date(2026, 3, 31),
    datetime(2026, 3, 31),
    pd.Timestamp("2026-03-31"),
    np.datetime64("2026-03-31"),
    np.datetime64("2026-03-31T00:00:00"),
]
REFUSED: list[Any] = [
    "04/03/2026",
    "31.03.2026",
    "20260403",
    "2026-03",
    "2026-W14",
    "2026-02-30",
    "2026-03-31T25:00",
    "today",
    "",
    " 2026-03-31",
    20260403,
    1.5,
    True,
    None,
    pd.NaT,
    np.datetime64("NaT", "ns"),
    np.datetime64("2026-03"),
    pd.Period("2026-03"),
    timedelta(1),
    ["2026-03-31"],
]


@pytest.mark.parametrize("value", DAY, ids=repr)
@pytest.mark.parametrize("zone", [None, BERLIN])
def test_a_date_or_naive_midnight_is_its_whole_day(value: object, zone: ZoneInfo | None) -> None:
    end = observed_end(value, zone)
    assert end.whole_day
    assert end.wall == np.datetime64("2026-04-01")
    assert end.instant == np.datetime64("2026-03-31T22:00" if zone else "2026-04-01T00:00")
    assert end.last_day == np.datetime64("2026-03-31").astype(int)
    assert end.cut == np.datetime64("2026-04-01")


@pytest.mark.parametrize(
    "value",
    [
        "2026-04-01T00:00+02:00",
        "2026-03-31 22:00:00Z",
        datetime(2026, 4, 1, tzinfo=BERLIN),
        datetime(2026, 3, 31, 22, tzinfo=UTC),
        pd.Timestamp("2026-04-01", tz="Europe/Berlin"),
    ],
    ids=repr,
)
def test_an_aware_midnight_is_an_instant(value: object) -> None:
    end = observed_end(value, BERLIN)
    assert not end.whole_day
    assert end.instant == end.last == np.datetime64("2026-03-31T22:00")
    assert end.wall == np.datetime64("2026-04-01T00:00")
    wall = np.array(["2026-04-01T00:00", "2026-04-01T00:00:00.000001"], "datetime64[us]")
    instants = wall - np.timedelta64(2, "h")
    assert end.after(wall, lambda: instants).tolist() == [False, True]  # type: ignore[return-value]
    with pytest.raises(InvalidArgument, match="have no time zone, as the times have none"):
        observed_end(value, None)


@pytest.mark.parametrize("value", ["2026-03-31 12:00", datetime(2026, 3, 31, 12), np.datetime64("2026-03-31T12")])
def test_other_naive_datetimes_are_instants_on_the_clock_of_the_log(value: object) -> None:
    assert observed_end(value, None).last == np.datetime64("2026-03-31T12:00")
    assert observed_end(value, BERLIN).last == np.datetime64("2026-03-31T10:00")
    assert observed_end(value, BERLIN).last_wall == np.datetime64("2026-03-31T12:00")


@pytest.mark.parametrize("value", REFUSED, ids=repr)
def test_anything_else_is_refused_with_what_is_accepted(value: object) -> None:
    said = r"^end must be a date such as '2026-03-31' or an instant such as '2026-03-31T14:30:00\+02:00', not "
    with pytest.raises(InvalidArgument, match=said):
        observed_end(value, None, "end")


def test_ends_beyond_what_a_column_can_tell() -> None:
    times = np.array(["2026-03-31", "NaT"], "datetime64[ns]")
    assert observed_end("9999-12-31", None).after(times).tolist() == [False, False]
    assert observed_end("0001-01-01", None).after(times).tolist() == [True, False]
    assert observed_end("9999-12-31", None).last_tick("ns", elapsed=False) == np.iinfo(np.int64).max


def test_ticks_of_every_resolution() -> None:
    for resolution, per_day in {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}.items():
        assert observed_end("1970-01-01", None).last_tick(resolution, elapsed=False) == per_day - 1
        assert observed_end("1970-01-01T12:00", None).last_tick(resolution, elapsed=False) == per_day // 2


def test_the_clock_that_is_shown_twice() -> None:
    # 25 October 2026, 02:30 in Berlin comes twice; the end is the second one, so that the first is before it
    end = observed_end(datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1), BERLIN)
    wall = np.array(["2026-10-25T02:45", "2026-10-25T02:15", "2026-10-25T02:45"], "datetime64[us]")
    instants = np.array(["2026-10-25T00:45", "2026-10-25T01:15", "2026-10-25T01:45"], "datetime64[us]")
    assert end.after(wall, lambda: instants).tolist() == [False, False, True]
