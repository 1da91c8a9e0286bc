"""Logs as they are read: ids far apart, logs over centuries, zones, kinds and ends."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import errors, retention
from tests.builders import log_of


def test_ids_far_apart() -> None:
    days = ["2026-01-05", "2026-02-06", "2026-03-07", "2026-01-20"]
    near, far = log_of([1, 1, 1, 2], days), log_of([-(2**60), -(2**60), -(2**60), 2**60], days)
    huge = log_of(np.array([2**63 + 5, 2**63 + 5, 2**63 + 5, 7], dtype=np.uint64), days)
    expected = retention.cohorts(near, observed_until="2026-03-31")
    for other in (far, huge):
        np.testing.assert_array_equal(retention.cohorts(other, observed_until="2026-03-31").retained, expected.retained)
        book = retention.ledger(other, window=1, observed_until="2026-03-31")
        assert book == retention.ledger(near, window=1, observed_until="2026-03-31")
        assert set(book.states()["customer_id"]) == set(other["customer_id"])


def test_a_log_over_centuries() -> None:
    days = np.array(["0900-01-01", "2400-06-01", "2399-12-31"], "datetime64[s]")
    log = pd.DataFrame({"customer_id": [1, 1, 2], "occurred_at": days})
    table = retention.cohorts(log, period="year", observed_until="2400-12-31", horizon=1)
    assert table.cohorts[0] == "0900"
    assert table.size.sum() == 2
    lives = retention.tenures(
        pd.DataFrame(
            {"customer_id": [1], "acquired_at": log["occurred_at"][:1], "churned_at": log["occurred_at"][1:2].array}
        ),
        observed_until="2400-12-31",
    )
    assert lives.duration[0] == (datetime.date(2400, 6, 1) - datetime.date(900, 1, 1)).days


def test_stamps_with_and_without_a_zone_do_not_mix() -> None:
    mixed = [pd.Timestamp("2026-01-05"), pd.Timestamp("2026-01-06", tz="UTC")]
    with pytest.raises(errors.InvalidArgument, match="all with a time zone or all without"):
        retention.cohorts({"customer_id": [1, 2], "occurred_at": mixed}, observed_until="2026-03-31")
    log = log_of([1], ["2026-01-05"])
    starts = pd.DataFrame({"customer_id": [1], "acquired_at": [pd.Timestamp("2026-01-05", tz="UTC")]})
    with pytest.raises(errors.InvalidArgument, match="starts must have a time zone exactly when the log has one"):
        retention.cohorts(log, observed_until="2026-03-31", starts=starts)


def test_the_cut_in_another_zone() -> None:
    late = pd.to_datetime(["2026-01-31 23:30"]).tz_localize("UTC")
    log = pd.DataFrame({"customer_id": [1], "occurred_at": late})
    cut = pd.Timestamp("2026-02-01 00:29:59", tz="Europe/Berlin")  # one second before the event
    with pytest.raises(errors.InvalidArgument, match="after_observed_until 1"):
        retention.cohorts(log, observed_until=cut)
    seen = retention.cohorts(log, observed_until=cut + pd.Timedelta(seconds=1))
    assert seen.cohorts == ["2026-01"]


def test_objects_with_a_zone_and_a_first_gap() -> None:
    log = pd.DataFrame(
        {"customer_id": [1, 2], "occurred_at": [None, pd.Timestamp("2026-01-05", tz="UTC")]}, dtype=object
    )
    for clock in ("calendar", "elapsed"):
        table = retention.cohorts(log, observed_until="2026-02-28", clock=clock)
        assert dict(table.excluded) == {"missing_occurred_at": 1}


@pytest.mark.parametrize("kind", [5, [1, 2]])
def test_kinds_are_names(kind: Any) -> None:
    log = log_of([1], ["2026-01-05"]).assign(kind="purchase")
    with pytest.raises(errors.InvalidType, match="kinds must be a name"):
        retention.cohorts(log, observed_until="2026-02-28", kinds=kind)


@pytest.mark.parametrize("unit", ["ns", "us", "s"])
def test_an_end_beyond_what_the_times_can_tell_is_reached_by_none(unit: Any) -> None:
    times = pd.to_datetime(["2024-01-05", "2024-02-06", "2024-02-07"]).astype(f"datetime64[{unit}]")
    log = pd.DataFrame({"customer_id": [1, 1, 2], "occurred_at": times})
    table = retention.cohorts(log, period="year", observed_until="9999-12-30", horizon=1)
    assert (table.excluded, table.size.tolist()) == ({}, [[2]])
