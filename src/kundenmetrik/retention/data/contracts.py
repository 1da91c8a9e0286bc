"""Contracts: who joined when and left when, up to the cut; and how long each has lasted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, IntArray
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.ids import Ids, read_ids
from kundenmetrik.frame.reading.source import column_of
from kundenmetrik.frame.time.observed_until import End, observed_end
from kundenmetrik.frame.time.zones import Times
from kundenmetrik.retention.data.activity_log import instants_of, kept_rows, one_clock, segments, times_of

__all__ = ["Contracts", "read_contracts"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Contracts:
    """One row per contract: customer, beginning, end where there is one before the cut."""

    customers: Ids
    acquired: Times
    left: Times
    churned: BoolArray
    end: End
    groups: Groups
    group: IntArray | None
    excluded: Mapping[str, int]
    notes: tuple[str, ...]


def read_contracts(
    frame: pd.DataFrame,
    *,
    observed_until: Any,
    customer: str,
    by: str | Sequence[str] | None,
    time_zone: str | None,
) -> Contracts:
    """Read acquired_at and churned_at; an end after the cut has not happened yet."""
    ids = read_ids(column_of(frame, customer, "customer"), customer)
    acquired, zone = times_of(frame, "acquired_at", time_zone)
    left, zones = _ends(frame, time_zone)
    for other in zones:
        one_clock(zone, other, "churned_at", "acquired_at")
    refuse([fault_of("churned_at", "not be before acquired_at", left < acquired, left, "before_start")])
    end = observed_end(observed_until, zone)
    late = end.after(left, lambda: _instants(frame, "churned_at"))
    lost = {
        "missing_customer": ids.codes < 0,
        "missing_acquired_at": np.isnat(acquired),
        "after_observed_until": end.after(acquired, lambda: _instants(frame, "acquired_at")),
    }
    keep, excluded = kept_rows(lost, len(frame))
    if keep is not None:
        frame, ids, acquired, left, late = frame[keep], ids.take(keep), acquired[keep], left[keep], late[keep]
    groups, group, customers = segments(frame, by, ids)
    return Contracts(
        customers=customers,
        acquired=acquired,
        left=left,
        churned=~(late | np.isnat(left)),
        end=end,
        groups=groups,
        group=group,
        excluded=excluded,
        notes=("churn_after_observed_until",) if late.any() else (),
    )


def _instants(frame: pd.DataFrame, name: str) -> Times:
    return instants_of(frame, name) if name in frame.columns and frame[name].notna().any() else _never(frame)


def _never(frame: pd.DataFrame) -> Times:
    return np.full(len(frame), "NaT", dtype="datetime64[ns]")


def _ends(frame: pd.DataFrame, time_zone: str | None) -> tuple[Times, tuple[Any, ...]]:
    """Return the ends and their zone; all missing and no zone when nobody has left or there is no such column."""
    if "churned_at" not in frame.columns or frame["churned_at"].isna().all():
        return _never(frame), ()
    left, zone = times_of(frame, "churned_at", time_zone)
    return left, (zone,)
