"""How customers get into the ledger: from contracts with a beginning and an end, or from a log of activity."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.core.checks import check_count
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.grouping import key_names
from kundenmetrik.frame.log.kept_rows import require_rows
from kundenmetrik.frame.reading.frame_columns import has_column
from kundenmetrik.frame.reading.ids import Ids
from kundenmetrik.frame.records.source import read_columns
from kundenmetrik.frame.time.calendar import SECOND, Calendar
from kundenmetrik.frame.time.periods import PeriodLength
from kundenmetrik.renamed import former_parameters
from kundenmetrik.retention.data.activity_log import ActivityLog, read_log, silence_notes
from kundenmetrik.retention.data.observed_contracts import observed_contracts
from kundenmetrik.retention.periods.ledger import Ledger
from kundenmetrik.retention.periods.spells import Spells, merge_spells

OPEN = np.int64(2**40)
"""The end of what has not ended, before the current period cuts it off."""


@former_parameters(kind="kinds")
def ledger(
    data: Any,
    *,
    period: PeriodLength = "month",
    observed_until: Any,
    window: int | str | timedelta | None = None,
    by: str | Sequence[str] | None = None,
    date: str = "occurred_at",
    customer: str = "customer_id",
    kinds: str | Sequence[str] | None = "purchase",
    start: str = "acquired_at",
    end: str = "churned_at",
    time_zone: str | None = None,
) -> Ledger:
    r"""Book every customer into exactly one state per period: new, retained, reactivated, churned or inactive.

    A customer is there at the end of a period when a contract runs then or, for a log of activity,
    when the last activity is less than ``window`` ago. The state compares the ends of two periods, so
    that ``start + new + reactivated - churned = end`` always holds.

    Parameters
    ----------
    data : frame or list of records
        Without ``window``: contracts, with a customer, a beginning and an end (missing while the contract runs);
        several rows of a customer are several contracts. With ``window``: a log of interactions, one row each.
    period : {"day", "week", "month", "quarter", "year"}
        The length of a period. Weeks start on Monday.
    observed_until : date or time
        The last day or instant that was observed, inclusive. A period that ends later is not yet observable.
    window : int, str or timedelta, optional
        How long after an activity a customer counts as there: a number of periods, which starts with the period
        of the activity, or a span of time such as ``"90 days"``. :func:`inactivity` shows what a window costs.
    by : str or sequence of str, optional
        Key columns of the segments; constant per customer.
    date, customer : str
        Columns of a log of interactions.
    kinds : str, sequence of str or None
        Which kinds of interaction are activity, where the log has a column ``kind``; None for all. A purchase with an
        amount below 0 is a refund, and no activity.
    start, end : str
        Columns of the beginnings and ends of contracts. A column of ends without any value says that nobody has left;
        a missing one is refused.
    time_zone : str, optional
        The zone whose calendar counts, for times with a zone.

    Returns
    -------
    Ledger

    Raises
    ------
    InvalidData
        If a contract ends before it begins, or a customer is in two segments.
    InvalidArgument, InvalidType, UnknownName
        If a column is missing or an argument breaks its rule.

    Notes
    -----
    Times are half-open: a contract that ends on 1 February 00:00 ran to the end of January and is churn of February.
    Who leaves and returns within one period was there at both ends and is retained; who comes and leaves within one
    period is ``passed_through``, in neither start nor end. The log begins with its first row: who was a customer
    before that is ``new`` when first seen. A log that ends before ``observed_until`` makes everybody look lost: the
    note ``log_ends_early`` is that of :func:`cohorts`.

    Examples
    --------
    >>> import pandas as pd
    >>> from kundenmetrik import retention
    >>> log = pd.DataFrame({
    ...     "customer_id": [1, 1, 2, 1],
    ...     "occurred_at": pd.to_datetime(["2026-01-05", "2026-02-06", "2026-02-10", "2026-04-02"]),
    ... })
    >>> book = retention.ledger(log, window=1, observed_until="2026-04-30")
    >>> book.to_frame()["reactivated"].tolist()
    [0, 0, 0, 1]
    """
    calendar = Calendar(period=period)
    if window is None:
        return _of_contracts(
            data,
            calendar,
            observed_until=observed_until,
            by=by,
            date=date,
            customer=customer,
            start=start,
            end=end,
            time_zone=time_zone,
        )
    reach = _window(window)
    log = read_log(
        data, observed_until=observed_until, date=date, customer=customer, kind=kinds, by=by, time_zone=time_zone
    )
    require_rows(log.times.size, "data", log.excluded)
    customers = log.customers.dense()
    begun, stop = calendar.codes(log.times), _stop(log, calendar, reach)
    spells = _spells(customers, begun, stop, log.groups, log.group, calendar, log.cut)
    return Ledger._from_spells(spells, window=str(window), excluded=log.excluded, notes=silence_notes(log, period))


def _of_contracts(
    data: Any,
    calendar: Calendar,
    *,
    observed_until: Any,
    by: str | Sequence[str] | None,
    date: str,
    customer: str,
    start: str,
    end: str,
    time_zone: str | None,
) -> Ledger:
    frame = read_columns(data, [customer, start, end, date, *key_names(by)])
    if not has_column(frame, start) and not has_column(frame, end) and has_column(frame, date):
        remedy = "retention.inactivity shows what a window costs."
        raise InvalidArgument("window", "be given for a log of activity", remedy=remedy)
    found = observed_contracts(
        frame, observed_until=observed_until, customer=customer, start=start, end=end, by=by, time_zone=time_zone
    )
    begun = calendar.codes(found.acquired)
    stop = np.full(begun.size, OPEN)
    stop[found.churned] = calendar.codes(found.left[found.churned])
    customers = found.customers.dense()
    spells = _spells(customers, begun, stop, found.groups, found.group, calendar, found.end.cut)
    return Ledger._from_spells(spells, excluded=found.excluded, notes=found.notes)


def _spells(
    customers: Ids,
    start: IntArray,
    stop: IntArray,
    groups: Groups,
    group: IntArray | None,
    calendar: Calendar,
    cut: np.datetime64,
) -> Spells:
    complete = calendar.last_complete(cut)
    current = int(calendar.codes(np.array([cut - SECOND]))[0])
    customer, start, stop, is_first = merge_spells(customers.codes, start, np.minimum(stop, current + 1))
    return Spells(
        customers=customers,
        customer=customer,
        start=start,
        stop=stop,
        is_first=is_first,
        groups=groups,
        group=group,
        calendar=calendar,
        complete=complete,
        current=current,
    )


def _stop(log: ActivityLog, calendar: Calendar, reach: int | np.timedelta64) -> IntArray:
    if isinstance(reach, int):
        return calendar.codes(log.times) + reach
    lapse = log.times + reach
    stop = np.full(lapse.size, OPEN)
    stop[lapse < log.cut] = calendar.codes(lapse[lapse < log.cut])
    return stop


def _window(window: object) -> int | np.timedelta64:
    if isinstance(window, (str, timedelta, np.timedelta64)):
        try:
            span = pd.Timedelta(window)
        except ValueError:
            raise InvalidArgument("window", 'be a number of periods or a span such as "90 days"', window) from None
        if not span > pd.Timedelta(0):
            raise InvalidArgument("window", "be longer than nothing", window)
        return span.to_timedelta64()
    return check_count(window, "window", low=1)
