"""The score interval of a mean score on a known scale, all groups at once."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from operator import add, or_
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import CountArray, FloatArray, Limits
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.scores.score_interval_three_values import three_value_distances
from kundenmetrik.core.statistics.scores.score_moments import Support, as_counts, mean_of, support_of, total_of

SCALAR_GROUPS = 16
"""Up to so many groups plain floats are faster than arrays; both give the same bits."""
GROUPS_PER_BLOCK = 8192
"""So many groups are worked on at a time, which keeps them in the processor's cache."""
BELOW_ONE = 1.0 - 2.0**-53
SMALLEST_SPREAD = 1e-300
"""Stands for a spread of zero, so that its inverse is finite."""
STEP_TOLERANCE = 1e-9
"""A step as small as this, relative, is the last: each one squares the error of the one before."""


def score_interval(counts: CountArray, values: Iterable[float], confidence: float) -> Limits:
    r"""Return the score interval of each group's mean score.

    The limits are the means that a score test would just not reject: with :math:`c = z^2/n` and the
    multinomial whose shares fit the counts best among those of mean :math:`\theta`, its variance
    :math:`V(\theta)` satisfies :math:`(\bar x - \theta)^2 = c\,V(\theta)` at both limits.

    On two values this is Wilson's interval, on three equally spaced ones Tango's. The limits lie
    within the scale and contain the mean exactly, for every table of counts.

    Parameters
    ----------
    counts : array of shape (groups, cells)
        How many answers fell into each cell; floats are effective counts under weights.
    values : sequence of float
        The value of each cell. Cells may share a value, and a value nobody chose still belongs to the scale.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    low, high : arrays of shape (groups,)
        In the unit of the values, NaN where nobody answered.

    Notes
    -----
    With Lagrange multiplier :math:`\lambda` the fitted shares are
    :math:`\tilde p_i = w_i / (1 + \lambda (v_i - \theta))`, which makes
    :math:`\bar x - \theta = \lambda V`, so the limit is :math:`\theta = \bar x - c/\lambda` and one
    equation is left. Measured from the end of the scale, with :math:`\lambda = u(1+c)/(\bar x - v_1)` and
    :math:`a_i = (v_i - \bar x)/(\bar x - v_1)`, it reads

    .. math:: u^2 \sum_i w_i a_i^2 / (1 + u a_i) = c, \qquad 0 < u \le 1,

    whose left side rises. When it stays below c up to :math:`u = 1` the mass left over lies on the
    unobserved end of the scale and :math:`u = 1`. The sum is the inverse of a concave function of u, so
    replacing that by its tangent gives a quadratic whose root never falls short and is exact for two values;
    the iteration descends to the solution from above.

    For three values the equation is a cubic, which is solved directly.

    References
    ----------
    .. [1] Tango, T. (1998). Statistics in Medicine 17, 891-908.
    .. [2] Wilson, E. B. (1927). JASA 22, 209-212.
    .. [3] Yang, Z., Sun, X., Hardin, J. W. (2013). Statistics in Medicine 32, 1336-1342.

    Examples
    --------
    Six promoters, one passive, three detractors, in points:

    >>> import numpy as np
    >>> low, high = score_interval(np.array([[3, 1, 6]]), (-100, 0, 100), 0.95)
    >>> print(round(low[0], 2), round(high[0], 2))
    -26.91 70.95
    """
    support = support_of(values)
    cells = support.cells(as_counts(counts))
    square = critical(confidence) ** 2
    if len(counts) <= SCALAR_GROUPS:
        return _by_scalars(cells, support, square)
    return _by_arrays(cells, support, square)


def _by_scalars(cells: list[Any], support: Support, square: float) -> Limits:
    means = mean_of(cells, support).tolist()
    rows = zip(*(cell.tolist() for cell in cells), strict=True)
    pairs = [_one(row, mean, support, square) for row, mean in zip(rows, means, strict=True)]
    limits = np.array(pairs, dtype=np.float64).reshape(-1, 2)
    return limits[:, 0].copy(), limits[:, 1].copy()


def _one(row: tuple[float, ...], mean: float, support: Support, square: float) -> tuple[float, float]:
    total = float(reduce(add, row))
    if not total > 0.0:
        return math.nan, math.nan
    first, last = float(support.values[0]), float(support.values[-1])
    shares, c = [count / total for count in row], square / total
    if len(row) == 3 and not _parts_of_one(row):
        down, up = three_value_distances(shares, support.values, mean, c, math.sqrt, max)
    else:
        down, up = _distances(shares, support, mean, c, _settle_one, math.sqrt)
    return max(mean - down, first), min(mean + up, last)


def _by_arrays(cells: list[Any], support: Support, square: float) -> Limits:
    mean, total = mean_of(cells, support), total_of(cells)
    low, high = np.empty_like(mean), np.empty_like(mean)
    first, last = float(support.values[0]), float(support.values[-1])
    for start in range(0, len(mean), GROUPS_PER_BLOCK):
        block = slice(start, start + GROUPS_PER_BLOCK)
        down, up = _block([cell[block] for cell in cells], support, mean[block], total[block], square)
        low[block] = np.maximum(mean[block] - down, first)
        high[block] = np.minimum(mean[block] + up, last)
    return low, high


def _block(cells: list[Any], support: Support, mean: FloatArray, total: FloatArray, square: float) -> Limits:
    shares, c = [cell / total for cell in cells], square / total
    if len(cells) != 3:
        return _distances(shares, support, mean, c, _settle_all, np.sqrt)
    down, up = three_value_distances(shares, support.values, mean, c, np.sqrt, np.maximum)
    if cells[0].dtype.kind == "f" and (rest := np.flatnonzero(_parts_of_one(cells))).size:
        some = [share[rest] for share in shares]
        down[rest], up[rest] = _distances(some, support, mean[rest], c[rest], _settle_all, np.sqrt)
    return down, up


def _parts_of_one(counts: Sequence[Any]) -> Any:
    """Return where less than half an answer stands at a value: there the closed form may lose its digits."""
    return reduce(or_, [(count > 0.0) & (count < 0.5) for count in counts])


def _distances(
    shares: list[Any], support: Support, mean: Any, c: Any, settle: Callable[..., Any], sqrt: Callable[[Any], Any]
) -> tuple[Any, Any]:
    """Return how far the lower and the upper limit lie from the mean, for any number of values."""
    places = [value - mean for value in support.values]
    room, above = mean - float(support.values[0]), float(support.values[-1]) - mean
    down = _distance(shares, places, room, c, settle, sqrt)
    return down, _distance(shares[::-1], [-place for place in places[::-1]], above, c, settle, sqrt)


def _distance(
    shares: list[Any], places: list[Any], room: Any, c: Any, settle: Callable[..., Any], sqrt: Callable[[Any], Any]
) -> Any:
    """Return how far the limit lies from the mean on the side where the scale leaves ``room``."""
    # Where there is no room the distance is zero whatever the unit.
    unit = room + (room == 0.0)
    steps = [place / unit for place in places]
    spreads = [share * step * step for share, step in zip(shares, steps, strict=True)]
    # The term of the end cell alone bounds the root, and gives 1 where that cell is empty.
    bound = 2.0 * c / (c + sqrt(c * (c + 4.0 * shares[0])))
    return c / (1.0 + c) * room / settle(bound, c, list(zip(spreads, steps, strict=True)), sqrt)


def _settle_one(bound: float, c: float, cells: list[tuple[float, float]], sqrt: Callable[[Any], Any]) -> float:
    u: float = min(_step(0.0, c, cells, sqrt), bound, BELOW_ONE)
    while (new := _step(u, c, cells, sqrt)) < u:
        settled = u - new <= STEP_TOLERANCE * u
        u = new
        if settled:
            break
    return u


def _settle_all(bound: FloatArray, c: FloatArray, cells: list[Any], sqrt: Callable[[Any], Any]) -> FloatArray:
    """Go on with the groups that still move; most settle after a few steps."""
    found: FloatArray = np.minimum(np.minimum(_step(0.0, c, cells, sqrt), bound), BELOW_ONE)
    u, left = found, np.arange(len(found))
    while left.size:
        new = _step(u, c, cells, sqrt)
        going = np.flatnonzero(u - new > STEP_TOLERANCE * u)
        u = np.minimum(new, u)
        found[left] = u
        if going.size < left.size:
            u, c, left = u[going], c[going], left[going]
            cells = [(spread[going], place[going]) for spread, place in cells]
    return found


def _step(u: Any, c: Any, cells: list[Any], sqrt: Callable[[Any], Any]) -> Any:
    """Solve the equation with the inverse of its sum replaced by the tangent at ``u``."""
    total, lean = SMALLEST_SPREAD, 0.0
    for spread, place in cells:
        near = 1.0 / (1.0 + u * place)
        part = spread * near
        total = total + part
        lean = lean + place * part * near
    inverse = 1.0 / total
    slope = c * lean * inverse * inverse
    level = c * inverse - slope * u
    steep = abs(slope)
    half = 0.5 * (steep + sqrt(slope * slope + 4.0 * level))
    return 0.5 * (slope + steep) + level / half
