"""Rules: ties, thresholds and the edges between them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import kundenmetrik as km
from kundenmetrik.kano.categories.category_rules import (
    agreement,
    group_rule,
    is_tied,
    mixed_category,
    mode_category,
    near_tie_category,
    quadrant_category,
    top_two,
)


def row(**letters: float) -> NDArray[Any]:
    return np.array([[letters.get(letter, 0) for letter in "AOMIRQ"]])


@pytest.mark.parametrize(
    ("letters", "category"),
    [
        ({"M": 5, "O": 5, "A": 5, "I": 5, "R": 5, "Q": 5}, "M"),
        ({"O": 5, "A": 5, "I": 5, "R": 5, "Q": 5}, "O"),
        ({"A": 5, "I": 5, "R": 5, "Q": 5}, "A"),
        ({"I": 5, "R": 5, "Q": 5}, "I"),
        ({"R": 5, "Q": 5}, "R"),
        ({"Q": 1}, "Q"),
        ({}, ""),
    ],
)
def test_ties_of_the_mode(letters: dict[str, Any], category: str) -> None:
    assert mode_category(row(**letters))[0] == category
    assert is_tied(row(**letters))[0] == (len(letters) > 1)


@pytest.mark.parametrize(
    ("letters", "category", "mixed"),
    [
        ({"I": 53, "M": 47}, "M", "I"),  # exactly 6 %: the near-tie rule decides, the mix needs less
        ({"I": 530, "M": 469, "A": 1}, "I", "I"),  # 6.1 %
        ({"I": 52, "M": 48}, "M", "I/M"),
        ({"M": 52, "I": 48}, "M", "M/I"),
        ({"A": 40, "O": 39, "M": 38}, "O", "A/O"),  # among the top two only
        ({"R": 50, "Q": 50}, "R", "R/Q"),
        ({"Q": 51, "R": 49}, "R", "Q/R"),
    ],
)
def test_near_ties(letters: dict[str, int], category: str, mixed: str) -> None:
    assert near_tie_category(row(**letters))[0] == category
    assert mixed_category(row(**letters))[0] == mixed


def test_six_percent_is_exact_for_every_size() -> None:
    for hundredths in range(50, 5001, 50):
        gap = 6 * hundredths // 100
        top = (hundredths + gap) // 2
        if top * 2 - hundredths == gap and gap * 100 == 6 * hundredths:
            assert near_tie_category(row(I=top, M=hundredths - top))[0] == "M"


@pytest.mark.parametrize(
    ("letters", "category"),
    [
        ({"A": 10, "I": 10}, "I"),  # equality falls to I, R, Q
        ({"A": 11, "I": 10}, "A"),
        ({"M": 4, "O": 4, "A": 3, "I": 10}, "M"),
        ({"O": 4, "A": 4, "I": 7}, "O"),
        ({"I": 5, "R": 5, "Q": 5}, "I"),
        ({"R": 5, "Q": 5}, "R"),
    ],
)
def test_group_rule(letters: dict[str, int], category: str) -> None:
    assert group_rule(row(**letters))[0] == category


@pytest.mark.parametrize(
    ("letters", "category"),
    [
        ({"O": 1, "I": 1}, "O"),  # .5 belongs to the upper half
        ({"A": 1, "I": 1}, "A"),
        ({"M": 1, "I": 1}, "M"),
        ({"A": 1, "M": 1}, "O"),
        ({"A": 49, "I": 51}, "I"),
        ({"R": 3}, ""),
    ],
)
def test_quadrant(letters: dict[str, int], category: str) -> None:
    assert quadrant_category(row(**letters))[0] == category


def test_top_two_of_equals_follow_the_order() -> None:
    first, second = top_two(row(A=3, I=3, M=3))
    assert ("AOMIRQ"[first[0]], "AOMIRQ"[second[0]]) == ("M", "A")


def test_agreement_counts_the_rules_that_speak() -> None:
    found = agreement(
        np.array(["I", "R", ""]), [np.array(["I", "R", ""]), np.array(["A", "R", ""]), np.array(["I", "", ""])]
    )
    np.testing.assert_array_equal(found, [0.75, 1.0, np.nan])


def test_rules_stand_side_by_side() -> None:
    frame = km.kano.from_counts({"f": {"A": 88, "O": 90, "M": 32, "I": 114, "R": 15, "Q": 19}}).to_frame()
    assert frame[["category", "near_tie", "group_rule", "quadrant"]].iloc[0].tolist() == ["I", "I", "O", "A"]
    assert frame.agreement[0] == 0.5
    assert "rules_disagree" in frame.notes[0]


def test_tables_that_disagree_are_flagged() -> None:
    cells = [[0] * 5 for _ in range(5)]
    cells[1][1], cells[0][2] = 10, 8
    frame = km.kano.from_counts({"f": cells}).to_frame()
    assert frame.category[0] == "I"
    assert frame.tables_disagree[0]
    assert "tables_disagree" in frame.notes[0]
    assert km.kano.from_counts({"f": cells}, table="pouliot").to_frame().category[0] == "Q"


@pytest.mark.parametrize("order", [[0.1, 0.2], [0.2, 0.1]])
def test_weights_that_are_equal_tie_whatever_the_order_of_rows(order: list[float]) -> None:
    """0.1 + 0.2 is not 0.3 in binary; the tie rule must not hang on that."""
    letters = row(A=sum(order) + 0.0, M=0.3)
    assert mode_category(letters)[0] == "M"
    assert is_tied(letters)[0]
    assert quadrant_category(letters)[0] == "O"
    thirds = np.array([[0.1, 0.1, 0.1, 0.3, 0.0, 0.0]])
    assert group_rule(thirds)[0] == "I"
    assert near_tie_category(row(I=0.53, M=0.47))[0] == "M"


def test_the_threshold_reaches_the_note() -> None:
    counts = {"f": {"A": 55, "O": 0, "M": 45, "I": 0}}
    assert "near_tie" not in km.kano.from_counts(counts).to_frame().notes[0]
    wider = km.kano.from_counts(counts, strength_threshold=0.1).to_frame()
    assert wider.notes[0] == "near_tie, rules_disagree"
    assert wider.rules_disagree[0]
