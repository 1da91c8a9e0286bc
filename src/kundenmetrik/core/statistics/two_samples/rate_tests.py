"""Tests of two Poisson rates by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_choice
from kundenmetrik.core.statistics.normal import ALTERNATIVES, p_value
from kundenmetrik.core.statistics.one_sample.binomial_tails import above, below, central, likelier_excluded, mid_point
from kundenmetrik.core.statistics.two_samples.e_test import e_test
from kundenmetrik.core.statistics.two_samples.pairs import broadcast_pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class RateTest:
    """The outcome of a test of two rates, one entry a pair.

    Attributes
    ----------
    statistic : array
        The z statistic, or the observed first count for the conditional tests.
    p_value : array
        NaN where the test is undefined.
    """

    statistic: FloatArray
    p_value: FloatArray


def rate_test(
    events: FloatArray,
    exposure: FloatArray,
    other_events: FloatArray,
    other_exposure: FloatArray,
    *,
    method: str | Test = "score",
    alternative: str = "two-sided",
    null: float = 1.0,
) -> RateTest:
    """Test whether the ratio of two Poisson rates, first over second, is ``null``.

    Parameters
    ----------
    events, exposure, other_events, other_exposure : array of float
        Counts and exposures of the first and the second group of each pair; they broadcast.
    method : str or callable
        A key of ``RATE_TESTS``, or a test of the same form.
    alternative : {"two-sided", "greater", "less"}
        What is tested against: the ratio differs from, exceeds, falls short of ``null``.
    null : float
        The ratio under the null hypothesis, positive.

    Returns
    -------
    RateTest
        Statistic and p-value of each pair. A pair without exposure is NaN. A pair without any event
        tells nothing: p is 1, or NaN for the methods that need logarithms.
    """
    test = method if callable(method) else RATE_TESTS[check_choice(method, "method", RATE_TESTS)]
    side = check_choice(alternative, "alternative", ALTERNATIVES)
    x, n, y, m = broadcast_pairs(events, exposure, other_events, other_exposure)
    with np.errstate(all="ignore"):
        odds = null * n / m
        statistic, chance = test(x, y, odds, side)
    known = (n > 0) & (m > 0)
    return RateTest(statistic=np.where(known, statistic, np.nan), p_value=np.where(known, chance, np.nan))


Outcome = tuple[FloatArray, FloatArray]
Test = Callable[[FloatArray, FloatArray, FloatArray, str], Outcome]
"""Takes both counts and the odds of the first under the null (null * exposure / other exposure), and the side."""


def log_odds_ratio(x: FloatArray, y: FloatArray, odds: FloatArray) -> FloatArray:
    """Return the log of the observed odds over those of the null, NaN where a count is 0."""
    return np.where((x > 0) & (y > 0), np.log(x) - np.log(y) - np.log(odds), np.nan)


def z_statistic(difference: FloatArray, error: FloatArray) -> FloatArray:
    """Return a difference over its standard error, and 0 where no event was seen at all."""
    return np.where((difference == 0) & (error == 0), 0.0, difference / error)


def normal_test(z: FloatArray, side: str) -> Outcome:
    """Return a standard normal statistic with its p-value."""
    return z, p_value(z, side)


def _conditional(
    x: FloatArray, y: FloatArray, odds: FloatArray, side: str, two_sided: Any = likelier_excluded
) -> Outcome:
    exact = {"two-sided": two_sided, "greater": above, "less": below}[side]
    return x, exact(x, x + y, odds / (1 + odds))


def conditional_mid_p_test(x: FloatArray, y: FloatArray, odds: FloatArray, side: str) -> Outcome:
    """Give half its weight to the outcome seen."""
    half = 0.5 * mid_point(x, x + y, odds / (1 + odds))
    return x, np.where(x + y == 0, 1.0, _conditional(x, y, odds, side)[1] - half)


TwoRateTest = Literal["score", "wald_log", "conditional", "conditional_central", "mid_p", "e_test"]
RATE_TESTS: Mapping[str, Test] = {
    "score": lambda x, y, odds, side: normal_test(z_statistic(x - y * odds, np.sqrt((x + y) * odds)), side),
    "wald_log": lambda x, y, odds, side: normal_test(log_odds_ratio(x, y, odds) / np.sqrt(1 / x + 1 / y), side),
    "conditional": _conditional,
    "conditional_central": partial(_conditional, two_sided=central),
    "mid_p": conditional_mid_p_test,
    "e_test": lambda x, y, odds, side: e_test(x, np.asarray(odds), y, np.ones_like(odds), alternative=side),
}
"""The tests of two rates by name; a ``central`` test doubles the smaller tail and so agrees with its interval."""
