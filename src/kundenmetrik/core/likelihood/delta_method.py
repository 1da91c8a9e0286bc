"""How uncertain parameters carry over to values: the delta method on the scale where values are most normal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from kundenmetrik.core.arrays import FloatArray, Limits
from kundenmetrik.core.statistics.normal import critical

STEP = 6e-6
"""The step of a central difference in the logarithm of a parameter: the cube root of the float's precision."""


@dataclass(frozen=True, kw_only=True, eq=False)
class DeltaMethod:
    """Values as a function of uncertain coordinates.

    Attributes
    ----------
    values : callable
        ``values(theta)`` returns the values at some coordinates.
    theta, covariance : ndarray
        The coordinates and their covariance.
    link : str
        ``"log"`` for amounts, ``"logit"`` for probabilities: the scale on which the interval is symmetric.
    """

    values: Callable[[FloatArray], FloatArray]
    theta: FloatArray
    covariance: FloatArray
    link: str

    @cached_property
    def value(self) -> FloatArray:
        """The values at the coordinates."""
        return self.values(self.theta)

    @cached_property
    def slopes(self) -> FloatArray:
        """The derivatives by the coordinates, one row for each coordinate."""
        steps = STEP * np.eye(len(self.theta))
        pairs = ((self.values(self.theta + step), self.values(self.theta - step)) for step in steps)
        with np.errstate(invalid="ignore"):
            return np.stack([(up - down) / (2.0 * STEP) for up, down in pairs])

    def limits(self, confidence: float) -> Limits:
        """Return the limits of each value."""
        flat = self.slopes.reshape(len(self.slopes), -1)
        spread = np.sqrt(np.einsum("ik,ij,jk->k", flat, self.covariance, flat, optimize=True))
        return symmetric_limits(self.value, critical(confidence) * spread.reshape(self.value.shape), self.link)

    @property
    def total_variance(self) -> float:
        """The variance of the total, from the full covariance."""
        slope = self.slopes.sum(axis=1)
        return float(slope @ self.covariance @ slope)

    def total_limits(self, confidence: float) -> tuple[float, float]:
        """Return the limits of the total, from the full covariance."""
        reach = np.array([critical(confidence) * np.sqrt(self.total_variance)])
        low, high = symmetric_limits(self.value.sum(keepdims=True), reach, "log")
        return float(low[0]), float(high[0])


def symmetric_limits(value: FloatArray, reach: FloatArray, link: str) -> Limits:
    """Return limits that are symmetric in the link and never leave its range; a value at its end has no width."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if link == "log":
            ratio = np.exp(np.where((value > 0.0) & np.isfinite(value), reach / value, 0.0))
            return value / ratio, value * ratio
        inside = (value > 0.0) & (value < 1.0)
        ratio = np.exp(np.where(inside, reach / (value * (1.0 - value)), 0.0))
        # The odds move by the ratio either way.
        low, high = value / (value + (1.0 - value) * ratio), value / (value + (1.0 - value) / ratio)
    return np.where(inside, low, value), np.where(inside, high, value)
