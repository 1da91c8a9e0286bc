"""Bugs planted in metrics are caught by the laws, and right metrics written otherwise are not accused."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import Phase, settings

import kundenmetrik as km
from kundenmetrik.core.results.metric import Contrast, Metric
from kundenmetrik.core.results.rate_metric import RateMetric
from kundenmetrik.core.results.score_metric import ScoreMetric
from kundenmetrik.core.results.share_metric import ShareMetric
from kundenmetrik.core.statistics.normal import critical, p_value
from kundenmetrik.testing.laws import LawBroken, check

QUICK = settings(max_examples=60, phases=[Phase.generate], derandomize=True, database=None)


@dataclass(frozen=True, slots=True)
class Median(Metric):
    """The median answer on 1 to 5, written from the base class: order statistics for the interval."""

    column: str = "score"

    unit = "scale points"
    higher_is_better: ClassVar[bool | None] = True

    @property
    def label(self) -> str:
        return "median"

    @property
    def cells(self) -> tuple[int, ...]:
        return (1, 2, 3, 4, 5)

    @property
    def bounds(self) -> tuple[float, float]:
        return 1.0, 5.0

    @property
    def interval_method(self) -> str:
        return "order statistics"

    @property
    def identity(self) -> tuple[object, ...]:
        return ("median",)

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    def tally(self, rows: Any) -> km.Counts:
        counted: km.Counts = rows.steps(self.column, low=1, high=5)
        return counted

    def quantile(self, counts: km.Counts, shares: Any) -> Any:
        total = counts.n
        below = np.cumsum(counts.table, axis=1) < np.clip(shares * total, 0, total)[:, None] * (1 - 1e-12)
        return np.where(total > 0, 1.0 + np.minimum(below.sum(axis=1), 4), np.nan)

    def values(self, counts: km.Counts) -> Any:
        return self.quantile(counts, np.full(len(counts), 0.5))

    def limits(self, counts: km.Counts, confidence: float) -> Any:
        n = np.maximum(self.base(counts), 1e-9)
        reach = critical(confidence) / 2 / np.sqrt(n)
        low = self.quantile(counts, np.maximum(0.5 - reach, 1e-9))
        return low, self.quantile(counts, np.minimum(0.5 + reach, 1.0))

    def contrast(self, first: km.Counts, second: km.Counts, confidence: float) -> Contrast:
        one, two = self.values(first), self.values(second)
        (low, high), (lower, upper) = self.limits(first, confidence), self.limits(second, confidence)
        value = one - two
        down, up = np.hypot(one - low, upper - two), np.hypot(high - one, two - lower)
        reach = np.where(value > 0, down, up) / critical(confidence)
        with np.errstate(divide="ignore", invalid="ignore"):
            deviate = np.where(value == 0, 0.0, value / reach)
        return Contrast(value, value - down, value + up, p_value(deviate), "medians")


@dataclass(frozen=True, slots=True)
class SharesFirst(km.NPS):
    def values(self, counts: Any) -> Any:
        with np.errstate(invalid="ignore", divide="ignore"):
            shares = counts.table / counts.n[:, None]
        return 100.0 * shares[:, 9:].sum(axis=1) - 100.0 * shares[:, :7].sum(axis=1)


@dataclass(frozen=True, slots=True)
class MatrixProduct(km.NPS):
    def values(self, counts: Any) -> Any:
        with np.errstate(invalid="ignore", divide="ignore"):
            return counts.table.astype(float) @ np.array(self._cell_values) / counts.n


@dataclass(frozen=True, slots=True)
class Answered(ShareMetric):
    """A share of two summed columns."""

    unit = "share"
    label = "answered"
    interval_method = "wilson"
    cells = ("yes", "no")
    columns = ("yes", "no")
    identity = ("answered",)

    def tally(self, rows: Any) -> km.Counts:
        counted: km.Counts = rows.sums({"yes": "yes", "no": "no"})
        return counted


@dataclass(frozen=True, slots=True)
class PerVisit(RateMetric):
    """A ratio: orders per 100 visits."""

    unit = "per 100 visits"
    label = "orders"
    interval_method = "garwood"
    cells = ("orders", "visits")
    columns = ("orders", "visits")
    identity = ("orders", 100)
    _scale_factor = 100.0

    def tally(self, rows: Any) -> km.Counts:
        counted: km.Counts = rows.sums({"orders": "orders", "visits": "visits"})
        return counted


@dataclass(frozen=True, slots=True)
class Letters(ScoreMetric):
    """A mean of what letters are worth, counted by nobody yet."""

    unit = "points"
    label = "letters"
    interval_method = "score"
    cells = ("A", "B", "C")
    identity = ("letters",)
    _cell_values = (2.0, 1.0, -1.0)

    def tally(self, rows: Any) -> Any:
        raise NotImplementedError


RIGHT = {
    "a median from the base class": Median(),
    "a top box": km.TopBox(scale=km.Scale(1, 7), top=(6, 7)),
    "a top box of a scale that runs down": km.TopBox(scale=km.Scale(1, 6, higher_is_better=False)),
    "a net score": km.NetScore(scale=km.Scale(-2, 2), top=(1, 2), bottom=(-2, -1)),
    "a mean of school grades": km.MeanScore(scale=km.Scale(1, 6, higher_is_better=False)),
    "shares first": SharesFirst(),
    "a matrix product": MatrixProduct(),
    "a share of two columns": Answered(),
    "a ratio of two columns": PerVisit(),
    "scores of letters": Letters(),
    "complaints per sale": km.TGW("complaints", "sales"),
    "churn": km.ChurnRate(),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_metric_is_not_accused(name: str) -> None:
    check(RIGHT[name], settings=QUICK, max_examples=25)


@dataclass(frozen=True, slots=True)
class Top(km.TopBox):
    """The metric that bugs are planted in: the share of 4 and 5 of 1 to 5."""


def planted(**methods: Any) -> Metric:
    """Return the metric with some methods replaced; each is given the right method first."""

    def wrapped(name: str, wrong: Any) -> Any:
        right = getattr(Top, name)
        return lambda self, *arguments: wrong(lambda *given: right(self, *given), *arguments)

    return type(
        "Planted", (Top,), {"__slots__": (), **{name: wrapped(name, wrong) for name, wrong in methods.items()}}
    )()


def unweighted(counts: km.Counts) -> km.Counts:
    return counts if counts.raw is None else replace(counts, table=counts.raw, squares=None, raw=None)


def around(value: Any, limits: Any, factor: float) -> Any:
    low, high = limits
    return value - (value - low) * factor, value + (high - value) * factor


def scaled_limits(factor: float) -> Any:
    return lambda right, counts, confidence: around(Top().values(counts), right(counts, confidence), factor)


def shares_of(right: Any, counts: km.Counts, start: int, denominator: Any) -> Any:
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(denominator > 0, 100.0 * counts.table[:, start:].sum(axis=1) / denominator, np.nan)


def without_step(right: Any, rows: Any) -> km.Counts:
    counts = right(rows)
    table = counts.table.copy()
    table[:, -1] = 0
    return replace(counts, table=table)


def overwrite(counts: km.Counts) -> km.Counts:
    base: Any = counts.table.base
    base[0, 0] = 7
    return counts


def raises_at_seven(right: Any, counts: km.Counts) -> Any:
    return right(counts) + 0 * np.array([1 // (int(n) - 7) for n in counts.n])


CACHE: dict[int, Any] = {}
REPORTED = {
    "ignores weights": planted(values=lambda right, counts: right(unweighted(counts))),
    "base counts excluded rows": planted(
        base=lambda right, counts: right(counts) + sum(counts.excluded.values(), np.zeros(len(counts)))
    ),
    "tally drops the best step": planted(tally=without_step),
    "contrast with the sign turned": planted(
        contrast=lambda right, one, two, confidence: right(one, two, confidence)._replace(
            value=-right(one, two, confidence).value
        )
    ),
    "base doubled": planted(base=lambda right, counts: 2 * right(counts)),
    "parts always 7": planted(parts=lambda right, counts: {name: np.full(len(counts), 7.0) for name in right(counts)}),
    "interval ten times too narrow": planted(limits=scaled_limits(0.1)),
    "interval that ignores n": planted(
        limits=lambda right, counts, confidence: tuple(
            np.clip(Top().values(counts) + reach, 0, 100) for reach in (-10, 10)
        )
    ),
    "neutral step not in the base": planted(
        values=lambda right, counts: shares_of(right, counts, 3, counts.n - counts.table[:, 2])
    ),
    "n - 1 for n": planted(values=lambda right, counts: shares_of(right, counts, 3, counts.n - 1)),
    "sorted values": planted(values=lambda right, counts: np.sort(right(counts))),
    "smoothed with the neighbour": planted(
        values=lambda right, counts: (right(counts) + np.roll(right(counts), 1)) / 2
    ),
    "cached by the number of groups": planted(
        values=lambda right, counts: CACHE.setdefault(len(counts), right(counts)).copy()
    ),
    "NaN to 0": planted(values=lambda right, counts: np.nan_to_num(right(counts))),
    "one empty group empties all": planted(values=lambda right, counts: right(counts) + 0 * right(counts).sum()),
    "writes into the table": planted(values=lambda right, counts: (counts.table.sort(axis=1), right(counts))[1]),
    "writes through the base of the table": planted(values=lambda right, counts: right(overwrite(counts))),
    "0 to 1 for 0 to 100": planted(values=lambda right, counts: right(counts) / 100),
    "the wrong step on top": planted(values=lambda right, counts: shares_of(right, counts, 2, counts.n)),
    "an error at n = 7": planted(values=raises_at_seven),
}
"""The bugs that a review planted and that passed, or came as errors of their own."""


def with_contrast(**changes: Any) -> Metric:
    def contrast(right: Any, one: Any, two: Any, confidence: float) -> Any:
        found = right(one, two, confidence)
        return found._replace(**{name: change(found, one, two) for name, change in changes.items()})

    return planted(contrast=contrast)


def with_tally(change: Any) -> Metric:
    return planted(tally=lambda right, rows: change(right(rows)))


def bytes_only(counts: km.Counts) -> km.Counts:
    return replace(counts, table=counts.table.astype(np.int8).astype(np.int64), squares=None, raw=None)


class Sinking(Top):
    """A share of the best steps that calls itself better when it is low."""

    __slots__ = ()
    higher_is_better: ClassVar[bool | None] = False


MORE = {
    "a p-value of one side": with_contrast(p_value=lambda found, one, two: found.p_value / 2),
    "a relative difference": with_contrast(
        value=lambda found, one, two: found.value / np.maximum(Top().values(two), 1)
    ),
    "limits of a difference beside it": with_contrast(low=lambda found, one, two: found.value + 1),
    "a p-value that never knows": with_contrast(p_value=lambda found, one, two: np.ones_like(found.p_value)),
    "a difference of absolute size": with_contrast(value=lambda found, one, two: np.abs(found.value)),
    "tally forgets missing answers": with_tally(lambda counts: replace(counts, excluded={})),
    "tally swaps the groups": with_tally(
        lambda counts: counts._map_arrays(lambda array: array[::-1], counts.groups) if len(counts) > 1 else counts
    ),
    "tally without weights": with_tally(unweighted),
    "squares that are sums": with_tally(
        lambda counts: counts if counts.squares is None else replace(counts, squares=np.asarray(counts.table))
    ),
    "missing answers on the lowest step": with_tally(
        lambda counts: (
            replace(
                counts,
                table=counts.table + np.eye(1, 5, dtype=int) * sum(counts.excluded.values(), np.zeros(1, int))[:, None],
            )
            if counts.raw is None
            else counts
        )
    ),
    "one confidence for all": planted(limits=lambda right, counts, confidence: right(counts, 0.95)),
    "interval ten times too wide": planted(
        limits=lambda right, counts, confidence: tuple(
            np.clip(limit, 0, 100) for limit in around(Top().values(counts), right(counts, confidence), 10)
        )
    ),
    "limits exchanged": planted(limits=lambda right, counts, confidence: right(counts, confidence)[::-1]),
    "a limit on one side only": planted(
        limits=lambda right, counts, confidence: (right(counts, confidence)[0], 100 + 0 * right(counts, confidence)[1])
    ),
    "interval half as wide": planted(limits=scaled_limits(0.5)),
    "interval a fifth too narrow": planted(limits=scaled_limits(0.8)),
    "values rounded": planted(values=lambda right, counts: np.round(right(counts))),
    "values cut at 95": planted(values=lambda right, counts: np.minimum(right(counts), 95)),
    "counts in bytes": planted(values=lambda right, counts: right(bytes_only(counts))),
    "better when low": Sinking(),
    "nothing said about nothing": planted(notes=lambda right, counts: {}),
    "nothing known of one answer": planted(
        limits=lambda right, counts, confidence: tuple(
            np.where(counts.n > 1, one, np.nan) for one in right(counts, confidence)
        )
    ),
    "values in single precision": planted(values=lambda right, counts: right(counts).astype(np.float32).astype(float)),
}
"""More bugs, planted for these tests."""
CAUGHT_BY = {
    "ignores weights": "weights",
    "base counts excluded rows": "exclusion",
    "tally drops the best step": "tally",
    "contrast with the sign turned": "contrast",
    "base doubled": "base",
    "parts always 7": "emptiness",
    "interval ten times too narrow": "coverage",
    "interval that ignores n": "shrinkage",
    "neutral step not in the base": "unanimity",
    "n - 1 for n": "repetition",
    "sorted values": "batch",
    "smoothed with the neighbour": "batch",
    "cached by the number of groups": "interval",
    "NaN to 0": "emptiness",
    "one empty group empties all": "batch",
    "writes into the table": "reading",
    "writes through the base of the table": "reading",
    "0 to 1 for 0 to 100": "unanimity",
    "the wrong step on top": "unanimity",
    "an error at n = 7": "order",
    "a p-value of one side": "equality",
    "a relative difference": "contrast",
    "limits of a difference beside it": "contrast",
    "a p-value that never knows": "contrast",
    "a difference of absolute size": "antisymmetry",
    "tally forgets missing answers": "tally",
    "tally swaps the groups": "tally",
    "tally without weights": "tally",
    "squares that are sums": "tally",
    "missing answers on the lowest step": "tally",
    "one confidence for all": "shrinkage",
    "interval ten times too wide": "coverage",
    "limits exchanged": "interval",
    "a limit on one side only": "coverage",
    "interval half as wide": "coverage",
    "interval a fifth too narrow": "coverage",
    "values rounded": "contrast",
    "values cut at 95": "unanimity",
    "counts in bytes": "unanimity",
    "better when low": "direction",
    "nothing said about nothing": "emptiness",
    "nothing known of one answer": "unanimity",
    "values in single precision": "contrast",
}
"""The law that catches each."""


@pytest.mark.parametrize("name", REPORTED)
def test_each_bug_that_was_reported_is_caught(name: str) -> None:
    caught(name, REPORTED[name])


@pytest.mark.parametrize("name", MORE)
def test_more_bugs_are_caught(name: str) -> None:
    caught(name, MORE[name])


def caught(name: str, metric: Metric) -> None:
    """Check that the law written beside a bug catches it, in a message that is short and ends with the counts."""
    with pytest.raises(LawBroken, match=f"breaks the law of {CAUGHT_BY[name]}: ") as raised:
        check(metric, laws=CAUGHT_BY[name], settings=QUICK)
    assert len(str(raised.value)) < 600
    assert ", for the counts [[" in str(raised.value)


def test_every_bug_has_its_law() -> None:
    assert len(REPORTED) == 20
    assert len(MORE) > 20
    assert set(CAUGHT_BY) == {*REPORTED, *MORE}
