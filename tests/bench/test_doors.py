"""The public doors against the pandas idioms they replace, and what the import costs."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km

pytestmark = pytest.mark.bench

ROWS = 10_000_000
Times = Callable[..., dict[str, float]]


@pytest.fixture(scope="module")
def ratings() -> pd.Series:
    return pd.Series(np.random.default_rng(1).integers(0, 11, ROWS).astype(np.int8))


def means(scores: pd.Series) -> float:
    return float((scores >= 9).mean() - (scores <= 6).mean())


def test_nps_of_ten_million_small_integers(ratings: pd.Series, times: Times) -> None:
    found = times(
        {"ours": lambda: km.nps(ratings).value, "means": lambda: means(ratings), "value_counts": ratings.value_counts},
        rounds=25,
    )
    assert found["means"] >= 3.8
    assert found["value_counts"] >= 9


def test_nps_needs_a_megabyte_whatever_the_size(ratings: pd.Series) -> None:
    km.nps(ratings)
    tracemalloc.start()
    _ = km.nps(ratings).value
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak <= 1_000_000


def test_nps_of_floats_with_gaps(ratings: pd.Series, times: Times) -> None:
    scores = ratings.astype(np.float64)
    scores[np.random.default_rng(2).random(ROWS) < 0.1] = np.nan
    found = times(
        {
            "ours": lambda: km.nps(scores).value,
            "dropna in each term": lambda: (scores.dropna() >= 9).mean() - (scores.dropna() <= 6).mean(),
            "dropna once": lambda: means(scores.dropna()),
            "sums by count": lambda: ((scores >= 9).sum() - (scores <= 6).sum()) / scores.count(),
        },
    )
    assert found["dropna in each term"] >= 8
    assert found["dropna once"] >= 4
    assert found["sums by count"] >= 1.5


def test_nps_by_a_thousand_segments(ratings: pd.Series, times: Times) -> None:
    segment = pd.Series(np.random.default_rng(3).integers(0, 1000, ROWS)).astype("category")
    frame = pd.DataFrame({"segment": segment, "nps": ratings})

    def grouped_means() -> object:
        parts = pd.DataFrame({"segment": segment, "top": ratings >= 9, "low": ratings <= 6})
        both = parts.groupby("segment", observed=True)[["top", "low"]].mean()
        return both["top"] - both["low"]

    found = times(
        {
            "ours": lambda: km.measure(frame, km.NPS("nps"), by="segment").to_frame(),
            "groupby.mean": grouped_means,
            "groupby.apply": lambda: frame.groupby("segment", observed=True)["nps"].apply(means),
        },
        rounds=3,
    )
    assert found["groupby.mean"] >= 3.5
    assert found["groupby.apply"] >= 12


@pytest.mark.parametrize("kind", ["array", "Series"])
def test_nps_of_twenty_ratings(kind: str, times: Times) -> None:
    scores = pd.Series(np.random.default_rng(4).integers(0, 11, 20))
    given = scores if kind == "Series" else scores.to_numpy()
    found = times({"ours": lambda: km.nps(given), "means": lambda: means(scores)}, repeat=2000)
    assert found["means"] >= 7


def test_the_import_costs_little_beside_its_dependencies() -> None:
    before = "import time, numpy, pandas, pydantic; start = time.process_time()"
    code = f"{before}; import kundenmetrik; print(time.process_time() - start, start)"
    runs = [
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
        for _ in range(5)
    ]
    share = min(float(ours) / float(theirs) for ours, theirs in runs)
    print(f"\nimport: {share:.1%} of the dependencies' own")
    assert share <= 0.1
