from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.time.time_column import moments_of

BERLIN = ZoneInfo("Europe/Berlin")
AWARE = [
    datetime(2026, 1, 31, 23, 30, tzinfo=BERLIN),
    datetime(2026, 3, 29, 12, 0, 0, 123456, tzinfo=BERLIN),
    datetime(2038, 4, 2, 0, 0, tzinfo=BERLIN),
    None,
]


def every_container(moments: list[datetime | None], unit: str = "us") -> dict[str, Any]:
    """Return the same times in each thing that may hold a column."""
    pa, pl = pytest.importorskip("pyarrow"), pytest.importorskip("polars")
    zone = next(one.tzinfo for one in moments if one is not None)
    tz = None if zone is None else str(zone)
    arrow = pa.array(moments, pa.timestamp(unit, tz=tz))
    return {
        "list": moments,
        "objects": pd.Series(moments, dtype=object),
        "arrow-backed": pd.Series(moments, dtype=pd.ArrowDtype(pa.timestamp(unit, tz=tz))),
        "pyarrow": arrow,
        "chunked": pa.chunked_array([arrow[:2], arrow[2:]]),
        "polars": pl.from_arrow(arrow),
    }


@pytest.mark.parametrize("zone", [BERLIN, None])
def test_the_same_moments_from_every_container(zone: ZoneInfo | None) -> None:
    moments = [None if one is None else one.replace(tzinfo=zone) for one in AWARE]
    utc = [None if one is None else one.astimezone(UTC).replace(tzinfo=None) if zone else one for one in moments]
    expected = np.array(utc, dtype="datetime64[us]")
    wall = np.array([None if one is None else one.replace(tzinfo=None) for one in moments], dtype="datetime64[us]")
    typed = pd.Series(expected).dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin") if zone else pd.Series(expected)
    for name, column in {"typed": typed, "index": pd.DatetimeIndex(typed), **every_container(moments)}.items():
        found = moments_of(column, "at", None)
        assert found.instants().tolist() == expected.tolist(), name
        assert found.wall().tolist() == wall.tolist(), name


def test_nanoseconds_survive_every_container() -> None:
    pa = pytest.importorskip("pyarrow")
    fine = pd.Series(pd.to_datetime(["2026-01-01 00:00:00.123456789", None])).dt.tz_localize("UTC")
    for column in (
        fine,
        fine.astype(object),
        fine.astype(pd.ArrowDtype(pa.timestamp("ns", tz="UTC"))),
        [np.datetime64("2026-01-01T00:00:00.123456789"), None],
    ):
        assert moments_of(column, "at", None).instants()[0] == np.datetime64("2026-01-01T00:00:00.123456789")


def test_clocks_still_change_after_2037() -> None:
    # the tables of pytz, which pandas 2 takes zones from, end in 2037
    july = pd.Series(pd.to_datetime(["2050-07-01 22:30"])).dt.tz_localize("UTC")
    expected = np.datetime64("2050-07-02T00:30")
    assert moments_of(july.dt.tz_convert("Europe/Berlin"), "at", None).wall()[0] == expected
    assert moments_of(july, "at", "Europe/Berlin").wall()[0] == expected


def test_days_of_arrow_are_days() -> None:
    pa = pytest.importorskip("pyarrow")
    for kind in (pa.date32(), pa.date64()):
        column = pd.Series([date(2026, 1, 31), None], dtype=pd.ArrowDtype(kind))
        assert moments_of(column, "at", None).wall()[0] == np.datetime64("2026-01-31")


def test_several_zones_have_known_instants() -> None:
    winter, summer = (timezone(timedelta(hours=hours)) for hours in (1, 2))
    column = [datetime(2026, 3, 28, 12, tzinfo=winter), datetime(2026, 3, 29, 12, tzinfo=summer)]
    with pytest.raises(InvalidArgument, match=r"time_zone must be given because at has several, not .*UTC\+01:00"):
        moments_of(column, "at", None)
    found = moments_of(column, "at", None, several="UTC")
    assert (found.instants() == np.array(["2026-03-28T11", "2026-03-29T10"], "datetime64[s]")).all()
    assert moments_of(column, "at", "Europe/Berlin").wall()[1] == np.datetime64("2026-03-29T12")


def test_one_zone_of_two_makers_is_one() -> None:
    pytz = pytest.importorskip("pytz")
    one = pytz.timezone("Europe/Berlin").localize(datetime(2026, 1, 31, 23, 30))
    found = moments_of([one, datetime(2026, 7, 1, 12, tzinfo=BERLIN)], "at", None)
    assert found.wall().tolist() == [datetime(2026, 1, 31, 23, 30), datetime(2026, 7, 1, 12)]


def test_the_advice_on_periods_works() -> None:
    months = pd.Series(pd.period_range("2026-01", periods=2, freq="M"))
    with pytest.raises(InvalidType, match=r"turn them into times with \.dt\.to_timestamp\(\)\.$"):
        moments_of(months, "at", None)
    with pytest.raises(InvalidType, match=r"turn them into times with \.to_timestamp\(\) of each\.$"):
        moments_of(months.astype(object), "at", None)
    assert moments_of(months.dt.to_timestamp(), "at", None).wall()[1] == np.datetime64("2026-02-01")
    each = [month.to_timestamp() for month in months]
    assert moments_of(each, "at", None).wall()[1] == np.datetime64("2026-02-01")
