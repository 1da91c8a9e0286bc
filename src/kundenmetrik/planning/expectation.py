"""What is expected of one answer: the values it can have and their probabilities, or the rate of events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import scipy

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.core.checks import check_number
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.metric import Metric
from kundenmetrik.core.results.rate_metric import RateMetric
from kundenmetrik.core.results.score_metric import ScoreMetric
from kundenmetrik.core.results.share_metric import ShareMetric
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.one_sample.proportions import SHARE_METHODS
from kundenmetrik.core.statistics.one_sample.rates import RATE_METHODS
from kundenmetrik.core.statistics.score_methods import SCORE_METHODS
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.reading.numbers import numbers

TAIL = 1e-12
"""Numbers of events beyond this probability are left out of an enumeration."""
SUM_TOLERANCE = 1e-6
"""How far the expected shares may be from a sum of 1, for shares written with a few digits."""


@dataclass(frozen=True, slots=True)
class ScoreExpectation:
    """An answer that is worth one of a few values, each with its probability."""

    values: FloatArray
    shares: FloatArray
    method: str
    is_share: bool

    @property
    def value(self) -> float:
        """The expected value of the metric."""
        return float(self.shares @ self.values)

    @property
    def variance(self) -> float:
        """The variance of one answer."""
        return float(self.shares @ (self.values - self.value) ** 2)

    @property
    def bounds(self) -> tuple[float, float]:
        """The smallest and the largest value that an expectation can be shifted to."""
        return float(self.values.min()), float(self.values.max())

    def shift(self, difference: float) -> Self:
        """Return the expectation whose value is so much higher, each share multiplied by the power of its value.

        Of all distributions with that mean it is the nearest one (exponential tilting).
        """
        target = self.value + difference
        span = np.ptp(self.values)
        unit = (self.values - self.values.min()) / span

        def excess(power: float) -> float:
            return float(self._tilt(unit, power) @ self.values) - target

        power = scipy.optimize.brentq(excess, -500.0, 500.0, xtol=1e-12, rtol=1e-14)
        return replace(self, shares=self._tilt(unit, power))

    def _tilt(self, unit: FloatArray, power: float) -> FloatArray:
        logs = np.log(np.where(self.shares > 0.0, self.shares, 1.0)) + power * unit
        weights = np.where(self.shares > 0.0, np.exp(logs - logs.max()), 0.0)
        return np.asarray(weights / weights.sum())

    def pooled_variance(self, other: Self) -> float:
        """Return the variance of one answer of both groups put together."""
        return replace(self, shares=0.5 * (self.shares + other.shares)).variance

    def samples(self, n: int) -> tuple[FloatArray, FloatArray]:
        """Return every histogram of so many answers, with its probability."""
        tables = _compositions(n, len(self.shares))
        logs = scipy.special.gammaln(n + 1.0) - scipy.special.gammaln(tables + 1.0).sum(axis=1)
        logs = logs + scipy.special.xlogy(tables, self.shares).sum(axis=1)
        return tables, np.exp(logs)

    def half_widths(self, tables: FloatArray, n: int, confidence: float) -> FloatArray:
        """Return half the width of the interval of each histogram."""
        if self.is_share:
            low, high = SHARE_METHODS[self.method](tables[:, 0], tables.sum(axis=1), confidence)
        else:
            low, high = SCORE_METHODS[self.method](tables, self.values, confidence)
        return np.asarray(high - low) / 2.0

    def rejections(self, first: FloatArray, second: FloatArray, n: int, confidence: float) -> BoolArray:
        """Return for which pairs of histograms of so many answers each the pooled test finds a difference."""
        one, two = first @ self.values, second @ self.values
        squares = first @ self.values**2, second @ self.values**2
        total = one[:, None] + two[None, :]
        variance = (squares[0][:, None] + squares[1][None, :]) / (2 * n) - (total / (2 * n)) ** 2
        return np.asarray(np.abs(one[:, None] - two[None, :]) / n > critical(confidence) * np.sqrt(2.0 * variance / n))


@dataclass(frozen=True, slots=True)
class RateExpectation:
    """Events that come at a rate per unit of exposure; the metric multiplies by a factor such as 1,000."""

    rate: float
    factor: float
    method: str

    @property
    def value(self) -> float:
        """The expected value of the metric."""
        return self.rate * self.factor

    @property
    def variance(self) -> float:
        """The variance of one unit of exposure, in the metric's unit."""
        return self.rate * self.factor**2

    @property
    def bounds(self) -> tuple[float, float]:
        """A rate is never negative and has no largest value."""
        return 0.0, np.inf

    def shift(self, difference: float) -> Self:
        """Return the expectation whose value is so much higher."""
        return replace(self, rate=self.rate + difference / self.factor)

    def pooled_variance(self, other: Self) -> float:
        """Return the variance of one unit of exposure of both groups put together."""
        return 0.5 * (self.variance + other.variance)

    def samples(self, n: int) -> tuple[FloatArray, FloatArray]:
        """Return the numbers of events in so much exposure, with their probabilities."""
        mean = self.rate * n
        most = int(scipy.special.pdtrik(1.0 - TAIL, mean)) + 2 if mean else 1
        events = np.arange(most, dtype=np.float64)
        logs = scipy.special.xlogy(events, mean) - mean - scipy.special.gammaln(events + 1.0)
        return events[:, None], np.exp(logs)

    def half_widths(self, tables: FloatArray, n: int, confidence: float) -> FloatArray:
        """Return half the width of the interval of each number of events."""
        low, high = RATE_METHODS[self.method](tables[:, 0], np.full(len(tables), float(n)), confidence)
        return np.asarray(high - low) * self.factor / 2.0

    def rejections(self, first: FloatArray, second: FloatArray, n: int, confidence: float) -> BoolArray:
        """Return for which pairs of numbers of events the score test of two rates finds a difference."""
        total, gap = first + second[:, 0], np.abs(first - second[:, 0])
        return np.asarray(gap > critical(confidence) * np.sqrt(total))


Expectation = ScoreExpectation | RateExpectation


def expectation(metric: Metric, like: Any) -> Expectation:
    """Return what is expected of one answer: as in an earlier estimate, or as the caller says."""
    if isinstance(metric, RateMetric):
        return RateExpectation(_rate(metric, like) / metric._scale_factor, metric._scale_factor, metric.interval_method)
    if isinstance(metric, ShareMetric):
        share = check_number(_value(metric, like), "like", low=0.0, high=1.0)
        return ScoreExpectation(np.array([1.0, 0.0]), np.array([share, 1.0 - share]), metric.interval_method, True)
    if isinstance(metric, ScoreMetric):
        cells = np.asarray(metric._cell_values, dtype=np.float64)
        values, of_cell = np.unique(cells, return_inverse=True)
        shares = np.bincount(of_cell, weights=_shares(metric, like, values, of_cell), minlength=len(values))
        return ScoreExpectation(values, shares.astype(np.float64), metric.interval_method, False)
    raise InvalidType("metric", "be a score, a share or a rate, such as km.NPS() or km.TGW()", metric)


def _rate(metric: RateMetric, like: Any) -> float:
    rate = check_number(_value(metric, like), "like", low=0.0)
    if rate == 0.0:
        raise InvalidArgument(
            "like", "be above 0: where no events are expected, no number of them can be planned", like
        )
    return rate


def _value(metric: Metric, like: Any) -> Any:
    if isinstance(like, Estimate):
        _check_same(metric, like)
        return like.value
    return like


def _check_same(metric: Metric, like: Estimate) -> None:
    if like.unit != metric.unit_name:
        raise InvalidArgument("like", f"be an estimate of the same metric, {metric.label}", like.metric)


def _shares(metric: ScoreMetric, like: Any, values: FloatArray, of_cell: Any) -> FloatArray:
    """Return the expected share of each cell."""
    if isinstance(like, Estimate):
        return _measured_shares(metric, like)
    listed = list(like.values()) if isinstance(like, Mapping) else like
    given = numbers(listed, "like").floats if np.ndim(listed) else np.array([check_number(listed, "like")])
    if not ((given >= 0) & (given <= 1)).all():
        raise InvalidArgument("like", "hold shares from 0 to 1", like)
    if len(given) == 1 and len(values) == 2:
        given = np.array([given[0], 1.0 - given[0]])
    if abs(given.sum() - 1.0) > SUM_TOLERANCE:
        raise InvalidArgument("like", "hold shares that add up to 1", like)
    given = given / given.sum()
    if len(given) == len(of_cell):
        return np.asarray(given)
    if len(given) == len(values):  # from the best value to the worst, as NPS names promoters, passives, detractors
        first = np.unique(of_cell, return_index=True)[1]
        cells = np.zeros(len(of_cell))
        cells[first] = given[::-1]
        return cells
    remedy = f"Give one share a step ({len(of_cell)}), or one a value from the best to the worst ({len(values)})."
    raise InvalidArgument("like", f"hold shares for {metric.label}", like, remedy)


def _measured_shares(metric: ScoreMetric, like: Estimate) -> FloatArray:
    _check_same(metric, like)
    if like.counts is None or tuple(like.counts.cells) != tuple(metric.cells):
        rule = "know its answers: an estimate of the same scale that was measured here"
        raise InvalidArgument("like", rule, like.metric)
    table = np.asarray(like.counts.table[0], dtype=np.float64)
    if not table.sum() > 0:
        raise InvalidArgument("like", "rest on at least one answer", like)
    return np.asarray(table / table.sum())


def _compositions(n: int, parts: int) -> FloatArray:
    """Return every way to split a whole number into so many parts of at least 0."""
    if parts == 2:
        steps = np.arange(n + 1, dtype=np.float64)
        return np.column_stack([steps, n - steps])
    first, second = (axis.ravel() for axis in np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij"))
    kept = first + second <= n
    return np.column_stack([first[kept], second[kept], n - first[kept] - second[kept]]).astype(np.float64)
