"""Whatever is passed in, the library's own errors come out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.errors import KundenmetrikError

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10),
    st.floats(),
    st.text(max_size=4),
    st.lists(st.one_of(st.none(), st.integers(0, 7), st.text(max_size=3), st.booleans()), max_size=4),
    st.dictionaries(st.text(max_size=3), st.integers(0, 7), max_size=3),
    st.sampled_from([np.nan, np.zeros((2, 2)), pd.Series([1, 2]), pd.DataFrame({"A": [1]}), object(), int, b"x"]),
)
ANSWERS = {"customer_id": [1, 2], "feature": ["a", "b"], "functional": [1, 2], "dysfunctional": [5, 5]}
TABLE = km.kano.classify(ANSWERS)


def assert_guarded(call: Callable[..., Any], *arguments: Any, **named: Any) -> None:
    said = "no error"
    try:
        call(*arguments, **named)
    except KundenmetrikError as error:
        said = str(error)
    assert said


ARGUMENTS = ["table", "by", "period", "date", "weight", "count", "pairs", "labels", "invalid", "without", "confidence"]


@settings(max_examples=25)
@pytest.mark.parametrize("name", [*ARGUMENTS, "strength_threshold", "total_strength_threshold"])
@given(junk=JUNK)
def test_classify(name: str, junk: Any) -> None:
    assert_guarded(km.kano.classify, ANSWERS, **{name: junk})


@settings(max_examples=50)
@given(functional=st.lists(JUNK, min_size=2, max_size=2), dysfunctional=st.lists(JUNK, min_size=2, max_size=2))
def test_cells(functional: list[Any], dysfunctional: list[Any]) -> None:
    columns = {
        "functional": pd.Series(functional, dtype=object),
        "dysfunctional": pd.Series(dysfunctional, dtype=object),
    }
    assert_guarded(km.kano.classify, {"feature": ["a", "b"], **columns})
    assert_guarded(km.kano.answer_quality, {"customer_id": [1, 2], "feature": ["a", "b"], **columns})


CALLS = {
    "classify": km.kano.classify,
    "from_counts": km.kano.from_counts,
    "counts of a feature": lambda junk: km.kano.from_counts({"f": junk}),
    "a letter": lambda junk: km.kano.from_counts({"f": {"A": junk, "O": 1, "M": 1, "I": 1}}),
    "n": lambda junk: km.kano.from_counts({"f": {"A": 1, "O": 0, "M": 0, "I": 0}}, n=junk),
    "scheme": lambda junk: km.kano.from_counts({"f": {"A": 1, "O": 0, "M": 0, "I": 0}}, scheme=junk),
    "quality": km.kano.answer_quality,
    "importance": km.kano.importance,
    "columns": lambda junk: km.kano.importance(ANSWERS, columns=junk),
    "memberships": lambda junk: km.kano.letter_memberships(junk, junk),
    "questionnaire": km.kano.questionnaire,
    "language": lambda junk: km.kano.questionnaire(["a"], language=junk),
    "wording": lambda junk: km.kano.questionnaire(["a"], wording=junk),
    "pair columns": km.kano.pair_columns,
    "template": lambda junk: km.kano.pair_columns(["a_f"], functional=junk),
    "compare": lambda junk: km.kano.compare(TABLE, junk, "a"),
    "paired": lambda junk: km.kano.compare_paired(ANSWERS, junk, "a"),
    "coefficient": lambda junk: km.kano.coefficient(TABLE, junk, "a"),
    "feature": lambda junk: km.kano.coefficient(TABLE, "better", junk),
    "rank": lambda junk: km.kano.rank(TABLE, coefficient=junk),
    "rng": lambda junk: km.kano.rank(TABLE, rng=junk, draws=3),
    "draws": lambda junk: km.kano.rank(TABLE, draws=junk),
    "recovery": lambda junk: km.kano.mode_recovery(TABLE, n=junk),
    "width": lambda junk: km.kano.required_n(TABLE, width=junk),
    "probability": lambda junk: km.kano.required_n(TABLE, probability=junk, most=20),
    "most": lambda junk: km.kano.required_n(TABLE, most=junk),
    "prior": lambda junk: km.kano.mode_probabilities(TABLE, prior=junk),
    "method": lambda junk: km.kano.homogeneity_test(km.kano.classify(ANSWERS, by="customer_id"), method=junk),
    "ratings": lambda junk: km.kano.penalty_reward(junk, "a", ["b"], low=1, high=2),
    "attributes": lambda junk: km.kano.penalty_reward(ANSWERS, "functional", junk, low=1, high=2),
    "overall": lambda junk: km.kano.penalty_reward(ANSWERS, junk, ["functional"], low=1, high=2),
    "low": lambda junk: km.kano.penalty_reward(ANSWERS, "functional", ["dysfunctional"], low=junk, high=2),
    "key": lambda junk: TABLE[junk],
    "under": TABLE.under,
    "reversed questions": TABLE.reverse_questions,
    "total": TABLE.total,
    "at": lambda junk: TABLE.at(confidence=junk),
    "json": km.kano.KanoTable.from_json,
}


@settings(max_examples=25)
@pytest.mark.parametrize("name", CALLS)
@given(junk=JUNK)
def test_everything_else(name: str, junk: Any) -> None:
    assert_guarded(CALLS[name], junk)
