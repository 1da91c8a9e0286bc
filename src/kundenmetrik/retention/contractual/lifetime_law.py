"""A law of contractual lifetimes: who is still there after so many renewals, and what that is worth."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np
import scipy

from kundenmetrik.core.arrays import FloatArray

__all__ = ["Law", "log_beta_ratio", "log_one_plus", "logistic", "remaining_lifetime"]

EXACT = 1024
"""So many terms of a sum are added one by one; the rest is an integral with its end corrections."""
STIRLING = 20.0
PANELS = 200
NODES, WEIGHTS = np.polynomial.legendre.leggauss(24)


class Law(ABC):
    """A survivor curve with parameters that are free numbers inside and natural ones outside."""

    __slots__ = ()

    name: ClassVar[str]
    letters: ClassVar[tuple[str, ...]]

    @staticmethod
    @abstractmethod
    def natural(free: Any) -> Any:
        """Return the natural parameters of free ones; analytic."""

    @staticmethod
    @abstractmethod
    def log_survival(natural: Any, t: FloatArray) -> Any:
        """Return the logarithm of the share still there after ``t`` renewals."""

    @classmethod
    def log_retention(cls, natural: Any, t: FloatArray) -> Any:
        """Return the logarithm of the share renewing at the ``t``-th renewal of those who came to it."""
        return cls.log_survival(natural, t) - cls.log_survival(natural, t - 1.0)

    @staticmethod
    @abstractmethod
    def mean_is_finite(natural: FloatArray) -> bool:
        """Return whether the expected lifetime is finite."""

    @classmethod
    def at_limit(cls, limit: type[Law], values: FloatArray) -> FloatArray:
        """Return the natural parameters where the law becomes its limit with the given parameters."""
        return values

    @classmethod
    def log_likelihood(cls, natural: Any, t: FloatArray, lost: FloatArray, kept: FloatArray) -> Any:
        """Return the log-likelihood of contracts lost and kept at their renewals."""
        log_kept = cls.log_retention(natural, t)
        with np.errstate(divide="ignore", invalid="ignore"):
            log_lost = np.log(-np.expm1(log_kept))
            return (np.where(lost > 0, lost * log_lost, 0.0) + np.where(kept > 0, kept * log_kept, 0.0)).sum(axis=-1)


def logistic(value: Any) -> Any:
    """Return a share from its log-odds; analytic."""
    return 1.0 / (1.0 + np.exp(-value))


def log_beta_ratio(alpha: Any, beta: Any, x: Any) -> Any:
    """Return ``ln B(alpha, beta + x) - ln B(alpha, beta)``, to the last digits also where the parameters are huge."""
    few = np.real(x) <= np.real(alpha)
    return np.where(few, _rise(beta, x) - _rise(alpha + beta, x), _rise(beta, alpha) - _rise(beta + x, alpha))


def log_one_plus(value: Any) -> Any:
    """Return ``ln(1 + value)``; at a complex step too, where numpy's own loses the digits of the real part."""
    if not np.iscomplexobj(value):
        return np.log1p(value)
    return np.log1p(value.real) + 1j * (value.imag / (1.0 + value.real))


def _rise(base: Any, x: Any) -> Any:
    """Return ``ln Gamma(base + x) - ln Gamma(base)``; above STIRLING without a difference of large logarithms."""
    gamma = scipy.special.loggamma if np.iscomplexobj(base) or np.iscomplexobj(x) else scipy.special.gammaln
    high = np.where(np.real(base) >= STIRLING, base, STIRLING)
    long = (high - 0.5) * log_one_plus(x / high) + x * (np.log(high + x) - 1.0) + _series(high + x) - _series(high)
    low = np.where(np.real(base) < STIRLING, base, STIRLING)
    return np.where(np.real(base) >= STIRLING, long, gamma(low + x) - gamma(low))


def _series(z: Any) -> Any:
    """Return what Stirling's formula leaves out, to the last digit from STIRLING on."""
    q = (1.0 / z) * (1.0 / z)
    return (1 / 12 - (1 / 360 - (1 / 1260 - q / 1680) * q) * q) / z


def remaining_lifetime(law: type[Law], natural: FloatArray, discount: float, renewals: int) -> float:
    """Return the sum of ``S(t) / S(renewals) / (1 + discount)**(t - renewals)`` over ``t >= renewals``."""
    if discount == 0.0 and not law.mean_is_finite(natural):
        return np.inf
    base, rate = float(law.log_survival(natural, np.array([float(renewals)]))[0]), np.log1p(discount)

    def term(later: FloatArray) -> FloatArray:
        return np.asarray(np.exp(law.log_survival(natural, renewals + later) - base - rate * later))

    head = term(np.arange(float(EXACT)))
    edge = term(np.array([EXACT - 1.0, float(EXACT), EXACT + 1.0]))
    # Euler-Maclaurin: the tail is its integral, plus half of its first term, less a twelfth of the slope there.
    return float(head.sum() + _tail(term) + edge[1] / 2 - (edge[2] - edge[0]) / 24)


def _tail(term: Any) -> float:
    """Integrate from EXACT to infinity over the logarithm of time, panel by panel.

    A curve that falls like a power of time gives panels in a constant ratio, whose sum beyond the last one is known.
    """
    total, piece, left = 0.0, 0.0, np.log(float(EXACT))
    for _ in range(PANELS):
        moments = np.exp(left + (NODES + 1.0) / 2.0)
        before, piece = piece, float((WEIGHTS * term(moments) * moments).sum() / 2.0)
        total, left = total + piece, left + 1.0
        if piece <= 1e-17 * total:
            return total
    return total + piece * piece / (before - piece)
