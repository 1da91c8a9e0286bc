"""The limits of what is read from a survival curve, at any confidence."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.survival import SurvivalTable, survival_limits


def limits_at(share: float, greenwood: float, method: str, confidence: float) -> tuple[float, float]:
    """Return the limits of the survival at an age."""
    low, high = survival_limits(np.array([share]), np.array([greenwood]), confidence, method)
    return float(low[0]), float(high[0])


def quantile_limits(table: SurvivalTable, share: float, method: str, confidence: float) -> tuple[float, float]:
    """Return the limits of a quantile; a lower one that is never reached is NaN."""
    low, high = table.quantile_interval(share, confidence, method)
    return low if math.isfinite(low) else math.nan, high


def mean_limits(area: float, variance: float, horizon: float, confidence: float) -> tuple[float, float]:
    """Return the limits of a restricted mean, within 0 and the horizon."""
    width = critical(confidence) * math.sqrt(variance)
    return max(area - width, 0.0), min(area + width, horizon)


def _log_hazard(hazard: FloatArray, width: FloatArray) -> tuple[FloatArray, FloatArray]:
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(hazard > 0, np.exp(width / hazard), 1.0)
    return hazard / factor, hazard * factor


def _plain_hazard(hazard: FloatArray, width: FloatArray) -> tuple[FloatArray, FloatArray]:
    return np.maximum(hazard - width, 0.0), hazard + width


HazardInterval = Literal["log", "plain"]
HAZARD_LIMITS = {"log": _log_hazard, "plain": _plain_hazard}
"""The limits of a cumulative hazard by the scale on which they are symmetric."""
