"""Laney's factor: how much more a rate scatters from period to period than a Poisson rate."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

from kundenmetrik.core.arrays import FloatArray


def _mean_moving_range(z: FloatArray, constant: float) -> float:
    return float(np.abs(np.diff(z)).mean() / constant) if len(z) > 1 else math.nan


def _moving_range(z: FloatArray) -> float:
    return _mean_moving_range(z, 1.128)


def _moving_range_exact(z: FloatArray) -> float:
    return _mean_moving_range(z, 2 / math.sqrt(math.pi))


def _standard_deviation(z: FloatArray) -> float:
    return float(z.std(ddof=1)) if len(z) > 1 else math.nan


SIGMA_Z: Mapping[str, Callable[[FloatArray], float]] = MappingProxyType(
    {
        "moving_range": _moving_range,
        "moving_range_exact": _moving_range_exact,
        "standard_deviation": _standard_deviation,
    }
)
"""The conventions for Laney's factor by name; each takes the standardised rates in the order of time."""
