"""The share of an event: words, truth values, numbers; what is written almost alike is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.core.statistics.one_sample.proportions import wilson_interval
from kundenmetrik.errors import InvalidArgument, InvalidType, UnknownName
from kundenmetrik.testing import laws

CHURN = ["Yes", "No", "No", None, "Yes", "No"]
FRAME = pd.DataFrame({"churn": CHURN, "plan": list("aabbba"), "w": [1.0, 2, 1, 1, 3, 2], "times": [2, 1, 1, 1, 1, 3]})


@pytest.mark.parametrize(
    ("column", "event"),
    [
        (CHURN, "Yes"),
        (pd.Series(CHURN, dtype="string"), "Yes"),
        (pd.Series(CHURN, dtype="category"), ["Yes", "Maybe"]),
        ([True, False, False, None, True, False], True),
        (pd.array([True, False, False, None, True, False], dtype="boolean"), True),
        ([1, 0, 0, None, 1, 0], True),
        (np.array([1.0, 0.0, 0.0, np.nan, 1.0, 0.0]), 1),
        (pd.array([7, 3, 4, None, 8, 3], dtype="Int64"), (7, 8)),
    ],
    ids=str,
)
def test_a_share_is_that_of_the_event_among_the_values_that_are_there(column: Any, event: Any) -> None:
    found = km.measure({"left": column}, km.Share("left", event=event)).overall()
    assert (found.value, found.n, dict(found.excluded)) == (0.4, 5, {"missing": 1})
    low, high = wilson_interval(np.array([2.0]), np.array([5.0]), 0.95)
    assert (found.low, found.high) == pytest.approx((low[0], high[0]), rel=1e-9)
    assert (found.metric, found.unit) == ("left", "share")


def test_weights_counts_groups_and_totals_are_those_of_answers() -> None:
    share = km.Share("churn", event="Yes")
    assert km.measure(FRAME, share, weight="w").overall().value == pytest.approx(4 / 9)
    assert km.measure(FRAME, share, count="times").overall().value == pytest.approx(3 / 8)
    table = km.measure(FRAME, [share, km.Share("churn", event="No", name="stayed")], by="plan")
    assert table["churn", "a"].value == pytest.approx(1 / 3)
    assert table["stayed", "a"].value == pytest.approx(2 / 3)
    assert table.overall("churn").value == 0.4
    assert km.measure(FRAME.assign(who=list("xxyyzz")), share, cluster="who").overall().value == 0.4


def test_an_event_that_nobody_has_is_zero_and_one_that_is_misspelt_an_error() -> None:
    assert km.measure({"churn": ["No"] * 8}, km.Share("churn", event="Yes")).overall().value == 0.0
    assert np.isnan(km.measure({"churn": [None]}, km.Share("churn", event="Yes")).overall().value)
    for values, event in ((CHURN, "yes"), (CHURN, "Ja"), (["yes"] * 3, "Yes"), (["Y", "N"], True)):
        with pytest.raises(UnknownName, match="event must be one of"):
            km.measure({"churn": values}, km.Share("churn", event=event))


@pytest.mark.parametrize("event", [None, (), 0.5, {"Yes"}, ("Yes", None)], ids=repr)
def test_an_event_is_a_word_a_truth_value_or_a_number(event: Any) -> None:
    with pytest.raises(InvalidType, match="event must be"):
        km.Share("churn", event=event)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(InvalidType, match="scale must be left out"):
        km.Share("churn", scale=km.Scale(1, 5))
    with pytest.raises(InvalidType, match="churn must hold words"):
        km.measure({"churn": [["a"], ["b"]]}, km.Share("churn", event="a"))
    yes, no = (km.measure(FRAME, km.Share("churn", event=event)).overall() for event in ("Yes", "No"))
    with pytest.raises(InvalidArgument):
        km.compare(yes, no)
    counts = km.measure(FRAME, km.Share("churn", event="Yes")).counts
    assert km.measure(counts, km.Share("churn", event="Yes")).overall().value == 0.4
    with pytest.raises(InvalidArgument):
        km.measure(counts, km.Share("churn", event="No"))


def test_it_keeps_the_laws() -> None:
    laws.check(km.Share("churn"), max_examples=20)
    laws.check(km.Share("churn", method="jeffreys"), max_examples=10)
