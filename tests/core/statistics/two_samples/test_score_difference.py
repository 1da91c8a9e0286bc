"""Differences: signs, exchange, unanimous and empty groups, alternatives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.core.statistics.one_sample.proportions import SHARE_METHODS
from kundenmetrik.core.statistics.one_sample.rates import RATE_METHODS
from kundenmetrik.core.statistics.scores.score_moments import score_mean
from kundenmetrik.core.statistics.two_samples.score_difference import (
    Differences,
    mover,
    rate_difference,
    score_difference,
    share_difference,
)
from kundenmetrik.testing.references.rates_and_scores import SCORE_INTERVALS

VALUES = (-100, 0, 100)
row = st.lists(st.integers(0, 500), min_size=3, max_size=3)
pair = st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def both(
    find: Callable[..., Any], one: list[Any] | tuple[int, int], two: list[Any] | tuple[int, int], **options: str
) -> Differences:
    first, second = (np.array([group]) for group in (one, two))
    if find is score_difference:
        return find(first, second, VALUES, 0.95, **options)
    return find(first[:, 0], first[:, 1], second[:, 0], second[:, 1], 0.95, **options)


@pytest.mark.parametrize("weight", [1, 0.37])
@given(row, row)
def test_exchanging_scores_changes_the_sign_bit_for_bit(weight: float, one: list[int], two: list[int]) -> None:
    check_exchange(score_difference, [count * weight for count in one], [count * weight for count in two])


@given(pair, pair)
def test_exchanging_shares_changes_the_sign_bit_for_bit(one: tuple[int, int], two: tuple[int, int]) -> None:
    check_exchange(share_difference, one, two)


@given(pair, pair)
def test_exchanging_rates_changes_the_sign_bit_for_bit(one: tuple[int, int], two: tuple[int, int]) -> None:
    check_exchange(rate_difference, one, two)


def check_exchange(
    find: Callable[..., Any], one: list[Any] | tuple[int, int], two: list[Any] | tuple[int, int]
) -> None:
    there, back = both(find, one, two), both(find, two, one)
    np.testing.assert_array_equal(there.value, -back.value)
    np.testing.assert_array_equal(there.low, -back.high)
    np.testing.assert_array_equal(there.high, -back.low)
    np.testing.assert_array_equal(there.p_value, back.p_value)
    more, less = both(find, one, two, alternative="greater"), both(find, two, one, alternative="less")
    np.testing.assert_array_equal(more.p_value, less.p_value)


@given(row.filter(any))
def test_a_score_does_not_differ_from_itself(counts: list[int]) -> None:
    check_same(both(score_difference, counts, counts))
    check_same(both(score_difference, [0.3 * c for c in counts], [0.3 * c for c in counts]))


@given(pair)
def test_shares_and_rates_do_not_differ_from_themselves(numbers: tuple[int, int]) -> None:
    check_same(both(share_difference, numbers, numbers))
    check_same(both(rate_difference, numbers, numbers))


def check_same(found: Differences) -> None:
    assert found.value[0] == 0
    assert found.p_value[0] == 1
    assert found.low[0] <= 0 <= found.high[0]
    assert found.low[0] == -found.high[0]


@given(row.filter(any), st.integers(2, 9))
def test_the_same_shares_at_another_size_do_not_differ(counts: list[int], times: int) -> None:
    found = both(score_difference, counts, [times * count for count in counts])
    assert found.value[0] == 0
    assert found.p_value[0] == 1


@given(row.filter(any), row.filter(any))
def test_the_interval_lies_within_the_scale_and_around_the_difference(one: list[int], two: list[int]) -> None:
    found = both(score_difference, one, two)
    assert -200 <= found.low[0] <= found.value[0] <= found.high[0] <= 200
    assert 0 <= found.p_value[0] <= 1


@given(pair, pair)
def test_the_interval_of_shares_lies_within_one_and_around_the_difference(
    one: tuple[int, int], two: tuple[int, int]
) -> None:
    found = both(share_difference, one, two)
    assert -1 <= found.low[0] <= found.value[0] <= found.high[0] <= 1


@given(row.filter(lambda group: sum(group) >= 10), row.filter(lambda group: sum(group) >= 10))
def test_one_sided_p_values_add_up_to_one_and_the_smaller_is_half_the_two_sided(one: list[int], two: list[int]) -> None:
    p_values = {side: both(score_difference, one, two, alternative=side).p_value[0] for side in ("greater", "less")}
    assert sum(p_values.values()) == pytest.approx(1)
    assert 2 * min(p_values.values()) == pytest.approx(both(score_difference, one, two).p_value[0])
    value = both(score_difference, one, two).value[0]
    if value > 0:
        assert p_values["greater"] <= p_values["less"]


def test_groups_that_agree_within_and_between_do_not_differ() -> None:
    for counts in ([0, 0, 7], [0, 7, 0], [7, 0, 0]):
        found = both(score_difference, counts, [3 * count for count in counts])
        assert (found.value[0], found.p_value[0]) == (0, 1)
        assert found.low[0] < 0 < found.high[0]


def test_groups_that_agree_within_but_not_between_do_differ() -> None:
    found = both(score_difference, [0, 0, 9], [9, 0, 0])
    assert found.value[0] == found.high[0] == 200
    assert found.low[0] > 0
    # Nine against nine, all different: one deal of 48,620, and its mirror image.
    assert found.p_value[0] == pytest.approx(2 / 48_620, rel=1e-12)
    # Ten against ten: z² is the number of answers.
    assert both(score_difference, [0, 0, 10], [10, 0, 0]).p_value[0] == pytest.approx(7.74e-6, rel=0.001)


@pytest.mark.parametrize(
    ("find", "some", "none"),
    [(score_difference, [1, 2, 3], [0, 0, 0]), (share_difference, [1, 3], [0, 0]), (rate_difference, [1, 3], [0, 0])],
)
def test_an_empty_group_makes_the_difference_undefined(
    find: Callable[..., Any], some: list[int], none: list[int]
) -> None:
    for found in (both(find, some, none), both(find, none, some), both(find, none, none)):
        assert np.isnan(found).all()


def test_no_event_at_all_is_no_difference() -> None:
    found = both(rate_difference, (0, 100), (0, 50))
    assert (found.value[0], found.p_value[0]) == (0, 1)
    assert found.low[0] < 0 < found.high[0]


def test_any_interval_of_the_groups_can_be_put_together() -> None:
    one, two = np.array([[10, 20, 70]]), np.array([[20, 30, 50]])
    for method in ("wald", "adjusted_wald", "jeffreys", "t", "bootstrap"):
        found = score_difference(one, two, VALUES, 0.95, method=method)
        limits = [SCORE_INTERVALS[method](counts, VALUES, 0.95) for counts in (one, two)]
        expected = mover(score_mean(one, VALUES), limits[0], score_mean(two, VALUES), limits[1])
        np.testing.assert_allclose((found.value, found.low, found.high), expected)
    for method in SHARE_METHODS:
        assert both(share_difference, (30, 40), (20, 40), method=method).low[0] < 0.25
    for method in RATE_METHODS:
        assert both(rate_difference, (30, 40), (20, 40), method=method).low[0] < 0.25


def test_scores_on_two_values_are_shares() -> None:
    one, two = np.array([[14, 56]]), np.array([[32, 48]])
    by_score = score_difference(one, two, (0, 1), 0.95)
    by_share = share_difference(one[:, 1], one.sum(axis=1), two[:, 1], two.sum(axis=1), 0.95)
    np.testing.assert_allclose(by_score, by_share, rtol=1e-12)


def test_many_pairs_are_as_each_alone() -> None:
    rng = np.random.default_rng(5)
    one, two = rng.integers(0, 30, (20, 3)), rng.integers(0, 30, (20, 3))
    found = np.array(score_difference(one, two, VALUES, 0.95))
    for place in range(20):
        alone = score_difference(one[place : place + 1], two[place : place + 1], VALUES, 0.95)
        np.testing.assert_array_equal(np.ravel(alone), found[:, place])


@pytest.mark.parametrize("kind", ["int8", "uint8", "int16", "float32"])
def test_every_width_of_counts_gives_the_same_bits(kind: str) -> None:
    one, two = np.array([[10, 20, 97]]), np.array([[100, 3, 24]])
    np.testing.assert_array_equal(
        score_difference(one.astype(kind), two.astype(kind), VALUES, 0.95), score_difference(one, two, VALUES, 0.95)
    )
    for find in (share_difference, rate_difference):
        numbers = np.array([[97], [120], [81], [125]])
        np.testing.assert_array_equal(find(*numbers.astype(kind), 0.95), find(*numbers, 0.95))  # type: ignore[call-arg]
