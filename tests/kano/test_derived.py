"""Figures derived from counts and ratings: continuous analysis, sensitivity, penalty and reward."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

import kundenmetrik as km
from kundenmetrik.errors import FitRefused, InvalidArgument, UnknownName


def cells(**pairs: int) -> NDArray[Any]:
    square = np.zeros((5, 5), dtype=int)
    for pair, count in pairs.items():
        square[int(pair[1]) - 1, int(pair[2]) - 1] = count
    return square


def test_a_mean_of_two_is_ambiguous() -> None:
    counts = {"expected": cells(p23=10), "half liked": cells(p13=5, p33=5)}
    found = km.kano.continuous(km.kano.from_counts(counts))
    assert found.functional.tolist() == [2, 2]
    assert found.quadrant.tolist() == ["A", "A"]
    assert not found.quadrant_sure.any()


@pytest.mark.parametrize(("pair", "quadrant"), [("p15", "O"), ("p13", "A"), ("p35", "M"), ("p33", "I")])
def test_quadrants(pair: str, quadrant: str) -> None:
    row = km.kano.continuous(km.kano.from_counts({"f": cells(**{pair: 10})})).iloc[0]
    assert row.quadrant == quadrant
    assert row.quadrant_sure
    assert row.functional_se == 0


def test_continuous_needs_five_answers() -> None:
    with pytest.raises(InvalidArgument):
        km.kano.continuous(km.kano.from_counts({"f": {"A": 1, "O": 1, "M": 1, "I": 1}}))
    with pytest.raises(InvalidArgument):
        km.kano.continuous(km.kano.classify({"feature": ["a"], "functional": [1], "dysfunctional": [3]}, table="short"))


def test_continuous_of_nobody_and_of_one() -> None:
    found = km.kano.continuous(km.kano.from_counts({"none": cells(), "one": cells(p15=1)}))
    assert found.functional.isna().tolist() == [True, False]
    assert found.functional_se.isna().all()
    assert found.covariance.isna().all()
    assert pd.isna(found.quadrant[0])


def test_continuous_under_equal_weights() -> None:
    rng = np.random.default_rng(4)
    data = pd.DataFrame(
        {"feature": "f", "functional": rng.integers(1, 6, 50), "dysfunctional": rng.integers(1, 6, 50), "w": 3.0}
    )
    plain, weighted = km.kano.continuous(km.kano.classify(data)), km.kano.continuous(km.kano.classify(data, weight="w"))
    pd.testing.assert_frame_equal(plain, weighted, rtol=1e-10)


def test_sensitivity_runs_every_table_and_rule() -> None:
    found = km.kano.sensitivity(km.kano.from_counts({"f": cells(p22=10, p13=8)}))
    names = [name for name in found.columns if "/" in name]
    assert names == [
        f"{t}/{r}" for t in ("classic", "pouliot", "halfway") for r in ("mode", "near_tie", "group", "quadrant")
    ]
    assert found["classic/mode"][0] == "I"
    assert found["pouliot/mode"][0] == "Q"
    assert 0 < found.stability[0] < 1


def test_sensitivity_of_an_own_table_and_of_the_short_one() -> None:
    own = km.kano.from_counts({"f": cells(p22=3)}, table=["QAAAO", "RMIIM", "RIIIM", "RIIIM", "RRRRQ"])
    assert km.kano.sensitivity(own)["own/mode"][0] == "M"
    short = km.kano.classify({"feature": ["a"], "functional": [1], "dysfunctional": [3]}, table="short")
    assert next(name for name in km.kano.sensitivity(short) if "/" in name) == "short/mode"


def test_sensitivity_of_nobody() -> None:
    found = km.kano.sensitivity(km.kano.from_counts({"f": cells()}))
    assert np.isnan(found.stability[0])
    assert pd.isna(found.most_named[0])


RNG = np.random.default_rng(10)
X = RNG.integers(1, 6, (800, 4))
TRUE = {"basic": (-2.0, 0.0), "delight": (0.0, 1.5), "both": (-1.0, 1.0), "nothing": (0.0, 0.0)}
RATINGS = pd.DataFrame(X, columns=list(TRUE))
RATINGS["overall"] = 6 + RNG.normal(0, 0.7, 800)
for name, (penalty, reward) in TRUE.items():
    RATINGS["overall"] += penalty * (RATINGS[name] <= 2) + reward * (RATINGS[name] >= 5)


def test_penalty_and_reward_find_the_truth() -> None:
    found = km.kano.penalty_reward(RATINGS, "overall", list(TRUE), low=2, high=5, confidence=0.99).set_index(
        "attribute"
    )
    assert found.category.to_dict() == {"basic": "M", "delight": "A", "both": "O", "nothing": "I"}
    for name, (penalty, reward) in TRUE.items():
        assert found.penalty_low[name] <= penalty <= found.penalty_high[name]
        assert found.reward_low[name] <= reward <= found.reward_high[name]
    assert found.impact_asymmetry["basic"] < -0.8 < 0.8 < found.impact_asymmetry["delight"]
    assert abs(found.impact_asymmetry["both"]) < 0.1
    assert found.p_asymmetry["basic"] < 1e-6 < 0.01 < found.p_asymmetry["both"]


def test_an_effect_with_the_wrong_sign_has_no_category() -> None:
    turned = RATINGS.assign(basic=6 - RATINGS.basic)
    row = km.kano.penalty_reward(turned, "overall", ["basic"], low=2, high=4).iloc[0]
    assert row.notes == "unexpected_sign"
    assert np.isnan(row.impact_asymmetry)
    assert pd.isna(row.category)


def test_rows_with_gaps_are_left_out() -> None:
    gaps = RATINGS.astype(float).mask(np.random.default_rng(1).random(RATINGS.shape) < 0.05)
    found = km.kano.penalty_reward(gaps, "overall", list(TRUE), low=2, high=5)
    assert found.n.tolist() == [len(gaps.dropna())] * 4
    pd.testing.assert_frame_equal(found, km.kano.penalty_reward(gaps.dropna(), "overall", list(TRUE), low=2, high=5))
    nullable = gaps.convert_dtypes()
    pd.testing.assert_frame_equal(km.kano.penalty_reward(nullable, "overall", list(TRUE), low=2, high=5), found)


@pytest.mark.parametrize(
    ("change", "arguments", "error"),
    [
        ({}, {"low": 5, "high": 2}, InvalidArgument),
        ({}, {"low": 2, "high": 6}, FitRefused),
        ({}, {"low": 2, "high": 3}, FitRefused),
        ({"basic": X[:, 1]}, {"low": 2, "high": 5}, FitRefused),
    ],
)
def test_what_cannot_be_derived_is_refused(change: dict[str, Any], arguments: dict[str, int], error: type) -> None:
    with pytest.raises(error):
        km.kano.penalty_reward(RATINGS.assign(**change), "overall", list(TRUE), **arguments)


@pytest.mark.parametrize(
    ("overall", "attributes"), [("basic", ["basic"]), ("overall", []), ("overall", ["both", "both"])]
)
def test_columns_differ(overall: str, attributes: list[Any]) -> None:
    with pytest.raises(InvalidArgument):
        km.kano.penalty_reward(RATINGS, overall, attributes, low=2, high=5)
    with pytest.raises(UnknownName):
        km.kano.penalty_reward(RATINGS, "ovrall", ["basic"], low=2, high=5)


@pytest.mark.parametrize(
    ("overall", "attributes", "said"),
    [
        ("overal", ["basic"], "^overall must .*Did you mean 'overall'"),
        ("overall", ["basik"], "^attributes must .*'basic'"),
    ],
)
def test_unknown_columns_are_told_by_their_argument(overall: str, attributes: list[str], said: str) -> None:
    with pytest.raises(UnknownName, match=said):
        km.kano.penalty_reward(RATINGS, overall, attributes, low=2, high=5)


@pytest.mark.parametrize("seed", range(4))
def test_an_asymmetry_that_the_test_does_not_support_names_no_category(seed: int) -> None:
    """Categories contradicted their own test: must-be at p = 0.5."""
    rng = np.random.default_rng(seed)
    names = ["a", "b", "c", "d"]
    rated = pd.DataFrame(rng.integers(1, 6, (60, 4)), columns=names)
    overall = 5 + ((rated >= 5).sum(axis=1) - (rated <= 2).sum(axis=1)) * 1.0 + rng.normal(0, 1.0, 60)
    for confidence in (0.8, 0.95, 0.99):
        found = km.kano.penalty_reward(
            rated.assign(overall=overall), "overall", names, low=2, high=5, confidence=confidence
        )
        named = found[found.category.isin(["A", "M"])]
        assert (named.p_asymmetry < 1 - confidence).all()
        doubtful = found[found.notes == "asymmetry_not_shown"]
        assert (doubtful.category == "O").all()
        assert (doubtful.p_asymmetry >= 1 - confidence).all()
        assert (doubtful.impact_asymmetry.abs() >= 0.1).all()
    assert len(doubtful)
