"""The laws every metric must keep, and a check that runs them on any metric, yours included."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.core.results.metric import Metric
from kundenmetrik.core.results.rate_metric import RateMetric
from kundenmetrik.core.results.score_metric import ScoreMetric
from kundenmetrik.errors import InvalidType, UnknownName
from kundenmetrik.frozen import FrozenMapping
from kundenmetrik.testing.strategies import counts

__all__ = ["LAWS", "LawBroken", "check"]

Draw = Callable[[st.SearchStrategy[Any]], Any]
Law = Callable[[Metric, Draw], None]
CLOSE = 1e-9
PHASES: tuple[Phase, ...] = (Phase.generate, Phase.shrink)
"""What hypothesis does with a law: draw counts, and make those that break it small."""


class LawBroken(AssertionError):
    """A metric breaks a law; the message names the law and the smallest counts that show it."""


def batch(metric: Metric, draw: Draw) -> None:
    """Every group has the value and the limits it has alone."""
    drawn = draw(counts(metric.cells))
    values, (low, high) = metric.values(drawn), metric.limits(drawn, 0.95)
    for place in range(len(drawn)):
        alone = drawn.take([place])
        one, (lower, upper) = metric.values(alone), metric.limits(alone, 0.95)
        _same([values[place], low[place], high[place]], [one[0], lower[0], upper[0]], "a group alone", drawn)


def order(metric: Metric, draw: Draw) -> None:
    """Another order of the groups orders the results otherwise, and changes nothing else."""
    drawn = draw(counts(metric.cells))
    places = draw(st.permutations(range(len(drawn))))
    _same(metric.values(drawn.take(places)), metric.values(drawn)[list(places)], "the groups in another order", drawn)


def merge(metric: Metric, draw: Draw) -> None:
    """The counts of two parts added give the value of the whole, whichever is added to which."""
    first, second = draw(counts(metric.cells, max_groups=2)), draw(counts(metric.cells, max_groups=2))
    whole, turned = metric.values((first + second).margin()), metric.values((second + first).margin())
    _same(whole, turned, "the sum turned round", first + second)
    stacked = Counts(cells=first.cells, table=(first.margin().table + second.margin().table))
    _same(whole, metric.values(stacked), "the counts of the whole", first + second)


def identity(metric: Metric, draw: Draw) -> None:
    """Adding nothing changes nothing."""
    drawn = draw(counts(metric.cells))
    same = drawn + Counts.empty(drawn.cells, drawn.groups.names)
    _same(metric.values(same), metric.values(drawn), "nothing added", drawn)


def subset(metric: Metric, draw: Draw) -> None:
    """Some of the groups have the values they had among all."""
    drawn = draw(counts(metric.cells))
    kept = draw(st.lists(st.integers(0, len(drawn) - 1), unique=True))
    _same(metric.values(drawn.take(kept)), metric.values(drawn)[kept], "some of the groups", drawn)


def repetition(metric: Metric, draw: Draw) -> None:
    """Every answer counted twice leaves the value and does not widen the interval."""
    drawn = draw(counts(metric.cells))
    twice = drawn + drawn
    _same(metric.values(twice), metric.values(drawn), "every answer twice", drawn)
    (low, high), (lower, upper) = metric.limits(drawn, 0.95), metric.limits(twice, 0.95)
    known = np.isfinite(high - low)
    _hold(
        ((upper - lower)[known] <= (high - low)[known] * (1 + CLOSE) + CLOSE).all(),
        "twice the answers widen the interval",
        drawn,
    )


def weights(metric: Metric, draw: Draw) -> None:
    """All weights times a constant change neither value nor limits."""
    if not isinstance(metric, ScoreMetric):
        return
    drawn, factor = draw(counts(metric.cells, weighted=True)), draw(st.sampled_from([0.25, 3.0, 1000.0]))
    if drawn.squares is None:
        return
    scaled = Counts(
        groups=drawn.groups,
        cells=drawn.cells,
        table=drawn.table * factor,
        squares=drawn.squares * factor**2,
        raw=drawn.raw,
    )
    for one, other in zip(_answers(metric, drawn), _answers(metric, scaled), strict=True):
        _same(other, one, "weights times a constant", drawn, CLOSE)


def bounds(metric: Metric, draw: Draw) -> None:
    """Value and limits lie within the metric's bounds."""
    drawn = draw(counts(metric.cells))
    low, high = metric.bounds
    for numbers in _answers(metric, drawn):
        known = numbers[~np.isnan(numbers)]
        _hold(((known >= low) & (known <= high)).all(), "a number out of bounds", drawn)


def unanimity(metric: Metric, draw: Draw) -> None:
    """Where all give one answer, whichever, the value is that answer's, within the bounds and the interval."""
    cells = len(metric.cells)
    same = Counts(
        groups=Groups(names=("answer",), keys=tuple((place,) for place in range(cells))),
        cells=metric.cells,
        table=np.eye(cells, dtype=np.int64) * draw(st.sampled_from([1, 2, 30, 1000])),
    )
    values, low, high = _answers(metric, same)
    if isinstance(metric, ScoreMetric):
        _same(values, metric.cell_values, "one answer by all", same, CLOSE)
    known = ~np.isnan(values)
    least, most = metric.bounds
    _hold(((least <= values) & (values <= most))[known].all(), "a number out of bounds", same)
    _hold(((low <= values) & (values <= high))[known].all(), "an interval without its value", same)


def interval(metric: Metric, draw: Draw) -> None:
    """The interval contains the value, and is undefined exactly where the value is."""
    drawn = draw(counts(metric.cells))
    values, low, high = _answers(metric, drawn)
    known = ~np.isnan(values)
    _hold(
        (np.isnan(low) == ~known).all() and (np.isnan(high) == ~known).all(),
        "limits without a value or the reverse",
        drawn,
    )
    _hold(((low <= values) & (values <= high))[known].all(), "an interval without its value", drawn)


def nesting(metric: Metric, draw: Draw) -> None:
    """The interval at a higher confidence contains the one at a lower."""
    drawn = draw(counts(metric.cells))
    less, more = sorted(draw(st.tuples(st.floats(0.05, 0.99), st.floats(0.05, 0.99))))
    (low, high), (lower, upper) = metric.limits(drawn, less), metric.limits(drawn, more)
    known = ~np.isnan(low)
    reach = CLOSE * np.maximum(1.0, np.abs(high[known]))
    _hold(
        (lower[known] <= low[known] + reach).all() and (upper[known] >= high[known] - reach).all(),
        "intervals that do not nest",
        drawn,
    )


def margins(metric: Metric, draw: Draw) -> None:
    """The value over all groups lies between the smallest and the largest, if none with counts is undefined."""
    drawn = draw(counts(metric.cells))
    values, whole = metric.values(drawn), metric.values(drawn.margin())[0]
    known = values[~np.isnan(values)]
    all_defined = not (np.isnan(values) & drawn.table.any(axis=1)).any()
    if len(known) and all_defined and not math.isnan(whole):
        reach = CLOSE * max(1.0, abs(whole))
        _hold(known.min() - reach <= whole <= known.max() + reach, "a total outside its parts", drawn)


def direction(metric: Metric, draw: Draw) -> None:
    """One more in a cell that is worth more never lowers the value; more exposure never raises a rate."""
    drawn = draw(counts(metric.cells, max_groups=1))
    table = drawn.table.copy()
    if isinstance(metric, ScoreMetric):
        worse, better = sorted(
            draw(st.tuples(*[st.integers(0, len(metric.cells) - 1)] * 2)), key=lambda i: metric.cell_values[i]
        )
    elif isinstance(metric, RateMetric):
        worse, better = 1, 0
    else:
        worse, better = len(metric.cells) - 1, 0
    if table[0, worse] == 0:
        return
    table[0, worse] -= 1
    table[0, better] += 1
    moved = Counts(groups=drawn.groups, cells=drawn.cells, table=table)
    before, after = metric.values(drawn)[0], metric.values(moved)[0]
    _hold(
        math.isnan(before) or math.isnan(after) or after >= before - CLOSE * max(1.0, abs(before)),
        "a better answer that lowers the value",
        drawn,
    )


def emptiness(metric: Metric, draw: Draw) -> None:
    """Nothing counted is undefined with a note, never zero."""
    empty = Counts(
        groups=Groups(names=("group",), keys=(("g",),)),
        cells=metric.cells,
        table=np.zeros((1, len(metric.cells)), np.int64),
    )
    estimate = metric.estimate(empty, draw(st.sampled_from([0.5, 0.95])))
    _hold(
        math.isnan(estimate.value) and math.isnan(estimate.low) and math.isnan(estimate.high),
        "a number without any answer",
        empty,
    )
    _hold(bool(estimate.notes), "an undefined value without a reason", empty)


LAWS: Mapping[str, Law] = FrozenMapping(
    {
        law.__name__: law
        for law in (
            batch,
            order,
            merge,
            identity,
            subset,
            repetition,
            weights,
            bounds,
            unanimity,
            interval,
            nesting,
            margins,
            direction,
            emptiness,
        )
    }
)
"""The laws by name."""


def check(metric: Metric, *, laws: str | Iterable[str] | None = None, max_examples: int = 50) -> None:
    """Check that a metric keeps the laws, on counts that hypothesis draws.

    Parameters
    ----------
    metric : Metric
        Any metric: one of the library's, a ``km.TopBox`` of your own, or a class of your own.
    laws : str or iterable of str, optional
        The names of the laws to check; all of ``LAWS`` by default.
    max_examples : int
        How many draws each law is tried on.

    Raises
    ------
    LawBroken
        At the first law that is broken, with the smallest counts that show it.
    InvalidType
        If the metric is none.
    UnknownName
        If there is no law of a name.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> from kundenmetrik.testing import laws
    >>> laws.check(km.TopBox("wait", scale=km.Scale(1, 4), name="short_wait"), max_examples=10)
    """
    if not isinstance(metric, Metric):
        raise InvalidType("metric", "be a metric, such as km.NPS()", metric)
    for name in LAWS if laws is None else [laws] if isinstance(laws, str) else laws:
        if name not in LAWS:
            raise UnknownName("laws", name, LAWS)
        _run(name, metric, max_examples)


def _run(name: str, metric: Metric, max_examples: int) -> None:
    @settings(
        max_examples=max_examples,
        deadline=None,
        database=None,
        phases=PHASES,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def run(data: st.DataObject) -> None:
        LAWS[name](metric, data.draw)

    try:
        run()
    except AssertionError as broken:
        raise LawBroken(f"{metric.label} breaks the law of {name}: {broken}") from broken


def _answers(metric: Metric, drawn: Counts) -> tuple[Any, Any, Any]:
    return (metric.values(drawn), *metric.limits(drawn, 0.95))


def _same(found: Any, expected: Any, what: str, drawn: Counts, reach: float = 0.0) -> None:
    one, other = np.asarray(found, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    equal = np.allclose(one, other, rtol=reach, atol=reach, equal_nan=True)
    _hold(equal, f"{what} gives {one.tolist()} and not {other.tolist()}", drawn)


def _hold(kept: Any, broken: str, drawn: Counts) -> None:
    if not kept:
        raise LawBroken(f"{broken}, for the counts {drawn.table.tolist()} of the cells {list(drawn.cells)}")
