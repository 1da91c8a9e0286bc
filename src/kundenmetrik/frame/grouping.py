"""Key columns and calendar periods become the integer code of each row's group, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, get_args

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, CodeArray, IntArray, Times
from kundenmetrik.core.checks import check_choice, check_count
from kundenmetrik.core.results.groups import EVERYONE, PERIOD, Groups
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.reading.keys import narrow_labels
from kundenmetrik.frame.time.instants import MISSING
from kundenmetrik.frame.time.observed_until import observed_end
from kundenmetrik.frame.time.periods import (
    CYCLES,
    FISCAL_MONTHS,
    PERIODS,
    Cycle,
    PeriodLength,
    cycle_codes,
    fiscal_codes,
    fiscal_labels,
    period_codes,
    period_labels,
)
from kundenmetrik.frame.time.time_column import moments_of

RESERVED = frozenset(
    {"metric", "value", "low", "high", "n", "excluded", "unit", "confidence", "method", "notes", PERIOD}
)
MAX_GROUPS = 5_000_000
"""The most groups a table may have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """The groups of a table and the place of each row's group, in integers of any width."""

    groups: Groups
    codes: CodeArray | None
    incomplete: BoolArray | None = None
    """Which groups are of a period that was not observed to its end, where that is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One key column: each row's code, the values, and whether every value stands in every combination."""

    name: str
    codes: CodeArray
    values: list[Any]
    complete: bool


def grouping(
    frame: pd.DataFrame,
    *,
    by: str | Sequence[str] | None,
    period: PeriodLength | Cycle | None = None,
    date: str | None = None,
    time_zone: str | None = None,
    observed_until: Any = None,
    year_start: int = 1,
) -> Grouping:
    """Return the groups of the rows by key columns and period.

    Observed combinations of the key columns are crossed with the categories of categorical columns
    and with every period between the first and the last, so that what nobody answered appears with n = 0.
    """
    names = key_names(by)
    if (period is None) != (date is None):
        raise InvalidArgument("period and date", "be given together", (period, date))
    given = {
        "time_zone": time_zone,
        "observed_until": observed_until,
        "year_start": None if isinstance(year_start, int) and year_start == 1 else year_start,
    }
    for argument, value in given.items():
        if value is not None and period is None:
            raise InvalidArgument(argument, "be left out without a period", value)
    levels = [_level(frame, name) for name in names]
    unfinished: str | None = None
    if period is not None and date is not None:
        level, unfinished = _period_level(frame, period, date, time_zone, observed_until, year_start)
        levels.append(level)
    found = _group(levels)
    if unfinished is None:
        return found
    axis = found.groups.names.index(PERIOD)
    return replace(found, incomplete=np.array([key[axis] == unfinished for key in found.groups.keys], dtype=np.bool_))


def _group(levels: list[Level]) -> Grouping:
    if not levels:
        return Grouping(groups=EVERYONE, codes=None)
    if len(levels) == 1:
        only = levels[0]
        return Grouping(
            groups=Groups(names=(only.name,), keys=tuple((value,) for value in only.values)), codes=only.codes
        )
    return _combine(levels)


def key_names(by: object, argument: str = "by") -> list[str]:
    """Return the names of the key columns."""
    names: Any = [] if by is None else [by] if isinstance(by, str) else by
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise InvalidType(argument, "be the name of a column or a list of such names", by)
    taken = [name for name in names if name in RESERVED]
    if taken:
        raise InvalidArgument(argument, "not name a column of the result; rename it first", taken[0])
    if len(set(names)) != len(names):
        raise InvalidArgument(argument, "name each column once", names)
    return list(names)


def _level(frame: pd.DataFrame, name: str) -> Level:
    column = column_of(frame, name, "by")
    codes, values = narrow_labels(column, name)
    return Level(name=name, codes=codes, values=values, complete=isinstance(column.dtype, pd.CategoricalDtype))


def _period_level(
    frame: pd.DataFrame, period: str, date: str, time_zone: str | None, observed_until: Any, year_start: int
) -> tuple[Level, str | None]:
    """Return the periods of the rows, and which of them was not observed to its end."""
    check_choice(period, "period", (*PERIODS, *get_args(Cycle)))
    column = column_of(frame, date, "date")
    moments = moments_of(column, date, time_zone)
    wall = moments.wall()
    if period in CYCLES:
        if observed_until is not None:
            raise InvalidArgument(
                "observed_until", f"be left out for period={period!r}, which has no end", observed_until
            )
        return _cycle_level(wall, period), None
    codes_of, labels_of = _calendar(period, year_start)
    numbers, ends = codes_of(wall), None
    if observed_until is not None:
        end = observed_end(observed_until, moments.zone)
        late = end.after(wall, moments.instants)
        refuse([fault_of(date, "lie no later than observed_until", late, column, "range", "Leave later rows out.")])
        ends = codes_of(np.array([end.last_wall, end.cut]))
    level = _dated_level(numbers, labels_of, None if ends is None else int(ends[0]))
    return level, labels_of(ends[:1])[0] if ends is not None and ends[0] == ends[1] else None


def _calendar(period: str, year_start: int) -> tuple[Callable[[Times], IntArray], Callable[[IntArray], list[str]]]:
    """Return how times become numbers of periods, and those their names."""
    first = check_count(year_start, "year_start", low=1, high=12)
    if first == 1:
        return partial(period_codes, period=period), partial(period_labels, period=period)
    if period not in FISCAL_MONTHS:
        raise InvalidArgument("year_start", f"be left out for period={period!r}: only years and quarters move", first)
    return partial(fiscal_codes, period=period, year_start=first), partial(fiscal_labels, period=period)


def _cycle_level(wall: Times, period: str) -> Level:
    numbers, values = cycle_codes(wall, period), list(CYCLES[period])
    known = numbers != MISSING
    codes = np.where(known, numbers, len(values))
    return Level(name=period, codes=codes, values=values if known.all() else [*values, None], complete=True)


def _dated_level(numbers: IntArray, labels_of: Callable[[IntArray], list[str]], until: int | None) -> Level:
    """Return every period from the first to the last, or to the end of observation."""
    known = numbers != MISSING
    if not known.any():
        return Level(name=PERIOD, codes=np.zeros(len(numbers), np.int64), values=[None], complete=False)
    first, last = int(numbers[known].min()), int(numbers[known].max()) if until is None else until
    if last - first >= MAX_GROUPS:
        raise InvalidArgument("date", f"span at most {MAX_GROUPS:,} periods", last - first + 1)
    values: list[Any] = [*labels_of(np.arange(first, last + 1))]
    codes = np.where(known, numbers - first, len(values))
    return Level(name=PERIOD, codes=codes, values=values if known.all() else [*values, None], complete=True)


def _combine(levels: list[Level]) -> Grouping:
    observed = [i for i, level in enumerate(levels) if not level.complete]
    complete = [i for i, level in enumerate(levels) if level.complete]
    seen, places = _observed_combinations([levels[i] for i in observed], len(levels[0].codes))
    sizes = [len(levels[i].values) for i in complete]
    crossings = int(np.prod(sizes, dtype=object))
    if len(seen) * crossings > MAX_GROUPS:
        raise InvalidArgument("by", f"give at most {MAX_GROUPS:,} groups", len(seen) * crossings)
    grid = np.indices(sizes).reshape(len(sizes), crossings).T if sizes else np.zeros((1, 0), dtype=np.int64)
    matrix = np.empty((len(seen) * crossings, len(levels)), dtype=np.int64)
    matrix[:, observed] = np.repeat(seen, crossings, axis=0)
    matrix[:, complete] = np.tile(grid, (len(seen), 1))
    for i in complete:
        places = places * len(levels[i].values) + levels[i].codes
    return _in_key_order(levels, matrix, places)


def _observed_combinations(levels: list[Level], rows: int) -> tuple[IntArray, IntArray]:
    """Return the combinations of codes that rows have, and each row's place among them."""
    sizes = [len(level.values) for level in levels]
    if not sizes:
        return np.zeros((1, 0), dtype=np.int64), np.zeros(rows, dtype=np.int64)
    if len(levels) == 1:
        return np.arange(sizes[0])[:, None], levels[0].codes.astype(np.int64, copy=False)
    packed = np.zeros(rows, dtype=np.int64)
    for level, size in zip(levels, sizes, strict=True):
        packed = packed * size + level.codes
    most = int(np.prod(sizes, dtype=object))
    if most >= 2**62:
        raise InvalidArgument("by", "have fewer combinations of values", most)
    if most <= max(4 * rows, 1024):
        present = np.flatnonzero(np.bincount(packed, minlength=most))
        lookup = np.zeros(most, dtype=np.int64)
        lookup[present] = np.arange(len(present))
        places = lookup[packed]
    else:
        present, places = np.unique(packed, return_inverse=True)
    return np.stack(np.unravel_index(present, sizes), axis=1), places


def _in_key_order(levels: list[Level], matrix: IntArray, places: IntArray) -> Grouping:
    """Put the groups in the order of their keys; a missing category or period is kept only where a row has it."""
    order = np.lexsort(matrix.T[::-1])
    missing = np.array(
        [level.values.index(None) if level.complete and None in level.values else -1 for level in levels]
    )
    known = (matrix != missing).all(axis=1)
    if not known.all():
        known |= np.bincount(places, minlength=len(matrix)) > 0
    kept = order[known[order]]
    if len(kept) < len(matrix) or (kept != np.arange(len(kept))).any():
        rank = np.full(len(matrix), -1, dtype=np.int64)
        rank[kept] = np.arange(len(kept))
        places = rank[places]
    columns = [[level.values[code] for code in matrix[kept, i].tolist()] for i, level in enumerate(levels)]
    groups = Groups(names=tuple(level.name for level in levels), keys=tuple(zip(*columns, strict=True)))
    return Grouping(groups=groups, codes=places)
