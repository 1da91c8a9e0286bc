"""Starts of customers: gaps, few among many, and members who were never active."""

from __future__ import annotations

import numpy as np
import pandas as pd

from kundenmetrik import retention
from tests.builders import log_of


def test_starts_with_gaps() -> None:
    starts = pd.DataFrame(
        {
            "customer_id": ["a", None, "c", "d"],
            "acquired_at": pd.to_datetime(["2026-01-01", "2026-01-01", None, "2027-01-01"]),
        }
    )
    log = log_of(["a", "a"], ["2026-01-05", "2026-02-05"])
    table = retention.cohorts(log, observed_until="2026-02-28", starts=starts)
    lost = {"start_without_customer": 1, "start_without_time": 1, "start_after_observed_until": 1}
    assert dict(table.excluded) == lost
    every = retention.cohorts(log, observed_until="2026-02-28", starts=starts, start="recurring", clock="elapsed")
    assert every.size.tolist() == [[1]]


def test_few_starts_among_many_customers() -> None:
    rng = np.random.default_rng(0)
    ids = np.concatenate([[7, 70_000], rng.integers(0, 100_000, 30_000)])
    log = pd.DataFrame({"customer_id": ids, "occurred_at": pd.Timestamp("2026-02-05")})
    starts = pd.DataFrame({"customer_id": [7, 70_000], "acquired_at": pd.Timestamp("2026-01-05"), "plan": ["x", "y"]})
    table = retention.cohorts(log, observed_until="2026-02-28", starts=starts, by="plan")
    assert table.size.tolist() == [[1], [1]]
    assert table.retained.tolist() == [[[0, 1]], [[0, 1]]]


def test_members_of_whom_nobody_was_active() -> None:
    starts = pd.DataFrame({"customer_id": [1, 2], "acquired_at": pd.Timestamp("2026-01-05")})
    for counting in ("bounded", "unbounded", "full"):
        table = retention.cohorts(
            log_of([3], ["2026-01-20"]), observed_until="2026-02-28", starts=starts, counting=counting
        )
        assert table.rate.tolist() == [[[0.0, 0.0]]]
