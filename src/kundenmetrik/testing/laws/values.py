"""Laws of values and intervals: weights, direction, unanimity and nothing counted; bounds, nesting and repetition."""

from __future__ import annotations

import math
from numbers import Real

import numpy as np
from hypothesis import strategies as st

from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.core.results.metric import Metric
from kundenmetrik.core.results.rate_metric import RateMetric
from kundenmetrik.core.results.score_metric import ScoreMetric
from kundenmetrik.core.results.share_metric import ShareMetric
from kundenmetrik.testing.laws.assertions import TOLERANCE, Draw, assert_law, assert_same, values_and_limits
from kundenmetrik.testing.strategies.counts import counts


def unanimity(metric: Metric, draw: Draw) -> None:
    """Where all give one answer, whichever, the value is that answer's, within the bounds and the interval."""
    same = _unanimous(metric, draw(st.sampled_from([1, 2, 30, 1000])))
    values, low, high = values_and_limits(metric, same)
    if isinstance(metric, ScoreMetric):
        assert_same(values, metric._cell_values, "one answer by all", same, TOLERANCE)
    known = ~np.isnan(values)
    least, most = metric.bounds
    assert_law(((least <= values) & (values <= most))[known].all(), "a number out of bounds", same)
    assert_law(((low <= values) & (values <= high))[known].all(), "an interval without its value", same)


def direction(metric: Metric, draw: Draw) -> None:
    """One more in a cell that is worth more never lowers the value; more exposure never raises a rate.

    Of a metric that is no mean, rate or share of cells a higher step is the better one, or the worse one where
    ``higher_is_better`` is False; without a direction, or without numbers as cells, nothing is known.
    """
    drawn = draw(counts(metric.cells, max_groups=1))
    _assert_good_end(metric, drawn)
    table = drawn.table.copy()
    pair = draw(st.tuples(*[st.integers(0, len(metric.cells) - 1)] * 2))
    rising = True
    if isinstance(metric, ScoreMetric):
        worse, better = sorted(pair, key=lambda i: metric._cell_values[i])
    elif isinstance(metric, RateMetric):
        worse, better = 1, 0
    elif isinstance(metric, ShareMetric):
        worse, better = len(metric.cells) - 1, 0
    else:
        if metric.better_when_high is None or not all(isinstance(cell, Real) for cell in metric.cells):
            return
        rising = metric.better_when_high
        worse, better = sorted(pair, key=lambda i: metric.cells[i], reverse=not rising)
    if table[0, worse] == 0:
        return
    table[0, worse] -= 1
    table[0, better] += 1
    moved = Counts(groups=drawn.groups, cells=drawn.cells, table=table)
    before, after = metric.values(drawn)[0], metric.values(moved)[0]
    gain = after - before if rising else before - after
    assert_law(not gain < -TOLERANCE * max(1.0, abs(before)), "a better answer that worsens the value", drawn)


def _assert_good_end(metric: Metric, drawn: Counts) -> None:
    """Raise if the good end of a scale has the worse value."""
    upwards, better = getattr(getattr(metric, "scale", None), "higher_is_better", None), metric.better_when_high
    if upwards is None or better is None:
        return
    first, last = metric.values(_unanimous(metric, 1))[[0, -1]]
    assert_law(
        not (last - first) * (1 if upwards == better else -1) < 0,
        "the good end of the scale with the worse value",
        drawn,
    )


def _unanimous(metric: Metric, answers: int) -> Counts:
    """Return a group for each cell, all of whose answers are in it."""
    cells = len(metric.cells)
    groups = Groups(names=("answer",), keys=tuple((place,) for place in range(cells)))
    return Counts(groups=groups, cells=metric.cells, table=np.eye(cells, dtype=np.int64) * answers)


def emptiness(metric: Metric, draw: Draw) -> None:
    """Nothing counted is undefined with a note, never zero."""
    empty = Counts(
        groups=Groups(names=("group",), keys=(("g",),)),
        cells=metric.cells,
        table=np.zeros((1, len(metric.cells)), np.int64),
    )
    estimate = metric.estimate(empty, draw(st.sampled_from([0.5, 0.95])))
    assert_law(
        math.isnan(estimate.value) and math.isnan(estimate.low) and math.isnan(estimate.high),
        "a number without any answer",
        empty,
    )
    assert_law(bool(estimate.notes), "an undefined value without a reason", empty)
    for name, part in metric.parts(empty).items():
        assert_law(np.isnan(part).all(), f"a part {name} of nothing that is {np.asarray(part).tolist()}", empty)


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
