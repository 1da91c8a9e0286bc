"""The E-test of two Poisson rates by tails: one pass over the likely first counts, no grid of both counts."""

from __future__ import annotations

import math

import numpy as np

from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.errors import InvalidArgument

__all__ = ["e_test"]

LARGEST = 1e12
"""The largest expected count: beyond it the band of likely counts no longer fits in memory."""
TIE = 1e-12
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
    outcomes = [_one(x, n, y, m, variance, alternative, difference) for x, n, y, m in pairs.reshape(-1, 4).tolist()]
    table = np.array(outcomes, dtype=np.float64).reshape(-1, 2).T
    shape = np.shape(events)
    return table[0].reshape(shape), table[1].reshape(shape)


def _one(x: float, n: float, y: float, m: float, variance: str, side: str, difference: float) -> tuple[float, float]:
    if not (n > 0 and m > 0 and math.isfinite(n / m)):
        return math.nan, math.nan
    second = (x + y - difference * n) / (n + m)
    if second <= 0:
        return 0.0, 1.0
    first_mean, second_mean = n * (second + difference), m * second
    if max(first_mean, second_mean) > LARGEST:
        raise InvalidArgument("method", "be 'score' for counts beyond 1e12", "e_test")
    weights = (1 / n**2, 1 / m**2) if variance == "wald" else (1 / (n * m), 1 / (n * m))
    observed = (x / n - y / m - difference) / math.sqrt(weights[0] * x + weights[1] * y)
    firsts, chances = _likely(first_mean)
    seconds, other_chances = _likely(second_mean)
    up_to = np.concatenate([[0.0], np.cumsum(other_chances)])
    from_on = np.concatenate([np.cumsum(other_chances[::-1])[::-1], [0.0]])
    last, first = _ends(firsts / n - difference, weights[0] * firsts, 1 / m, weights[1], observed, side)
    no_event = firsts == 0 if difference == 0 and observed != 0 else np.zeros(len(firsts), dtype=bool)
    low = up_to[_place(last + 1, seconds)] - np.where(no_event & (last >= 0) & (seconds[0] == 0), other_chances[0], 0)
    high = from_on[_place(np.maximum(first, last + 1), seconds)]
    return observed, min(1.0, float(chances @ (low + high)))


def _likely(mean: float) -> tuple[FloatArray, FloatArray]:
    """Return the counts that hold all but 1e-17 of a Poisson distribution, and their chances."""
    reach = 9 * math.sqrt(mean) + 15
    counts = np.arange(max(0.0, math.floor(mean - reach)), math.ceil(mean + reach + 30))
    mode = int(math.floor(mean) - counts[0])
    rising = np.cumprod(mean / counts[mode + 1 :])
    falling = np.cumprod(counts[mode:0:-1] / mean)
    shape = np.concatenate([falling[::-1], [1.0], rising])
    return counts, shape / shape.sum()


def _ends(
    shift: FloatArray, base: FloatArray, slope: float, weight: float, observed: float, side: str
) -> tuple[FloatArray, FloatArray]:
    """Return the last low and the first high second count that are as far out, for each first count.

    As far out means ``(shift - slope*y)^2 >= t^2 (base + weight*y)``, a quadratic in y.
    """
    t = abs(observed) * (1 - TIE)
    middle = (2 * shift * slope + t**2 * weight) / (2 * slope**2)
    under_root = t**2 * (4 * shift * slope * weight + (t * weight) ** 2 + 4 * slope**2 * base)
    half = np.sqrt(np.maximum(under_root, 0)) / (2 * slope**2)
    small = np.where(under_root < 0, -np.inf, middle - half)
    large = np.where(under_root < 0, -np.inf, middle + half)
    none_low, none_high = np.full_like(small, -1.0), np.full_like(small, np.inf)
    if side == "two-sided":
        return np.floor(small + _slack(small)), np.ceil(large - _slack(large))
    if side == "greater":
        end = small if observed >= 0 else large
        return np.floor(end + _slack(end)), none_high
    end = large if observed <= 0 else small
    return none_low, np.ceil(end - _slack(end))


def _slack(root: FloatArray) -> FloatArray:
    """Return how far rounding may have moved a root that is a whole number."""
    return np.where(np.isfinite(root), 1e-9 + 1e-13 * np.abs(root), 0.0)


def _place(count: FloatArray, counts: FloatArray) -> IntArray:
    """Return how many of the likely counts lie below each count."""
    return np.asarray(np.clip(count - counts[0], 0, len(counts)), dtype=np.int64)
