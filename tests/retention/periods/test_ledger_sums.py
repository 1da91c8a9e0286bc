"""Every retention figure is a sum over the ledger: the figures that are counted another way are tied to it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik import retention

BEGIN = date(2024, 1, 29)  # a Monday; the weeks after it cross a leap day and the months
LOGS = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 150)), min_size=1, max_size=40)
CONTRACTS = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 120), st.one_of(st.none(), st.integers(0, 90))),
    min_size=1,
    max_size=16,
)
PERIODS = st.sampled_from(["month", "week"])
UNTIL = st.integers(1, 200)
STATES = ("start", "new", "retained", "reactivated", "churned", "end")


def number(day: date, period: str) -> int:
    """Return which month or week a day is in, counted without the library."""
    return 12 * day.year + day.month if period == "month" else (day - date(1970, 1, 5)).days // 7


def on(offset: int) -> date:
    return BEGIN + timedelta(days=offset)


def observed(rows: Any, until: int) -> Any:
    """Return the rows that lie before the cut; the earliest one always does."""
    last = max(until, min(row[1] for row in rows))
    return [row for row in rows if row[1] <= last], on(last)


def log_of(rows: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"customer_id": [row[0] for row in rows], "occurred_at": [on(row[1]) for row in rows]})
    return frame.assign(occurred_at=pd.to_datetime(frame["occurred_at"]), parity=frame["customer_id"] % 2)


def contracts_of(rows: Any) -> pd.DataFrame:
    ends = [None if length is None else on(begin + length) for _, begin, length in rows]
    frame = pd.DataFrame({"customer_id": [row[0] for row in rows], "acquired_at": [on(row[1]) for row in rows]})
    return frame.assign(
        acquired_at=pd.to_datetime(frame["acquired_at"]), churned_at=pd.to_datetime(pd.Series(ends, dtype=object))
    )


def active(rows: Any, period: str, window: int, at: int) -> set[int]:
    """Return who was active in a period or in one of those just before it."""
    return {who for who, day in rows if at - window < number(on(day), period) <= at}


def running(rows: Any, period: str, at: int, cut: date) -> set[int]:
    """Return whose contract runs at the end of a period that was observed to its end."""
    found = set()
    for who, begin, length in rows:
        end = None if length is None else on(begin + length)
        if number(on(begin), period) <= at and (end is None or end >= cut or number(end, period) > at):
            found.add(who)
    return found


def firsts(rows: Any, period: str, at: int) -> list[int]:
    """Return whose very first row lies in a period."""
    first = {who: min(row[1] for row in rows if row[0] == who) for who in {row[0] for row in rows}}
    return [who for who, day in first.items() if number(on(day), period) == at]


def check_row(row: Any, rate: Any, seen: retention.Overlap, tie_revenue: tuple[set[int], set[int], list[int]]) -> None:
    assert [row[name] for name in STATES] == [getattr(seen, name) for name in STATES]
    by_ids = seen.rate()
    np.testing.assert_array_equal(
        (rate.value, rate.low, rate.high, rate.n), (by_ids.value, by_ids.low, by_ids.high, by_ids.n)
    )
    if row["start"]:
        assert seen.period_rate().value == (row["retained"] + row["reactivated"]) / row["start"]
    before, after, new = tie_revenue
    everybody = sorted(before | after)
    if everybody:
        money = retention.revenue(
            [10.0 if who in before else np.nan for who in everybody],
            [10.0 if who in after else np.nan for who in everybody],
            returned=[who not in before and who not in new for who in everybody],
        )
        bridge = money.bridge().iloc[0]
        names = {"start": "start", "new": "new", "reactivation": "reactivated", "churn": "churned", "end": "end"}
        assert [bridge[f"customers_{name}"] for name in names] == [row[name] for name in names.values()]
        logo = money.logo()
        np.testing.assert_array_equal((logo.value, logo.n), (by_ids.value, by_ids.n))


def check_book(book: retention.Ledger, first: int, ids: Any, new: Any) -> None:
    """Compare each period observed to its end with the sets of ids at its start and its end."""
    frame, rates = book.to_frame(), book.rate()
    assert len(frame) >= book.complete
    for place in range(max(book.complete, 0)):
        row, at = frame.iloc[place], first + place
        before, after = ids(at - 1), ids(at)
        seen = retention.overlap(sorted(before), sorted(after), new=new(at))
        check_row(row, rates[row["period"]], seen, (before, after, new(at)))


@given(LOGS, UNTIL, PERIODS, st.integers(1, 3))
def test_ids_and_logos_of_a_log_against_its_ledger(rows: Any, until: Any, period: Any, window: Any) -> None:
    rows, last = observed(rows, until)
    book = retention.ledger(log_of(rows), window=window, period=period, observed_until=last)
    first = min(number(on(day), period) for _, day in rows)
    check_book(book, first, lambda at: active(rows, period, window, at), lambda at: firsts(rows, period, at))


@given(CONTRACTS, UNTIL, PERIODS)
def test_ids_and_logos_of_contracts_against_their_ledger(rows: Any, until: Any, period: Any) -> None:
    rows, last = observed(rows, until)
    book = retention.ledger(contracts_of(rows), period=period, observed_until=last)
    first, cut = min(number(on(row[1]), period) for row in rows), last + timedelta(days=1)
    # a customer who only passed through is known, and reactivated when coming again
    check_book(book, first, lambda at: running(rows, period, at, cut), lambda at: firsts(rows, period, at))


@given(LOGS, UNTIL, PERIODS, st.sampled_from([None, "parity"]))
def test_the_triangle_adds_up_to_the_ledger(rows: Any, until: Any, period: Any, by: Any) -> None:
    """With a window of one period, who is there at its end is who was active in it: the sum over all cohorts."""
    rows, last = observed(rows, until)
    table = retention.cohorts(log_of(rows), period=period, observed_until=last, by=by)
    book = retention.ledger(log_of(rows), window=1, period=period, observed_until=last, by=by)
    assert (book.first, book.groups) == (table.first, table.groups)
    segments, starts, ages = table.retained.shape
    calendar = np.arange(starts)[:, None] + np.arange(ages)
    for segment in range(segments):
        there = np.bincount(calendar.ravel(), table.retained[segment].ravel(), minlength=starts + ages)
        for place in range(max(book.complete, 0)):
            assert there[place] == book.end[segment, place]
        came = min(starts, max(book.complete, 0))
        np.testing.assert_array_equal(table.retained[segment, :came, 0], book.moves["new"][segment, :came])
    known = np.cumsum(book.moves["new"], axis=1)[:, : max(book.complete, 0)]
    sizes = np.cumsum(np.pad(table.size, ((0, 0), (0, max(known.shape[1] - starts, 0)))), axis=1)
    np.testing.assert_array_equal(sizes[:, : known.shape[1]], known)


@given(LOGS, UNTIL, PERIODS)
def test_the_share_of_the_period_before_is_the_rate_of_the_ledger(rows: Any, until: Any, period: Any) -> None:
    """Retained of those active in the period before, over all cohorts older than one period, is the ledger's rate."""
    rows, last = observed(rows, until)
    table = retention.cohorts(log_of(rows), period=period, observed_until=last, reference="previous")
    book = retention.ledger(log_of(rows), window=1, period=period, observed_until=last)
    starts, ages = table.retained.shape[1:]
    calendar = (np.arange(starts)[:, None] + np.arange(1, ages)).ravel()
    kept = np.bincount(calendar, table.retained[0, :, 1:].ravel(), minlength=starts + ages)
    base = np.bincount(calendar, table.eligible[0, :, 1:].ravel(), minlength=starts + ages)
    for place in range(max(book.complete, 0)):
        assert (kept[place], base[place]) == (book.retained[0, place], book.start[0, place])


@given(LOGS, UNTIL)
def test_the_repeat_rate_against_the_ledger_of_days(rows: Any, until: Any) -> None:
    """Who bought on a second day is retained or reactivated on some day of a ledger with a window of one day."""
    rows, last = observed(rows, until)
    rate = retention.repeat_purchase_rate(log_of(rows), observed_until=last)
    book = retention.ledger(log_of(rows), window=1, period="day", observed_until=last)
    states = book.states()
    again = states.loc[states["state"].isin(["retained", "reactivated"]), "customer_id"].nunique()
    assert (rate.value, rate.n) == (again / book.moves["new"].sum(), book.moves["new"].sum())


@given(LOGS, UNTIL, st.integers(1, 60))
def test_the_repeat_rate_within_a_horizon_against_the_triangle_of_days(rows: Any, until: Any, days: Any) -> None:
    rows, last = observed(rows, until)
    rate = retention.repeat_purchase_rate(log_of(rows), observed_until=last, horizon=f"{days} days")
    table = retention.cohorts(
        log_of(rows), period="day", observed_until=last, counting="bracket", brackets=(1, days + 1)
    )
    assert rate.n == table.eligible.sum()
    if rate.n:
        assert rate.value == table.retained.sum() / table.eligible.sum()
    else:
        assert np.isnan(rate.value)


@pytest.mark.parametrize("period", ["month", "week"])
def test_totals_over_segments_are_those_of_everybody(period: Any) -> None:
    rng = np.random.default_rng(20260105)
    log = log_of(list(zip(rng.integers(0, 60, 400).tolist(), rng.integers(0, 150, 400).tolist(), strict=True)))
    asked = {"period": period, "observed_until": on(150)}
    parts, whole = (retention.ledger(log, window=1, by=by, **asked) for by in ("parity", None))
    assert parts.total() == whole
    assert parts.rate().overall() == whole.rate().overall()
    cells = [retention.cohorts(log, by=by, **asked).retained.sum(axis=0) for by in ("parity", None)]
    np.testing.assert_array_equal(*cells)
