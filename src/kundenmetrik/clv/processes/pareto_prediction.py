"""What a customer who may leave at any moment will buy: closed forms, and one integral for the counts."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import scipy

from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.likelihood.log_rising_factorial import log_rising
from kundenmetrik.core.likelihood.quadrature import chunks, legendre

NODES = 64
DEEP = 38.0


class AliveState(NamedTuple):
    """A customer who is alive: gamma distributed purchase rate (shape, scale) and dropout rate (s, beta)."""

    shape: FloatArray
    scale: FloatArray
    s: FloatArray
    beta: FloatArray


def purchases(state: AliveState, horizon: FloatArray) -> FloatArray:
    r"""Return :math:`\frac{R}{A}\,\frac{B}{s - 1}\big[1 - (1 + t/B)^{1 - s}\big]`, also at s = 1."""
    shape, scale, s, beta = state
    length = np.log1p(horizon / beta)
    return np.asarray(shape / scale * beta * length * scipy.special.exprel((1.0 - s) * length))


def endless(state: AliveState) -> FloatArray:
    """Return the purchases expected for ever, infinite where s is at most 1."""
    shape, scale, s, beta = state
    return np.where(s > 1.0, shape / scale * beta / np.where(s > 1.0, s - 1.0, 1.0), np.inf)


def survival(state: AliveState, horizon: FloatArray) -> FloatArray:
    """Return the probability of being alive after a horizon."""
    return np.asarray(np.exp(-state.s * np.log1p(horizon / state.beta)))


def purchase_probability(state: AliveState, horizon: FloatArray, n: IntArray) -> FloatArray:
    r"""Return the probability of exactly n purchases in a horizon, customers by counts.

    Those who live through the horizon, plus :math:`\int_0^t P(n \text{ in } u)\, s B^s (B + u)^{-s - 1} du`.
    """
    result = np.empty((len(horizon), len(n)))
    for rows in chunks(len(horizon), NODES * len(n)):
        few = AliveState(*(part[rows, None, None] for part in state))
        result[rows] = _probability(few, horizon[rows, None, None], n[:, None])
    return result


def at_least(state: AliveState, horizon: FloatArray, n: IntArray) -> FloatArray:
    r"""Return the probability of n >= 1 purchases or more in a horizon, customers by counts.

    The n-th one comes while the customer lives: :math:`\int_0^t f_n(u)\, B^s (B + u)^{-s} du` with the density f of
    its time, which is the count of n - 1 by u with one more in the shape.
    """
    result = np.empty((len(horizon), n.shape[1]))
    for rows in chunks(len(horizon), NODES * n.shape[1]):
        shape, scale, s, beta = (part[rows, None, None] for part in state)
        own = n[rows, :, None]
        level = log_rising(shape, own) - scipy.special.gammaln(own) - np.log(scale)
        result[rows] = _area(AliveState(shape + 1.0, scale, s - 1.0, beta), horizon[rows, None, None], own - 1, level)
    return np.minimum(result, 1.0)


def _probability(state: AliveState, t: FloatArray, n: IntArray) -> FloatArray:
    shape, _, s, beta = state
    level = log_rising(shape, n) - scipy.special.gammaln(n + 1.0)
    stays = np.exp(level + _count(state, t, n) - s * np.log1p(t / beta))[..., 0]
    return np.asarray(stays + _area(state, t, n, level + np.log(s / beta)))


def _area(state: AliveState, t: FloatArray, n: IntArray, level: FloatArray) -> FloatArray:
    """Integrate the count of n by u times (1 + u / beta) to the power -(s + 1), from 0 to t."""
    near = np.minimum(state.scale, state.beta)
    low, high = _window(state, near, t, n)
    places, weights = legendre(NODES)
    stretch = low + (high - low) * places
    time = near * np.expm1(stretch)
    inside = level + _count(state, time, n) - (state.s + 1.0) * np.log1p(time / state.beta)
    return np.asarray((np.exp(inside) * (near + time) * weights * (high - low)).sum(axis=-1))


def _count(state: AliveState, t: FloatArray, n: IntArray) -> FloatArray:
    """Return the log probability of n events in t, but for its constant."""
    return np.asarray(scipy.special.xlogy(n, t / (state.scale + t)) - state.shape * np.log1p(t / state.scale))


def _window(state: AliveState, near: FloatArray, t: FloatArray, n: IntArray) -> tuple[FloatArray, FloatArray]:
    """Return between which v = log(1 + u / near) the integrand counts, by bisection around its summit."""
    end = np.log1p(t / near) + np.zeros(np.broadcast_shapes(np.shape(near), np.shape(n)))

    def height(v: FloatArray) -> FloatArray:
        u = near * np.expm1(v)
        return np.asarray(_count(state, u, n) - (state.s + 1.0) * np.log1p(u / state.beta) + v)

    def climbs(v: FloatArray) -> Any:
        u = near * np.expm1(v)
        with np.errstate(divide="ignore", invalid="ignore"):
            gain = np.where(n > 0, n * state.scale / (u * (state.scale + u)), 0.0)
        loss = state.shape / (state.scale + u) + (state.s + 1.0) / (state.beta + u)
        return (gain - loss) * (near + u) + 1.0 > 0.0

    top = _bisect(climbs, np.zeros_like(end), end)
    floor = height(top) - DEEP
    low = _bisect(lambda v: height(v) < floor, np.zeros_like(end), top)
    high = _bisect(lambda v: height(v) > floor, top, end)
    return low, high


def _bisect(below: Any, low: FloatArray, high: FloatArray) -> FloatArray:
    """Return where a condition that holds at first ceases to; the upper end where it always holds."""
    start, end = low, high
    for _ in range(40):
        middle = (low + high) / 2.0
        holds = below(middle)
        low, high = np.where(holds, middle, low), np.where(holds, high, middle)
    return np.where(low >= end - 1e-9 * (end - start), end, np.where(high <= start + 1e-9 * (end - start), start, high))
