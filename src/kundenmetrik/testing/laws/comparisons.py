"""Laws of comparisons: first minus second, turned round where the two are."""

from __future__ import annotations

import numpy as np

from kundenmetrik.core.results.metric import Metric
from kundenmetrik.testing.laws.assertions import Draw, assert_law, assert_same
from kundenmetrik.testing.strategies.counts import counts

FAR = 3.0
"""A difference so many times as far from 0 as its limit is from it is clear, and one that is so much nearer is not."""
CLOSE = 1e-7
"""Limits are found by root finding; two ways to one of them agree to so much."""


def contrast(metric: Metric, draw: Draw) -> None:
    """A contrast is the first value minus the second, within its limits, with a p-value from 0 to 1."""
    first, second = (draw(counts(metric.cells, max_groups=1)) for _ in range(2))
    value, low, high, p_value, _ = metric.contrast(first, second, 0.95)
    expected = metric.values(first) - metric.values(second)
    slack = CLOSE * max(1.0, float(np.nanmax(np.abs([*value, *expected, 0.0]))))
    equal = np.isclose(value, expected, rtol=0.0, atol=slack, equal_nan=True).all()
    assert_law(equal, f"a contrast of {value.tolist()} where the values differ by {expected.tolist()}", first, second)
    known = ~np.isnan(value + low + high)
    assert_law(
        ((low - slack <= value) & (value <= high + slack))[known].all(), "a contrast out of its limits", first, second
    )
    likely = p_value[~np.isnan(p_value)]
    assert_law(((likely >= 0.0) & (likely <= 1.0)).all(), "a p-value that is none", first, second)
    assert_law((np.isnan(p_value) | ~np.isnan(value)).all(), "a p-value of an undefined contrast", first, second)
    reach = np.where(value > 0, value - low, high - value)
    clear, unclear = known & (np.abs(value) > FAR * reach + slack), known & (FAR * np.abs(value) + slack < reach)
    said = f"limits from {low.tolist()} to {high.tolist()} beside a p-value of {p_value.tolist()}"
    assert_law(not (clear & (p_value > 0.2)).any() and not (unclear & (p_value < 0.01)).any(), said, first, second)


def antisymmetry(metric: Metric, draw: Draw) -> None:
    """Second against first is first against second with the signs turned, and equally likely."""
    first, second = (draw(counts(metric.cells, max_groups=1)) for _ in range(2))
    value, low, high, p_value, _ = metric.contrast(first, second, 0.95)
    turned = metric.contrast(second, first, 0.95)
    found = np.array([-turned[0], -turned[2], -turned[1], turned[3]])
    slack = CLOSE * max(1.0, float(np.nanmax(np.abs([*value, 0.0]))))
    equal = np.isclose(found, np.array([value, low, high, p_value]), rtol=CLOSE, atol=slack, equal_nan=True).all()
    assert_law(equal, "a contrast that is another one when it is turned round", first, second)


def equality(metric: Metric, draw: Draw) -> None:
    """Counts against themselves differ by nothing, and nothing speaks for a difference."""
    drawn = draw(counts(metric.cells, max_groups=2))
    value, low, high, p_value, _ = metric.contrast(drawn, drawn, 0.95)
    known = ~np.isnan(metric.values(drawn))
    assert_same(value[known], np.zeros(known.sum()), "counts against themselves", drawn, CLOSE)
    assert_law(((low <= CLOSE) & (high >= -CLOSE))[known].all(), "limits of no difference that leave out 0", drawn)
    assert_law((p_value[known] > 1 - 1e-6).all(), "a difference from oneself that is not by chance", drawn)
