"""The interactions table as the family reads it: kinds, customers, instants, and each complaint's purchase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, IntArray, Times
from kundenmetrik.core.checks import Invalid, check_choice
from kundenmetrik.errors import Fault, InvalidArgument, InvalidType
from kundenmetrik.frame.log.interaction_kinds import KINDS
from kundenmetrik.frame.log.interaction_rows import LogColumns, LogRows, read_log_rows
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.reading.keys import factorize
from kundenmetrik.frame.records.source import read_columns
from kundenmetrik.frame.time.instants import MISSING, Moments
from kundenmetrik.frame.time.time_column import moments_of

Match = Literal["latest", "first", "latest_of_product"]
MATCHES: tuple[Match, ...] = get_args(Match)
"""Which of a customer's purchases a complaint is about: the last before it, the first, the last of its product."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interactions:
    """What the family needs of an interactions table, row by row.

    Attributes
    ----------
    frame : pandas.DataFrame
        The table itself.
    rows : LogRows
        Who did what and when.
    occurred, wall : array of datetime64
        The same in UTC where the column has a time zone, and on the clock on the wall there.
    purchase, complaint : array of bool
        Which rows are purchases, which complaints. A purchase with an amount below 0 is a refund.
    """

    frame: pd.DataFrame
    rows: LogRows
    occurred: Times
    wall: Times
    purchase: BoolArray
    complaint: BoolArray

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> Any:
        """Return a column by name; a missing one is an error that suggests the nearest."""
        return column_of(self.frame, name, "interactions")

    @property
    def customer(self) -> IntArray:
        """A code for each customer."""
        return self.rows.ids.codes

    @property
    def zone(self) -> Any:
        """The time zone of the interactions, None where they have none."""
        return self.rows.moments.zone

    def series(self, instants: Times) -> pd.Series[Any]:
        """Return instants as a column with the time zone of the interactions."""
        column = pd.Series(instants)
        return column if self.zone is None else column.dt.tz_localize("UTC").dt.tz_convert(self.zone)

    def ends(self, name: str) -> Times:
        """Return a column of times at which complaints end; an end before the complaint came is an error."""
        found = moments_of(self.column(name), name, None, several="UTC")
        same_clock(found, self.rows.moments, name, "occurred_at")
        times = found.instants()
        early = self.complaint & (times < self.occurred)
        refuse([fault_of(name, "not come before occurred_at", early, code="before_occurred")])
        return times


COLUMNS = ("customer_id", "kind", "occurred_at", "amount", "product", "reason", "first_response_at", "resolved_at")
"""The columns of an interactions table that the family may read."""


def read_interactions(interactions: Any, *also: str, invalid: Invalid = "raise") -> Interactions:
    """Return a checked interactions table; missing customers or times are errors with their rows.

    Rows of an unknown kind, or of none, are refused unless ``invalid`` is "exclude".
    """
    frame = read_columns(interactions, (*COLUMNS, *also), "interactions")
    faults: list[Fault | None] = []
    for name in ("customer_id", "kind", "occurred_at"):
        column_of(frame, name, "interactions")
    columns = LogColumns(amount="amount" if "amount" in frame.columns else None)
    rows = read_log_rows(frame, columns, faults, kinds=KINDS if invalid == "raise" else None, several="UTC")
    missing = rows.missing("customer_id", "occurred_at")
    if invalid == "raise" and rows.kinds.missing is not None:
        missing = {"kind": rows.kinds.missing, **missing}
    faults += [fault_of(name, "be given in every row", gone, code="missing") for name, gone in missing.items()]
    refuse(faults)
    return Interactions(
        frame=frame,
        rows=rows,
        occurred=rows.moments.instants(),
        wall=rows.moments.wall(),
        purchase=rows.kinds.purchase,
        complaint=rows.kinds.are("complaint"),
    )


def same_clock(moments: Moments, other: Moments, argument: str, than: str) -> None:
    """Refuse two columns of times of which only one carries a time zone; one without any time has no clock."""
    known = all((one.ticks != MISSING).any() for one in (moments, other))
    if known and (moments.zone is None) != (other.zone is None):
        raise InvalidArgument(argument, f"have a time zone where {than} has one, and none where it has none")


def label_codes(column: Any, argument: str) -> IntArray:
    """Return a code for each label of a column, one of its own for missing ones; labels that are lists are refused."""
    try:
        codes, _ = factorize(column, use_na_sentinel=False)
    except TypeError:
        raise InvalidType(argument, "hold texts or numbers, one a row") from None
    return np.asarray(codes, dtype=np.int64)


def matched_purchase(data: Interactions, match: Match = "latest") -> IntArray:
    """Return for each complaint the row of the purchase it is about, -1 where there is none and for other rows."""
    check_choice(match, "match", MATCHES)
    owner = data.customer
    if match == "latest_of_product":
        product = label_codes(data.column("product"), "product")
        owner = owner * (int(product.max(initial=0)) + 1) + product
    order = np.lexsort((~data.purchase, data.occurred, owner))
    bought = data.purchase[order]
    place = np.arange(len(order))
    start = np.maximum.accumulate(np.where(np.concatenate([[True], np.diff(owner[order]) != 0]), place, 0))
    last = np.maximum.accumulate(np.where(bought, place, -1))
    found = last >= start
    if match == "first":
        seen: IntArray = np.cumsum(bought) - np.where(start > 0, np.cumsum(bought)[start - 1], 0)
        firsts = bought & (seen == 1)
        last = np.maximum.accumulate(np.where(firsts, place, -1))
    rows = np.full(len(order), -1, dtype=np.int64)
    rows[order] = np.where(found & data.complaint[order], order[np.maximum(last, 0)], -1)
    return rows
