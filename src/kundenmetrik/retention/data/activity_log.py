"""A log of customers and times, read once: clean columns, and a count of what was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, IntArray, Times
from kundenmetrik.core.results.groups import EVERYONE, Groups
from kundenmetrik.errors import Fault
from kundenmetrik.frame.grouping import key_names
from kundenmetrik.frame.log.interaction_kinds import PURCHASE, REFUND, RowKinds, check_kinds
from kundenmetrik.frame.log.interaction_rows import LogColumns, read_log_rows
from kundenmetrik.frame.log.kept_rows import kept_rows
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.frame_columns import NAMES, column_of
from kundenmetrik.frame.reading.ids import Ids
from kundenmetrik.frame.reading.missing_column import absent_column
from kundenmetrik.frame.records.source import read_columns
from kundenmetrik.frame.time.calendar import SECOND, days_of
from kundenmetrik.frame.time.early_end import ENDS_EARLY, ends_early
from kundenmetrik.frame.time.observed_until import End, observed_end
from kundenmetrik.frame.time.units import DAYS
from kundenmetrik.retention.data.durations import combined_keys
from kundenmetrik.retention.data.members import distinct

KIND, AMOUNT = "kind", "amount"
CONTRACT = ("acquired_at", "churned_at")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ActivityLog:
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
) -> ActivityLog:
    """Read a log of interactions; what is left out is counted.

    Left out are rows without customer or time, of other kinds, past the end, and refunds unless they are asked for:
    what is sent back is no purchase.
    """
    wanted = check_kinds(kind)
    frame = read_columns(data, [customer, date, KIND, AMOUNT, *CONTRACT, *key_names(by)])
    _refuse_contracts(frame, date)
    faults: list[Fault | None] = []
    signed = AMOUNT in frame.columns and wanted is not None and PURCHASE in wanted and REFUND not in wanted
    columns = LogColumns(customer=customer, date=date, amount=AMOUNT if signed else None, time_zone=time_zone)
    found = read_log_rows(frame, columns.present_in(frame), faults, kinds=wanted)
    refuse(faults)
    ids, kinds, times, zone = found.ids, found.kinds, found.moments.wall(), found.moments.zone
    end = observed_end(observed_until, zone)
    lost = _other_rows(kinds, signed, wanted is not None)
    lost |= {f"missing_{name}": mask for name, mask in found.missing("customer", date).items()}
    lost["after_observed_until"] = end.after(times, found.moments.instants)
    instants = found.moments.instants() if zone is not None and with_instants else times
    keep, excluded = kept_rows(lost, len(frame))
    if keep is not None:
        frame, ids, times, instants = frame[keep], ids.take(keep), times[keep], instants[keep]
    groups, group, customers = segments(frame, by, ids)
    return ActivityLog(
        customers=customers,
        times=times,
        end=end,
        instants=instants,
        zone=zone,
        groups=groups,
        group=group,
        excluded=excluded,
    )


def _other_rows(kinds: RowKinds, signed: bool, chosen: bool) -> dict[str, BoolArray]:
    """Return the rows of no kind, of other kinds and of refunds, where kinds are chosen and refunds have a sign."""
    masks = {"missing_kind": kinds.missing if chosen else None, "other_kind": ~kinds.used}
    masks["refund"] = kinds.refund if signed else None
    return {reason: mask for reason, mask in masks.items() if mask is not None}


def _refuse_contracts(frame: pd.DataFrame, date: str) -> None:
    """Refuse a table of contracts in place of a log: its dates are no activity."""
    if isinstance(date, str) and date not in frame.columns and any(name in frame.columns for name in CONTRACT):
        remedy = "A table of contracts has no activity: contract_cohorts, ledger and tenures take it."
        raise absent_column(date, "date", frame.attrs.get(NAMES, frame.columns), remedy)


def silence_notes(log: ActivityLog, period: str) -> tuple[str, ...]:
    """Return the note that a log may end before its observation does, where nobody came for so long; see the rule."""
    if not log.times.size:
        return ()
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
