"""The pooled rate beside its wider interval."""

from __future__ import annotations

import math
import pickle

import pytest

from kundenmetrik.complaints import dispersed_rate
from kundenmetrik.errors import InvalidData, UnknownName

WILD = ([10, 60, 5, 45], [1000] * 4)


def test_both_intervals() -> None:
    found = dispersed_rate(*WILD)
    assert found.rate.value == found.poisson.value == 30
    assert found.rate.low < found.poisson.low
    assert found.rate.high > found.poisson.high
    assert found.too_narrow == pytest.approx(
        (found.rate.high - found.rate.low) / (found.poisson.high - found.poisson.low)
    )
    assert found.rate.notes == ("overdispersed",)
    assert "times too narrow" in repr(found)
    assert found.rate.at(confidence=0.5).low > found.rate.low
    assert pickle.loads(pickle.dumps(found)).rate == found.rate


def test_even_periods_need_no_wider_one() -> None:
    found = dispersed_rate([10, 11, 9, 10], [1000] * 4)
    assert found.rate.notes == ()
    assert found.dispersion.inflation == 1
    assert 0.9 < found.too_narrow < 1.1


def test_per_scales_everything() -> None:
    one, thousand = dispersed_rate(*WILD, per=1), dispersed_rate(*WILD)
    assert thousand.rate.high == pytest.approx(1000 * one.rate.high)
    assert thousand.too_narrow == pytest.approx(one.too_narrow)


@pytest.mark.parametrize(
    ("complaints", "sales", "note"),
    [([5], [10], "one_period"), ([0, 0], [10, 10], "no_complaints"), ([0, 3], [0, 0], "no_exposure")],
)
def test_too_little_to_know(complaints: list[int], sales: list[int], note: str) -> None:
    found = dispersed_rate(complaints, sales)
    assert found.rate.notes == (note,)
    assert math.isnan(found.rate.low)
    assert math.isnan(found.dispersion.value)


def test_refusals() -> None:
    with pytest.raises(InvalidData, match="complaints"):
        dispersed_rate([1.5, 2], [10, 10])
    with pytest.raises(UnknownName, match="negative_binomial"):
        dispersed_rate([1, 2], [10, 10], method="nb2")
