"""Scales: steps, direction, labels, codes for no answer."""

from __future__ import annotations

import pickle

import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType

MOOD = km.Scale(1, 3, labels=["schlecht", "gut", "sehr gut"])


def test_boxes_lie_at_the_good_end() -> None:
    assert km.Scale(1, 5).top(2) == (4, 5)
    assert km.Scale(1, 5, higher_is_better=False).top(2) == (1, 2)
    assert km.Scale(1, 5, higher_is_better=False).bottom(1) == (5,)
    assert km.Scale(1, 5).reverse() == km.Scale(1, 5, higher_is_better=False)


@pytest.mark.parametrize("bounds", [(5, 1), (1, 1), (0, 2000), (0.5, 3)])
def test_a_scale_has_at_least_two_whole_steps(bounds: tuple[int, int]) -> None:
    with pytest.raises(InvalidArgument):
        km.Scale(*bounds)


def test_labels_and_codes_must_fit_the_steps() -> None:
    with pytest.raises(InvalidArgument, match="3 different words"):
        km.Scale(1, 3, labels=["a", "b"])
    with pytest.raises(InvalidArgument, match="steps from 1 to 3"):
        km.Scale(1, 3, labels={"a": 4})
    with pytest.raises(InvalidArgument, match="off the scale"):
        km.Scale(1, 3, missing_codes=(2,))
    with pytest.raises(InvalidType):
        km.Scale(1, 3, labels="abc")
    with pytest.raises(InvalidType):
        km.Scale(1, 3, higher_is_better=1)


@pytest.mark.parametrize(
    "answers",
    [
        ["gut", "sehr gut", None, "schlecht"],
        pd.Series(["gut", "sehr gut", None, "schlecht"], dtype="string"),
        pd.Series(["gut", "sehr gut", None, "schlecht"], dtype=object),
        pd.Series(
            ["gut", "sehr gut", None, "schlecht"],
            dtype=pd.CategoricalDtype(["sehr gut", "gut", "schlecht"], ordered=True),
        ),
    ],
    ids=["list", "string", "object", "categorical"],
)
def test_words_are_mapped_through_the_scale_only(answers: object) -> None:
    estimate = km.csat(answers, scale=MOOD, satisfied=[2, 3])
    assert (estimate.n, dict(estimate.excluded)) == (3, {"missing": 1})
    assert estimate.counts.table.tolist() == [[1, 1, 1]]
    with pytest.raises((InvalidType, InvalidData)):
        km.csat(answers, scale=km.Scale(1, 3), satisfied=[3])


def test_an_unknown_word_is_an_error_that_suggests_the_nearest() -> None:
    with pytest.raises(InvalidData, match="Did you mean 'sehr gut'"):
        km.csat(["gut", "sehr guut"], scale=MOOD, satisfied=[3])


def test_codes_for_no_answer_are_missing() -> None:
    scale = km.Scale(0, 10, missing_codes=(99, -1))
    assert dict(km.nps([10, 99, -1, 3], scale=scale).excluded) == {"missing": 2}
    worded = km.Scale(1, 2, labels=["nein", "ja"], missing_codes=("weiß nicht",))
    assert km.measure({"x": ["ja", "weiß nicht"]}, km.MeanScore("x", scale=worded))[()].n == 1


def test_a_scale_is_a_value() -> None:
    assert pickle.loads(pickle.dumps(MOOD)) == MOOD
    assert hash(MOOD) == hash(km.Scale(1, 3, labels=["schlecht", "gut", "sehr gut"]))
    assert eval(repr(MOOD), {"Scale": km.Scale}) == MOOD
