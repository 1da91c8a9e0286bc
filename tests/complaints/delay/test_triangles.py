"""Reporting triangles and triangles of sales, counted one by one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik import complaints
from kundenmetrik.complaints import reporting_triangle, triangle
from kundenmetrik.errors import InvalidArgument, InvalidData

NAN = math.nan


def log(seed: int, rows: int = 3_000) -> tuple[pd.Series, pd.Series]:
    rng = np.random.default_rng(seed)
    occurred = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.uniform(0, 360, rows), unit="D")
    reported = occurred + pd.to_timedelta(rng.exponential(35, rows), unit="D")
    known = reported < pd.Timestamp("2024-12-16")
    return pd.Series(occurred[known]), pd.Series(reported[known])


def test_a_triangle_counted_one_by_one() -> None:
    occurred, reported = log(1)
    found = reporting_triangle(occurred, reported, observed_until="2024-12-15", delays=6)
    expected: dict[Any, Any] = {}
    unfinished = beyond = 0
    for first, last in zip(occurred, reported, strict=True):
        row, late = (first.year - 2024) * 12 + first.month, (last.year - 2024) * 12 + last.month
        if late >= 12:
            unfinished += 1
        elif late - row >= 6:
            beyond += 1
        else:
            expected[row, late - row] = expected.get((row, late - row), 0) + 1
    assert found.counts.shape == (11, 6)
    for row in range(11):
        for delay in range(6):
            value = found.counts[row, delay]
            if row + 1 + delay >= 12:
                assert math.isnan(value)
            else:
                assert value == expected.get((row + 1, delay), 0)
    assert dict(found.excluded) == {"unfinished_period": unfinished, "beyond_delays": beyond}
    assert found.period[0] == "2024-01"
    assert found.period[-1] == "2024-11"


def test_a_month_is_used_once_its_last_day_was_observed() -> None:
    occurred, reported = log(1)
    reported = reported.where(reported < pd.Timestamp("2024-11-30"), pd.Timestamp("2024-11-30"))
    occurred = occurred.where(occurred < reported, reported)
    assert reporting_triangle(occurred, reported, observed_until="2024-11-30").period[-1] == "2024-11"
    assert reporting_triangle(occurred, reported, observed_until="2024-11-30 12:00").period[-1] == "2024-10"


def test_counted_rows_are_repeated_rows() -> None:
    occurred, reported = log(2, rows=50)
    twice = reporting_triangle(occurred, reported, observed_until="2024-12-15", count=[2] * len(occurred))
    once = reporting_triangle(occurred, reported, observed_until="2024-12-15")
    np.testing.assert_array_equal(twice.counts, 2 * once.counts)


def test_what_has_been_observed() -> None:
    assert triangle([[5, 3], [6, NAN]]).observed.tolist() == [[True, True], [True, False]]


def test_triangle_refusals() -> None:
    first = pd.to_datetime(["2025-01-05", "2025-01-07", None])
    last = pd.to_datetime(["2025-01-04", "2025-03-02", "2025-01-09"])
    with pytest.raises(InvalidData) as caught:
        reporting_triangle(first, last, observed_until="2025-02-28")
    assert [(fault.column, fault.rows) for fault in caught.value.faults] == [
        ("occurred", (2,)),
        ("reported", (0,)),
        ("reported", (1,)),
    ]
    with pytest.raises(InvalidArgument, match="observed_until"):
        reporting_triangle(first[:1], first[:1], observed_until="2025-01-20")
    for table in ([[1, NAN, 2]], [[1, NAN], [1, 2]], [1, 2], [[math.inf]]):
        with pytest.raises(InvalidArgument, match="counts"):
            triangle(table)
    with pytest.raises(InvalidArgument, match="period"):
        triangle([[1.0]], period=["a", "b"])


def test_the_triangle_of_sales_one_by_one() -> None:
    shop = km.datasets.webshop(400, seed=2026)
    log = shop.interactions
    found = complaints.sale_triangle(log, observed_until="2025-12-31", match="latest_of_product", delays=5)
    bought = log[log["kind"] == "purchase"]
    counted: dict[tuple[str, int], int] = {}
    for row in log[log["kind"] == "complaint"].itertuples():
        mine = bought[(bought["customer_id"] == row.customer_id) & (bought["product"] == row.product)]
        sold = mine.loc[mine["occurred_at"] <= row.occurred_at, "occurred_at"].max()
        delay = (row.occurred_at.year - sold.year) * 12 + row.occurred_at.month - sold.month
        key = f"{sold:%Y-%m}", delay
        counted[key] = counted.get(key, 0) + 1
    for place, label in enumerate(found.period):
        for delay in range(5):
            value = found.counts[place, delay]
            assert np.isnan(value) == (place + delay >= len(found.period))
            if not np.isnan(value):
                assert value == counted.get((label, delay), 0)
    assert found.sales is not None
    monthly = bought.groupby(bought["occurred_at"].dt.strftime("%Y-%m")).size()
    assert found.sales.tolist() == [monthly.get(label, 0) for label in found.period]
    late = complaints.nowcast(found)
    assert late.sales is found.sales
    assert late.to_frame()["tgw"].iloc[-1] > late.to_frame()["tgw_reported"].iloc[-1]


def test_a_month_without_any_complaint_is_in_the_triangle() -> None:
    days = pd.to_datetime(["2025-01-05", "2025-01-20", "2025-02-05", "2025-03-03"])
    kinds = ["purchase", "complaint", "purchase", "complaint"]
    log = pd.DataFrame({"customer_id": [1, 1, 2, 3], "kind": kinds, "occurred_at": days})
    found = complaints.sale_triangle(log, observed_until="2025-03-31")
    assert found.period == ["2025-01", "2025-02", "2025-03"]
    assert found.reported.tolist() == [1, 0, 0]
    assert dict(found.excluded) == {"unmatched": 1}
