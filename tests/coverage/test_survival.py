"""How often the intervals of a survival curve hold the truth, by seeded simulation."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kundenmetrik.core.statistics.survival import INTERVAL_KINDS, survival_table

RUNS, SIZE = 4_000, 200
AT, HORIZON = 6.0, 6.0


@pytest.fixture(scope="module")
def tables() -> Any:
    """Lifetimes with mean 10, of which a uniform end of observation on 0 to 25 cuts off about a third."""
    rng = np.random.default_rng(20260105)
    lives, ends = rng.exponential(10.0, (RUNS, SIZE)), rng.uniform(0.0, 25.0, (RUNS, SIZE))
    return [survival_table(np.minimum(a, b), a <= b) for a, b in zip(lives, ends, strict=True)]


@pytest.mark.slow
@pytest.mark.parametrize("kind", INTERVAL_KINDS)
def test_share_still_there(tables: Any, kind: str) -> None:
    truth, hits = np.exp(-AT / 10.0), 0
    for table in tables:
        place = np.searchsorted(table.time, AT, side="right") - 1
        low, high = table.interval(0.95, kind)
        hits += low[place] <= truth <= high[place]
    assert hits / RUNS == pytest.approx(0.95, abs=0.014)  # four standard errors of the simulation


@pytest.mark.slow
def test_restricted_mean(tables: Any) -> None:
    truth, hits = 10.0 * (1 - np.exp(-HORIZON / 10.0)), 0
    for table in tables:
        area, variance = table.restricted_mean(HORIZON)
        hits += abs(area - truth) <= 1.959963984540054 * np.sqrt(variance)
    assert hits / RUNS == pytest.approx(0.95, abs=0.014)


@pytest.mark.slow
def test_median(tables: Any) -> None:
    truth, hits = 10.0 * np.log(2.0), 0
    for table in tables:
        low, high = table.quantile_interval(0.5)
        hits += low <= truth <= high
    assert hits / RUNS == pytest.approx(0.95, abs=0.014)
