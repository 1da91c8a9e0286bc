"""Roots of rising functions, and the smallest whole numbers at which conditions hold, many at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray

MAX_STEPS = 200
"""Halving alone takes about a hundred steps; Newton's and the secant's are usually fewer than ten."""
NEWTON_STEP, SECANT_STEP, HALVING_STEP = 1e-9, 1e-11, 4e-16
"""Relative steps after which only rounding is left: Newton's error is the square of its step, the secant's the product
of its last two, that of halving the step itself."""


def monotone_root(
    curve: Callable[[FloatArray], FloatArray | tuple[FloatArray, FloatArray]],
    low: FloatArray,
    high: FloatArray,
    start: FloatArray | None = None,
) -> FloatArray:
    """Return where each rising function crosses zero between ``low`` and ``high``.

    The steps are Newton's where ``curve`` returns slopes, else the secant's; a step out of the bracket, or more than
    half way back to the point before, is replaced by halving the bracket.

    Parameters
    ----------
    curve : callable
        Takes one point for each function; returns the values there, or the values and the slopes. Change the sign
        of a falling function.
    low, high : array
        The bracket of each root. A function that does not cross zero between them has the end nearest to it.
    start : array, optional
        Where to begin; in the middle when not given.

    Returns
    -------
    array
        NaN where a value is NaN. The bits of one root do not depend on the other functions.
    """
    low, high = np.array(low, dtype=np.float64), np.array(high, dtype=np.float64)
    point = 0.5 * (low + high) if start is None else start
    before, settled, secant = point, np.zeros(point.shape, dtype=np.bool_), _Secant(point)
    for _ in range(MAX_STEPS):
        found = curve(point)
        newton = isinstance(found, tuple)
        value, slope = found if isinstance(found, tuple) else (found, secant.slope(point, found))
        low, high = np.where(value < 0.0, point, low), np.where(value > 0.0, point, high)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = point - value / slope
        back = (step - point) * (point - before) < -0.5 * (point - before) ** 2
        inside = (step >= low) & (step <= high) & ~back
        new = np.where(inside, step, 0.5 * (low + high))
        new = np.where(value == 0.0, point, np.where(np.isnan(value), np.nan, new))
        moved = abs(new - point) > np.where(inside, NEWTON_STEP if newton else SECANT_STEP, HALVING_STEP) * abs(new)
        # A point that has settled stays, so that its bits do not depend on how long the others take.
        before, point = point, np.where(settled, point, new)
        settled |= ~moved
        if settled.all():
            break
    return point


class _Secant:
    """The slopes between each point and the one before, NaN where a step by them is too long (Brent's rule)."""

    __slots__ = ("_before", "_moves", "_value")

    def __init__(self, point: FloatArray) -> None:
        self._before = self._value = np.full(point.shape, np.nan)
        self._moves = (np.full(point.shape, np.inf), np.full(point.shape, np.inf))

    def slope(self, point: FloatArray, value: FloatArray) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            move = point - self._before
            slope = (value - self._value) / move
            short = abs(value / slope) < 0.5 * self._moves[0]
        self._before, self._value, self._moves = (
            point,
            value,
            (self._moves[1], np.where(np.isnan(move), np.inf, abs(move))),
        )
        return np.where(short, slope, np.nan)


def smallest_integer(holds: Callable[[IntArray, IntArray], BoolArray], many: int) -> IntArray:
    """Return for each row the smallest n >= 0 from which a condition holds: by doubling, then by bisection.

    ``holds(rows, n)`` is asked for some rows, with one number for each. The questions asked do not depend on how
    demanding the condition is, so that of two conditions the more demanding one never has the smaller answer.
    """
    low, high = np.full(many, -1), np.zeros(many, dtype=np.int64)
    rows = np.arange(many)
    while len(rows := rows[~holds(rows, high[rows])]):
        low[rows] = high[rows]
        high[rows] = 2 * high[rows] + 1
    while len(rows := np.flatnonzero(high - low > 1)):
        middle = (low[rows] + high[rows]) // 2
        held = holds(rows, middle)
        high[rows], low[rows] = np.where(held, middle, high[rows]), np.where(held, low[rows], middle)
    return high
