"""The maximum of a smooth log-likelihood in two or three parameters, by Newton steps with exact gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import FloatArray

__all__ = ["Objective", "gradient", "hessian", "maximise"]

Objective = Callable[[Any], Any]
"""An analytic function of a parameter vector, or of many at once as the columns of a matrix; it may be asked at
complex points."""

STEP = 1e-30
"""The imaginary step of a derivative: no difference is taken, so none is lost."""
SPREAD = 1e-4
CALM = 1e-14
"""What a Newton step promises to gain, per unit of log-likelihood, when it is the last one."""


def gradient(objective: Objective, point: FloatArray) -> FloatArray:
    """Return the gradient to the last digit, by a complex step along each axis."""
    values = objective(point[:, None] + 1j * STEP * np.eye(point.size))
    return np.asarray(values.imag / STEP, dtype=np.float64)


def hessian(objective: Objective, point: FloatArray) -> FloatArray:
    """Return the matrix of second derivatives, by differences of the exact gradient of fourth order."""
    axes, size = np.eye(point.size), point.size
    shifts = np.concatenate([step * SPREAD * axes for step in (1.0, -1.0, 2.0, -2.0)])
    points = point[:, None, None] + shifts.T[:, :, None] + 1j * STEP * axes[:, None, :]
    slopes = (objective(points.reshape(size, -1)).imag / STEP).reshape(4, size, size)
    curvature = (8 * (slopes[0] - slopes[1]) - (slopes[2] - slopes[3])) / (12 * SPREAD)
    return np.asarray((curvature + curvature.T) / 2, dtype=np.float64)


def maximise(objective: Objective, start: FloatArray, *, steps: int = 200, reach: float = 20.0) -> FloatArray:
    """Climb from ``start``; the search stops where the gradient vanishes or at ``reach``, where a ridge leads away."""
    point, height = np.asarray(start, dtype=np.float64), float(objective(start).real)
    for _ in range(steps):
        slope = gradient(objective, point)
        if np.abs(point).max(initial=0.0) >= reach:
            break
        move = _uphill(hessian(objective, point), slope)
        if float(slope @ move) <= CALM * max(1.0, abs(height)):
            return point + move  # from here on a step doubles the digits, and no likelihood could tell
        for _ in range(60):
            higher = float(objective(point + move).real)
            if higher >= height and np.isfinite(higher):
                break
            move = move / 2
        else:
            break
        point, height = point + move, higher
    return point


def _uphill(curvature: FloatArray, slope: FloatArray) -> FloatArray:
    """Return a Newton step in which every direction is made to curve down, at most 2 long."""
    sizes, axes = np.linalg.eigh(curvature)
    floor = 1e-12 * np.abs(sizes).max(initial=1e-300)
    step = axes @ ((axes.T @ slope) / np.maximum(np.abs(sizes), floor))
    length = np.abs(step).max(initial=0.0)
    return np.asarray(step if length <= 2.0 else step * (2.0 / length))
