"""Better and Worse: how far a feature lifts satisfaction when it is there, and lowers it when it is not."""

from __future__ import annotations

from typing import Any, NamedTuple

from numpy.typing import NDArray

from kundenmetrik.core.arrays import FloatArray, Limits
from kundenmetrik.core.statistics.one_sample.proportions import wilson_interval
from kundenmetrik.kano.ratio import ratio

__all__ = ["Coefficients", "Moments", "coefficient_limits", "coefficients", "posterior_moments"]

Letters = NDArray[Any]
"""Counts of A, O, M, I, R, Q: groups x 6."""


class Coefficients(NamedTuple):
    """Better, Worse and their base A + O + M + I, one of each per group."""

    better: FloatArray
    worse: FloatArray
    base: Letters


class Moments(NamedTuple):
    """Better and Worse with their variances and covariance, one of each per group."""

    better: FloatArray
    worse: FloatArray
    var_better: FloatArray
    var_worse: FloatArray
    covariance: FloatArray


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


def posterior_moments(
    letters: Letters, prior: float = 0.0
) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]:
    """Return the moments of both coefficients, with ``prior`` answers added to A, O, M and I.

    Both are sums of cells of one multinomial: with the shares a, o, m, i of the four letters
    Cov(Better, -Worse) = (o - Better * -Worse) / n, because O counts for both.
    """
    four = letters[:, :4] + prior
    n = four.sum(axis=1)
    a, o, m, _ = (ratio(part, n) for part in four.T)
    better, bad = a + o, o + m
    per_answer = ratio(1.0, n)
    return Moments(
        better,
        0.0 - bad,
        better * (1 - better) * per_answer,
        bad * (1 - bad) * per_answer,
        -(o - better * bad) * per_answer,
    )
