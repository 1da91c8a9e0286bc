"""Speed of reading a log, as a ratio to peers timed in the same run; CPU time, the best of interleaved rounds."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import clv

pytestmark = pytest.mark.bench
ROWS, CUSTOMERS, ROUNDS = 1_000_000, 100_000, 4


@pytest.fixture(scope="module")
def log() -> pd.DataFrame:
    rng = np.random.default_rng(20)
    start = np.datetime64("2024-01-01T00:00:00", "us")
    seconds = rng.integers(0, 364 * 86_400, ROWS)
    return pd.DataFrame(
        {
            "customer_id": rng.integers(0, CUSTOMERS, ROWS),
            "occurred_at": start + seconds.astype("m8[s]"),
            "amount": rng.gamma(2.0, 20.0, ROWS),
        }
    )


@pytest.fixture(scope="module")
def text_log(log: pd.DataFrame) -> pd.DataFrame:
    """The ids as a database or a CSV reader gives them: Python strings, one object for each customer."""
    names = np.array([f"customer-{number}" for number in range(CUSTOMERS)], dtype=object)
    return log.assign(customer_id=pd.Series(names[log["customer_id"]], dtype=object))


def ours(frame: pd.DataFrame) -> tuple[int, float]:
    base = clv.purchases(frame, observed_until="2024-12-31")
    return int(base.frequency.sum()), float(np.nansum(base.spend))


def by_pandas(frame: pd.DataFrame) -> tuple[int, float]:
    day = frame["occurred_at"].dt.floor("D")
    daily = frame.assign(day=day).groupby(["customer_id", "day"], as_index=False)["amount"].sum()
    groups = daily.groupby("customer_id")
    table = groups["day"].agg(["min", "max", "count"])
    table["frequency"] = table["count"] - 1
    table["recency"] = (table["max"] - table["min"]).dt.days / 7
    table["age"] = (pd.Timestamp("2024-12-31") - table["min"]).dt.days / 7
    repeat = daily[daily["customer_id"].duplicated()]
    table["spend"] = repeat.groupby("customer_id")["amount"].mean()
    return int(table["frequency"].sum()), float(table["spend"].sum())


def by_lifetimes(frame: pd.DataFrame) -> tuple[int, float]:
    from lifetimes.utils import summary_data_from_transaction_data

    table = summary_data_from_transaction_data(
        frame, "customer_id", "occurred_at", "amount", observation_period_end="2024-12-31"
    )
    return int(table["frequency"].sum()), float(table["monetary_value"].sum())


def by_polars(frame: pd.DataFrame) -> Callable[[], tuple[int, float]]:
    import polars as pl

    source = pl.from_pandas(frame)

    def run() -> tuple[int, float]:
        day = pl.col("occurred_at").dt.date()
        daily = source.group_by("customer_id", day.alias("day")).agg(pl.col("amount").sum()).sort("customer_id", "day")
        table = daily.group_by("customer_id").agg(
            (pl.len() - 1).alias("frequency"),
            (pl.col("day").max() - pl.col("day").min()).dt.total_days().alias("recency"),
            (pl.date(2024, 12, 31) - pl.col("day").min()).dt.total_days().alias("age"),
            pl.col("amount").slice(1).mean().alias("spend"),
        )
        return int(table["frequency"].sum()), float(table["spend"].sum())

    return run


def ratio(peer: Callable[[], tuple[int, float]], own: Callable[[], tuple[int, float]], rounds: int = ROUNDS) -> float:
    """How many times longer the peer takes, after both gave the same answer."""
    one, two = peer(), own()
    assert one[0] == two[0]
    assert one[1] == pytest.approx(two[1], rel=1e-9)
    best = {peer: np.inf, own: np.inf}
    for _ in range(rounds):
        for work in (peer, own, own):
            begin = time.process_time()
            work()
            best[work] = min(best[work], time.process_time() - begin)
    return float(best[peer] / best[own])


def test_whole_number_ids_against_a_straightforward_pandas_groupby(log: pd.DataFrame) -> None:
    assert ratio(lambda: by_pandas(log), lambda: ours(log)) >= 5.0


def test_text_ids_against_a_straightforward_pandas_groupby(text_log: pd.DataFrame) -> None:
    assert ratio(lambda: by_pandas(text_log), lambda: ours(text_log), rounds=6) >= 2.3


@pytest.mark.oracle
def test_whole_number_ids_against_lifetimes(log: pd.DataFrame) -> None:
    pytest.importorskip("lifetimes")
    assert ratio(lambda: by_lifetimes(log), lambda: ours(log), rounds=2) >= 22.0


def test_whole_number_ids_against_polars(log: pd.DataFrame) -> None:
    """CPU time counts all of polars' threads, so that one thread is compared with one."""
    pytest.importorskip("polars")
    assert ratio(by_polars(log), lambda: ours(log)) >= 3.5


def peak(work: Callable[[], object]) -> int:
    """The most memory that a call held at once, in bytes beyond what was there."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_peak_memory_is_below_that_of_pandas(log: pd.DataFrame) -> None:
    ours(log)
    assert peak(lambda: ours(log)) < 0.8 * peak(lambda: by_pandas(log))


@pytest.mark.oracle
def test_peak_memory_is_below_that_of_lifetimes(log: pd.DataFrame) -> None:
    pytest.importorskip("lifetimes")
    assert peak(lambda: ours(log)) < 0.5 * peak(lambda: by_lifetimes(log))
