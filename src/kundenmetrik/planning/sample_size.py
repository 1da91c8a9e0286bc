"""How many answers a survey needs, and the smallest change that so many can show."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import scipy

from kundenmetrik.core.checks import check_confidence, check_count, check_number
from kundenmetrik.core.results.metric import Metric
from kundenmetrik.core.statistics.sample_size import (
    size_for_difference,
    size_for_equivalence,
    size_for_half_width,
    size_under_design,
)
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.planning.expectation import Expectation, RateExpectation, expectation

EXACT_WIDTH = 500
"""Up to so many answers (or events) the half width is the expected one of the metric's own interval, enumerated."""
EXACT_POWER = 200
"""Up to so many answers (or events) of a share (or a rate) the power is that of the test itself, enumerated."""
MAX_VALUES = 3
"""Answers with more different values than this have too many histograms to enumerate."""
ROUNDING = 1e-9
"""What is above a whole number by less than this is that whole number."""


def answers_for(
    metric: Metric,
    *,
    like: Any,
    half_width: float | None = None,
    difference: float | None = None,
    margin: float | None = None,
    power: float = 0.8,
    confidence: float = 0.95,
    design_effect: float = 1.0,
    response: float = 1.0,
    population: int | None = None,
    segments: int = 1,
) -> int:
    r"""Compute how many answers (for a rate: how much exposure) a group needs.

    .. math:: n = \frac{z^2 v}{d^2}, \qquad
        n = \left(\frac{z_{1-\alpha/2}\sqrt{2v} + z_{1-\beta}\sqrt{v_1+v_2}}{\delta}\right)^2

    Parameters
    ----------
    metric : Metric
        What will be measured, such as ``km.NPS()``, ``km.CSAT()``, ``km.TGW()``.
    like : Estimate, float, sequence or mapping
        What is expected: an earlier estimate of the metric; or shares, one a step of the scale or one a value from
        the best to the worst (promoters, passives, detractors), or the one share of a yes/no metric; or a rate.
    half_width : float, optional
        The half width that the interval shall have, in the metric's unit.
    difference : float, optional
        The difference between two groups, or before and after, that the test shall find; its sign says the direction.
    margin : float, optional
        The deviation from a target that still counts as the same, where the target is met exactly.
    power : float
        The probability that the difference, or the sameness, is shown.
    confidence : float
        Of the interval; one minus it is the error of the test.
    design_effect : float
        The variance of the sampling design over that of a simple random sample, such as 1.4 for clusters.
    response : float
        The share of those invited who answer.
    population : int, optional
        How many customers there are, if those who answer are a sizeable part of them.
    segments : int
        How many segments are compared at once; the first step of Holm's adjustment divides the error by them.

    Returns
    -------
    int
        Of each group: those to invite where ``response`` is given, else the answers.

    Raises
    ------
    InvalidArgument
        If not exactly one of ``half_width``, ``difference`` and ``margin`` is given, or the difference leads off
        the scale.

    Notes
    -----
    Small plans are exact: up to 500 answers the half width is the expected one of the metric's own interval (for
    metrics with two or three values), up to 200 answers the power of a share or a rate is that of the test itself, and
    stays at least that for more answers. Larger ones use the variance of ``like``. The second group of a difference has
    the distribution nearest to ``like`` that has the other mean.

    References
    ----------
    Cochran (1977), Sampling Techniques, 3rd ed., sections 4.4 and 4.5. Fleiss, Levin and Paik (2003), section 4.2.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> km.planning.answers_for(km.NPS(), like={"promoters": 0.5, "passives": 0.3, "detractors": 0.2}, half_width=5)
    938
    >>> km.planning.answers_for(km.CSAT(), like=0.8, difference=5, power=0.8)
    906
    """
    goal, size = _goal(half_width=half_width, difference=difference, margin=margin)
    expected = expectation(metric, like)
    if size == 0.0 or (size < 0.0 and goal != "difference"):
        raise InvalidArgument(goal, "be above 0", size)
    error = (1.0 - check_confidence(confidence)) / check_count(segments, "segments", low=1)
    if goal == "half_width":
        if segments != 1:
            raise InvalidArgument("segments", "be left out with half_width: intervals are not adjusted", segments)
        simple = _for_half_width(expected, size, confidence)
    elif goal == "difference":
        simple = _for_difference(expected, size, error, _open(power, "power"))
    else:
        simple = size_for_equivalence(expected.variance, size, error, _open(power, "power"))
    needed = size_under_design(
        simple,
        check_number(design_effect, "design_effect", low=0.0),
        math.inf if population is None else check_count(population, "population", low=1),
        _open(response, "response", one=True),
    )
    return max(math.ceil(needed - ROUNDING), 1)


def _goal(**goals: float | None) -> tuple[str, float]:
    """Return the one goal that was given."""
    given = {name: check_number(goal, name) for name, goal in goals.items() if goal is not None}
    if len(given) != 1:
        raise InvalidArgument("half_width, difference and margin", "be given one at a time", tuple(given))
    return next(iter(given.items()))


def shift(expected: Expectation, difference: float) -> Expectation:
    """Return the expectation of the second group."""
    low, high = expected.bounds
    if not low < expected.value + difference < high:
        raise InvalidArgument(
            "difference", f"lead from {expected.value:g} to a value between {low:g} and {high:g}", difference
        )
    return expected.shift(difference)


def approximate_size(expected: Expectation, other: Any, difference: float, error: float, power: float) -> float:
    """Return the size of each group by the normal approximation of the pooled test."""
    variances = (expected.variance, other.variance)
    return size_for_difference(variances, expected.pooled_variance(other), difference, error, power)


def _for_half_width(expected: Expectation, half_width: float, confidence: float) -> float:
    simple = size_for_half_width(expected.variance, half_width, confidence)
    if not _enumerable(expected, simple, EXACT_WIDTH):
        return simple

    def wide(n: int) -> bool:
        tables, chances = expected.samples(n)
        return float(chances @ expected.half_widths(tables, n, confidence)) > half_width

    return float(_first_not(wide, 1, 2 * math.ceil(simple) + 50))


def _for_difference(expected: Expectation, difference: float, error: float, power: float) -> float:
    other: Any = shift(expected, difference)
    simple = approximate_size(expected, other, difference, error, power)
    two_valued = isinstance(expected, RateExpectation) or len(expected.values) == 2
    if not (two_valued and _enumerable(expected, simple, EXACT_POWER)):
        return simple

    def exact_power(n: int) -> float:
        (first, chance), (second, other_chance) = expected.samples(n), other.samples(n)
        return float(chance @ expected.rejections(first, second, n, 1.0 - error) @ other_chance)

    n = math.ceil(1.3 * simple) + 10
    while n > 1 and exact_power(n - 1) >= power:
        n -= 1
    return float(n)


def _enumerable(expected: Expectation, n: float, most: int) -> bool:
    if isinstance(expected, RateExpectation):
        return expected.rate * n <= most
    return len(expected.values) <= MAX_VALUES and n <= most


def _first_not(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Return the first whole number for which what holds up to it does not hold any more."""
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if holds(middle) else (low, middle)
    return low


def _open(value: object, argument: str, *, one: bool = False) -> float:
    number = check_number(value, argument, low=0.0, high=1.0)
    if number == 0.0 or (number == 1.0 and not one):
        raise InvalidArgument(argument, "be above 0 and at most 1" if one else "lie between 0 and 1", value)
    return number


BOUND_MARGIN = 1e-9
"""How near to the end of the scale, as a part of the way there, a change is looked for."""


def smallest_change(
    metric: Metric,
    *,
    like: Any,
    n: float,
    power: float = 0.8,
    confidence: float = 0.95,
    design_effect: float = 1.0,
    segments: int = 1,
) -> float:
    """Compute the smallest change between two groups of ``n`` answers each that the test finds with the power.

    It is the difference for which :func:`answers_for` asks for ``n`` answers, up or down, whichever is larger.

    Parameters
    ----------
    metric : Metric
        What is measured, such as ``km.NPS()``.
    like : Estimate, float, sequence or mapping
        What is expected, as for :func:`answers_for`.
    n : float
        The answers of each group; for a rate its exposure, such as sales.
    power : float
        The probability that the change is found.
    confidence : float
        One minus the error of the test.
    design_effect : float
        The variance of the sampling design over that of a simple random sample.
    segments : int
        How many segments are compared at once.

    Returns
    -------
    float
        In the metric's unit; NaN where no change that the scale has room for would be found.

    Notes
    -----
    By the normal approximation of the pooled test. A change in one direction only, where the scale has no room in the
    other, is that one.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> expected = {"promoters": 0.5, "passives": 0.3, "detractors": 0.2}
    >>> round(km.planning.smallest_change(km.NPS(), like=expected, n=146), 1)
    26.6
    """
    expected = expectation(metric, like)
    answers = check_number(n, "n", low=1.0) / check_number(design_effect, "design_effect", low=BOUND_MARGIN)
    error = (1.0 - check_confidence(confidence)) / check_count(segments, "segments", low=1)
    wanted, (low, high) = _open(power, "power"), expected.bounds
    upward = high - expected.value if np.isfinite(high) else 1e6 * expected.value
    found = [_change(expected, room, answers, error, wanted) for room in (low - expected.value, upward)]
    return max((change for change in found if change == change), default=float("nan"))


def _change(expected: Expectation, room: float, answers: float, error: float, power: float) -> float:
    def excess(part: float) -> float:
        difference = part * room
        return approximate_size(expected, shift(expected, difference), difference, error, power) - answers

    if room == 0.0 or excess(1.0 - BOUND_MARGIN) > 0.0:
        return float("nan")
    return abs(room) * float(scipy.optimize.brentq(excess, BOUND_MARGIN, 1.0 - BOUND_MARGIN, xtol=1e-14, rtol=1e-13))
