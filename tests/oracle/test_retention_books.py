"""The ledger and the cohort triangle against plain Python that follows the definitions word by word."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import retention

DRAWS = 2_000
BEGIN = datetime(2023, 11, 1)


def month(day: datetime) -> int:
    return 12 * day.year + day.month - 1


def month_start(number: int) -> datetime:
    return datetime(number // 12, number % 12 + 1, 1)


def month_name(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"


def drawn_log(rng: np.random.Generator) -> tuple[dict[int, list[datetime]], datetime]:
    """Return the activities of a few customers, many of them on month boundaries, and the last day observed."""
    days: dict[int, list[datetime]] = {}
    for who in range(int(rng.integers(1, 7))):
        for _ in range(int(rng.integers(1, 6))):
            day = BEGIN + timedelta(days=int(rng.integers(0, 240)))
            if rng.random() < 0.25:
                day = month_start(month(day))
            days.setdefault(who, []).append(day + timedelta(hours=int(rng.integers(0, 24)) * int(rng.random() < 0.5)))
    last = BEGIN + timedelta(days=int(rng.integers(100, 260)))
    if rng.random() < 0.4:
        last = month_start(month(last)) - timedelta(days=1)
    return days, last


def frame_of(days: dict[int, list[datetime]], rng: np.random.Generator) -> pd.DataFrame:
    rows = [(who, day) for who, moments in days.items() for day in moments]
    rng.shuffle(rows)
    frame = pd.DataFrame(
        {"customer_id": [int(r[0]) for r in rows], "occurred_at": pd.to_datetime([r[1] for r in rows])}
    )
    return frame.assign(segment=np.where(frame["customer_id"] % 2, "odd", "even"))


def plain_states(spells: dict[int, list[tuple[datetime, datetime | None]]], cut: datetime):
    """Return each customer's state in each month, from contracts [begin, end)."""
    last_seen = month(cut - timedelta(seconds=1))
    states = {}
    for who, contracts in spells.items():
        first = min(month(begin) for begin, _ in contracts)
        before = False
        for period in range(first, last_seen + 1):
            edge = month_start(period + 1)
            there = any(begin < edge and (end is None or end >= cut or end >= edge) for begin, end in contracts)
            if edge > cut:
                state = "not_yet_observable"
            elif there:
                state = "retained" if before else "new" if period == first else "reactivated"
            elif before:
                state = "churned"
            else:
                state = "passed_through" if any(month(begin) == period for begin, _ in contracts) else "inactive"
            states[who, month_name(period)] = state
            before = there
    return states


def check(book: retention.Ledger, states: dict) -> None:
    found = book.states()
    assert dict(zip(zip(found["customer_id"], found["period"], strict=True), found["state"], strict=True)) == states
    counts = Counter((period, state) for (_, period), state in states.items())
    frame = book.total().to_frame().set_index("period")
    for period, row in frame.iterrows():
        if row["notes"] == "not_yet_observable":
            assert row[["new", "retained", "churned", "end"]].isna().all()
            continue
        for state in ("new", "retained", "reactivated", "churned", "inactive", "passed_through"):
            assert row[state] == counts[period, state], (period, state)
        assert row["start"] == row["retained"] + row["churned"]
        assert row["end"] == row["start"] + row["new"] + row["reactivated"] - row["churned"]


@pytest.mark.slow
def test_ledger_of_activity():
    rng = np.random.default_rng(20260101)
    for _ in range(DRAWS // 2):
        days, last = drawn_log(rng)
        cut = last + timedelta(days=1)
        days = {who: [day for day in moments if day < cut] for who, moments in days.items()}
        days = {who: moments for who, moments in days.items() if moments}
        if not days:
            continue
        if rng.random() < 0.5:
            window = int(rng.integers(1, 4))
            ends = {who: [(d, month_start(month(d) + window)) for d in moments] for who, moments in days.items()}
        else:
            span = int(rng.integers(1, 80))
            window = timedelta(days=span)
            ends = {who: [(d, d + window) for d in moments] for who, moments in days.items()}
        frame = frame_of(days, rng)
        book = retention.ledger(frame, window=window, observed_until=last, by="segment" if rng.random() < 0.5 else None)
        check(book, plain_states(ends, cut))


@pytest.mark.slow
def test_ledger_of_contracts():
    rng = np.random.default_rng(20260102)
    for _ in range(DRAWS // 2):
        days, last = drawn_log(rng)
        cut, spells = last + timedelta(days=1), {}
        for who, moments in days.items():
            for day in moments:
                open_end = rng.random() < 0.3
                end = None if open_end else day + timedelta(days=int(rng.integers(0, 90)))
                end = month_start(month(end)) if end and rng.random() < 0.2 and month_start(month(end)) >= day else end
                if day < cut:
                    spells.setdefault(who, []).append((day, end))
        if not spells:
            continue
        rows = [(who, begin, end) for who, contracts in spells.items() for begin, end in contracts]
        frame = pd.DataFrame(rows, columns=["customer_id", "acquired_at", "churned_at"])
        frame["churned_at"] = pd.to_datetime(frame["churned_at"])
        check(retention.ledger(frame, observed_until=last), plain_states(spells, cut))


def plain_triangle(days, cut, counting, reference, start, brackets):
    complete = max(p for p in range(month(BEGIN) - 1, month(cut) + 1) if month_start(p + 1) <= cut)
    members = []
    for moments in days.values():
        active = sorted({month(day) for day in moments})
        starts = active[:1] if start == "first" else active
        members += [(cohort, {period - cohort for period in active if period >= cohort}) for cohort in starts]
    first = min(cohort for cohort, _ in members)
    columns = brackets or [(age, age + 1) for age in range(max(complete - first, 0) + 1)]
    cells = {}
    for cohort in range(first, max(cohort for cohort, _ in members) + 1):
        own = [ages for c, ages in members if c == cohort]
        for place, (begin, end) in enumerate(columns):
            if cohort + end - 1 > complete:
                cells[cohort, begin] = None
                continue
            there = [_retained(ages, begin, end, counting) for ages in own]
            base = [True] * len(own)
            if reference == "previous" and place > 0:
                base = [_retained(ages, *columns[place - 1], counting) for ages in own]
            cells[cohort, begin] = (sum(t and b for t, b in zip(there, base, strict=True)), sum(base))
    return cells


def _retained(ages, begin, end, counting):
    if counting == "bounded":
        return begin in ages
    if counting == "bracket":
        return any(begin <= age < end for age in ages)
    if counting == "unbounded":
        return any(age >= begin for age in ages)
    return all(age in ages for age in range(begin + 1))


@pytest.mark.slow
def test_triangle():
    rng = np.random.default_rng(20260103)
    for _ in range(DRAWS):
        days, last = drawn_log(rng)
        cut = last + timedelta(days=1)
        days = {who: [day for day in moments if day < cut] for who, moments in days.items()}
        days = {who: moments for who, moments in days.items() if moments}
        if not days:
            continue
        counting = ("bounded", "unbounded", "full", "bracket")[int(rng.integers(0, 4))]
        reference = ("cohort", "previous")[int(rng.integers(0, 2))]
        start = ("first", "recurring")[int(rng.integers(0, 2))]
        edges = (0, 1, 3, 6) if counting == "bracket" else None
        table = retention.cohorts(
            frame_of(days, rng),
            observed_until=last,
            counting=counting,
            reference=reference,
            start=start,
            brackets=edges,
        )
        pairs = None if edges is None else list(pairwise(edges))
        cells = plain_triangle(days, cut, counting, reference, start, pairs)
        frame = table.to_frame()
        assert len(frame) == len(cells)
        for row in frame.itertuples():
            expected = cells[12 * int(row.cohort[:4]) + int(row.cohort[5:]) - 1, row.age]
            if expected is None:
                assert pd.isna(row.retained)
                assert np.isnan(row.rate)
                assert (row.eligible, row.matured) == (0, False)
                assert row.notes == "not_yet_observable"
            else:
                assert (row.retained, row.eligible, row.matured) == (*expected, True), (counting, reference, row)
                if expected[1]:
                    assert row.rate == expected[0] / expected[1]
                else:
                    assert np.isnan(row.rate)
                    assert row.notes == "empty"


def test_elapsed_triangle():
    rng = np.random.default_rng(20260104)
    for _ in range(200):
        days, last = drawn_log(rng)
        cut = last + timedelta(days=1)
        days = {who: [day for day in moments if day < cut] for who, moments in days.items()}
        days = {who: moments for who, moments in days.items() if moments}
        if not days:
            continue
        table = retention.cohorts(frame_of(days, rng), observed_until=last, period="week", clock="elapsed")
        week = timedelta(days=7)
        for (cohort, age), cell in plain_weeks(days, cut, week).items():
            place = cohort - table.first
            if age < table.ages.size:
                assert (table.retained[0, place, age], table.eligible[0, place, age]) == cell


def plain_weeks(days, cut, week):
    cells: Counter = Counter()
    eligible: Counter = Counter()
    for moments in days.values():
        begin = min(moments)
        cohort = ((begin.date() - datetime(1970, 1, 5).date()).days) // 7
        for age in range(60):
            if begin + (age + 1) * week <= cut:
                eligible[cohort, age] += 1
                cells[cohort, age] += any(begin + age * week <= day < begin + (age + 1) * week for day in moments)
    return {key: (cells[key], eligible[key]) for key in eligible}
