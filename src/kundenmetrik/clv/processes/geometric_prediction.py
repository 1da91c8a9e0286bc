"""What a customer with geometric dropout will buy: counts, survival and their means, without a pole at a = 1."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

import numpy as np
import scipy

from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray
from kundenmetrik.core.likelihood.log_rising_factorial import log_rising
from kundenmetrik.core.likelihood.quadrature import beta_mean, chunks

MAX_TERMS = 300
"""Up to here the sum over counts is cheaper than the mean over the beta distribution."""
MIN_BLOCK, MAX_BLOCK, BLOCK_CELLS = 48, 192, 2**14
"""How many counts are summed at a time: the more, the fewer customers there are."""
RELATIVE_TAIL = 1e-17


class AliveState(NamedTuple):
    """A customer who is alive: gamma distributed rate (shape, scale), beta distributed dropout (a, b)."""

    shape: FloatArray
    scale: FloatArray
    a: FloatArray
    b: FloatArray

    def take(self, rows: Any) -> AliveState:
        """Return some of the customers."""
        return AliveState(*(part[rows] for part in self))


@np.errstate(under="ignore")
def purchases(state: AliveState, horizon: FloatArray) -> FloatArray:
    r"""Return the expected purchases in a horizon, :math:`E[(1 - (1 + pz)^{-R})/p]` with z = horizon / scale."""
    z = horizon / state.scale
    value, trusted = _closed_form(state, z)
    if not trusted.all():
        by_sum = partial(_over_counts, reward=_purchases_so_far)
        value[~trusted] = _split(state.take(~trusted), z[~trusted], by_sum, _purchases_at)
    return value


@np.errstate(under="ignore")
def survival(state: AliveState, horizon: FloatArray) -> FloatArray:
    r"""Return the probability of being alive after a horizon, :math:`E[(1 + pz)^{-R}]`."""

    def by_sum(few: AliveState, z: FloatArray) -> FloatArray:
        return np.exp(-few.shape * np.log1p(z)) + _over_counts(few, z, lambda before, alive, made: alive)

    return _split(state, horizon / state.scale, by_sum, _survival_at)


@np.errstate(under="ignore")
def purchase_probability(state: AliveState, horizon: FloatArray, n: IntArray) -> FloatArray:
    """Return the probability of exactly n purchases in a horizon, for each customer and each n."""
    shape, scale, a, b = (part[:, None] for part in state)
    t = horizon[:, None]
    stay = np.exp(log_rising(b, n) - log_rising(a + b, n))
    before = np.maximum(n, 1)
    leave = np.exp(log_rising(b, before - 1) - log_rising(a + b, before)) * a
    at_least = scipy.special.betainc(before, shape, t / (scale + t))
    return np.asarray(stay * count_probability(shape, scale, t, n) + np.where(n > 0, leave * at_least, 0.0))


@np.errstate(under="ignore")
def count_probability(shape: FloatArray, scale: FloatArray, t: FloatArray, n: IntArray) -> FloatArray:
    """Return the negative binomial probability of n events in t, for a customer who cannot leave."""
    log_share = scipy.special.xlogy(n, t) - n * np.log(scale + t) - shape * np.log1p(t / scale)
    return np.asarray(np.exp(log_rising(shape, n) - scipy.special.gammaln(n + 1.0) + log_share))


def _closed_form(state: AliveState, z: FloatArray) -> tuple[FloatArray, BoolArray]:
    r"""Return :math:`\frac{c}{a - 1}[1 - (1 + z)^{-R} F(R, b; c; z / (1 + z))]` with c = a + b - 1, and where it holds.

    It holds away from its pole and from cancellation, for arguments whose hypergeometric function is exact.
    """
    shape, _, a, b = state
    c = a + b - 1.0
    usual = (shape <= 50.0) & (b <= 40.0) & (a <= 3.0) & (np.abs(a - 1.0) >= 0.02) & (c > 0.0) & (z <= 9.0)
    with np.errstate(all="ignore"):
        series = scipy.special.hyp2f1(shape, b, np.where(usual, c, 1.0), np.where(usual, z / (1.0 + z), 0.0))
        silent = np.exp(-shape * np.log1p(z)) * series
        value = c / (a - 1.0) * (1.0 - silent)
    return value, usual & (np.abs(1.0 - silent) > 0.003 * np.maximum(1.0, silent))


def _split(state: AliveState, z: FloatArray, by_sum: Any, at: Any) -> FloatArray:
    """Sum over counts where few matter, integrate over the dropout probability elsewhere."""
    few = terms(state.shape, z) <= MAX_TERMS
    if few.all():
        return np.asarray(by_sum(state, z))
    result = np.empty(len(z))
    result[few] = by_sum(state.take(few), z[few])
    result[~few] = _over_dropout(state.take(~few), z[~few], at)
    return result


def terms(shape: FloatArray, z: FloatArray) -> FloatArray:
    """Return about how many counts have a probability that matters."""
    mean = shape * z
    return np.asarray(mean + 9.0 * np.sqrt(mean * (1.0 + z)) + 40.0 * (1.0 + z))


def _purchases_so_far(before: FloatArray, alive: FloatArray, made: FloatArray) -> FloatArray:
    paid = np.empty_like(alive)
    paid[0] = made + before
    paid[1:] = alive[:-1]
    return np.cumsum(paid, axis=0, out=paid)


@np.errstate(under="ignore")
def _over_counts(state: AliveState, z: FloatArray, reward: Any) -> FloatArray:
    """Sum over m = 1, 2, ... the probability of m events times a reward, counts by customers, in blocks."""
    total = np.empty(len(z))
    block = min(max(BLOCK_CELLS // max(len(z), 1), MIN_BLOCK), MAX_BLOCK)
    for rows in chunks(len(z), block):
        (shape, _, a, b), reach = state.take(rows), z[rows]
        y, chance = reach / (1.0 + reach), np.exp(-shape * np.log1p(reach))
        alive, made, sums = np.ones_like(y), np.zeros_like(y), np.zeros_like(y)
        for first in range(0, 4 * MAX_TERMS, block):
            m = np.arange(first, first + block, dtype=np.float64)[:, None]
            chances = _running(chance, (shape + m) * (y / (m + 1.0)))
            left = _running(alive, (b + m) / (a + b + m))
            rewards = reward(alive, left, made)
            part = np.einsum("mc,mc->c", chances, rewards)
            sums += part
            chance, alive, made = chances[-1], left[-1], rewards[-1]
            if (chance * made <= RELATIVE_TAIL * sums).all() and (first + block > shape * reach).all():
                break
        total[rows] = sums
    return total


def _running(start: FloatArray, factors: FloatArray) -> FloatArray:
    """Return the running products of a start and factors, down the rows."""
    factors[0] *= start
    with np.errstate(under="ignore"):
        return np.cumprod(factors, axis=0, out=factors)


@np.errstate(under="ignore")
def _over_dropout(state: AliveState, z: FloatArray, at: Any) -> FloatArray:
    """Integrate over p; the functions are level where p is small against 1 / (R z)."""

    def parts(p: FloatArray, rows: IntArray) -> tuple[FloatArray, FloatArray]:
        shape, reach = state.shape[rows, None], z[rows, None]
        slow = np.log1p(p * reach)
        own: tuple[FloatArray, FloatArray] = at(p, shape, reach, slow, shape * reach * np.exp(-(shape + 1.0) * slow))
        return own

    return beta_mean(state.a, state.b, np.minimum(1.0, 1.0 / ((state.shape + 1.0) * z)), parts)


def _purchases_at(
    p: FloatArray, shape: FloatArray, reach: FloatArray, slow: FloatArray, rate: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return (1 - (1 + pz)^-R) / p and how fast it falls with p."""
    gone = -np.expm1(-shape * slow)
    return gone / p, _fall(gone, p, rate, shape, reach) / p**2


def _fall(gone: FloatArray, p: FloatArray, rate: FloatArray, shape: FloatArray, reach: FloatArray) -> FloatArray:
    """Return 1 - (1 + pz)^-R - R pz (1 + pz)^-(R+1), by its series where the two parts cancel."""
    step = p * reach
    series = shape * (shape + 1.0) * step**2 * (0.5 - (shape + 2.0) * step / 3.0)
    return np.where((shape + 1.0) * step < 1e-5, series, gone - p * rate)


def _survival_at(
    p: FloatArray, shape: FloatArray, reach: FloatArray, slow: FloatArray, rate: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Return (1 + pz)^-R and how fast it falls with p."""
    return np.exp(-shape * slow), rate
