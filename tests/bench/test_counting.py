"""Counting against pandas: ratios of CPU time, the contenders by turns in one run, the best of several."""

from __future__ import annotations

import time
import tracemalloc
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik.core.counting.grouped_histogram import grouped_histogram
from kundenmetrik.core.counting.histogram import histogram
from kundenmetrik.frame.reading.keys import labels
from kundenmetrik.frame.reading.numbers import numbers

pytestmark = pytest.mark.bench

ROWS = 10_000_000
ROUNDS = 7


def seconds(contenders: Any, rounds: Any = ROUNDS, repeat: int = 1) -> Any:
    """Return the best CPU seconds of each contender."""
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(rounds):
        for name, call in contenders.items():
            start = time.process_time()
            for _ in range(repeat):
                call()
            best[name] = min(best[name], (time.process_time() - start) / repeat)
    return best


def ratios(contenders: Any, **settings: Any) -> Any:
    """Return how many times longer each of the others takes than the first."""
    best = seconds(contenders, **settings)
    ours = next(iter(best.values()))
    found = {name: took / ours for name, took in list(best.items())[1:]}
    print(f"\nours {ours * 1e9:,.0f} ns;", ", ".join(f"{name} x{ratio:.2f}" for name, ratio in found.items()))
    return found


@pytest.fixture(scope="module")
def ratings() -> Any:
    return np.random.default_rng(1).integers(0, 11, ROWS).astype(np.int8)


@pytest.fixture(scope="module")
def gaps() -> Any:
    return np.random.default_rng(2).random(ROWS) < 0.1


def nps(series: Any) -> Any:
    return (series >= 9).mean() - (series <= 6).mean()


def counted(values: Any) -> Any:
    column = numbers(values, "scores")
    return histogram(column.values, 0, 10, column.missing)


def test_all_steps_of_small_integers(ratings: Any) -> None:
    series = pd.Series(ratings)
    found = ratios(
        {
            "ours": lambda: counted(series),
            "pandas mean": lambda: nps(series),
            "value_counts": series.value_counts,
        },
        rounds=15,
    )
    assert found["pandas mean"] >= 3
    assert found["value_counts"] >= 7


def test_small_integers_need_constant_memory(ratings: Any) -> None:
    tracemalloc.start()
    counted(ratings)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak <= 1_000_000


def test_floats_with_gaps(ratings: Any, gaps: Any) -> None:
    series = pd.Series(np.where(gaps, np.nan, ratings))
    found = ratios({"ours": lambda: counted(series), "pandas": lambda: nps(series.dropna())})
    assert found["pandas"] >= 4


def test_wide_integers(ratings: Any) -> None:
    series = pd.Series(ratings.astype(np.int64))
    found = ratios({"ours": lambda: counted(series), "pandas": lambda: nps(series)})
    assert found["pandas"] >= 1.4


def test_nullable_integers(ratings: Any, gaps: Any) -> None:
    series = pd.Series(pd.arrays.IntegerArray(ratings, gaps))
    found = ratios({"ours": lambda: counted(series), "pandas": lambda: nps(series)})
    assert found["pandas"] >= 8


def test_by_a_thousand_segments(ratings: Any) -> None:
    segments = np.random.default_rng(3).integers(0, 1_000, ROWS)
    frame = pd.DataFrame({"segment": segments, "score": ratings})

    def ours() -> Any:
        codes, keys = labels(segments, "segment")
        return grouped_histogram(ratings, codes, len(keys), 0, 10)

    found = ratios(
        {
            "ours": lambda: grouped_histogram(ratings, segments, 1_000, 0, 10),
            "ours with the keys": ours,
            "groupby mean": lambda: frame.groupby("segment")["score"].mean(),
            "groupby apply": lambda: frame.groupby("segment")["score"].apply(nps),
        },
        rounds=3,
    )
    assert found["groupby mean"] >= 3.5
    assert found["groupby apply"] >= 12


@pytest.mark.parametrize("make", [list, np.array, pd.Series], ids=["list", "array", "Series"])
def test_twenty_answers(make: Any) -> None:
    values = make([10, 9, 9, 8, 7, 3, 10, 6, 0, 5] * 2)
    series = pd.Series(values)
    found = ratios({"ours": lambda: counted(values), "pandas": lambda: nps(series)}, repeat=500)
    assert found["pandas"] >= 7
