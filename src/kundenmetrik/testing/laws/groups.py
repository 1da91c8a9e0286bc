"""Laws of groups: alone or among others, in any order, added up."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import strategies as st

from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.metric import Metric
from kundenmetrik.testing.laws.assertions import TOLERANCE, Draw, assert_law, assert_same
from kundenmetrik.testing.strategies.counts import counts


def batch(metric: Metric, draw: Draw) -> None:
    """Every group has the value and the limits it has alone."""
    drawn = draw(counts(metric.cells))
    values, (low, high) = metric.values(drawn), metric.limits(drawn, 0.95)
    for place in range(len(drawn)):
        alone = drawn.take([place])
        one, (lower, upper) = metric.values(alone), metric.limits(alone, 0.95)
        assert_same([values[place], low[place], high[place]], [one[0], lower[0], upper[0]], "a group alone", drawn)
        for name, part in metric.parts(alone).items():
            assert_same(metric.parts(drawn)[name][place], part[0], f"the part {name} of a group alone", drawn)


def order(metric: Metric, draw: Draw) -> None:
    """Another order of the groups orders the results otherwise, and changes nothing else."""
    drawn = draw(counts(metric.cells))
    places = draw(st.permutations(range(len(drawn))))
    assert_same(
        metric.values(drawn.take(places)), metric.values(drawn)[list(places)], "the groups in another order", drawn
    )


def merge(metric: Metric, draw: Draw) -> None:
    """The counts of two parts added give the value of the whole, whichever is added to which."""
    first, second = draw(counts(metric.cells, max_groups=2)), draw(counts(metric.cells, max_groups=2))
    whole, turned = metric.values((first + second).margin()), metric.values((second + first).margin())
    assert_same(whole, turned, "the sum turned round", first + second)
    stacked = Counts(cells=first.cells, table=(first.margin().table + second.margin().table))
    assert_same(whole, metric.values(stacked), "the counts of the whole", first + second)


def identity(metric: Metric, draw: Draw) -> None:
    """Adding nothing changes nothing."""
    drawn = draw(counts(metric.cells))
    same = drawn + Counts.empty(drawn.cells, drawn.groups.names)
    assert_same(metric.values(same), metric.values(drawn), "nothing added", drawn)


def subset(metric: Metric, draw: Draw) -> None:
    """Some of the groups have the values they had among all."""
    drawn = draw(counts(metric.cells))
    kept = draw(st.lists(st.integers(0, len(drawn) - 1), unique=True))
    assert_same(metric.values(drawn.take(kept)), metric.values(drawn)[kept], "some of the groups", drawn)


def margins(metric: Metric, draw: Draw) -> None:
    """The value over all groups lies between the smallest and the largest, if none with counts is undefined."""
    drawn = draw(counts(metric.cells))
    values, whole = metric.values(drawn), metric.values(drawn.margin())[0]
    known = values[~np.isnan(values)]
    all_defined = not (np.isnan(values) & drawn.table.any(axis=1)).any()
    if len(known) and all_defined and not math.isnan(whole):
        slack = TOLERANCE * max(1.0, abs(whole))
        assert_law(known.min() - slack <= whole <= known.max() + slack, "a total outside its parts", drawn)
