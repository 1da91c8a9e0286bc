"""The chance of the purchases themselves: quantiles of their number, and of the time of the next one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from kundenmetrik.clv.fits.count_distribution import States
from kundenmetrik.clv.fits.parameter_mixture import count_total
from kundenmetrik.clv.fits.total_distribution import CountTotal
from kundenmetrik.core.arrays import FloatArray, IntArray, Limits
from kundenmetrik.core.statistics.integer_search import least

if TYPE_CHECKING:
    from kundenmetrik.clv.fits.quantity import Question
    from kundenmetrik.clv.processes.base import Histories, Params

__all__ = ["Chance", "next_purchase_times"]

FAR = 1e9
"""A next purchase later than this many time scales never comes."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Chance:
    """The number of purchases of each customer at the fitted parameters, and of all together.

    Attributes
    ----------
    question : Question
        The expected purchases.
    horizon : float
        In the unit of the fit.
    """

    question: Question
    horizon: float

    def limits(self, confidence: float) -> Limits:
        """Return the smallest numbers that are reached with probability (1 -+ confidence) / 2."""
        _, back = self.question.kinds
        low, high = (self._not_exceeded(share).astype(np.float64) for share in _tails(confidence))
        return (low, high) if back is None else (low[back], high[back])

    def total_limits(self, confidence: float) -> tuple[float, float]:
        """Return the limits of the total number; those of one customer are the customer's own."""
        if len(self.question.value) == 1:
            own = self.limits(confidence)
            return float(own[0][0]), float(own[1][0])
        low, high = (self.total.quantile(share) for share in _tails(confidence))
        return low, high

    @cached_property
    def total(self) -> CountTotal:
        """The total number of purchases, with the uncertainty of the parameters."""
        return count_total(self.question, self.horizon)

    @cached_property
    def _states(self) -> tuple[States, FloatArray]:
        """The kinds of customers if they are alive, and the probability that they are."""
        params, (few, _) = self.question.params(self.question.fit.theta), self.question.kinds
        model = self.question.fit.model
        return States(model=model, params=params, past=few, horizon=self.horizon), model.probability_alive(params, few)

    def _not_exceeded(self, share: float) -> IntArray:
        states, alive = self._states

        def holds(rows: IntArray, n: IntArray) -> Any:
            return alive[rows] * states.at_least(rows, n[:, None] + 1)[:, 0] <= 1.0 - share

        return least(holds, len(alive))


def _tails(confidence: float) -> tuple[float, float]:
    return (1.0 - confidence) / 2.0, (1.0 + confidence) / 2.0


def next_purchase_times(model: Any, params: Params, past: Histories, share: float) -> FloatArray:
    """Return when a customer has bought again with probability ``share``: bisection in the log of the time."""
    scale = model.time_scale(params, past)
    low, high = np.full(len(scale), -30.0), np.full(len(scale), np.log(FAR))
    never = bought_by(model, params, past, scale * FAR) < share
    for _ in range(64):
        middle = (low + high) / 2.0
        early = bought_by(model, params, past, scale * np.exp(middle)) < share
        low, high = np.where(early, middle, low), np.where(early, high, middle)
    return np.where(never, np.inf, scale * np.exp((low + high) / 2.0))


def bought_by(model: Any, params: Params, past: Histories, time: FloatArray) -> FloatArray:
    """Return the probability of a purchase within a time of its own for each customer."""
    silent = model.distribution_if_alive(params, past, time, np.zeros(1, dtype=np.int64))[:, 0]
    return np.asarray(model.probability_alive(params, past) * (1.0 - silent))
