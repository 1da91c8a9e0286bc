"""What is looked at person by person: quality, paired comparison, fuzzy answers, importance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, KundenmetrikError, UnknownName

ANSWERS = pd.DataFrame(
    {
        "customer_id": ["a"] * 3 + ["b"] * 3 + ["c"] * 3,
        "feature": ["x", "y", "z"] * 3,
        "functional": [1, 1, 1, 1, 2, 3, None, 5, 2],
        "dysfunctional": [5, 5, 5, 1, 5, 1, 2, 1, 2],
        "importance": [9, 8, 7, 1, 2, 3, 5, None, 5],
    }
)


def test_quality_of_each_person() -> None:
    found = km.kano.answer_quality(ANSWERS).set_index("customer_id")
    assert found.answered.tolist() == [3, 3, 2]
    assert found.incomplete.tolist() == [0, 0, 1]
    assert found.questionable.tolist() == [0, 1, 0]
    assert found.reverse.tolist() == [0, 1, 1]
    assert found.straight_lined.tolist() == [True, False, False]
    assert found.distinct_pairs.tolist() == [1, 3, 2]
    assert found.questionable_share.tolist() == [0, 1 / 3, 0]


def test_quality_under_pouliot_and_wide() -> None:
    assert km.kano.answer_quality(ANSWERS, table="pouliot").questionable.tolist() == [0, 1, 1]
    wide = pd.DataFrame({"x_f": [1, 1], "x_d": [1, 5], "y_f": [1, 5], "y_d": [1, 1]})
    found = km.kano.answer_quality(wide, pairs={"x": ("x_f", "x_d"), "y": ("y_f", "y_d")})
    assert found[["row", "questionable", "reverse"]].to_numpy().tolist() == [[0, 2, 0], [1, 0, 1]]


def test_quality_totals_are_the_letters() -> None:
    table, quality = km.kano.classify(ANSWERS), km.kano.answer_quality(ANSWERS)
    assert quality.questionable.sum() == table.to_frame().Q.sum()
    assert quality.reverse.sum() == table.to_frame().R.sum()


def test_quality_needs_people() -> None:
    with pytest.raises(InvalidArgument, match="customer_id"):
        km.kano.answer_quality(ANSWERS.drop(columns="customer_id"))


def test_people_without_an_id_are_not_one_person() -> None:
    gaps = ANSWERS.assign(customer_id=["a", None, None, *"bbbccc"])
    for call in (km.kano.answer_quality, lambda data: km.kano.compare_paired(data, "x", "y")):
        with pytest.raises(InvalidData, match=r"customer_id must be given; 2 of 9 are not \(rows 1, 2\)"):
            call(gaps)


def test_quality_leads_to_exclusion_on_request() -> None:
    quality = km.kano.answer_quality(ANSWERS)
    table = km.kano.classify(ANSWERS, without=quality.customer_id[quality.straight_lined])
    assert table.to_frame().n.tolist() == [1, 2, 2]
    assert table.counts.excluded["on_request"].tolist() == [1, 1, 1]


def paired(a: NDArray[Any], b: NDArray[Any]) -> pd.DataFrame:
    """Return answers of people whose pair for two features is 1-3 (A) where true, 3-3 (I) where false."""
    n = len(a)
    functional = np.where(np.concatenate([a, b]), 1, 3)
    return pd.DataFrame(
        {"customer_id": [*range(n)] * 2, "feature": ["a"] * n + ["b"] * n, "functional": functional, "dysfunctional": 3}
    )


def test_paired_interval_is_narrower_where_people_agree() -> None:
    rng = np.random.default_rng(6)
    a = rng.random(200) < 0.5
    b = np.where(rng.random(200) < 0.9, a, ~a)
    data = paired(a, b)
    own = km.kano.compare_paired(data, "a", "b").iloc[0]
    free = km.kano.compare(km.kano.classify(data), "a", "b").iloc[0]
    assert own.difference == pytest.approx(free.difference)
    assert own.value - own.baseline_value == pytest.approx(own.difference)
    assert own.high - own.low < 0.6 * (free.high - free.low)


def test_paired_is_the_same_wide_and_swapped() -> None:
    a, b = np.array([1, 1, 1, 0, 0, 1], bool), np.array([0, 1, 0, 0, 1, 0], bool)
    long = paired(a, b)
    wide = long.pivot(index="customer_id", columns="feature")[["functional", "dysfunctional"]]
    wide.columns = [f"{feature}_{side}" for side, feature in wide.columns]  # type: ignore[str-unpack]
    found = km.kano.compare_paired(long, "a", "b")
    other = km.kano.compare_paired(wide, "a", "b", pairs=km.kano.pair_columns(wide))
    pd.testing.assert_frame_equal(found, other)
    back = km.kano.compare_paired(long, "b", "a")
    np.testing.assert_allclose(found.difference, -back.difference)
    np.testing.assert_allclose(found[["low", "high"]], -back[["high", "low"]])


@pytest.mark.slow
def test_paired_coverage_under_a_common_leaning() -> None:
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(300):
        common = rng.random(60)
        a, b = common < 0.6, common + rng.normal(0, 0.2, 60) < 0.4
        row = km.kano.compare_paired(paired(a, b), "a", "b").iloc[0]
        hits += row.low <= 0.6 - TRUE_B <= row.high
    assert 0.92 <= hits / 300 <= 0.99


TRUE_B = float(
    (np.random.default_rng(0).random(2_000_000) + np.random.default_rng(1).normal(0, 0.2, 2_000_000) < 0.4).mean()
)


def test_paired_without_anybody_is_undefined() -> None:
    found = km.kano.compare_paired(ANSWERS[ANSWERS.customer_id == "c"], "x", "y")
    assert found.n.tolist() == [0, 0]
    assert found[["value", "difference", "low", "high", "p_value"]].isna().all(axis=None)


def test_paired_refuses_repeats_strangers_and_the_unnamed() -> None:
    with pytest.raises(InvalidArgument, match="one judgement"):
        km.kano.compare_paired(pd.concat([ANSWERS, ANSWERS]), "x", "y")
    with pytest.raises(UnknownName, match="second must be one of"):
        km.kano.compare_paired(ANSWERS, "x", "w")
    with pytest.raises(InvalidArgument, match="customer_id"):
        km.kano.compare_paired(ANSWERS.drop(columns="customer_id"), "x", "y")


def test_memberships_are_checked() -> None:
    good, bad = [[1, 0, 0, 0, 0]], [[0.5, 0.4, 0, 0, 0]]
    with pytest.raises(InvalidData, match="functional must sum to 1 in each row; 1 of 1 is not"):
        km.kano.letter_memberships(bad, good)
    with pytest.raises(InvalidData, match="dysfunctional must be finite and at least 0"):
        km.kano.letter_memberships(good, [[1.5, -0.5, 0, 0, 0]])
    for first, second in ((good, good * 2), ([[1, 0]], good), ([1, 0, 0, 0, 0], good), ("x", good)):
        with pytest.raises(KundenmetrikError):
            km.kano.letter_memberships(first, second)


def test_memberships_are_counts_of_letters() -> None:
    """Each person is one whole answer, however it is spread: the base of the intervals is the number of people."""
    rng = np.random.default_rng(2)
    f, d = rng.dirichlet(np.ones(5), (2, 12))
    letters = km.kano.letter_memberships(f, d)
    np.testing.assert_allclose(letters.sum(axis=1), 1.0)
    frame = km.kano.from_counts(letters.groupby(["a", "b"] * 6).sum()).to_frame()
    assert frame.feature.tolist() == ["a", "b"]
    np.testing.assert_allclose(frame.n_effective, 6.0)
    np.testing.assert_allclose(frame[list("AOMIRQ")].to_numpy()[0], letters[::2].sum())


def test_importance() -> None:
    found = km.kano.importance(ANSWERS)
    assert found["mean"].tolist() == [5, 5, 5]
    assert found.n.tolist() == [3, 2, 3]
    assert found.missing.tolist() == [0, 1, 0]
    assert found.sd[1] == pytest.approx(np.std([8, 2], ddof=1))
    wide = pd.DataFrame({"x": [9, 1, 5], "y": [8, 2, None]})
    other = km.kano.importance(wide, columns={"x": "x", "y": "y"})
    pd.testing.assert_frame_equal(other, found.iloc[:2].reset_index(drop=True))


def test_importance_by_segment_and_of_one() -> None:
    found = km.kano.importance(ANSWERS, by="customer_id")
    assert list(found.columns) == ["feature", "customer_id", "n", "mean", "sd", "low", "high", "missing"]
    assert found[["sd", "low", "high"]].isna().all(axis=None)
    assert len(found) == 9
    with pytest.raises(InvalidData):
        km.kano.importance(ANSWERS.assign(importance=-1))
    with pytest.raises(InvalidArgument):
        km.kano.importance(ANSWERS, columns={})


def test_weighting_by_importance() -> None:
    given = ANSWERS.dropna()
    letters = km.kano.classify(given, weight="importance")["x"].letters[0]
    assert (letters[1], letters[5]) == (9, 1)
