"""Purchases at regular times: every k-th event of a hidden process is a purchase."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import scipy

from kundenmetrik.clv.processes.geometric_prediction import AliveState
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.likelihood.log_rising_factorial import log_rising
from kundenmetrik.core.likelihood.quadrature import chunks, legendre

SINGLE_TERMS = 128
"""So many purchases are added up one by one; the rest of the sum is an integral over their number."""
LAPLACE_DIFFERENCES = (
    (-1.0, 1.0),
    (-1.0, 3.0, -3.0, 1.0),
    (-1.0, 5.0, -10.0, 10.0, -5.0, 1.0),
)
"""Differences of first, third and fifth order about the middle between two numbers."""
LAPLACE_COEFFICIENTS = (1.0 / 24.0, -17.0 / 5760.0, 367.0 / 967680.0)
"""How much of each a sum exceeds its integral from that middle on (Laplace's series)."""
EXTRA_TERMS = len(LAPLACE_DIFFERENCES)
NODES = 32
Numbers = IntArray | FloatArray


def regular_purchases(state: AliveState, horizon: FloatArray, phases: FloatArray) -> FloatArray:
    r"""Return the expected purchases: :math:`\sum_n P(\text{alive before the n-th}) P(\text{the n-th in time})`."""
    return _sum_over_numbers(state, horizon, phases, lambda few, n: _stay(few, n - 1.0))


def regular_survival(state: AliveState, horizon: FloatArray, phases: FloatArray) -> FloatArray:
    """Return the probability of being alive after a horizon: one less those who leave with the n-th purchase."""

    def leave(few: AliveState, n: FloatArray) -> FloatArray:
        return _stay(few, n - 1.0) * few.a[:, None] / (few.a[:, None] + few.b[:, None] + n - 1.0)

    return np.maximum(1.0 - _sum_over_numbers(state, horizon, phases, leave), 0.0)


def _sum_over_numbers(state: AliveState, horizon: FloatArray, phases: FloatArray, term: Any) -> FloatArray:
    """Sum a term times the probability of the n-th purchase in time over n, in blocks that stay in the cache."""
    total = np.empty(len(horizon))
    for rows in chunks(len(horizon), SINGLE_TERMS + EXTRA_TERMS + 3 * NODES):
        few, span, part = state.take(rows), horizon[rows], phases[:, rows]
        n, weight = _numbers(few, span, len(phases))
        total[rows] = (weight * term(few, n) * _reach_probability(few, span, n, part)).sum(axis=1)
    return total


def regular_probability(state: AliveState, horizon: FloatArray, n: IntArray, phases: FloatArray) -> FloatArray:
    """Return the probability of exactly n purchases in a horizon, customers by counts."""
    reached, beyond = _reach_probability(state, horizon, n, phases), _reach_probability(state, horizon, n + 1, phases)
    return np.asarray(_stay(state, np.maximum(n - 1, 0)) * reached - _stay(state, n) * beyond)


def regular_at_least(state: AliveState, horizon: FloatArray, n: IntArray, phases: FloatArray) -> FloatArray:
    """Return the probability of n >= 1 purchases or more in a horizon, customers by counts."""
    return np.asarray(_stay(state, n - 1) * _reach_probability(state, horizon, n, phases))


def _reach_probability(state: AliveState, horizon: FloatArray, n: Numbers, phases: FloatArray) -> FloatArray:
    """Return the probability that a customer who never leaves makes n purchases, customers by counts."""
    k = len(phases)
    share = (horizon / (state.scale + horizon))[:, None]
    total = np.zeros(np.broadcast_shapes((len(horizon), 1), np.shape(n)))
    for j, weight in enumerate(phases):
        chance = scipy.special.betainc(np.maximum(k * n - j, 1), state.shape[:, None] + j, share)
        total += weight[:, None] * np.where(n > 0, chance, 1.0)
    return total


def _stay(state: AliveState, n: Numbers) -> FloatArray:
    """Return the probability of staying through n purchases."""
    a, b = state.a[:, None], state.b[:, None]
    return np.asarray(np.exp(log_rising(b, n) - log_rising(a + b, n)))


def _numbers(state: AliveState, horizon: FloatArray, k: int) -> tuple[FloatArray, FloatArray]:
    r"""Return numbers of purchases and weights that turn a sum from 1 to infinity into a short one.

    Beyond ``SINGLE_TERMS`` the sum is the integral from 1/2 more on, corrected by the differences there (Euler,
    Maclaurin and Laplace); it is cut where the chance of so many purchases begins to fall.
    """
    z = horizon / state.scale
    mean = state.shape * z
    spread = 9.0 * np.sqrt(mean * (1.0 + z))
    first = np.full(len(z), SINGLE_TERMS + 0.5)
    last = np.maximum((mean + spread + 40.0 * (1.0 + z)) / k + 1.0, first)
    falls, centre = (np.clip(place / k, first, last) for place in (mean - spread, mean))
    head = np.broadcast_to(np.arange(1.0, SINGLE_TERMS + EXTRA_TERMS + 1.0), (len(z), SINGLE_TERMS + EXTRA_TERMS))
    weight = np.broadcast_to(SINGLE_TERM_WEIGHTS, head.shape)
    parts = [(head, weight), *(_in_logarithms(low, high) for low, high in pairwise((first, falls, centre, last)))]
    return np.concatenate([n for n, _ in parts], axis=1), np.concatenate([own for _, own in parts], axis=1)


def _head_weights() -> FloatArray:
    """Return the weights of the numbers that are added up, corrected where the integral begins."""
    weight = np.concatenate((np.ones(SINGLE_TERMS), np.zeros(EXTRA_TERMS)))
    for order, (difference, share) in enumerate(zip(LAPLACE_DIFFERENCES, LAPLACE_COEFFICIENTS, strict=True)):
        weight[SINGLE_TERMS - 1 - order : SINGLE_TERMS + 1 + order] += share * np.array(difference)
    return weight


SINGLE_TERM_WEIGHTS = _head_weights()


def _in_logarithms(low: FloatArray, high: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return Gauss-Legendre nodes and weights in the logarithm of the number."""
    places, weights = legendre(NODES)
    length = np.log(high / low)[:, None]
    n = low[:, None] * np.exp(length * places)
    return n, length * weights * n
