"""Tenures from dates."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import errors, retention
from tests.builders import contracts


def test_days_on_the_calendar() -> None:
    frame = contracts(
        ("a", "2024-02-28", "2024-03-01"),
        ("b", "2024-03-30", "2024-03-31"),
        ("c", "2024-03-31", None),
        ("d", "2024-03-01", "2024-05-01"),
    )
    found = retention.tenures(frame, observed_until="2024-04-30")
    assert found.duration.tolist() == [2, 1, 30, 60]
    assert found.churned.tolist() == [True, True, False, False]
    assert found.notes == ("churn_after_observed_until",)
    berlin = {name: frame[name].dt.tz_localize("Europe/Berlin") for name in ("acquired_at", "churned_at")}
    assert retention.tenures(frame.assign(**berlin), observed_until="2024-04-30").duration.tolist() == [2, 1, 30, 60]


def test_units_are_days_over_their_length() -> None:
    frame = contracts(("a", "2024-01-01", "2024-12-31"))
    days = 365
    for unit, length in (("week", 7), ("month", 365.25 / 12), ("year", 365.25)):
        found = retention.tenures(frame, observed_until="2025-12-31", unit=unit)
        assert found.duration[0] == pytest.approx(days / length)


def test_what_is_left_out_reaches_the_estimates() -> None:
    frame = contracts(
        ("a", "2024-01-01", "2024-02-01"), ("b", None, None), (None, "2024-01-05", None), ("d", "2024-09-01", None)
    )
    found = retention.tenures(frame, observed_until="2024-06-30")
    lost = {"missing_acquired_at": 1, "missing_customer": 1, "after_observed_until": 1}
    assert dict(found.excluded) == lost
    assert dict(found.survival().at(10).excluded) == lost


def test_an_end_before_the_start() -> None:
    with pytest.raises(errors.InvalidData, match="churned_at must not be before acquired_at"):
        retention.tenures(contracts(("a", "2024-02-01", "2024-01-31")), observed_until="2024-06-30")


def test_segments_reach_curves_and_test() -> None:
    rng = np.random.default_rng(0)
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, 80), unit="D")
    frame = pd.DataFrame(
        {
            "customer_id": range(80),
            "acquired_at": start,
            "churned_at": start + pd.to_timedelta(rng.integers(1, 300, 80), unit="D"),
            "plan": rng.choice(["x", "y"], 80),
        }
    )
    found = retention.tenures(frame, observed_until="2024-12-31", by="plan")
    table = found.to_frame()
    direct = retention.survival(table["duration"], table["churned"], by=table["plan"])
    pd.testing.assert_frame_equal(found.survival().to_frame(), direct.to_frame())
    assert found.logrank().p_value == retention.logrank(table["duration"], table["churned"], table["plan"]).p_value
    assert repr(found).startswith("80 contracts, 53 of them ended, in days")
