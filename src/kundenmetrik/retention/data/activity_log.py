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
from kundenmetrik.frame.time.calendar import SECOND, days_of
from kundenmetrik.frame.time.early_end import ENDS_EARLY, ends_early
from kundenmetrik.frame.time.observed_until import End, observed_end
from kundenmetrik.frame.time.time_column import moments_of
from kundenmetrik.frame.time.units import DAYS
from kundenmetrik.frame.time.zones import Times, zone_name
from kundenmetrik.retention.data.durations import combined_keys
from kundenmetrik.retention.data.members import distinct

__all__ = [
    "Log",
    "group_of_code",
    "kept_rows",
    "need_rows",
    "one_clock",
    "read_log",
    "segments",
    "silence_notes",
    "times_of",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Log:
    """Who did something when, up to the cut, on the local clock and as instants; groups are per customer code."""

    customers: Ids
    times: Times
    end: End
    instants: Times
    zone: Any
    groups: Groups
    group: IntArray | None
    excluded: Mapping[str, int]

    @property
    def cut(self) -> np.datetime64:
        """The second from which on nothing was observed, on the local clock."""
        return self.end.cut

    @property
    def instant_cut(self) -> np.datetime64:
        """The same second in UTC."""
        return self.end.instant_cut


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
    end = observed_end(observed_until, zone)
    lost: dict[str, BoolArray] = {} if kinds is None else {"other_kind": ~kinds}
    lost |= {
        "missing_customer": ids.codes < 0,
        f"missing_{date}": np.isnat(times),
        "after_observed_until": end.after(times, lambda: instants_of(frame, date)),
    }
    instants = instants_of(frame, date) if zone is not None and with_instants else times
    keep, excluded = kept_rows(lost, len(frame))
    if keep is not None:
        frame, ids, times, instants = frame[keep], ids.take(keep), times[keep], instants[keep]
    groups, group, customers = segments(frame, by, ids)
    return Log(
        customers=customers,
        times=times,
        end=end,
        instants=instants,
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
    moments = moments_of(column, name, time_zone)
    return moments.wall(), moments.zone


def one_clock(zone: Any, other: Any, argument: str, than: str) -> None:
    """Refuse two columns of times of which only one has a zone, or that are in two zones."""
    if (zone is None) != (other is None):
        raise InvalidArgument(argument, f"have a time zone exactly when {than} has one")
    if zone_name(zone) != zone_name(other):
        remedy = f"{than} is in {zone_name(zone)}, {argument} in {zone_name(other)}."
        raise InvalidArgument("time_zone", "be given for times in two zones", remedy=remedy)


def instants_of(frame: pd.DataFrame, name: str) -> Times:
    """Return a column of times with a zone as instants, on the clock of UTC."""
    return moments_of(column_of(frame, name, "date"), name, None, several="UTC").instants()


def silence_notes(log: Log, period: str) -> tuple[str, ...]:
    """Return the note that a log may end before its observation does, where nobody came for so long; see the rule."""
    latest, end = days_of(np.array([log.times.max(), log.cut - SECOND])).tolist()

    def active_days() -> IntArray:
        """Return the day of each customer's activity; what was done on one day is one."""
        return distinct(log.customers.codes, days_of(log.times), log.customers.span)[1]

    return (ENDS_EARLY,) * ends_early(latest, end, DAYS[period], active_days)


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
