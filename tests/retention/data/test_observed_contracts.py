"""Contracts as they are read: many days, two zones."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import errors, retention


def test_many_customers_over_many_days_are_sorted_by_three_keys() -> None:
    rng = np.random.default_rng(0)
    rows = 5_000
    frame = pd.DataFrame({"customer_id": np.arange(rows), "acquired_at": pd.Timestamp("2026-01-01")})
    start = np.array(["0001-01-01"], "datetime64[s]")[0] + (rng.integers(0, 3_650_000, rows) * 86_400).astype("m8[s]")
    frame["acquired_at"], frame["churned_at"] = start, start + np.timedelta64(86_400 * 40, "s")
    book = retention.ledger(frame, period="year", observed_until="9999-12-31")
    assert book.moves["new"].sum() + book.moves["passed_through"].sum() == rows


def test_two_zones_need_a_declared_one() -> None:
    frame = pd.DataFrame(
        {
            "customer_id": [1],
            "acquired_at": pd.to_datetime(["2026-01-31 23:30"]).tz_localize("UTC"),
            "churned_at": pd.to_datetime(["2026-02-28 23:30"]).tz_localize("Europe/Berlin"),
        }
    )
    with pytest.raises(errors.InvalidArgument, match=r"time_zone must be given for times in two zones.*UTC.*Berlin"):
        retention.ledger(frame, observed_until="2026-03-31")
    book = retention.ledger(frame, observed_until="2026-03-31", time_zone="Europe/Berlin")
    assert book.periods[0] == "2026-02"
    assert book.moves["passed_through"].tolist() == [[1, 0]]
