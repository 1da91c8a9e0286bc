"""The score interval of a mean score: exact on small tables, equal to Wilson and Tango, lawful on any support."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.scores.score_interval import SCALAR_GROUPS, score_interval
from kundenmetrik.core.statistics.scores.score_moments import score_mean

NPS = (-100, 0, 100)
confidences = st.sampled_from([1e-6, 0.1, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 1 - 1e-9])
supports = st.lists(st.integers(-20, 20), min_size=2, max_size=7, unique=True).map(sorted)


@st.composite
def tables(draw: st.DrawFn, groups: int = 1) -> tuple[NDArray[Any], list[int]]:
    values = draw(supports)
    row = st.lists(st.integers(0, 40) | st.integers(0, 10**6), min_size=len(values), max_size=len(values))
    return np.array(draw(st.lists(row, min_size=groups, max_size=groups))), values


def all_tables(n: int) -> NDArray[Any]:
    """Return every way to put n answers into three classes."""
    first, second = np.mgrid[0 : n + 1, 0 : n + 1]
    kept = first + second <= n
    return np.stack([first[kept], second[kept], n - first[kept] - second[kept]], axis=1)


def wilson(successes: int, n: int, confidence: float) -> tuple[float, float]:
    """Wilson's interval as his paper writes it."""
    z, share = critical(confidence), successes / n
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    margin = z / (1 + z * z / n) * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    return middle - margin, middle + margin


def tango(losses: int, ties: int, gains: int, confidence: float) -> list[float]:
    """Tango's interval by bisection on his statistic, with his closed form of the nuisance share."""
    n, z = losses + ties + gains, critical(confidence)

    def statistic(delta: Any) -> Any:
        half = -gains - losses + (2 * n - gains + losses) * delta
        share = (math.sqrt(max(half * half + 8 * n * losses * delta * (1 - delta), 0.0)) - half) / (4 * n)
        variance = n * (2 * share + delta * (1 - delta))
        gap = gains - losses - n * delta
        return gap / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, gap) if gap else 0.0

    estimate = (gains - losses) / n
    return [_bisected(lambda delta, side=side: statistic(delta) + side * z, estimate, side) for side in (-1, 1)]


def _bisected(curve: Callable[..., Any], estimate: float, side: int) -> float:
    end = float(side)
    low, high = (end, estimate) if side < 0 else (estimate, end)
    if low == high:
        return end
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if curve(middle) > 0 else (low, middle)
    return 0.5 * (low + high)


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.999])
def test_on_two_values_it_is_wilsons_interval(confidence: float) -> None:
    pairs = [(x, n) for n in (1, 2, 3, 7, 20, 60, 1000) for x in range(n + 1)]
    low, high = score_interval(np.array([(n - x, x) for x, n in pairs]), (0, 1), confidence)
    expected = np.array([wilson(x, n, confidence) for x, n in pairs])
    np.testing.assert_allclose(low, expected[:, 0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(high, expected[:, 1], rtol=0, atol=1e-12)


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.999])
@pytest.mark.parametrize("n", [1, 2, 3, 10, 25])
def test_on_three_steps_it_is_tangos_interval(n: int, confidence: float) -> None:
    tables = all_tables(n)
    low, high = score_interval(tables, (-1, 0, 1), confidence)
    expected = np.array([tango(*map(int, row), confidence) for row in tables])  # type: ignore[call-arg]
    np.testing.assert_allclose(low, expected[:, 0], rtol=0, atol=1e-12)
    np.testing.assert_allclose(high, expected[:, 1], rtol=0, atol=1e-12)


@pytest.mark.parametrize("confidence", [0.01, 0.8, 0.95, 0.99, 0.99999])
def test_every_table_up_to_sixty_has_limits_within_the_scale_and_around_the_score(confidence: float) -> None:
    for n in range(1, 61):
        tables = all_tables(n)
        low, high = score_interval(tables, NPS, confidence)
        mean = score_mean(tables, NPS)
        assert ((low >= -100) & (low <= mean) & (mean <= high) & (high <= 100)).all()
        assert (low < high).all()


def test_unanimous_groups_keep_a_width_and_touch_only_their_own_end() -> None:
    low, high = score_interval(np.array([[0, 0, 10], [10, 0, 0], [0, 10, 0]]), NPS, 0.95)
    square = critical(0.95) ** 2
    assert high[0] == 100
    assert low[1] == -100
    np.testing.assert_allclose(
        [low[0], high[1]], [100 - 200 * square / (10 + square), -100 + 200 * square / (10 + square)]
    )
    np.testing.assert_allclose([low[2], high[2]], [-100 * square / (10 + square), 100 * square / (10 + square)])


def exact_limit(counts: list[int], values: list[int], confidence: float, side: int) -> mpmath.mpf:
    """One limit with 50 digits, from the equation of the multiplier l: the sum of w / (1 + c + l (v - m)) is 1."""
    with mpmath.workdps(50):
        n = sum(counts)
        mean = mpmath.mpf(sum(c * v for c, v in zip(counts, values, strict=True))) / n
        c = mpmath.mpf(critical(confidence)) ** 2 / n
        room = mean - values[0] if side < 0 else values[-1] - mean
        if room == 0:
            return mean
        gaps = [-side * (value - mean) for value in values]

        def excess(multiplier: Any) -> Any:
            return sum(w / (n * (1 + c + multiplier * g)) for w, g in zip(counts, gaps, strict=True) if w) - 1

        end = (1 + c) / room
        observed_end = counts[0] if side < 0 else counts[-1]
        if not observed_end and excess(end) <= 0:
            return mean + side * c / end
        low, high = mpmath.mpf(0), end
        for _ in range(170):
            middle = (low + high) / 2
            low, high = (middle, high) if excess(middle) < 0 else (low, middle)
        return mean + side * c / high


@given(tables(), confidences)
def test_both_limits_are_right_to_the_last_digits_on_any_support(
    table: tuple[NDArray[Any], list[int]], confidence: float
) -> None:
    counts, values = table
    if counts.sum() == 0:
        return
    limits = score_interval(counts, values, confidence)
    row = counts[0].tolist()
    for limit, side in zip(limits, (-1, 1), strict=True):
        exact = exact_limit(row, values, confidence, side)
        assert abs(float(limit[0] - exact)) <= 2e-15 * 2 * max(values[-1] - values[0], abs(values[0]), abs(values[-1]))


@given(tables(), confidences)
def test_limits_lie_within_the_scale_and_around_the_mean(
    table: tuple[NDArray[Any], list[int]], confidence: float
) -> None:
    counts, values = table
    low, high = score_interval(counts, values, confidence)
    mean = score_mean(counts, values)
    if counts.sum() == 0:
        assert np.isnan([low, high]).all()
    else:
        assert values[0] <= low <= mean <= high <= values[-1]


@given(tables())
def test_more_confidence_never_narrows(table: tuple[NDArray[Any], list[int]]) -> None:
    counts, values = table
    if counts.sum() == 0:
        return
    limits = [score_interval(counts, values, level) for level in (0.01, 0.5, 0.9, 0.95, 0.99, 0.9999)]
    for (low, high), (lower, higher) in pairwise(limits):
        assert lower[0] <= low[0]
        assert high[0] <= higher[0]


@given(tables(groups=SCALAR_GROUPS + 3), confidences)
def test_a_group_alone_has_the_bits_it_has_among_others(
    table: tuple[NDArray[Any], list[int]], confidence: float
) -> None:
    counts, values = table
    low, high = score_interval(counts, values, confidence)
    for place, row in enumerate(counts):
        alone = score_interval(row[None], values, confidence)
        np.testing.assert_array_equal(np.ravel(alone), [low[place], high[place]])


@given(tables(), confidences, st.sampled_from([1, 2, 100, 0.25]), st.integers(-50, 50))
def test_values_may_be_scaled_and_shifted(
    table: tuple[NDArray[Any], list[int]], confidence: float, factor: float, shift: int
) -> None:
    counts, values = table
    low, high = score_interval(counts, values, confidence)
    other = [factor * value + shift for value in values]
    moved_low, moved_high = score_interval(counts, other, confidence)
    width = factor * (values[-1] - values[0]) + abs(shift)
    np.testing.assert_allclose(moved_low, factor * low + shift, rtol=0, atol=1e-13 * width)
    np.testing.assert_allclose(moved_high, factor * high + shift, rtol=0, atol=1e-13 * width)


@given(tables(), confidences)
def test_a_scale_turned_round_turns_the_interval_bit_for_bit(
    table: tuple[NDArray[Any], list[int]], confidence: float
) -> None:
    counts, values = table
    low, high = score_interval(counts, values, confidence)
    turned_low, turned_high = score_interval(counts, [-value for value in values], confidence)
    np.testing.assert_array_equal(turned_low, -high)
    np.testing.assert_array_equal(turned_high, -low)


@given(tables(), confidences)
def test_whole_effective_counts_are_counts(table: tuple[NDArray[Any], list[int]], confidence: float) -> None:
    counts, values = table
    for limit, other in zip(
        score_interval(counts, values, confidence), score_interval(counts * 1.0, values, confidence), strict=True
    ):
        np.testing.assert_allclose(limit, other, rtol=0, atol=4e-15 * 40)


def test_cells_that_share_a_value_are_put_together() -> None:
    ratings = np.array([[1, 0, 2, 0, 0, 0, 3, 5, 6, 10, 12], [0] * 10 + [4]])
    classes = np.array([[6, 11, 22], [0, 0, 4]])
    worth = (-100,) * 7 + (0, 0, 100, 100)
    np.testing.assert_array_equal(score_interval(ratings, worth, 0.95), score_interval(classes, NPS, 0.95))


def test_a_value_that_nobody_chose_still_belongs_to_the_scale() -> None:
    within, beyond = np.array([[3, 7]]), np.array([[3, 7, 0]])
    assert score_interval(within, (0, 1), 0.95)[1][0] < score_interval(beyond, (0, 1, 2), 0.95)[1][0]


def test_the_order_of_the_cells_does_not_matter() -> None:
    np.testing.assert_array_equal(
        score_interval(np.array([[3, 1, 6]]), NPS, 0.95), score_interval(np.array([[6, 3, 1]]), (100, -100, 0), 0.95)
    )


def test_one_value_only_is_certain_and_no_answer_is_unknown() -> None:
    np.testing.assert_array_equal(np.ravel(score_interval(np.array([[4]]), (7,), 0.95)), [7, 7])
    assert np.isnan(score_interval(np.zeros((SCALAR_GROUPS + 1, 3), dtype=np.int64), NPS, 0.95)).all()
    assert score_interval(np.zeros((0, 3), dtype=np.int64), NPS, 0.95)[0].shape == (0,)


@pytest.mark.parametrize("confidence", [1e-300, 1e-20, 1e-12])
@pytest.mark.parametrize("groups", [1, SCALAR_GROUPS + 1])
def test_next_to_no_confidence_leaves_the_mean(groups: int, confidence: float) -> None:
    counts = np.array([[3, 1, 6], [0, 0, 4], [0, 4, 0]] * groups)
    low, high = score_interval(counts, NPS, confidence)
    mean = score_mean(counts, NPS)
    assert ((low <= mean) & (mean <= high)).all()
    np.testing.assert_allclose((low, high), (mean, mean), rtol=0, atol=1e-9)


def test_inputs_are_not_modified() -> None:
    counts = np.array([[3, 1, 6]] * (SCALAR_GROUPS + 1))
    before = counts.copy()
    score_interval(counts, NPS, 0.95)
    assert np.array_equal(counts, before)


@pytest.mark.parametrize("groups", [1, SCALAR_GROUPS + 1])
def test_counts_beyond_float_precision_still_work(groups: int) -> None:
    counts = np.array([[2**55 + 1, 2**54, 2**55 - 1]] * groups)
    low, high = score_interval(counts, NPS, 0.95)
    mean = score_mean(counts, NPS)
    assert ((low < mean) & (mean < high) & (high - low < 1e-5)).all()
