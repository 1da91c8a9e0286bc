"""Uncertainty: how the uncertain parameters of two models carry over to lifetime values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kundenmetrik.clv.fits.quantity import Question
from kundenmetrik.clv.money.expected_spend import Worth, money
from kundenmetrik.core.arrays import FloatArray, IntArray, Limits
from kundenmetrik.core.likelihood.delta_method import around
from kundenmetrik.core.statistics.normal import critical

__all__ = ["Uncertainty"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Uncertainty:
    """How the uncertain parameters of both models carry over to values; the two are fitted independently."""

    question: Question
    worth: Worth
    discounted: FloatArray
    margin: float

    def limits(self, confidence: float) -> Limits:
        """Return the limits of each customer's value, symmetric in its logarithm."""
        bought, paid = self.question.spread.limits(confidence)[1], self.worth.limits(confidence)[1]
        with np.errstate(divide="ignore", invalid="ignore"):
            reaches = np.log(bought / self.discounted), np.log(paid / self.worth.value)
        ratio = np.exp(np.hypot(*(np.nan_to_num(reach) for reach in reaches)))
        value = money(money(self.discounted, self.worth.value), self.margin)
        return value / ratio, value * ratio

    def total_limits(self, confidence: float) -> tuple[float, float]:
        """Return the limits of the total, symmetric in its logarithm."""
        low, high = self.group_limits(np.zeros(len(self.discounted), dtype=np.int64), confidence)
        return float(low[0]), float(high[0])

    def group_limits(self, codes: IntArray, confidence: float) -> Limits:
        """Return the limits of the total of each group of customers, from the full covariance of the parameters."""
        worth = money(self.discounted, self.worth.value)
        total = np.asarray(np.bincount(codes, weights=worth, minlength=1), dtype=np.float64)
        variance = np.zeros(len(total))
        for spread, weights in ((self.question.spread, self.worth.value), (self.worth.spread, self.discounted)):
            if spread is not None:
                slopes = np.array(
                    [np.bincount(codes, weights=_weighted(slope, weights), minlength=1) for slope in spread.slopes]
                )
                variance += np.einsum("ik,ij,jk->k", slopes, spread.covariance, slopes)
        reach = critical(confidence) * np.sqrt(variance)
        low, high = around(total, reach, "log")
        return money(low, self.margin), money(high, self.margin)


def _weighted(slope: FloatArray, weights: FloatArray) -> FloatArray:
    """Return slopes times weights; what has no weight does not count, however steep."""
    return money(weights, np.where(weights == 0.0, 0.0, slope))
