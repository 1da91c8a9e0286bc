"""Retention by cohort from contracts: of those who began together, which share still had a contract so much later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from kundenmetrik.core.checks import check_choice, check_confidence, check_count
from kundenmetrik.core.statistics.one_sample.proportions import SHARE_METHODS, ShareInterval
from kundenmetrik.frame.time.periods import PeriodLength
from kundenmetrik.retention.cohorts.cohort_table import CohortTable
from kundenmetrik.retention.cohorts.retained_counts import check_shape
from kundenmetrik.retention.periods.entries import ledger
from kundenmetrik.retention.periods.spells import Spells


def contract_cohorts(
    data: Any,
    *,
    period: PeriodLength = "month",
    observed_until: Any,
    horizon: int | None = None,
    by: str | Sequence[str] | None = None,
    customer: str = "customer_id",
    start: str = "acquired_at",
    end: str = "churned_at",
    time_zone: str | None = None,
    confidence: float = 0.95,
    method: ShareInterval = "wilson",
) -> CohortTable:
    r"""Count retention by cohort and age from contracts: which share of those who began together still has one.

    .. math:: \text{rate}(c, k) = \frac{\text{customers of cohort } c \text{ with a contract at the end of age } k}
              {\text{customers of cohort } c \text{ whose age } k \text{ was observed to its end}}

    Parameters
    ----------
    data : frame or list of records
        One row for each contract, with a customer, a beginning and an end (missing while the contract runs); several
        rows of a customer are several contracts.
    period : {"day", "week", "month", "quarter", "year"}
        The length of a cohort and of an age. Weeks start on Monday.
    observed_until : date or time
        The last day or instant that was observed, inclusive. Ages that end later cannot be seen yet: NaN, never 0.
    horizon : int, optional
        The last age that is shown.
    by : str or sequence of str, optional
        Key columns of the segments; constant per customer.
    customer, start, end : str
        Columns of the customers, and of the beginnings and ends of contracts.
    time_zone : str, optional
        The zone whose calendar counts, for times with a zone.
    confidence : float
        Between 0 and 1.
    method : str
        The interval's method: wilson, clopper_pearson or jeffreys.

    Returns
    -------
    CohortTable
        Its ``counting`` is ``"in_force"``.

    Raises
    ------
    InvalidData
        If a customer is in two segments, or a contract ends before it begins.
    InvalidArgument, InvalidType, UnknownName
        If a column is missing or an argument breaks its rule.

    Notes
    -----
    The cohort is the period of the first contract. Age 0 is the end of that period, so that its rate is below 100 %
    where customers left in the period in which they came. Those who come back count again, and rates may rise. Added
    up over cohorts, the customers retained are those whom :func:`ledger` books at the end of a period.

    Examples
    --------
    >>> import pandas as pd
    >>> from kundenmetrik import retention
    >>> contracts = pd.DataFrame({
    ...     "customer_id": list("abcd"),
    ...     "acquired_at": pd.to_datetime(["2026-01-05", "2026-01-20", "2026-01-22", "2026-02-03"]),
    ...     "churned_at": pd.to_datetime([None, "2026-02-14", "2026-01-30", None]),
    ... })
    >>> retention.contract_cohorts(contracts, observed_until="2026-03-31").matrix("retained").to_numpy().tolist()
    [[2.0, 1.0, 1.0], [1.0, 1.0, nan]]
    """
    level = check_confidence(confidence)
    check_choice(method, "method", SHARE_METHODS)
    last = None if horizon is None else check_count(horizon, "horizon")
    book: Any = ledger(
        data,
        period=period,
        observed_until=observed_until,
        by=by,
        customer=customer,
        start=start,
        end=end,
        time_zone=time_zone,
    )
    return _table(book.spells, last, confidence=level, method=method, excluded=book.excluded, notes=book.notes)


def _table(spells: Spells, horizon: int | None, **facts: Any) -> CohortTable:
    """Count who is there at the end of each age: one up where a spell begins, one down where it stops."""
    heads = np.flatnonzero(spells.is_first)
    cohort = np.repeat(spells.start[heads], np.diff(np.append(heads, spells.start.size)))
    first = spells.first
    seen = max(spells.complete - first, 0)
    ages = (seen if horizon is None else min(seen, horizon)) + 1
    shape = check_shape(len(spells.groups), int(cohort.max()) - first + 1, ages)
    row = cohort - first
    if spells.group is not None:
        row = row + spells.group[spells.customer] * shape[1]
    size = np.bincount(row[heads], minlength=shape[0] * shape[1]).reshape(shape[:2])
    change = np.zeros((shape[0] * shape[1], ages + 1), dtype=np.int64)
    for moment, step in ((spells.start, 1), (spells.stop, -1)):
        np.add.at(change, (row, np.minimum(moment - cohort, ages)), step)
    last = spells.complete - first - np.arange(shape[1])[:, None]
    matured = np.broadcast_to(np.arange(ages) <= last, shape)
    return CohortTable(
        period=spells.calendar.period,
        first=first,
        edges=np.arange(ages + 1),
        groups=spells.groups,
        size=size,
        retained=np.cumsum(change, axis=1)[:, :-1].reshape(shape) * matured,
        eligible=size[:, :, None] * matured,
        matured=matured,
        counting="in_force",
        start="first",
        reference="cohort",
        clock="calendar",
        **facts,
    )
