"""Values and differences against targets: published figures, exact tests of shares and rates, laws, verdicts."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

import kundenmetrik as km
from kundenmetrik.core.results.target_test import TargetTest
from kundenmetrik.errors import InvalidArgument, InvalidType


def nps(promoters: int, passives: int, detractors: int) -> km.Estimate:
    return km.nps([10] * promoters + [8] * passives + [3] * detractors)


def test_tangos_paired_example() -> None:
    # Tango (1998): 44 pairs, none better, one worse; the margin is ten points. z = 1.709, p = 0.044.
    found = nps(0, 43, 1).against(0, margin=10)
    assert found.p_not_worse == pytest.approx(stats.norm.sf(1.7086), abs=5e-5)
    assert found.verdict == "same"


def test_two_waves_are_the_same_within_ten_points() -> None:
    found = km.compare(nps(500, 300, 200), nps(490, 310, 200)).against(margin=10)
    assert found.value == pytest.approx(1.0)
    assert round(found.p_same, 4) == 0.0049
    assert (found.verdict, found.metric, found.unit) == ("same", "nps", "points")


@given(st.integers(1, 60), st.integers(0, 60), st.floats(0.02, 0.98))
def test_a_share_is_tested_by_the_score_test(hits: int, others: int, target: float) -> None:
    n = hits + others
    found = km.retention_rate(start=n, end=hits, new=0).against(target)
    z = (hits / n - target) / math.sqrt(target * (1 - target) / n)
    assert found.p_value == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-6, abs=2e-15)


@given(st.integers(0, 30), st.integers(1, 5000), st.floats(0.5, 30))
def test_a_rate_is_tested_by_the_exact_poisson_test(events: int, exposure: int, target: float) -> None:
    found = km.tgw(events, exposure).against(target)
    expected = exposure * target / 1000
    upper, lower = stats.poisson.sf(events - 1, expected), stats.poisson.cdf(events, expected)
    if min(upper, lower) < 1e-14 or max(upper, lower) < 0.5 or min(upper, lower) > 0.5:
        return
    assert found.p_value == pytest.approx(2 * min(upper, lower), rel=1e-6)


@settings(max_examples=50)
@given(st.tuples(*[st.integers(0, 40)] * 3).filter(any), st.floats(-120, 120), st.floats(1, 60))
def test_what_is_shown_follows_from_the_limits(counts: tuple[int, int, int], target: float, margin: float) -> None:
    score = nps(*counts)
    found, inner = score.against(target, margin=margin), score.at(confidence=0.90)
    same = target - margin < inner.low and inner.high < target + margin
    edges = (score.low, score.high, inner.low, inner.high)
    if min(abs(edge - bound) for edge in edges for bound in (target, target - margin, target + margin)) < 1e-6:
        return
    assert (found.verdict == "same") == same
    if not same:
        assert (found.verdict == "above") == (score.low > target)
        assert (found.verdict == "below") == (score.high < target)
    assert 0 <= found.p_value <= 1
    assert found.p_same >= min(found.p_not_worse, found.p_same)


@given(st.tuples(*[st.integers(1, 60)] * 3), st.floats(-90, 90))
def test_a_mirror_turns_above_into_below(counts: tuple[int, int, int], target: float) -> None:
    one, two = nps(*counts).against(target), nps(*counts[::-1]).against(-target)
    turned = {"above": "below", "below": "above"}
    assert two.verdict == turned.get(one.verdict, one.verdict)
    assert two.p_value == pytest.approx(one.p_value, rel=1e-6, abs=1e-12)


def test_less_is_better_for_complaints() -> None:
    rate = km.tgw(30, 1000)
    assert rate.against(40, margin=1).p_not_worse < 0.05
    assert rate.against(20, margin=1).p_not_worse > 0.5


def test_without_a_margin_nothing_is_the_same() -> None:
    found = nps(60, 25, 15).against(45)
    assert (found.verdict, found.p_value) == ("open", pytest.approx(1.0))
    assert math.isnan(found.margin)
    assert math.isnan(found.p_same)
    assert math.isnan(found.p_not_worse)


def test_what_is_undefined_stays_so() -> None:
    found = km.nps([None]).against(10, margin=5)
    assert (found.verdict, found.notes) == ("undefined", ("empty",))
    assert math.isnan(found.p_value)
    assert found.headline == "NPS undefined"
    assert found.to_dict()["p_value"] is None


def test_the_confidence_of_the_estimate_decides() -> None:
    score = nps(60, 25, 15)
    assert score.against(30).verdict == "open"
    assert score.at(confidence=0.9).against(30).verdict == "above"
    assert score.at(confidence=0.9).against(30).p_value == score.against(30).p_value


@pytest.mark.parametrize("margin", [0, -5, 0.0])
def test_a_margin_is_above_zero(margin: float) -> None:
    with pytest.raises(InvalidArgument, match=r"margin.*above 0"):
        nps(6, 3, 1).against(10, margin=margin)


def test_a_target_is_a_number() -> None:
    wrong: list[Any] = ["10", None, nps(6, 3, 1), True]
    for target in wrong:
        with pytest.raises(InvalidType, match="target"):
            nps(6, 3, 1).against(target)
    with pytest.raises(InvalidArgument, match="target"):
        nps(6, 3, 1).against(math.nan)


def test_limits_that_were_stored_are_not_asked_again() -> None:
    stored = km.Estimate.from_json(nps(60, 25, 15).to_json())
    with pytest.raises(InvalidArgument):
        stored.against(40)


def test_the_frame_and_the_dict_have_the_fields() -> None:
    found = nps(60, 25, 15).against(45, margin=15)
    assert found.to_frame().loc[0, ["verdict", "target", "margin"]].tolist() == ["same", 45.0, 15.0]
    assert found.to_dict()["verdict"] == "same"
    assert TargetTest.from_json(found.to_json()) == found
    assert found.to_dict()["excluded"] == {}
    gap = km.nps([10, None, 3, 99], invalid="exclude").against(0)
    assert gap.to_dict()["excluded"] == km.nps([10, None, 3, 99], invalid="exclude").excluded
    assert gap.to_frame().loc[0, "excluded"] == 2
    assert np.isfinite([found.p_value, found.p_same, found.p_not_worse]).all()
