"""How often the intervals of shares and rates cover: exact, by enumeration of every outcome."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy
from numpy.typing import NDArray

from kundenmetrik.testing.references.rates_and_scores import RATE_INTERVALS, SHARE_INTERVALS

# Minimum and mean coverage of a nominal 95 percent at n = 10, 100, 1000 over shares of 0.005 to 0.995, as an
# independent enumeration gave them.
SHARES = np.arange(0.005, 0.9951, 0.005)
SHARE_COVERAGE = {
    "wilson": {10: (0.860, 0.954), 100: (0.910, 0.950), 1000: (0.944, 0.950)},
    "agresti_coull": {10: (0.928, 0.964), 100: (0.939, 0.955), 1000: (0.944, 0.950)},
    "jeffreys": {10: (0.869, 0.953), 100: (0.881, 0.950), 1000: (0.928, 0.949)},
    "clopper_pearson": {10: (0.961, 0.984), 100: (0.954, 0.965), 1000: (0.951, 0.955)},
    "wald": {10: (0.049, 0.773), 100: (0.394, 0.926), 1000: (0.871, 0.947)},
}
# The same for Poisson counts with means of 0.1 to 10 and of 10 to 100.
FEW, MANY = np.arange(0.1, 10.01, 0.1), np.arange(10, 100.1, 0.5)
FEW_COVERAGE = {
    "garwood": (0.956, 0.975),
    "byar": (0.956, 0.975),
    "mid_p": (0.917, 0.960),
    "score": (0.905, 0.954),
    "jeffreys": (0.905, 0.951),
    "wald": (0.095, 0.844),
}
MANY_COVERAGE = {"garwood": (0.950, 0.958), "mid_p": (0.935, 0.950), "score": (0.936, 0.950), "wald": (0.912, 0.944)}
PRINTED = 0.0005 + 1e-4


def coverage(limits: tuple[NDArray[Any], NDArray[Any]], chances: NDArray[Any], truths: NDArray[Any]) -> NDArray[Any]:
    low, high = limits
    covered = (low <= truths[:, None]) & (truths[:, None] <= high)
    return (chances * covered).sum(axis=1)


def share_coverage(method: str, n: int, shares: NDArray[Any]) -> NDArray[Any]:
    x = np.arange(n + 1)
    ways = scipy.special.gammaln(n + 1) - scipy.special.gammaln(x + 1) - scipy.special.gammaln(n - x + 1)
    chances = np.exp(ways + np.log(shares)[:, None] * x + np.log1p(-shares)[:, None] * (n - x))
    return coverage(SHARE_INTERVALS[method](x, np.full(n + 1, n), 0.95), chances, shares)


def rate_coverage(method: str, means: NDArray[Any]) -> NDArray[Any]:
    x = np.arange(250)
    chances = np.exp(np.log(means)[:, None] * x - means[:, None] - scipy.special.gammaln(x + 1))
    return coverage(RATE_INTERVALS[method](x, np.ones(250), 0.95), chances, means)


@pytest.mark.parametrize("n", [10, 100, 1000])
@pytest.mark.parametrize("method", list(SHARE_COVERAGE))
def test_coverage_of_shares(method: str, n: int) -> None:
    found = share_coverage(method, n, SHARES)
    np.testing.assert_allclose((found.min(), found.mean()), SHARE_COVERAGE[method][n], rtol=0, atol=PRINTED)


@pytest.mark.parametrize("n", [1, 2, 5, 37])
def test_clopper_pearson_covers_as_often_as_it_says_everywhere(n: int) -> None:
    # Coverage falls at the limits themselves, so these are the shares to look at, from both sides.
    limits = np.unique(np.concatenate(SHARE_INTERVALS["clopper_pearson"](np.arange(n + 1), np.full(n + 1, n), 0.95)))
    inner = limits[(limits > 0) & (limits < 1)]
    shares = np.concatenate([inner - 1e-9, inner + 1e-9])
    assert share_coverage("clopper_pearson", n, shares).min() >= 0.95 - 1e-12


@pytest.mark.parametrize("method", list(FEW_COVERAGE))
def test_coverage_of_rates_of_few_events(method: str) -> None:
    found = rate_coverage(method, FEW)
    np.testing.assert_allclose((found.min(), found.mean()), FEW_COVERAGE[method], rtol=0, atol=PRINTED)


@pytest.mark.parametrize("method", list(MANY_COVERAGE))
def test_coverage_of_rates_of_many_events(method: str) -> None:
    found = rate_coverage(method, MANY)
    np.testing.assert_allclose((found.min(), found.mean()), MANY_COVERAGE[method], rtol=0, atol=PRINTED)


def test_garwood_covers_as_often_as_it_says_everywhere() -> None:
    limits = np.concatenate(RATE_INTERVALS["garwood"](np.arange(60), np.ones(60), 0.95))
    inner = limits[(limits > 0) & (limits < 60)]
    assert rate_coverage("garwood", np.concatenate([inner - 1e-9, inner + 1e-9])).min() >= 0.95 - 1e-12
