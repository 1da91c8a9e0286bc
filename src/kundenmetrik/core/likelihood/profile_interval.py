"""Profile intervals: the values of one parameter that a likelihood-ratio test would not reject."""

from __future__ import annotations

import math

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.newton import Evaluation, Objective, maximise
from kundenmetrik.core.statistics.normal import critical

SEARCH_LIMIT = 12.0
"""So far in logarithms of a parameter a limit is looked for; beyond it the data leave that end open."""
TOLERANCE = 1e-10
"""How exactly a limit is found."""


def profile_interval(
    objective: Objective,
    point: FloatArray,
    place: int,
    *,
    std_error: float,
    customers: float,
    confidence: float,
    farthest: float = SEARCH_LIMIT,
) -> tuple[float, float]:
    r"""Return where the log-likelihood, maximised over all other coordinates, has fallen by half a chi-square quantile.

    .. math:: 2\,[\ell(\hat\theta) - \max_{\theta_j, j \ne i} \ell(\theta)] = \chi^2_{1, c}

    Parameters
    ----------
    objective : callable
        The log-likelihood with its gradient and Hessian.
    point : ndarray
        Its maximum.
    place : int
        The coordinate whose interval is asked for.
    std_error : float
        The standard error of that coordinate, from where the search for a limit starts.
    customers : float
        How many customers the objective adds up.
    confidence : float
        Between 0 and 1.
    farthest : float
        A limit further away than this is infinite.

    Returns
    -------
    tuple of float
        The limits of the coordinate.
    """
    profile = _Profile(objective, point, place, customers, critical(confidence) ** 2 / 2.0)
    first = min(2.0 * std_error, farthest)
    low, high = (profile.crossing(side, first, farthest) for side in (-1.0, 1.0))
    return low, high


class _Profile:
    """The profile log-likelihood of one coordinate; a search starts where the last one above the floor ended."""

    def __init__(self, objective: Objective, point: FloatArray, place: int, customers: float, allowed: float) -> None:
        self.objective, self.point, self.place, self.customers = objective, point, place, customers
        self.allowed, self.floor = allowed, objective(point)[0] - allowed
        self.others, self.known = np.delete(point, place), {0.0: allowed}

    def crossing(self, side: float, first: float, farthest: float) -> float:
        """Return where the profile falls below its floor on one side, infinite where it does not."""
        from scipy.optimize import brentq

        self.others, self.known = np.delete(self.point, self.place), {0.0: self.allowed}
        near, far = 0.0, first
        while self.excess(side * far) > 0.0:
            if far >= farthest:
                return side * math.inf
            near, far = far, min(2.0 * far, farthest)
        shift = brentq(lambda size: self.excess(side * size), near, far, xtol=TOLERANCE)
        return float(self.point[self.place] + side * shift)

    def excess(self, shift: float) -> float:
        """Return how far above its floor the profile is when the coordinate is moved, once for each shift."""
        if shift not in self.known:
            self.known[shift] = self._excess(shift)
        return self.known[shift]

    def _excess(self, shift: float) -> float:
        fixed = self.point[self.place] + shift

        def over_others(free: FloatArray) -> Evaluation:
            value, gradient, hessian = self.objective(np.insert(free, self.place, fixed))
            rest = np.arange(len(self.point)) != self.place
            return value, gradient[rest], hessian[np.ix_(rest, rest)]

        if not self.others.size:
            return over_others(self.others)[0] - self.floor
        best = maximise(over_others, self.others, customers=self.customers)
        if best.value > self.floor:
            self.others = best.theta
        return best.value - self.floor
