"""The limits of what is read from a curve stay where the value can lie."""

from __future__ import annotations

import math

import pytest

from kundenmetrik.core.statistics.survival import survival_table
from kundenmetrik.retention.survival.curve_limits import limits_at, mean_limits, quantile_limits

TABLE = survival_table([3, 5, 5, 8, 9], [True, True, False, True, False])


def test_a_restricted_mean_stays_within_0_and_the_horizon() -> None:
    assert mean_limits(1.0, 4.0, 2.0, 0.95) == (0.0, 2.0)
    low, high = mean_limits(5.0, 0.01, 9.0, 0.95)
    assert (5.0 - low, high - 5.0) == pytest.approx((0.196, 0.196), abs=1e-3)


def test_survival_and_quantiles_lie_within_their_limits() -> None:
    share, greenwood = (float(value) for value in TABLE.at(5.0))
    low, high = limits_at(share, greenwood, "log-log", 0.95)
    assert 0.0 < low < share < high < 1.0
    low, high = quantile_limits(TABLE, 0.5, "log-log", 0.95)
    assert low <= float(TABLE.quantile(0.5)) <= high
    assert math.isinf(high)
