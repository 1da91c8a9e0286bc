"""The total of many customers' purchases: a distribution on whole numbers, and its quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from kundenmetrik.clv.fits.count_distribution import Counts
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.statistics.integer_search import least

__all__ = ["CountTotal", "Scene"]

BELOW, ABOVE = 20.0, 60.0
"""How many standard deviations the total is followed to either side of its mean."""
BLOCK = 64
FADED, ROUGH = 1e-12, 1e-5
"""Waves that are left with no more than this no longer count: with single counts, and with cells of counts."""
EFFORT, FEWEST, MOST = 2**25, 2**9, 2**15
"""About how many turns are worth their time, and within which bounds that limits the number of waves."""
SMOOTH = 5.0
"""Where waves are cut off before they fade, they are faded out: by exp(-12.5) at the last one."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Scene:
    """One of the values that the parameters may have.

    Attributes
    ----------
    weight : float
        How probable it is.
    factor : float
        How many times as much the crowd buys as at the fitted parameters.
    counts : list of Counts
        The customers who matter one by one.
    """

    weight: float
    factor: float
    counts: list[Counts]


@dataclass(frozen=True, kw_only=True, eq=False)
class CountTotal:
    r"""The number of purchases of all customers together, with uncertain parameters.

    At known parameters customers are independent, and the characteristic function of their total is the product of
    theirs; over the scenes, which are what the parameters may be, its mean is taken:

    .. math:: \psi(t) = \sum_q w_q \prod_{i \in \text{crowd}} \varphi_i(t)^{G_q}
              \prod_{i \notin \text{crowd}} \varphi_i(t; \theta_q).

    The sum of its waves is the probability of each whole number.

    Attributes
    ----------
    crowd : list of Counts
        All customers at the fitted parameters.
    customers, few : ndarray of int
        How many customers each kind of the crowd has, and how many each kind that matters one by one.
    scenes : list of Scene
        What the parameters may be.
    """

    crowd: list[Counts]
    customers: IntArray
    few: IntArray
    scenes: list[Scene]

    def quantile(self, share: float) -> float:
        """Return the smallest number that is not exceeded with a probability."""
        return float(self._first + least(lambda _, n: self._upto(n) >= share, 1)[0])

    @cached_property
    def _moments(self) -> tuple[float, float]:
        """The mean and the standard deviation of the total."""
        weight = np.array([scene.weight for scene in self.scenes])
        own = np.array([_moments(scene.counts, self.few) for scene in self.scenes])
        mean, variance = (own + np.outer([scene.factor for scene in self.scenes], self._common)).T
        middle = float(weight @ mean)
        return middle, float(np.sqrt(weight @ (variance + (mean - middle) ** 2)))

    @cached_property
    def _common(self) -> tuple[float, float]:
        """The mean and the variance of the crowd at the fitted parameters."""
        return _moments(self.crowd, self.customers)

    @cached_property
    def _first(self) -> int:
        mean, deviation = self._moments
        return max(int(mean - BELOW * deviation), 0)

    @cached_property
    def _width(self) -> int:
        """How many numbers are told apart: an odd count, so that each wave but the flat one has a twin."""
        mean, deviation = self._moments
        crowd, variance = self._common
        most = max(scene.factor for scene in self.scenes) * (crowd + ABOVE * np.sqrt(variance))
        most += max(sum(part.most(self.few) for part in scene.counts) for scene in self.scenes)
        return (int(min(mean + ABOVE * deviation, most)) + 8 - self._first) | 1

    @cached_property
    def _waves(self) -> tuple[FloatArray, Any]:
        """The frequencies that count, and the characteristic function of the distance from the first number."""
        last = (self._width - 1) // 2
        every = [*self.crowd, *(part for scene in self.scenes for part in scene.counts)]
        work = sum(part.chance.size for part in every)
        most = min(last, max(FEWEST, min(MOST, EFFORT // work)))
        end = ROUGH if any(part.places.ndim > 1 for part in every) else FADED
        number, waves, turn = np.arange(1, most + 1), [], 0.0
        for start in range(0, most, BLOCK):
            t = self._frequency(number[start : start + BLOCK])
            log = _log(self.crowd, t, self.customers)
            angle = np.unwrap(np.append(turn, log.imag - self._common[0] * t))
            turn = angle[-1]
            waves.append(self._mixed(t, log.real + 1j * angle[1:]))
            if np.abs(waves[-1]).max() < end:
                break
        wave = np.concatenate(waves)
        number = number[: len(wave)]
        faded = np.exp(-0.5 * (SMOOTH * number / most) ** 2) if len(wave) == most < last else 1.0
        return self._frequency(number), wave * faded

    def _frequency(self, number: IntArray) -> FloatArray:
        return np.asarray(2.0 * np.pi / self._width * number, dtype=np.float64)

    def _mixed(self, t: FloatArray, crowd: Any) -> Any:
        total = np.zeros(len(t), dtype=np.complex128)
        for scene in self.scenes:
            log = scene.factor * (crowd + 1j * t * self._common[0]) + _log(scene.counts, t, self.few)
            total += scene.weight * np.exp(log - 1j * t * self._first)
        return total

    def _upto(self, n: IntArray) -> Any:
        """Return the probability of no more than n beyond the first number; 1 at the end of what is followed."""
        t, wave = self._waves
        part = (wave * np.expm1(-1j * t * (n[0] + 1.0)) / np.expm1(-1j * t)).sum().real
        return np.array([1.0 if n[0] >= self._width - 1 else (n[0] + 1.0 + 2.0 * part) / self._width])


def _moments(counts: list[Counts], customers: IntArray) -> tuple[float, float]:
    """Return the mean and the variance of the total."""
    mean = sum(float(customers[part.kinds] @ part.mean) for part in counts)
    return mean, sum(float(customers[part.kinds] @ part.variance) for part in counts)


def _log(counts: list[Counts], t: FloatArray, customers: IntArray) -> Any:
    return sum((part.log_transform(t, customers) for part in counts), np.zeros(len(t), dtype=np.complex128))
