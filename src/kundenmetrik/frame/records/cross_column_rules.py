"""The rules between columns: the model's own, and those that hold over a whole table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray, Times
from kundenmetrik.frame.records.constraints import Broken
from kundenmetrik.frame.records.distinct_values import Distinct
from kundenmetrik.frame.records.schema import Declaration
from kundenmetrik.frame.records.typed_cells import Cells
from kundenmetrik.models.rules import NotBefore, OnlyFor, Requires, Rule, Within

AWARE = "have a time zone, as the other times of the table do"
NAIVE = "have no time zone, as the other times of the table do"
ONE_CLOCK = "Give all times of a table one clock, with dt.tz_localize or dt.tz_convert."
ONE_TYPE = "Read the column as one type, or 1 and '1' would be two customers."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Table:
    """The sorted cells of every column that is there."""

    size: int
    cells: dict[str, Cells]
    distinct: dict[str, Distinct]

    def __getitem__(self, name: str) -> Cells:
        return self.cells.get(name) or Cells(size=self.size, missing=np.arange(self.size), parts=())

    def present(self, name: str) -> BoolArray:
        """Return the rows that are not missing."""
        given = np.ones(self.size, dtype=np.bool_)
        given[self[name].missing] = False
        return given

    def numbers(self, name: str) -> FloatArray:
        """Return a column's numbers, NaN elsewhere."""
        whole = self[name].spread(int, np.nan, lambda part: part.floats)
        return np.where(np.isnan(whole), self[name].spread(float, np.nan, lambda part: part.values), whole)

    def moments(self, name: str) -> Times:
        """Return a column's moments, NaT elsewhere."""
        return self[name].spread(datetime, np.datetime64("NaT", "us"), lambda part: part.values)

    def aware(self, name: str) -> BoolArray:
        """Return the rows whose moment has a time zone."""
        return self[name].spread(datetime, False, lambda part: part.aware).astype(np.bool_)

    def limits(self, name: str) -> tuple[FloatArray, FloatArray]:
        """Return the low and the high ends of a column of pairs, NaN where there is none."""
        pairs = self.distinct.get(name)
        if pairs is None:
            return np.full(self.size, np.nan), np.full(self.size, np.nan)
        ends = [value if isinstance(value, tuple) else (np.nan, np.nan) for value in pairs.values]
        low, high = np.array([*ends, (np.nan, np.nan)], dtype=np.float64).T
        return low[pairs.codes], high[pairs.codes]


def broken_rules(declaration: Declaration, table: Table) -> Iterator[Broken]:
    """Yield the rules between columns that some rows break."""
    for rule in declaration.rules:
        rows = np.flatnonzero(_offends(rule, table))
        if len(rows):
            yield Broken(column=rule.column, code=rule.code, text=rule.text, rows=rows)
    yield from _one_type(declaration, table)
    yield from _one_clock(table)


def _offends(rule: Rule, table: Table) -> Any:
    match rule:
        case NotBefore(column=column, start=start):
            same_clock = table.aware(column) == table.aware(start)
            return (table.moments(column) < table.moments(start)) & same_clock
        case OnlyFor(column=column):
            elsewhere = table[rule.field].spread(str, False, lambda part: ~part.values.isin(rule.values).to_numpy(bool))
            return table.present(column) & elsewhere
        case Requires(column=column, other=other):
            return table.present(column) & ~table.present(other)
        case Within(column=column, scale=scale):
            numbers, (low, high) = table.numbers(column), table.limits(scale)
            return (numbers < low) | (numbers > high)
    return np.zeros(table.size, dtype=np.bool_)  # one clock holds over the whole table: see _one_clock


def _one_type(declaration: Declaration, table: Table) -> Iterator[Broken]:
    for column in declaration.columns:
        bases = {alternative.base for alternative in column.alternatives}
        parts = [part for part in table[column.name].parts if part.base in bases and len(part.everywhere)]
        if len(bases) > 1 and len(parts) > 1:
            fewer = min(parts, key=lambda part: len(part.everywhere))
            text = f"be {'text' if fewer.base is int else 'a whole number'}, as the rest of the column is"
            yield Broken(column=column.name, code="one_type", text=text, rows=fewer.everywhere, remedy=ONE_TYPE)


def _one_clock(table: Table) -> Iterator[Broken]:
    clocks = {name: _clocks(cells) for name, cells in table.cells.items()}
    aware, naive = (sum(len(pair[side]) for pair in clocks.values()) for side in (0, 1))
    if aware and naive:
        fewer, text = (1, AWARE) if aware >= naive else (0, NAIVE)
        for name, pair in clocks.items():
            if len(pair[fewer]):
                yield Broken(column=name, code="one_clock", text=text, rows=pair[fewer], remedy=ONE_CLOCK)


def _clocks(cells: Cells) -> tuple[IntArray, IntArray]:
    """Return the rows with a time zone and those without."""
    aware: list[Any] = [part.at(part.aware) for part in cells.parts if part.aware is not None]
    naive: list[Any] = [part.at(~part.aware) for part in cells.parts if part.aware is not None]
    nothing = [np.empty(0, dtype=np.int64)]
    return np.concatenate(aware or nothing), np.concatenate(naive or nothing)
