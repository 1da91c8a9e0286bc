"""The log-rank sums against a direct reading of the formula, and their laws."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from kundenmetrik.core.statistics.logrank import WEIGHTS, logrank_sums


def plainly(
    duration: NDArray[Any], lost: NDArray[Any], group: NDArray[Any], groups: int, weighting: str
) -> tuple[NDArray[Any], NDArray[Any]]:
    excess, covariance, pooled = np.zeros(groups), np.zeros((groups, groups)), 1.0
    for time in sorted(set(duration[lost])):
        at_risk = np.array([np.sum((group == g) & (duration >= time)) for g in range(groups)], float)
        died = np.array([np.sum((group == g) & (duration == time) & lost) for g in range(groups)], float)
        n, d = at_risk.sum(), died.sum()
        pooled *= 1 - d / (n + 1)
        w = {"logrank": 1.0, "wilcoxon": n, "tarone-ware": np.sqrt(n), "peto": pooled}[weighting]
        share = at_risk / n
        excess += w * (died - d * share)
        if n > 1:
            covariance += w**2 * d * (n - d) / (n - 1) * (np.diag(share) - np.outer(share, share))
    return excess, covariance


CASES = st.tuples(st.integers(0, 2**32 - 1), st.integers(2, 40), st.integers(2, 6), st.sampled_from(sorted(WEIGHTS)))


def drawn(seed: int, size: int, groups: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    rng = np.random.default_rng(seed)
    return rng.integers(0, 15, size), rng.random(size) < 0.7, rng.integers(0, groups, size)


@given(CASES, st.sampled_from(["whole", "float", "large", "wide"]))
def test_against_the_formula(case: tuple[int, int, int, str], path: str) -> None:
    seed, size, groups, weighting = case
    duration, lost, group = drawn(seed, size, groups)
    form = {
        "whole": duration,
        "float": duration * 0.7,
        "large": duration + 2**61,  # no bits to spare: sorted by place
        "wide": np.where(duration == 0, 1e-300, duration * 1e300),  # no common power of two
    }[path]
    sums = logrank_sums(form, lost, group, groups, weighting=weighting)
    excess, covariance = plainly(duration, lost, group, groups, weighting)
    scale = max(1.0, np.abs(covariance).max())
    np.testing.assert_allclose(sums.observed - sums.expected, excess, rtol=1e-11, atol=1e-11 * scale)
    np.testing.assert_allclose(sums.covariance, covariance, rtol=1e-11, atol=1e-11 * scale)


def row_by_row(
    duration: NDArray[Any], lost: NDArray[Any], since: NDArray[Any], group: NDArray[Any], groups: int, weighting: str
) -> tuple[NDArray[Any], NDArray[Any]]:
    """The formula with those at risk who came before the age, or were there from the start."""
    excess, covariance, pooled = np.zeros(groups), np.zeros((groups, groups)), 1.0
    for time in sorted(set(duration[lost])):
        there = (duration >= time) & ((since < time) | (since == 0))
        at_risk = np.bincount(group[there], minlength=groups).astype(float)
        died = np.bincount(group[(duration == time) & lost], minlength=groups).astype(float)
        n, d = at_risk.sum(), died.sum()
        pooled *= 1 - d / (n + 1)
        w = {"logrank": 1.0, "wilcoxon": n, "tarone-ware": np.sqrt(n), "peto": pooled}[weighting]
        excess += w * (died - d * at_risk / n)
        if n > 1:
            share = at_risk / n
            covariance += w**2 * d * (n - d) / (n - 1) * (np.diag(share) - np.outer(share, share))
    return excess, covariance


@given(CASES)
def test_late_entry_and_counts_against_the_formula(case: tuple[int, int, int, str]) -> None:
    seed, size, groups, weighting = case
    duration, lost, group = drawn(seed, size, groups)
    rng = np.random.default_rng(seed + 1)
    since, count = np.maximum(duration - rng.integers(1, 15, size), 0), rng.integers(0, 4, size)
    rows = np.repeat(np.arange(size), count)
    sums = logrank_sums(duration, lost, group, groups, weighting=weighting, entry=since, count=count)
    excess, covariance = row_by_row(duration[rows], lost[rows], since[rows], group[rows], groups, weighting)
    scale = max(1.0, np.abs(covariance).max())
    np.testing.assert_allclose(sums.observed - sums.expected, excess, rtol=1e-11, atol=1e-11 * scale)
    np.testing.assert_allclose(sums.covariance, covariance, rtol=1e-11, atol=1e-11 * scale)


@given(CASES)
def test_entries_at_the_start_and_counts_of_one_change_nothing(case: tuple[int, int, int, str]) -> None:
    seed, size, groups, weighting = case
    duration, lost, group = drawn(seed, size, groups)
    plain = logrank_sums(duration, lost, group, groups, weighting=weighting)
    for more in ({"entry": np.zeros(size)}, {"count": np.ones(size, int)}, {"entry": np.zeros(size, int)}):
        other = logrank_sums(duration, lost, group, groups, weighting=weighting, **more)
        np.testing.assert_allclose(other.expected, plain.expected, rtol=1e-12)
        np.testing.assert_allclose(other.covariance, plain.covariance, rtol=1e-12, atol=1e-12)


@given(CASES)
def test_group_labels_do_not_matter(case: tuple[int, int, int, str]) -> None:
    seed, size, groups, weighting = case
    duration, lost, group = drawn(seed, size, groups)
    one = logrank_sums(duration, lost, group, groups, weighting=weighting).test()
    two = logrank_sums(duration, lost, groups - 1 - group, groups, weighting=weighting).test()
    assert one[1] == two[1]
    assert one[0] == pytest.approx(two[0], rel=1e-8, abs=1e-9, nan_ok=True)


@given(CASES)
@settings(max_examples=30)
def test_identical_groups(case: tuple[int, int, int, str]) -> None:
    seed, size, _, weighting = case
    duration, lost, _ = drawn(seed, size, 2)
    sums = logrank_sums(np.tile(duration, 2), np.tile(lost, 2), np.repeat([0, 1], size), 2, weighting=weighting)
    statistic, _, p_value = sums.test()
    if sums.covariance.any():  # all lost at once compares nothing
        assert statistic == pytest.approx(0.0, abs=1e-12)
        assert p_value == pytest.approx(1.0)


def test_strata_add() -> None:
    duration, lost, group = drawn(5, 60, 3)
    stratum = np.arange(60) % 2
    parts = [logrank_sums(duration[stratum == s], lost[stratum == s], group[stratum == s], 3) for s in (0, 1)]
    both = parts[0] + parts[1]
    pairs = [plainly(duration[stratum == s], lost[stratum == s], group[stratum == s], 3, "logrank") for s in (0, 1)]
    np.testing.assert_allclose(both.observed - both.expected, pairs[0][0] + pairs[1][0])
    np.testing.assert_allclose(both.covariance, pairs[0][1] + pairs[1][1])


def test_nothing_to_compare() -> None:
    assert np.isnan(logrank_sums([1, 2], [False, False], [0, 1], 2).test()[0])
    assert logrank_sums([1, 2], [True, True], [0, 0], 1).test()[1] == 0


def test_a_group_without_information_has_no_degree_of_freedom() -> None:
    # the third group has left observation before anybody is lost
    sums = logrank_sums([1, 5, 6, 7, 8], [False, True, True, True, True], [2, 0, 1, 0, 1], 3)
    assert sums.test()[1] == 1


def test_many_groups_without_spare_bits() -> None:
    rng = np.random.default_rng(1)
    duration, lost, group = rng.exponential(5.0, 5_000), rng.random(5_000) < 0.6, rng.integers(0, 2_500, 5_000)
    few = logrank_sums(duration, lost, group % 3, 3)
    many = logrank_sums(duration, lost, group % 3 * 1_000, 2_100)
    np.testing.assert_allclose(many.observed[[0, 1_000, 2_000]], few.observed)
