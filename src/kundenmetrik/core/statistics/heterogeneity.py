"""Whether many Poisson rates are one: Pearson's test, the likelihood-ratio test, and Pearson's by simulation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import scipy

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import MOST_DRAWS, check_choice, check_count, check_generator
from kundenmetrik.errors import InvalidArgument


@dataclass(frozen=True, slots=True, kw_only=True)
class Heterogeneity:
    """The outcome of a test that many groups share one rate.

    Attributes
    ----------
    statistic : float
        Pearson's or the likelihood-ratio statistic.
    df : int
        Its degrees of freedom, the groups with exposure less one.
    p_value : float
        NaN with fewer than two groups or without any event.
    method : str
        The name of the test.
    notes : tuple of str
        ``empty`` where there is nothing to compare.
    """

    statistic: float
    df: int
    p_value: float
    method: str
    notes: tuple[str, ...] = ()


def heterogeneity_test(
    events: FloatArray,
    exposure: FloatArray,
    *,
    method: str = "pearson",
    draws: int = 1_999,
    rng: int | np.random.Generator | np.random.SeedSequence | None = 0,
) -> Heterogeneity:
    """Test whether many groups share one Poisson rate; groups without exposure tell nothing and are left out.

    Parameters
    ----------
    events, exposure : array of float, one entry a group
        Counts and exposures.
    method : {"pearson", "likelihood_ratio", "monte_carlo"}
        Chi-square approximations, or Pearson's statistic against multinomial draws given the total,
        for small counts.
    draws : int
        How many draws ``monte_carlo`` makes.
    rng : int, Generator, SeedSequence or None
        The seed of the draws: the same seed gives the same digits; None draws anew each time.

    Returns
    -------
    Heterogeneity
        Statistic, degrees of freedom, p-value.
    """
    check_choice(method, "method", HETEROGENEITY_TESTS)
    size, generator = check_count(draws, "draws", low=1, high=MOST_DRAWS), check_generator(rng)
    kept = exposure > 0
    x, n = np.asarray(events, dtype=np.float64)[kept], np.asarray(exposure, dtype=np.float64)[kept]
    df, total = max(len(x) - 1, 0), float(x.sum())
    if df == 0 or total == 0:
        return Heterogeneity(statistic=np.nan, df=df, p_value=np.nan, method=method, notes=("empty",))
    shares = n / n.sum()
    statistic = float(_departure(x, total * shares, method))
    if method == "monte_carlo":
        chance = _drawn_p(statistic, total, shares, size, generator)
    else:
        chance = float(scipy.special.chdtrc(df, statistic))
    return Heterogeneity(statistic=statistic, df=df, p_value=chance, method=method)


HeterogeneityMethod = Literal["pearson", "likelihood_ratio", "monte_carlo"]
HETEROGENEITY_TESTS: tuple[HeterogeneityMethod, ...] = get_args(HeterogeneityMethod)

COUNTS_PER_BLOCK = 4_000_000
"""How many drawn counts are held at once."""


def _departure(x: FloatArray, expected: FloatArray, method: str) -> FloatArray:
    if method == "likelihood_ratio":
        return np.asarray(2 * scipy.special.kl_div(x, expected).sum(axis=-1))
    return np.asarray(((x - expected) ** 2 / expected).sum(axis=-1))


def _drawn_p(statistic: float, total: float, shares: FloatArray, draws: int, rng: np.random.Generator) -> float:
    if total > 2**62:
        raise InvalidArgument("method", "be 'pearson' for counts this large", "monte_carlo")
    at_once, as_far = max(1, COUNTS_PER_BLOCK // len(shares)), 0
    for first in range(0, draws, at_once):
        drawn = rng.multinomial(int(total), shares, size=min(at_once, draws - first)).astype(np.float64)
        far = _departure(drawn, total * shares, "pearson") >= statistic * (1 - 1e-12)
        as_far += int(np.count_nonzero(far))
    return (1 + as_far) / (draws + 1)
