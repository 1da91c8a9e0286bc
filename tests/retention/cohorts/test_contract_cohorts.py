"""Cohorts of contracts: against going through every customer and age one by one, and against the ledger."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import retention
from kundenmetrik.errors import InvalidArgument, InvalidData, UnknownName
from tests.builders import contracts

UNTIL = "2025-06-20"
LETTER = {"day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}


def drawn(seed: int, rows: int = 60, span: int = 500) -> pd.DataFrame:
    """Contracts of 25 customers, several each, some of which are open and some end after observation does."""
    rng = np.random.default_rng(seed)
    begun = pd.Timestamp("2024-02-01") + pd.to_timedelta(rng.integers(0, span, rows), unit="D")
    ended = (begun + pd.to_timedelta(rng.integers(0, 200, rows), unit="D")).to_series(index=range(rows))
    who = rng.integers(0, 25, rows)
    frame = pd.DataFrame({"customer_id": who, "acquired_at": begun, "churned_at": ended.where(rng.random(rows) < 0.7)})
    return frame.assign(segment=np.where(who % 3 == 0, "a", "b"))


def by_hand(frame: pd.DataFrame, period: str) -> dict[tuple[Any, Any, int], tuple[int, int]]:
    """Who has a contract at the last instant of each period: by segment, cohort and age."""
    until = pd.Timestamp(UNTIL) + pd.Timedelta(days=1)
    frame = frame[frame["acquired_at"] < until]
    found: dict[tuple[Any, Any, int], tuple[int, int]] = {}
    for _, rows in frame.groupby("customer_id"):
        first, segment = rows["acquired_at"].min().to_period(LETTER[period]), rows["segment"].iloc[0]
        begun, ended = rows["acquired_at"].to_numpy(), rows["churned_at"].to_numpy()
        ends = pd.period_range(first, pd.Timestamp(UNTIL), freq=LETTER[period]).end_time
        for age, end in enumerate(ends[ends < until].to_numpy()):
            there = ((begun <= end) & ~(ended <= end)).any()
            kept, base = found.get((segment, first.ordinal, age), (0, 0))
            found[segment, first.ordinal, age] = kept + bool(there), base + 1
    return found


@pytest.mark.parametrize("period", LETTER)
@pytest.mark.parametrize("seed", range(2))
def test_against_each_customer_and_age(period: Any, seed: int) -> None:
    frame = drawn(seed)
    table = retention.contract_cohorts(frame, period=period, observed_until=UNTIL, by="segment")
    expected = by_hand(frame, period)
    names = {name: place for place, name in enumerate(table.cohorts)}
    first = min(cohort for _, cohort, _ in expected) if expected else 0
    rows = table.to_frame()
    counted = {
        (row.segment, first + names[row.cohort], row.age): (row.retained, row.eligible)
        for row in rows[rows["eligible"] > 0].itertuples()
    }
    assert counted == expected
    assert rows[rows["eligible"] == 0]["rate"].isna().all()


@pytest.mark.parametrize("period", ["week", "month", "quarter"])
def test_cohorts_add_up_to_the_ledger(period: Any) -> None:
    frame = drawn(7, rows=200)
    table = retention.contract_cohorts(frame, period=period, observed_until=UNTIL)
    book = retention.ledger(frame, period=period, observed_until=UNTIL)
    retained = table.retained[0]
    there = [sum(retained[c, p - c] for c in range(p + 1) if c < len(retained)) for p in range(retained.shape[1])]
    assert there == book.end[0, : len(there)].tolist()
    assert table.size.sum() == frame[frame["acquired_at"] <= UNTIL]["customer_id"].nunique()


def test_the_columns_have_names_of_ones_own_and_the_horizon_cuts() -> None:
    frame = contracts(("a", "2026-01-05", None), ("b", "2026-01-20", "2026-02-14"), ("c", "2026-01-22", "2026-01-30"))
    table = retention.contract_cohorts(frame, observed_until="2026-04-30")
    assert table.rate[0, 0].tolist() == pytest.approx([2 / 3, 1 / 3, 1 / 3, 1 / 3])
    own = frame.rename(columns={"customer_id": "Kunde", "acquired_at": "Beginn", "churned_at": "Ende"})
    again = retention.contract_cohorts(
        own, observed_until="2026-04-30", customer="Kunde", start="Beginn", end="Ende", horizon=1, confidence=0.9
    )
    assert again.retained[0].tolist() == [[2, 1]]
    assert again.confidence == 0.9
    low, high = table.interval()
    assert (low <= table.rate).all()
    assert (table.rate <= high).all()


def test_who_comes_back_counts_again() -> None:
    frame = contracts(("a", "2026-01-05", "2026-02-02"), ("a", "2026-04-10", None), ("b", "2026-01-09", "2026-03-01"))
    table = retention.contract_cohorts(frame, observed_until="2026-05-31")
    assert table.retained[0].tolist() == [[2, 1, 0, 1, 1]]
    assert retention.CohortTable.from_json(table.to_json()).to_frame().equals(table.to_frame())
    assert table.plot().get_figure() is not None


def test_what_cannot_be_read_is_refused() -> None:
    frame = contracts(("a", "2026-01-05", None), ("b", "2026-01-20", "2026-02-14"))
    with pytest.raises(UnknownName, match="churned_at"):
        retention.contract_cohorts(frame.drop(columns="churned_at"), observed_until="2026-04-30")
    with pytest.raises(InvalidData, match="not be before acquired_at"):
        retention.contract_cohorts(contracts(("a", "2026-01-05", "2026-01-01")), observed_until="2026-04-30")
    with pytest.raises(InvalidArgument, match="horizon"):
        retention.contract_cohorts(frame, observed_until="2026-04-30", horizon=-1)
    with pytest.raises(InvalidData):
        retention.contract_cohorts(
            pd.concat([frame, frame]).assign(segment=list("xyyy")), observed_until="2026-04-30", by="segment"
        )
