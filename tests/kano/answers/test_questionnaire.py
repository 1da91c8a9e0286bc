"""The questionnaire, and finding pairs of columns."""

from __future__ import annotations

from typing import Any

import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidType, UnknownName


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_questionnaire_can_be_answered(language: str) -> None:
    """What is printed is understood: answering like / dislike everywhere gives O."""
    frame = km.kano.questionnaire(["chat", "returns"], language=language)
    assert list(frame.columns) == ["feature", "question", "text", "position", "label"]
    assert len(frame) == 20
    assert frame.text.nunique() == 4
    functional = frame[(frame.question == "functional") & (frame.position == 1)].label.tolist()
    dysfunctional = frame[(frame.question == "dysfunctional") & (frame.position == 5)].label.tolist()
    table = km.kano.classify({"feature": ["chat", "returns"], "functional": functional, "dysfunctional": dysfunctional})
    assert table.to_frame().category.tolist() == ["O", "O"]
    assert table.notes == ()


@pytest.mark.parametrize("wording", ["kano", "enjoy", "helpful", "short"])
def test_english_wordings(wording: str) -> None:
    frame = km.kano.questionnaire(["chat"], language="en", wording=wording)
    assert frame.label[:5].tolist() == list(km.kano.wordings()[wording].printed)


def test_own_questions() -> None:
    own = {"chat": ("Wenn es einen Chat gibt?", "Wenn es keinen gibt?")}
    assert km.kano.questionnaire(own).text.unique().tolist() == list(own["chat"])


def test_braces_in_a_feature_stay() -> None:
    assert "{x} %s {feature}" in km.kano.questionnaire(["{x} %s {feature}"]).text[0]


@pytest.mark.parametrize(
    ("features", "arguments", "error"),
    [
        (["a"], {"language": "fr"}, UnknownName),
        (["a"], {"language": "de", "wording": "kano"}, InvalidArgument),
        (["a"], {"wording": "germn"}, UnknownName),
        (["a", "a"], {}, InvalidArgument),
        ([], {}, InvalidType),
        ("a", {}, InvalidType),
        ({"a": "b"}, {}, InvalidType),
        ({"a": ("b",)}, {}, InvalidType),
    ],
)
def test_bad_questionnaires(features: dict[str, Any] | list[Any] | str, arguments: dict[str, Any], error: type) -> None:
    with pytest.raises(error):
        km.kano.questionnaire(features, **arguments)


def test_pairs_are_found_by_name() -> None:
    columns = ["F10_dysfunctional", "F1_functional", "F10_functional", "age", "F1_dysfunctional"]
    assert km.kano.pair_columns(columns) == {
        "F1": ("F1_functional", "F1_dysfunctional"),
        "F10": ("F10_functional", "F10_dysfunctional"),
    }


@pytest.mark.parametrize(
    ("columns", "arguments"),
    [
        (["F1_functional"], {}),
        (["x"], {}),
        (["F1_functional", "F1_dysfunctional"], {"functional": "functional"}),
        (["F1_functional", "F1_dysfunctional"], {"functional": "{feature}"}),
    ],
)
def test_bad_pairs(columns: list[str], arguments: dict[str, Any]) -> None:
    with pytest.raises(InvalidArgument):
        km.kano.pair_columns(columns, **arguments)


def test_pairs_of_the_usual_names_are_found_unasked() -> None:
    wide = {
        "age": [30, 40],
        "F4_dysfunctional": [5, 3],
        "F4_functional": [1, 2],
        "F1_functional": [2, 2],
        "F1_dysfunctional": [5, 5],
    }
    table = km.kano.classify(wide)
    assert table.features == ("F4", "F1")
    assert table == km.kano.classify(wide, pairs=km.kano.pair_columns(wide))


def test_a_wide_table_with_half_a_pair_names_the_feature() -> None:
    with pytest.raises(InvalidArgument, match=r"^columns must hold both columns of every feature, not \['x'\]"):
        km.kano.classify({"chat_functional": [1], "chat_dysfunctional": [5], "x_functional": [1]})


@pytest.mark.parametrize(
    ("functional", "dysfunctional", "columns"),
    [
        ("f_{feature}", "f_not_{feature}", ["f_speed", "f_not_speed"]),
        ("f_not_{feature}", "f_{feature}", ["f_not_speed", "f_speed"]),
        ("{feature}_f", "{feature}_not_f", ["speed_f", "speed_not_f"]),
        ("q{feature}", "q{feature}b", ["qspeed", "qspeedb"]),
    ],
)
def test_a_column_that_fits_both_patterns_is_that_of_the_longer_one(
    functional: str, dysfunctional: str, columns: list[str]
) -> None:
    found = km.kano.pair_columns(columns[::-1], functional=functional, dysfunctional=dysfunctional)
    assert found == {"speed": tuple(columns)}
