"""Intervals against their peers, as ratios of processor time in one interleaved run."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from scipy import stats

from kundenmetrik.core.statistics.one_sample.proportions import wilson_interval
from kundenmetrik.core.statistics.score_methods import SCORE_METHODS
from kundenmetrik.core.statistics.scores.score_interval import score_interval

proportion = pytest.importorskip("statsmodels.stats.proportion")

pytestmark = pytest.mark.bench
GROUPS = 100_000
POINTS = (-100, 0, 100)


def best(calls: Any, repeats: Any) -> Any:
    """Return for each call the least processor time of so many rounds; the calls take turns."""
    times = dict.fromkeys(calls, np.inf)
    for _ in range(repeats):
        for name, call in calls.items():
            start = time.process_time()
            call()
            times[name] = min(times[name], time.process_time() - start)
    return times


@pytest.fixture(scope="module")
def grouped() -> Any:
    rng = np.random.default_rng(20)
    tables = rng.multinomial(200, (0.2, 0.3, 0.5), size=GROUPS)
    return tables, tables[:, 2].copy(), tables.sum(axis=1)


def test_intervals_of_many_groups(grouped: Any, record_property: Any) -> None:
    tables, promoters, n = grouped
    times = best(
        {
            "peer": lambda: proportion.proportion_confint(promoters, n, method="wilson"),
            "wilson": lambda: wilson_interval(promoters, n, 0.95),
            "score": lambda: score_interval(tables, POINTS, 0.95),
        },
        repeats=15,
    )
    record_property("wilson_over_statsmodels", times["wilson"] / times["peer"])
    record_property("score_over_statsmodels_wilson", times["score"] / times["peer"])
    print({name: f"{1000 * spent:.2f} ms" for name, spent in times.items()})
    assert times["wilson"] <= times["peer"]
    assert times["score"] <= 10 * times["peer"]


def test_bootstrap_from_counts(record_property: Any) -> None:
    counts = np.array([[2000, 3000, 5000]])
    answers = np.repeat(POINTS, counts[0])
    ours = best({"ours": lambda: SCORE_METHODS["bootstrap"](counts, POINTS, 0.95, rng=1)}, repeats=20)["ours"]
    rng = np.random.default_rng(1)
    peer = best(
        {"peer": lambda: stats.bootstrap((answers,), np.mean, n_resamples=9_999, method="percentile", rng=rng)},
        repeats=2,
    )["peer"]
    record_property("scipy_over_bootstrap", peer / ours)
    print(f"{1000 * peer:.0f} ms against {1000 * ours:.2f} ms: {peer / ours:.0f} times")
    assert peer >= 250 * ours


def test_one_group_is_as_quick_as_a_few_lines_of_python(record_property: Any) -> None:
    counts = np.array([[3, 1, 6]])
    calls = {
        "ours": lambda: [score_interval(counts, POINTS, 0.95) for _ in range(200)],
        "peer": lambda: [proportion.proportion_confint(6, 10, method="wilson") for _ in range(200)],
    }
    times = best(calls, repeats=10)
    record_property("one_score_interval_over_statsmodels_wilson", times["ours"] / times["peer"])
    print({name: f"{1e6 * spent / 200:.1f} us" for name, spent in times.items()})
    assert times["ours"] <= 2 * times["peer"]
