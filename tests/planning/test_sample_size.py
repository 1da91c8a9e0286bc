"""Plans: published sizes, the exact ones against enumeration and simulation, and laws."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.power import NormalIndPower, normal_power_het

import kundenmetrik as km
from kundenmetrik.core.statistics.sample_size import (
    size_for_difference,
    size_for_equivalence,
    size_for_half_width,
    size_under_design,
)
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.planning import answers_for, smallest_change
from kundenmetrik.planning.expectation import expectation

EXPECTED = {"promoters": 0.5, "passives": 0.3, "detractors": 0.2}
"""An NPS of 30 points, whose answers have the variance .61 on the scale from -1 to 1."""


@pytest.mark.parametrize(("points", "size"), [(5, 4207), (10, 1052), (20, 263)])
def test_two_groups_of_equal_variance_as_textbooks_print_them(points: int, size: int) -> None:
    assert math.ceil(size_for_difference((0.67, 0.67), 0.67, points / 100, 0.05, 0.8)) == size


def test_two_shares_by_both_variances() -> None:
    shares = (0.8 * 0.2, 0.85 * 0.15)
    assert math.ceil(size_for_difference(shares, sum(shares) / 2, 0.05, 0.05, 0.8)) == 903
    assert answers_for(km.CSAT(), like=0.8, difference=5) == 906


def test_two_rates() -> None:
    """Forty against fifty complaints per 1,000 sales."""
    assert answers_for(km.TGW(), like=40, difference=10) == 7064
    power = normal_power_het(0.01, 7064, 0.05, std_null=math.sqrt(0.09), std_alternative=math.sqrt(0.09))
    assert power == pytest.approx(0.8000014, abs=2e-6)


def test_half_widths() -> None:
    assert answers_for(km.NPS(), like=EXPECTED, half_width=5) == 938
    simple = size_for_half_width(0.25, 0.05, 0.95)
    assert math.ceil(size_under_design(simple, 1.35, 10_000, 1.0)) == 494
    assert 4 * math.ceil(size_under_design(simple, 1.35, 10_000, 1.0)) == 1976


def test_a_small_population_is_the_first_size_whose_half_width_is_small_enough() -> None:
    def half_width(n: int) -> float:
        return 1.959964 * math.sqrt(6100 / n * (800 - n) / 799)

    found = answers_for(km.NPS(), like=EXPECTED, half_width=5, population=800)
    assert half_width(found) <= 5 < half_width(found - 1)


def test_equivalence() -> None:
    assert math.ceil(size_for_equivalence(0.61, 0.05, 0.05, 0.8)) == 2090
    assert answers_for(km.NPS(), like=EXPECTED, margin=5) == 2090


def test_the_difference_agrees_with_statsmodels_where_variances_are_equal() -> None:
    expected = NormalIndPower().solve_power(effect_size=0.3, alpha=0.02, power=0.9)
    assert size_for_difference((1.0, 1.0), 1.0, 0.3, 0.02, 0.9) == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize(
    ("metric", "like", "half_width"), [(km.CSAT(), 0.8, 10.0), (km.NPS(), EXPECTED, 20.0), (km.TGW(), 40.0, 30.0)]
)
def test_a_small_plan_has_the_expected_width_of_the_metric_s_own_interval(
    metric: Any, like: Any, half_width: float
) -> None:
    n, rng = answers_for(metric, like=like, half_width=half_width), np.random.default_rng(1)

    def mean_half_width(size: int) -> float:
        if isinstance(metric, km.TGW):
            drawn = rng.poisson(0.04 * size, 4_000)
            widths = {x: km.tgw(int(x), size) for x in np.unique(drawn)}
            return float(np.mean([widths[x].high - widths[x].low for x in drawn])) / 2
        scores = [5, 1] if isinstance(metric, km.CSAT) else [10, 8, 0]
        shares = [0.8, 0.2] if isinstance(metric, km.CSAT) else [0.5, 0.3, 0.2]
        found = []
        for table in rng.multinomial(size, shares, 400):
            answers = np.repeat(scores, table)
            estimate = km.csat(answers) if isinstance(metric, km.CSAT) else km.nps(answers)
            found.append(estimate.high - estimate.low)
        return float(np.mean(found)) / 2

    assert mean_half_width(n) == pytest.approx(half_width, rel=0.02)


def test_the_exact_power_is_that_of_compare_and_stays() -> None:
    n = answers_for(km.CSAT(), like=0.5, difference=30)

    def power(size: int) -> float:
        from scipy.stats import binom

        steps = np.arange(size + 1)
        one, two = binom.pmf(steps, size, 0.5), binom.pmf(steps, size, 0.8)
        estimates = [km.csat(np.repeat([5, 1], [x, size - x])) for x in steps]
        return sum(
            one[x] * two[y]
            for x in steps
            for y in steps
            if one[x] * two[y] > 1e-9 and km.compare(estimates[y], estimates[x]).p_value < 0.05
        )

    assert power(n) >= 0.8 > power(n - 1)


def test_the_power_of_a_plan_is_what_simulation_finds() -> None:
    n, rng = answers_for(km.NPS(), like=EXPECTED, difference=15, power=0.9), np.random.default_rng(2)
    before = expectation(km.NPS(), EXPECTED)
    after = before.shift(15.0)
    assert after.value == pytest.approx(45.0, abs=1e-9)
    found = 0
    for _ in range(600):
        tables = [rng.multinomial(n, one.shares) for one in (before, after)]
        first, second = (km.nps(np.repeat([0, 8, 10], table)) for table in tables)
        found += km.compare(second, first).p_value < 0.05
    assert found / 600 == pytest.approx(0.9, abs=4 * math.sqrt(0.09 / 600))


SCORES = st.lists(st.floats(0.05, 1.0), min_size=3, max_size=3).map(lambda parts: [part / sum(parts) for part in parts])


@given(SCORES, st.integers(300, 100_000), st.floats(0.5, 0.99))
def test_the_smallest_change_is_the_inverse_of_the_answers(like: list[float], n: int, power: float) -> None:
    change = smallest_change(km.NPS(), like=like, n=n, power=power)
    expected = expectation(km.NPS(), like)
    needed = []
    for signed in (change, -change):
        if -100 < expected.value + signed < 100:
            needed.append(answers_for(km.NPS(), like=like, difference=signed, power=power))
    assert min(abs(size - n) for size in needed) <= 1
    assert max(needed) <= n + 1


@given(SCORES, st.floats(1.0, 20.0), st.floats(1.1, 3.0))
def test_plans_are_monotone(like: list[float], half_width: float, factor: float) -> None:
    size = answers_for(km.NPS(), like=like, half_width=half_width)
    assert answers_for(km.NPS(), like=like, half_width=half_width * factor) <= size
    assert answers_for(km.NPS(), like=like, half_width=half_width, design_effect=factor) >= size
    assert answers_for(km.NPS(), like=like, half_width=half_width, confidence=0.99) >= size
    assert answers_for(km.NPS(), like=like, half_width=half_width, response=1 / factor) >= size
    assert answers_for(km.NPS(), like=like, half_width=half_width, population=500) <= min(size, 500)


def test_more_segments_need_more_answers() -> None:
    sizes = [answers_for(km.NPS(), like=EXPECTED, difference=10, segments=k) for k in (1, 4, 12)]
    assert sizes == sorted(set(sizes))


def test_an_earlier_estimate_says_what_is_expected() -> None:
    earlier = km.nps([10] * 50 + [8] * 30 + [0] * 20)
    assert answers_for(km.NPS(), like=earlier, half_width=5) == 938
    assert answers_for(km.TGW(), like=km.tgw(40, 1000), difference=10) == 7064


def test_size_for_half_width_is_the_normal_formula() -> None:
    assert size_for_half_width(0.25, 0.03, 0.95) == pytest.approx(1067.07, abs=0.01)


@pytest.mark.parametrize(
    ("metric", "options", "said"),
    [
        (km.NPS(), {"like": EXPECTED}, "be given one at a time"),
        (km.NPS(), {"like": EXPECTED, "half_width": 5, "difference": 5}, "be given one at a time"),
        (km.NPS(), {"like": EXPECTED, "half_width": 0}, "half_width must be above 0"),
        (
            km.NPS(),
            {"like": EXPECTED, "difference": 80},
            "difference must lead from 30 to a value between -100 and 100",
        ),
        (km.NPS(), {"like": [0.5, 0.6, 0.1], "half_width": 5}, "add up to 1"),
        (km.NPS(), {"like": [0.5, 0.5], "half_width": 5}, "hold shares for nps"),
        (km.NPS(), {"like": [1.5, -0.5, 0.0], "half_width": 5}, "shares from 0 to 1"),
        (km.TGW(), {"like": 0.0, "half_width": 5}, "like must be above 0"),
        (km.TGW(), {"like": km.nps([1, 10]), "half_width": 5}, "estimate of the same metric"),
        (km.NPS(), {"like": EXPECTED, "half_width": 5, "response": 0.0}, "response must be above 0"),
        (km.NPS(), {"like": EXPECTED, "difference": 5, "power": 1.0}, "power must lie between 0 and 1"),
        (km.NPS(), {"like": EXPECTED, "half_width": 5, "segments": 3}, "segments must be left out"),
    ],
)
def test_what_makes_no_plan_is_refused(metric: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises((InvalidArgument, InvalidType), match=said):
        answers_for(metric, **options)


def test_a_change_that_the_scale_has_no_room_for_is_undefined() -> None:
    assert math.isnan(smallest_change(km.CSAT(), like=0.5, n=2))
