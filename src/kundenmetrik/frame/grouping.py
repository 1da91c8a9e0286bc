"""Key columns and calendar periods become the integer code of each row's group, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import CodeArray, IntArray
from kundenmetrik.core.results.groups import EVERYONE, PERIOD, Groups
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.reading.keys import narrow_labels
from kundenmetrik.frame.time.instants import MISSING
from kundenmetrik.frame.time.periods import PeriodLength, local_times, period_codes, period_labels

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
    period: PeriodLength | None = None,
    date: str | None = None,
    time_zone: str | None = None,
) -> Grouping:
    """Return the groups of the rows by key columns and period.

    Observed combinations of the key columns are crossed with the categories of categorical columns
    and with every period between the first and the last, so that what nobody answered appears with n = 0.
    """
    names = key_names(by)
    if (period is None) != (date is None):
        raise InvalidArgument("period and date", "be given together", (period, date))
    if time_zone is not None and period is None:
        raise InvalidArgument("time_zone", "be left out without a period", time_zone)
    levels = [_level(frame, name) for name in names]
    if period is not None and date is not None:
        levels.append(_period_level(frame, period, date, time_zone))
    if not levels:
        return Grouping(groups=EVERYONE, codes=None)
    if len(levels) == 1:
        only = levels[0]
        return Grouping(
            groups=Groups(names=(only.name,), keys=tuple((value,) for value in only.values)), codes=only.codes
        )
    return _combine(levels)


def key_names(by: object) -> list[str]:
    """Return the names of the key columns."""
    names: Any = [] if by is None else [by] if isinstance(by, str) else by
    if not isinstance(names, (list, tuple)) or not all(isinstance(name, str) for name in names):
        raise InvalidType("by", "be the name of a column or a list of such names", by)
    taken = [name for name in names if name in RESERVED]
    if taken:
        raise InvalidArgument("by", "not name a column of the result; rename it first", taken[0])
    if len(set(names)) != len(names):
        raise InvalidArgument("by", "name each column once", names)
    return list(names)


def _level(frame: pd.DataFrame, name: str) -> Level:
    column = column_of(frame, name, "by")
    codes, values = narrow_labels(column, name)
    return Level(name=name, codes=codes, values=values, complete=isinstance(column.dtype, pd.CategoricalDtype))


def _period_level(frame: pd.DataFrame, period: str, date: str, time_zone: str | None) -> Level:
    numbers = period_codes(local_times(column_of(frame, date, "date"), date, time_zone), period)
    known = numbers != MISSING
    if not known.any():
        return Level(name=PERIOD, codes=np.zeros(len(numbers), np.int64), values=[None], complete=False)
    first, last = int(numbers[known].min()), int(numbers[known].max())
    if last - first >= MAX_GROUPS:
        raise InvalidArgument("date", f"span at most {MAX_GROUPS:,} periods", last - first + 1)
    values: list[Any] = [*period_labels(np.arange(first, last + 1), period)]
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
