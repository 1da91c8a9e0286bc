"""The exact test of few answers: published examples, every deal counted, its true size, notes and names."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import kundenmetrik as km
from kundenmetrik.core.statistics.two_samples.permutation_test import permutation_p_values
from kundenmetrik.core.statistics.two_samples.score_difference import score_difference, share_difference

ALTERNATIVES = ("two-sided", "greater", "less")
MIXES = {
    "typical": (0.20, 0.30, 0.50),
    "many promoters": (0.03, 0.12, 0.85),
    "nearly all promoters": (0.01, 0.04, 0.95),
    "split": (0.45, 0.10, 0.45),
    "consumers": (0.26, 0.31, 0.43),
}
"""Detractors, passives, promoters of both groups."""
PAGE = Path(__file__).parents[4] / "docs" / "results.md"


def histograms(one: list[float], two: list[float], values: list[float]) -> tuple[np.ndarray, np.ndarray]:
    first, second = (np.array([[group.count(value) for value in values]]) for group in (one, two))
    return first, second


def p_of(one: list[float], two: list[float], alternative: str = "two-sided") -> float:
    values = sorted({*one, *two})
    return permutation_p_values(*histograms(one, two, values), values, alternative).item()


def p_of_all_deals(one: list[float], two: list[float], alternative: str) -> float:
    pooled, n = np.array([*one, *two]), len(one)
    differences = []
    for chosen in itertools.combinations(range(len(pooled)), n):
        mask = np.isin(np.arange(len(pooled)), chosen)
        differences.append(pooled[mask].mean() - pooled[~mask].mean())
    dealt, found = np.array(differences), np.mean(one) - np.mean(two)
    if alternative == "two-sided":
        return float(np.mean(np.abs(dealt) >= abs(found) - 1e-9))
    return float(np.mean(dealt >= found - 1e-9 if alternative == "greater" else dealt <= found + 1e-9))


def test_the_lady_tasting_tea() -> None:
    # Fisher (1935), chapter II: three of four cups right by chance in 17 of 70 deals.
    assert p_of([1, 1, 1, 0], [1, 0, 0, 0], "greater") == pytest.approx(17 / 70, rel=1e-14)
    right, cups, guessed = np.array([3]), np.array([4]), np.array([1])
    found = share_difference(right, cups, guessed, cups, 0.95, alternative="greater")
    assert found.p_value.item() == pytest.approx(17 / 70, rel=1e-14)


def test_the_tomato_plants() -> None:
    # Box, Hunter and Hunter, Statistics for Experimenters: 154 of 462 deals differ by 1.69 pounds or more.
    standard, modified = [29.9, 11.4, 25.3, 16.5, 21.1], [26.6, 23.7, 28.5, 14.2, 17.9, 24.3]
    assert np.mean(modified) - np.mean(standard) == pytest.approx(1.69, abs=0.005)
    assert p_of(modified, standard, "greater") == pytest.approx(154 / 462, rel=1e-12)
    assert p_of(standard, modified, "less") == pytest.approx(154 / 462, rel=1e-12)


ANSWERS = st.lists(st.sampled_from([-100.0, 0.0, 100.0, 1.0, 2.5, 33.3]), min_size=1, max_size=5)


@given(ANSWERS, ANSWERS, st.sampled_from(ALTERNATIVES))
def test_all_deals_one_by_one(one: list[float], two: list[float], alternative: str) -> None:
    assert p_of(one, two, alternative) == pytest.approx(p_of_all_deals(one, two, alternative), rel=1e-12)


@given(st.integers(1, 9), st.integers(1, 400), st.data())
def test_two_values_are_fishers_test(few: int, many: int, data: st.DataObject) -> None:
    x, y = data.draw(st.integers(0, few)), data.draw(st.integers(0, many))
    one, two = np.array([[x, few - x]]), np.array([[y, many - y]])
    for side in ("greater", "less"):
        expected = stats.fisher_exact([[x, few - x], [y, many - y]], alternative=side).pvalue
        assert permutation_p_values(one, two, (1, 0), side).item() == pytest.approx(expected, rel=1e-10)
        turned = {"greater": "less", "less": "greater"}[side]
        assert permutation_p_values(two, one, (1, 0), turned).item() == pytest.approx(expected, rel=1e-10)


def test_a_hundred_million_others_leave_a_binomial() -> None:
    shares, many = np.array([0.2, 0.3, 0.5]), 10**8
    found = permutation_p_values(np.array([[0, 1, 4]]), (shares * many).astype(np.int64)[None], (0, 1, 2), "greater")
    draws = itertools.product(range(3), repeat=5)
    expected = sum(shares[list(draw)].prod() for draw in draws if sum(draw) >= 9)
    assert found.item() == pytest.approx(expected, rel=1e-6)


def test_pairs_of_all_sizes_at_once_are_those_one_by_one() -> None:
    rng = np.random.default_rng(3)
    one = rng.multinomial(rng.integers(0, 10, 1200), np.full(5, 0.2))
    two = rng.multinomial(rng.integers(0, 60, 1200), np.full(5, 0.2))
    at_once = permutation_p_values(one, two, (1, 2, 3, 4, 5))
    assert np.isnan(at_once).tolist() == ((one.sum(axis=1) == 0) | (two.sum(axis=1) == 0)).tolist()
    for place in (0, 7, 511, 512, 513, 1199):
        alone = permutation_p_values(one[[place]], two[[place]], (1, 2, 3, 4, 5))
        np.testing.assert_array_equal(at_once[[place]], alone)


def test_one_answer_against_two_hundred_shows_nothing() -> None:
    change = km.compare(km.csat([5]), km.csat([5] * 40 + [3] * 160))
    assert change.p_value == pytest.approx(41 / 201)  # 0.048 by the pooled test
    assert change.method == "exact permutation test, MOVER interval"
    assert change.notes == ("few_answers",)
    assert not change.clear


def test_from_ten_answers_on_the_pooled_test_is_used_without_a_note() -> None:
    many = [10] * 50 + [7] * 30 + [3] * 20
    nine, ten = km.compare(km.nps([10] * 9), km.nps(many)), km.compare(km.nps([10] * 10), km.nps(many))
    assert (nine.notes, ten.notes) == (("few_answers",), ())
    assert ten.method == "pooled score test, MOVER interval"
    assert ten.p_value == pytest.approx(_pooled_p((0, 0, 10), (20, 30, 50)), rel=1e-12)


def test_weights_and_clusters_have_a_note_and_no_exact_test() -> None:
    table = {"shop": ["A"] * 4 + ["B"] * 40, "nps": [10] * 4 + [7, 10] * 20, "weight": [1.5] * 4 + [1.0] * 40}
    weighted = km.measure(table, km.NPS("nps"), by="shop", weight="weight").compare(baseline="B").to_frame()
    assert weighted["notes"].tolist() == ["few_answers"]
    assert weighted["method"].tolist() == ["pooled score test, MOVER interval"]


def test_shares_of_customers_are_tested_exactly_too() -> None:
    few, many = km.retention_rate(start=5, end=5, new=0), km.retention_rate(start=200, end=120, new=0)
    change = km.compare(few, many)
    expected = p_of([1.0] * 5, [1.0] * 120 + [0.0] * 80)
    assert (change.p_value, change.notes) == (pytest.approx(expected, rel=1e-12), ("few_answers",))
    assert change.method == "exact permutation test, MOVER-Wilson interval"


def test_a_table_with_few_and_many_names_both_tests() -> None:
    scores = [10] * 3 + [7, 10, 3] * 20 + [9, 2] * 15
    found = km.measure({"shop": ["A"] * 3 + ["B"] * 60 + ["C"] * 30, "nps": scores}, km.NPS("nps"), by="shop").compare()
    frame = found.to_frame().set_index("shop")
    assert frame["notes"].to_dict() == {"A": "few_answers", "B": "", "C": ""}
    assert set(frame["method"]) == {"pooled score test, exact below ten answers, MOVER interval"}


def _pooled_p(one: tuple[int, ...], two: tuple[int, ...]) -> float:
    """Return the p-value of the pooled score test, written once more."""
    values = np.array([-100, 0, 100])
    first, second = (np.repeat(values, counts) for counts in (one, two))
    both = np.concatenate([first, second])
    z = (first.mean() - second.mean()) / np.sqrt(both.var() * (1 / len(first) + 1 / len(second)))
    return float(2 * stats.norm.sf(abs(z)))


def sizes() -> dict[int, tuple[float, float]]:
    """Return how often a test of 5 % rejects "no change" at worst, for few answers: ours, and the pooled test."""
    rng = np.random.default_rng(20261129)
    found = {}
    for n in (1, 2, 5, 9, 10, 12, 20, 50):
        worst = [0.0, 0.0]
        for mix, others in itertools.product(MIXES.values(), (50, 200, 2000)):
            one, two = rng.multinomial(n, mix, 20_000), rng.multinomial(others, mix, 20_000)
            p_values = [
                score_difference(a, b, (-100, 0, 100), 0.95).p_value for a, b in ((one, two), (one * 1.0, two * 1.0))
            ]
            worst = [max(old, float(np.mean(p < 0.05))) for old, p in zip(worst, p_values, strict=True)]
        found[n] = (worst[0], worst[1])
    return found


def test_the_true_size_is_that_of_the_page() -> None:
    found = sizes()
    assert all(ours <= 0.05 for n, (ours, _) in found.items() if n < 10)
    rows = re.findall(r"^\| (\d+) \| ([\d.]+) % \| ([\d.]+) % \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [(int(n), ours, pooled) for n, ours, pooled in rows] == [
        (n, f"{100 * ours:.1f}", f"{100 * pooled:.1f}") for n, (ours, pooled) in found.items()
    ]
