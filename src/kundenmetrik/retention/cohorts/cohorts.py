"""Retention by cohort: of those who started together, which share was there one, two, three periods later."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple, get_args

import numpy as np

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.core.checks import check_choice, check_confidence, check_count
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.core.statistics.one_sample.proportions import SHARE_METHODS, ShareInterval
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.log.kept_rows import require_rows
from kundenmetrik.frame.time.calendar import Calendar
from kundenmetrik.frame.time.periods import PeriodLength
from kundenmetrik.renamed import former_parameters
from kundenmetrik.retention.cohorts.activity_bits import Attendance
from kundenmetrik.retention.cohorts.cohort_table import CohortTable
from kundenmetrik.retention.cohorts.retained_counts import COUNTINGS, Counting, Triangle, count_triangle
from kundenmetrik.retention.data.activity_log import ActivityLog, read_log, silence_notes
from kundenmetrik.retention.data.cohort_starts import CLOCKS, AgeClock, cohort_members
from kundenmetrik.retention.data.members import Members, distinct, heads_of

CohortStart = Literal["first", "recurring"]
CohortReference = Literal["cohort", "previous"]


@former_parameters(kind="kinds")
def cohorts(
    data: Any,
    *,
    period: PeriodLength = "month",
    observed_until: Any,
    counting: Counting = "bounded",
    brackets: Sequence[int] | None = None,
    start: CohortStart = "first",
    starts: Any = None,
    reference: CohortReference = "cohort",
    clock: AgeClock = "calendar",
    horizon: int | None = None,
    by: str | Sequence[str] | None = None,
    date: str = "occurred_at",
    customer: str = "customer_id",
    kinds: str | Sequence[str] | None = "purchase",
    time_zone: str | None = None,
    confidence: float = 0.95,
    method: ShareInterval = "wilson",
) -> CohortTable:
    r"""Count retention by cohort and age: of those who started together, which share was active so much later.

    .. math:: \text{rate}(c, k) = \frac{\text{customers of cohort } c \text{ retained at age } k}
              {\text{customers of cohort } c \text{ whose age } k \text{ was observed to its end}}

    Parameters
    ----------
    data : frame or list of records
        A log of interactions, one row each.
    period : {"day", "week", "month", "quarter", "year"}
        The length of a cohort and of an age. Weeks start on Monday.
    observed_until : date or time
        The last day or instant that was observed, inclusive. Ages that end later cannot be seen yet: NaN, never 0.
    counting : {"bounded", "unbounded", "full", "bracket"}
        What counts as retained at age k: active at age k exactly; at age k or later; at every age from 0 to k; at any
        age of a bracket.
    brackets : sequence of int, optional
        The first age of each bracket and the end of the last: ``(0, 1, 4, 13)`` for ages 0, 1 to 3 and 4 to 12.
    start : {"first", "recurring"}
        Whether a customer belongs to the cohort of the first start only, or to one for each period with a start.
    starts : frame or list of records, optional
        The start events, such as sign-ups, with the customer column, ``acquired_at`` or the date column, and the
        columns of ``by``. Without it the activities are the starts themselves, so that age 0 is 100 %.
    reference : {"cohort", "previous"}
        Share of the cohort, or of those retained at the age before.
    clock : {"calendar", "elapsed", "elapsed-hours"}
        Ages by calendar periods, by exact time since the start (a day is 24 hours, a week 7 days, a month 30 days), or
        by time since the start with both times cut to the hour.
    horizon : int, optional
        The last age that is shown. Brackets end where they say and take none.
    by : str or sequence of str, optional
        Key columns of the segments; constant per customer.
    date, customer : str
        Columns of the log.
    kinds : str, sequence of str or None
        Which kinds of interaction are activity, where the log has a column ``kind``; None for all. A purchase
        with an amount below 0 is a refund, and no activity.
    time_zone : str, optional
        The zone whose calendar counts, for times with a zone.
    confidence : float
        Between 0 and 1.
    method : str
        The interval's method: wilson, clopper_pearson or jeffreys.

    Returns
    -------
    CohortTable

    Raises
    ------
    InvalidData
        If a customer is in two segments.
    InvalidArgument, InvalidType, UnknownName
        If a column is missing or an argument breaks its rule.

    Notes
    -----
    Averages over cohorts are pooled over matured cells: the sum of those retained over the sum of those eligible. The
    plain mean of percentages is :meth:`CohortTable.simple_mean`; the two can be far apart.

    A log that ends before ``observed_until`` makes everybody look lost. The note ``log_ends_early`` says when nobody
    was active for longer than a period and than the last twenty active days of customers took.

    Bounded retention may rise with age. Unbounded retention only falls, but its last ages are low because what will
    come later is not seen yet (note ``last_ages_censored``). Members of recurring cohorts are not independent, so that
    their intervals are too narrow (note ``members_recur``).

    References
    ----------
    .. [1] Amplitude, Mixpanel and PostHog name the same countings "n-day", "unbounded" and "bracket".

    Examples
    --------
    >>> import pandas as pd
    >>> from kundenmetrik import retention
    >>> log = pd.DataFrame({
    ...     "customer_id": list("aaabbcdd"),
    ...     "occurred_at": pd.to_datetime(["2024-01-05", "2024-02-06", "2024-03-07", "2024-01-20", "2024-03-25",
    ...                                    "2024-02-10", "2024-03-30", "2024-03-31"]),
    ... })
    >>> retention.cohorts(log, observed_until="2024-03-31").matrix("retained").to_numpy().tolist()
    [[2.0, 1.0, 2.0], [1.0, 0.0, nan], [1.0, nan, nan]]
    """
    calendar, level = Calendar(period=period), check_confidence(confidence)
    check_choice(counting, "counting", COUNTINGS)
    check_choice(clock, "clock", CLOCKS)
    check_choice(start, "start", get_args(CohortStart))
    check_choice(reference, "reference", get_args(CohortReference))
    check_choice(method, "method", SHARE_METHODS)
    log = read_log(
        data,
        observed_until=observed_until,
        date=date,
        customer=customer,
        kind=kinds,
        by=by if starts is None else None,
        time_zone=time_zone,
        with_instants=clock != "calendar" or starts is not None,
    )
    if starts is None:
        require_rows(log.times.size, "data", log.excluded)
    if starts is None and start == "first" and clock == "calendar":
        tally = _from_the_first(log, calendar, counting, reference, brackets, horizon)
    else:
        members = cohort_members(
            log, calendar, starts, start, clock, by=by, date=date, customer=customer, time_zone=time_zone
        )
        tally = _by_members(members, counting, reference, brackets, horizon)
    notes = (*silence_notes(log, period), *("last_ages_censored",) * (counting == "unbounded"))
    return CohortTable(
        period=period,
        first=tally.triangle.first,
        edges=tally.edges,
        groups=tally.groups,
        size=tally.triangle.size,
        retained=tally.triangle.retained,
        eligible=tally.triangle.eligible,
        matured=tally.triangle.matured,
        counting=counting,
        start=start,
        reference=reference,
        clock=clock,
        confidence=level,
        method=method,
        excluded=tally.excluded,
        notes=(*notes, "members_recur") if start == "recurring" else notes,
    )


class Tally(NamedTuple):
    """A counted triangle, the ages of its columns, its segments and what was left out."""

    triangle: Triangle
    edges: IntArray
    groups: Groups
    excluded: Mapping[str, int]


def _from_the_first(
    log: ActivityLog,
    calendar: Calendar,
    counting: str,
    reference: str,
    brackets: Sequence[int] | None,
    horizon: int | None,
) -> Tally:
    """Count from each customer's first period: by bits where that is quickest, else by sorted pairs."""
    periods = calendar.codes(log.times)
    if counting == "bounded" and reference == "cohort" and log.group is None:
        attendance = Attendance.of(log.customers.codes, periods, log.customers.span)
        if attendance is not None:
            complete = calendar.last_complete(log.cut)
            edges = _edges(complete - attendance.first, counting, brackets, horizon)
            return Tally(attendance.triangle(complete, edges.size - 1), edges, log.groups, log.excluded)
    return _by_members(_first_calendar(log, calendar, periods), counting, reference, brackets, horizon)


def _by_members(
    members: Members, counting: str, reference: str, brackets: Sequence[int] | None, horizon: int | None
) -> Tally:
    require_rows(members.cohort.size, "starts", members.excluded)
    edges = _edges(int(members.seen.max(initial=0)), counting, brackets, horizon)
    return Tally(count_triangle(members, counting, reference, edges), edges, members.groups, members.excluded)


def _first_calendar(log: ActivityLog, calendar: Calendar, periods: IntArray) -> Members:
    customer, period = distinct(log.customers.codes, periods, log.customers.span)
    heads, complete = heads_of(customer), calendar.last_complete(log.cut)
    cohort = period[heads]
    return Members(
        cohort=cohort,
        seen=complete - cohort,
        group=None if log.group is None else log.group[customer[heads]],
        groups=log.groups,
        counts=np.diff(heads, append=customer.size),
        moment=period,
        origin=cohort,
        calendar=calendar,
        complete=complete,
        excluded=log.excluded,
    )


def _edges(seen: int, counting: str, brackets: Sequence[int] | None, horizon: int | None) -> IntArray:
    if (counting == "bracket") != (brackets is not None):
        raise InvalidArgument("brackets", "be given exactly when counting is 'bracket'", brackets)
    last = seen if horizon is None else min(seen, check_count(horizon, "horizon"))
    if brackets is None:
        return np.arange(max(last, 0) + 2)
    if horizon is not None:
        raise InvalidArgument("horizon", "be left out with brackets", horizon, "The last bracket says where they end.")
    edges = np.array([check_count(edge, "brackets") for edge in brackets], dtype=np.int64)
    if edges.size < 2 or (np.diff(edges) <= 0).any():
        raise InvalidArgument("brackets", "be at least two rising ages", brackets)
    return edges
