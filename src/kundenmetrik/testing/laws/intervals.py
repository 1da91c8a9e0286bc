"""Laws of intervals: around the value, within the bounds, wider at a higher confidence, narrower with more answers."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from kundenmetrik.core.results.metric import Metric
from kundenmetrik.testing.laws.assertions import TOLERANCE, Draw, assert_law, assert_same, values_and_limits
from kundenmetrik.testing.strategies.counts import counts


def repetition(metric: Metric, draw: Draw) -> None:
    """Every answer counted twice leaves the value and does not widen the interval."""
    drawn = draw(counts(metric.cells))
    twice = drawn + drawn
    assert_same(metric.values(twice), metric.values(drawn), "every answer twice", drawn)
    (low, high), (lower, upper) = metric.limits(drawn, 0.95), metric.limits(twice, 0.95)
    known = np.isfinite(high - low)
    assert_law(
        ((upper - lower)[known] <= (high - low)[known] * (1 + TOLERANCE) + TOLERANCE).all(),
        "twice the answers widen the interval",
        drawn,
    )


def bounds(metric: Metric, draw: Draw) -> None:
    """Value and limits lie within the metric's bounds."""
    drawn = draw(counts(metric.cells))
    low, high = metric.bounds
    for numbers in values_and_limits(metric, drawn):
        known = numbers[~np.isnan(numbers)]
        assert_law(((known >= low) & (known <= high)).all(), "a number out of bounds", drawn)


def interval(metric: Metric, draw: Draw) -> None:
    """The interval contains the value, and is undefined exactly where the value is."""
    drawn = draw(counts(metric.cells))
    values, low, high = values_and_limits(metric, drawn)
    known = ~np.isnan(values)
    assert_law(
        (np.isnan(low) == ~known).all() and (np.isnan(high) == ~known).all(),
        "limits without a value or the reverse",
        drawn,
    )
    assert_law(((low <= values) & (values <= high))[known].all(), "an interval without its value", drawn)


def nesting(metric: Metric, draw: Draw) -> None:
    """The interval at a higher confidence contains the one at a lower."""
    drawn = draw(counts(metric.cells))
    less, more = sorted(draw(st.tuples(st.floats(0.05, 0.99), st.floats(0.05, 0.99))))
    (low, high), (lower, upper) = metric.limits(drawn, less), metric.limits(drawn, more)
    known = ~np.isnan(low)
    slack = TOLERANCE * np.maximum(1.0, np.abs(high[known]))
    assert_law(
        (lower[known] <= low[known] + slack).all() and (upper[known] >= high[known] - slack).all(),
        "intervals that do not nest",
        drawn,
    )
