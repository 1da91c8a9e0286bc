"""Interactions: who did what, when and for how much, by one rule for purchases, retention and complaints."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.errors import Fault, InvalidType
from kundenmetrik.frame.log.interaction_kinds import RowKinds, read_kinds
from kundenmetrik.frame.reading.faults import fault_of
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.reading.ids import Ids, read_ids
from kundenmetrik.frame.time.instants import MISSING, Moments
from kundenmetrik.frame.time.time_column import moments_of

OPTIONAL = ("amount", "kind", "currency")


@dataclass(frozen=True, slots=True, kw_only=True)
class LogColumns:
    """Which column holds what, and the zone whose calendar counts; an amount, kind or currency of None is not read."""

    customer: str = "customer_id"
    date: str = "occurred_at"
    amount: str | None = "amount"
    kind: str | None = "kind"
    currency: str | None = None
    time_zone: str | None = None

    @property
    def names(self) -> list[str]:
        """The columns that may be read."""
        names = (self.customer, self.date, self.amount, self.kind, self.currency)
        return [name for name in names if name is not None]

    def _has_default(self, name: str) -> bool:
        given = getattr(self, name)
        return isinstance(given, str) and given == name

    def present_in(self, table: pd.DataFrame) -> LogColumns:
        """Return the columns without those that have their default name and are not there."""
        absent: dict[str, Any] = {name: None for name in OPTIONAL if self._has_default(name) and name not in table}
        return replace(self, **absent)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogRows:
    """The rows of a log, one array a column.

    Attributes
    ----------
    ids : Ids
        The customer of each row.
    moments : Moments
        When.
    kinds : RowKinds
        What, for how much, and what went back.
    """

    ids: Ids
    moments: Moments
    kinds: RowKinds

    def __len__(self) -> int:
        return len(self.ids.codes)

    def missing(self, customer: str, date: str) -> dict[str, BoolArray]:
        """Return the rows without a customer and those without a time, each under a name; none where all have one."""
        found = {}
        if self.ids.codes.min(initial=0) < 0:
            found[customer] = self.ids.codes < 0
        if self.moments.ticks.min(initial=0) == MISSING:
            found[date] = self.moments.ticks == MISSING
        return found


def read_log_rows(
    table: pd.DataFrame,
    columns: LogColumns,
    faults: list[Fault | None],
    *,
    kinds: Collection[str] | None,
    several: str | None = None,
) -> LogRows:
    """Read who did what, when and for how much; whatever breaks a rule in a row that is used becomes a fault.

    Parameters
    ----------
    table : DataFrame
        One row for each interaction.
    columns : LogColumns
        Which column holds what.
    faults : list
        Where faults are put.
    kinds : collection of str or None
        The kinds that are asked for; None for all.
    several : str, optional
        The zone whose calendar counts where the times carry several; without it ``time_zone`` is asked for.
    """
    what = read_kinds(table, faults, kinds=kinds, kind=columns.kind, amount=columns.amount)
    ids = read_ids(column_of(table, columns.customer, "customer"), columns.customer, faults, what.used)
    dates = column_of(table, columns.date, "date")
    moments = moments_of(dates, columns.date, columns.time_zone, several=several)
    if columns.currency is not None and columns.amount is not None:
        faults.append(_currencies(column_of(table, columns.currency, "currency"), columns.currency, what.used))
    return LogRows(ids=ids, moments=moments, kinds=what)


def _currencies(currency: pd.Series[Any], name: str, used: BoolArray) -> Fault | None:
    """Return the fault of the rows whose currency is not the one of most rows."""
    try:
        codes, names = pd.factorize(currency)
    except TypeError:
        raise InvalidType(name, "hold codes of currencies") from None
    counts = np.bincount(codes[used] + 1, minlength=len(names) + 1)
    other = (codes + 1 != counts.argmax()) & used
    return fault_of(name, "be one currency", other, currency, "currencies", "Convert the amounts first.")
