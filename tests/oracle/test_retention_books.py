"""The ledger and the cohort triangle against plain Python that follows the definitions word by word."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import retention

DRAWS = 2_000
BERLIN = ZoneInfo("Europe/Berlin")
CLOCK_CHANGES = (datetime(2023, 10, 29), datetime(2024, 3, 31))
SPANS = {
    "day": (datetime(2023, 10, 24), 12),
    "week": (datetime(2023, 10, 2), 200),
    "month": (datetime(2023, 9, 20), 260),
    "quarter": (datetime(2023, 2, 1), 600),
    "year": (datetime(2021, 6, 1), 1_400),
}
"""From which day on and over how many days a log is drawn; each holds a change of the clocks in Berlin."""
PERIODS = tuple(SPANS)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def number(day: datetime, period: str) -> int:
    if period in ("day", "week"):
        return day.toordinal() if period == "day" else (day.toordinal() - 1) // 7
    return {"month": 12 * day.year + day.month - 1, "quarter": 4 * day.year + (day.month - 1) // 3}.get(
        period, day.year
    )


def start_of(place: int, period: str) -> datetime:
    if period in ("day", "week"):
        return datetime.fromordinal(place if period == "day" else 7 * place + 1)
    months = {"month": place, "quarter": 3 * place, "year": 12 * place}[period]
    return datetime(months // 12, months % 12 + 1, 1)


def name(place: int, period: str) -> str:
    day = start_of(place, period)
    if period == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    quarter = f"{day.year}-Q{(day.month + 2) // 3}"
    return {"day": f"{day:%Y-%m-%d}", "month": f"{day:%Y-%m}", "quarter": quarter, "year": f"{day.year}"}[period]


@dataclass(frozen=True, order=True)
class Moment:
    """A time on the clock on the wall, and the instant it is."""

    local: datetime
    instant: datetime


@dataclass(frozen=True)
class Drawn:
    """What some customers did when, in which zone, and the last day observed."""

    period: str
    zone: ZoneInfo | None
    column_in_zone: bool
    moments: dict[int, list[Moment]]
    last: datetime

    @property
    def cut(self) -> datetime:
        return self.last + DAY

    @property
    def asked(self) -> dict[str, Any]:
        zone = {} if self.zone is None or self.column_in_zone else {"time_zone": str(self.zone)}
        return {"period": self.period, "observed_until": self.last, **zone}

    def seen(self, moments: dict[int, list[Moment]] | None = None) -> dict[int, list[Moment]]:
        """Return what lies before the cut."""
        given = self.moments if moments is None else moments
        kept = {who: [moment for moment in own if moment.local < self.cut] for who, own in given.items()}
        return {who: own for who, own in kept.items() if own}

    def times(self, moments: list[Moment | None]) -> pd.Series:
        """Return a column of times: without zone, in the zone, or as UTC to be read in the zone."""
        if self.zone is None:
            return pd.Series([pd.NaT if m is None else m.local for m in moments], dtype="datetime64[us]")
        instants = pd.Series([pd.NaT if m is None else m.instant for m in moments], dtype="datetime64[us]")
        utc = instants.dt.tz_localize("UTC")
        return utc.dt.tz_convert(str(self.zone)) if self.column_in_zone else utc

    def frame(self, rng: np.random.Generator, column: str = "occurred_at") -> pd.DataFrame:
        rows = [(who, moment) for who, own in self.seen().items() for moment in own]
        rows = [rows[place] for place in rng.permutation(len(rows))]
        frame = pd.DataFrame({"customer_id": [who for who, _ in rows], column: self.times([m for _, m in rows])})
        return frame.assign(segment=np.where(frame["customer_id"] % 2, "odd", "even"))


def drawn(rng: np.random.Generator, periods: tuple[str, ...] = PERIODS) -> Drawn:
    """Draw the activities of a few customers, many on the edges of periods and about the changes of the clock."""
    period, zone = str(rng.choice(periods)), BERLIN if rng.random() < 0.5 else None
    moments = {who: _moments(rng, period, zone, int(rng.integers(1, 6))) for who in range(int(rng.integers(1, 7)))}
    begin, days = SPANS[period]
    last = begin + timedelta(days=int(rng.integers(days // 3, days + days // 10 + 1)))
    if rng.random() < 0.4:
        last = start_of(number(last, period), period) - DAY
    return Drawn(period=period, zone=zone, column_in_zone=bool(rng.random() < 0.5), moments=moments, last=last)


def _moments(rng: np.random.Generator, period: str, zone: ZoneInfo | None, size: int) -> list[Moment]:
    begin, days = SPANS[period]
    found = []
    for _ in range(size):
        day = begin + timedelta(days=int(rng.integers(0, days)))
        kind = rng.random()
        if kind < 0.25:
            day = start_of(number(day, period), period)
        elif kind < 0.4:
            day = (
                CLOCK_CHANGES[period not in ("day", "week") and int(rng.integers(0, 2))]
                + int(rng.integers(0, 5)) * HOUR
            )
        elif kind < 0.7:
            day += timedelta(minutes=int(rng.integers(0, 24 * 60)))
        found.append(settled(day, zone, int(rng.integers(0, 2))))
    return found


def settled(local: datetime, zone: ZoneInfo | None, fold: int = 0) -> Moment:
    """Return a time that the clock does show: one that it skips is read as the one it jumps to."""
    if zone is None:
        return Moment(local, local)
    instant = local.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    return Moment(instant.astimezone(zone).replace(tzinfo=None), instant.replace(tzinfo=None))


# --- the ledger -------------------------------------------------------------------------------------------------------


def plain_states(spells: dict[int, list[tuple[datetime, datetime | None]]], cut: datetime, period: str) -> Any:
    """Return each customer's state in each period, from contracts [begin, end)."""
    last_seen = number(cut - timedelta(seconds=1), period)
    states = {}
    for who, contracts in spells.items():
        first = min(number(begin, period) for begin, _ in contracts)
        before = False
        for place in range(first, last_seen + 1):
            edge = start_of(place + 1, period)
            there = any(begin < edge and (end is None or end >= cut or end >= edge) for begin, end in contracts)
            if edge > cut:
                state = "not_observed_yet"
            elif there:
                state = "retained" if before else "new" if place == first else "reactivated"
            elif before:
                state = "churned"
            else:
                begun = any(number(begin, period) == place for begin, _ in contracts)
                state = "passed_through" if begun else "inactive"
            states[who, name(place, period)] = state
            before = there
    return states


def check(book: retention.Ledger, states: dict[Any, Any]) -> None:
    found = book.states()
    assert dict(zip(zip(found["customer_id"], found["period"], strict=True), found["state"], strict=True)) == states
    frame = book.to_frame()
    by_segment = "segment" in frame
    counts = Counter(((who % 2) * by_segment, period, state) for (who, period), state in states.items())
    assert len(frame) == len({period for _, period in states}) * len(book.groups)
    for _, row in frame.iterrows():
        if row["notes"] == "not_observed_yet":
            assert row[["new", "retained", "churned", "end"]].isna().all()
            continue
        segment = int(by_segment and row["segment"] == "odd")
        for state in ("new", "retained", "reactivated", "churned", "inactive", "passed_through"):
            assert row[state] == counts[segment, row["period"], state], (row["period"], state)
        assert row["start"] == row["retained"] + row["churned"]
        assert row["end"] == row["start"] + row["new"] + row["reactivated"] - row["churned"]


@pytest.mark.slow
def test_ledger_of_activity() -> None:
    rng, checked = np.random.default_rng(20260101), Counter[Any]()
    for _ in range(DRAWS):
        log = drawn(rng)
        days = {who: [moment.local for moment in own] for who, own in log.seen().items()}
        if not days:
            continue
        if rng.random() < 0.5:
            window: Any = int(rng.integers(1, 4))
            ends = {
                who: [(day, start_of(number(day, log.period) + window, log.period)) for day in own]
                for who, own in days.items()
            }
        else:
            window = timedelta(days=int(rng.integers(1, max(SPANS[log.period][1] // 3, 2))))
            ends = {who: [(day, day + window) for day in own] for who, own in days.items()}
        by = "segment" if rng.random() < 0.5 else None
        book = retention.ledger(log.frame(rng), window=window, by=by, **log.asked)
        check(book, plain_states(ends, log.cut, log.period))
        checked[log.period, log.zone is not None, by] += 1
    assert len(checked) == 20  # five periods, with and without zone, with and without segments
    assert checked.total() > 0.95 * DRAWS


@pytest.mark.slow
def test_ledger_of_contracts() -> None:
    rng, checked = np.random.default_rng(20260102), Counter[Any]()
    for _ in range(DRAWS):
        log, rows = drawn(rng), []
        for who, own in log.seen().items():
            for begin in own:
                rows.append((who, begin, None if rng.random() < 0.3 else _end(rng, log, begin)))
        if not rows:
            continue
        frame = pd.DataFrame({"customer_id": [who for who, _, _ in rows]})
        frame["acquired_at"] = log.times([begin for _, begin, _ in rows])
        frame["churned_at"] = log.times([end for _, _, end in rows])
        frame["segment"] = np.where(frame["customer_id"] % 2, "odd", "even")
        spells: dict[int, list[tuple[datetime, datetime | None]]] = {}
        for who, begin, end in rows:
            spells.setdefault(who, []).append((begin.local, None if end is None else end.local))
        by = "segment" if rng.random() < 0.5 else None
        check(retention.ledger(frame, by=by, **log.asked), plain_states(spells, log.cut, log.period))
        checked[log.period, log.zone is not None, by] += 1
    assert len(checked) == 20
    assert checked.total() > 0.95 * DRAWS


def _end(rng: np.random.Generator, log: Drawn, begin: Moment) -> Moment:
    """Draw an end no earlier than the beginning, some on the edge of a period."""
    local = begin.local + timedelta(days=int(rng.integers(0, SPANS[log.period][1] // 2)))
    edge = start_of(number(local, log.period), log.period)
    end = settled(edge if rng.random() < 0.2 else local, log.zone)
    return max(end, begin, key=lambda moment: (moment.local, moment.instant)) if end.local >= begin.local else begin


# --- the triangle -----------------------------------------------------------------------------------------------------


def plain_triangle(
    log: Drawn, starts: Any, counting: Any, reference: Any, start: Any, brackets: Any, horizon: Any, by_segment: Any
) -> Any:
    """Return retained and eligible of each cell, None for what cannot be seen yet."""
    period, complete = log.period, number(log.cut, log.period) + 1
    while start_of(complete + 1, period) > log.cut:
        complete -= 1
    active = log.seen()
    members = []
    for who, own in log.seen(starts).items():
        first_start = min(moment.instant for moment in own)
        since = {number(moment.local, period) for moment in active.get(who, ()) if moment.instant >= first_start}
        begins = sorted({number(moment.local, period) for moment in own})
        for cohort in begins[:1] if start == "first" else begins:
            ages = {place - cohort for place in since if place >= cohort}
            members.append(((who % 2) * by_segment, cohort, ages))
    first = min(cohort for _, cohort, _ in members)
    last_age = max(complete - first, 0) if horizon is None else max(min(complete - first, horizon), 0)
    columns = brackets or [(age, age + 1) for age in range(last_age + 1)]
    cells: dict[Any, Any] = {}
    for segment in {segment for segment, _, _ in members}:
        for cohort in range(first, max(cohort for _, cohort, _ in members) + 1):
            own = [ages for s, c, ages in members if (s, c) == (segment, cohort)]  # type: ignore[misc]
            for place, (begin, end) in enumerate(columns):
                if cohort + end - 1 > complete:
                    cells[segment, name(cohort, period), begin] = None
                    continue
                there = [_retained(ages, begin, end, counting) for ages in own]
                base = [True] * len(own)
                if reference == "previous" and place > 0:
                    base = [_retained(ages, *columns[place - 1], counting) for ages in own]  # type: ignore[call-arg]
                both = sum(t and b for t, b in zip(there, base, strict=True))
                cells[segment, name(cohort, period), begin] = (both, sum(base))
    return cells


def _retained(ages: Any, begin: Any, end: Any, counting: Any) -> Any:
    if counting == "bounded":
        return begin in ages
    if counting == "bracket":
        return any(begin <= age < end for age in ages)
    if counting == "unbounded":
        return any(age >= begin for age in ages)
    return all(age in ages for age in range(begin + 1))


def _starts(rng: np.random.Generator, log: Drawn) -> Drawn:
    """Draw start events: some customers have none, some have no activity."""
    whose = range(int(rng.integers(1, 9)))
    moments = {who: _moments(rng, log.period, log.zone, int(rng.integers(1, 4))) for who in whose if rng.random() < 0.8}
    return Drawn(log.period, log.zone, log.column_in_zone, moments, log.last)


@pytest.mark.slow
def test_triangle() -> None:
    rng, checked = np.random.default_rng(20260103), Counter[Any]()
    for _ in range(DRAWS):
        log = drawn(rng)
        counting = ("bounded", "unbounded", "full", "bracket")[int(rng.integers(0, 4))]
        reference = ("cohort", "previous")[int(rng.integers(0, 2))]
        start = ("first", "recurring")[int(rng.integers(0, 2))]
        edges = (0, 1, 3, 6) if counting == "bracket" else None
        horizon = int(rng.integers(0, 8)) if edges is None and rng.random() < 0.5 else None
        by = "segment" if rng.random() < 0.5 else None
        starts = _starts(rng, log) if rng.random() < 0.4 else None
        if not log.seen() or (starts is not None and not starts.seen()):
            continue
        table = retention.cohorts(
            log.frame(rng),
            counting=counting,
            reference=reference,
            start=start,
            brackets=edges,
            horizon=horizon,
            by=by,
            starts=None if starts is None else starts.frame(rng, "acquired_at"),
            **log.asked,
        )
        pairs = None if edges is None else list(pairwise(edges))
        begun = None if starts is None else starts.moments
        cells = plain_triangle(log, begun, counting, reference, start, pairs, horizon, by is not None)
        check_triangle(table, cells, by is not None)
        checked[log.period, log.zone is not None, by, starts is not None, counting] += 1
    assert len(checked) == 5 * 2 * 2 * 2 * 4
    assert checked.total() > 0.9 * DRAWS


def check_triangle(table: retention.CohortTable, cells: dict[Any, Any], by_segment: bool) -> None:
    frame = table.to_frame()
    assert len(frame) == len(cells)
    for row in frame.itertuples():
        expected = cells[int(by_segment and row.segment == "odd"), row.cohort, row.age]
        if expected is None:
            assert pd.isna(row.retained)
            assert np.isnan(row.rate)
            assert (row.eligible, row.matured) == (0, False)
            assert row.notes == "not_observed_yet"
        else:
            assert (row.retained, row.eligible, row.matured) == (*expected, True), row
            if expected[1]:
                assert row.rate == expected[0] / expected[1]
            else:
                assert np.isnan(row.rate)
                assert row.notes == "empty"


LENGTHS = {"day": DAY, "week": 7 * DAY, "month": 30 * DAY}


def test_elapsed_triangle() -> None:
    """A day of elapsed time is 24 hours of any day, also of the one that the clock change makes longer."""
    rng, checked = np.random.default_rng(20260104), Counter[Any]()
    for _ in range(400):
        log, clock = drawn(rng, tuple(LENGTHS)), ("elapsed", "elapsed-hours")[int(rng.integers(0, 2))]
        if not log.seen():
            continue
        table = retention.cohorts(log.frame(rng), clock=clock, **log.asked)
        retained, eligible = plain_elapsed(log, clock)
        names = {cohort: place for place, cohort in enumerate(table.cohorts)}
        assert set(names) >= {cohort for cohort, _ in eligible}
        for cohort, place in names.items():
            for age in range(table.ages.size):
                found = (table.retained[0, place, age], table.eligible[0, place, age])
                assert found == (retained[cohort, age], eligible[cohort, age])
        checked[log.period, log.zone is not None, clock] += 1
    assert len(checked) == 12


def plain_elapsed(log: Drawn, clock: str) -> tuple[Counter[Any], Counter[Any]]:
    length, end = LENGTHS[log.period], settled(log.cut, log.zone).instant
    retained: Counter[Any] = Counter()
    eligible: Counter[Any] = Counter()
    for own in log.seen().values():
        instants = [m.instant.replace(minute=0) if clock == "elapsed-hours" else m.instant for m in own]
        begin = min(instants)
        cohort = name(number(min(own, key=lambda m: m.instant).local, log.period), log.period)
        age = 0
        while begin + (age + 1) * length <= end:
            eligible[cohort, age] += 1
            window = (begin + age * length, begin + (age + 1) * length)
            retained[cohort, age] += any(window[0] <= moment < window[1] for moment in instants)
            age += 1
    return retained, eligible
