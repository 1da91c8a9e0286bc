"""Cohorts counted by bits against cohorts counted from sorted pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik import retention
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.retention.cohorts import activity_bits as attendance
from kundenmetrik.retention.cohorts.activity_bits import Attendance

EVENTS = st.lists(st.tuples(st.integers(0, 140), st.integers(0, 400)), min_size=1, max_size=60)
FIELDS = ("first", "size", "retained", "eligible", "matured")


def table(events: Any, until: Any, horizon: Any, worth: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    customer, day = zip(*events, strict=True)
    times = pd.Timestamp("2024-01-15") + pd.to_timedelta(np.array(day), unit="D")
    log = pd.DataFrame({"customer_id": np.array(customer), "occurred_at": times})
    monkeypatch.setattr(attendance, "WORTH", worth)
    day_until = pd.Timestamp("2024-01-15") + pd.Timedelta(days=until)
    return retention.cohorts(log, observed_until=day_until.isoformat(), horizon=horizon)


@given(EVENTS, st.integers(0, 900), st.none() | st.integers(0, 20))
def test_bits_and_pairs_make_the_same_triangle(events: Any, until: Any, horizon: Any) -> None:
    events = [event for event in events if event[1] <= until] or [(events[0][0], 0)]
    with pytest.MonkeyPatch.context() as patch:
        bits, pairs = (table(events, until, horizon, worth, patch) for worth in (10**9, 0))
    pd.testing.assert_frame_equal(bits.to_frame(), pairs.to_frame())
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(bits, name), getattr(pairs, name))
        assert np.asarray(getattr(bits, name)).dtype == np.asarray(getattr(pairs, name)).dtype


def test_bits_are_used_where_many_are_set_and_only_there() -> None:
    customer = np.arange(1_000) % 100
    assert Attendance.of(customer, customer % 12, 100) is not None
    assert Attendance.of(customer, customer % 12, 10**9) is None
    assert Attendance.of(customer, customer * 1_000, 100) is None


def test_more_cells_than_a_table_may_have_are_refused() -> None:
    days = pd.to_datetime([f"2024-01-{day:02}" for day in range(1, 11)] * 100)
    log = pd.DataFrame({"customer_id": list(range(10)) * 100, "occurred_at": days})
    with pytest.raises(InvalidArgument, match="cells"):
        retention.cohorts(log, period="day", observed_until="9999-12-30")
