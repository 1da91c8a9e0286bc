"""Metrics that are a share: retention, churn, answered within a day."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial

import numpy as np

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.metric import Contrast, Metric
from kundenmetrik.core.results.score_metric import few_answers_notes, score_test_name
from kundenmetrik.core.statistics.one_sample.proportions import SHARE_METHODS
from kundenmetrik.core.statistics.two_samples.score_difference import share_difference


class ShareMetric(Metric):
    """The share of the first of two cells, between 0 and 1."""

    __slots__ = ()

    unit = "share"

    @property
    def bounds(self) -> tuple[float, float]:
        """A share lies between 0 and 1."""
        return 0.0, 1.0

    def values(self, counts: Counts) -> FloatArray:
        """Return the share of the first cell."""
        total = counts.n
        shares: FloatArray = np.divide(counts.table[:, 0], total, out=np.full(len(counts), np.nan), where=total > 0)
        return shares

    def limits(self, counts: Counts, confidence: float) -> tuple[FloatArray, FloatArray]:
        """Return the limits by the metric's method."""
        cells = counts.effective
        low, high = SHARE_METHODS[self.interval_method](cells[:, 0], cells.sum(axis=1), confidence)
        return low, high

    def contrast(self, first: Counts, second: Counts, confidence: float) -> Contrast:
        """Return the pooled score test, the exact one of few answers, with MOVER limits of the Wilson intervals."""
        one, two = first.effective, second.effective
        numbers = share_difference(one[:, 0], one.sum(axis=1), two[:, 0], two.sum(axis=1), confidence)
        return Contrast(*numbers, method=f"{score_test_name(first, second)}, MOVER-Wilson interval")

    def pair_notes(self, first: Counts, second: Counts) -> dict[str, BoolArray]:
        """Return which pairs lack answers, or have few in one group."""
        return {**super().pair_notes(first, second), **few_answers_notes(first, second)}


def share_estimate(
    metric: str,
    successes: int,
    n: int,
    *,
    confidence: float,
    method: str,
    notes: tuple[str, ...] = (),
    definition: str = "",
    excluded: Mapping[str, int] | None = None,
    parts: Mapping[str, float] | None = None,
    higher_is_better: bool = True,
) -> Estimate:
    """Return so many of so many with the named interval; more than all of them have none.

    Of none the share is NaN with the note ``empty``.
    """
    return Estimate(
        metric=metric,
        value=successes / n if n else math.nan,
        ask=partial(_limits, successes, n, method) if successes <= n else None,
        n=n,
        unit="share",
        confidence=confidence,
        method=method,
        excluded=excluded,
        notes=notes if n else ("empty", *notes),
        definition=definition,
        higher_is_better=higher_is_better,
        parts=parts,
    )


def _limits(successes: int, n: int, method: str, confidence: float) -> tuple[float, float]:
    low, high = SHARE_METHODS[method](np.array([successes]), np.array([n]), confidence)
    return float(low[0]), float(high[0])
