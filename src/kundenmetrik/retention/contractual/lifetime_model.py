"""A model of contractual lifetimes: who is still there after so many renewals, and what that is worth."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.log_rising_factorial import log_rising
from kundenmetrik.core.likelihood.quadrature import legendre

EXACT = 1024
"""So many terms of a sum are added one by one; the rest is an integral with its end corrections."""
PANELS = 200
NODES = 24


class LifetimeModel(ABC):
    """A survivor function; its parameters are coordinates without bounds inside and positive numbers outside.

    All its functions are analytic, and take one vector of parameters or many as the columns of a matrix.
    """

    __slots__ = ()

    name: ClassVar[str]
    parameters: ClassVar[tuple[str, ...]]
    _nested: ClassVar[dict[str, tuple[int, ...]]] = {}
    """The models that this one contains, with the degrees of freedom of the chi-squares that their test mixes."""

    @staticmethod
    @abstractmethod
    def _natural(free: Any) -> Any:
        """Return the parameters at some coordinates."""

    @staticmethod
    @abstractmethod
    def _log_survival(natural: Any, t: FloatArray) -> Any:
        """Return the logarithm of the share still there after ``t`` renewals."""

    @classmethod
    def _log_retention(cls, natural: Any, t: FloatArray) -> Any:
        """Return the logarithm of the share renewing at the ``t``-th renewal of those who came to it."""
        return cls._log_survival(natural, t) - cls._log_survival(natural, t - 1.0)

    @staticmethod
    @abstractmethod
    def _mean_is_finite(natural: FloatArray) -> bool:
        """Return whether the expected lifetime is finite."""

    def _at_limit(self, limit: LifetimeModel, values: FloatArray) -> FloatArray:
        """Return the parameters where the model becomes its limit with the given parameters."""
        return values

    @classmethod
    def _log_likelihood(cls, natural: Any, t: FloatArray, lost: FloatArray, kept: FloatArray) -> Any:
        """Return the log-likelihood of contracts lost and kept at their renewals."""
        log_kept = cls._log_retention(natural, t)
        with np.errstate(divide="ignore", invalid="ignore"):
            log_lost = np.log(-np.expm1(log_kept))
            return (np.where(lost > 0, lost * log_lost, 0.0) + np.where(kept > 0, kept * log_kept, 0.0)).sum(axis=-1)


def logistic(value: Any) -> Any:
    """Return a share from its log-odds; analytic, which scipy's ``expit`` is not."""
    return 1.0 / (1.0 + np.exp(-value))


@np.errstate(under="ignore")
def log_beta_ratio(alpha: Any, beta: Any, x: Any) -> Any:
    """Return ``ln B(alpha, beta + x) - ln B(alpha, beta)``, to the last digits also where the parameters are huge."""
    few = np.real(x) <= np.real(alpha)
    by_x = log_rising(beta, x) - log_rising(alpha + beta, x)
    return np.where(few, by_x, log_rising(beta, alpha) - log_rising(beta + x, alpha))


@np.errstate(under="ignore")
def remaining_lifetime(model: LifetimeModel, natural: FloatArray, discount: float, renewals: int) -> float:
    """Return the sum of ``S(t) / S(renewals) / (1 + discount)**(t - renewals)`` over ``t >= renewals``."""
    if discount == 0.0 and not model._mean_is_finite(natural):
        return np.inf
    base, rate = float(model._log_survival(natural, np.array([float(renewals)]))[0]), np.log1p(discount)

    def term(later: FloatArray) -> FloatArray:
        return np.asarray(np.exp(model._log_survival(natural, renewals + later) - base - rate * later))

    head = term(np.arange(float(EXACT)))
    edge = term(np.array([EXACT - 1.0, float(EXACT), EXACT + 1.0]))
    # Euler-Maclaurin: the tail is its integral, plus half of its first term, less a twelfth of the slope there.
    return float(head.sum() + _tail(term) + edge[1] / 2 - (edge[2] - edge[0]) / 24)


def _tail(term: Any) -> float:
    """Integrate from EXACT to infinity over the logarithm of time, panel by panel.

    A curve that falls like a power of time gives panels in a constant ratio, whose sum beyond the last one is known.
    """
    places, weights = legendre(NODES)
    total, panel, left = 0.0, 0.0, np.log(float(EXACT))
    for _ in range(PANELS):
        moments = np.exp(left + places)
        before, panel = panel, float((weights * term(moments) * moments).sum())
        total, left = total + panel, left + 1.0
        if panel <= 1e-17 * total:
            return total
    return total + panel * panel / (before - panel)
