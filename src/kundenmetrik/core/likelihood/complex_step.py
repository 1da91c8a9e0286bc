"""Derivatives of analytic functions by a step along the imaginary axis: no difference is taken, so no digit is lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.newton import Evaluation, Objective

AnalyticFunction = Callable[[Any], Any]
"""A function of a parameter vector, or of many at once as the columns of a matrix, that may be asked at complex
points."""
STEP = 1e-30
"""The imaginary step of a first derivative."""
DIFFERENCE = 1e-4
"""The real step of a second derivative, which is a difference of exact first ones."""


def analytic_objective(function: AnalyticFunction) -> Objective:
    """Return an analytic function as an objective for Newton's method, with its gradient and Hessian."""
    return partial(_evaluate, function)


def jacobian(curve: Any, point: FloatArray) -> FloatArray:
    """Return the derivative of each value of a curve by each parameter, in the last axis."""
    return np.stack([np.asarray(curve(point + 1j * STEP * axis)).imag / STEP for axis in np.eye(point.size)], axis=-1)


def _evaluate(function: AnalyticFunction, point: FloatArray) -> Evaluation:
    """Return value, gradient and Hessian from two questions; the Hessian by differences of fourth order."""
    size, axes = point.size, np.eye(point.size)
    shifts = np.concatenate([np.zeros((1, size)), *(step * DIFFERENCE * axes for step in (1.0, -1.0, 2.0, -2.0))])
    points = point[:, None, None] + shifts.T[:, :, None] + 1j * STEP * axes[:, None, :]
    slopes = (function(points.reshape(size, -1)).imag / STEP).reshape(len(shifts), size)
    near_up, near_down, far_up, far_down = slopes[1:].reshape(4, size, size)
    hessian = (8.0 * (near_up - near_down) - (far_up - far_down)) / (12.0 * DIFFERENCE)
    return float(function(point)), slopes[0].copy(), (hessian + hessian.T) / 2.0


def log_one_plus(value: Any) -> Any:
    """Return ``ln(1 + value)``; at a complex step too, where numpy's own loses the digits of the real part."""
    if not np.iscomplexobj(value):
        return np.log1p(value)
    return np.log1p(value.real) + 1j * (value.imag / (1.0 + value.real))
