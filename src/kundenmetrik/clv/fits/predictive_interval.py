"""The predictive interval of the purchases themselves: quantiles of their number, with uncertain parameters."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from kundenmetrik.clv.fits.count_distribution import AliveStates, CountDistribution, count_distributions
from kundenmetrik.clv.fits.queryable_fit import Quantity
from kundenmetrik.clv.fits.total_distribution import MixtureComponent, TotalDistribution
from kundenmetrik.core.arrays import FloatArray, IntArray, Limits
from kundenmetrik.core.statistics.root_finding import smallest_integer

LARGE_SHARE = 0.01
"""A customer with this share of a variance matters alone; all others are pooled."""
NORMAL_RANGE, NODE_DISTANCE, MAX_NODES = 6.0, 0.5, 400
"""How many standard errors the components span to either side, how close they are, and how many there are at most."""


def total_distribution(quantity: Quantity, horizon: float) -> TotalDistribution:
    r"""Return the distribution of the total number of purchases.

    Where the total's gradient is g and the parameters' covariance :math:`\Sigma`, the parameters are
    :math:`\hat\theta + u\,\Sigma g / \sqrt{g^\top \Sigma g}` with a standard normal u: the line along which the
    expected total has all of its variance. The purchases of the pooled customers grow by a log-normal factor of
    mean 1.
    """
    model, delta_method = quantity.fit.model, quantity.delta_method
    past, back = quantity.kinds
    many = np.ones(len(past.age), dtype=np.int64) if back is None else np.bincount(back)
    error = math.sqrt(delta_method.total_variance)
    line = (
        delta_method.covariance @ delta_method.slopes.sum(axis=1) / error
        if error > 0.0
        else np.zeros(len(delta_method.theta))
    )
    move = np.empty(len(many))
    move[slice(None) if back is None else back] = line @ delta_method.slopes
    counts = count_distributions(model, quantity.params(delta_method.theta), past, horizon)
    mean, variance = _by_kind(counts, len(many))
    total = float(many @ variance)
    large = (variance > LARGE_SHARE * total) | (np.abs(move) > np.sqrt(LARGE_SHARE) * error)
    customers = np.where(large, 0, many)
    due = float(customers @ mean)
    pull = float(customers @ move) / due if due > 0.0 else 0.0
    places = np.flatnonzero(large)

    def component(u: float, weight: float) -> MixtureComponent:
        params = tuple(
            part[places] if np.ndim(part) else part for part in quantity.params(delta_method.theta + u * line)
        )
        few = count_distributions(model, params, past.take(places), horizon) if len(places) else []
        return MixtureComponent(weight=weight, factor=float(np.exp(pull * u - pull**2 / 2.0)), counts=few)

    u = _normal_nodes(error, math.sqrt(total))
    weights = np.exp(-(u**2) / 2.0)
    components = [component(float(one), float(weight)) for one, weight in zip(u, weights / weights.sum(), strict=True)]
    return TotalDistribution(pooled=counts, customers=customers, few=many[places], components=components)


def _by_kind(counts: list[CountDistribution], kinds: int) -> tuple[FloatArray, FloatArray]:
    mean, variance = np.zeros(kinds), np.zeros(kinds)
    for part in counts:
        mean[part.kinds], variance[part.kinds] = part.mean, part.variance
    return mean, variance


def _normal_nodes(error: float, chance: float) -> FloatArray:
    """Return standard normal nodes so close that the total's own chance fills the gaps between them."""
    if error == 0.0:
        return np.zeros(1)
    half = (
        min(int(np.ceil(NORMAL_RANGE / min(NODE_DISTANCE, chance / error))), MAX_NODES // 2)
        if chance > 0.0
        else MAX_NODES // 2
    )
    return NORMAL_RANGE * np.arange(-half, half + 1) / half


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
