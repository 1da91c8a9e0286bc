"""Laws of counting: what is counted, with which weights, what is left out, and that nothing is written."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import reject
from hypothesis import strategies as st

from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.metric import Metric
from kundenmetrik.core.results.rate_metric import RateMetric
from kundenmetrik.core.results.score_metric import ScoreMetric
from kundenmetrik.core.results.share_metric import ShareMetric
from kundenmetrik.errors import KundenmetrikError
from kundenmetrik.frame.measure import measure
from kundenmetrik.testing.laws.assertions import TOLERANCE, Draw, assert_law, assert_same, values_and_limits
from kundenmetrik.testing.strategies.counts import counts

GROUPS = ("a", "b")
WEIGHTS = (0.5, 1.0, 2.0)
KINDS = ("complaint", "purchase", "visit")


def tally(metric: Metric, draw: Draw) -> None:
    """Rows are counted as if one by one: each answer on its step, or excluded; sums are sums of rows."""
    if len(metric.columns) == 1 and _are_steps(metric.cells):
        _tally_of_answers(metric, draw)
    elif metric.columns:
        _tally_of_sums(metric, draw)


def _are_steps(cells: tuple[Any, ...]) -> bool:
    whole = all(isinstance(cell, (int, np.integer)) for cell in cells)
    return whole and list(cells) == list(range(cells[0], cells[0] + len(cells)))


def _tally_of_answers(metric: Metric, draw: Draw) -> None:
    answer = st.sampled_from([*metric.cells, None])
    rows = draw(st.lists(st.tuples(answer, st.sampled_from(GROUPS), st.sampled_from(WEIGHTS)), min_size=1, max_size=12))
    column, weighted = metric.columns[0], draw(st.booleans())
    scores, groups, each = zip(*rows, strict=True)
    frame = {
        column: [np.nan if score is None else score for score in scores],
        "group": list(groups),
        "weight": list(each),
    }
    found = _tally(metric, frame, "weight" if weighted else None)
    for place, (group,) in enumerate(found.groups.keys):
        one, rest = found.take([place]), [(score, weight) for score, key, weight in rows if key == group]
        for name, power in {"table": int(weighted), "squares": 2, "raw": 0}.items():
            table = getattr(one, name)
            if table is not None:
                expected = [sum(w**power for score, w in rest if score == cell) for cell in metric.cells]
                assert_same(
                    table[0], expected, f"counting the answers {[score for score, _ in rest]} one by one ({name})", one
                )
        lost = sum(int(rows[0]) for rows in one.excluded.values())
        gone = sum(score is None for score, _ in rest)
        assert_law(lost == gone, f"{lost} rows excluded where {gone} of {len(rest)} answers are missing", one)


def _tally_of_sums(metric: Metric, draw: Draw) -> None:
    """The counts of a table are the sums of the counts of its rows, in any order."""
    by_kind = "kind" in metric.columns
    cell = st.sampled_from(KINDS) if by_kind else st.integers(0, 9)
    columns = ("kind",) if by_kind else metric.columns
    rows = draw(st.lists(st.tuples(*[cell] * len(columns)), min_size=1, max_size=6))
    frame = {name: list(values) for name, values in zip(columns, zip(*rows, strict=True), strict=True)}
    whole = _tally(metric, {**frame, "group": ["a"] * len(rows)})
    single = [
        _tally(metric, {**{name: [value] for name, value in zip(columns, row, strict=True)}, "group": ["a"]})
        for row in rows
    ]
    assert_same(whole.table, sum(one.table for one in single), f"the sum of the rows {rows}", whole)
    if by_kind:
        expected = [[sum(row == (kind,) for row in rows) for kind in KINDS[:2]]]
        assert_same(whole.table, expected, f"counting complaints and purchases of {rows}", whole)


def _tally(metric: Metric, frame: dict[str, list[Any]], weight: str | None = None) -> Counts:
    """Return what a metric counts in a table; one that it refuses is drawn again."""
    try:
        return measure(frame, metric, by="group", weight=weight).counts
    except KundenmetrikError:
        reject()


def weights(metric: Metric, draw: Draw) -> None:
    """Weights count: the value is that of the weighted table; equal ones change nothing, nor does a constant factor."""
    if isinstance(metric, RateMetric):
        return
    drawn, factor = draw(counts(metric.cells, weighted=True)), draw(st.sampled_from([0.25, 3.0, 1000.0]))
    squares = np.asarray(drawn.squares)
    scaled = Counts(
        groups=drawn.groups, cells=drawn.cells, table=drawn.table * factor, squares=squares * factor**2, raw=drawn.raw
    )
    for one, other in zip(values_and_limits(metric, drawn), values_and_limits(metric, scaled), strict=True):
        assert_same(other, one, "weights times a constant", drawn, TOLERANCE)
    quarters = Counts(groups=drawn.groups, cells=drawn.cells, table=(4 * drawn.table).astype(np.int64))
    assert_same(metric.values(drawn), metric.values(quarters), "the weighted table", drawn, TOLERANCE)
    plain = Counts(groups=drawn.groups, cells=drawn.cells, table=np.asarray(drawn.raw))
    alike = Counts(
        groups=drawn.groups,
        cells=drawn.cells,
        table=factor * plain.table,
        squares=factor**2 * plain.table,
        raw=drawn.raw,
    )
    for one, other in zip(values_and_limits(metric, plain), values_and_limits(metric, alike), strict=True):
        assert_same(other, one, "equal weights", alike, TOLERANCE)
    known = ~np.isnan(metric.values(drawn))
    assert_same(
        metric.base(drawn)[known], drawn.effective.sum(axis=1)[known], "the base of weighted counts", drawn, TOLERANCE
    )


def exclusion(metric: Metric, draw: Draw) -> None:
    """Rows that are in no cell change neither value, nor limits, nor base."""
    drawn = draw(counts(metric.cells, excluded=True))
    without = Counts(groups=drawn.groups, cells=drawn.cells, table=drawn.table)
    pairs = zip(values_and_limits(metric, drawn), values_and_limits(metric, without), strict=True)
    for found, expected in (*pairs, (metric.base(drawn), metric.base(without))):
        assert_same(found, expected, "excluded rows beside the counts", drawn)


def base(metric: Metric, draw: Draw) -> None:
    """The base is what was counted: all of it for scores and shares, never more; it adds up and is 0 of nothing."""
    drawn = draw(counts(metric.cells))
    found, total = np.asarray(metric.base(drawn), dtype=np.float64), drawn.n
    if isinstance(metric, (ScoreMetric, ShareMetric)):
        assert_same(found, total, "the base", drawn)
    assert_law(((found >= 0) & (found <= total)).all(), f"a base of {found.tolist()}", drawn)
    assert_same(metric.base(drawn.margin()), [found.sum()], "the base of all groups together", drawn, TOLERANCE)


def reading(metric: Metric, draw: Draw) -> None:
    """Nothing is written into counts."""
    drawn = draw(counts(metric.cells, weighted=not isinstance(metric, RateMetric) and draw(st.booleans())))
    arrays: dict[str, Any] = {
        name: np.array(array) for name in ("table", "squares", "raw") if (array := getattr(drawn, name)) is not None
    }
    given = Counts(groups=drawn.groups, cells=drawn.cells, **{name: array.copy() for name, array in arrays.items()})
    values_and_limits(metric, given)
    metric.contrast(given, given, 0.95)
    for describe in (metric.base, metric.notes, metric.parts):
        describe(given)
    for name, array in arrays.items():
        assert_law(np.array_equal(getattr(given, name), array), f"a metric that writes into counts.{name}", drawn)
