"""Better and Worse: how far a feature raises satisfaction when it is there, and lowers it when it is not."""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.typing import NDArray

from kundenmetrik.core.arrays import FloatArray, Limits, ratio
from kundenmetrik.core.statistics.one_sample.proportions import wilson_interval

Letters = NDArray[Any]
"""Counts of A, O, M, I, R, Q: groups x 6."""


class Coefficients(NamedTuple):
    """Better, Worse and their base A + O + M + I, one of each per group."""

    better: FloatArray
    worse: FloatArray
    base: Letters


def coefficients(letters: Letters) -> Coefficients:
    """Return (A+O)/(A+O+M+I) and -(O+M)/(A+O+M+I); NaN where nobody gave one of the four."""
    a, o, m, i = letters[:, :4].T
    base = a + o + m + i
    return Coefficients(ratio(a + o, base), 0.0 - ratio(o + m, base), base)


def coefficient_limits(letters: Letters, confidence: float) -> tuple[Limits, Limits]:
    """Return Wilson's limits of Better and of Worse."""
    a, o, m, i = letters[:, :4].T
    base = a + o + m + i
    better = wilson_interval(a + o, base, confidence)
    low, high = wilson_interval(o + m, base, confidence)
    return better, (0.0 - high, 0.0 - low)
