"""Negative-binomial counts: one rate, more scatter than Poisson."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy

from kundenmetrik.core.arrays import FloatArray

MAX_STEPS = 200
"""The most Newton steps for the rate; half a dozen are usual."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeBinomial:
    """A negative-binomial fit (NB2) of counts with exposure: variance = mean + alpha * mean^2.

    Attributes
    ----------
    rate : float
        Events for each unit of exposure.
    alpha : float
        The overdispersion; 0 when the counts scatter no more than Poisson.
    log_rate_error : float
        The standard error of the logarithm of the rate.
    log_likelihood : float
        With all constants, so that it compares with Poisson's.
    """

    rate: float
    alpha: float
    log_rate_error: float
    log_likelihood: float


def negative_binomial(events: FloatArray, exposure: FloatArray) -> NegativeBinomial:
    """Fit a common rate with negative-binomial scatter by maximum likelihood.

    For each alpha the best rate solves ``sum((x - n r) / (1 + alpha n r)) = 0``; alpha is then found where the
    profile likelihood is highest. At alpha = 0 the fit is Poisson's.

    Parameters
    ----------
    events, exposure : array of float, one entry a group or period
        Counts and exposures; groups without exposure are left out.

    Returns
    -------
    NegativeBinomial
        NaN without any event or with fewer than two groups.
    """
    kept = exposure > 0
    x, n = np.asarray(events, dtype=np.float64)[kept], np.asarray(exposure, dtype=np.float64)[kept]
    if len(x) < 2 or x.sum() == 0:
        return NegativeBinomial(rate=math.nan, alpha=math.nan, log_rate_error=math.nan, log_likelihood=math.nan)
    pooled = float(x.sum() / n.sum())
    # The score at alpha = 0 tells whether the likelihood rises at all when the scatter grows.
    if ((x - n * pooled) ** 2 - x).sum() <= 0:
        return NegativeBinomial(
            rate=pooled,
            alpha=0.0,
            log_rate_error=1 / math.sqrt(x.sum()),
            log_likelihood=_likelihood(x, n * pooled, 0.0),
        )
    alpha = _highest(lambda log: _likelihood(x, n * _rate_given(x, n, math.exp(log)), math.exp(log)))
    rate = _rate_given(x, n, alpha)
    error = _log_rate_error(x, n * rate, alpha)
    return NegativeBinomial(
        rate=rate, alpha=alpha, log_rate_error=error, log_likelihood=_likelihood(x, n * rate, alpha)
    )


def _rate_given(x: FloatArray, n: FloatArray, alpha: float) -> float:
    log_rate = math.log(x.sum() / n.sum())
    for _ in range(MAX_STEPS):
        mean = n * math.exp(log_rate)
        score = ((x - mean) / (1 + alpha * mean)).sum()
        information = (mean * (1 + alpha * x) / (1 + alpha * mean) ** 2).sum()
        step = max(-1.0, min(1.0, score / information))
        log_rate += step
        if abs(step) < 1e-15:
            break
    return math.exp(log_rate)


def _highest(curve: Callable[[float], float]) -> float:
    """Return exp of where a curve over log alpha is highest: a coarse look, then golden section and a parabola."""
    grid = np.arange(-30.0, 11.0)
    best = int(np.argmax([curve(point) for point in grid]))
    low, high = grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)]
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(16):
        left, right = high - golden * (high - low), low + golden * (high - low)
        low, high = (low, right) if curve(left) > curve(right) else (left, high)
    centre, reach = (low + high) / 2, 1e-3
    down, here, up = curve(centre - reach), curve(centre), curve(centre + reach)
    bend = down - 2 * here + up
    return math.exp(centre + (0.5 * reach * (down - up) / bend if bend < 0 else 0.0))


def _likelihood(x: FloatArray, mean: FloatArray, alpha: float) -> float:
    log_gamma = scipy.special.gammaln
    if alpha == 0:
        return float((x * np.log(mean) - mean - log_gamma(x + 1)).sum())
    shape = 1 / alpha
    ways = _log_rising(x, shape) - log_gamma(x + 1)
    return float((ways + x * np.log(mean / (shape + mean)) - shape * np.log1p(alpha * mean)).sum())


def _log_rising(x: FloatArray, shape: float) -> FloatArray:
    """Return log(Gamma(shape + x) / Gamma(shape)) without the cancellation of two large logarithms."""
    return np.asarray(np.where(x > 0, scipy.special.gammaln(x) - scipy.special.betaln(np.maximum(x, 1), shape), 0.0))


def _log_rate_error(x: FloatArray, mean: FloatArray, alpha: float) -> float:
    """Return the standard error of the log rate from the observed information in (log rate, alpha)."""
    spread = 1 + alpha * mean
    rate_rate = (mean * (1 + alpha * x) / spread**2).sum()
    rate_alpha = (mean * (x - mean) / spread**2).sum()
    reach = alpha * 1e-4
    shapes = [_likelihood(x, mean, value) for value in (alpha - reach, alpha, alpha + reach)]
    alpha_alpha = -(shapes[0] - 2 * shapes[1] + shapes[2]) / reach**2
    return math.sqrt(1 / (rate_rate - rate_alpha**2 / alpha_alpha)) if alpha_alpha > 0 else math.sqrt(1 / rate_rate)
