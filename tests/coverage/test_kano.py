"""The size of the tests of two categories under a true tie, and the coverage of intervals, by exact enumeration."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats
from scipy.special import gammaln

from kundenmetrik.kano.analysis.mode_certainty import equal_p_value
from kundenmetrik.kano.categories.category_rules import coefficient_limits, strength
from kundenmetrik.testing.references.kano import fong_limit

FONG = [
    (0.40, 30, 0.186),
    (0.40, 100, 0.199),
    (0.40, 358, 0.204),
    (0.45, 30, 0.213),
    (0.45, 100, 0.227),
    (0.45, 358, 0.228),
]
"""Share of each of two tied categories, answers, and the simulated rejection rate of the nominal 10 % test."""


def two_of_n(share: float, n: int) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Return every pair of counts of two categories of equal share among n answers, and their probabilities."""
    a, b = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
    inside = a + b <= n
    a, b = a[inside].astype(float), b[inside].astype(float)
    rest = n - a - b
    logs = gammaln(n + 1) - gammaln(a + 1) - gammaln(b + 1) - gammaln(rest + 1)
    return a, b, np.exp(logs + (a + b) * np.log(share) + rest * np.log(1 - 2 * share))


def letters_of_n(shares: Any, n: Any) -> Any:
    """Return every table of A, O, M, I with n answers, and their probabilities."""
    grid = np.stack(np.meshgrid(*[np.arange(n + 1)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    grid = grid[grid.sum(axis=1) <= n]
    counts = np.column_stack([grid, n - grid.sum(axis=1)]).astype(float)
    logs = gammaln(n + 1) - gammaln(counts + 1).sum(axis=1) + (counts * np.log(shares)).sum(axis=1)
    return counts, np.exp(logs)


@pytest.mark.parametrize(("share", "n", "simulated"), FONG)
def test_fongs_test_rejects_a_true_tie_twice_as_often_as_it_says(share: float, n: int, simulated: float) -> None:
    a, b, p = two_of_n(share, n)
    assert p.sum() == pytest.approx(1.0, abs=1e-9)
    rejected = np.abs(a - b) >= fong_limit(a, b, np.full(len(a), float(n)), 1.65)
    size = p[rejected].sum()
    assert 0.15 <= size <= 0.23
    assert size == pytest.approx(simulated, abs=0.012)


@pytest.mark.parametrize(("share", "n"), [(share, n) for share, n, _ in FONG])
def test_the_exact_test_keeps_its_level_under_a_true_tie(share: float, n: int) -> None:
    a, b, p = two_of_n(share, n)
    p_value = np.nan_to_num(equal_p_value(a, b), nan=1.0)
    for level in (0.01, 0.05, 0.10):
        assert p[p_value <= level].sum() <= level


def test_the_exact_test_is_not_empty() -> None:
    a, b, p = two_of_n(0.45, 358)
    assert p[equal_p_value(a, b) <= 0.10].sum() > 0.08


@pytest.mark.parametrize(("n", "fires"), [(30, 0.76), (100, 0.47), (358, 0.20)])
def test_six_percent_strength_is_no_test(n: int, fires: float) -> None:
    """The chance that a true tie of .4 and .4 has at most 6 % between the two: it depends on n alone."""
    a, b, p = two_of_n(0.40, n)
    assert 1 - p[np.abs(a - b) / n <= 0.06].sum() == pytest.approx(fires, abs=0.02)
    letters = np.array([[20, 14, 0, 0, 0, 0]])
    assert strength(letters)[0] == 6 / 34


@pytest.mark.parametrize("share", [0.03, 0.1, 0.25, 0.5])
@pytest.mark.parametrize("n", [20, 50])
def test_better_and_worse_are_covered(share: float, n: int) -> None:
    k = np.arange(n + 1)
    letters = np.column_stack([k, 0 * k, 0 * k, n - k, 0 * k, 0 * k])
    (low, high), _ = coefficient_limits(letters, 0.95)
    turned = letters[:, [1, 2, 0, 3, 4, 5]]
    _, (worse_low, worse_high) = coefficient_limits(turned, 0.95)
    weights = stats.binom.pmf(k, n, share)
    better_covers = weights[(low <= share) & (share <= high)].sum()
    worse_covers = weights[(worse_low <= -share) & (-share <= worse_high)].sum()
    assert better_covers == pytest.approx(worse_covers, abs=1e-12)
    assert better_covers >= 0.915
