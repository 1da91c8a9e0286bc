"""The E-test of two Poisson rates by tails: one pass over the likely first counts, no grid of both counts."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.errors import InvalidArgument

LARGEST_MEAN = 1e12
"""The largest expected count: beyond it the band of likely counts no longer fits in memory."""
TIE_TOLERANCE = 1e-12
"""Two statistics closer than this share are the same one, computed in another order."""


def e_test(
    events: FloatArray,
    exposure: FloatArray,
    other_events: FloatArray,
    other_exposure: FloatArray,
    *,
    variance: str = "score",
    alternative: str = "two-sided",
    difference: float = 0.0,
) -> tuple[FloatArray, FloatArray]:
    """Return statistic and p-value of the E-test that two Poisson rates differ by ``difference``.

    The p-value is the probability, under the rates estimated from the null hypothesis, of a statistic
    at least as far out. For each first count the second counts that are as far out form two tails,
    whose ends are the roots of a quadratic; so the work grows with the root of the counts.

    Parameters
    ----------
    events, exposure, other_events, other_exposure : array of float
        Counts and positive exposures of the first and second group of each pair, of one shape.
    variance : {"score", "wald"}
        Divide by the pooled or by the separate variance; ``wald`` is Krishnamoorthy and Thomson's
        (2004) own form, and scipy's ``poisson_means_test``.
    alternative : {"two-sided", "greater", "less"}
        Which statistics count as far out.
    difference : float
        First rate minus second under the null, at least 0; other than 0 only with ``wald``.

    Returns
    -------
    tuple of array
        Statistic and p-value; p is 1 where the null leaves no room for the second rate.
    """
    if difference and variance == "score":
        raise InvalidArgument("difference", "be 0 for the score form of the E-test", difference)
    pairs = np.stack([np.atleast_1d(part) for part in (events, exposure, other_events, other_exposure)], axis=-1)
    outcomes = [
        _test_pair(x, n, y, m, variance, alternative, difference) for x, n, y, m in pairs.reshape(-1, 4).tolist()
    ]
    table = np.array(outcomes, dtype=np.float64).reshape(-1, 2).T
    shape = np.shape(events)
    return table[0].reshape(shape), table[1].reshape(shape)


def _test_pair(
    x: float, n: float, y: float, m: float, variance: str, side: str, difference: float
) -> tuple[float, float]:
    if not (n > 0 and m > 0 and math.isfinite(n / m)):
        return math.nan, math.nan
    second = (x + y - difference * n) / (n + m)
    if second <= 0:
        return 0.0, 1.0
    first_mean, second_mean = n * (second + difference), m * second
    if max(first_mean, second_mean) > LARGEST_MEAN:
        raise InvalidArgument("method", "be 'score' for counts beyond 1e12", "e_test")
    weights = (1 / n**2, 1 / m**2) if variance == "wald" else (1 / (n * m), 1 / (n * m))
    observed = (x / n - y / m - difference) / math.sqrt(weights[0] * x + weights[1] * y)
    firsts, chances = _likely_counts(first_mean)
    tails = _Tails(
        shift=firsts / n - difference,
        base=weights[0] * firsts,
        slope=1 / m,
        weight=weights[1],
        seconds=_likely_counts(second_mean),
    )
    if {"greater": observed < 0, "less": observed > 0}.get(side, False):
        far = 1 - float(chances @ tails.beyond(observed, "less" if side == "greater" else "greater", strict=True))
    else:
        far = float(chances @ tails.beyond(observed, side, strict=False))
    return observed, min(1.0, max(0.0, far))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tails:
    """For each first count the second counts y with (shift - slope y) / root(base + weight y) far out."""

    shift: FloatArray
    base: FloatArray
    slope: float
    weight: float
    seconds: tuple[FloatArray, FloatArray]

    def beyond(self, t: float, side: str, *, strict: bool) -> FloatArray:
        """Return the chance of a second count with a statistic at least, when strict more than, as far out as t.

        The statistic without any event is 0. Where the shift is negative, so is the statistic on both sides of
        the roots.
        """
        small, large = self._roots(t, strict)
        slack = (-1 if strict else 1) * np.where(np.isfinite(small), 1e-9 + 1e-13 * np.abs(large), 0.0)
        last, first = np.floor(small + slack), np.ceil(large - slack)
        if side == "greater":
            last, first = np.where(self.shift < 0, -1.0, last), np.full_like(first, np.inf)
        elif side == "less":
            last = np.where(self.shift < 0, last, -1.0)
        counts, chances = self.seconds
        up_to = np.concatenate([[0.0], np.cumsum(chances)])
        from_on = np.concatenate([np.cumsum(chances[::-1])[::-1], [0.0]])
        nothing = (self.shift == 0) & (self.base == 0) & (last >= 0) & (t != 0) & (counts[0] == 0)
        low = up_to[_position(last + 1, counts)] - np.where(nothing, chances[0], 0.0)
        return np.asarray(low + from_on[_position(np.maximum(first, last + 1), counts)])

    def _roots(self, t: float, strict: bool) -> tuple[FloatArray, FloatArray]:
        """Return between which second counts the statistic is nearer than t: the roots of a quadratic, or none."""
        square = (t * (1 + TIE_TOLERANCE if strict else 1 - TIE_TOLERANCE)) ** 2
        middle = (2 * self.shift * self.slope + square * self.weight) / (2 * self.slope**2)
        inner = 4 * self.slope * (self.shift * self.weight + self.slope * self.base) + square * self.weight**2
        half = np.sqrt(np.maximum(square * inner, 0)) / (2 * self.slope**2)
        return np.where(inner < 0, -np.inf, middle - half), np.where(inner < 0, -np.inf, middle + half)


def _likely_counts(mean: float) -> tuple[FloatArray, FloatArray]:
    """Return the counts that hold all but 1e-17 of a Poisson distribution, and their chances."""
    reach = 9 * math.sqrt(mean) + 15
    counts = np.arange(max(0.0, math.floor(mean - reach)), math.ceil(mean + reach + 30))
    mode = int(math.floor(mean) - counts[0])
    rising = np.cumprod(mean / counts[mode + 1 :])
    falling = np.cumprod(counts[mode:0:-1] / mean)
    shape = np.concatenate([falling[::-1], [1.0], rising])
    return counts, shape / shape.sum()


def _position(count: FloatArray, counts: FloatArray) -> IntArray:
    """Return how many of the likely counts lie below each count."""
    return np.asarray(np.clip(count - counts[0], 0, len(counts)), dtype=np.int64)
