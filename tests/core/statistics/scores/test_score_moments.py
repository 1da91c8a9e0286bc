"""Mean and variance of counted scores."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.core.statistics.scores.score_moments import score_mean, score_variance, support_of

cells = st.lists(st.tuples(st.integers(0, 10**6), st.integers(-1000, 1000)), min_size=1, max_size=11)


@given(cells)
def test_the_mean_is_the_float_nearest_to_the_fraction(pairs: list[tuple[int, int]]) -> None:
    counts, values = np.array([[count for count, _ in pairs]]), [value for _, value in pairs]
    total = sum(count for count, _ in pairs)
    mean = score_mean(counts, values)[0]
    if total == 0:
        assert np.isnan(mean)
    else:
        assert mean == float(Fraction(sum(count * value for count, value in pairs), total))


@given(st.lists(st.integers(2**52, 2**60), min_size=3, max_size=3))
def test_the_mean_of_huge_counts_is_exact_too(row: list[int]) -> None:
    total = sum(row)
    assert score_mean(np.array([row]), (-100, 0, 100))[0] == float(Fraction(100 * (row[2] - row[0]), total))


@given(cells, st.randoms(use_true_random=False))
def test_the_order_of_the_cells_does_not_matter(pairs: list[tuple[int, int]], random: Any) -> None:
    shuffled = random.sample(pairs, len(pairs))
    one, two = (score_mean(np.array([[c for c, _ in p]]), [v for _, v in p]) for p in (pairs, shuffled))
    np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("kind", ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "float32", "float64"])
def test_every_width_of_counts_gives_the_same_bits(kind: str) -> None:
    counts = np.array([[1, 2, 3], [100, 7, 120], [0, 0, 0]])
    np.testing.assert_array_equal(score_mean(counts.astype(kind), (-100, 0, 100)), score_mean(counts, (-100, 0, 100)))


@given(st.lists(st.floats(0.001, 1000), min_size=1, max_size=1), st.sampled_from([-1.0, 0.1, 7.0, 100.0]))
def test_weighted_answers_that_all_agree_have_their_value_as_mean(weights: list[float], value: float) -> None:
    counts = np.array([[0.0, weights[0], 0.0]])
    assert score_mean(counts, (-200.0, value, 200.0))[0] == value
    assert score_variance(counts, (-200.0, value, 200.0))[0] == 0.0


def test_weighted_means_lie_near_the_fraction() -> None:
    rng = np.random.default_rng(3)
    counts, values = rng.random((200, 5)), (1, 2, 3, 4, 5)
    for row, mean in zip(counts, score_mean(counts, values), strict=True):
        exact = sum(Fraction(w) * v for w, v in zip(row, values, strict=True)) / sum(map(Fraction, row))
        assert mean == pytest.approx(float(exact), rel=1e-15)


@given(cells)
def test_the_variance_is_that_of_the_answers(pairs: list[tuple[int, int]]) -> None:
    counts, values = np.array([[count % 50 for count, _ in pairs]]), [value for _, value in pairs]
    answers = np.repeat(values, counts[0])
    if len(answers):
        assert score_variance(counts, values)[0] == pytest.approx(np.var(answers), rel=1e-12, abs=1e-300)


def test_no_group_at_all_gives_no_mean() -> None:
    assert score_mean(np.zeros((0, 3), dtype=np.int64), (-1, 0, 1)).shape == (0,)
    assert score_variance(np.zeros((0, 3)), (-1, 0, 1)).shape == (0,)


def test_cells_that_share_a_value_are_put_together() -> None:
    support = support_of((-100,) * 7 + (0, 0, 100, 100))
    assert support.values == (-100, 0, 100)
    assert [cell.tolist() for cell in support.cells(np.arange(11)[None])] == [[21], [15], [19]]
