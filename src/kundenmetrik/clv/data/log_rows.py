"""Rows of a log: the columns that count, checked together, with what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.core.checks import Invalid
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.log.interaction_kinds import RowKinds
from kundenmetrik.frame.log.interaction_rows import LogColumns, LogRows, read_log_rows
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.ids import Ids
from kundenmetrik.frame.records.source import read_columns
from kundenmetrik.frame.time.instants import Moments

BOUGHT = ("purchase", "refund")
CHOOSE = 'Choose refunds="net" or refunds="drop".'
EXCLUDE = 'Pass invalid="exclude" to leave such rows out, counted.'


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


def read(data: Any, columns: LogColumns, *, refunds: str, invalid: Invalid) -> PurchaseRows:
    """Read the purchases and refunds of a log; every rule that is broken is reported at once."""
    table = read_columns(data, columns.names)
    if len(table) == 0:
        raise InvalidArgument("interactions", "have at least one row")
    columns = columns.present_in(table)
    faults: list[Fault | None] = []
    found = read_log_rows(table, columns, faults, kinds=BOUGHT)
    kinds, wrong = found.kinds, _incomplete(found, columns)
    lost = _without_kind(table, columns, kinds, faults, invalid)
    if invalid == "raise":
        faults += [fault_of(name, "be there", mask, table[name], "missing", EXCLUDE) for name, mask in wrong.items()]
    if kinds.refund is not None and refunds == "refuse":
        column = columns.amount or columns.kind or ""
        back = kinds.refund & kinds.used
        faults.append(fault_of(column, "be a purchase, not a refund", back, table[column], "refund", CHOOSE))
    refuse(faults)
    rows = PurchaseRows(ids=found.ids, moments=found.moments, amount=kinds.amount, refund=kinds.refund, excluded=lost)
    return _leave_out(rows, kinds.used, wrong)


def _without_kind(
    table: pd.DataFrame, columns: LogColumns, kinds: RowKinds, faults: list[Fault | None], invalid: str
) -> dict[str, int]:
    """Return how many rows have no kind; refuse a log without any purchase."""
    lost = {}
    if kinds.missing is not None and columns.kind is not None:
        lost[f"missing_{columns.kind}"] = int(np.count_nonzero(kinds.missing))
        if invalid == "raise":
            faults.append(fault_of(columns.kind, "be there", kinds.missing, code="missing", remedy=EXCLUDE))
    if not kinds.used.any() and not any(faults):
        raise InvalidArgument(columns.kind or "kind", "be purchase in some rows", table[columns.kind].unique().tolist())
    return lost


def _incomplete(found: LogRows, columns: LogColumns) -> dict[str, BoolArray]:
    """Return by column which of the rows that count lack a customer, a date or an amount."""
    wrong, amount = found.missing(columns.customer, columns.date), found.kinds.amount
    if amount is not None and np.isnan(amount.min()):
        wrong[columns.amount or ""] = np.isnan(amount)
    return {name: mask & found.kinds.used for name, mask in wrong.items()}


def _leave_out(rows: PurchaseRows, used: BoolArray, wrong: dict[str, BoolArray]) -> PurchaseRows:
    """Leave out the rows that do not count; a row with two faults is counted under the first."""
    keep, excluded = used, dict(rows.excluded)
    for name, mask in wrong.items():
        excluded[f"missing_{name}"] = int(np.count_nonzero(mask & keep))
        keep = keep & ~mask
    return rows if keep.all() else rows.take(keep, **excluded)
