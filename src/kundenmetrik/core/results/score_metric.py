"""Metrics that are a linear score of a histogram: NPS, CSAT, CES and every metric made like them."""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.metric import Contrast, Metric
from kundenmetrik.core.statistics.score_methods import SCORE_METHODS
from kundenmetrik.core.statistics.scores.score_moments import score_mean
from kundenmetrik.core.statistics.two_samples.permutation_test import FEW_ANSWERS, has_few_answers
from kundenmetrik.core.statistics.two_samples.score_difference import score_difference


class ScoreMetric(Metric):
    """The mean over the answers of a value for each cell.

    Every cell ``j`` has a value ``v_j``; the metric is the sum of ``n_j v_j`` over the sum of
    ``n_j``. The interval method is one of ``SCORE_METHODS``.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def _cell_values(self) -> tuple[float, ...]:
        """The value of each cell."""

    @property
    def bounds(self) -> tuple[float, float]:
        """The smallest and the largest value of a cell."""
        return min(self._cell_values), max(self._cell_values)

    def values(self, counts: Counts) -> FloatArray:
        """Return the mean value of the answers of each group."""
        return score_mean(counts.table, self._cell_values)

    def limits(self, counts: Counts, confidence: float) -> tuple[FloatArray, FloatArray]:
        """Return the limits by the metric's method."""
        low, high = SCORE_METHODS[self.interval_method](counts.effective, self._values_of_cells, confidence)
        return low, high

    def contrast(self, first: Counts, second: Counts, confidence: float) -> Contrast:
        """Return the pooled score test, the exact one of few answers, with MOVER limits."""
        numbers = score_difference(first.effective, second.effective, self._values_of_cells, confidence)
        return Contrast(*numbers, method=f"{score_test_name(first, second)}, MOVER interval")

    def pair_notes(self, first: Counts, second: Counts) -> dict[str, BoolArray]:
        """Return which pairs lack answers, or have few in one group."""
        return {**super().pair_notes(first, second), **few_answers_notes(first, second)}

    @property
    def _values_of_cells(self) -> FloatArray:
        return np.asarray(self._cell_values, dtype=np.float64)


def few_answers_notes(first: Counts, second: Counts) -> dict[str, BoolArray]:
    """Return the note of the pairs of groups that have answers both, one of them fewer than ten."""
    smaller = np.minimum(first.rows, second.rows)
    return {"few_answers": np.asarray((smaller > 0) & (smaller < FEW_ANSWERS))}


def score_test_name(first: Counts, second: Counts) -> str:
    """Return the name of the test of a difference: the exact one where all pairs with answers have few."""
    exact = has_few_answers(first.effective, second.effective)
    defined = (first.rows > 0) & (second.rows > 0)
    if not exact.any():
        return "pooled score test"
    return "exact permutation test" if exact[defined].all() else "pooled score test, exact below ten answers"
