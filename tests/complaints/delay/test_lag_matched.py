"""Complaints over the sales they come from: growth bias, lags and mixed delays."""

from __future__ import annotations

import math

import numpy as np
import pytest

from kundenmetrik.complaints import lag_matched
from kundenmetrik.errors import InvalidArgument, InvalidData

NAN = math.nan


def test_constant_sales_have_no_growth_bias() -> None:
    found = lag_matched([7] * 6, [100] * 6, lags=(1, 2), delay=[0.5, 0.5])
    np.testing.assert_allclose(found.tgw, 70)
    np.testing.assert_allclose(found.bias, 0, atol=1e-12)


def test_a_lag_by_hand() -> None:
    found = lag_matched([9, 2, 4, 6], [100, 200, 300, 400], lags=[2]).to_frame().set_index("basis")
    assert found.loc["lag_2", "tgw"] == pytest.approx(1000 * 10 / 300)
    assert found.loc["same_period", "tgw"] == 21
    assert found.loc["mean_of_ratios", "tgw"] == pytest.approx(250 * (0.09 + 0.01 + 4 / 300 + 0.015))
    assert found.loc["lag_2", "bias"] == pytest.approx(21 / (10_000 / 300) - 1)
    assert found.loc["lag_2", "low"] < found.loc["lag_2", "tgw"] < found.loc["lag_2", "high"]
    assert math.isnan(found.loc["mean_of_ratios", "low"])


def test_the_delay_mixes_sales() -> None:
    found = lag_matched([9, 2, 4, 6], [100, 200, 300, 400], lags=(), delay=[0.25, 0.75]).to_frame().set_index("basis")
    mixed = 0.25 * (200 + 300 + 400) + 0.75 * (100 + 200 + 300)
    assert found.loc["delay", "tgw"] == pytest.approx(1000 * 12 / mixed)
    pure = lag_matched([9, 2, 4, 6], [100, 200, 300, 400], lags=[1], delay=[0.0, 1.0]).to_frame().set_index("basis")
    assert pure.loc["delay", "tgw"] == pure.loc["lag_1", "tgw"]


def test_the_right_basis_finds_the_true_rate_while_sales_double() -> None:
    """Every sale brings 0.05 complaints two periods later; sales grow by half each period."""
    sales = [1000 * 1.5**t for t in range(10)]
    complaints = [0, 0, *(round(0.05 * n) for n in sales[:-2])]
    found = lag_matched(complaints, sales, lags=(2,), cohort_complaints=[0.05 * n for n in sales])
    table = found.to_frame().set_index("basis")
    assert table.loc["lag_2", "tgw"] == pytest.approx(50, rel=1e-3)
    assert table.loc["cohort_matched", "tgw"] == pytest.approx(50)
    assert table.loc["lag_2", "bias"] == pytest.approx(1.5**-2 - 1, abs=0.03)


def test_lag_refusals() -> None:
    with pytest.raises(InvalidArgument, match="lags"):
        lag_matched([1, 2], [10, 10], lags=[2])
    with pytest.raises(InvalidArgument, match="delay"):
        lag_matched([1, 2], [10, 10], lags=[1], delay=[0.5, 0.4])
    with pytest.raises(InvalidArgument, match="cohort_complaints"):
        lag_matched([1, 2], [10, 10], lags=[1], cohort_complaints=[1])
    with pytest.raises(InvalidData, match="sales"):
        lag_matched([1, 2], [10, NAN], lags=[1])


def test_no_sales_at_all() -> None:
    found = lag_matched([1, 2], [0, 0], lags=[1])
    assert np.isnan(found.tgw).all()
