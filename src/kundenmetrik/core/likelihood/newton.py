"""Newton's method for a log-likelihood, judged by its scaled gradient and by its curvature."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kundenmetrik.core.arrays import FloatArray

Evaluation = tuple[float, FloatArray, FloatArray]
"""A value with its gradient and its Hessian."""
Objective = Callable[[FloatArray], Evaluation]

TOLERANCE = 1e-9
"""The largest gradient per customer, in logarithms of the parameters, that counts as an optimum."""
LONGEST_STEP = 2.0
"""No parameter moves by more than a factor of exp(2) at once."""
DIVERGENCE_LIMIT = 30.0
"""A parameter that moved by a factor of exp(30) has run away."""
MAX_STEPS = 200
MAX_HALVINGS = 40
CURVATURE_FLOOR = 1e-8
"""Curvature below this share of the steepest one is not trusted for a step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Convergence:
    """Where a search ended.

    Attributes
    ----------
    gradient : float
        The largest absolute derivative of the log-likelihood by a coordinate, per customer.
    condition : float
        The ratio of the steepest to the flattest curvature; above 1e6 the data hardly tell some parameters apart.
    steps : int
        How often the likelihood was evaluated, over all starts.
    """

    gradient: float
    condition: float
    steps: int


@dataclass(frozen=True, kw_only=True, eq=False)
class Optimum:
    """Where the search ended.

    Attributes
    ----------
    theta : ndarray
        The parameters on the scale of the search.
    value : float
        The objective there.
    slope : ndarray
        Its gradient there.
    hessian : ndarray
        Its second derivatives there.
    customers : float
        How many customers the objective adds up.
    steps : int
        How often the objective was evaluated.
    unique : bool
        Whether no start ended at a lower optimum.
    """

    theta: FloatArray
    value: float
    slope: FloatArray
    hessian: FloatArray
    customers: float
    steps: int
    unique: bool = True

    @property
    def gradient(self) -> float:
        """The largest absolute gradient per customer."""
        return float(np.abs(self.slope).max()) / self.customers

    @property
    def covariance(self) -> FloatArray:
        """The inverse of the negative Hessian, symmetric to the last bit."""
        inverse = np.linalg.inv(-self.hessian)
        return np.asarray((inverse + inverse.T) / 2.0)

    @property
    def convergence(self) -> Convergence:
        """The figures that tell how well the search ended."""
        return Convergence(gradient=self.gradient, condition=self.condition, steps=self.steps)

    @property
    def next_point(self) -> FloatArray:
        """Where the next Newton step would end."""
        return self.theta + _direction(self.slope, self.hessian)

    @cached_property
    def curvature(self) -> FloatArray:
        """How steeply the surface falls along its axes, the flattest first."""
        return np.asarray(np.linalg.eigvalsh(-self.hessian))

    @property
    def converged(self) -> bool:
        """Whether the gradient vanishes and the surface curves down in every direction."""
        return bool(self.gradient <= TOLERANCE and self.is_maximum)

    @property
    def is_maximum(self) -> bool:
        """Whether the surface curves down in every direction."""
        return bool(np.isfinite(self.hessian).all() and self.curvature[0] > 0.0)

    @property
    def condition(self) -> float:
        """The ratio of the steepest to the flattest curvature."""
        return float(self.curvature[-1] / self.curvature[0]) if self.curvature[0] > 0.0 else float("inf")


def maximise(objective: Objective, start: FloatArray, *, customers: float, tolerance: float = TOLERANCE) -> Optimum:
    """Climb from a start until the gradient per customer is within the tolerance, or no step helps any more."""
    theta, (value, gradient, hessian) = start, objective(start)
    steps = 1
    while np.abs(gradient).max() > tolerance * customers and steps < MAX_STEPS:
        length, direction = 1.0, _direction(gradient, hessian)
        for _ in range(MAX_HALVINGS):
            trial = theta + length * direction
            reached = objective(trial)
            steps += 1
            if _better(reached, value, gradient):
                break
            length /= 4.0
        else:
            break
        theta, (value, gradient, hessian) = trial, reached
        if np.abs(theta - start).max() > DIVERGENCE_LIMIT:
            break
    return Optimum(theta=theta, value=value, slope=gradient, hessian=hessian, customers=customers, steps=steps)


def _direction(gradient: FloatArray, hessian: FloatArray) -> FloatArray:
    """Return Newton's step, uphill also where the surface curves the wrong way, and never too long."""
    try:
        np.linalg.cholesky(-hessian)
        step = np.linalg.solve(-hessian, gradient)
    except np.linalg.LinAlgError:
        curvature, axes = np.linalg.eigh(-hessian)
        steepness = np.maximum(np.abs(curvature), CURVATURE_FLOOR * np.abs(curvature).max() + np.finfo(float).tiny)
        step = axes @ ((axes.T @ gradient) / steepness)
    return np.asarray(step * min(1.0, LONGEST_STEP / max(np.abs(step).max(), np.finfo(float).tiny)))


def _better(reached: Evaluation, value: float, gradient: FloatArray) -> bool:
    """Accept a higher value; where rounding hides the height, accept a smaller gradient."""
    height, slope, _ = reached
    if not np.isfinite(height) or not np.isfinite(slope).all():
        return False
    close = abs(height - value) <= 1e-11 * abs(value)
    return height > value or (close and np.abs(slope).max() < np.abs(gradient).max())
