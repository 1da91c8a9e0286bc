"""The total of many customers' purchases: a distribution on whole numbers, and its quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from kundenmetrik.clv.fits.count_distribution import CountDistribution
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.statistics.root_finding import smallest_integer

DEVIATIONS_BELOW, DEVIATIONS_ABOVE = 20.0, 60.0
"""How many standard deviations the total is followed to either side of its mean."""
FREQUENCY_BLOCK = 64
CF_CUTOFF, CF_CUTOFF_BINNED = 1e-12, 1e-5
"""A characteristic function below this is taken as 0: of single counts, and of binned ones."""
MAX_TERMS, MIN_FREQUENCIES, MAX_FREQUENCIES = 2**25, 2**9, 2**15
"""How many terms are computed at most, and within which bounds that limits the number of frequencies."""
TAPER = 5.0
"""A characteristic function that is cut off early is tapered: by exp(-12.5) at the last frequency."""


@dataclass(frozen=True, kw_only=True, eq=False)
class MixtureComponent:
    """One of the values that the parameters may have.

    Attributes
    ----------
    weight : float
        How probable it is.
    factor : float
        How many times as much the pooled customers buy as at the fitted parameters.
    counts : list of CountDistribution
        The customers who matter one by one.
    """

    weight: float
    factor: float
    counts: list[CountDistribution]


@dataclass(frozen=True, kw_only=True, eq=False)
class TotalDistribution:
    r"""The number of purchases of all customers together, with uncertain parameters.

    At known parameters customers are independent, and the characteristic function of their total is the product of
    theirs; over the components, which are what the parameters may be, its mean is taken:

    .. math:: \psi(t) = \sum_q w_q \prod_{i \in \text{pooled}} \varphi_i(t)^{G_q}
              \prod_{i \notin \text{pooled}} \varphi_i(t; \theta_q).

    Its Fourier series gives the probability of each whole number.

    Attributes
    ----------
    pooled : list of CountDistribution
        All customers at the fitted parameters.
    customers, few : ndarray of int
        How many customers each kind of the pooled ones has, and how many each kind that matters one by one.
    components : list of MixtureComponent
        What the parameters may be.
    """

    pooled: list[CountDistribution]
    customers: IntArray
    few: IntArray
    components: list[MixtureComponent]

    def quantile(self, share: float) -> float:
        """Return the smallest number that is not exceeded with a probability."""
        return float(self._first + smallest_integer(lambda _, n: self._upto(n) >= share, 1)[0])

    @cached_property
    def _moments(self) -> tuple[float, float]:
        """The mean and the standard deviation of the total."""
        weight = np.array([component.weight for component in self.components])
        own = np.array([_moments(component.counts, self.few) for component in self.components])
        mean, variance = (own + np.outer([component.factor for component in self.components], self._common)).T
        middle = float(weight @ mean)
        return middle, float(np.sqrt(weight @ (variance + (mean - middle) ** 2)))

    @cached_property
    def _common(self) -> tuple[float, float]:
        """The mean and the variance of the pooled customers at the fitted parameters."""
        return _moments(self.pooled, self.customers)

    @cached_property
    def _first(self) -> int:
        mean, deviation = self._moments
        return max(int(mean - DEVIATIONS_BELOW * deviation), 0)

    @cached_property
    def _width(self) -> int:
        """How many whole numbers are told apart: an odd count, so that each frequency but 0 has its negative."""
        mean, deviation = self._moments
        pooled, variance = self._common
        most = max(component.factor for component in self.components) * (pooled + DEVIATIONS_ABOVE * np.sqrt(variance))
        most += max(sum(part.most(self.few) for part in component.counts) for component in self.components)
        return (int(min(mean + DEVIATIONS_ABOVE * deviation, most)) + 8 - self._first) | 1

    @cached_property
    def _characteristic_function(self) -> tuple[FloatArray, Any]:
        """The frequencies that count, and the characteristic function of the distance from the first number."""
        last, step = (self._width - 1) // 2, 2.0 * np.pi / self._width
        every = [*self.pooled, *(part for component in self.components for part in component.counts)]
        work = sum(part.chance.size for part in every)
        most = min(last, max(MIN_FREQUENCIES, min(MAX_FREQUENCIES, MAX_TERMS // work)))
        end = CF_CUTOFF_BINNED if any(part.places.ndim > 1 for part in every) else CF_CUTOFF
        number, parts, angle_so_far = np.arange(1.0, most + 1.0), [], 0.0
        for start in range(0, most, FREQUENCY_BLOCK):
            t = step * number[start : start + FREQUENCY_BLOCK]
            log = _log(self.pooled, t, self.customers)
            angle = np.unwrap(np.append(angle_so_far, log.imag - self._common[0] * t))
            angle_so_far = angle[-1]
            parts.append(self._mixture(t, log.real + 1j * angle[1:]))
            if np.abs(parts[-1]).max() < end:
                break
        values = np.concatenate(parts)
        number = number[: len(values)]
        taper = np.exp(-0.5 * (TAPER * number / most) ** 2) if len(values) == most < last else 1.0
        return step * number, values * taper

    def _mixture(self, t: FloatArray, pooled: Any) -> Any:
        total = np.zeros(len(t), dtype=np.complex128)
        for component in self.components:
            log = component.factor * (pooled + 1j * t * self._common[0]) + _log(component.counts, t, self.few)
            total += component.weight * np.exp(log - 1j * t * self._first)
        return total

    def _upto(self, n: IntArray) -> Any:
        """Return the probability of no more than n beyond the first number; 1 at the end of what is followed."""
        t, values = self._characteristic_function
        part = (values * np.expm1(-1j * t * (n[0] + 1.0)) / np.expm1(-1j * t)).sum().real
        return np.array([1.0 if n[0] >= self._width - 1 else (n[0] + 1.0 + 2.0 * part) / self._width])


def _moments(counts: list[CountDistribution], customers: IntArray) -> tuple[float, float]:
    """Return the mean and the variance of the total."""
    mean = sum(float(customers[part.kinds] @ part.mean) for part in counts)
    return mean, sum(float(customers[part.kinds] @ part.variance) for part in counts)


def _log(counts: list[CountDistribution], t: FloatArray, customers: IntArray) -> Any:
    return sum((part.log_transform(t, customers) for part in counts), np.zeros(len(t), dtype=np.complex128))
