"""A log of customers and times, read once: clean columns, and a count of what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, IntArray
from kundenmetrik.core.results.groups import EVERYONE, Groups
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.grouping import key_names
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.ids import Ids, read_ids
from kundenmetrik.frame.reading.source import column_of, needed
from kundenmetrik.frame.time.periods import local_times
from kundenmetrik.retention.data.calendar import Times, observed_cut, reached
from kundenmetrik.retention.data.durations import combined_keys

__all__ = [
    "Log",
    "group_of_code",
    "kept_rows",
    "need_rows",
    "one_clock",
    "read_log",
    "segments",
    "times_of",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Log:
    """Who did something when, up to the cut, on the local clock and as instants; groups are per customer code."""

    customers: Ids
    times: Times
    cut: np.datetime64
    instants: Times
    instant_cut: np.datetime64
    zone: Any
    groups: Groups
    group: IntArray | None
    excluded: Mapping[str, int]


def read_log(
    data: Any,
    *,
    observed_until: Any,
    date: str,
    customer: str,
    kind: str | Sequence[str] | None,
    by: str | Sequence[str] | None,
    time_zone: str | None,
    with_instants: bool = False,
) -> Log:
    """Read a log of interactions; rows without customer or time, of other kinds or past the cut are counted."""
    frame = needed(data, [customer, date, "kind", *key_names(by)])
    kinds = _kinds(frame, kind)
    ids = read_ids(column_of(frame, customer, "customer"), customer)
    times, zone = times_of(frame, date, time_zone)
    cut = observed_cut(observed_until, zone)
    lost: dict[str, BoolArray] = {} if kinds is None else {"other_kind": ~kinds}
    lost |= {
        "missing_customer": ids.codes < 0,
        f"missing_{date}": np.isnat(times),
        "after_observed_until": reached(times, cut),
    }
    instants = instants_of(frame, date) if zone is not None and with_instants else times
    keep, excluded = kept_rows(lost, len(frame))
    if keep is not None:
        frame, ids, times, instants = frame[keep], ids.take(keep), times[keep], instants[keep]
    groups, group, customers = segments(frame, by, ids)
    return Log(
        customers=customers,
        times=times,
        cut=cut,
        instants=instants,
        instant_cut=cut if zone is None else _instant(cut, zone),
        zone=zone,
        groups=groups,
        group=group,
        excluded=excluded,
    )


def times_of(frame: pd.DataFrame, name: str, time_zone: str | None) -> tuple[Times, Any]:
    """Return a column of times on the wall clock of its zone, and that zone; None for times without one."""
    column = column_of(frame, name, "date")
    if not len(column):
        return np.empty(0, "datetime64[ns]"), None
    own = _zone_of(column)
    return local_times(column, name, time_zone), own if own is None or time_zone is None else time_zone


def one_clock(zone: Any, other: Any, argument: str, than: str) -> None:
    """Refuse two columns of times of which only one has a zone, or that are in two zones."""
    if (zone is None) != (other is None):
        raise InvalidArgument(argument, f"have a time zone exactly when {than} has one")
    if str(zone) != str(other):
        remedy = f"{than} is in {zone}, {argument} in {other}."
        raise InvalidArgument("time_zone", "be given for times in two zones", remedy=remedy)


def _zone_of(column: pd.Series[Any]) -> Any:
    if column.dtype == object:  # objects of several zones are read on the clock of UTC
        first = next((value for value in column if value is not None and value == value), None)
        return None if getattr(first, "tzinfo", None) is None else "UTC"
    return getattr(getattr(column, "dt", None), "tz", None)


def instants_of(frame: pd.DataFrame, name: str) -> Times:
    """Return a column of times with a zone as instants, on the clock of UTC."""
    return local_times(column_of(frame, name, "date"), name, "UTC")


def _instant(cut: np.datetime64, zone: Any) -> np.datetime64:
    """Return the cut on the clock of UTC; a clock that was put forward over it counts from the jump."""
    local = pd.Timestamp(cut).tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    instant: np.datetime64 = local.tz_convert("UTC").tz_localize(None).to_datetime64()
    return instant


def segments(
    frame: pd.DataFrame, by: str | Sequence[str] | None, customers: Ids
) -> tuple[Groups, IntArray | None, Ids]:
    """Return the groups and the group of each customer code; a customer in two groups is refused."""
    if by is None:
        return EVERYONE, None, customers
    customers = customers.dense()
    return *group_of_code(frame, by, customers.codes, customers.span), customers


def group_of_code(frame: pd.DataFrame, by: str | Sequence[str], codes: IntArray, span: int) -> tuple[Groups, IntArray]:
    """Return the groups, and the group of each customer code below ``span``."""
    names = tuple(key_names(by))
    groups, places = combined_keys(names, {name: column_of(frame, name, "by") for name in names})
    group = np.zeros(span, np.int64)
    group[codes] = places
    moved = group[codes] != places
    keys = [groups.keys[place] for place in places] if moved.any() else places
    refuse([fault_of("by", "be the same in all rows of a customer", moved, keys, "changes")])
    return groups, group


def _kinds(frame: pd.DataFrame, kind: str | Sequence[str] | None) -> BoolArray | None:
    if kind is None or "kind" not in frame.columns:
        return None
    wanted: Any = [kind] if isinstance(kind, str) else kind
    if not isinstance(wanted, (list, tuple, set)) or not all(isinstance(name, str) for name in wanted):
        raise InvalidType("kind", "be a name, several names or None", kind)
    return np.asarray(frame["kind"].isin(wanted), dtype=bool)


def kept_rows(lost: Mapping[str, BoolArray], rows: int) -> tuple[BoolArray | None, dict[str, int]]:
    """Return which rows stay, None when all do, and how many were left out for the first reason that applies."""
    gone, counts = np.zeros(rows, bool), {}
    for reason, mask in lost.items():
        new = int(np.count_nonzero(mask & ~gone)) if mask.any() else 0
        if new:
            counts[reason] = new
            gone |= mask
    return (~gone if counts else None), counts


def need_rows(count: int, argument: str, excluded: Mapping[str, int]) -> None:
    """Refuse a log of which no row is left."""
    if count == 0:
        said = ", ".join(f"{reason} {lost:,}" for reason, lost in excluded.items()) or "it has no rows"
        raise InvalidArgument(argument, f"have rows to count; none is left ({said})")
