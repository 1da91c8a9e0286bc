from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kundenmetrik import clv
from kundenmetrik.errors import InvalidArgument

ROWS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 60), st.integers(1, 50)), min_size=1, max_size=40)
START = pd.Timestamp("2024-01-01")


def frame(rows: list[tuple[int, int, int]]) -> pd.DataFrame:
    data = pd.DataFrame([*rows, (0, 0, 1), (1, 61, 1)], columns=["customer_id", "day", "amount"])
    return data.assign(occurred_at=START + pd.to_timedelta(data["day"], unit="D"), amount=data["amount"].astype(float))


@given(ROWS, st.integers(0, 60))
@settings(max_examples=200, deadline=None)
def test_both_parts_add_up_to_the_whole(rows: list[tuple[int, int, int]], days: int) -> None:
    data, at = frame(rows), (START + pd.Timedelta(days=days)).date()
    parts = clv.split(data, at=at, unit="day")
    assert parts.calibration == clv.purchases(data, observed_until=at, unit="day")
    whole = clv.purchases(data, unit="day").to_frame().set_index("customer_id")
    held = parts.holdout.to_frame().set_index("customer_id")
    early = parts.calibration.to_frame().set_index("customer_id")
    assert (early["frequency"] + held["purchases"]).tolist() == whole.loc[held.index, "frequency"].tolist()
    later = data[(data["day"] > days) & data["customer_id"].isin(held.index)]
    assert held["revenue"].sum() == later["amount"].sum()
    assert parts.holdout.born.sum() == len(early)
    assert parts.holdout.repeats.sum() == whole.loc[held.index, "frequency"].sum()
    assert parts.holdout.repeats[: parts.holdout.calibration_steps].sum() == early["frequency"].sum()
    assert parts.holdout.length == 61 - days


def test_a_late_refund_lowers_the_holdout_and_not_the_calibration() -> None:
    data = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b"],
            "occurred_at": pd.to_datetime(["2024-01-01", "2024-03-01", "2024-02-01"]),
            "amount": [30.0, -10.0, 5.0],
        }
    )
    parts = clv.split(data, at="2024-02-15", refunds="net")
    assert parts.calibration.revenue is not None
    assert parts.calibration.revenue.tolist() == [30.0, 5.0]
    assert parts.holdout.to_frame()["revenue"].tolist() == [-10.0, 0.0]
    assert parts.holdout.purchases.tolist() == [0, 0]


def test_a_cut_within_a_step_and_an_empty_holdout_are_refused() -> None:
    data = frame([])
    with pytest.raises(InvalidArgument, match="end a whole week"):
        clv.split(data, at="2024-01-31", grain="week")
    with pytest.raises(InvalidArgument, match="before the end of observation"):
        clv.split(data, at="2024-03-02")
    assert clv.split(data, at="2024-01-31", grain="month", unit="month").holdout.length == 2.0


def test_instants_are_counted_by_day_on_the_timeline() -> None:
    data = frame([(0, 3, 1), (0, 9, 1)])
    by_instant, by_day = (clv.split(data, at="2024-01-05", grain=grain).holdout for grain in ("instant", "day"))
    assert by_instant.repeats.tolist() == by_day.repeats.tolist()
    assert by_instant.steps_per_unit == by_day.steps_per_unit == 7.0
