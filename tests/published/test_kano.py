"""Published Kano numbers at their printed digits; slips in print are stated, not matched."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km

CELL_TOTALS = {
    # Kano et al. 1984; Berger et al. 1993, p. 6; Sauerwein et al. 1996, Fig. 6
    "classic": {"Q": 2, "A": 3, "O": 1, "M": 3, "I": 9, "R": 7},
    # Pouliot in Berger et al. 1993, p. 33
    "pouliot": {"Q": 4, "A": 3, "O": 1, "M": 3, "I": 7, "R": 7},
    "halfway": {"Q": 3, "A": 3, "O": 1, "M": 3, "I": 8, "R": 7},
    "short": {"A": 2, "O": 1, "M": 2, "I": 4},
}

CLASSIC = pd.DataFrame(
    # rows functional, columns dysfunctional: like, must-be, neutral, live with, dislike
    [list("QAAAO"), list("RIIIM"), list("RIIIM"), list("RIIIM"), list("RRRRQ")],
    index=range(1, 6),
    columns=range(1, 6),
)

BRAND_REESE = {
    # Brand and Rese 2026, Table 1: counts, then Better and Worse as printed, and the group rule's letter
    "App bonus programme": ({"A": 216, "O": 56, "M": 13, "I": 275, "R": 23, "Q": 24}, 0.486, -0.123, "I"),
    "Smart mirror": ({"A": 229, "O": 42, "M": 5, "I": 276, "R": 33, "Q": 22}, 0.491, -0.085, "I"),
    "Free WiFi": ({"A": 187, "O": 71, "M": 46, "I": 258, "R": 19, "Q": 26}, 0.459, -0.208, "A"),
}

SAUERWEIN_FIG_11 = {
    # Sauerwein et al. 1996, Fig. 11: percent of A + O + M + I, then Better and Worse as printed
    "Edge grip": ({"A": 7, "O": 33, "M": 50, "I": 10}, 0.40, -0.83),
    "Ease of turn": ({"A": 11, "O": 46, "M": 31, "I": 12}, 0.57, -0.78),
    "Service": ({"A": 66, "O": 22, "M": 3, "I": 9}, 0.89, -0.25),
}

QRM_KANO = {
    # README of the open questionnaire nicolasfeyer/qrm-kano, French letters, n = 34
    "Réveil vibration": ({"A": 10, "P": 0, "O": 0, "I": 9, "C": 15, "D": 0}, "R", 0.5263, 0.0),
    "Plateau repas": ({"A": 10, "P": 0, "O": 0, "I": 13, "C": 11, "D": 0}, "I", 0.4348, 0.0),
}

REPPL = [
    # REPPL, Doing research online: the Kano model, README: 358 people, Pouliot's table; the pairs of answers tallied
    # from the survey, then the printed row: A O M I R Q, classification (group rule), satisfaction, dissatisfaction
    ("Anonymous", [[13, 21, 32, 38, 19], [11, 10, 20, 9, 3], [9, 31, 70, 10, 4], [10, 11, 9, 7, 2], [10, 7, 1, 1, 0]],
     (91, 19, 9, 160, 49, 30), "I", 0.3942652, -0.1003584),
    ("Convenient", [[12, 10, 13, 47, 121], [3, 6, 9, 32, 57], [2, 5, 19, 7, 2], [2, 3, 2, 4, 0], [0, 1, 1, 0, 0]],
     (70, 121, 59, 77, 9, 22), "O", 0.5840979, -0.5504587),
    ("Reliable", [[14, 15, 24, 39, 122], [1, 7, 10, 23, 63], [1, 4, 15, 3, 1], [2, 4, 3, 2, 2], [0, 2, 1, 0, 0]],
     (78, 122, 66, 62, 7, 23), "O", 0.6097561, -0.5731707),
    ("Responsive", [[11, 12, 27, 106, 76], [3, 6, 13, 28, 20], [4, 5, 19, 3, 4], [1, 4, 6, 1, 1], [0, 1, 1, 2, 4]],
     (145, 76, 25, 78, 12, 22), "A", 0.6820988, -0.3117284),
    ("Secure", [[12, 8, 5, 5, 174], [3, 8, 4, 5, 79], [2, 9, 19, 1, 10], [1, 1, 3, 2, 1], [0, 0, 1, 0, 5]],
     (18, 174, 90, 42, 7, 27), "O", 0.5925926, -0.8148148),
    ("Transparent", [[16, 5, 21, 62, 90], [8, 7, 19, 29, 27], [1, 4, 32, 14, 5], [0, 3, 4, 2, 0], [2, 1, 2, 1, 3]],
     (88, 90, 32, 105, 15, 28), "O", 0.5650794, -0.3873016),
]  # fmt: skip


STORAGE = {
    # REPPL, the storage survey: 363 people under four answer wordings, letters A O M I R Q under the classic table
    "F1": [(13, 6, 5, 48, 15, 4), (15, 0, 1, 59, 16, 6), (14, 1, 2, 57, 12, 3), (17, 2, 2, 50, 12, 3)],
    "F2": [(8, 36, 19, 23, 4, 1), (34, 21, 11, 27, 2, 2), (25, 18, 7, 28, 6, 5), (11, 35, 15, 20, 2, 3)],
    "F3": [(7, 54, 14, 14, 2, 0), (20, 39, 13, 19, 3, 3), (8, 35, 15, 22, 5, 4), (15, 41, 11, 13, 1, 5)],
    "F4": [(6, 44, 27, 11, 3, 0), (7, 46, 25, 13, 3, 3), (3, 44, 17, 14, 7, 4), (2, 56, 13, 5, 3, 7)],
    "F5": [(16, 30, 7, 27, 7, 4), (31, 11, 11, 35, 5, 4), (16, 15, 5, 44, 6, 3), (19, 18, 17, 22, 4, 6)],
}
WORDINGS = ["kano", "enjoy", "helpful", "short"]


@pytest.mark.parametrize("name", CELL_TOTALS)
def test_evaluation_tables_have_their_cells(name: str) -> None:
    assert Counter("".join(km.kano.evaluation_tables()[name].rows)) == CELL_TOTALS[name]


def test_the_classic_table_agrees_in_all_25_cells() -> None:
    table = km.kano.evaluation_tables()["classic"]
    for functional in range(1, 6):
        for dysfunctional in range(1, 6):
            said = table.letter(functional=functional, dysfunctional=dysfunctional)
            assert said == CLASSIC.loc[functional, dysfunctional]


@pytest.mark.parametrize("feature", BRAND_REESE)
def test_brand_and_rese_2026(feature: str) -> None:
    counts, better, worse, group = BRAND_REESE[feature]
    row = km.kano.from_counts({feature: counts}).to_frame().iloc[0]
    assert row.n == 607
    assert round(row.better, 3) == better
    assert round(row.worse, 3) == worse
    assert (row.category, row.group_rule) == ("I", group)


def test_free_wifi_is_attractive_by_one_answer() -> None:
    row = km.kano.from_counts({"Free WiFi": BRAND_REESE["Free WiFi"][0]}).to_frame().iloc[0]
    assert row.A + row.O + row.M == 304
    assert row.I + row.R + row.Q == 303
    assert row.rules_disagree
    assert "rules_disagree" in row.notes


def test_sauerwein_edge_grip_is_exact() -> None:
    counts, better, worse = SAUERWEIN_FIG_11["Edge grip"]
    row = km.kano.from_counts({"Edge grip": counts}).to_frame().iloc[0]
    assert (row.better, row.worse, row.category) == (better, worse, "M")


def test_sauerwein_ease_of_turn_needs_the_unrounded_parts() -> None:
    """Fig. 11 prints -.78 beside parts that give -.77; the parts of Fig. 10 (percent of everybody) give -.78."""
    rounded, better, worse = SAUERWEIN_FIG_11["Ease of turn"]
    parts = {"A": 10.4, "O": 45.1, "M": 30.5, "I": 11.5, "R": 1.2, "Q": 1.2}
    rows = km.kano.from_counts({"rounded": rounded, "parts": parts}).to_frame().set_index("feature")
    assert round(rows.worse["rounded"], 2) == -0.77
    assert round(rows.worse["parts"], 2) == worse
    assert round(rows.better["rounded"], 2) == round(rows.better["parts"], 2) == better


def test_sauerwein_service_is_a_slip_in_print() -> None:
    """Fig. 11 prints .89; its own parts and those of Fig. 10 give .88."""
    rounded, printed, worse = SAUERWEIN_FIG_11["Service"]
    parts = {"A": 63.8, "O": 21.6, "M": 2.9, "I": 8.5}
    rows = km.kano.from_counts({"rounded": rounded, "parts": parts}).to_frame()
    assert printed == 0.89
    assert rows.better.round(2).tolist() == [0.88, 0.88]
    assert rows.worse.round(2).tolist() == [worse, worse]


def test_percent_of_everybody_are_counts_when_n_is_given() -> None:
    parts = {"A": 10.4, "O": 45.1, "M": 30.5, "I": 11.5, "R": 1.2, "Q": 1.2}
    row = km.kano.from_counts({"Ease of turn": parts}, n=1500).to_frame().iloc[0]
    assert row.n == pytest.approx(1500, rel=1e-12)
    assert round(row.worse, 4) == -0.7754


@pytest.mark.parametrize("feature", QRM_KANO)
def test_qrm_kano_in_french_letters(feature: str) -> None:
    counts, category, better, worse = QRM_KANO[feature]
    row = km.kano.from_counts({feature: counts}, scheme="french").to_frame().iloc[0]
    assert row.n == 34
    assert row.category == category
    assert round(row.better, 4) == better
    assert row.worse == worse


def test_plateau_repas_is_below_six_percent() -> None:
    row = km.kano.from_counts({"Plateau repas": QRM_KANO["Plateau repas"][0]}, scheme="french").to_frame().iloc[0]
    assert round(100 * row.strength, 2) == 5.88
    assert row.mixed == "I/R"


@pytest.mark.parametrize(
    ("feature", "pairs", "letters", "group", "better", "worse"), REPPL, ids=[row[0] for row in REPPL]
)
def test_reppl_survey_under_pouliots_table(
    feature: str, pairs: list[list[int]], letters: tuple[int, ...], group: str, better: float, worse: float
) -> None:
    row = km.kano.from_counts({feature: pairs}, table="pouliot").to_frame().iloc[0]
    assert row.n == 358
    assert tuple(row[letter] for letter in "AOMIRQ") == letters
    assert row.group_rule == group
    assert round(row.better, 7) == better
    assert round(row.worse, 7) == worse


def test_fuzzy_answers_after_lee_and_huang_2009() -> None:
    found = km.kano.letter_memberships([[0.6, 0.4, 0, 0, 0]], [[0, 0, 0.1, 0.3, 0.6]])
    np.testing.assert_allclose(found.iloc[0], [0.24, 0.36, 0.24, 0.16, 0, 0], atol=1e-15)
    assert (found >= 0.4).to_numpy().sum() == 0


def test_newcombe_paired_interval_in_altman_et_al_2000_table_6_2() -> None:
    """Of 41 pairs 14 agree on yes, 22 on no, 5 differ one way: .122, 95 % interval .011 to .226."""
    answers = pd.DataFrame(
        {
            "customer_id": [*range(41), *range(41)],
            "feature": ["first"] * 41 + ["second"] * 41,
            "functional": [1] * 19 + [3] * 22 + [1] * 14 + [3] * 27,
            "dysfunctional": 3,
        }
    )
    row = km.kano.compare_paired(answers, "first", "second").iloc[0]
    assert (row.n, round(row.difference, 3), round(row.low, 3), round(row.high, 3)) == (41, 0.122, 0.011, 0.226)
    assert row.p_value == 2 * 0.5**5


def storage() -> Any:
    rows = [(feature, *row) for feature, several in STORAGE.items() for row in zip(WORDINGS, several, strict=True)]
    flat = [{"feature": f, "wording": w, **dict(zip("AOMIRQ", letters, strict=True))} for f, w, letters in rows]
    return km.kano.from_counts(pd.DataFrame(flat), by="wording")


def test_questionable_answers_by_wording() -> None:
    """The share of contradictory pairs rises from 1.98 % to 5.58 % with the wording."""
    letters = storage().letters.reshape(5, 4, 6).sum(axis=0)
    assert (100 * letters[:, 5] / letters.sum(axis=1)).round(2).tolist() == [1.98, 3.71, 4.27, 5.58]


def test_the_wording_changes_the_category() -> None:
    table = storage()
    found = km.kano.homogeneity_test(table).set_index("feature")
    assert found.n.eq(363).all()
    assert f"{found.p_value['F2']:.0e}" == "6e-05"
    assert table["F2"].to_frame().category.tolist() == ["O", "A", "I", "O"]
    assert table.total().notes == ("wordings_pooled",)
