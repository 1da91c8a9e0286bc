"""The likelihood of the mean spend of repeat customers: the Gamma-Gamma model."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy

from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.likelihood.log_rising_factorial import HALF_LOG_2PI, log_rising, stirling_rest
from kundenmetrik.core.likelihood.newton import Evaluation

CANCELLATION_SHAPE = 16.0
"""From this p on the plain sum has lost so many digits that the slower one is worth its time."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SpendLikelihood:
    r"""The log-likelihood of x purchases with mean spend z, by the logarithms of p, q and v.

    .. math:: \ln L = \ln\Gamma(px + q) - \ln\Gamma(px) - \ln\Gamma(q) + q \ln v + (px - 1)\ln z + px \ln x
              - (px + q)\ln(v + xz).

    What depends on x alone is computed once per distinct x.

    Attributes
    ----------
    x, customers : ndarray
        The distinct numbers of purchases, and how many customers have each.
    place : ndarray
        The distinct number of each customer.
    total : ndarray
        What each customer spent on repeat purchases, x z.
    log_total, log_spend : float
        The sums of x ln(x z) and of ln z.
    """

    x: FloatArray
    customers: FloatArray
    place: IntArray
    total: FloatArray
    log_total: float
    log_spend: float

    @classmethod
    def of(cls, frequency: FloatArray, spend: FloatArray) -> SpendLikelihood:
        """Prepare the sums."""
        counts = np.bincount(frequency.astype(np.int64))
        kinds = np.flatnonzero(counts)
        rank = np.cumsum(counts > 0) - 1
        total = frequency * spend
        return cls(
            x=kinds.astype(np.float64),
            customers=counts[kinds].astype(np.float64),
            place=rank[frequency.astype(np.int64)],
            total=total,
            log_total=float(frequency @ np.log(total)),
            log_spend=float(np.log(spend).sum()),
        )

    def __call__(self, theta: FloatArray) -> Evaluation:
        """Return the total with its gradient and Hessian."""
        p, q, v = np.exp(theta)
        x, n, special = self.x, self.customers, scipy.special
        many = float(n.sum())
        mass = p * x
        shape = mass + q
        reach = v + self.total
        # Relative to v, so that a spread of customers that shrinks to nothing keeps its digits.
        slow, inverse = np.log1p(self.total / v), 1.0 / reach
        by_kind = np.bincount(self.place, slow, len(x)), np.bincount(self.place, inverse, len(x))
        level = self.log_total - (n @ x) * np.log(v)
        weight = shape[self.place]
        both, own = special.psi(shape), special.psi(mass)
        bend_both, bend_own = special.zeta(2.0, shape), special.zeta(2.0, mass)
        flat = level - x @ by_kind[0]
        larger, smaller = np.maximum(mass, q), np.minimum(mass, q)
        if p > CANCELLATION_SHAPE:
            value = self._sharp(mass, q, v, inverse)
        else:
            # the beta function by the difference at its larger argument
            beta = float(n @ (log_rising(larger, smaller) - special.gammaln(smaller)) - self.log_spend)
            value = p * flat - q * by_kind[0].sum() + beta
        shrink = float(shape @ by_kind[1])
        gradient = np.array(
            [
                p * ((n * x) @ (both - own) + flat),
                q * (n @ both - many * special.psi(q) - by_kind[0].sum()),
                many * q - v * shrink,
            ]
        )
        hessian = np.diag(gradient)
        hessian[0, 0] += p * p * float((n * x * x) @ (bend_both - bend_own))
        hessian[1, 1] += q * q * float(n @ bend_both - many * special.zeta(2.0, q))
        hessian[2, 2] += -many * q + v * v * float(weight @ inverse**2)
        hessian[0, 1] = hessian[1, 0] = p * q * float((n * x) @ bend_both)
        hessian[0, 2] = hessian[2, 0] = -p * v * float(x @ by_kind[1])
        hessian[1, 2] = hessian[2, 1] = q * (many - v * float(inverse.sum()))
        return value, gradient, hessian

    def _sharp(self, mass: FloatArray, q: float, v: float, inverse: FloatArray) -> float:
        r"""Return the total as a sum of parts that do not cancel; the plain one loses a digit for each of p.

        By Stirling's formula there is left :math:`m \ln(1 + c / m) + q \ln(1 - c / q)` with m = px and
        :math:`c = (q x z - m v) / (v + x z)`: how far the share seen is from the one expected, m / (m + q).
        """
        own = mass[self.place]
        excess, share = (self.total * q - own * v) * inverse, inverse * (own + q)
        seen = own * _log(excess / own, self.total * share / own) + q * _log(-excess / q, v * share / q)
        spread = 0.5 * np.log(mass / (mass + q) * q) - HALF_LOG_2PI
        rest = stirling_rest(mass + q) - stirling_rest(mass) - stirling_rest(q)
        return float(seen.sum() + self.customers @ (spread + rest) - self.log_spend)


def _log(excess: FloatArray, ratio: FloatArray) -> FloatArray:
    """Return the logarithm of ratios, from what they exceed 1 by where that has more digits."""
    return np.where(excess > -0.5, np.log1p(np.maximum(excess, -0.5)), np.log(ratio))
