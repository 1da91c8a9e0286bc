"""The Kano table as a value: adding, reading again, storing, showing."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, UnknownName
from kundenmetrik.kano.table import KanoTable

RNG = np.random.default_rng(11)
LONG = pd.DataFrame(
    {
        "feature": RNG.choice(["a", "b", "c"], 300),
        "functional": RNG.integers(1, 6, 300),
        "dysfunctional": RNG.integers(1, 6, 300),
        "segment": RNG.choice(["x", "y"], 300),
        "w": RNG.uniform(0.5, 2, 300),
    }
)
TABLE = km.kano.classify(LONG, by="segment")


def test_halves_add_to_the_whole() -> None:
    first, second = LONG.iloc[:140], LONG.iloc[140:]
    assert km.kano.classify(first, by="segment") + km.kano.classify(second, by="segment") == TABLE


def test_a_half_without_a_feature_adds_too() -> None:
    first, second = LONG[LONG.feature != "b"], LONG[LONG.feature == "b"]
    both = km.kano.classify(first) + km.kano.classify(second)
    pd.testing.assert_frame_equal(both.to_frame(), km.kano.classify(LONG).to_frame())


def test_tables_under_different_evaluation_do_not_add() -> None:
    with pytest.raises(InvalidArgument, match="same evaluation table"):
        TABLE + TABLE.under("pouliot")


def test_under_is_classifying_again() -> None:
    for name in ("pouliot", "halfway"):
        assert TABLE.under(name) == km.kano.classify(LONG, by="segment", table=name)
    with pytest.raises(InvalidArgument, match="5 steps"):
        TABLE.under("short")
    with pytest.raises(InvalidArgument, match="letters only"):
        km.kano.from_counts({"f": {"A": 1, "O": 1, "M": 1, "I": 1}}).under("pouliot")


def test_confidence_is_asked_again() -> None:
    narrow, wide = TABLE.at(confidence=0.5).to_frame(), TABLE.at(confidence=0.99).to_frame()
    assert (narrow.better_low > wide.better_low).all()
    assert (narrow.worse_high < wide.worse_high).all()
    assert (narrow.better == wide.better).all()


def test_reversed_questions_are_the_transpose() -> None:
    turned = TABLE.reverse_questions("a")
    swapped = LONG.copy()
    rows = swapped.feature == "a"
    swapped.loc[rows, ["functional", "dysfunctional"]] = swapped.loc[rows, ["dysfunctional", "functional"]].to_numpy()
    assert turned == km.kano.classify(swapped, by="segment")
    assert turned.reverse_questions("a") == TABLE
    with pytest.raises(UnknownName):
        TABLE.reverse_questions("zz")
    with pytest.raises(InvalidArgument):
        km.kano.from_counts({"f": {"A": 1, "O": 1, "M": 1, "I": 1}}).reverse_questions("f")


@pytest.mark.parametrize(
    "table",
    [
        TABLE,
        km.kano.classify(LONG, weight="w", confidence=0.9),
        km.kano.from_counts({"f": {"A": 1.5, "O": 1, "M": 1, "I": 1}}),
        km.kano.classify({"feature": ["a"], "functional": [None], "dysfunctional": [1]}),
        TABLE.under(["QAAAO", "RIIIM", "RIQIM", "RIIIM", "RRRRQ"]),
    ],
)
def test_json_and_pickle_give_it_back(table: KanoTable) -> None:
    back = km.kano.KanoTable.from_json(table.to_json())
    assert back == table
    pd.testing.assert_frame_equal(back.to_frame(), table.to_frame())
    assert pickle.loads(pickle.dumps(table)) == table


@pytest.mark.parametrize("text", ["3", "{}", '{"version": 2}', "x", None])
def test_other_json_is_refused(text: str | None) -> None:
    with pytest.raises(InvalidArgument):
        km.kano.KanoTable.from_json(text)


def test_a_table_is_frozen_and_differs_by_content() -> None:
    with pytest.raises(AttributeError):
        TABLE.confidence = 0.5  # type: ignore[misc]
    assert TABLE.at(confidence=0.9) != TABLE
    assert TABLE != 3


def test_subset_is_the_row() -> None:
    pd.testing.assert_frame_equal(
        TABLE["b", "y"].to_frame(), TABLE.to_frame().query("feature == 'b' and segment == 'y'").reset_index(drop=True)
    )
    with pytest.raises(UnknownName, match="feature"):
        TABLE["zz"]


def test_each_group_is_computed_as_if_alone() -> None:
    rows = [TABLE[key].to_frame() for key in TABLE.counts.groups.keys]
    pd.testing.assert_frame_equal(pd.concat(rows, ignore_index=True), TABLE.to_frame())


def test_iterating_gives_rows() -> None:
    assert [row["feature"] for row in TABLE] == ["a", "a", "b", "b", "c", "c"]
    assert len(TABLE) == 6


def test_html_is_escaped() -> None:
    table = km.kano.from_counts({"<b>": {"A": 1, "O": 1, "M": 1, "I": 1}})
    assert "<b>" not in table._repr_html_()
    assert "<b>" in repr(table)


def test_thresholds_are_parameters() -> None:
    counts = {"f": {"A": 55, "O": 0, "M": 45, "I": 0}}
    assert km.kano.from_counts(counts).to_frame().near_tie[0] == "A"
    assert km.kano.from_counts(counts, strength_threshold=0.1).to_frame().near_tie[0] == "M"
    assert "few_want_it" not in km.kano.from_counts(counts).to_frame().notes[0]
    few = {"f": {"A": 55, "O": 0, "M": 0, "I": 45}}
    assert "few_want_it" in km.kano.from_counts(few).to_frame().notes[0]
    assert "few_want_it" not in km.kano.from_counts(few, total_strength_threshold=0.5).to_frame().notes[0]


def test_a_coefficient_is_an_estimate() -> None:
    table = km.kano.classify(LONG, by="segment", weight="w")
    found = km.kano.coefficient(table, "worse", ("a", "x"))
    row = table.to_frame().iloc[0]
    assert (found.value, found.low, found.high) == (row.worse, row.worse_low, row.worse_high)
    assert found.n < found.n_raw == row.n_raw
    assert not found.higher_is_better
    asked = pickle.loads(pickle.dumps(found)).at(confidence=0.5)
    assert found.low < asked.low < asked.high < found.high
    with pytest.raises(InvalidArgument, match="segment"):
        km.kano.coefficient(table, "better", "a")
    with pytest.raises(UnknownName):
        km.kano.coefficient(table, "beter", ("a", "x"))


def test_the_shown_table_is_short() -> None:
    table = km.kano.from_counts({"f": {"A": 7, "O": 33, "M": 50, "I": 10}, "none": dict.fromkeys("AOMI", 0)})
    headline, _, first, second, *below = table.to_text(120).splitlines()
    assert headline == "Kano categories of 2 features, 95% CI (letters as given)"
    assert "0.40 (0.31 to 0.50)" in first
    assert second.split() == ["none", "0", "-", *"000000"]
    assert below == ["notes: empty (none)"]
    assert max(map(len, table.to_text(60).splitlines())) <= 60


def test_a_result_as_dict_and_what_was_left_out() -> None:
    answers = {"feature": ["a"] * 3, "functional": [1, 1, None], "dysfunctional": [5, None, None]}
    table = km.kano.classify(answers)
    assert table.excluded == {"missing": 1, "half_missing": 1, "out_of_scale": 0, "not_a_step": 0}
    assert json.loads(json.dumps(table.to_dict()))["rows"][0]["category"] == "O"
    assert "half_missing" in repr(table)


def test_a_table_stored_by_version_0_1_is_read() -> None:
    stored = json.loads(TABLE.to_json())
    stored["seen"] = stored.pop("notes")
    assert km.kano.KanoTable.from_json(json.dumps(stored)) == TABLE
