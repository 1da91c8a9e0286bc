"""Rows of a log: the columns that count, checked together, with what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.log.interaction_rows import LogColumns, read_log_rows
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


def read(data: Any, columns: LogColumns, *, refunds: str, invalid: str) -> PurchaseRows:
    """Read the purchases and refunds of a log; every rule that is broken is reported at once."""
    table = read_columns(data, columns.names)
    if len(table) == 0:
        raise InvalidArgument("interactions", "have at least one row")
    columns = columns.present_in(table)
    faults: list[Fault | None] = []
    found = read_log_rows(table, columns, faults, kinds=BOUGHT)
    used, missing_kind, amount, refund = found.kinds.used, found.kinds.missing, found.kinds.amount, found.kinds.refund
    excluded = {}
    if missing_kind is not None and columns.kind is not None:
        excluded[f"missing_{columns.kind}"] = int(np.count_nonzero(missing_kind))
        if invalid == "raise":
            faults.append(fault_of(columns.kind, "be there", missing_kind, code="missing", remedy=EXCLUDE))
    if not used.any() and not any(faults):
        raise InvalidArgument(columns.kind or "kind", "be purchase in some rows", table[columns.kind].unique().tolist())
    wrong = found.missing(columns.customer, columns.date)
    if amount is not None and np.isnan(amount.min()):
        wrong[columns.amount or ""] = np.isnan(amount)
    wrong = {name: mask & used for name, mask in wrong.items()}
    if invalid == "raise":
        faults += [fault_of(name, "be there", mask, table[name], "missing", EXCLUDE) for name, mask in wrong.items()]
    if refund is not None and refunds == "refuse":
        column = columns.amount or columns.kind or ""
        faults.append(fault_of(column, "be a purchase, not a refund", refund & used, table[column], "refund", CHOOSE))
    refuse(faults)
    rows = PurchaseRows(ids=found.ids, moments=found.moments, amount=amount, refund=refund, excluded=excluded)
    return _leave_out(rows, used, {f"missing_{name}": mask for name, mask in wrong.items()})


def _leave_out(rows: PurchaseRows, used: BoolArray, wrong: dict[str, BoolArray]) -> PurchaseRows:
    """Leave out the rows that do not count; a row with two faults is counted under the first."""
    keep, excluded = used, dict(rows.excluded)
    for reason, mask in wrong.items():
        excluded[reason] = int(np.count_nonzero(mask & keep))
        keep = keep & ~mask
    return rows if keep.all() else rows.take(keep, **excluded)
