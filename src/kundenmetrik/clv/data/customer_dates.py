"""Customer dates: what a table of customers says beside a log, who came before it began and who has left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import AnyArray, BoolArray, Times
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.log.interaction_rows import LogColumns
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.frame_columns import NAMES, column_of
from kundenmetrik.frame.reading.missing_column import absent_column, near_columns
from kundenmetrik.frame.records.source import read_columns
from kundenmetrik.frame.time.instants import ELAPSED, MISSING, Moments, starts_of, steps_of
from kundenmetrik.frame.time.time_column import moments_of
from kundenmetrik.message_text import shows_values

ACQUIRED, CHURNED = "acquired_at", "churned_at"
RULE = "not lie after the customer's first purchase"
NEVER = np.datetime64("NaT", "s")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CustomerDates:
    """When the customers of a log were acquired and when they left, on the clock of its grain; NaT where unknown.

    Attributes
    ----------
    acquired : ndarray of datetime64
        The beginning of the step of the grain.
    churned : ndarray of datetime64
        The moment itself.
    without_purchase : int
        How many customers of the table are not in the log.
    """

    acquired: Times
    churned: Times
    without_purchase: int

    def churned_by(self, last: Times, until: np.datetime64) -> tuple[BoolArray, dict[str, int]]:
        """Return who is known to have left by the end of observation, and counts of these and of others with a date.

        Who bought again on a day after that of leaving has come back.
        """
        left = self.churned <= until
        back = left & (last.astype("M8[D]") > self.churned.astype("M8[D]"))
        counted = {"known_leavers": left & ~back, "bought_after_leaving": back, "leave_later": self.churned > until}
        return left & ~back, {name: int(np.count_nonzero(mask)) for name, mask in counted.items()}

    def left_truncated(self, first: Times, ids: AnyArray) -> int:
        """Return how many were acquired before the log begins; one acquired after the own first purchase is a fault.

        Their first purchase is probably not in the log, so that frequency and age are too low.
        """
        late = self.acquired > first
        labels = ids.tolist() if shows_values() else None
        refuse([fault_of(ACQUIRED, RULE, late, code="bought_before", labels=labels, place="customer")])
        return int(np.count_nonzero(self.acquired < first.min()))


def read_customer_dates(customers: Any, ids: AnyArray, log: Moments, columns: LogColumns, grain: str) -> CustomerDates:
    """Read a table with one row for each customer, and one of the dates at least."""
    customer = columns.customer
    table = read_columns(customers, [customer, ACQUIRED, CHURNED], "customers")
    _refuse_another_name(table, customer)
    known = pd.Index(column_of(table, customer, "customer"))
    refuse([fault_of("customers", f"have each {customer} once", known.duplicated(), known, "duplicate", private=True)])
    if len(known) and isinstance(known[0], str) != (ids.dtype == object):
        raise InvalidType("customers", f"have a {customer} of the same type as the log")
    place = known.get_indexer(pd.Index(ids)) if len(known) else np.full(len(ids), -1)
    dates = {ACQUIRED: np.full(len(ids), NEVER), CHURNED: np.full(len(ids), NEVER)}
    for name in [name for name in dates if name in table] or [ACQUIRED]:
        column = moments_of(column_of(table, name, "customers"), name, columns.time_zone)
        moments = _on_the_clock(column, log, grain, name, columns.date)
        times = moments.clock(grain)
        if name == ACQUIRED:
            steps = steps_of(times, moments.per_day, grain)
            found = np.where(times == MISSING, NEVER, starts_of(steps, moments.resolution, grain))
        else:
            found = times.view(f"M8[{moments.resolution}]")
        dates[name] = np.append(found, NEVER)[place]  # the last one stands for who is not in the table
    return CustomerDates(
        acquired=dates[ACQUIRED],
        churned=dates[CHURNED],
        without_purchase=len(known) - int(np.count_nonzero(place >= 0)),
    )


def _refuse_another_name(table: pd.DataFrame, customer: str) -> None:
    """Refuse a table whose dates of leaving seem to have another name: all would count as customers who are there."""
    names = table.attrs.get(NAMES, table.columns)
    others = [name for name in names if name not in (customer, ACQUIRED)]
    if CHURNED in names or not near_columns(CHURNED, others):
        return
    near = " or ".join(map(repr, near_columns(CHURNED, others)))
    remedy = f"Rename {near} to {CHURNED!r}, or leave it out of the table if it does not say when a customer left."
    raise absent_column(CHURNED, "customers", others, remedy)


def _on_the_clock(moments: Moments, log: Moments, grain: str, name: str, date: str) -> Moments:
    """Return dates on the clock of a log; without a zone they are days on the calendar of any zone."""
    if (moments.ticks == MISSING).all() or (moments.zone is None and grain not in ELAPSED):
        return moments
    if (moments.zone is None) != (log.zone is None):
        raise InvalidArgument(name, f"have a time zone exactly when {date} has one")
    return Moments(ticks=moments.ticks, resolution=moments.resolution, zone=log.zone)
