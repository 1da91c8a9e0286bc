"""The named intervals of a mean score next to the score interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.scores.score_margins import pseudo_answer_interval
from kundenmetrik.core.statistics.scores.score_moments import score_mean
from kundenmetrik.testing.references.rates_and_scores import SCORE_INTERVALS

VALUES = (-100, 0, 100)
ANALYTIC = ["score", "wald", "adjusted_wald", "agresti_min", "jeffreys", "dirichlet", "t"]
every_method = pytest.mark.parametrize("method", ANALYTIC)
rows = st.lists(st.integers(0, 300), min_size=3, max_size=3)


def limits(
    method: str, counts: list[int], values: tuple[int, ...] = VALUES, confidence: float = 0.95
) -> tuple[NDArray[Any], NDArray[Any]]:
    return SCORE_INTERVALS[method](np.array([counts]), values, confidence)


def wald(counts: list[int], added: tuple[Any, ...], confidence: Any = 0.95) -> tuple[float, float]:
    """The Wald interval of p - q after pseudo-counts, as written for three classes."""
    losses, ties, gains = (count + more for count, more in zip(counts, added, strict=True))
    n = losses + ties + gains
    score = (gains - losses) / n
    margin = critical(confidence) * np.sqrt(((gains + losses) / n - score**2) / n)
    return 100 * (score - margin), 100 * (score + margin)


@given(rows.filter(any))
def test_on_three_steps_the_pseudo_counts_are_those_published(counts: list[int]) -> None:
    for method, added in {
        "wald": (0, 0, 0),
        "adjusted_wald": (0.75, 1.5, 0.75),
        "agresti_min": (0.5, 1, 0.5),
    }.items():
        np.testing.assert_allclose(np.ravel(limits(method, counts)), wald(counts, added), rtol=0, atol=1e-11)


def test_on_other_supports_the_middle_of_the_scale_need_not_be_a_step() -> None:
    # Adding 3/4, 3/2 and 3/4 at 1, 2.5 and 4.
    found = np.ravel(limits("adjusted_wald", [3, 2, 4, 8], (1, 2, 3, 4)))
    answers, weights = np.array([1, 2, 3, 4, 1, 2.5, 4]), np.array([3, 2, 4, 8, 0.75, 1.5, 0.75])
    mean = np.average(answers, weights=weights)
    margin = critical(0.95) * np.sqrt(np.average((answers - mean) ** 2, weights=weights) / 20)
    np.testing.assert_allclose(found, (mean - margin, mean + margin), rtol=1e-13)


@every_method
@given(rows.filter(any), st.sampled_from([0.5, 0.9, 0.95, 0.99]))
def test_a_scale_turned_round_turns_the_interval(method: str, counts: list[int], confidence: float) -> None:
    low, high = limits(method, counts, confidence=confidence)
    turned_low, turned_high = limits(method, counts[::-1], confidence=confidence)
    np.testing.assert_allclose((low[0], high[0]), (-turned_high[0], -turned_low[0]), rtol=0, atol=1e-8)


@every_method
@given(rows.filter(lambda counts: sum(counts) > 1))
def test_default_confidence_contains_the_mean(method: str, counts: list[int]) -> None:
    low, high = limits(method, counts)
    mean = score_mean(np.array([counts]), VALUES)
    assert low[0] <= mean[0] <= high[0]


@every_method
@given(rows.filter(lambda counts: sum(counts) > 1))
def test_cells_may_share_values(method: str, counts: list[int]) -> None:
    split = [counts[0] // 2, counts[0] - counts[0] // 2, counts[1], counts[2]]
    np.testing.assert_array_equal(limits(method, split, (-100, -100, 0, 100)), limits(method, counts))


@every_method
def test_a_group_alone_has_the_bits_it_has_among_others(method: str) -> None:
    counts = np.random.default_rng(2).integers(0, 50, (515, 5))
    low, high = SCORE_INTERVALS[method](counts, (1, 2, 3, 4, 5), 0.95)
    for place in (0, 1, 6, 511, 512, 514):
        alone = SCORE_INTERVALS[method](counts[place : place + 1], (1, 2, 3, 4, 5), 0.95)
        np.testing.assert_array_equal(np.ravel(alone), (low[place], high[place]))


@pytest.mark.parametrize("method", list(SCORE_INTERVALS))
def test_nobody_asked_is_undefined_and_disturbs_nobody(method: str) -> None:
    low, high = SCORE_INTERVALS[method](np.array([[0, 0, 0], [3, 4, 5]]), VALUES, 0.95)
    assert np.isnan([low[0], high[0]]).all()
    assert np.isfinite([low[1], high[1]]).all()
    assert SCORE_INTERVALS[method](np.zeros((0, 3), dtype=np.int64), VALUES, 0.95)[0].shape == (0,)


@pytest.mark.parametrize("method", list(SCORE_INTERVALS))
def test_a_scale_of_one_value_is_certain(method: str) -> None:
    low, high = SCORE_INTERVALS[method](np.array([[9]]), (4,), 0.95)
    assert low[0] == high[0] == 4


@pytest.mark.parametrize("method", ANALYTIC)
def test_effective_counts_widen_the_interval(method: str) -> None:
    counts = np.array([[20, 30, 50]])
    low, high = SCORE_INTERVALS[method](counts * 0.4, VALUES, 0.95)
    full_low, full_high = SCORE_INTERVALS[method](counts, VALUES, 0.95)
    assert low[0] < full_low[0] < full_high[0] < high[0]


def test_one_answer_has_no_t_interval() -> None:
    assert np.isnan(limits("t", [0, 0, 1])).all()


def test_pseudo_answers_stand_half_in_the_middle_and_a_quarter_at_each_end() -> None:
    plain = np.array([[3.0, 1.0, 6.0]])
    added = plain + np.array([[0.75, 1.5, 0.75]])
    np.testing.assert_allclose(
        pseudo_answer_interval(plain, VALUES, 0.95, 3.0), pseudo_answer_interval(added, VALUES, 0.95, 0.0), rtol=1e-13
    )
