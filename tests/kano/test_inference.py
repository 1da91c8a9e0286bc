"""Tests, comparisons, ranks and sample sizes at their edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, KundenmetrikError, UnknownName
from kundenmetrik.kano.categories.mode_probability import mode_probability, mode_recovery_probability
from kundenmetrik.kano.table import KanoTable

F6 = {"A": 91, "O": 19, "M": 9, "I": 177, "R": 49, "Q": 13}
F7 = {"A": 70, "O": 121, "M": 59, "I": 86, "R": 9, "Q": 13}
F11 = {"A": 88, "O": 90, "M": 32, "I": 114, "R": 15, "Q": 19}
"""Three features of the REPPL survey (358 people) under the classic table."""
SURVEY = km.kano.from_counts({"F6": F6, "F7": F7, "F11": F11})
NOBODY = {"A": 0, "O": 0, "M": 0, "I": 0, "R": 2, "Q": 0}


def test_wilson_limits_of_a_real_feature() -> None:
    row = SURVEY["F11"].to_frame().iloc[0]
    assert (round(row.better_low, 6), round(row.better_high, 6)) == (0.494942, 0.602666)
    assert (round(row.worse_low, 6), round(row.worse_high, 6)) == (-0.430457, -0.325522)


def test_goodman_limits_of_a_real_feature() -> None:
    shares = km.kano.category_shares(SURVEY["F6"]).set_index("category")
    assert shares.loc["A", ["low", "high"]].astype(float).round(4).tolist() == [0.1986, 0.3192]
    assert shares.loc["I", ["low", "high"]].astype(float).round(4).tolist() == [0.4255, 0.5636]
    assert shares.share.sum() == pytest.approx(1)


def test_probability_of_the_mode_of_real_features() -> None:
    found = km.kano.mode_probabilities(SURVEY).set_index("feature")
    assert round(found.I["F6"], 3) == 1.0
    assert found.I["F11"] == pytest.approx(0.928, abs=0.0015)
    assert found.O["F11"] == pytest.approx(0.042, abs=0.0015)
    assert found.A["F11"] == pytest.approx(0.030, abs=0.0015)


def test_probability_of_the_mode_is_fair_and_unordered() -> None:
    flat = mode_probability(np.array([[5] * 6, [1] * 6, [10**6] * 6]))
    np.testing.assert_allclose(flat, 1 / 6, atol=1e-10)
    counts = np.array([[5, 9, 0, 3, 1, 30]])
    turned = mode_probability(counts[:, ::-1])[:, ::-1]
    np.testing.assert_allclose(mode_probability(counts), turned, atol=1e-14)
    assert mode_probability(np.zeros((0, 6))).shape == (0, 6)


def test_probability_of_the_mode_of_two_is_a_beta() -> None:
    """With four letters that nobody can give the two gammas compare as a Beta at one half."""
    from scipy import stats

    from kundenmetrik.kano.categories.mode_probability import _largest_gamma

    found = _largest_gamma(np.array([[12.5, 8.5]]))
    assert found[0, 0] == pytest.approx(stats.beta.sf(0.5, 12.5, 8.5), abs=1e-10)


def test_tests_of_a_feature_nobody_answered() -> None:
    empty = km.kano.from_counts({"f": dict.fromkeys("AOMI", 0)})
    assert km.kano.top_two_test(empty).loc[0, ["first", "second", "p_value"]].isna().all()
    assert np.isnan(km.kano.mode_probabilities(empty).A[0])
    assert km.kano.required_n(empty).notes[0] == "empty"
    assert np.isnan(km.kano.mode_recovery(empty).probability).all()
    assert km.kano.category_shares(empty).share.isna().all()


def test_recovery_of_the_real_survey() -> None:
    """Shares of 4,000 bootstrap surveys whose mode is that of all 358 people; their standard error is at most .008."""
    expected = {"F6": [0.874, 0.930, 0.977, 0.998], "F11": [0.444, 0.507, 0.566, 0.696]}
    for feature, shares in expected.items():
        found = km.kano.mode_recovery(SURVEY[feature], n=[20, 30, 50, 100]).probability
        np.testing.assert_allclose(found, shares, atol=0.025)


def test_recovery_of_one_answer_is_its_share() -> None:
    shares = np.array([0.2, 0.1, 0.3, 0.25, 0.1, 0.05])
    assert mode_recovery_probability(shares, 2, 1) == pytest.approx(0.3, abs=1e-12)


def test_recovery_sums_to_one_over_letters() -> None:
    shares = np.array([0.2, 0.15, 0.3, 0.25, 0.07, 0.03])
    for n in (1, 7, 60, 400):
        assert sum(mode_recovery_probability(shares, place, n) for place in range(6)) == pytest.approx(1, abs=1e-11)


def test_required_n_is_just_enough() -> None:
    found = km.kano.required_n(SURVEY, probability=0.9, width=0.12).set_index("feature")
    for feature in ("F6", "F7"):
        n = int(found.n_category[feature])
        below, at = km.kano.mode_recovery(SURVEY[feature], n=[n - 1, n]).probability
        assert below < 0.9 <= at == found.probability[feature]
    for feature, name in (("F11", "n_better"), ("F6", "n_worse")):
        letters = np.array([list({"F6": F6, "F11": F11}[feature].values())]) / 358
        side = name[2:]
        widths = []
        for n in (found[name][feature] - 1, found[name][feature]):
            row = (
                km.kano.from_counts({"f": dict(zip("AOMIRQ", (letters * n)[0].tolist(), strict=True))})
                .to_frame()
                .iloc[0]
            )
            widths.append(row[f"{side}_high"] - row[f"{side}_low"])
        assert widths[0] > 0.12 >= widths[1] - 1e-12


def test_a_tie_needs_more_than_most() -> None:
    found = km.kano.required_n(km.kano.from_counts({"f": {"A": 9, "O": 9, "M": 0, "I": 0}}), most=100).iloc[0]
    assert np.isnan(found.n_category)
    assert found.notes == "more_than_most"


@pytest.mark.parametrize("arguments", [{"probability": 1}, {"width": 0}, {"width": 1}, {"probability": "x"}])
def test_bad_targets(arguments: dict[str, Any]) -> None:
    with pytest.raises(KundenmetrikError):
        km.kano.required_n(SURVEY, **arguments)


def test_comparison_is_antisymmetric() -> None:
    one, two = km.kano.compare(SURVEY, "F6", "F11"), km.kano.compare(SURVEY, "F11", "F6")
    np.testing.assert_allclose(one.difference, -two.difference)
    np.testing.assert_allclose(one.value, two.baseline_value)
    np.testing.assert_allclose(one.value - one.baseline_value, one.difference)
    assert one.clear.tolist() == (one.p_adjusted < 0.05).tolist()
    np.testing.assert_allclose(one[["low", "high"]], -two[["high", "low"]])
    np.testing.assert_allclose(one.p_value, two.p_value)
    np.testing.assert_allclose(one.p_stronger, 1 - two.p_stronger, atol=1e-6)
    frame = SURVEY.to_frame().set_index("feature")
    np.testing.assert_allclose(
        one.difference, [frame.better["F6"] - frame.better["F11"], frame.worse["F6"] - frame.worse["F11"]]
    )


def test_comparing_a_feature_with_itself() -> None:
    found = km.kano.compare(SURVEY, "F6", "F6")
    assert (found.difference == 0).all()
    assert (found.p_value == 1).all()
    np.testing.assert_allclose(found.p_stronger, 0.5, atol=1e-6)


def test_comparison_of_segments_and_unknown_keys() -> None:
    frame = pd.DataFrame({"feature": "f", "land": ["DE", "AT"], "A": [5, 9], "O": [5, 1], "M": [1, 1], "I": [9, 9]})
    table = km.kano.from_counts(frame, by="land")
    found = km.kano.compare(table, ("f", "DE"), ("f", "AT"))
    assert found.difference[0] == 0.0
    pooled = km.kano.compare(table, "f", ("f", "AT"))
    assert pooled.difference[1] == pytest.approx(-8 / 40 + 2 / 20)
    for key in ("g", ("f", "CH")):
        with pytest.raises(UnknownName):
            km.kano.compare(table, key, ("f", "AT"))


def test_comparison_without_a_base_is_undefined() -> None:
    table = km.kano.from_counts({"f": F6, "g": NOBODY})
    assert km.kano.compare(table, "f", "g")[["difference", "low", "high", "p_stronger"]].isna().all(axis=None)


def test_ranks() -> None:
    table = km.kano.from_counts({"f6": F6, "f7": F7, "f11": F11, "none": NOBODY})
    found = km.kano.rank(table, rng=3).set_index("feature")
    assert found["rank"].tolist()[:3] == [3, 1, 2]
    assert found.loc["none", ["rank", "rank_low", "p_first"]].isna().all()
    assert found.p_first.sum() == pytest.approx(1)
    assert (found.rank_low <= found["rank"])[:3].all()
    assert (found["rank"] <= found.rank_high)[:3].all()
    pd.testing.assert_frame_equal(km.kano.rank(table, rng=3), km.kano.rank(table, rng=3))
    worse = km.kano.rank(table, coefficient="worse").set_index("feature")
    assert worse["rank"]["f7"] == 1
    with pytest.raises(UnknownName, match="better"):
        km.kano.rank(table, coefficient="beter")


def test_ranks_within_segments_and_the_global_generator_is_untouched() -> None:
    frame = pd.DataFrame(
        {"feature": ["f", "g"] * 2, "s": ["x", "x", "y", "y"], "A": [9, 1, 1, 9], "O": 1, "M": 1, "I": [1, 9, 9, 1]}
    )
    state = np.random.get_state()[1].copy()
    found = km.kano.rank(km.kano.from_counts(frame, by="s"))
    assert found["rank"].tolist() == [1, 2, 2, 1]
    assert (np.random.get_state()[1] == state).all()


def test_equal_features_share_first_place() -> None:
    found = km.kano.rank(km.kano.from_counts({"f": F6, "g": F6}))
    assert found["rank"].tolist() == [1, 1]
    np.testing.assert_allclose(found.p_first, 0.5, atol=0.03)


def segments(counts: list[list[int]]) -> KanoTable:
    frame = pd.DataFrame(counts, columns=list("AOMIRQ")).assign(feature="f", s=[f"s{i}" for i in range(len(counts))])
    return km.kano.from_counts(frame, by="s")


def test_homogeneity_of_equal_segments() -> None:
    found = km.kano.homogeneity_test(segments([[10, 20, 5, 5, 1, 0], [20, 40, 10, 10, 2, 0]])).iloc[0]
    assert (found.statistic, found.p_value, found.df) == (pytest.approx(0, abs=1e-12), pytest.approx(1), 4)
    assert found.notes == "small_expected"


def test_homogeneity_by_permutation_is_near_chi_square_for_large_counts() -> None:
    table = segments([[30, 40, 25, 25, 10, 20], [40, 30, 30, 20, 20, 20]])
    rough, drawn = (
        km.kano.homogeneity_test(table).iloc[0],
        km.kano.homogeneity_test(table, method="permutation", rng=1).iloc[0],
    )
    assert drawn.statistic == rough.statistic
    assert drawn.p_value == pytest.approx(rough.p_value, abs=0.02)


def test_homogeneity_by_permutation_is_fishers_test_for_two_by_two() -> None:
    from scipy import stats

    counts = [[3, 0, 0, 1, 0, 0], [1, 0, 0, 5, 0, 0]]
    found = km.kano.homogeneity_test(segments(counts), method="permutation", draws=40_000).iloc[0]
    tables = [(a, 4 - a, 4 - a, 2 + a) for a in range(5)]
    chance = stats.hypergeom(10, 4, 4)
    pearson = {
        a: ((np.array(t).reshape(2, 2) - np.outer([4, 6], [4, 6]) / 10) ** 2 / (np.outer([4, 6], [4, 6]) / 10)).sum()
        for a, t in enumerate(tables)
    }
    exact = sum(chance.pmf(a) for a in range(5) if pearson[a] >= pearson[3] - 1e-12)
    assert found.p_value == pytest.approx(exact, abs=0.01)


def test_homogeneity_leaves_out_what_does_not_occur() -> None:
    found = km.kano.homogeneity_test(segments([[10, 0, 5, 5, 0, 0], [20, 0, 10, 9, 0, 0], [0] * 6])).iloc[0]
    assert found.df == 2
    alone = km.kano.homogeneity_test(segments([[10, 0, 0, 0, 0, 0], [20, 0, 0, 0, 0, 0]])).iloc[0]
    assert np.isnan(alone.p_value)


def test_homogeneity_needs_segments() -> None:
    with pytest.raises(InvalidArgument, match="segments"):
        km.kano.homogeneity_test(SURVEY)
    weighted = km.kano.classify(
        {"feature": ["f"] * 2, "functional": [1, 3], "dysfunctional": [5, 5], "s": [1, 2], "w": [1.0, 2.0]},
        by="s",
        weight="w",
    )
    with pytest.raises(InvalidArgument, match="chi2"):
        km.kano.homogeneity_test(weighted, method="permutation")


def test_a_clear_feature_needs_more_than_one_answer() -> None:
    """One answer is right with its share of .96; two are right less often. The n asked for holds from there on."""
    pilot = km.kano.from_counts({"f": {"A": 96, "O": 2, "M": 1, "I": 1}})
    n = int(km.kano.required_n(pilot).n_category[0])
    probabilities = km.kano.mode_recovery(pilot, n=range(1, n + 30)).probability.to_numpy()
    assert probabilities[0] > 0.95 > probabilities[1]
    assert (probabilities[n - 1 :] >= 0.95).all()
    assert n > 1
    assert km.kano.mode_recovery(pilot, n=1).probability[0] == pytest.approx(0.96)


def test_numbers_that_would_not_come_back_are_refused() -> None:
    for call in (
        lambda: km.kano.mode_recovery(SURVEY, n=10**9),
        lambda: km.kano.required_n(SURVEY, most=10**9),
        lambda: km.kano.rank(SURVEY, draws=10**9),
    ):
        with pytest.raises(InvalidArgument, match="be at most"):
            call()


def test_one_answer_is_compared_exactly_and_nothing_is_minus_zero() -> None:
    counts = {"a": {"A": 1, "O": 0, "M": 0, "I": 0}, "b": {"A": 41, "O": 0, "M": 0, "I": 160}}
    found = km.kano.compare(km.kano.from_counts(counts), "a", "b").set_index("coefficient")
    assert found.loc["better", "p_value"] == pytest.approx(42 / 202)
    assert found.loc["worse", "p_value"] == 1
    assert not np.signbit(found.loc["worse", ["value", "baseline_value", "difference"]].to_numpy(dtype=float)).any()
