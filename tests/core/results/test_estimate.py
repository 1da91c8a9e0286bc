"""Estimates: immutable values that know their base and can be asked again."""

from __future__ import annotations

import copy
import json
import math
import pickle
from functools import partial

import numpy as np
import pytest

import kundenmetrik as km
from kundenmetrik.core.results.display import plain_number
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.storage.fixed_limits import FixedLimits
from kundenmetrik.errors import InvalidArgument


def limits(value: float, confidence: float) -> tuple[float, float]:
    return value - confidence, value + confidence


MADE = Estimate(
    metric="made",
    value=2.0,
    ask=partial(limits, 2.0),
    n=10,
    unit="points",
    method="by hand",
    excluded={"missing": 3, "other": 0},
)
COUNTED = km.nps([10, 9, 9, 8, 7, 3, None])
UNDEFINED = km.nps([None, None])


def test_the_interval_is_asked_for_at_the_confidence() -> None:
    assert (MADE.low, MADE.high) == (2.0 - 0.95, 2.0 + 0.95)
    assert (MADE.at(confidence=0.5).low, MADE.at(confidence=0.5).high) == (1.5, 2.5)


def test_reasons_without_rows_are_left_out() -> None:
    assert dict(MADE.excluded) == {"missing": 3}


@pytest.mark.parametrize("estimate", [MADE, COUNTED, UNDEFINED], ids=["made", "counted", "undefined"])
def test_copies_and_json_are_equal(estimate: Estimate) -> None:
    assert pickle.loads(pickle.dumps(estimate)) == estimate
    assert copy.deepcopy(estimate) == estimate
    assert copy.copy(estimate) == estimate
    assert hash(copy.copy(estimate)) == hash(estimate)
    back = Estimate.from_json(estimate.to_json())
    assert back == estimate
    assert dict(back.parts).keys() == dict(estimate.parts).keys()
    json.loads(estimate.to_json(), parse_constant=pytest.fail)


def test_a_stored_estimate_knows_its_own_confidence_only() -> None:
    back = Estimate.from_json(COUNTED.to_json())
    assert back.at(confidence=0.95) == back
    with pytest.raises(InvalidArgument, match="the only one this stored estimate knows"):
        back.at(confidence=0.9)


def test_an_estimate_cannot_be_changed() -> None:
    for name in ("value", "low", "n", "new"):
        with pytest.raises(AttributeError):
            setattr(COUNTED, name, 1)
    with pytest.raises(AttributeError):
        del MADE.value
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = COUNTED.nothing
    with pytest.raises(TypeError):
        iter(COUNTED)
    with pytest.raises(TypeError):
        COUNTED.excluded["missing"] = 0


def test_undefined_is_nan_with_a_reason() -> None:
    assert math.isnan(UNDEFINED.value)
    assert math.isnan(UNDEFINED.low)
    assert UNDEFINED.notes == ("empty",)
    assert dict(UNDEFINED.excluded) == {"missing": 2}
    assert json.loads(UNDEFINED.to_json())["value"] is None


def test_the_line_and_the_table_tell_everything() -> None:
    line = "NPS 33.3 points, 95% CI -31.1 to 75.4, n = 6 (score interval)"
    assert repr(COUNTED) == f"{line}\nexcluded: missing 1"
    assert COUNTED.headline == line
    html = Estimate(metric="<script>", value=1.0, n=1, unit="a & b", method="<b>")._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "a &amp; b" in html


@pytest.mark.parametrize("confidence", [0, 1, 1.5, 95, math.nan, "0.95", True, None])
def test_a_confidence_lies_between_0_and_1(confidence: object) -> None:
    with pytest.raises((InvalidArgument), match="confidence"):
        km.nps([10], confidence=confidence)
    with pytest.raises(InvalidArgument, match="confidence"):
        COUNTED.at(confidence=confidence)


def test_percent_instead_of_a_share_is_explained() -> None:
    with pytest.raises(InvalidArgument, match=r"Write 0.95 for 95 percent"):
        km.nps([10], confidence=95)


def test_counts_stay_available() -> None:
    assert COUNTED.counts.table.tolist() == [[0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 1]]
    assert MADE.counts is None


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (-0.5, "-0.5000"),
        (33.3333, "33.33"),
        (1234567.891, "1,234,567.9"),
        (1e9, "1,000,000,000"),
        (0.001234, "0.001234"),
        (np.nan, "nan"),
    ],
)
def test_numbers_are_shown_without_exponents(value: float, shown: str) -> None:
    assert plain_number(value) == shown


def test_stored_limits_are_known_at_one_confidence() -> None:
    limits = FixedLimits(1.0, 2.0, 0.95)
    assert limits(0.95) == (1.0, 2.0)
    with pytest.raises(InvalidArgument, match="the only one this stored estimate knows"):
        limits(0.9)
