"""The rising product p (p + 1) ... (p + n - 1) in logarithms, with its derivatives by p."""

from __future__ import annotations

import numpy as np
import scipy

from kundenmetrik.core.arrays import FloatArray, IntArray

__all__ = ["log_rising", "rising_derivatives"]

LONGEST = 200_000
"""Up to here a table of running sums is cheaper and more exact than gamma functions."""


def rising_derivatives(start: float | FloatArray, factors: IntArray) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the log of the product and its first and second derivative by ``start``, one for each count of factors."""
    most = int(factors.max(initial=0))
    if np.ndim(start) == 0 and most <= LONGEST:
        terms: FloatArray = np.asarray(start + np.arange(most), dtype=np.float64)
        inverse = 1.0 / terms
        first, second = _running(inverse)[factors], _running(-inverse * inverse)[factors]
        return _running(np.log(terms))[factors], first, second
    special = scipy.special
    first = special.psi(start + factors) - special.psi(start)
    second = special.zeta(2.0, start + factors) - special.zeta(2.0, start)
    return log_rising(start, factors), first, second


def log_rising(start: float | FloatArray, factors: float | IntArray | FloatArray) -> FloatArray:
    """Return the log of the product for whole or broken counts of factors, by gamma functions."""
    return np.asarray(scipy.special.gammaln(start + factors) - scipy.special.gammaln(start))


def _running(terms: FloatArray) -> FloatArray:
    sums = np.zeros(len(terms) + 1)
    np.cumsum(terms, out=sums[1:])
    return sums
