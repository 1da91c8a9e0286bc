"""How many purchases customers make, as probabilities of counts: once for all who are alive in the same state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from kundenmetrik.clv.data.histories import Histories, Params
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.counting.distinct_rows import distinct
from kundenmetrik.core.statistics.root_finding import smallest_integer

NEGLIGIBLE = 1e-12
"""A count that is exceeded less probably than this does not matter."""
MAX_SINGLE_COUNTS = 1024
"""Up to so many purchases each count has a probability of its own; beyond, neighbours are taken together."""
BINS = 512
QUANTILE = 1e-9
"""Half of the cells lie between the quantiles of this probability."""
TABLE_CELLS = 2**16
PRODUCT_LENGTH = 16
SMALLEST_POSITIVE = 1e-300


@dataclass(frozen=True, kw_only=True, eq=False)
class CountDistribution:
    """The counts of some kinds of customers.

    Attributes
    ----------
    places, chance : ndarray
        Counts and their probabilities in each state alive; the places are those of all states where they are flat.
    state, alive, kinds : ndarray
        Of each kind: the row of its state, the probability of being alive, and its number among all kinds.
    """

    places: FloatArray
    chance: FloatArray
    state: IntArray
    alive: FloatArray
    kinds: IntArray

    @cached_property
    def mean(self) -> FloatArray:
        """The mean of each kind."""
        return np.asarray(self.alive * (self.chance * self.places).sum(axis=1)[self.state])

    @cached_property
    def variance(self) -> FloatArray:
        """The variance of each kind."""
        square = (self.chance * self.places**2).sum(axis=1)[self.state]
        return np.asarray(np.maximum(self.alive * square - self.mean**2, 0.0))

    def most(self, customers: IntArray) -> float:
        """Return what all customers of all kinds make together at most."""
        return float(customers[self.kinds] @ np.broadcast_to(self.places[..., -1], len(self.chance))[self.state])

    def log_transform(self, t: FloatArray, customers: IntArray) -> Any:
        """Return the log of E exp(itN), summed over customers, up to multiples of 2 pi i, at equal steps."""
        if self.places.ndim == 1:
            values = self.chance @ _oscillations(self.places, t)
        else:
            pairs = zip(self.chance, self.places, strict=True)
            values = np.stack([row @ _oscillations(n, t) for row, n in pairs])
        many = customers[self.kinds]
        alone, several = (
            1.0 + self.alive[part, None] * (values[self.state[part]] - 1.0) for part in (many == 1, many > 1)
        )
        if len(alone):
            # Products of a few are cheaper than a logarithm of each.
            alone = np.multiply.reduceat(alone, np.arange(0, len(alone), PRODUCT_LENGTH), axis=0)
        return _log(alone).sum(axis=0) + many[many > 1] @ _log(several)


@dataclass(frozen=True, kw_only=True, eq=False)
class AliveStates:
    """Customers who are alive, each state once.

    Attributes
    ----------
    model, params, past, horizon
        The model and its parameters, the histories of the states, and how far is looked ahead.
    """

    model: Any
    params: Params
    past: Histories
    horizon: float

    def at_least(self, rows: IntArray, n: IntArray) -> FloatArray:
        """Return the probability of n >= 1 purchases or more, states by counts."""
        params = tuple(part[rows] if np.ndim(part) else part for part in self.params)
        horizon = np.full(len(rows), self.horizon)
        return np.asarray(self.model._at_least_if_alive(params, self.past.take(rows), horizon, n))

    def upper_quantile(self, rows: IntArray, share: float) -> IntArray:
        """Return the smallest number that is exceeded with no more than a probability."""
        return smallest_integer(lambda few, n: ~(self.at_least(rows[few], n[:, None] + 1)[:, 0] > share), len(rows))

    def dense(self, rows: IntArray, most: int) -> tuple[FloatArray, FloatArray]:
        """Return all counts up to one, and their probabilities."""
        n = np.arange(most + 1)
        return n.astype(np.float64), self._between(rows, np.broadcast_to(n, (len(rows), len(n))))

    def sparse(self, rows: IntArray, most: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return the middles of cells of counts, and their probabilities."""
        ends = self.upper_quantile(rows, 1.0 - QUANTILE), self.upper_quantile(rows, QUANTILE)
        parts = [
            np.tile(np.arange(BINS / 8), (len(rows), 1)),
            np.linspace(0, most + 1, BINS, axis=1),
            np.linspace(*ends, BINS, axis=1),
        ]
        edges = np.sort(np.rint(np.concatenate(parts, axis=1)).astype(np.int64), axis=1)
        after = np.append(edges[:, 1:], edges[:, -1:] + 1, axis=1)
        return (edges + np.maximum(after - 1, edges)) / 2.0, self._between(rows, edges)

    def _between(self, rows: IntArray, edges: IntArray) -> FloatArray:
        """Return the probability from each edge to the next; from the last on, of all the rest."""
        above = np.where(edges > 0, self.at_least(rows, np.maximum(edges, 1)), 1.0)
        above[:, :-1] -= above[:, 1:]
        return above


def count_distributions(model: Any, params: Params, past: Histories, horizon: float) -> list[CountDistribution]:
    """Return the counts of kinds of customers, in groups that reach about as far."""
    own = [part for part in params if np.ndim(part)]
    first, state = distinct([past.frequency, past.age, *([past.recency] if model._timed else []), *own])
    one = tuple(part[first] if np.ndim(part) else part for part in params)
    states = AliveStates(model=model, params=one, past=past.take(first), horizon=horizon)
    return list(_groups(states, state, model._probability_alive(params, past)))


def _groups(states: AliveStates, state: IntArray, alive: FloatArray) -> Iterator[CountDistribution]:
    most = states.upper_quantile(np.arange(len(states.past.age)), NEGLIGIBLE)
    order = np.argsort(most, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    kinds = np.argsort(rank[state], kind="stable")
    place = rank[state][kinds]
    for start, end in _blocks(most[order]):
        rows, those = order[start:end], slice(*np.searchsorted(place, (start, end)))
        reach = most[rows]
        places, chance = (
            states.dense(rows, int(reach[-1])) if reach[-1] <= MAX_SINGLE_COUNTS else states.sparse(rows, reach)
        )
        own = kinds[those]
        yield CountDistribution(places=places, chance=chance, state=place[those] - start, alive=alive[own], kinds=own)


def _blocks(most: IntArray) -> Iterator[tuple[int, int]]:
    """Return from where to where rising counts are taken together, so that a table fits into one block."""
    start, dense = 0, int(np.searchsorted(most, MAX_SINGLE_COUNTS, side="right"))
    while start < len(most):
        if start < dense:
            size = max(1, TABLE_CELLS // int(most[start] + 64))
            end = min(start + size, dense, int(np.searchsorted(most, 1.5 * most[start] + 8, side="right")))
        else:
            end = min(start + TABLE_CELLS // (4 * BINS), len(most))
        yield start, end
        start = end


def _oscillations(places: FloatArray, t: FloatArray) -> Any:
    """Return exp(i n t), places by frequencies: each is the one before, turned by the same angle."""
    oscillations = np.empty((len(places), len(t)), dtype=np.complex128)
    oscillations[:, 0] = np.exp(1j * places * t[0])
    oscillations[:, 1:] = np.exp(1j * places * (t[-1] - t[0]) / max(len(t) - 1, 1))[:, None]
    return np.multiply.accumulate(oscillations, axis=1, out=oscillations)


def _log(wave: Any) -> Any:
    return np.log(np.where(wave == 0.0, SMALLEST_POSITIVE, wave))
