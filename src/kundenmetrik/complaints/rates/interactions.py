"""The interactions table as the family reads it: kinds, customers, instants, and each complaint's purchase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import BoolArray, IntArray
from kundenmetrik.core.checks import check_choice
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.log.interaction_rows import PURCHASE, negative_purchases, refuse_unknown_kinds
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.ids import read_ids
from kundenmetrik.frame.reading.source import column_of, read_columns
from kundenmetrik.frame.time.instants import MISSING, Moments
from kundenmetrik.frame.time.time_column import moments_of

__all__ = [
    "MATCHES",
    "Interactions",
    "matched_purchase",
    "read_interactions",
    "same_clock",
    "times_of",
]

MATCHES = ("latest", "first", "latest_of_product")
"""Which of a customer's purchases a complaint is about: the last before it, the first, the last of its product."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Interactions:
    """What the family needs of an interactions table, row by row.

    Attributes
    ----------
    frame : pandas.DataFrame
        The table itself.
    customer : array of int
        A code for each customer.
    moments : Moments
        When each interaction happened.
    occurred, wall : array of datetime64
        The same in UTC where the column has a time zone, and on the clock on the wall there.
    purchase, complaint : array of bool
        Which rows are purchases, which complaints. A purchase with an amount below 0 is a refund.
    """

    frame: pd.DataFrame
    customer: IntArray
    moments: Moments
    occurred: NDArray[np.datetime64]
    wall: NDArray[np.datetime64]
    purchase: BoolArray
    complaint: BoolArray

    def __len__(self) -> int:
        return len(self.customer)

    def column(self, name: str) -> Any:
        """Return a column by name; a missing one is an error that suggests the nearest."""
        return column_of(self.frame, name, "interactions")

    @property
    def zone(self) -> Any:
        """The time zone of the interactions, None where they have none."""
        return self.moments.zone

    def series(self, instants: NDArray[np.datetime64]) -> pd.Series[Any]:
        """Return instants as a column with the time zone of the interactions."""
        column = pd.Series(instants)
        return column if self.zone is None else column.dt.tz_localize("UTC").dt.tz_convert(self.zone)

    def ends(self, name: str) -> NDArray[np.datetime64]:
        """Return a column of times at which complaints end; an end before the complaint came is an error."""
        found = times_of(self.column(name), name)
        same_clock(found, self.moments, name, "occurred_at")
        times = found.instants()
        early = self.complaint & (times < self.occurred)
        refuse([fault_of(name, "not come before occurred_at", early, code="before_occurred")])
        return times


COLUMNS = ("customer_id", "kind", "occurred_at", "amount", "product", "reason", "first_response_at", "resolved_at")
"""The columns of an interactions table that the family may read."""


def read_interactions(interactions: Any, *also: str, invalid: str = "raise") -> Interactions:
    """Return a checked interactions table; missing customers or times are errors with their rows.

    Rows of an unknown kind, or of none, are refused unless ``invalid`` is "exclude".
    """
    frame = read_columns(interactions, (*COLUMNS, *also))
    faults: list[Fault | None] = []
    kind = column_of(frame, "kind", "interactions")
    if invalid == "raise":
        faults.append(fault_of("kind", "be given in every row", np.asarray(kind.isna(), dtype=bool), code="missing"))
        refuse_unknown_kinds(kind.dropna().unique(), "kind")
    bought = np.asarray(kind.isin([PURCHASE]), dtype=bool)
    back = negative_purchases(frame, bought, faults)
    customer = read_ids(column_of(frame, "customer_id", "interactions"), "customer_id", faults).codes
    moments = times_of(column_of(frame, "occurred_at", "interactions"), "occurred_at")
    occurred = moments.instants()
    absent = {"customer_id": customer < 0, "occurred_at": np.isnat(occurred)}
    refuse([*faults, *(fault_of(name, "be given in every row", rows, code="missing") for name, rows in absent.items())])
    return Interactions(
        frame=frame,
        customer=customer,
        moments=moments,
        occurred=occurred,
        wall=moments.wall(),
        purchase=bought if back is None else bought & ~back,
        complaint=np.asarray(kind.isin(["complaint"]), dtype=bool),
    )


def times_of(values: Any, argument: str) -> Moments:
    """Return a column of times; the instants of several time zones are known, their calendar is that of UTC."""
    if pd.isna(pd.Series(values)).all():
        return Moments(ticks=np.full(len(values), MISSING), resolution="us")
    return moments_of(values, argument, None, several="UTC")


def same_clock(moments: Moments, other: Moments, argument: str, than: str) -> None:
    """Refuse two columns of times of which only one carries a time zone; one without any time has no clock."""
    known = all((one.ticks != MISSING).any() for one in (moments, other))
    if known and (moments.zone is None) != (other.zone is None):
        raise InvalidArgument(argument, f"have a time zone where {than} has one, and none where it has none")


def matched_purchase(data: Interactions, match: str = "latest") -> IntArray:
    """Return for each complaint the row of the purchase it is about, -1 where there is none and for other rows."""
    check_choice(match, "match", MATCHES)
    owner = data.customer
    if match == "latest_of_product":
        product, _ = pd.factorize(data.column("product"), use_na_sentinel=False)
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
