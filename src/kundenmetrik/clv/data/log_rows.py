"""Rows of a log: the columns that count, checked together, with what was left out and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.log.interaction_rows import read_log_rows
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.ids import Ids
from kundenmetrik.frame.reading.source import column_of, read_columns
from kundenmetrik.frame.time.instants import MISSING, Moments
from kundenmetrik.frame.time.time_column import moments_of

__all__ = ["LogColumns", "PurchaseRows", "read"]

BOUGHT = ("purchase", "refund")
OPTIONAL = ("amount", "kind", "currency")
CHOOSE = 'Choose refunds="net" or refunds="drop".'
EXCLUDE = 'Pass invalid="exclude" to leave such rows out, counted.'


@dataclass(frozen=True, slots=True, kw_only=True)
class LogColumns:
    """Which column holds what; an amount, kind or currency of None is not read."""

    customer: str
    date: str
    amount: str | None
    kind: str | None
    currency: str | None
    time_zone: str | None

    def table(self, data: Any) -> pd.DataFrame:
        """Return the columns as a frame."""
        names = (self.customer, self.date, self.amount, self.kind, self.currency)
        table = read_columns(data, [name for name in names if name is not None])
        if len(table) == 0:
            raise InvalidArgument("interactions", "have at least one row")
        return table

    def present_in(self, table: pd.DataFrame) -> LogColumns:
        """Return the columns without those that have their default name and are not there."""
        absent: dict[str, Any] = {name: None for name in OPTIONAL if getattr(self, name) == name and name not in table}
        return replace(self, **absent)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PurchaseRows:
    """The purchases and refunds of a log, one array a column.

    Attributes
    ----------
    ids : Ids
        The customer of each row.
    moments : Moments
        When.
    amount : ndarray of float64 or None
        How much; negative for a refund.
    refund : ndarray of bool or None
        Which rows are refunds; None when no row is.
    excluded : dict of str to int
        Rows left out, by reason.
    """

    ids: Ids
    moments: Moments
    amount: FloatArray | None
    refund: BoolArray | None
    excluded: dict[str, int]

    def __len__(self) -> int:
        return len(self.ids.codes)

    def take(self, keep: BoolArray, **excluded: int) -> PurchaseRows:
        """Return the rows of a mask, with the reasons why the others are left out."""
        return PurchaseRows(
            ids=self.ids.take(keep),
            moments=self.moments.take(keep),
            amount=None if self.amount is None else self.amount[keep],
            refund=None if self.refund is None else self.refund[keep],
            excluded=self.excluded | excluded,
        )


def read(data: Any, columns: LogColumns, *, refunds: str, invalid: str) -> PurchaseRows:
    """Read the purchases and refunds of a log; every rule that is broken is reported at once."""
    table = columns.table(data)
    columns = columns.present_in(table)
    faults: list[Fault | None] = []
    found = read_log_rows(
        table, faults, customer=columns.customer, kinds=BOUGHT, kind=columns.kind, amount=columns.amount
    )
    used, ids, amount, refund = found.used, found.ids, found.amount, found.refund
    excluded = {}
    if found.missing_kind is not None and columns.kind is not None:
        excluded[f"missing_{columns.kind}"] = int(np.count_nonzero(found.missing_kind))
        if invalid == "raise":
            faults.append(fault_of(columns.kind, "be there", found.missing_kind, code="missing", remedy=EXCLUDE))
    if not used.any() and not any(faults):
        raise InvalidArgument(columns.kind or "kind", "be purchase in some rows", table[columns.kind].unique().tolist())
    moments = moments_of(column_of(table, columns.date, "date"), columns.date, columns.time_zone)
    wrong = dict(_missing(columns, ids, moments, amount, used))
    if invalid == "raise":
        faults += [fault_of(name, "be there", mask, table[name], "missing", EXCLUDE) for name, mask in wrong.items()]
    if refund is not None and refunds == "refuse":
        column = columns.amount or columns.kind or ""
        faults.append(fault_of(column, "be a purchase, not a refund", refund & used, table[column], "refund", CHOOSE))
    faults.append(_currencies(table, columns, used))
    refuse(faults)
    rows = PurchaseRows(ids=ids, moments=moments, amount=amount, refund=refund, excluded=excluded)
    return _leave_out(rows, used, {f"missing_{name}": mask for name, mask in wrong.items()})


def _missing(
    columns: LogColumns, ids: Ids, moments: Moments, amount: FloatArray | None, used: BoolArray
) -> Iterator[tuple[str, BoolArray]]:
    """Yield each column with missing values and the rows that lack one; the smallest value tells whether any does."""
    if ids.codes.min() < 0:
        yield columns.customer, (ids.codes < 0) & used
    if moments.ticks.min() == MISSING:
        yield columns.date, (moments.ticks == MISSING) & used
    if amount is not None and np.isnan(amount.min()):
        yield columns.amount or "", np.isnan(amount) & used


def _currencies(table: pd.DataFrame, columns: LogColumns, used: BoolArray) -> Fault | None:
    if columns.currency is None or columns.amount is None:
        return None
    codes, names = pd.factorize(column_of(table, columns.currency, "currency"))
    counts = np.bincount(codes[used] + 1, minlength=len(names) + 1)
    other = (codes + 1 != counts.argmax()) & used
    remedy = "Convert the amounts first."
    return fault_of(columns.currency, "be one currency", other, table[columns.currency], "currencies", remedy)


def _leave_out(rows: PurchaseRows, used: BoolArray, wrong: dict[str, BoolArray]) -> PurchaseRows:
    """Leave out the rows that do not count; a row with two faults is counted under the first."""
    keep, excluded = used, dict(rows.excluded)
    for reason, mask in wrong.items():
        excluded[reason] = int(np.count_nonzero(mask & keep))
        keep = keep & ~mask
    return rows if keep.all() else rows.take(keep, **excluded)
