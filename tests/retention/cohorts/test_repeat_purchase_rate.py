"""Repeat purchases within a horizon of days."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import errors, retention
from tests.builders import days


def test_repeat_purchases() -> None:
    log = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "b", "c", "d", "d"],
            "occurred_at": [*days(0, 19), *pd.to_datetime(["2026-01-03 09:00", "2026-01-03 18:00"]), *days(57, 5, 50)],
        }
    )
    everybody = retention.repeat_purchase_rate(log, observed_until="2026-02-28")
    assert (everybody.value, everybody.n, everybody.notes) == (0.5, 4, ("unequal_time",))  # b bought twice on one day
    soon = retention.repeat_purchase_rate(log, observed_until="2026-02-28", horizon="30 days")
    assert (soon.value, soon.n) == (pytest.approx(1 / 3), 3)
    assert dict(soon.excluded) == {"customer_not_observed_long_enough": 1}
    for wrong in ("soon", "12 hours", 30.5):
        with pytest.raises(errors.InvalidArgument, match="horizon"):
            retention.repeat_purchase_rate(log, observed_until="2026-02-28", horizon=wrong)


def test_repeat_purchases_nobody_observed_long_enough() -> None:
    log = pd.DataFrame({"customer_id": ["a"], "occurred_at": days(0)})
    found = retention.repeat_purchase_rate(log, observed_until="2026-01-10", horizon="30 days")
    assert np.isnan(found.value)
    assert found.notes == ("empty",)


def test_the_last_day_of_the_horizon_counts() -> None:
    log = pd.DataFrame({"customer_id": ["a", "a", "b", "c"], "occurred_at": days(0, 30, 28, 29)})
    found = retention.repeat_purchase_rate(log, observed_until=days(58)[0], horizon="30 days")
    assert (found.value, found.n) == (0.5, 2)  # a came back on day 30; b was watched for 30 days, c for 29
