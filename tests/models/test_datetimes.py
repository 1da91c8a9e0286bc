"""Moments: what is read as one, what is refused, and how two of them compare."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from pydantic_core import PydanticCustomError

from kundenmetrik.models.datetimes import as_moment, instant, is_aware, is_skipped

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("value", ["2025-03-01T09:30", "2025-03-01 09:30:00", pd.Timestamp("2025-03-01 09:30")])
def test_text_and_stamps_are_plain_datetimes(value: object) -> None:
    found = as_moment(value)
    assert type(found) is datetime
    assert found == datetime(2025, 3, 1, 9, 30)


@pytest.mark.parametrize("value", [5, None, "x", datetime(2025, 3, 1)])
def test_what_is_no_text_or_stamp_is_left_alone(value: object) -> None:
    if isinstance(value, str):
        with pytest.raises(PydanticCustomError, match="time of day"):
            as_moment(value)
    else:
        assert as_moment(value) is value


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("2025-03-01", "time of day"),
        (pd.NaT, "not NaT"),
        (pd.Timestamp("2025-03-01 00:00:00.000000001"), "whole microseconds"),
        (datetime(2025, 3, 30, 2, 30, tzinfo=BERLIN), "exists in its time zone"),
    ],
)
def test_what_is_refused(value: object, message: str) -> None:
    with pytest.raises(PydanticCustomError, match=message):
        as_moment(value)


def test_only_the_gap_of_a_clock_is_skipped() -> None:
    assert is_skipped(datetime(2025, 3, 30, 2, 30, tzinfo=BERLIN))
    assert not is_skipped(datetime(2025, 10, 26, 2, 30, tzinfo=BERLIN))
    assert not is_skipped(datetime(2025, 3, 30, 2, 30))


def test_two_showings_of_one_hour_are_an_hour_apart() -> None:
    first = datetime(2025, 10, 26, 2, 30, tzinfo=BERLIN)
    assert instant(first.replace(fold=1)) - instant(first) == timedelta(hours=1)
    assert instant(first) == instant(first.astimezone(UTC))
    assert (is_aware(first), is_aware(datetime(2025, 1, 1))) == (True, False)
