"""Overdispersion of counts: how much wider than Poisson they scatter, and intervals that know it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy

from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.checks import check_choice, check_confidence
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.one_sample.negative_binomial import negative_binomial

SIGNIFICANT = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispersion:
    """How many times the variance of the counts is that of a Poisson count.

    Attributes
    ----------
    value : float
        Pearson's statistic over its degrees of freedom; 1 for Poisson counts, NaN with fewer than two groups.
    statistic, df, p_value : float, int, float
        Pearson's test of "no more scatter than Poisson".
    inflation : float
        By which factor a Poisson interval is too narrow: the root of ``value``, at least 1.
    significant : bool
        Whether the test rejects at the 1 percent level.
    """

    value: float
    statistic: float
    df: int
    p_value: float

    @property
    def inflation(self) -> float:
        """By which factor a Poisson interval is too narrow."""
        return math.sqrt(max(self.value, 1.0)) if self.value == self.value else math.nan

    @property
    def significant(self) -> bool:
        """Whether the counts scatter more than Poisson counts at the 1 percent level."""
        return self.value > 1.0 and self.p_value < SIGNIFICANT


def dispersion(events: FloatArray, exposure: FloatArray, series: IntArray | None = None) -> Dispersion:
    """Estimate the dispersion of counts around one common rate.

    ``sum((x - n r)^2 / (n r)) / (k - 1)`` with the pooled rate r over the k groups that have exposure;
    with several series the sums and the degrees of freedom are added over those that have events.

    Parameters
    ----------
    events, exposure : array of float, one entry a group or period
        Counts and exposures.
    series : array of int, optional
        Which series each entry belongs to; every series has a common rate of its own.

    Returns
    -------
    Dispersion
        NaN with fewer than two groups, or without any event.

    Notes
    -----
    Where few events are expected the statistic varies more than a chi-square variable; the test then takes
    the multiple of one that has its mean and its variance under Poisson counts of known total.

    References
    ----------
    Haldane (1937), Biometrika 29:133.
    """
    kept = exposure > 0
    x, n = np.asarray(events, dtype=np.float64)[kept], np.asarray(exposure, dtype=np.float64)[kept]
    own = np.zeros(len(x), np.int64) if series is None else np.unique(series[kept], return_inverse=True)[1]
    total, exposed, size = (np.bincount(own, part).astype(np.float64) for part in (x, n, np.ones(len(x))))
    told = (total > 0)[own]  # a series without any event says nothing
    df = int((size - 1)[total > 0].sum()) if told.any() else max(len(x) - 1, 0)
    if df == 0 or not told.any():
        return Dispersion(value=math.nan, statistic=math.nan, df=df, p_value=math.nan)
    expected = (total[own] * (n / exposed[own]))[told]
    statistic = float(((x[told] - expected) ** 2 / expected).sum())
    spread = _variance(expected, total[total > 0], size[total > 0])
    stretch = max(spread / (2.0 * df), 1.0)
    p_value = float(scipy.special.chdtrc(df / stretch, statistic / stretch))
    return Dispersion(value=statistic / df, statistic=statistic, df=df, p_value=p_value)


def _variance(expected: FloatArray, total: FloatArray, size: FloatArray) -> float:
    """Return Haldane's variance of Pearson's statistic, summed over series of known total."""
    return float((2.0 * (size - 1) - (size**2 + 2.0 * size - 2.0) / total).sum() + (1.0 / expected).sum())


def dispersed_interval(
    events: FloatArray, exposure: FloatArray, *, confidence: float = 0.95, method: str = "quasi_poisson"
) -> tuple[float, float, float]:
    """Return the common rate of several groups with an interval that allows for overdispersion.

    Parameters
    ----------
    events, exposure : array of float, one entry a group or period
        Counts and exposures.
    confidence : float
        Between 0 and 1.
    method : {"quasi_poisson", "quasi_poisson_t", "negative_binomial", "sandwich", "sandwich_hc1"}
        Poisson's standard error times the root of the dispersion, with the normal or Student's quantile;
        the negative-binomial fit; or the scatter of the groups themselves (HC0), with the correction k / (k - 1) (HC1).

    Returns
    -------
    value, low, high : float
        Events for each unit of exposure; NaN with fewer than two groups or without any event.
    """
    answer = DISPERSION_METHODS[check_choice(method, "method", DISPERSION_METHODS)]
    kept = exposure > 0
    x, n = np.asarray(events, dtype=np.float64)[kept], np.asarray(exposure, dtype=np.float64)[kept]
    if len(x) < 2 or x.sum() == 0:
        return (float(x.sum() / n.sum()) if len(x) else math.nan), math.nan, math.nan
    rate, error, quantile = (float(part) for part in answer(x, n, check_confidence(confidence)))
    with np.errstate(over="ignore", under="ignore"):
        factor = float(np.exp(quantile * error))
    return rate, rate / factor, rate * factor


Answer = tuple[float, float, float]
"""The rate, the standard error of its logarithm, the quantile."""


def _quasi_poisson(x: FloatArray, n: FloatArray, confidence: float) -> Answer:
    return x.sum() / n.sum(), dispersion(x, n).inflation / math.sqrt(x.sum()), critical(confidence)


def _quasi_poisson_t(x: FloatArray, n: FloatArray, confidence: float) -> Answer:
    rate, error, _ = _quasi_poisson(x, n, confidence)
    return rate, error, float(-scipy.special.stdtrit(len(x) - 1, (1 - confidence) / 2))


def _negative_binomial(x: FloatArray, n: FloatArray, confidence: float) -> Answer:
    fit = negative_binomial(x, n)
    return fit.rate, fit.log_rate_error, critical(confidence)


def _sandwich(x: FloatArray, n: FloatArray, confidence: float) -> Answer:
    rate = x.sum() / n.sum()
    return rate, math.sqrt(((x - n * rate) ** 2).sum()) / x.sum(), critical(confidence)


def _sandwich_hc1(x: FloatArray, n: FloatArray, confidence: float) -> Answer:
    rate, error, quantile = _sandwich(x, n, confidence)
    return rate, error * math.sqrt(len(x) / (len(x) - 1)), quantile


DispersionInterval = Literal["quasi_poisson", "quasi_poisson_t", "negative_binomial", "sandwich", "sandwich_hc1"]
DISPERSION_METHODS: Mapping[str, Callable[[FloatArray, FloatArray, float], Answer]] = {
    "quasi_poisson": _quasi_poisson,
    "quasi_poisson_t": _quasi_poisson_t,
    "negative_binomial": _negative_binomial,
    "sandwich": _sandwich,
    "sandwich_hc1": _sandwich_hc1,
}
"""The intervals of a common rate by name."""
