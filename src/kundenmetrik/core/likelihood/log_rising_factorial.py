"""The rising product p (p + 1) ... (p + n - 1) in logarithms, with its derivatives by p."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import scipy

from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.likelihood.complex_step import log_one_plus

HALF_LOG_2PI = 0.5 * math.log(2.0 * math.pi)

STIRLING_FROM = 30.0
"""From here on four terms of Stirling's series have all digits of a float."""
MAX_TABLE_LENGTH = 200_000
"""Up to here a table of running sums is cheaper and more exact than gamma functions."""


Derivatives = tuple[FloatArray, FloatArray, FloatArray]
"""The log of the product, and its first and second derivative by the start, one for each count of factors."""


def rising_derivatives(start: float | FloatArray, factors: IntArray) -> Derivatives:
    """Return the log of the product and its derivatives by ``start``, one for each count of factors."""
    if np.ndim(start) == 0 and int(factors.max(initial=0)) <= MAX_TABLE_LENGTH:
        return all_rising_derivatives((start,), factors)[0]
    special = scipy.special
    first = special.psi(start + factors) - special.psi(start)
    second = special.zeta(2.0, start + factors) - special.zeta(2.0, start)
    return log_rising(start, factors), first, second


def all_rising_derivatives(starts: Sequence[float | FloatArray], factors: IntArray) -> list[Derivatives]:
    """Return the derivatives of several products with the same counts of factors, from one table where that can be."""
    most = int(factors.max(initial=0))
    if most > MAX_TABLE_LENGTH or any(np.ndim(start) for start in starts):
        return [rising_derivatives(start, factors) for start in starts]
    terms = np.add.outer(np.array(starts, dtype=np.float64), np.arange(most))
    sums = np.zeros((3, len(starts), most + 1))
    np.log(terms, out=sums[0, :, 1:])
    np.divide(1.0, terms, out=sums[1, :, 1:])
    np.multiply(sums[1, :, 1:], -sums[1, :, 1:], out=sums[2, :, 1:])
    value, first, second = np.add.accumulate(sums, axis=2, out=sums).take(factors, axis=2)
    return list(zip(value, first, second, strict=True))


def log_rising(start: Any, factors: Any) -> Any:
    """Return the log of the product for whole or broken counts of factors; analytic in both arguments.

    For large starts the difference of two log gammas loses digits; Stirling's series for the difference keeps them.
    """
    begin, count = np.asarray(start), np.asarray(factors)
    if begin.dtype.kind == "c" or count.dtype.kind == "c":
        return _log_rising(begin, count, scipy.special.loggamma)
    return _log_rising(begin.astype(np.float64), count.astype(np.float64), scipy.special.gammaln)


def _log_rising(begin: Any, count: Any, log_gamma: Any) -> Any:
    large = begin.real > STIRLING_FROM
    if not large.any():
        return np.asarray(log_gamma(begin + count) - log_gamma(begin))
    safe = np.where(large, begin, STIRLING_FROM)
    end = safe + count
    series = (end - 0.5) * log_one_plus(count / safe) + count * (np.log(safe) - 1.0) + _rest(end) - _rest(safe)
    if large.all():
        return np.asarray(series)
    return np.where(large, series, log_gamma(begin + count) - log_gamma(begin))


def stirling_rest(values: float | FloatArray) -> FloatArray:
    """Return what Stirling's formula leaves of a log gamma, for any argument above 0."""
    y = np.asarray(values, dtype=np.float64)
    small = np.minimum(y, STIRLING_FROM)
    plain = scipy.special.gammaln(small) - ((small - 0.5) * np.log(small) - small + HALF_LOG_2PI)
    return np.where(y > STIRLING_FROM, _rest(np.maximum(y, STIRLING_FROM)), plain)


def _rest(large: Any) -> Any:
    """Return what Stirling's formula leaves of a log gamma of a large argument."""
    inverse = 1.0 / large
    square = inverse * inverse
    return np.asarray(inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square / 1680))))
