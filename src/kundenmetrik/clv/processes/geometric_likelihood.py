"""The likelihood of purchases with geometric dropout: BG/NBD, MBG/NBD and their regular forms, one formula for all."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from kundenmetrik.clv.processes.likelihood_terms import LikelihoodTerms, Row
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.log_rising_factorial import all_rising_derivatives, rising_derivatives


class Branch(NamedTuple):
    """The log of one way to explain a history, with its derivatives by r and alpha; ``phases`` is there for k > 1."""

    value: FloatArray
    by_r: FloatArray
    by_alpha: FloatArray
    by_rr: Row
    by_r_alpha: FloatArray
    by_alpha_alpha: FloatArray
    phases: Row = 0.0


def geometric_terms(params: tuple[Any, ...], cells: Any, *, offset: int, k: int = 1) -> LikelihoodTerms:
    r"""Return the log-likelihood of each cell.

    With :math:`R = r + kx` and :math:`d = x + \text{offset}` chances to drop out that were survived,

    .. math:: \frac{\Gamma(R)\,\alpha^r}{\Gamma(r)}\,\frac{B(a, b + d)}{B(a, b)}
              \Big[\text{alive} + 1\{d > 0\}\,\frac{a}{b + d - 1}(\alpha + t_x)^{-R}\Big].
    """
    r, alpha, a, b = params
    x = cells.frequency
    events, chances = (x if k == 1 else k * x), (x + 1 if offset else x)
    total = r + events
    if events is chances:
        bought, stayed, offered = all_rising_derivatives((r, b, a + b), events)
    else:
        bought, (stayed, offered) = rising_derivatives(r, events), all_rising_derivatives((b, a + b), chances)
    alive, dead = alive_branch(alpha, total, cells, k), _plain(alpha, total, cells.recency)
    left = np.where(chances > 0, b + chances - 1.0, np.inf)
    odds = np.log(a) - np.log(left) + dead.value - alive.value
    small = np.exp(-np.abs(odds))
    either = np.maximum(odds, 0.0) + np.log1p(small)
    gone = np.where(odds > 0.0, 1.0, small) / (1.0 + small)
    # alpha^r is taken into the branch alive, so that a short history of a slow customer keeps its digits.
    waited = events * alive.by_r if k == 1 else alive.phases - events * np.log(alpha + cells.age)
    slow = waited - r * np.log1p(cells.age / alpha)
    value = bought[0] + slow + stayed[0] - offered[0] + either
    if offset:
        value = np.where(x > 0, value, np.log1p(b / (a + b) * np.expm1(np.where(x > 0, 0.0, slow))))
    by_a, by_b = 1.0 / a, -1.0 / left
    pull = (dead.by_r - alive.by_r, dead.by_alpha - alive.by_alpha, by_a, by_b)
    drawn = [gone * part for part in pull]
    gradient = [
        bought[1] + np.log(alpha) + alive.by_r + drawn[0],
        r / alpha + alive.by_alpha + drawn[1],
        drawn[2] - offered[1],
        stayed[1] - offered[1] + drawn[3],
    ]
    spread = [(1.0 - gone) * part for part in drawn]
    hessian = {(i, j): spread[i] * pull[j] for i in range(4) for j in range(i, 4)}
    hessian[0, 0] += bought[2] if k == 1 else bought[2] + alive.by_rr * (1.0 - gone)
    hessian[0, 1] += 1.0 / alpha + alive.by_r_alpha + gone * (dead.by_r_alpha - alive.by_r_alpha)
    hessian[1, 1] += -r / alpha**2 + alive.by_alpha_alpha + gone * (dead.by_alpha_alpha - alive.by_alpha_alpha)
    hessian[2, 2] -= offered[2] + drawn[2] * by_a
    hessian[2, 3] -= offered[2]
    hessian[3, 3] += stayed[2] - offered[2] + drawn[3] * by_b
    return LikelihoodTerms(value if k == 1 else value - x * math.lgamma(k), gradient, hessian)


def log_odds_of_death(params: tuple[Any, ...], cells: Any, *, offset: int, k: int = 1) -> FloatArray:
    """Return the log of the odds that a customer has dropped out by the end of observation."""
    r, alpha, a, b = params
    chances, total = cells.frequency + offset, r + k * cells.frequency
    left = np.where(chances > 0, b + chances - 1.0, np.inf)
    silence = np.log1p((cells.age - cells.recency) / (alpha + cells.recency))
    odds = np.log(a) - np.log(left) + total * silence
    return np.asarray(odds if k == 1 else odds - np.log(phase_weights(alpha, total, cells, k).sum(axis=0)))


def phase_weights(alpha: Any, total: FloatArray, cells: Any, k: int) -> FloatArray:
    """Return the weight of each hidden phase j < k of a customer who is alive, relative to the first."""
    share = (cells.age - cells.recency) / (alpha + cells.age)
    weights = np.ones((k, len(total)))
    for j in range(1, k):
        weights[j] = weights[j - 1] * (total + j - 1) / j * share
    return weights


def alive_branch(alpha: Any, total: FloatArray, cells: Any, k: int) -> Branch:
    """Return the branch of a customer who is still alive; with k > 1 it sums over the hidden phases."""
    first = _plain(alpha, total, cells.age)
    if k == 1:
        return first
    weights = phase_weights(alpha, total, cells, k)
    share = weights / weights.sum(axis=0)
    j = np.arange(k)[:, None]
    by_r = np.zeros_like(share)
    by_rr = np.zeros_like(share)
    for phase in range(1, k):
        by_r[phase] = by_r[phase - 1] + 1.0 / (total + phase - 1)
        by_rr[phase] = by_rr[phase - 1] - 1.0 / (total + phase - 1) ** 2
    reach = 1.0 / (alpha + cells.age)
    by_alpha = -j * reach
    mean_r, mean_alpha = (share * by_r).sum(axis=0), (share * by_alpha).sum(axis=0)
    return Branch(
        first.value + np.log(weights.sum(axis=0)),
        first.by_r + mean_r,
        first.by_alpha + mean_alpha,
        (share * (by_rr + by_r**2)).sum(axis=0) - mean_r**2,
        first.by_r_alpha + (share * by_r * by_alpha).sum(axis=0) - mean_r * mean_alpha,
        first.by_alpha_alpha + (share * (j * reach**2 + by_alpha**2)).sum(axis=0) - mean_alpha**2,
        np.log(weights.sum(axis=0)),
    )


def _plain(alpha: Any, total: FloatArray, time: FloatArray) -> Branch:
    """Return -R log(alpha + time) with its derivatives."""
    reach = alpha + time
    slow, inverse = np.log(reach), 1.0 / reach
    return Branch(-total * slow, -slow, -total * inverse, 0.0, -inverse, total * inverse * inverse)
