"""Cohorts by start events of their own, by every start, or by time elapsed since the start."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from kundenmetrik.core.arrays import BoolArray, IntArray, Times
from kundenmetrik.core.results.groups import EVERYONE, Groups
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.grouping import key_names
from kundenmetrik.frame.log.kept_rows import kept_rows
from kundenmetrik.frame.log.log_times import instants_of, one_clock, times_of
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.reading.ids import Ids
from kundenmetrik.frame.records.source import read_columns
from kundenmetrik.frame.time.calendar import Calendar
from kundenmetrik.frame.time.instants import TICKS
from kundenmetrik.retention.data.activity_log import ActivityLog, group_of_code
from kundenmetrik.retention.data.members import Members, distinct, join_moments

AgeClock = Literal["calendar", "elapsed", "elapsed-hours"]
CLOCKS: tuple[AgeClock, ...] = get_args(AgeClock)
"""Ages by calendar periods, by exact elapsed time, by elapsed time between full hours."""
PERIOD_DAYS = {"day": 1, "week": 7, "month": 30}
"""How long an elapsed day, week and month last; a month is 30 days, as in the products that count this way."""


def cohort_members(
    log: ActivityLog,
    calendar: Calendar,
    starts: Any,
    start: str,
    clock: str,
    *,
    by: str | Sequence[str] | None,
    date: str,
    customer: str,
    time_zone: str | None,
) -> Members:
    """Return the members whose ages count from their start events."""
    _check_clock(clock, calendar.period)
    begun = _of_activities(log) if starts is None else _of_frame(log, starts, by, date, customer, time_zone)
    resolution = _resolution(log.instants, begun.instants)
    who, period, mark = _marks(begun, calendar, start, clock, resolution)
    doer = begun.customers.codes
    moment = calendar.codes(log.times) if clock == "calendar" else _ticks(log.instants, clock, resolution)
    early = (
        _before_the_start(log, begun) if starts is not None and clock == "calendar" else np.zeros(doer.size, np.bool_)
    )
    if early.any():
        doer, moment = doer[~early], moment[~early]
    counts, at = join_moments(who, mark, *distinct(doer, moment, begun.customers.span))
    origin = mark
    if clock != "calendar":
        age = (at - np.repeat(mark, counts)) // (PERIOD_DAYS[calendar.period] * TICKS[resolution])
        member, at = distinct(np.repeat(np.arange(who.size), counts), age, who.size)
        counts, origin = np.bincount(member, minlength=who.size), np.zeros(who.size, np.int64)
    lost = _outside(who, mark, doer, moment)
    if early.any():
        lost["before_start"] = lost.get("before_start", 0) + int(np.count_nonzero(early))
    return Members(
        cohort=period,
        seen=_last_age(calendar, log, mark, clock, resolution),
        group=None if begun.group is None else begun.group[who],
        groups=begun.groups,
        counts=counts,
        moment=at,
        origin=origin,
        calendar=calendar,
        complete=calendar.last_complete(log.cut),
        excluded={**log.excluded, **begun.excluded, **lost},
    )


def _check_clock(clock: str, period: str) -> None:
    if clock != "calendar" and period not in PERIOD_DAYS:
        raise InvalidArgument("period", f"be one of {', '.join(PERIOD_DAYS)} with clock={clock!r}", period)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Begun:
    """Start events, and the customers of the log in the same numbering."""

    customers: Ids
    who: IntArray
    times: Times
    instants: Times
    groups: Groups
    group: IntArray | None
    excluded: Mapping[str, int]


def _of_activities(log: ActivityLog) -> Begun:
    return Begun(
        customers=log.customers,
        who=log.customers.codes,
        times=log.times,
        instants=log.instants,
        groups=log.groups,
        group=log.group,
        excluded={},
    )


def _of_frame(
    log: ActivityLog, starts: Any, by: str | Sequence[str] | None, date: str, customer: str, time_zone: str | None
) -> Begun:
    frame = read_columns(starts, [customer, "acquired_at", date, *key_names(by)], "starts")
    column = "acquired_at" if "acquired_at" in frame.columns else date
    ids = column_of(frame, customer, "customer")
    times, zone = times_of(frame, column, time_zone)
    if len(frame) and (len(log.times) or log.zone is not None):
        one_clock(log.zone, zone, "starts", "the log")
    lost = {
        "start_without_customer": np.asarray(ids.isna()) | (ids.astype(object) == "").to_numpy(),
        "start_without_time": np.isnat(times),
        "start_after_observed_until": log.end.after(times, lambda: instants_of(frame, column)),
    }
    keep, excluded = kept_rows(lost, len(frame))
    instants = times if zone is None else instants_of(frame, column)
    if keep is not None:
        frame, ids, times, instants = frame[keep], ids[keep], times[keep], instants[keep]
    customers, others = log.customers.with_others(ids, customer)
    who = others.codes
    groups, group = (EVERYONE, None) if by is None else group_of_code(frame, by, who, customers.span)
    return Begun(
        customers=customers, who=who, times=times, instants=instants, groups=groups, group=group, excluded=excluded
    )


def _marks(
    begun: Begun, calendar: Calendar, start: str, clock: str, resolution: str
) -> tuple[IntArray, IntArray, IntArray]:
    """Return for each member the customer, the period of the cohort, and the moment ages count from."""
    who, period = begun.who, calendar.codes(begun.times)
    mark = period if clock == "calendar" else _ticks(begun.instants, clock, resolution)
    if start == "recurring" and clock == "calendar":
        who, period = distinct(who, period, begun.customers.span)
        return who, period, period
    order = np.lexsort((mark, who))
    if start == "first" and order.size:
        order = order[np.concatenate(([True], who[order][1:] != who[order][:-1]))]
    return who[order], period[order], mark[order]


def _last_age(calendar: Calendar, log: ActivityLog, mark: IntArray, clock: str, resolution: str) -> IntArray:
    """Return the last age each member was observed to its end."""
    if clock == "calendar":
        return calendar.last_complete(log.cut) - mark
    end = int(_ticks(np.array([log.instant_cut]), "elapsed", resolution)[0])
    return (end - mark) // (PERIOD_DAYS[calendar.period] * TICKS[resolution]) - 1


def _resolution(*columns: Times) -> str:
    """Return the coarsest resolution that tells all instants exactly: what is rounded first can turn an age over."""
    if all((column.astype("datetime64[s]") == column).all() for column in columns):
        return "s"
    return "ns" if any(np.datetime_data(column.dtype)[0] == "ns" for column in columns) else "us"


def _before_the_start(log: ActivityLog, begun: Begun) -> BoolArray:
    """Return which activities came before the customer's first start, in the same period or an earlier one."""
    first = np.full(begun.customers.span, "NaT", dtype=begun.instants.dtype)
    order = np.argsort(begun.instants)[::-1]
    first[begun.who[order]] = begun.instants[order]  # the earliest is written last
    return np.asarray(log.instants < first[begun.customers.codes])


def _ticks(instants: Times, clock: str, resolution: str) -> IntArray:
    """Return ticks since 1970, cut to the hour where the clock says so."""
    ticks = np.asarray(instants).astype(f"datetime64[{resolution}]").astype(np.int64)
    hour = TICKS[resolution] // 24
    return ticks // hour * hour if clock == "elapsed-hours" else ticks


def _outside(who: IntArray, mark: IntArray, customer: IntArray, moment: IntArray) -> dict[str, int]:
    """Count the activities of customers without a start, and those before the customer's first start."""
    order = np.lexsort((mark, who))
    who, mark = who[order], mark[order]
    heads = np.flatnonzero(np.concatenate(([True], who[1:] != who[:-1]))) if who.size else order
    place = np.searchsorted(who[heads], customer)
    known = np.append(who[heads], -1)[place] == customer
    early = known & (moment < np.append(mark[heads], 0)[place])
    counts = {"no_start": int((~known).sum()), "before_start": int(early.sum())}
    return {reason: count for reason, count in counts.items() if count}
