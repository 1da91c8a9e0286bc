"""A million respondents by twenty features against numpy's fancy indexing and pandas' crosstab, in CPU time."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.kano.categories.letters import LETTERS, evaluation_tables

pytestmark = pytest.mark.bench

PEOPLE, FEATURES, ROUNDS = 1_000_000, 20, 5


@pytest.fixture(scope="module")
def wide() -> Any:
    rng = np.random.default_rng(0)
    names = [f"f{i}_{side}" for i in range(FEATURES) for side in ("functional", "dysfunctional")]
    return pd.DataFrame({name: rng.integers(1, 6, PEOPLE, dtype=np.int8) for name in names})


def ours(wide: Any) -> Any:
    return km.kano.classify(wide, pairs=km.kano.pair_columns(wide)).letters


def numpys(wide: Any) -> Any:
    lookup = np.zeros((6, 6), dtype=np.int8)
    lookup[1:, 1:] = [[LETTERS.index(letter) for letter in row] for row in evaluation_tables()["classic"].rows]
    columns = [(wide[f"f{i}_functional"].to_numpy(), wide[f"f{i}_dysfunctional"].to_numpy()) for i in range(FEATURES)]
    return np.array([np.bincount(lookup[f, d], minlength=6) for f, d in columns])


def pandas_crosstab(wide: Any, features: int = 1) -> Any:
    return [pd.crosstab(wide[f"f{i}_functional"], wide[f"f{i}_dysfunctional"]) for i in range(features)]


def seconds(call: Any) -> Any:
    start = time.process_time()
    call()
    return time.process_time() - start


def test_four_times_numpy_and_thirty_times_crosstab(wide: Any) -> None:
    np.testing.assert_array_equal(ours(wide), numpys(wide))
    calls = {"ours": lambda: ours(wide), "numpy": lambda: numpys(wide), "crosstab": lambda: pandas_crosstab(wide)}
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(ROUNDS):
        for name, call in calls.items():
            times[name].append(seconds(call))
    best = {name: min(several) for name, several in times.items()}
    per_feature = best["ours"] / FEATURES
    print({name: round(t * 1e3, 1) for name, t in best.items()}, "crosstab", round(best["crosstab"] / per_feature, 1))
    assert best["numpy"] / best["ours"] >= 4.0
    assert best["crosstab"] / per_feature >= 30.0
