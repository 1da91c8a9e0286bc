"""Two estimates compared: antisymmetric, honest about themselves, refused where they are not alike."""

from __future__ import annotations

import copy
import json
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.core.results.difference import Difference
from kundenmetrik.core.results.display import plain_p
from kundenmetrik.core.results.metric import Contrast
from kundenmetrik.errors import InvalidArgument, InvalidType

DAY = np.datetime64("2025-01-01")
RATINGS = st.lists(st.integers(0, 10), min_size=1, max_size=40)
COUNTS = st.tuples(st.integers(0, 60), st.integers(1, 500))


def pairs() -> st.SearchStrategy[tuple[km.Estimate, km.Estimate]]:
    surveys = st.tuples(RATINGS.map(km.nps), RATINGS.map(km.nps))
    rates = st.tuples(COUNTS.map(lambda pair: km.tgw(*pair)), COUNTS.map(lambda pair: km.tgw(*pair)))
    kept = COUNTS.map(lambda pair: km.retention_rate(pair[1], min(pair)))
    return surveys | rates | st.tuples(kept, kept)


@given(pairs())
def test_the_other_way_round_it_has_the_other_sign_and_the_same_p(pair: tuple[km.Estimate, km.Estimate]) -> None:
    there, back = km.compare(*pair), km.compare(*pair[::-1])
    assert there.value == -back.value
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low), rel=1e-9, abs=1e-9)
    assert there.p_value == pytest.approx(back.p_value, rel=1e-9, abs=1e-12)
    assert there.value == pytest.approx(pair[0].value - pair[1].value, abs=1e-9)
    assert 0 <= there.p_value <= 1
    assert there.low <= there.value <= there.high


@given(RATINGS)
def test_nothing_differs_from_itself(ratings: list[int]) -> None:
    same = km.compare(km.nps(ratings), km.nps(ratings))
    assert (same.value, same.p_value) == (0.0, 1.0)
    assert same.low <= 0 <= same.high


@given(RATINGS, RATINGS, st.floats(0.05, 0.9), st.floats(0.91, 0.999))
def test_more_confidence_is_a_wider_interval(one: list[int], two: list[int], less: float, more: float) -> None:
    narrow, wide = (km.compare(km.nps(one), km.nps(two), confidence=level) for level in (less, more))
    assert wide.low <= narrow.low + 1e-9
    assert wide.high >= narrow.high - 1e-9
    assert narrow.at(confidence=more) == wide
    assert narrow.p_value == wide.p_value


def test_the_pooled_test_by_hand() -> None:
    after, before = [10] * 60 + [8] * 10 + [2] * 30, [10] * 40 + [8] * 20 + [2] * 40
    worth = np.repeat([100.0, 0.0, -100.0], [100, 30, 70])
    error = math.sqrt(worth.var() * (1 / 100 + 1 / 100))
    p_value = math.erfc(30.0 / error / math.sqrt(2))
    found = km.compare(km.nps(after), km.nps(before))
    contrast = km.NPS().contrast(km.nps(after).counts, km.nps(before).counts, 0.95)
    assert isinstance(contrast, Contrast)
    assert contrast.p_value.tolist() == [found.p_value]
    assert found.value == 30.0
    assert found.p_value == pytest.approx(p_value, rel=1e-9)
    assert found.method == "pooled score test, MOVER interval"


def test_only_the_same_metric_can_be_compared() -> None:
    score = km.nps([10, 9, 3])
    with pytest.raises(InvalidArgument, match="same metric"):
        km.compare(score, km.csat([5, 4]))
    with pytest.raises(InvalidArgument, match="same metric"):
        km.compare(km.csat([5, 4]), km.csat([5, 4], satisfied=[5]))
    with pytest.raises(InvalidArgument, match="same metric"):
        km.compare(km.tgw(1, 2), km.tgw(1, 2, per=100))
    for junk in (None, 5.0, "nps", [score], km.Estimate.from_json(score.to_json())):
        with pytest.raises(InvalidType, match=r"^before must be an Estimate"):
            km.compare(score, junk)
        with pytest.raises(InvalidType, match=r"^after must be an Estimate"):
            km.compare(junk, score)


def test_without_answers_there_is_no_difference_and_a_note() -> None:
    found = km.compare(km.nps([]), km.nps([10]))
    assert math.isnan(found.value)
    assert math.isnan(found.p_value)
    assert found.notes == ("empty",)
    assert pickle.loads(pickle.dumps(found)) == found
    assert repr(found) == "NPS difference undefined, n = 0 and 1\nnotes: empty"


def test_it_is_a_value_with_a_line_and_a_table() -> None:
    found = km.compare(km.nps([10] * 9 + [0]), km.nps([10] * 5 + [0] * 5))
    assert copy.deepcopy(found) == pickle.loads(pickle.dumps(found)) == found
    assert hash(copy.copy(found)) == hash(found)
    assert isinstance(found, Difference)
    with pytest.raises(AttributeError):
        found.value = 3  # type: ignore[misc]
    fields = found.to_dict()
    table = km.measure({"g": ["a", "b"], "nps": [1, 2]}, km.NPS("nps"), by="g").compare(baseline="a").to_frame()
    assert list(fields)[:-2] == list(found.to_frame()) == list(table)[1:]
    assert list(fields)[-2:] == ["excluded", "excluded_baseline"]
    levels = {name: fields[name] for name in ("value", "baseline_value", "difference", "clear", "n", "n_baseline")}
    assert levels == {"value": 80, "baseline_value": 0, "difference": 80, "clear": False, "n": 10, "n_baseline": 10}
    assert found.value == 80
    json.dumps(fields, allow_nan=False)
    printed = [
        "NPS difference +80.0 points, 95% CI -0.5 to 135.2, p = 0.051, n = 10 and 10",
        "  (pooled score test, MOVER interval)",
    ]
    assert repr(found).splitlines() == printed
    assert "<table>" in found._repr_html_()


@pytest.mark.parametrize(("p_value", "shown"), [(0.5, "0.5"), (0.0123, "0.012"), (1e-9, "< 0.0001"), (math.nan, "nan")])
def test_p_values_are_shown_without_exponents(p_value: float, shown: str) -> None:
    assert plain_p(p_value) == shown


def test_plain_answers_are_to_be_measured_first() -> None:
    with pytest.raises(InvalidType, match=r"after must be an Estimate, such as km\.nps.*km\.compare\(km\.nps\(after\)"):
        km.compare([10, 9], [3, 4])
    total = km.clv.historic_value(km.clv.purchases({"customer_id": [1], "occurred_at": [DAY], "amount": [1.0]})).mean
    with pytest.raises(InvalidType, match="after must be an Estimate that rests on counts"):
        km.compare(total, total)
