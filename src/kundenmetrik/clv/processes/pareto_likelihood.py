"""The likelihood of the Pareto/NBD model by quadrature over the time of dropout: no hypergeometric function."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kundenmetrik.clv.processes.likelihood_terms import LikelihoodTerms
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.log_rising_factorial import rising_derivatives
from kundenmetrik.core.likelihood.quadrature import chunks, legendre

DEEP = 40.0
"""Nats below its start where the integrand no longer counts."""
WIDE = 6.0
"""A range longer than this, in logarithms of time, holds two bends of the integrand and gets as many more nodes."""
MOST_PANELS = 6
TINY = 1e-300


def pareto_terms(params: tuple[Any, ...], cells: Any, nodes: int) -> LikelihoodTerms:
    r"""Return the log-likelihood of each cell.

    .. math:: L = \frac{\Gamma(r + x)\,\alpha^r \beta^s}{\Gamma(r)} \Big[\frac{1}{(\alpha + T)^{r + x}(\beta + T)^s}
              + s \int_{t_x}^T \frac{du}{(\alpha + u)^{r + x}(\beta + u)^{s + 1}}\Big].

    It is a mixture of one branch alive and of one for each node of the integral, so gradient and Hessian come from
    the same nodes.
    """
    r, alpha, s, beta = params
    bought = rising_derivatives(r, cells.frequency)
    parts = [_mixture(_of_rows(params, rows), _Rows(cells, rows), nodes) for rows in chunks(len(cells.age), nodes)]
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


def death_odds(params: tuple[Any, ...], past: Any, nodes: int) -> FloatArray:
    """Return the log of the odds of being dead at the end of observation."""
    result = np.empty(len(past.age))
    for rows in chunks(len(result), nodes):
        deaths = _nodes(_of_rows(params, rows), _Rows(past, rows), nodes)
        top = deaths.logs.max(axis=0)
        with np.errstate(divide="ignore"):
            result[rows] = np.log((np.exp(deaths.logs - top) * deaths.weights).sum(axis=0)) + top
    return result


class _Rows:
    """Frequency, recency and age of some cells."""

    __slots__ = ("age", "frequency", "recency")

    def __init__(self, cells: Any, rows: slice) -> None:
        self.frequency, self.recency, self.age = cells.frequency[rows], cells.recency[rows], cells.age[rows]


class _Deaths(NamedTuple):
    """The branches of dropout, nodes by cells: log density relative to the branch alive, and what derivatives need."""

    logs: FloatArray
    weights: FloatArray
    log_alpha: FloatArray
    log_beta: FloatArray
    by_alpha: FloatArray
    by_beta: FloatArray


def _of_rows(params: tuple[Any, ...], rows: slice) -> tuple[Any, ...]:
    """Return the parameters of some cells."""
    return tuple(part[rows] if np.ndim(part) else part for part in params)


def _nodes(params: tuple[Any, ...], cells: Any, nodes: int) -> _Deaths:
    """Return the branch of dropout at each node, relative to the branch alive.

    The variable is v = log((m + u) / (m + t_x)) with the smaller m of alpha and beta, in which the integrand is
    smooth; the range ends where the integrand has fallen by DEEP at the least.
    """
    r, alpha, s, beta = params
    total = r + cells.frequency
    to_alpha, to_beta = alpha + cells.recency, beta + cells.recency
    near = np.minimum(to_alpha, to_beta)
    length = np.log1p((cells.age - cells.recency) / near)
    fall = total * near / to_alpha + (s + 1.0) * near / to_beta - 1.0
    reach = np.where(fall * length > DEEP, DEEP / np.maximum(fall, TINY), length)
    panels = int(np.ceil(reach.max(initial=1.0) / WIDE))
    places, own = legendre(nodes * min(max(panels, 1), MOST_PANELS))
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


def _mixture(params: tuple[Any, ...], cells: Any, nodes: int) -> list[FloatArray]:
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
