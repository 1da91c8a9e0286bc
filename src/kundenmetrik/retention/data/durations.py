"""Durations and what ended them, read once: clean arrays, and a count of what was left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import AnyArray, BoolArray, IntArray
from kundenmetrik.core.results.groups import EVERYONE, Groups
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.flags import flags
from kundenmetrik.frame.reading.keys import labels
from kundenmetrik.frame.reading.numbers import EXACT, common_length, numbers
from kundenmetrik.frame.time.units import SECONDS_PER_DAY, UnitOrPeriod, check_unit_or_period, days_in_unit

Part = tuple[AnyArray, BoolArray, AnyArray | None, IntArray | None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Durations:
    """How long each customer was seen, whether the loss was seen, since which age, and in which group and stratum.

    Numbers without a unit count periods of unknown length; time spans know how long they are, so theirs is the day.
    """

    duration: AnyArray
    churned: BoolArray
    entry: AnyArray | None
    count: IntArray | None
    groups: Groups
    group: IntArray | None
    stratum: IntArray | None
    excluded: Mapping[str, int]
    unit: str

    def parts(self) -> Iterator[Part]:
        """Go through the groups: duration, churned, entry and count of each."""
        columns = (self.duration, self.churned, self.entry, self.count)
        if self.group is None or len(self.groups) == 1:
            yield columns
            return
        order = np.argsort(self.group, kind="stable")
        ordered = [None if column is None else column[order] for column in columns]
        ends = np.cumsum(np.bincount(self.group, minlength=len(self.groups)))
        for begin, end in pairwise((0, *ends.tolist())):
            lasted, lost, since, size = (None if column is None else column[begin:end] for column in ordered)
            yield lasted, lost, since, size  # type: ignore[misc]


def read_durations(
    duration: Any,
    churned: Any,
    *,
    entry: Any = None,
    count: Any = None,
    by: Any = None,
    strata: Any = None,
    unit: UnitOrPeriod | None = None,
) -> Durations:
    """Check all columns together; a row without a duration is left out and counted, every other fault is refused."""
    others = {"churned": churned, "entry": entry, "count": count, "strata": strata}
    rows = common_length(duration=duration, **others, **key_columns(by))
    unit = check_unit_or_period("day" if unit is None and _are_spans(duration) else unit)
    lasted, gone = _times(duration, "duration", unit)
    faults: list[Fault | None] = []
    lost = flags(churned, "churned", faults)
    if rows:
        faults.append(_range_fault(lasted, gone))
    since = None if entry is None else _entries(entry, unit, lasted, gone, faults)
    weight = None if count is None else _counts(count, faults)
    refuse(faults)
    groups, group = group_codes(by, "by")
    stratum = None if strata is None else group_codes(strata, "strata")[1]
    lasted, lost, since, weight, group, stratum = _without(gone, (lasted, lost, since, weight, group, stratum))
    if not lasted.size:
        raise InvalidArgument("duration", "have values to count; none is left")
    return Durations(
        duration=lasted,
        churned=lost,
        entry=since,
        count=weight,
        groups=groups,
        group=group,
        stratum=stratum,
        excluded={} if gone is None else {"missing_duration": int(gone.sum())},
        unit=unit,
    )


def _range_fault(lasted: AnyArray, gone: BoolArray | None) -> Fault | None:
    if lasted.min() >= 0 and (lasted.dtype.kind in "iu" or lasted.max() < np.inf):  # a missing one is neither
        return None
    wrong = ~(np.isfinite(lasted) & (lasted >= 0))
    wrong = wrong if gone is None else wrong & ~gone
    return fault_of("duration", "be finite and at least 0", wrong, lasted, "range")


def _entries(entry: Any, unit: str, lasted: AnyArray, gone: BoolArray | None, faults: list[Fault | None]) -> AnyArray:
    since, absent = _times(entry, "entry", unit)
    whole = (since == 0) & (lasted == 0)
    early = ~(since >= 0) | (since >= lasted) & ~whole
    if gone is not None:
        early &= ~gone
    early = early if absent is None else early | absent
    faults.append(fault_of("entry", "be at least 0 and before the end of the duration", early, since, "range"))
    return since


def _counts(count: Any, faults: list[Fault | None]) -> IntArray:
    size, absent = _times(count, "count", "day")
    broken = ~((size >= 0) & (size <= EXACT) & (size == np.rint(size)))
    broken = broken if absent is None else broken | absent
    faults.append(fault_of("count", f"be whole numbers from 0 to {EXACT:,}", broken, size, "range"))
    whole = np.where(broken, 0, size).astype(np.int64)
    if whole.sum(dtype=np.float64) > EXACT or whole.sum() > EXACT:
        raise InvalidArgument("count", f"add up to at most {EXACT:,}")
    return whole


def _without(gone: BoolArray | None, columns: tuple[Any, ...]) -> tuple[Any, ...]:
    return columns if gone is None else tuple(None if column is None else column[~gone] for column in columns)


def group_codes(by: Any, argument: str) -> tuple[Groups, IntArray | None]:
    """Return the groups of one column of keys, or of several as a frame, and the group of each row."""
    if by is None:
        return EVERYONE, None
    names = tuple(str(name) for name in by) if isinstance(by, (pd.DataFrame, Mapping)) else (_name(by),)
    return combined_keys(names, key_columns(by, argument))


def combined_keys(names: tuple[str, ...], columns: Mapping[str, Any]) -> tuple[Groups, IntArray]:
    """Return the combinations of keys that some row has, and the place of each row's."""
    codes: IntArray | None = None
    keys: list[tuple[Any, ...]] = [()]
    for name, column in columns.items():
        place, values = labels(column, name)
        codes = place.astype(np.int64, copy=False) if codes is None else codes * len(values) + place
        keys = [(*key, value) for key in keys for value in values]
    if codes is None:
        raise InvalidArgument("by", "name at least one column", list(columns))
    present = np.bincount(codes, minlength=len(keys)) > 0
    if present.all():
        return Groups(names=names, keys=tuple(keys)), codes
    kept = Groups(names=names, keys=tuple(key for key, there in zip(keys, present, strict=True) if there))
    return kept, (np.cumsum(present) - 1)[codes]


def key_columns(by: Any, argument: str = "by") -> dict[str, Any]:
    """Return one column of keys, or several of a frame or mapping, under the names an error calls them."""
    if by is None:
        return {}
    if isinstance(by, (pd.DataFrame, Mapping)):
        return {f"{argument} {name}": by[name] for name in by}
    return {argument: by}


def _name(by: Any) -> str:
    name = getattr(by, "name", None)
    return "group" if name is None or name == "" else str(name)


def _are_spans(values: Any) -> bool:
    return getattr(getattr(values, "dtype", None), "kind", "") == "m"


def _times(values: Any, argument: str, unit: str) -> tuple[AnyArray, BoolArray | None]:
    """Return numbers as they are and time spans in the unit, and which are missing; None when none is."""
    missing: BoolArray | None
    if _are_spans(values):
        spans = pd.Series(values).dt.total_seconds().to_numpy()
        times: AnyArray = spans / round(days_in_unit(unit, argument) * SECONDS_PER_DAY)
        missing = np.isnan(times)
    else:
        column = numbers(values, argument)
        times, missing = column.values, column.missing
        if times.dtype.kind == "f" and times.size and np.isnan(times.min()):
            missing = np.isnan(times) if missing is None else missing | np.isnan(times)
    return times, missing if missing is not None and missing.any() else None
