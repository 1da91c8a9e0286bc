"""Contracts up to the end of observation, with their segments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import BoolArray, IntArray, Times
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.frame.grouping import key_names
from kundenmetrik.frame.log.contracts import read_contracts
from kundenmetrik.frame.log.kept_rows import kept_rows, require_rows
from kundenmetrik.frame.log.log_times import instants_of
from kundenmetrik.frame.reading.ids import Ids
from kundenmetrik.frame.records.source import read_columns
from kundenmetrik.frame.time.observed_until import End, observed_end
from kundenmetrik.retention.data.activity_log import segments


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ObservedContracts:
    """One row per contract: customer, beginning, and end where there is one before observation ends."""

    customers: Ids
    acquired: Times
    left: Times
    churned: BoolArray
    end: End
    groups: Groups
    group: IntArray | None
    excluded: Mapping[str, int]
    notes: tuple[str, ...]


def observed_contracts(
    data: Any,
    *,
    observed_until: Any,
    customer: str,
    start: str,
    end: str,
    by: str | Sequence[str] | None,
    time_zone: str | None,
) -> ObservedContracts:
    """Return the contracts that began before observation ends; an end after it has not happened yet."""
    frame = read_columns(data, [customer, start, end, *key_names(by)])
    read = read_contracts(frame, customer=customer, start=start, end=end, time_zone=time_zone)
    ids, acquired, left, last = read.ids, read.start, read.end, observed_end(observed_until, read.zone)
    late = last.after(left, lambda: left if np.isnat(left).all() else instants_of(frame, end))
    lost = {
        "missing_customer": ids.codes < 0,
        f"missing_{start}": np.isnat(acquired),
        "after_observed_until": last.after(acquired, lambda: instants_of(frame, start)),
    }
    keep, excluded = kept_rows(lost, len(frame))
    table = frame
    if keep is not None:
        table, ids, acquired, left, late = frame[keep], ids.take(keep), acquired[keep], left[keep], late[keep]
    require_rows(acquired.size, "data", excluded)
    groups, group, customers = segments(table, by, ids)
    return ObservedContracts(
        customers=customers,
        acquired=acquired,
        left=left,
        churned=~(late | np.isnat(left)),
        end=last,
        groups=groups,
        group=group,
        excluded=excluded,
        notes=("churn_after_observed_until",) if late.any() else (),
    )
