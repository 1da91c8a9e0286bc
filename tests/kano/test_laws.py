"""Laws that hold for any survey."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import kundenmetrik as km
from kundenmetrik.kano.categories.letters import LETTERS, evaluation_tables
from kundenmetrik.kano.table import KanoTable

SQUARES = st.lists(st.integers(0, 40), min_size=25, max_size=25).map(lambda cells: np.array(cells).reshape(5, 5))
FIVE_STEP = ["classic", "pouliot", "halfway"]
SCALE_FREE = [
    "category",
    "group_rule",
    "near_tie",
    "quadrant",
    "mixed",
    "strength",
    "total_strength",
    "better",
    "worse",
    "agreement",
]


def one(square: NDArray[Any], table: str = "classic") -> KanoTable:
    return km.kano.from_counts({"f": square}, table=table)


def row(square: NDArray[Any], table: str = "classic") -> pd.Series[Any]:
    return one(square, table).to_frame().iloc[0]


@given(SQUARES, st.sampled_from(FIVE_STEP))
def test_letters_sum_to_the_pairs(square: NDArray[Any], table: str) -> None:
    found = row(square, table)
    assert found.n == square.sum() == sum(found[letter] for letter in LETTERS)


@given(SQUARES, st.sampled_from(FIVE_STEP))
def test_coefficients_keep_their_identities(square: NDArray[Any], table: str) -> None:
    found = row(square, table)
    base = found.A + found.O + found.M + found.I
    if not base:
        assert np.isnan(found.better)
        assert np.isnan(found.worse)
        return
    assert 0 <= found.better_low <= found.better <= found.better_high <= 1
    assert -1 <= found.worse_low <= found.worse <= found.worse_high <= 0
    assert abs(found.better + found.worse - (found.A - found.M) / base) < 1e-12
    assert abs(found.better - found.worse - (1 + (found.O - found.I) / base)) < 1e-12
    assert abs(found.average_satisfaction - (found.A - found.M) / base) < 1e-12


@given(SQUARES, st.integers(2, 9))
def test_so_many_times_the_survey_keeps_what_is_free_of_scale(square: NDArray[Any], times: int) -> None:
    first, more = row(square), row(square * times)
    pd.testing.assert_series_equal(first[SCALE_FREE], more[SCALE_FREE])
    if square.sum() and not first.tie:
        assert more.p_mode >= first.p_mode - 1e-9 or first.p_mode < 0.5
    if first.better_high > first.better_low:
        assert more.better_high - more.better_low < first.better_high - first.better_low


@given(SQUARES)
def test_the_group_rule_wants_what_most_want(square: NDArray[Any]) -> None:
    found = row(square)
    if found.n:
        assert (found.group_rule in "OAM") == (found.A + found.O + found.M > found.I + found.R + found.Q)


@given(SQUARES)
def test_pouliot_moves_indifferent_to_questionable_only(square: NDArray[Any]) -> None:
    classic, half, pouliot = (row(square, table) for table in ("classic", "halfway", "pouliot"))
    assert classic.Q <= half.Q <= pouliot.Q
    assert classic.I >= half.I >= pouliot.I
    assert all(classic[letter] == half[letter] == pouliot[letter] for letter in "AOMR")


@given(SQUARES, st.sampled_from(FIVE_STEP))
def test_turning_round_exchanges_wanted_and_reverse(square: NDArray[Any], table: str) -> None:
    there = row(square, table)
    back = one(square, table).reverse_questions("f").to_frame().iloc[0]
    assert (back.I, back.Q) == (there.I, there.Q)
    assert back.R >= there.A + there.O + there.M
    interior = square.copy()
    interior[0, :], interior[:, 4] = 0, 0
    turned = one(interior, table).reverse_questions("f").to_frame().iloc[0]
    assert turned.A + turned.O + turned.M == row(interior, table).R


@given(st.lists(SQUARES, min_size=2, max_size=4))
def test_counts_add_over_surveys(squares: list[NDArray[Any]]) -> None:
    total = sum((one(square) for square in squares[1:]), one(squares[0]))
    assert total == one(sum(squares))


@given(SQUARES)
def test_another_indifferent_answer_moves_both_towards_zero(square: NDArray[Any]) -> None:
    before = row(square)
    more = square.copy()
    more[2, 2] += 1
    after = row(more)
    if not np.isnan(before.better):
        assert after.better <= before.better
        assert after.worse >= before.worse


@given(SQUARES)
def test_probabilities_of_the_mode_are_a_distribution(square: NDArray[Any]) -> None:
    table = one(square)
    found = km.kano.mode_probabilities(table).iloc[0]
    if table.to_frame().n[0]:
        values = found[list(LETTERS)].astype(float)
        assert abs(values.sum() - 1) < 1e-12
        assert values[found.category] == values.max() or table.to_frame().tie[0]


@given(SQUARES)
def test_crisp_answers_are_a_special_case_of_fuzzy_ones(square: NDArray[Any]) -> None:
    f, d = (np.repeat(axis.ravel(), square.ravel()) for axis in np.indices((5, 5)))
    if not len(f):
        return
    letters = km.kano.letter_memberships(np.eye(5)[f], np.eye(5)[d])
    fuzzy = km.kano.from_counts(letters.groupby(["f"] * len(f)).sum()).to_frame()
    same = [name for name in fuzzy if name not in ("notes", "tables_disagree")]
    pd.testing.assert_frame_equal(fuzzy[same], one(square).to_frame()[same], check_dtype=False)


@given(SQUARES)
def test_continuous_scores_stay_in_range(square: NDArray[Any]) -> None:
    found = km.kano.continuous(one(square)).iloc[0]
    if square.sum():
        assert -2 <= found.functional <= 4
        assert -2 <= found.dysfunctional <= 4


@settings(max_examples=30)
@given(SQUARES, st.sampled_from(FIVE_STEP))
def test_stability_is_one_only_if_all_agree(square: NDArray[Any], table: str) -> None:
    found = km.kano.sensitivity(one(square, table)).iloc[0]
    said = {found[name] for name in found.index if "/" in name} - {None}
    if square.sum():
        assert (found.stability == 1.0) == (len([x for x in said if isinstance(x, str)]) == 1)


def test_all_of_one_letter() -> None:
    for cell, expected in {(0, 2): (1, 0), (2, 4): (0, -1), (0, 4): (1, -1), (2, 2): (0, 0)}.items():
        square = np.zeros((5, 5), dtype=int)
        square[cell] = 7
        found = row(square)
        assert (found.better, found.worse) == expected
        assert not np.signbit(found.worse) or found.worse < 0


def test_every_pair_has_one_letter() -> None:
    for table in evaluation_tables().values():
        assert (table.one_hot.sum(axis=1) == 1).all()
