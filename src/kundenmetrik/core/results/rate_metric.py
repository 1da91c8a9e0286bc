"""Metrics that are a rate: events over exposure, such as complaints per 1,000 sales."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence

import numpy as np

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.metric import EVENTS_WITHOUT_EXPOSURE, Contrast, Metric
from kundenmetrik.core.statistics.dispersion import dispersion
from kundenmetrik.core.statistics.one_sample.rates import RATE_METHODS
from kundenmetrik.core.statistics.two_samples.score_difference import rate_difference

FEW_EVENTS = 10
"""Below so many events in both groups together the normal approximation is named as such."""


class RateMetric(Metric):
    """Events per so much exposure; the cells are events and exposure. It has no upper bound."""

    __slots__ = ()

    @property
    @abstractmethod
    def _scale_factor(self) -> float:
        """The exposure that one unit of the rate refers to, such as 1,000 sales."""

    @property
    def bounds(self) -> tuple[float, float]:
        """A rate is never negative and has no largest value."""
        return 0.0, math.inf

    def base(self, counts: Counts) -> FloatArray:
        """Return the exposure."""
        return np.asarray(counts.table[:, 1])

    def rows(self, counts: Counts) -> FloatArray:
        """Return the exposure, too."""
        return self.base(counts)

    def values(self, counts: Counts) -> FloatArray:
        """Return events times the factor over exposure, NaN without exposure."""
        events, exposure = counts.table[:, 0], counts.table[:, 1]
        nothing = np.full(len(counts), np.nan)
        with np.errstate(over="ignore"):
            rates: FloatArray = np.divide(events * self._scale_factor, exposure, out=nothing, where=exposure > 0)
        return rates

    def limits(self, counts: Counts, confidence: float) -> tuple[FloatArray, FloatArray]:
        """Return the limits by the metric's method."""
        low, high = RATE_METHODS[self.interval_method](counts.table[:, 0], counts.table[:, 1], confidence)
        with np.errstate(over="ignore"):
            return low * self._scale_factor, high * self._scale_factor

    def contrast(self, first: Counts, second: Counts, confidence: float) -> Contrast:
        """Return the score test of two Poisson rates with MOVER limits."""
        one, two = first.table, second.table
        value, low, high, p_value = rate_difference(one[:, 0], one[:, 1], two[:, 0], two[:, 1], confidence)
        factor = self._scale_factor
        return Contrast(value * factor, low * factor, high * factor, p_value, "score test of two rates, MOVER interval")

    def pair_notes(self, first: Counts, second: Counts) -> dict[str, BoolArray]:
        """Return which pairs lack exposure, or events enough for a normal approximation, or leave some out."""
        lacking = {code: self.notes(first)[code] | where for code, where in self.notes(second).items()}
        exposed = (first.table[:, 1] > 0) & (second.table[:, 1] > 0)
        left_out = second.excluded.get(EVENTS_WITHOUT_EXPOSURE, np.zeros(len(second))) > 0
        few = _equivalent_events(first) + _equivalent_events(second) < FEW_EVENTS
        return {**lacking, "few_events": exposed & few, EVENTS_WITHOUT_EXPOSURE: left_out}

    def notes(self, counts: Counts) -> dict[str, BoolArray]:
        """Return which groups have no exposure, and which have none that is known since values are missing."""
        nothing, gone = counts.table[:, 1] == 0, counts.excluded.get("missing", np.zeros(len(counts))) > 0
        return {"no_exposure": nothing & ~gone, "counts_missing": nothing & gone}

    def shared_notes(self, counts: Counts, kept: Sequence[str]) -> tuple[str, ...]:
        """Return whether groups that share the kept keys scatter more than Poisson counts."""
        if counts.squares is not None:  # sums of severities are no Poisson counts, and their limits know it
            return ()
        events, exposure = np.asarray(counts.table, dtype=np.float64).T
        scatter = dispersion(events, exposure, counts.groups.margin(kept)[1])
        return ("overdispersed",) if scatter.significant else ()

    def without_exposure(self, counts: Counts) -> BoolArray:
        """Return which groups have events without exposure."""
        return np.asarray((counts.table[:, 0] > 0) & (counts.table[:, 1] == 0))


def _equivalent_events(counts: Counts) -> FloatArray:
    """Return the events of each group; of sums of severities the number of equal ones that scatters as much."""
    events = np.asarray(counts.table[:, 0], dtype=np.float64)
    if counts.squares is None:
        return events
    squares = np.asarray(counts.squares[:, 0], dtype=np.float64)
    return np.divide(events**2, squares, out=np.zeros_like(events), where=squares > 0)
