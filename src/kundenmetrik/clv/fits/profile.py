"""Intervals by profile likelihood: how far one parameter can go while the others make up for it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import scipy

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.newton import Evaluation, maximise

if TYPE_CHECKING:
    from kundenmetrik.core.likelihood.newton import Objective

__all__ = ["profile_limits"]

FARTHEST = 12.0
"""A limit further than this, in standard errors or logarithms, is infinite."""
STEPS = 40


def profile_limits(
    objective: Objective, theta: FloatArray, covariance: FloatArray, place: int, customers: float, confidence: float
) -> tuple[float, float]:
    """Return where the log-likelihood, maximised over the others, has fallen by half a chi-square quantile."""
    drop = float(scipy.special.chdtri(1.0, 1.0 - confidence)) / 2.0
    floor = objective(theta)[0] - drop
    error = math.sqrt(covariance[place, place])
    return _limit(objective, theta, place, customers, floor, -error), _limit(
        objective, theta, place, customers, floor, error
    )


def _limit(objective: Objective, theta: FloatArray, place: int, customers: float, floor: float, error: float) -> float:
    """Walk outwards by growing steps, then bisect; the others start where the last step left them."""
    near, far, others = 0.0, 2.0 * error, np.delete(theta, place)
    while (height := _profiled(objective, theta, place, theta[place] + far, others, customers))[0] > floor:
        near, far, others = far, 2.0 * far, height[1]
        if abs(far) > max(FARTHEST, FARTHEST * abs(error)):
            return math.copysign(math.inf, error)
    for _ in range(STEPS):
        middle = (near + far) / 2.0
        value, better = _profiled(objective, theta, place, theta[place] + middle, others, customers)
        if value > floor:
            near, others = middle, better
        else:
            far = middle
        if abs(far - near) < 1e-7:
            break
    return float(theta[place] + (near + far) / 2.0)


def _profiled(
    objective: Objective, theta: FloatArray, place: int, fixed: float, others: FloatArray, customers: float
) -> tuple[float, FloatArray]:
    """Maximise over the other coordinates."""

    def partial(free: FloatArray) -> Evaluation:
        value, gradient, hessian = objective(np.insert(free, place, fixed))
        return value, np.delete(gradient, place), np.delete(np.delete(hessian, place, 0), place, 1)

    found = maximise(partial, others, customers=customers)
    return found.value, found.theta
