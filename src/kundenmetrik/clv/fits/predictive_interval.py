"""The predictive interval of the purchases themselves: quantiles of their number."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from kundenmetrik.clv.fits.count_distribution import AliveStates
from kundenmetrik.clv.fits.parameter_mixture import total_distribution
from kundenmetrik.clv.fits.quantity import Quantity
from kundenmetrik.clv.fits.total_distribution import TotalDistribution
from kundenmetrik.core.arrays import FloatArray, IntArray, Limits
from kundenmetrik.core.statistics.root_finding import smallest_integer


@dataclass(frozen=True, kw_only=True, eq=False)
class PredictiveInterval:
    """The number of purchases of each customer at the fitted parameters, and of all together.

    Attributes
    ----------
    quantity : Quantity
        The expected purchases.
    horizon : float
        In the unit of the fit.
    """

    quantity: Quantity
    horizon: float

    def limits(self, confidence: float) -> Limits:
        """Return the smallest numbers that are reached with probability (1 -+ confidence) / 2."""
        _, back = self.quantity.kinds
        low, high = (self._not_exceeded(share).astype(np.float64) for share in _tail_probabilities(confidence))
        return (low, high) if back is None else (low[back], high[back])

    def total_limits(self, confidence: float) -> tuple[float, float]:
        """Return the limits of the total number; those of one customer are the customer's own."""
        if len(self.quantity.value) == 1:
            own = self.limits(confidence)
            return float(own[0][0]), float(own[1][0])
        low, high = (self.total.quantile(share) for share in _tail_probabilities(confidence))
        return low, high

    @cached_property
    def total(self) -> TotalDistribution:
        """The total number of purchases, with the uncertainty of the parameters."""
        return total_distribution(self.quantity, self.horizon)

    @cached_property
    def _states(self) -> tuple[AliveStates, FloatArray]:
        """The kinds of customers if they are alive, and the probability that they are."""
        params, (few, _) = self.quantity.params(self.quantity.fit.theta), self.quantity.kinds
        model = self.quantity.fit.model
        return AliveStates(model=model, params=params, past=few, horizon=self.horizon), model._probability_alive(
            params, few
        )

    def _not_exceeded(self, share: float) -> IntArray:
        states, alive = self._states

        def holds(rows: IntArray, n: IntArray) -> Any:
            return alive[rows] * states.at_least(rows, n[:, None] + 1)[:, 0] <= 1.0 - share

        return smallest_integer(holds, len(alive))


def _tail_probabilities(confidence: float) -> tuple[float, float]:
    return (1.0 - confidence) / 2.0, (1.0 + confidence) / 2.0
