"""The bootstrap from counts: the law of resampled answers, reproducible by seed."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from kundenmetrik.core.statistics.bootstrap import bootstrap_interval
from kundenmetrik.errors import InvalidArgument

VALUES = (-100, 0, 100)


def test_a_seed_gives_the_same_limits_and_no_seed_leaves_the_global_state_alone() -> None:
    counts = np.array([[30, 40, 80]])
    np.testing.assert_array_equal(
        bootstrap_interval(counts, VALUES, 0.95, rng=7), bootstrap_interval(counts, VALUES, 0.95, rng=7)
    )
    before = np.random.get_state()[1].copy()
    bootstrap_interval(counts, VALUES, 0.95)
    np.testing.assert_array_equal(before, np.random.get_state()[1])


def test_it_has_the_limits_of_scipys_bootstrap_of_the_answers() -> None:
    counts = np.array([15, 25, 60])
    answers = np.repeat(VALUES, counts)
    low, high = bootstrap_interval(counts[None], VALUES, 0.9, rng=1, draws=40_000)
    peer = stats.bootstrap(
        (answers,), np.mean, n_resamples=40_000, confidence_level=0.9, method="percentile", batch=2000, rng=2
    ).confidence_interval
    # One answer moves the score by one or two points, which is the grid both sets of limits lie on.
    np.testing.assert_allclose((low[0], high[0]), (peer.low, peer.high), atol=1.01)


def test_the_number_of_answers_may_be_anything() -> None:
    low, high = bootstrap_interval(np.array([[10**12, 3 * 10**12, 5 * 10**12]]), VALUES, 0.95, rng=1)
    assert high[0] - low[0] < 1e-3
    low, high = bootstrap_interval(np.array([[0.1, 0.1, 0.2]]), VALUES, 0.95, rng=1)
    assert -100 <= low[0] < high[0] <= 100


def test_effective_counts_are_resampled_as_so_many_answers() -> None:
    counts = np.array([[15.2, 25.1, 60.0]])
    low, high = bootstrap_interval(counts, VALUES, 0.95, rng=1, draws=20_000)
    spread = np.sqrt(np.cov(np.array(VALUES), aweights=counts[0], ddof=0) / counts.sum())
    assert (high[0] - low[0]) / 2 == pytest.approx(1.96 * spread, rel=0.05)


@pytest.mark.parametrize("draws", [0, 2.5])
def test_draws_are_a_whole_number_from_one(draws: float) -> None:
    with pytest.raises(InvalidArgument, match="draws"):
        bootstrap_interval(np.array([[1, 2, 3]]), VALUES, 0.95, draws=draws)
