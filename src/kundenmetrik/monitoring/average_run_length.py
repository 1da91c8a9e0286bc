"""How long a chart of Poisson counts runs until it signals, on average, by Markov chain."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import scipy

from kundenmetrik.core.arrays import FloatArray

CUSUM_STATES = 3_000
"""How finely the CUSUM is cut; where its steps fall on the cuts, the run length is exact."""
EWMA_CELLS = 200
"""How many cells the band of the EWMA is cut into."""
INFINITE_RUN = 1e12
"""A run length beyond this is no longer told from for ever."""


def cusum_run_length(mean: float, reference: float, threshold: float, *, upward: bool = True) -> float:
    """Return the average number of periods until a Poisson CUSUM that starts at 0 reaches its threshold.

    The statistic is ``max(0, C + x - reference)``, or with ``reference - x`` downwards. Its values are
    rounded to a lattice on which whole counts fall exactly and the reference nearly (Brook and Evans, 1972).
    """
    return _cusum_on(_lattice(reference, threshold), mean, reference, threshold, upward)


def cusum_threshold(mean: float, reference: float, wanted: float, *, upward: bool = True) -> float:
    """Return the smallest threshold with at least the wanted run length.

    It lies between two points of the lattice, so that no value of the statistic falls on it.
    """
    high = math.sqrt(mean)
    while cusum_run_length(mean, reference, high, upward=upward) < wanted:
        high *= 1.5
    step = _lattice(reference, high)
    low, most = 0, math.ceil(high / step)
    while most - low > 1:
        middle = (low + most) // 2
        reached = _cusum_on(step, mean, reference, (middle - 0.5) * step, upward) >= wanted
        low, most = (low, middle) if reached else (middle, most)
    return (most - 0.5) * step


def _cusum_on(step: float, mean: float, reference: float, threshold: float, upward: bool) -> float:
    """Solve for the run length; a step's chance depends on its length only, but for the stop at 0."""
    states = max(math.ceil(threshold / step - 1e-9), 1)
    cuts = np.asarray((np.arange(-states, states) + 0.5) * step, dtype=np.float64)
    down = np.ceil(reference - cuts - 1e-9) - 1
    up_to = _up_to(reference + cuts, mean) if upward else 1 - _up_to(down, mean)
    chance = np.diff(up_to)
    row, column = -chance[states - 1 :], -chance[states - 1 :: -1]
    row[0] += 1
    column[0] += 1
    to_zero = up_to[:states][::-1]
    solved = scipy.linalg.solve_toeplitz((column, row), np.column_stack([np.ones(states), to_zero]))
    plain, back = solved[0]
    steps = plain / (1 - back) if back < 1 else math.inf
    return float(steps) if 1 - 1e-9 <= steps < INFINITE_RUN else math.inf


def ewma_run_length(mean: float, target: float, smoothing: float, low: float, high: float) -> float:
    """Return the average number of periods until an EWMA of Poisson counts that starts at ``target`` leaves its limits.

    The band between the limits, in which the target lies, is cut into cells; each cell stands for its middle.
    """
    edges = np.linspace(low, high, EWMA_CELLS + 1)
    middles = (edges[:-1] + edges[1:]) / 2
    needed = (edges[None, :] - (1 - smoothing) * middles[:, None]) / smoothing
    up_to = _up_to(needed, mean)
    up_to[:, 0] = _up_to(np.ceil(needed[:, 0]) - 1, mean)
    steps = _steps_to_leave(np.diff(up_to, axis=1))
    first = (edges - (1 - smoothing) * target) / smoothing
    start = _up_to(first, mean)
    start[0] = _up_to(np.ceil(first[:1]) - 1, mean)[0]
    reached = np.diff(start)
    return 1 + float((reached[reached > 0] * steps[reached > 0]).sum())


def threshold_for(run_length: Callable[[float], float], wanted: float, low: float, high: float) -> float:
    """Return the smallest threshold with at least the wanted run length, by bisection."""
    while run_length(high) < wanted:
        low, high = high, 2 * high
    while high - low > 1e-3 * high:
        middle = (low + high) / 2
        low, high = (low, middle) if run_length(middle) >= wanted else (middle, high)
    return high


def _up_to(count: FloatArray, mean: float) -> FloatArray:
    """Return P(X <= count), 0 below 0."""
    floored = np.floor(count + 1e-9)
    return np.where(floored < 0, 0.0, scipy.special.pdtr(np.maximum(floored, 0), mean))


def _steps_to_leave(chance: FloatArray) -> FloatArray:
    """Return the expected steps until the chain leaves, from each state; infinite where it never does."""
    size = len(chance)
    steps = np.linalg.solve(np.eye(size) - chance, np.ones(size))
    return np.where((steps >= 1) & (steps < INFINITE_RUN), steps, math.inf)


def _lattice(reference: float, threshold: float) -> float:
    """Return a step that divides 1 and nearly divides the reference, about ``CUSUM_STATES`` to the threshold."""
    most = int(CUSUM_STATES // max(threshold, 1e-2))
    if most < 2:
        return max(threshold / CUSUM_STATES, 1.0)
    candidates = np.arange(1, most + 1)
    off = np.abs(candidates * reference - np.round(candidates * reference)) / candidates
    best = candidates[off <= off.min() * (1 + 1e-6) + 1e-12]
    return 1.0 / float(best[-1])
