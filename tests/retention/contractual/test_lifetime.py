"""Churn and lifetime under a constant hazard: scaling, ends, three lifetimes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik import errors, retention


def test_three_figures_for_one_segment_only() -> None:
    curve = retention.survival([1, 2, 3], [True] * 3, by=["a", "b", "b"])
    with pytest.raises(errors.InvalidArgument, match="one segment"):
        retention.lifetime(curve, horizon=1)
    assert "constant_hazard" in repr(retention.lifetime(curve["b"], horizon=1))


CHURN = st.floats(0.0, 0.999)


@given(CHURN, st.sampled_from(["day", "week", "month", "quarter", "year", 45.0]))
def test_scaling_there_and_back(churn: Any, period: Any) -> None:
    annual = retention.annualise_constant_hazard(churn, period=period)
    if annual < 0.999999:
        back = retention.deannualise_constant_hazard(annual, period=period)
        assert back == pytest.approx(churn, rel=1e-6, abs=1e-12)
    if period != "year":
        assert annual >= churn * (1 - 1e-12)


def test_scaling_at_the_ends() -> None:
    assert retention.annualise_constant_hazard(0.0) == 0.0
    assert retention.annualise_constant_hazard(1.0) == 1.0
    assert retention.annualise_constant_hazard(1e-12) == pytest.approx(12e-12, rel=1e-9)
    assert retention.lifetime_constant_hazard(0.0) == np.inf
    for wrong in (-0.1, 1.1, 5, np.nan, True, "5%"):
        with pytest.raises(errors.KundenmetrikError):
            retention.annualise_constant_hazard(wrong)
    with pytest.raises(errors.InvalidArgument):
        retention.annualise_constant_hazard(0.1, period=0)


def test_three_lifetimes_under_their_names() -> None:
    left = [1000, 869, 743, 653, 593, 551, 517, 491]
    lost = [*(-np.diff(left)), left[-1]]
    curve = retention.survival([1, 2, 3, 4, 5, 6, 7, 7], [True] * 7 + [False], count=lost, unit="year")
    found = retention.lifetime(curve, horizon=7, fit=retention.ShiftedBetaGeo().fit(left, unit="year"))
    frame = found.to_frame()
    assert frame["metric"].tolist() == ["restricted_mean_lifetime", "mean_lifetime", "constant_hazard_lifetime"]
    assert frame["value"].iloc[0] == pytest.approx(sum(left[:7]) / 1000)
    assert frame["value"].iloc[1] == np.inf
    assert frame["value"].iloc[2] == pytest.approx(1 / retention.Geometric().fit(left).params["theta"])
    assert "assumes_constant_hazard" in frame["notes"].iloc[2]
    last = found.constant_hazard
    assert last.low < last.value < last.high
    assert len(retention.lifetime(curve, horizon=7).to_frame()) == 2
    with pytest.raises(errors.InvalidArgument, match="count in years like the curve"):
        retention.lifetime(curve, horizon=7, fit=retention.Geometric().fit(left, unit="month"))


def test_nobody_lost_lives_for_ever() -> None:
    curve = retention.survival([3, 4], [False, False])
    found = retention.lifetime(curve, horizon=4).constant_hazard
    assert (found.value, found.high) == (np.inf, np.inf)
    assert found.low == pytest.approx(7 / 3.688879, rel=1e-6)  # Garwood's upper limit of no events
