"""Numbers are read by one rule in all families: a mask is heeded, nothing imaginary is dropped, text is no number."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import clv, complaints, monitoring, retention
from kundenmetrik.errors import InvalidData, KundenmetrikError
from kundenmetrik.frame.reading.numbers import readable_numbers, whole_numbers

DAYS = pd.to_datetime(["2026-01-01", "2026-01-05", "2026-02-01"])


def log(amounts: Any) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": [1, 1, 2], "occurred_at": DAYS, "amount": amounts})


DOORS: dict[str, Callable[[Any], object]] = {
    "amounts of a log": lambda values: clv.purchases(log(values)),
    "frequency": lambda values: clv.Purchases.from_summary(values, [1.0] * 3, [9.0] * 3, unit="week"),
    "age": lambda values: clv.Purchases.from_summary([1] * 3, [1.0] * 3, values, unit="week"),
    "gini": clv.gini,
    "lorenz": clv.lorenz,
    "top_share": clv.top_share,
    "severity": lambda values: complaints.severity_rate(values, 100),
    "chart": lambda values: monitoring.control_chart(values, [10, 10, 10]),
    "renewals": lambda values: retention.survival(values, [True] * 3, entry=values),
    "revenue": lambda values: retention.revenue(values, [1.0] * 3),
}
BAD = {
    "complex": [2j, 2 + 3j, 2],
    "complex objects": pd.Series([2j, 2.0, 2.0], dtype=object),
    "booleans": [True, True, True],
    "text": ["2", "3", "4"],
    "dates": DAYS,
}


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("values", BAD)
def test_what_is_no_number_is_refused(door: str, values: str) -> None:
    with pytest.raises(KundenmetrikError):
        DOORS[door](BAD[values])


@pytest.mark.parametrize("door", [door for door in DOORS if door not in ("amounts of a log", "renewals", "revenue")])
def test_a_masked_number_is_missing(door: str) -> None:
    with pytest.raises(InvalidData):
        DOORS[door](np.ma.array([2.0, 3.0, 4.0], mask=[False, True, False]))


def test_a_decimal_comma_is_named() -> None:
    with pytest.raises(InvalidData, match="A decimal comma is text to Python"):
        clv.purchases(log(["9,50", "3,00", "1,00"]))


def test_amounts_are_the_nearest_floats_and_faults_leave_a_zero() -> None:
    faults: list[Any] = []
    values, good = readable_numbers([Decimal("9.99"), None, "x", 10**400, 3], "amount", faults)
    np.testing.assert_array_equal(values, [9.99, np.nan, 0.0, 0.0, 3.0])
    assert good is not None
    assert good.tolist() == [True, True, False, False, True]
    assert [(fault.code, fault.rows) for fault in faults] == [("text", (2,)), ("long", (3,))]


def test_whole_numbers_and_the_rest() -> None:
    faults: list[Any] = []
    values, good = whole_numbers([1, 2.5, None, 2.0**60, 4], "frequency", faults)
    assert values.tolist() == [1, 0, 0, 0, 4]
    assert good.tolist() == [True, False, False, False, True]
    assert [(fault.code, fault.rows) for fault in faults if fault] == [("not_whole", (1, 2, 3))]
