"""Faults of a table in the words of its files: the file, the line, the column and the cell as they stand there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.errors import Fault, InvalidData
from kundenmetrik.frame.files.raw_table import RawTable
from kundenmetrik.frame.files.work import Work
from kundenmetrik.frame.reading.faults import fault_of
from kundenmetrik.frame.records.check import ColumnFault, check
from kundenmetrik.models import Record


def column_faults(work: Work, invalid: InvalidData) -> Iterator[Fault]:
    """Yield the columns that should be there and are not; a column of one's own is told already."""
    for fault in invalid.faults:
        if isinstance(fault, ColumnFault) and fault.code == "absent" and not work.is_doubled(fault.column):
            free = work.own_columns
            remedy = f"Say columns={{{free[0]!r}: {fault.column!r}}} if that is the column." if free else ""
            file = work.tables[0].file
            rule = f"be a column of the {'file' if file else 'frame'}"
            yield replace(fault, file=file, rule=rule, remedy=remedy)


def row_faults(work: Work, frame: pd.DataFrame) -> Iterator[Fault]:
    """Yield the broken rules of each file, and of each question of a wide survey, in the words of the file."""
    of_field = {to: name for name, to in work.names.items()}
    for table, part, _ in work.parts():
        inside = np.flatnonzero((work.rows >= part.start) & (work.rows < part.stop))
        width = len(work.own) or 1
        for number, name in enumerate(work.own or [None]):
            rows = inside[number::width]
            for fault in _faults_of(frame.iloc[rows], work.wishes.model):
                if number and fault.column not in ("score", "scale"):
                    continue
                column = (name if fault.column == "score" else None) or of_field.get(fault.column, fault.column)
                places = [int(work.rows[rows[int(str(row))]]) for row in fault.rows]
                values = (
                    tuple(work.raw[column].iloc[places])
                    if column in work.raw and fault.values is not None
                    else fault.values
                )
                lines = tuple(table.lines[place - part.start] for place in places)
                remedy = fault.remedy or _remedy(work, column, fault, values)
                yield replace(
                    fault, column=column, file=table.file, place=table.place, rows=lines, values=values, remedy=remedy
                )


def _faults_of(frame: pd.DataFrame, model: type[Record]) -> list[Fault]:
    try:
        check(frame, model)
    except InvalidData as invalid:
        return [fault for fault in invalid.faults if not isinstance(fault, ColumnFault)]
    return []


def _remedy(work: Work, column: str, fault: Fault, values: tuple[object, ...] | None) -> str:
    """Return what to say of a file whose words or money the library does not know."""
    if fault.code == "choice" and values:
        return f"Say kinds={{{str(values[0])!r}: 'purchase'}}, or which kind it is."
    if fault.code == "requires" and column == work.column_of("amount"):
        return "Say currency='EUR' where the whole file is in one currency."
    if fault.code == "within" and values:
        return f"Say missing=[{str(values[0])!r}] if that stands for no answer."
    return ""


def refuse_own_columns(work: Work) -> None:
    """Note the columns that are no field: most are typing errors, the others have a way in."""
    taken = set(work.names.values())
    free = [name for name in work.wishes.fields if name not in taken]
    for name in (name for name in work.own_columns if not work.wishes.keeps(name)):
        near = get_close_matches(name.lower(), free, n=1)
        ways = [f"columns={{{name!r}: {near[0] if near else '...'!r}}}"]
        ways += [f"questions={{{name!r}: 'nps'}}"] if {"question", "score"} <= set(free) else []
        ways += ["attributes='keep'"] if "attributes" in work.wishes.fields else []
        remedy = f"Say {', '.join(ways)} or attributes='drop'."
        rule, size = f"be a field of {work.wishes.model.__name__}", len(work.raw)
        work.faults.append(_column_fault(name, rule, "unknown", size, work.tables[0].file, remedy))


def differing_columns(tables: Sequence[RawTable]) -> Iterator[Fault]:
    """Yield the columns that some of several files have and others have not."""
    first = tables[0]
    for table in tables[1:]:
        for name in dict.fromkeys([*first.frame.columns, *table.frame.columns]):
            if (name in first.frame) != (name in table.frame):
                there = name in first.frame
                rule = f"{'be' if there else 'not be'} a column, as in {first.file}"
                yield _column_fault(str(name), rule, "absent" if there else "unknown", len(table.frame), table.file)


def _column_fault(column: str, rule: str, code: str, size: int, file: str, remedy: str = "") -> ColumnFault:
    return ColumnFault(column=column, rule=rule, count=size, of=size, rows=(), code=code, remedy=remedy, file=file)


def check_repeats(work: Work, frame: pd.DataFrame) -> None:
    """Refuse a row that stands in two files: it would count twice."""
    if len(work.tables) == 1 or work.faults:
        return
    made = {values["field"] for code, values in work.findings if code == "ids"}
    key = [name for name in ("interaction_id", "response_id") if name in frame and name not in made]
    key = key or (["customer_id"] if work.wishes.model.__name__ == "Customer" else [])
    table = work.raw[[name for name, to in work.names.items() if to in key]] if key else work.raw
    file_of = np.repeat(np.arange(len(work.tables)), np.diff(work.starts))
    same = pd.factorize(pd.Series(map(tuple, table.to_numpy(dtype=object))))[0]
    first = pd.Series(file_of).groupby(same).transform("min")
    broken: BoolArray = np.asarray(first != file_of)
    rule = "stand in one file only; the same stands in an earlier file"
    column = ", ".join(map(str, table.columns)) if key else "a record"
    shown = table.iloc[:, 0] if key else None
    for one, part, lines in work.parts():
        fault = fault_of(
            column,
            rule,
            broken[part],
            None if shown is None else shown.iloc[part],
            "duplicate",
            "Export without overlap.",
            labels=lines,
            place=one.place,
        )
        if fault is not None:
            work.faults.append(replace(fault, file=one.file))
