"""The interactions table as the family reads it: kinds, customers, instants, and each complaint's purchase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import BoolArray, IntArray
from kundenmetrik.core.checks import check_choice
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.ids import read_ids
from kundenmetrik.frame.reading.source import column_of, needed
from kundenmetrik.frame.time.periods import local_times

__all__ = [
    "MATCHES",
    "End",
    "Interactions",
    "instants",
    "matched_purchase",
    "observed_end",
    "read_interactions",
    "wall_times",
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
    occurred, wall : array of datetime64
        When each interaction happened: in UTC where the column has a time zone, and on the clock on the wall there.
    purchase, complaint : array of bool
        Which rows are purchases, which complaints.
    """

    frame: pd.DataFrame
    customer: IntArray
    occurred: NDArray[np.datetime64]
    wall: NDArray[np.datetime64]
    purchase: BoolArray
    complaint: BoolArray

    def __len__(self) -> int:
        return len(self.customer)

    def column(self, name: str) -> Any:
        """Return a column by name; a missing one is an error that suggests the nearest."""
        return column_of(self.frame, name, "interactions")

    def instants(self, name: str) -> NDArray[np.datetime64]:
        """Return a column of times, NaT where missing."""
        return instants(self.column(name), name)

    def ends(self, name: str) -> NDArray[np.datetime64]:
        """Return a column of times at which complaints end; an end before the complaint came is an error."""
        times = self.instants(name)
        early = self.complaint & (times < self.occurred)
        refuse([fault_of(name, "not come before occurred_at", early, code="before_occurred")])
        return times


COLUMNS = ("customer_id", "kind", "occurred_at", "product", "reason", "first_response_at", "resolved_at")
"""The columns of an interactions table that the family may read."""


def read_interactions(interactions: Any, *also: str) -> Interactions:
    """Return a checked interactions table; missing customers or times are errors with their rows."""
    frame = needed(interactions, (*COLUMNS, *also))
    customer = read_ids(column_of(frame, "customer_id", "interactions"), "customer_id").codes
    kind = column_of(frame, "kind", "interactions").astype(object).to_numpy()
    occurred = instants(column_of(frame, "occurred_at", "interactions"), "occurred_at")
    absent = {"customer_id": customer < 0, "occurred_at": np.isnat(occurred)}
    refuse(fault_of(name, "be given in every row", rows, code="missing") for name, rows in absent.items())
    return Interactions(
        frame=frame,
        customer=customer,
        occurred=occurred,
        wall=wall_times(column_of(frame, "occurred_at", "interactions"), "occurred_at"),
        purchase=np.asarray(kind == "purchase", dtype=bool),
        complaint=np.asarray(kind == "complaint", dtype=bool),
    )


def wall_times(values: Any, argument: str) -> NDArray[np.datetime64]:
    """Return times as the clock on the wall shows them in their own zone: what calendar periods are made of."""
    series = values if isinstance(values, pd.Series) else pd.Series(values)
    if series.isna().all():
        return np.full(len(series), np.datetime64("NaT", "us"), dtype="datetime64[us]")
    return np.asarray(local_times(series, argument, None)).astype("datetime64[us]")


def instants(values: Any, argument: str) -> NDArray[np.datetime64]:
    """Return times as instants that can be subtracted: UTC where they have a time zone, as they are where not."""
    series = values if isinstance(values, pd.Series) else pd.Series(values)
    if series.isna().all():
        return np.full(len(series), np.datetime64("NaT", "us"), dtype="datetime64[us]")
    zone = "UTC" if isinstance(series.dtype, pd.DatetimeTZDtype) else None
    return np.asarray(local_times(series, argument, zone)).astype("datetime64[us]")


class End(NamedTuple):
    """The end of what was observed: as an instant to subtract from, on the clock on the wall, and its last instant."""

    instant: np.datetime64
    wall: np.datetime64
    last: np.datetime64


def observed_end(value: Any, argument: str, like: Any) -> End:
    """Return the end of what was observed, on the clock of a column: a day, or midnight, stands for that whole day."""
    stamp = _stamp(value, argument)
    zone = like.dtype.tz if isinstance(getattr(like, "dtype", None), pd.DatetimeTZDtype) else None
    if stamp.tzinfo is not None and zone is None:
        raise InvalidArgument(argument, "be without a time zone, as the times are", value)
    whole_day = stamp == stamp.normalize()
    if stamp.tzinfo is None and zone is not None and not whole_day:
        raise InvalidArgument(argument, "be a day, or with a time zone, as the times are", value)
    end = stamp + pd.DateOffset(days=1) if whole_day else stamp
    end = end if end.tzinfo is not None else end.tz_localize(zone)
    instant, wall = (_plain(end if zone is None else end.tz_convert(clock)) for clock in ("UTC", zone))
    return End(instant, wall, instant - np.timedelta64(int(whole_day), "us"))


def _plain(stamp: pd.Timestamp) -> np.datetime64:
    instant: np.datetime64 = stamp.tz_localize(None).to_datetime64().astype("datetime64[us]")
    return instant


def _stamp(value: Any, argument: str) -> pd.Timestamp:
    try:
        stamp = pd.Timestamp(value)
    except (ValueError, TypeError):
        raise InvalidArgument(argument, "be a day or a time, such as '2026-03-31'", value) from None
    if pd.isna(stamp):
        raise InvalidArgument(argument, "be a day or a time, such as '2026-03-31'", value)
    return stamp


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
