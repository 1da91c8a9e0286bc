"""Sample sizes: at the size that is found, the normal approximation has the width or the power that was asked for."""

from __future__ import annotations

import math

import pytest
from scipy import stats

from kundenmetrik.core.statistics.sample_size import size_for_difference, size_for_equivalence, size_for_half_width


@pytest.mark.parametrize(("variance", "half_width"), [(0.25, 0.03), (61.0, 5.0)])
def test_the_interval_has_the_half_width(variance: float, half_width: float) -> None:
    size = size_for_half_width(variance, half_width, 0.95)
    assert stats.norm.ppf(0.975) * math.sqrt(variance / size) == pytest.approx(half_width)


def test_the_size_of_a_poll() -> None:
    assert math.ceil(size_for_half_width(0.25, 0.03, 0.95)) == 1068


@pytest.mark.parametrize("power", [0.5, 0.8, 0.99])
def test_the_test_of_a_difference_has_the_power(power: float) -> None:
    before, after = 0.6, 0.7
    variances = before * (1 - before), after * (1 - after)
    pooled = (before + after) / 2 * (1 - (before + after) / 2)
    size = size_for_difference(variances, pooled, after - before, 0.05, power)
    bound = stats.norm.ppf(0.975) * math.sqrt(2 * pooled / size)
    reached = stats.norm.sf((bound - (after - before)) / math.sqrt(sum(variances) / size))
    assert reached == pytest.approx(power)


def test_two_one_sided_tests_both_reject() -> None:
    size = size_for_equivalence(4.0, 0.5, 0.05, 0.9)
    bound = 0.5 - stats.norm.ppf(0.95) * math.sqrt(4.0 / size)
    assert 2 * stats.norm.cdf(bound / math.sqrt(4.0 / size)) - 1 == pytest.approx(0.9)
