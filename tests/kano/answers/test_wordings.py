"""Labels: what people type is understood, what is unknown is named."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidData
from kundenmetrik.kano.answers.questionnaire import known_labels, plain_label
from kundenmetrik.kano.table import KanoTable


def classify(functional: list[str], dysfunctional: list[Any] | None = None, **arguments: Any) -> KanoTable:
    other = [1] * len(functional) if dysfunctional is None else dysfunctional
    return km.kano.classify(
        {"feature": ["a"] * len(functional), "functional": functional, "dysfunctional": other}, **arguments
    )


@pytest.mark.parametrize("name", km.kano.wordings())
def test_every_wording_has_five_positions_with_one_meaning(name: str) -> None:
    wording = km.kano.wordings()[name]
    assert len(wording.answers) == 5
    known = known_labels(name)
    for position, spellings in enumerate(wording.answers, start=1):
        for spelling in spellings:
            assert known.positions[plain_label(spelling)] == position


def test_all_wordings_together_contradict_nowhere() -> None:
    assert len(known_labels(None).positions) > 25


@pytest.mark.parametrize(
    "typed",
    [
        "I dislike it, and I can’t accept it",
        "i dislike it, and i can't accept it ",
        "  I DISLIKE IT,  and I can´t accept it!",
        "I dislike it, and I can't accept it 😡",
        "I dislike it, and I can’t accept it\N{NO-BREAK SPACE}",
    ],
)
def test_curly_quotes_blanks_case_and_emoji_are_understood(typed: str) -> None:
    assert classify([typed], [1]).to_frame().R[0] == 1


def test_german_umlauts_in_both_unicode_forms() -> None:
    composed, decomposed = "Das würde mich sehr stören", "Das wu\u0308rde mich sehr sto\u0308ren"
    assert plain_label(composed) == plain_label(decomposed)
    assert classify(["Das würde mich sehr freuen"], [decomposed]).to_frame().O[0] == 1


def test_unknown_labels_show_the_nearest() -> None:
    with pytest.raises(InvalidData) as caught:
        classify(["I must be that way", "It must be that way"])
    assert "1 of 2 is not (row 0: 'I must be that way')" in str(caught.value)
    assert "The nearest known: 'It must be that way' (2)" in str(caught.value)


def test_positions_as_text_are_told_to_be_numbers() -> None:
    with pytest.raises(InvalidData, match=r"row 0: '1'\)\. Positions must be numbers: convert the text"):
        classify(["1"])


def test_own_labels() -> None:
    labels = {**km.kano.wordings()["kano"].labels, "I must be that way": 2}
    assert classify(["I must be that way"], ["I dislike it that way"], labels=labels).to_frame().M[0] == 1
    with pytest.raises(InvalidData, match="known answer labels"):
        classify(["I expect it"], labels=labels)
    with pytest.raises(InvalidData, match="Pass labels="):
        classify(["zzz"], labels={"yes": 1})


def test_a_label_beyond_three_answers_is_off_the_scale() -> None:
    with pytest.raises(InvalidData, match="lie from 1 to 3"):
        classify(["I dislike it"], table="short")


def test_different_wordings_pooled_are_noted() -> None:
    assert classify(["I like it", "I like it that way"], ["I dislike it", "I dislike it that way"]).notes == (
        "wordings_pooled",
    )
    assert classify(["I like it", "I'm neutral"], ["I dislike it"] * 2).notes == ()
    data = {"feature": ["a"] * 2, "functional": [1, 1], "dysfunctional": [5, 5], "wording": ["x", "y"]}
    assert km.kano.classify(data).notes == ("wordings_pooled",)
    apart = km.kano.classify(data, by="wording")
    assert apart.notes == ()
    assert apart.total().notes == ("wordings_pooled",)
    assert "wordings_pooled" in km.kano.classify(data).to_frame().notes[0]


@pytest.mark.parametrize("dtype", ["category", "string", object, "string[pyarrow]"])
def test_labels_in_every_column_type(dtype: str | type) -> None:
    if dtype == "string[pyarrow]":
        pytest.importorskip("pyarrow")
    data = pd.DataFrame(
        {"feature": ["a", "a"], "functional": ["I like it", None], "dysfunctional": ["I dislike it"] * 2}
    )
    table = km.kano.classify(data.astype({"functional": dtype, "dysfunctional": dtype}))
    assert table.to_frame()[["O", "excluded"]].iloc[0].tolist() == [1, 1]
