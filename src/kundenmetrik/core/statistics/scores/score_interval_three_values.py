"""The score interval of a score with three values, such as -100, 0 and 100: two roots of one cubic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

SMALLEST_DISTANCE = 1e-150
"""Stands for a distance of zero, so that its inverse is finite; what it is multiplied with is zero then."""
SLOPE = 3.0**-0.5
CURVATURE = (1.0 - 2.0 * SLOPE) / 4.0
"""With the slope, the parabola that meets the root at both ends of its range, and nearly so between."""

Number = Any
"""A float, or an array with one float for each group: both give the same bits."""


def three_value_distances(
    shares: Sequence[Number],
    values: Sequence[float],
    mean: Number,
    c: Number,
    sqrt: Callable[[Number], Number],
    larger: Callable[[Number, Number], Number],
) -> tuple[Number, Number]:
    r"""Return how far the lower and the upper limit lie from the mean.

    With the places :math:`b_i = v_i - \bar x` a limit at the distance :math:`t\,c/(1+c)` solves
    :math:`\sum_i w_i b_i^2 / (t + b_i) = c\,t`. Multiplied out, and with :math:`x = t - e` measured from the mean of
    the three values, from which the mean score is :math:`e` away, this is a cubic without a square,

    .. math:: x^3 - \Big(\frac{s^2}{c} - g_2\Big)\,x + g_3 + \frac{g_3 - e\,(g_2 + s^2 + e^2)}{c} = 0,

    :math:`g_2` and :math:`g_3` being the sum of products of two values and the product of all, measured from their
    mean, and :math:`s^2` the variance of the answers. Its largest root leads to the lower limit, its smallest to the
    upper one; a root short of the end of the scale stands for the end.

    Parameters
    ----------
    shares : sequence of three floats or arrays
        The share of the answers that has each value.
    values : sequence of three floats, rising
        The values.
    mean, c : float or array
        The mean score, and the squared normal quantile over the number of answers.
    sqrt, larger : callable
        The square root and the larger of two, for floats or for arrays.

    Returns
    -------
    down, up : float or array
        The distances, not negative.

    References
    ----------
    .. [1] Tango, T. (1998). Statistics in Medicine 17, 891-908.
    .. [2] Yang, Z., Sun, X., Hardin, J. W. (2013). Statistics in Medicine 32, 1336-1342.
    """
    middle = ((values[0] + values[2]) + values[1]) / 3.0
    low, between, high = (value - middle for value in values)
    pairs, product = low * high + between * (low + high), low * high * between
    places = [value - mean for value in values]
    squares = [share * place * place for share, place in zip(shares, places, strict=True)]
    variance, away = (squares[0] + squares[2]) + squares[1], mean - middle
    reach = (variance / c - pairs) / 3.0
    unit = sqrt(reach)
    lean = (product + (product - away * (pairs + (variance + away * away))) / c) / (reach * unit)
    down = _root(2.0 - lean, sqrt) * unit + away
    up = _root(2.0 + lean, sqrt) * unit - away
    down = larger(_newton_step(down, squares, places, c), -places[0])
    up = larger(_newton_step(up, squares[::-1], [-place for place in places[::-1]], c), places[2])
    share = c / (1.0 + c)
    return share * down, share * up


def _root(room: Number, sqrt: Callable[[Number], Number]) -> Number:
    """Return the largest root of ``z**3 - 3 z + 2 = room``, between 1 and 2 for a room from 0 to 4.

    Above one it is y with ``y**2 (y + 3) = room``: near to a parabola in the root of the room, then Newton's steps.
    """
    room = 0.5 * (room + abs(room))  # rounding may leave it below zero
    edge = sqrt(room)
    y = edge * (SLOPE + CURVATURE * edge)
    for _ in range(2):
        y = y - (y * y * (y + 3.0) - room) / (3.0 * y * (y + 2.0) + SMALLEST_DISTANCE)
    return 1.0 + y


def _newton_step(t: Number, squares: Sequence[Number], places: Sequence[Number], c: Number) -> Number:
    """Take one more step of Newton's on the equation itself, all of whose terms are positive."""
    total, slope = -c * t, c
    for square, place in zip(squares, places, strict=True):
        near = 1.0 / (t + place + SMALLEST_DISTANCE)
        part = square * near
        total = total + part
        slope = slope + part * near
    return t + total / slope
