"""How often the intervals of a net score cover, and how often its test errs: exact, by enumeration of every outcome."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import pytest
import scipy
from numpy.typing import NDArray

from kundenmetrik.core.statistics.two_samples.score_difference import score_difference
from kundenmetrik.testing.references.rates_and_scores import SCORE_INTERVALS

VALUES = (-1, 0, 1)
# Shares of detractors, passives, promoters.
INTERIOR = [(d, 1 - p - d, p) for p in np.arange(0.025, 1, 0.05) for d in np.arange(0.025, 1, 0.05) if p + d < 1 - 1e-9]
BOUNDARY = [(d, 1 - p - d, p) for d in (0, 0.005, 0.01) for p in np.arange(0.05, 0.951, 0.05)]

# Minimum and mean coverage of a nominal 95 percent over the interior grid, and the minimum over the boundary grid,
# as an independent enumeration gave them.
SIZES = (10, 20, 30, 50, 100)
INTERIOR_COVERAGE = {
    "wald": [(0.539, 0.874), (0.768, 0.918), (0.744, 0.928), (0.848, 0.936), (0.921, 0.944)],
    "adjusted_wald": [(0.917, 0.954), (0.936, 0.951), (0.939, 0.951), (0.941, 0.951), (0.946, 0.950)],
    "agresti_min": [(0.914, 0.947), (0.925, 0.948), (0.937, 0.949), (0.943, 0.949), (0.946, 0.949)],
    "score": [(0.939, 0.965), (0.944, 0.957), (0.935, 0.952), (0.943, 0.951), (0.946, 0.950)],
}
BOUNDARY_COVERAGE = {
    "wald": [0.400, 0.639, 0.782, 0.759, 0.877],
    "adjusted_wald": [0.879, 0.905, 0.918, 0.922, 0.937],
    "score": [0.914, 0.925, 0.930, 0.935, 0.933],
}

# Detractors, passives, promoters: evenly spread, typical of consumers, loyal, and nearly unanimous.
EVEN, MIXED, LOYAL, HIGH = (0.25, 0.5, 0.25), (0.2, 0.3, 0.5), (1 / 12, 1 / 12, 5 / 6), (0.03, 0.12, 0.85)
# Coverage at n = 20 of even, loyal, high and mixed, and at n = 50 of loyal and high.
PATTERN_COVERAGE = {
    "wald": {20: (0.928, 0.865, 0.845, 0.926), 50: (0.923, 0.923)},
    "t": {20: (0.953, 0.869, 0.849, 0.943), 50: (0.926, 0.923)},
    "adjusted_wald": {20: (0.953, 0.962, 0.962, 0.948), 50: (0.955, 0.964)},
    "agresti_min": {20: (0.938, 0.949, 0.974, 0.941), 50: (0.949, 0.966)},
    "score": {20: (0.958, 0.962, 0.962, 0.947), 50: (0.955, 0.955)},
    "jeffreys": {20: (0.953, 0.962, 0.962, 0.946), 50: (0.947, 0.955)},
    "dirichlet": {20: (0.958, 0.938, 0.905, 0.956), 50: (0.945, 0.934)},
}
# Size of nominal 5 percent tests at these three: separate variances, pooled variance, and whether the interval holds 0.
SIZE = {
    (20, 20): {"wald": (0.065, 0.059, 0.053), "pooled": (0.052, 0.050, 0.047), "mover": (0.050, 0.026, 0.009)},
    (50, 50): {"wald": (0.056, 0.054, 0.053), "pooled": (0.051, 0.050, 0.049), "mover": (0.050, 0.043, 0.036)},
    (20, 200): {"wald": (0.072, 0.113, 0.125), "pooled": (0.050, 0.044, 0.042), "mover": (0.049, 0.037, 0.036)},
}
PRINTED = 0.0005 + 1e-4


def outcomes(n: int) -> NDArray[Any]:
    """Return every table of n answers in three classes."""
    first, second = np.mgrid[0 : n + 1, 0 : n + 1]
    kept = first + second <= n
    return np.stack([first[kept], n - first[kept] - second[kept], second[kept]], axis=1)


def probabilities(tables: NDArray[Any], shares: NDArray[Any]) -> NDArray[Any]:
    """Return the multinomial probability of each table at each triple of shares."""
    ways = scipy.special.gammaln(tables[0].sum() + 1) - scipy.special.gammaln(tables + 1).sum(axis=1)
    return np.exp(ways + np.log(np.maximum(shares, 1e-300)) @ tables.T)


def coverage(method: str, n: int, shares: Any) -> NDArray[Any]:
    tables, shares = outcomes(n), np.array(shares)
    low, high = SCORE_INTERVALS[method](tables, VALUES, 0.95)
    truth = shares[:, 2] - shares[:, 0]
    covered = (low <= truth[:, None]) & (truth[:, None] <= high)
    return (probabilities(tables, shares) * covered).sum(axis=1)


@pytest.mark.parametrize(("n", "least"), [(10, 0.913), (20, 0.924), (50, 0.93)])
def test_the_score_interval_covers_in_the_worst_case(n: int, least: float) -> None:
    assert coverage("score", n, INTERIOR + BOUNDARY).min() >= least


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("method", list(INTERIOR_COVERAGE))
def test_coverage_over_the_interior(method: str, n: int) -> None:
    found = coverage(method, n, INTERIOR)
    np.testing.assert_allclose(
        (found.min(), found.mean()), INTERIOR_COVERAGE[method][SIZES.index(n)], rtol=0, atol=PRINTED
    )


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("method", list(BOUNDARY_COVERAGE))
def test_coverage_at_the_boundary(method: str, n: int) -> None:
    found = coverage(method, n, BOUNDARY).min()
    assert found == pytest.approx(BOUNDARY_COVERAGE[method][SIZES.index(n)], abs=PRINTED)


@pytest.mark.parametrize(("n", "shares"), [(20, (EVEN, LOYAL, HIGH, MIXED)), (50, (LOYAL, HIGH))])
@pytest.mark.parametrize("method", list(PATTERN_COVERAGE))
def test_coverage_of_typical_patterns(method: str, n: int, shares: tuple[Any, ...]) -> None:
    np.testing.assert_allclose(coverage(method, n, shares), PATTERN_COVERAGE[method][n], rtol=0, atol=PRINTED)


@pytest.mark.parametrize("n", [10, 20, 50])
def test_jeffreys_interval_covers_on_average(n: int) -> None:
    assert coverage("jeffreys", n, INTERIOR).mean() == pytest.approx(0.95, abs=0.005)


def verdicts(n_1: int, n_2: int) -> dict[str, NDArray[Any]]:
    """Return for each pair of outcomes whether the pooled test, the interval and the plain z-test see a difference."""
    first, second = outcomes(n_1), outcomes(n_2)
    pooled, mover = (np.empty((len(first), len(second)), dtype=bool) for _ in range(2))
    for row, table in enumerate(first):
        found = score_difference(np.broadcast_to(table, second.shape), second, VALUES, 0.95)
        pooled[row], mover[row] = found.p_value <= 0.05, (found.low > 0) | (found.high < 0)
    return {"pooled": pooled, "mover": mover, "wald": separate(first, second)}


def separate(first: NDArray[Any], second: NDArray[Any]) -> NDArray[Any]:
    """The z-test with separate variances, as widely used."""
    (mean_1, variance_1), (mean_2, variance_2) = (moments(tables) for tables in (first, second))
    gap = mean_1[:, None] - mean_2
    with np.errstate(divide="ignore", invalid="ignore"):
        z = np.abs(gap) / np.sqrt(variance_1[:, None] + variance_2)
    return (np.abs(gap) > 1e-12) & (z > scipy.special.ndtri(0.975))


def moments(tables: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    n = tables[0].sum()
    mean = (tables[:, 2] - tables[:, 0]) / n
    return mean, ((tables[:, 2] + tables[:, 0]) / n - mean**2) / n


@pytest.mark.slow
@pytest.mark.parametrize(("n_1", "n_2"), SIZE)
def test_the_pooled_test_keeps_its_size_where_the_plain_one_does_not(n_1: int, n_2: int) -> None:
    seen = verdicts(n_1, n_2)
    first, second = (probabilities(outcomes(n), np.array([MIXED, LOYAL, HIGH])) for n in (n_1, n_2))
    found = {name: [one @ which @ two for one, two in zip(first, second, strict=True)] for name, which in seen.items()}
    for name, printed in SIZE[n_1, n_2].items():
        np.testing.assert_allclose(found[name], printed, rtol=0, atol=PRINTED, err_msg=name)
    assert min(found["pooled"]) >= 0.041
    assert max(found["pooled"]) <= 0.055


def test_the_pooled_test_errs_on_the_safe_side_where_nearly_all_agree() -> None:
    # Its conservative corner: one answer in twenty off the top. Anywhere its size stays below 0.055 from 20 answers on.
    seen, tables = verdicts(20, 20)["pooled"], outcomes(20)
    chances = probabilities(tables, np.array([*INTERIOR, *BOUNDARY, (0.01, 0.04, 0.95)]))
    sizes = np.einsum("gi,ij,gj->g", chances, seen, chances, optimize=True)
    assert sizes.max() <= 0.055
    assert sizes[-1] == pytest.approx(0.0116, abs=1e-4)
    assert sizes.min() == pytest.approx(sizes[-1], abs=1e-6)


def outcomes_on_five_steps(n: int) -> NDArray[Any]:
    """Return every table of n answers on five steps, each a choice of four bars among n answers."""
    bars = np.array(list(combinations(range(n + 4), 4)))
    ends = np.broadcast_to([-1], (len(bars), 1)), np.broadcast_to([n + 4], (len(bars), 1))
    return np.diff(np.hstack([ends[0], bars, ends[1]]), axis=1) - 1


# Coverage and mean width of the score interval, those of t, and how often t's upper limit is above 5, as an independent
# simulation of 1,500 draws had them; three standard errors of it are 0.015 to 0.03.
FIVE_STEPS = [
    (15, (0.02, 0.03, 0.05, 0.20, 0.70), (0.961, 1.03), (0.875, 0.91), 0.50),
    (15, (0.10, 0.15, 0.25, 0.30, 0.20), (0.955, 1.20), (0.939, 1.36), 0.00),
    (15, (0.005, 0.005, 0.01, 0.08, 0.90), (0.956, 0.90), (0.804, 0.42), 0.77),
    (30, (0.02, 0.03, 0.05, 0.20, 0.70), (0.967, 0.68), (0.911, 0.63), 0.05),
    (30, (0.10, 0.15, 0.25, 0.30, 0.20), (0.950, 0.87), (0.948, 0.92), 0.00),
    (30, (0.005, 0.005, 0.01, 0.08, 0.90), (0.961, 0.54), (0.832, 0.31), 0.73),
]


@pytest.mark.parametrize(("n", "shares", "score", "student", "overshoot"), FIVE_STEPS)
def test_means_on_five_steps(
    n: int, shares: tuple[float, ...], score: tuple[float, float], student: tuple[float, float], overshoot: float
) -> None:
    tables, steps = outcomes_on_five_steps(n), np.arange(1, 6)
    chances, truth = probabilities(tables, np.array([shares]))[0], np.dot(shares, steps)
    for method, (covers, width) in {"score": score, "t": student}.items():
        low, high = SCORE_INTERVALS[method](tables, steps, 0.95)
        assert chances @ ((low <= truth) & (truth <= high)) == pytest.approx(
            covers, abs=0.016 if covers > 0.9 else 0.03
        )
        assert chances @ (high - low) == pytest.approx(width, abs=0.02)
        beyond = chances @ (high > 5 + 1e-12)
        assert beyond == 0 if method == "score" else beyond == pytest.approx(overshoot, abs=0.04)
