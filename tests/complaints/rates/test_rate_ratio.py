"""The door for two rates: what it returns, asks again, refuses."""

from __future__ import annotations

import json
import math
import pickle

import pytest

from kundenmetrik.complaints import rate_ratio
from kundenmetrik.core.statistics.two_samples.rate_tests import RATE_TESTS
from kundenmetrik.errors import InvalidArgument, UnknownName


def test_what_it_returns() -> None:
    found = rate_ratio(60, 51477.5, 30, 54308.7)
    assert round(found.ratio.value, 3) == 2.110
    assert (found.value, found.low, found.high) == (found.ratio.value, found.ratio.low, found.ratio.high)
    assert round(found.p_value, 9) == 0.000632219
    assert found.difference.value == pytest.approx(1000 * (60 / 51477.5 - 30 / 54308.7))
    assert found.difference.unit == "per 1,000 sales"
    assert found.difference.low == pytest.approx(0.265796, abs=1e-6)
    assert found.confidence == 0.95
    assert found.notes == ()
    assert "rate ratio 2.110" in repr(found)


def test_each_test_names_its_intervals() -> None:
    for method in RATE_TESTS:
        found = rate_ratio(60, 51477.5, 30, 54308.7, method=method)
        assert found.method == method
        assert found.low < found.value < found.high
        assert found.difference.low < found.difference.value < found.difference.high
        assert found.p_value < 0.001
    assert rate_ratio(6, 10, 3, 10, method="mid_p").ratio.method == "mid_p"
    assert rate_ratio(6, 10, 3, 10, method="mid_p").difference.method == "mover"


def test_asking_again_needs_no_data() -> None:
    found = rate_ratio(60, 51477.5, 30, 54308.7)
    assert found.ratio.at(confidence=0.8).low == rate_ratio(60, 51477.5, 30, 54308.7, confidence=0.8).low
    assert pickle.loads(pickle.dumps(found)).to_dict() == found.to_dict()
    assert json.loads(found.ratio.to_json())["value"] == found.value


def test_exchanged_groups() -> None:
    here, there = rate_ratio(12, 400, 7, 500), rate_ratio(7, 500, 12, 400)
    assert here.value == pytest.approx(1 / there.value)
    assert here.low == pytest.approx(1 / there.high)
    assert here.difference.value == pytest.approx(-there.difference.value)
    assert here.p_value == pytest.approx(there.p_value)


def test_per_scales_the_difference_only() -> None:
    small, large = rate_ratio(12, 400, 7, 500, per=100), rate_ratio(12, 400, 7, 500, per=1000)
    assert large.difference.value == pytest.approx(10 * small.difference.value)
    assert large.difference.high == pytest.approx(10 * small.difference.high)
    assert large.value == small.value


def test_nothing_to_compare() -> None:
    none = rate_ratio(0, 10, 0, 10)
    assert math.isnan(none.value)
    assert (none.low, none.high, none.p_value) == (0.0, math.inf, 1.0)
    assert none.notes == ("no_complaints",)
    without = rate_ratio(3, 0, 2, 10)
    assert math.isnan(without.value)
    assert math.isnan(without.low)
    assert math.isnan(without.p_value)
    assert without.notes == ("no_exposure",)


def test_no_complaint_in_one_group() -> None:
    infinite = rate_ratio(12, 10, 0, 10)
    assert infinite.value == math.inf
    assert infinite.notes == ("infinite_ratio",)
    assert 1 < infinite.low < math.inf
    assert rate_ratio(0, 10, 12, 10).value == 0


def test_few_complaints_are_said_where_an_approximation_is_used() -> None:
    assert rate_ratio(3, 10, 2, 10).notes == ("few_events",)
    assert rate_ratio(3, 10, 2, 10, method="conditional").notes == ()
    assert rate_ratio(8, 10, 2, 10).notes == ()


def test_a_null_other_than_one() -> None:
    at_limit = rate_ratio(60, 51477.5, 30, 54308.7)
    assert rate_ratio(60, 51477.5, 30, 54308.7, null=at_limit.low).p_value == pytest.approx(0.05)


def test_refusals() -> None:
    with pytest.raises(InvalidArgument, match="complaints"):
        rate_ratio(1.5, 10, 3, 10)
    with pytest.raises(InvalidArgument, match="other_sales"):
        rate_ratio(1, 10, 3, -10)
    with pytest.raises(InvalidArgument, match="null"):
        rate_ratio(1, 10, 3, 10, null=0)
    with pytest.raises(UnknownName, match="score"):
        rate_ratio(1, 10, 3, 10, method="z")
    with pytest.raises(InvalidArgument, match="confidence"):
        rate_ratio(1, 10, 3, 10, confidence=95)
