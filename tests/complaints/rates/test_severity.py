"""Severity-weighted rates: exact where all weigh the same, wide enough where they do not."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.complaints import severity_rate, weighted_limits
from kundenmetrik.core.statistics.one_sample.rates import garwood_interval
from kundenmetrik.errors import InvalidArgument, InvalidData


@given(count=st.integers(1, 300), weight=st.floats(0.1, 50), sales=st.floats(1, 1e6))
def test_equal_severities_are_a_scaled_count(count: int, weight: float, sales: float) -> None:
    found = severity_rate([weight] * count, sales)
    low, high = garwood_interval(np.array([count]), np.array([sales]), 0.95)
    assert found.value == pytest.approx(1000 * weight * count / sales)
    assert found.low == pytest.approx(1000 * weight * low[0])
    assert found.high == pytest.approx(1000 * weight * high[0])


@given(weights=st.lists(st.floats(0.1, 20), min_size=1, max_size=40), factor=st.floats(0.1, 10))
def test_it_scales_with_the_severity(weights: list[float], factor: float) -> None:
    one, other = severity_rate(weights, 100), severity_rate([factor * w for w in weights], 100)
    assert other.low == pytest.approx(factor * one.low, rel=1e-9)
    assert other.high == pytest.approx(factor * one.high, rel=1e-9)
    assert one.low < one.value < one.high


def test_a_larger_possible_severity_widens_it_upwards_only() -> None:
    plain, wider = severity_rate([1, 2, 3], 100), severity_rate([1, 2, 3], 100, largest_severity=10)
    assert wider.high > plain.high
    assert wider.low == plain.low
    with pytest.raises(InvalidArgument, match="largest_severity"):
        severity_rate([1, 2, 3], 100, largest_severity=2)


def test_no_complaints_and_no_sales() -> None:
    none = severity_rate([], 100)
    assert (none.value, none.low, none.notes) == (0.0, 0.0, ("no_complaints",))
    assert math.isnan(none.high)
    bounded = severity_rate([], 100, largest_severity=5, per=1)
    assert bounded.high == pytest.approx(-math.log(0.025) * 5 / 100)
    undefined = severity_rate([1, 2], 0)
    assert math.isnan(undefined.value)
    assert math.isnan(undefined.low)
    assert undefined.notes == ("no_exposure",)


def test_it_can_be_asked_again_and_stored() -> None:
    found = severity_rate([1, 5, 2], 100)
    assert found.at(confidence=0.5).low > found.low
    assert pickle.loads(pickle.dumps(found)) == found


def test_groups_at_once() -> None:
    totals, squares, largest, sales = (np.array(v, dtype=float) for v in ([6, 0], [14, 0], [3, 0], [100, 100]))
    low, high = weighted_limits(totals, squares, largest, sales, confidence=0.95)
    single = severity_rate([1, 2, 3], 100, per=1)
    assert (low[0], high[0]) == (single.low, single.high)
    assert low[1] == 0


def test_it_covers_where_a_scaled_count_does_not() -> None:
    """2,000 draws of Poisson many complaints with severities 1 (three of four) or 20."""
    rng = np.random.default_rng(3)
    truth, hits, naive = 30 * (0.75 + 5), 0, 0
    for _ in range(2_000):
        weights = rng.choice([1.0, 20.0], size=rng.poisson(30), p=[0.75, 0.25])
        found = severity_rate(weights, 1, per=1)
        hits += found.low <= truth <= found.high
        low, high = garwood_interval(np.array([len(weights)]), np.array([1.0]), 0.95)
        mean = weights.sum() / max(len(weights), 1)
        naive += low[0] * mean <= truth <= high[0] * mean
    assert hits / 2_000 >= 0.94
    assert naive / 2_000 < 0.82


def test_refusals() -> None:
    with pytest.raises(InvalidData, match="severity"):
        severity_rate([1, -2], 10)
    with pytest.raises(InvalidData, match="severity must be given in every row"):
        severity_rate([1, float("nan")], 10)
