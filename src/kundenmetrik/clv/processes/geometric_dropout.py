"""Customers who may leave after each purchase: what BG/NBD, MBG/NBD and their regular forms share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from kundenmetrik.clv.data.histories import Drawn, Histories, Params
from kundenmetrik.clv.processes.base import RepeatBuying
from kundenmetrik.clv.processes.degenerate_limit import DegenerateLimit, dropout_limits
from kundenmetrik.clv.processes.erlang_renewals import (
    regular_at_least,
    regular_probability,
    regular_purchases,
    regular_survival,
)
from kundenmetrik.clv.processes.geometric_likelihood import geometric_terms, log_odds_of_death, phase_weights
from kundenmetrik.clv.processes.geometric_prediction import AliveState, purchase_probability, purchases, survival
from kundenmetrik.clv.processes.likelihood_terms import LikelihoodTerms
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.counting.distinct_rows import distinct

FEWEST_NODES, MOST_DOUBLINGS, WAVES = 96, 4, 16.0
"""Regular purchases are discounted at 96 moments, and at twice as many for each doubling of the rate's known digits
(the root of its gamma distribution's shape) beyond 16."""


class GeometricDropout(RepeatBuying):
    """Purchases at a gamma distributed rate; after each, the customer leaves with a beta distributed probability."""

    __slots__ = ()
    k: int
    _offset: ClassVar[int]
    _corners: ClassVar[tuple[tuple[float, float], ...]]
    """Where the search starts in a and b: where customers differ much in their dropout, and where they hardly do."""
    parameters: ClassVar[tuple[str, ...]] = ("r", "alpha", "a", "b")
    _limits: ClassVar[tuple[DegenerateLimit, ...]] = dropout_limits("Fit NBD() instead.")
    _rates: ClassVar[Mapping[str, int]] = {"purchase_rate": 0, "dropout_probability": 2}
    _effects: ClassVar[Mapping[str, tuple[int, float]]] = {"purchasing": (1, -1.0), "dropout": (2, 1.0)}

    @property
    def _costly(self) -> bool:
        """Whether equal customers are worth finding before a prediction: regular times cost a sum each."""
        return self.k > 1

    @property
    def _timed(self) -> bool:
        """Whether the last purchase matters: the next one comes regularly after it."""
        return self.k > 1

    def _starts(self, rate: float, age: float) -> tuple[FloatArray, ...]:
        """Return starts in logarithms, from ends of the dropout where summits have been found."""
        scale = self.k / rate
        return tuple(np.log([0.5, 0.3 * scale, *dropout]) for dropout in self._corners)

    def _likelihood_terms(self, params: Params, cells: Any, nodes: int) -> LikelihoodTerms:
        """Return the log-likelihood of each cell."""
        return geometric_terms(params, cells, offset=self._offset, k=self.k)

    def _leaving_at_once(self, params: Params, cells: Any, stays: FloatArray) -> FloatArray:
        """Return the log-likelihood of customers who leave after the first purchase that they may leave after."""
        if self._offset:
            return super()._leaving_at_once(params, cells, stays)
        dead = stays + log_odds_of_death(params, cells, offset=0, k=self.k) - np.log(params[2])
        return np.where(cells.frequency == 0, stays, np.where(cells.frequency == 1, dead, -np.inf))

    def _log_odds_alive(self, params: Params, past: Histories) -> FloatArray:
        """Return the log odds of being alive."""
        return -log_odds_of_death(params, past, offset=self._offset, k=self.k)

    def _time_scale(self, params: Params, past: Histories) -> FloatArray:
        """Return alpha + age."""
        return np.asarray(params[1] + past.age)

    def _mean_life(self, params: Params, past: Histories) -> FloatArray:
        """Return the mean time of a purchase over the mean probability to leave after it."""
        shape, rate, a, b = self._state(params, past)
        return np.asarray(self.k * rate / shape * (a + b) / a)

    def _state(self, params: Params, past: Histories) -> AliveState:
        """Return rate and dropout of a customer who is alive."""
        r, alpha, a, b = params
        left = b + past.frequency + self._offset
        parts = (r + self.k * past.frequency, alpha + past.age, a, left)
        return AliveState(*(np.broadcast_to(np.asarray(part, dtype=np.float64), past.age.shape) for part in parts))

    def _expected_if_alive(self, params: Params, past: Histories, horizon: FloatArray) -> FloatArray:
        """Return the purchases expected in a horizon of a customer who is alive."""
        return self._of_kinds(purchases, regular_purchases, params, past, horizon)

    def _survival_if_alive(self, params: Params, past: Histories, horizon: FloatArray) -> FloatArray:
        """Return the probability of still being alive after a horizon."""
        return self._of_kinds(survival, regular_survival, params, past, horizon)

    def _distribution_if_alive(self, params: Params, past: Histories, horizon: FloatArray, n: IntArray) -> FloatArray:
        """Return the probability of n purchases in a horizon."""
        if self.k == 1:
            return purchase_probability(self._state(params, past), horizon, n)
        return regular_probability(self._state(params, past), horizon, n, self._phases(params, past))

    def _at_least_if_alive(self, params: Params, past: Histories, horizon: FloatArray, n: IntArray) -> FloatArray:
        """Return the probability of n purchases or more in a horizon."""
        phases = self._phases(params, past) if self._timed else np.ones((1, len(past.age)))
        return regular_at_least(self._state(params, past), horizon, n, phases)

    def _endless_if_alive(self, params: Params, past: Histories) -> FloatArray:
        """Return E[1/p], infinite where a is at most 1."""
        _, _, a, b = self._state(params, past)
        return np.where(a > 1.0, (a + b - 1.0) / np.where(a > 1.0, a - 1.0, 1.0), np.inf)

    def _mean_rate(self, params: Params, name: str) -> Any:
        """Return the mean purchase rate or dropout probability."""
        r, alpha, a, b = params
        return r / (alpha * self.k) if name == "purchase_rate" else a / (a + b)

    def _judgements(self, age: float) -> list[tuple[tuple[float, ...], float]]:
        """Return the priors: r near 1, one purchase in the mean age, dropout near 1 in 4, and a + b of a few."""
        return [
            ((1.0, 0.0, 0.0, 0.0), 0.0),
            ((1.0, -1.0, 0.0, 0.0), float(np.log(self.k / age))),
            ((0.0, 0.0, 1.0, -1.0), float(np.log(1.0 / 3.0))),
            ((0.0, 0.0, 0.5, 0.5), float(np.log(1.5))),
        ]

    def _draw(self, params: Params, horizon: FloatArray, rng: np.random.Generator) -> Drawn:
        """Return simulated repeat purchases of new customers."""
        r, alpha, a, b = params
        many = len(horizon)
        rate = rng.standard_gamma(np.broadcast_to(r, many)) / alpha
        leave = rng.beta(np.broadcast_to(a, many), np.broadcast_to(b, many))
        time, who = np.zeros(many), np.arange(many)
        if self._offset:
            who = who[rng.random(many) >= leave]
        alive = np.zeros(many, dtype=bool)
        bought: list[tuple[IntArray, FloatArray]] = []
        while len(who):
            with np.errstate(divide="ignore", over="ignore"):
                time[who] += rng.standard_gamma(self.k, len(who)) / rate[who]
            within = time[who] <= horizon[who]
            alive[who[~within]] = True
            who = who[within]
            bought.append((who, time[who]))
            who = who[rng.random(len(who)) >= leave[who]]
        customers, times = zip(*bought, strict=True) if bought else ((who,), (time[:0],))
        return np.concatenate(customers), np.concatenate(times), alive

    def _of_kinds(self, plain: Any, regular: Any, params: Params, past: Histories, horizon: FloatArray) -> FloatArray:
        """Compute once for all customers with the same frequency, age and horizon."""
        if self.k > 1:
            return np.asarray(regular(self._state(params, past), horizon, self._phases(params, past)))
        own = [part for part in params if np.ndim(part)]
        kinds, back = distinct([past.frequency, past.age, *([] if _same(horizon) else [horizon]), *own])
        few = tuple(part[kinds] if np.ndim(part) else part for part in params)
        return np.asarray(plain(self._state(few, past.take(kinds)), horizon[kinds])[back])

    def _discount_nodes(self, params: Params, past: Histories) -> IntArray:
        """Return more moments for regular purchases of a well-known rate, whose expected number climbs in waves."""
        if self.k == 1:
            return super()._discount_nodes(params, past)
        doublings = np.ceil(np.log2(np.maximum(np.sqrt(params[0] + self.k * past.frequency) / WAVES, 1.0)))
        nodes: IntArray = FEWEST_NODES * 2 ** np.minimum(doublings, MOST_DOUBLINGS).astype(np.int64)
        return nodes

    def _phases(self, params: Params, past: Histories) -> FloatArray:
        weights = phase_weights(params[1], params[0] + self.k * past.frequency, past, self.k)
        return np.asarray(weights / weights.sum(axis=0))


def _same(values: FloatArray) -> bool:
    return len(values) > 0 and bool((values == values[0]).all())
