"""The maximum of a smooth log-likelihood in two or three parameters, by Newton steps with exact gradients."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import FloatArray

__all__ = ["Objective", "gradient", "hessian", "maximise"]

Objective = Callable[[Any], Any]
"""A function of a parameter vector that is analytic, so that it may be asked at complex points."""

STEP = 1e-30
"""The imaginary step of a derivative: no difference is taken, so none is lost."""
SPREAD = 1e-4
CALM = 1e-10
"""The gradient per unit of log-likelihood at which the search rests."""


def gradient(objective: Objective, point: FloatArray) -> FloatArray:
    """Return the gradient to the last digit, by a complex step along each axis."""
    return np.array([objective(point + 1j * STEP * axis).imag / STEP for axis in np.eye(point.size)])


def hessian(objective: Objective, point: FloatArray) -> FloatArray:
    """Return the matrix of second derivatives, by differences of the exact gradient of fourth order."""
    rows = []
    for axis in SPREAD * np.eye(point.size):
        near = gradient(objective, point + axis) - gradient(objective, point - axis)
        far = gradient(objective, point + 2 * axis) - gradient(objective, point - 2 * axis)
        rows.append((8 * near - far) / (12 * SPREAD))
    return np.asarray((np.array(rows) + np.array(rows).T) / 2)


def maximise(objective: Objective, start: FloatArray, *, steps: int = 200, reach: float = 20.0) -> FloatArray:
    """Climb from ``start``; the search stops where the gradient vanishes or at ``reach``, where a ridge leads away."""
    point, height = np.asarray(start, dtype=np.float64), float(objective(start).real)
    for _ in range(steps):
        slope = gradient(objective, point)
        if np.abs(point).max(initial=0.0) >= reach:
            break
        move = _uphill(hessian(objective, point), slope)
        if np.abs(slope).max(initial=0.0) <= CALM * max(1.0, abs(height)):
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
