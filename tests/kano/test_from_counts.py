"""Counts somebody else has made: letters, squares, shares, schemes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType, KundenmetrikError, UnknownName

LETTERS = {"A": 1, "O": 2, "M": 3, "I": 4}


def test_letters_not_given_are_zero() -> None:
    frame = km.kano.from_counts({"f": LETTERS, "g": {**LETTERS, "R": 5}}).to_frame()
    assert frame[["n", "R", "Q"]].to_numpy().tolist() == [[10, 0, 0], [15, 5, 0]]
    assert frame.n.dtype == np.int64


@pytest.mark.parametrize("wrong", [-1, np.nan, np.inf])
def test_bad_counts_name_the_feature(wrong: float) -> None:
    with pytest.raises(InvalidData, match=r"counts of M must be numbers of at least 0; 1 of 2 is not \(row 'g'"):
        km.kano.from_counts({"f": LETTERS, "g": {**LETTERS, "M": wrong}})


def test_a_needed_letter_is_missed() -> None:
    with pytest.raises(InvalidArgument, match="letters A, O, M, I"):
        km.kano.from_counts({"f": {"A": 1, "O": 2, "I": 4}})
    with pytest.raises(InvalidData, match="counts of M"):
        km.kano.from_counts({"f": {"A": 1, "O": 2, "I": 4}, "g": LETTERS})


def test_strange_letters_are_unknown() -> None:
    with pytest.raises(UnknownName, match="letter must be one of 'A', 'P', 'O'"):
        km.kano.from_counts({"f": {**LETTERS, "M": 3, "P": 1}}, scheme="french")
    with pytest.raises(UnknownName, match="scheme"):
        km.kano.from_counts({"f": LETTERS}, scheme="frensh")


def test_german_words_as_columns() -> None:
    counts = {
        "Begeisterungsmerkmal": 3,
        "Leistungsmerkmal": 1,
        "Basismerkmal": 5,
        "unerhebliches Merkmal": 2,
        "Rückweisungsmerkmal": 0,
        "fragwürdiges Merkmal": 1,
    }
    row = km.kano.from_counts({"f": counts}, scheme="german_words").to_frame().iloc[0]
    assert row[list("AOMIRQ")].tolist() == [3, 1, 5, 2, 0, 1]


def test_every_scheme_is_a_translation_of_all_six() -> None:
    for scheme in km.kano.letter_schemes().values():
        assert sorted(scheme.values()) == sorted("AOMIRQ")


def test_frames_with_segments() -> None:
    frame = pd.DataFrame(
        {"feature": ["f", "f"], "land": ["DE", "AT"], "A": [1, 2], "O": [0, 1], "M": 1, "I": 1, "comment": "x"}
    )
    table = km.kano.from_counts(frame, by="land")
    assert table.to_frame()[["land", "A", "n"]].to_numpy().tolist() == [["DE", 1, 3], ["AT", 2, 5]]
    with pytest.raises(InvalidArgument, match="differ"):
        km.kano.from_counts(frame)
    finer = pd.concat([frame.assign(plan="a"), frame.assign(plan="b", A=[4, 0])], ignore_index=True)
    assert km.kano.from_counts(finer, by="land").to_frame()[["A", "n"]].to_numpy().tolist() == [[5, 9], [2, 8]]
    assert km.kano.from_counts(finer, by=["land", "plan"]).to_frame()["A"].tolist() == [1, 2, 4, 0]
    with pytest.raises(InvalidArgument, match="differ"):
        km.kano.from_counts(finer.assign(A=25, O=25, M=25, I=25), by="land", n=100)


@pytest.mark.parametrize("total", [1, 100])
def test_shares_are_scaled_to_n(total: int) -> None:
    shares = {letter: value * total / 10 for letter, value in LETTERS.items()}
    frame = km.kano.from_counts({"f": shares}, n=50).to_frame()
    np.testing.assert_allclose(frame[list("AOMI")].iloc[0], [5, 10, 15, 20])
    assert frame.n_effective[0] == pytest.approx(50)


def test_shares_that_sum_to_something_else_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="sum to 1 or 100"):
        km.kano.from_counts({"f": LETTERS}, n=50)


@pytest.mark.parametrize("square", [[[1] * 4] * 4, [1] * 24, [["x"] * 5] * 5, "x", None])
def test_squares_of_the_wrong_size_are_refused(square: list[Any] | str | None) -> None:
    with pytest.raises(KundenmetrikError):
        km.kano.from_counts({"f": square})


def test_a_square_may_be_flat_or_square_or_an_array() -> None:
    square = np.arange(25).reshape(5, 5)
    one = km.kano.from_counts({"f": square})
    assert one == km.kano.from_counts({"f": square.tolist()}) == km.kano.from_counts({"f": square.ravel()})
    assert one.counts.table.sum() == 300


def test_squares_and_letters_do_not_mix() -> None:
    with pytest.raises(InvalidType, match="letters for every feature"):
        km.kano.from_counts({"f": LETTERS, "g": np.zeros((5, 5))})


def test_grouped_rows_need_their_count() -> None:
    with pytest.raises(UnknownName, match="count"):
        km.kano.from_counts(pd.DataFrame({"feature": ["a"], "functional": [1], "dysfunctional": [1]}))


def test_fractions_are_kept() -> None:
    row = km.kano.from_counts({"f": {"A": 0.5, "O": 0, "M": 0, "I": 1.25}}).to_frame().iloc[0]
    assert (row.A, row.n, row.category) == (0.5, 1.75, "I")


def test_counts_of_something_else_are_refused() -> None:
    other = km.measure({"score": [10, 9]}, km.NPS()).counts
    with pytest.raises(InvalidArgument, match="feature"):
        km.kano.from_counts(other)
    with pytest.raises(InvalidArgument, match="cells"):
        km.kano.from_counts(
            km.kano.classify({"feature": ["a"], "functional": [1], "dysfunctional": [1]}).counts, table="short"
        )


LONG = pd.DataFrame({"feature": "feature", "functional": [1, 1, 3, 3, 1], "dysfunctional": [5, 5, 3, 3, 2]})
SQUARE = [[0, 1, 0, 0, 2], [0] * 5, [0, 0, 2, 0, 0], [0] * 5, [0] * 5]


@pytest.mark.parametrize(
    "counts",
    [
        SQUARE,
        np.array(SQUARE),
        np.array(SQUARE).ravel(),
        pd.crosstab(LONG.functional, LONG.dysfunctional),
        {"feature": SQUARE},
    ],
)
def test_one_feature_as_a_square_or_a_crosstab(counts: Any) -> None:
    assert km.kano.from_counts(counts) == km.kano.classify(LONG)


def test_one_feature_as_letters() -> None:
    assert km.kano.from_counts(LETTERS) == km.kano.from_counts({"feature": LETTERS})


def test_many_squares_are_numbered() -> None:
    assert km.kano.from_counts(np.ones((3, 5, 5))).features == (0, 1, 2)
    assert km.kano.from_counts(np.ones((3, 25), dtype=int)).letters.sum() == 75


def test_letters_as_records_columns_and_index() -> None:
    expected = km.kano.from_counts({"f": LETTERS, "g": {**LETTERS, "A": 9}})
    records = [{"feature": "f", **LETTERS}, {"feature": "g", **LETTERS, "A": 9}]
    frame = pd.DataFrame(records)
    indexed = frame.set_index("feature")
    for counts in (records, frame.to_dict("list"), frame, indexed, indexed.rename_axis(None)):
        assert km.kano.from_counts(counts) == expected


def test_the_number_of_people_may_be_a_column() -> None:
    letters = {"A": [50, 0], "O": [0, 0], "M": [0, 20], "I": [50, 80]}
    shares = pd.DataFrame({"feature": ["f", "g"], **letters, "n": [10, 300]})
    frame = km.kano.from_counts(shares, n="n").to_frame()
    assert frame.n.tolist() == [10, 300]
    assert frame.M[1] == 60
    assert km.kano.from_counts(shares).to_frame().n.tolist() == [100, 100]
