"""The chance of the purchases themselves: quantiles of their number, and of the time of the next one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from kundenmetrik.clv.quadrature import chunks
from kundenmetrik.core.arrays import FloatArray, Limits

if TYPE_CHECKING:
    from kundenmetrik.clv.model import Histories, Params
    from kundenmetrik.clv.question import Question

__all__ = ["Chance", "next_purchase_times"]

BLOCK = 64
MOST = 2**17
"""No customer is followed beyond so many purchases."""
LOST = 1e-12
"""Counts that are less probable than this together do not matter for a variance."""
FAR = 1e9
"""A next purchase later than this many time scales never comes."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Chance:
    """The number of purchases of each customer at the fitted parameters.

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
        tails = ((1.0 - confidence) / 2.0, (1.0 + confidence) / 2.0)
        few, back = self.question.kinds
        low, high = np.zeros(len(few.age)), np.zeros(len(few.age))
        for rows in chunks(len(few.age), BLOCK):
            self._count(few, rows, tails, low, high)
        return (low, high) if back is None else (low[back], high[back])

    def total_limits(self, confidence: float) -> tuple[float, float]:
        """Return the limits of the total number, from its own variance and that of the parameters."""
        return self.question.spread.total_limits(confidence, self.variance)

    @cached_property
    def variance(self) -> float:
        """The sum of the customers' variances."""
        few, back = self.question.kinds
        each = np.zeros(len(few.age))
        mean = self.question.ask(self._params(slice(None)), few)
        for rows in chunks(len(few.age), BLOCK):
            past, left, first = few.take(rows), np.ones(len(few.age[rows])), 0
            while first < MOST and (left > LOST).any():
                n = np.arange(first, first + BLOCK)
                chance = self._chance(past, rows, n)
                each[rows] += (chance * (n - mean[rows, None]) ** 2).sum(axis=1)
                left, first = left - chance.sum(axis=1), first + BLOCK
        return float(each.sum() if back is None else each[back].sum())

    def _count(
        self, few: Histories, rows: slice, tails: tuple[float, float], low: FloatArray, high: FloatArray
    ) -> None:
        past, first = few.take(rows), 0
        below = np.zeros(len(past.age))
        while first < MOST and (below < tails[1]).any():
            n = np.arange(first, first + BLOCK)
            reached = below[:, None] + np.cumsum(self._chance(past, rows, n), axis=1)
            for tail, place in zip(tails, (low, high), strict=True):
                place[rows] += (reached < tail).sum(axis=1)
            below, first = reached[:, -1], first + BLOCK

    def _chance(self, past: Histories, rows: slice, n: Any) -> FloatArray:
        model = self.question.fit.model
        return np.asarray(model.distribution(self._params(rows), past, self.horizon, n))

    def _params(self, rows: slice) -> Params:
        params = self.question.params(self.question.fit.theta)
        return tuple(part[rows] if np.ndim(part) else part for part in params)


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
