"""Retention and churn over one period."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, KundenmetrikError


@given(st.integers(1, 10**6), st.floats(0, 1), st.integers(0, 1000))
def test_retention_and_churn_are_complements(start: int, share: float, new: int) -> None:
    retained = round(start * share)
    stay, leave = km.retention_rate(start, retained + new, new), km.churn_rate(start, retained + new, new)
    assert stay.value == retained / start
    assert leave.value == (start - retained) / start
    assert (leave.low, leave.high) == pytest.approx((1 - stay.high, 1 - stay.low), abs=1e-12)


def test_nobody_at_the_start_is_undefined() -> None:
    rate = km.retention_rate(0, 5, 5)
    assert math.isnan(rate.value)
    assert rate.notes == ("empty",)


@pytest.mark.parametrize(
    "numbers", [(10, 12, 1), (10, 3, 5), (-1, 0, 0), (10.5, 3, 0), (10, math.nan, 0), ("10", 3, 0), (True, 1, 0)]
)
def test_numbers_that_cannot_be_are_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(KundenmetrikError):
        km.retention_rate(*numbers)


def test_too_many_retained_points_to_the_ledger() -> None:
    with pytest.raises(InvalidArgument, match="ledger"):
        km.churn_rate(4, 5, 0)


def test_totals_are_pooled_never_averages_of_rates() -> None:
    frame = pd.DataFrame({"segment": ["A", "B"], "start": [10, 1000], "end": [10, 100], "new": [0, 0]})
    table = km.measure(frame, [km.RetentionRate(), km.ChurnRate()], by="segment")
    assert table.overall("retention_rate").value == 110 / 1010
    assert table.overall("churn_rate").value == 900 / 1010
    with pytest.raises(InvalidData, match="end - new"):
        km.measure(frame.assign(end=[11, 100]), km.RetentionRate(), by="segment")


def test_a_missing_number_is_excluded_and_counted() -> None:
    frame = pd.DataFrame({"start": [10, None], "end": [9, 3], "new": [0, 0]})
    estimate = km.measure(frame, km.RetentionRate()).overall()
    assert (estimate.value, dict(estimate.excluded)) == (0.9, {"missing": 1})
