"""Speed of survival, log-rank, cohorts and overlap as ratios of CPU time to the peers, in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import retention

pytestmark = pytest.mark.bench
SIZE = 1_000_000


def cpu(job: Callable[[], object]) -> float:
    begin = time.process_time()
    job()
    return time.process_time() - begin


def ratio(ours: Callable[[], object], theirs: Callable[[], object], rounds: int = 5) -> float:
    """Return the best CPU time of theirs over the best of ours, taken in turns."""
    pairs = [(cpu(ours), cpu(theirs)) for _ in range(rounds)]
    return min(their for _, their in pairs) / min(our for our, _ in pairs)


@pytest.fixture(scope="module")
def lives() -> Any:
    rng = np.random.default_rng(1)
    return {
        "whole": rng.integers(0, 2_000, SIZE),
        "float": rng.exponential(100.0, SIZE),
        "churned": rng.random(SIZE) < 0.6,
        "group": rng.integers(0, 2, SIZE),
    }


@pytest.mark.parametrize(("form", "goal"), [("whole", 5.0), ("float", 12.0)])
def test_kaplan_meier(lives: Any, form: Any, goal: Any) -> None:
    lifelines = pytest.importorskip("lifelines")
    duration, churned = lives[form], lives["churned"]

    def ours() -> None:
        retention.survival(duration, churned).tables[0].interval()

    assert ratio(ours, lambda: lifelines.KaplanMeierFitter().fit(duration, churned), 3) >= goal


@pytest.mark.parametrize(("form", "goal"), [("whole", 3.5), ("float", 7.0)])
def test_logrank(lives: Any, form: Any, goal: Any) -> None:
    lifelines = pytest.importorskip("lifelines")
    duration, churned, group = lives[form], lives["churned"], lives["group"]

    def theirs() -> None:
        lifelines.statistics.multivariate_logrank_test(duration, group, churned)

    assert ratio(lambda: retention.logrank(duration, churned, group), theirs, 3) >= goal


@pytest.fixture(scope="module")
def log() -> Any:
    rng = np.random.default_rng(0)
    seconds = pd.to_timedelta(rng.integers(0, 1_500 * 86_400, SIZE), unit="s")
    times = (pd.Timestamp("2020-01-01") + seconds).astype("datetime64[ns]")
    return pd.DataFrame({"customer_id": rng.integers(0, SIZE // 10, SIZE), "occurred_at": times})


def by_codes(log: Any) -> Any:
    """The fastest pandas form we know: month numbers, distinct pairs, first month by transform, one crosstab."""
    month = log["occurred_at"].dt.year * 12 + log["occurred_at"].dt.month
    pairs = pd.DataFrame({"customer": log["customer_id"], "month": month}).drop_duplicates()
    first = pairs.groupby("customer")["month"].transform("min")
    triangle = pairs.assign(first=first, age=pairs["month"] - first).groupby(["first", "age"]).size().unstack()
    return triangle.reindex(range(first.min(), first.max() + 1))


def by_merge(log: Any) -> Any:
    month = log["occurred_at"].dt.year * 12 + log["occurred_at"].dt.month
    first = month.groupby(log["customer_id"]).transform("min")
    frame = pd.DataFrame({"customer": log["customer_id"], "first": first, "age": month - first})
    return frame.groupby(["first", "age"])["customer"].nunique().unstack()


def test_cohorts(log: Any) -> None:
    until = "2024-02-09"
    table = retention.cohorts(log, observed_until=until).matrix("retained").to_numpy()
    other = np.nan_to_num(by_codes(log).to_numpy()[: table.shape[0], : table.shape[1]])
    np.testing.assert_array_equal(table[~np.isnan(table)], other[~np.isnan(table)])
    best = min((by_codes, by_merge), key=lambda form: cpu(lambda: form(log)))
    assert ratio(lambda: retention.cohorts(log, observed_until=until), lambda: best(log)) >= 4.5


def test_cohorts_against_clvkit(log: Any) -> None:
    clvkit = pytest.importorskip("clvkit")
    until = "2024-02-29"  # clvkit takes the month of the last event as observed to its end

    def theirs() -> Any:
        return clvkit.CohortMatrix.from_transactions(log, datetime_col="occurred_at")

    table = retention.cohorts(log, observed_until=until).matrix("retained")
    other = theirs().to_pandas()
    kept = table.loc[[str(cohort) for cohort in other.index]]  # a month without new customers has no row there
    np.testing.assert_array_equal(kept.to_numpy(), other.to_numpy())
    assert (table.drop(kept.index)[0] == 0).all()
    assert ratio(lambda: retention.cohorts(log, observed_until=until), theirs) >= 7.0


@pytest.mark.parametrize(("span", "goal"), [(4 * SIZE, 4.5), (2**60, 1.5)])
def test_overlap(span: Any, goal: Any) -> None:
    rng = np.random.default_rng(0)
    start = pd.unique(rng.integers(0, span, SIZE + SIZE // 4))[:SIZE]
    end = rng.permutation(np.concatenate([start[: SIZE // 2], rng.integers(0, span, SIZE // 2)]))

    def theirs() -> Any:
        return int(pd.Series(pd.unique(start)).isin(pd.unique(end)).sum())

    assert theirs() == retention.overlap(start, end).retained
    assert ratio(lambda: retention.overlap(start, end), theirs) >= goal
