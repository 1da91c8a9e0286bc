"""The smallest change that so many answers can show."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy

from kundenmetrik.core.checks import check_confidence, check_count, check_number
from kundenmetrik.core.results.metric import Metric
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.planning.expectation import Expectation, expectation
from kundenmetrik.planning.sample_size import approximate_size, shift

EDGE = 1e-9
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
    answers = check_number(n, "n", low=1.0) / check_number(design_effect, "design_effect", low=EDGE)
    error = (1.0 - check_confidence(confidence)) / check_count(segments, "segments", low=1)
    if not 0.0 < check_number(power, "power", low=0.0, high=1.0) < 1.0:
        raise InvalidArgument("power", "lie between 0 and 1", power)
    found = [_change(expected, room, answers, error, power) for room in _room(expected)]
    known = [change for change in found if change == change]
    return max(known) if known else float("nan")


def _room(expected: Expectation) -> list[float]:
    """Return how far the value can go down and up."""
    low, high = expected.bounds
    upward = high - expected.value if np.isfinite(high) else 1e6 * expected.value
    return [low - expected.value, upward]


def _change(expected: Expectation, room: float, answers: float, error: float, power: float) -> float:
    def excess(part: float) -> float:
        difference = part * room
        return approximate_size(expected, shift(expected, difference), difference, error, power) - answers

    near, far = EDGE, 1.0 - EDGE
    if room == 0.0 or excess(far) > 0.0:
        return float("nan")
    return abs(room) * float(scipy.optimize.brentq(excess, near, far, xtol=1e-14, rtol=1e-13))
