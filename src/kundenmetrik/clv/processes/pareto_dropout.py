"""Pareto dropout, at any moment: the likelihood by quadrature over its time, closed forms of what will be bought."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import scipy

from kundenmetrik.clv.data.histories import Histories, Params
from kundenmetrik.clv.processes.likelihood_terms import LikelihoodTerms
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.likelihood.log_rising_factorial import log_rising, rising_derivatives
from kundenmetrik.core.likelihood.quadrature import chunks, legendre

LIKELIHOOD_CUTOFF = 40.0
"""Nats below its start where the integrand no longer counts."""
PANEL_WIDTH = 6.0
"""A range longer than this, in logarithms of time, holds two bends of the integrand and gets as many more nodes."""
MAX_PANELS = 6
SMALLEST_POSITIVE = 1e-300


def pareto_terms(params: Params, cells: Any, nodes: int) -> LikelihoodTerms:
    r"""Return the log-likelihood of each cell.

    .. math:: L = \frac{\Gamma(r + x)\,\alpha^r \beta^s}{\Gamma(r)} \Big[\frac{1}{(\alpha + T)^{r + x}(\beta + T)^s}
              + s \int_{t_x}^T \frac{du}{(\alpha + u)^{r + x}(\beta + u)^{s + 1}}\Big].

    It is a mixture of one branch alive and of one for each node of the integral, so gradient and Hessian come from
    the same nodes.
    """
    r, alpha, s, beta = params
    bought = rising_derivatives(r, cells.frequency)
    parts = [_mixture(*_of_rows(params, cells, rows), nodes) for rows in chunks(len(cells.age), nodes)]
    mixed = parts[0] if len(parts) == 1 else [np.concatenate(columns) for columns in zip(*parts, strict=True)]
    value, slopes, bends = mixed[0], mixed[1:5], mixed[5:]
    hessian: dict[tuple[int, int], Any] = dict(zip([(i, j) for i in range(4) for j in range(i, 4)], bends, strict=True))
    hessian[0, 0] = hessian[0, 0] + bought[2]
    hessian[0, 1] = hessian[0, 1] + 1.0 / alpha
    hessian[1, 1] = hessian[1, 1] - r / alpha**2
    hessian[2, 3] = hessian[2, 3] + 1.0 / beta
    hessian[3, 3] = hessian[3, 3] - s / beta**2
    slow = (
        r * np.log1p(cells.age / alpha) + cells.frequency * np.log(alpha + cells.age) + s * np.log1p(cells.age / beta)
    )
    gradient = [
        slopes[0] + bought[1] + np.log(alpha),
        slopes[1] + r / alpha,
        slopes[2] + np.log(beta),
        slopes[3] + s / beta,
    ]
    return LikelihoodTerms(value + bought[0] - slow, gradient, hessian)


def death_odds(params: Params, past: Any, nodes: int) -> FloatArray:
    """Return the log of the odds of being dead at the end of observation."""
    result = np.empty(len(past.age))
    for rows in chunks(len(result), nodes):
        deaths = _nodes(*_of_rows(params, past, rows), nodes)
        top = deaths.logs.max(axis=0)
        with np.errstate(divide="ignore"):
            result[rows] = np.log((np.exp(deaths.logs - top) * deaths.weights).sum(axis=0)) + top
    return result


class _Deaths(NamedTuple):
    """The branches of dropout, nodes by cells: log density relative to the branch alive, and what derivatives need."""

    logs: FloatArray
    weights: FloatArray
    log_alpha: FloatArray
    log_beta: FloatArray
    by_alpha: FloatArray
    by_beta: FloatArray


def _of_rows(params: Params, cells: Any, rows: slice) -> tuple[Params, Histories]:
    """Return the parameters and histories of some cells."""
    own = tuple(part[rows] if np.ndim(part) else part for part in params)
    return own, Histories(cells.frequency[rows], cells.recency[rows], cells.age[rows])


def _nodes(params: Params, cells: Histories, nodes: int) -> _Deaths:
    """Return the branch of dropout at each node, relative to the branch alive.

    The variable is v = log((m + u) / (m + t_x)) with the smaller m of alpha and beta, in which the integrand is
    smooth; the range ends where the integrand has fallen by LIKELIHOOD_CUTOFF at the least.
    """
    r, alpha, s, beta = params
    total = r + cells.frequency
    to_alpha, to_beta = alpha + cells.recency, beta + cells.recency
    near = np.minimum(to_alpha, to_beta)
    length = np.log1p((cells.age - cells.recency) / near)
    fall = total * near / to_alpha + (s + 1.0) * near / to_beta - 1.0
    reach = np.where(fall * length > LIKELIHOOD_CUTOFF, LIKELIHOOD_CUTOFF / np.maximum(fall, SMALLEST_POSITIVE), length)
    panels = int(np.ceil(reach.max(initial=1.0) / PANEL_WIDTH))
    places, own = legendre(nodes * min(max(panels, 1), MAX_PANELS))
    stretch = places[:, None] * reach
    since = np.expm1(stretch)
    since *= near
    by_alpha, by_beta = to_alpha + since, to_beta + since
    log_near = stretch
    log_near += np.log(near)
    # One of the two logarithms is known, the other is not.
    log_alpha = log_near if np.ndim(alpha) == 0 and alpha <= beta else np.log(by_alpha)
    log_beta = log_near if np.ndim(alpha) == 0 and beta <= alpha else np.log(by_beta)
    alive = total * np.log(alpha + cells.age) + s * np.log(beta + cells.age)
    logs = alive + log_near - total * log_alpha
    logs -= (s + 1.0) * log_beta
    return _Deaths(logs, own[:, None] * (reach * s), log_alpha, log_beta, by_alpha, by_beta)


def _mixture(params: Params, cells: Histories, nodes: int) -> list[FloatArray]:
    """Return the log of the bracket, relative to the branch alive, with its derivatives by the parameters."""
    r, alpha, s, beta = params
    total, age = r + cells.frequency, cells.age
    deaths = _nodes(params, cells, nodes)
    top = np.maximum(deaths.logs.max(axis=0), 0.0)
    chance = np.exp(deaths.logs - top)
    chance *= deaths.weights
    lives = np.exp(-top)
    height = chance.sum(axis=0) + lives
    lives /= height
    chance /= height
    dead = 1.0 - lives
    parts = (deaths.log_alpha, 1.0 / deaths.by_alpha, deaths.log_beta, 1.0 / deaths.by_beta)
    scale = (-1.0, -total, -1.0, -(s + 1.0))
    weighted = [chance * part for part in parts]
    sums = [part.sum(axis=0) for part in weighted]
    left, gone = alpha + age, beta + age
    alive = (-np.log(left), -total / left, -np.log(gone), -s / gone)
    mean = [scale[i] * sums[i] + lives * alive[i] for i in range(4)]
    mean[2] = mean[2] + dead / s
    squares = {(i, j): np.einsum("qc,qc->c", weighted[i], parts[j]) for i in range(4) for j in range(i, 4)}
    bends = [
        scale[i] * scale[j] * square + lives * alive[i] * alive[j] - mean[i] * mean[j]
        for (i, j), square in squares.items()
    ]
    # The factor s of the branches of death: its slope 1/s joins those of log(beta + u) and of the others.
    for place, i, times in ((2, 0, 1.0), (5, 1, 1.0), (7, 2, 2.0), (8, 3, 1.0)):
        bends[place] += times * scale[i] * sums[i] / s
    bends[1] -= sums[1] + lives / left
    bends[4] += total * (squares[1, 1] + lives / left**2)
    bends[8] -= sums[3] + lives / gone
    bends[9] += (s + 1.0) * squares[3, 3] + s * lives / gone**2
    return [np.log(height) + top, *mean, *bends]


NODES = 64
COUNT_CUTOFF = 38.0
"""Nats below its maximum where the integrand of a count no longer counts."""


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
        few, t, own = AliveState(*(part[rows, None, None] for part in state)), horizon[rows, None, None], n[:, None]
        level = log_rising(few.shape, own) - scipy.special.gammaln(own + 1.0)
        stays = np.exp(level + _count(few, t, own) - few.s * np.log1p(t / few.beta))[..., 0]
        result[rows] = stays + _area(few, t, own, level + np.log(few.s / few.beta))
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
    floor = height(top) - COUNT_CUTOFF
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
