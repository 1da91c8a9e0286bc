"""Integrals that need no special function: Gauss-Legendre rules, and means over a beta distribution."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from kundenmetrik.core.arrays import FloatArray, IntArray

Parts = Callable[[FloatArray, IntArray], tuple[FloatArray, FloatArray]]
"""A function of p and its negative derivative, for some of the cells."""
NUMBERS_PER_BLOCK = 2**15
"""How many numbers one temporary holds: so few that it stays in the cache."""
LOG_CUTOFF = 38.0
"""Nats below the summit where an integrand no longer counts."""
MAX_STEP = 0.2
"""The step of the trapezoid rule in log odds: its error is exp(-2 pi strip / step) with a strip of pi / 2 or more."""
STEP_IN_WIDTHS = 0.55
"""The step in widths of the weight's summit."""


@lru_cache(maxsize=16)
def legendre(nodes: int) -> tuple[FloatArray, FloatArray]:
    """Return the nodes and weights of Gauss-Legendre quadrature on 0 to 1."""
    places, weights = np.polynomial.legendre.leggauss(nodes)
    return (places + 1.0) / 2.0, weights / 2.0


def chunks(rows: int, width: int) -> list[slice]:
    """Return slices of the rows so that rows times width fill one block of memory."""
    size = max(1, NUMBERS_PER_BLOCK // max(width, 1))
    return [slice(start, start + size) for start in range(0, rows, size)]


def beta_mean(a: FloatArray, b: FloatArray, summit: FloatArray, parts: Parts) -> FloatArray:
    r"""Return the mean of a positive falling function f of p, where p is beta distributed.

    The trapezoid rule in the log odds of p, after one integration by parts, which makes all terms positive and
    both tails fall at least as fast as exp(-abs(u)), however small a and b are:

    .. math:: E f = f(1) + \frac1a E\big[(a + b)\,p\,(f(p) - f(1)) - p(1 - p) f'(p)\big].

    Parameters
    ----------
    a, b : ndarray of shape (cells,)
        The beta distribution of each cell.
    summit : ndarray of shape (cells,)
        The p below which f is level, at most 1.
    parts : callable
        ``parts(p, cells)`` returns f and -f' for p of shape (cells, nodes); p is 1 in its last column.

    Returns
    -------
    ndarray of shape (cells,)
    """
    low, high = _window(a, b, summit)
    width = 1.0 / np.sqrt((a + 1.0) * (b + 1.0) / (a + b + 2.0))
    nodes = np.ceil((high - low) / np.minimum(MAX_STEP, STEP_IN_WIDTHS * width)).astype(np.int64) + 1
    result = np.empty(len(a))
    order = np.argsort(nodes)
    most = int(nodes.max(initial=2))
    for part in chunks(len(a), most):
        rows = order[part]
        result[rows] = _trapezoid(a[rows], b[rows], low[rows], high[rows], int(nodes[rows].max()), rows, parts)
    return result


def _trapezoid(
    a: FloatArray, b: FloatArray, low: FloatArray, high: FloatArray, nodes: int, rows: IntArray, parts: Parts
) -> FloatArray:
    step = (high - low) / (nodes - 1)
    odds = low[:, None] + step[:, None] * np.arange(nodes)
    small = np.exp(-np.abs(odds))
    under = np.log1p(small)
    log_p, log_q = np.minimum(odds, 0.0) - under, np.minimum(-odds, 0.0) - under
    p = np.concatenate((np.exp(log_p), np.ones((len(a), 1))), axis=1)
    value, fall = parts(p, rows)
    end = value[:, -1]
    rest = (a + b)[:, None] * (value[:, :-1] - end[:, None]) * np.exp(-log_q) + fall[:, :-1]
    log_weight = (a + 1.0)[:, None] * log_p + (b + 1.0)[:, None] * log_q
    weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
    # The same rule gives the beta function, without the digits that its logarithm loses for large b.
    share = b / ((a + b) * (a + b + 1.0) * weight.sum(axis=1))
    return np.asarray(end + share * (weight * rest).sum(axis=1))


def _window(a: FloatArray, b: FloatArray, summit: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return log odds between which the integrand counts: the weight's own window, opened to the left for f."""
    peak = np.log((a + 1.0) / (b + 1.0))
    high = _descend(a + 1.0, b + 1.0, peak, 1.0)
    lowest = _descend(a + 1.0, b + 1.0, np.minimum(peak, np.log(summit)), -1.0)
    return lowest, high


def _descend(a: FloatArray, b: FloatArray, start: FloatArray, side: float) -> FloatArray:
    """Walk from the start until p^a q^b has fallen by LOG_CUTOFF: by doubling, then by bisection."""

    def drop(odds: FloatArray) -> FloatArray:
        return np.asarray(a * np.logaddexp(0.0, -odds) + b * np.logaddexp(0.0, odds))

    floor = drop(start) + LOG_CUTOFF
    near, reach = np.zeros_like(a), np.full_like(a, 2.0)
    while (short := drop(start + side * reach) < floor).any():
        near = np.where(short, reach, near)
        reach = np.where(short, 2.0 * reach, reach)
    for _ in range(6):
        middle = (near + reach) / 2.0
        short = drop(start + side * middle) < floor
        near, reach = np.where(short, middle, near), np.where(short, reach, middle)
    return start + side * reach
