"""Durations and what ended them, read once: clean arrays, and a count of what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import BoolArray, IntArray
from kundenmetrik.core.checks import a_choice
from kundenmetrik.core.groups import EVERYONE, Groups
from kundenmetrik.errors import FIRST, Fault, InvalidArgument, InvalidData
from kundenmetrik.frame.columns import aligned, numbers
from kundenmetrik.frame.keys import labels

__all__ = ["UNIT_SECONDS", "Durations", "fault_of", "key_columns", "read_durations", "the_groups"]

UNIT_SECONDS = {
    "hour": 3_600,
    "day": 86_400,
    "week": 604_800,
    "month": 2_629_800,
    "quarter": 7_889_400,
    "year": 31_557_600,
}
"""The length of each unit; a year is 365.25 days and a month its twelfth."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Durations:
    """How long each customer was seen, whether the loss was seen, since which age, and in which group and stratum."""

    duration: NDArray[Any]
    churned: BoolArray
    entry: NDArray[Any] | None
    count: IntArray | None
    groups: Groups
    group: IntArray | None
    stratum: IntArray | None
    excluded: Mapping[str, int]

    def part(self, group: int) -> tuple[NDArray[Any], BoolArray, NDArray[Any] | None, IntArray | None]:
        """Return duration, churned, entry and count of one group."""
        if self.group is None:
            return self.duration, self.churned, self.entry, self.count
        rows = np.flatnonzero(self.group == group)
        entry, count = (None if column is None else column[rows] for column in (self.entry, self.count))
        return self.duration[rows], self.churned[rows], entry, count


def read_durations(
    duration: Any,
    churned: Any,
    *,
    entry: Any = None,
    count: Any = None,
    by: Any = None,
    strata: Any = None,
    unit: str = "day",
) -> Durations:
    """Check all columns together; a row without a duration is left out and counted, every other fault is refused."""
    others = {"churned": churned, "entry": entry, "count": count, "strata": strata}
    rows = aligned(duration=duration, **others, **key_columns(by))
    lasted, gone = _times(duration, "duration", unit)
    lost, flags = _flags(churned)
    faults = [
        *flags,
        fault_of("duration", "be finite and at least 0", ~gone & ~(np.isfinite(lasted) & (lasted >= 0)), lasted),
    ]
    since, weight = None, None
    if entry is not None:
        since, absent = _times(entry, "entry", unit)
        early = absent | ~(since >= 0) | ((since >= lasted) & ~((since == 0) & (lasted == 0)) & ~gone)
        faults.append(fault_of("entry", "be at least 0 and before the end of the duration", early, since))
    if count is not None:
        weight, absent = _times(count, "count", unit)
        faults.append(
            fault_of("count", "be whole numbers of at least 0", absent | ~(weight >= 0) | (weight % 1 != 0), weight)
        )
        weight = np.where(absent, 0, weight).astype(np.int64)
    if found := [fault for fault in faults if fault is not None]:
        raise InvalidData(found)
    groups, group = the_groups(by, "by")
    stratum = None if strata is None else the_groups(strata, "strata")[1]
    columns = (lasted, lost, since, weight, group, stratum)
    if gone.any():
        columns = tuple(None if column is None else column[~gone] for column in columns)  # type: ignore[assignment]
    if rows == int(gone.sum()):
        raise InvalidArgument("duration", "have values to count; none is left")
    lasted, lost, since, weight, group, stratum = columns
    excluded = MappingProxyType({"missing_duration": int(gone.sum())} if gone.any() else {})
    return Durations(
        duration=lasted,
        churned=lost,
        entry=since,
        count=weight,
        groups=groups,
        group=group,
        stratum=stratum,
        excluded=excluded,
    )


def the_groups(by: Any, argument: str) -> tuple[Groups, IntArray | None]:
    """Return the groups of one column of keys, or of several as a frame, and the group of each row."""
    if by is None:
        return EVERYONE, None
    columns = key_columns(by, argument)
    names = tuple(str(name) for name in by) if isinstance(by, (pd.DataFrame, Mapping)) else (_name(by),)
    codes: IntArray = np.zeros(len(next(iter(columns.values()))), np.int64)
    keys: list[tuple[Any, ...]] = [()]
    for name, column in columns.items():
        place, values = labels(column, name)
        codes = codes * len(values) + place
        keys = [(*key, value) for key in keys for value in values]
    present, codes = np.unique(codes, return_inverse=True)
    return Groups(names=names, keys=tuple(keys[place] for place in present)), codes


def key_columns(by: Any, argument: str = "by") -> dict[str, Any]:
    """Return one column of keys, or several of a frame or mapping, under the names an error calls them."""
    if by is None:
        return {}
    if isinstance(by, (pd.DataFrame, Mapping)):
        return {f"{argument} {name}": by[name] for name in by}
    return {argument: by}


def _name(by: Any) -> str:
    name = getattr(by, "name", None)
    return "group" if name is None else str(name)


def _times(values: Any, argument: str, unit: str) -> tuple[NDArray[Any], BoolArray]:
    """Return numbers as they are and time spans in the unit, and which are missing."""
    kind = getattr(getattr(values, "dtype", None), "kind", "")
    if kind == "m":
        spans = pd.Series(values).dt.total_seconds().to_numpy()
        return spans / UNIT_SECONDS[a_choice(unit, "unit", UNIT_SECONDS)], np.isnan(spans)
    column = numbers(values, argument)
    missing = np.zeros(column.values.size, bool) if column.missing is None else column.missing.copy()
    if column.values.dtype.kind == "f":
        missing |= np.isnan(column.values)
    return column.values, missing


def _flags(values: Any) -> tuple[BoolArray, list[Fault | None]]:
    """Return a column of True and False; 1 and 0 stand for them, anything else is a fault."""
    raw = values.to_numpy() if isinstance(values, (pd.Series, pd.Index)) else np.asarray(values)
    if raw.dtype.kind == "b":
        return raw, [None]
    listed = raw.astype(object)
    good = np.array([isinstance(v, (bool, np.bool_, int, float, np.number)) and v in (0, 1) for v in listed], bool)
    fault = fault_of("churned", "be True or False (or 1 or 0), never missing", ~good, listed)
    return np.array([bool(ok and v) for v, ok in zip(listed, good, strict=True)], bool), [fault]


def fault_of(column: str, rule: str, bad: BoolArray, values: NDArray[Any], remedy: str = "") -> Fault | None:
    """Return the fault of the rows that break a rule, None when none does."""
    count = int(np.count_nonzero(bad))
    if not count:
        return None
    rows = np.flatnonzero(bad)[:FIRST]
    shown = tuple(np.asarray(values, dtype=object)[rows].tolist())
    places = tuple(rows.tolist())
    return Fault(
        column=column, rule=rule, count=count, of=len(bad), rows=places, values=shown, code="range", remedy=remedy
    )
