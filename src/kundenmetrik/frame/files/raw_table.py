"""A file taken apart: its cells as they stand there, under the names of its columns, with the line of each row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from kundenmetrik.core.checks import check_count
from kundenmetrik.errors import FIRST, Fault, InvalidArgument, InvalidData
from kundenmetrik.frame.files.file_source import Source
from kundenmetrik.frame.records.check import ColumnFault
from kundenmetrik.progress import Progress, with_progress

IMPORT_ID = '{"ImportId"'
"""How every cell of the third line of a Qualtrics export begins; its second line holds the texts of the questions."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RawTable:
    """One file as cells: None where one is empty, text, and from Excel or a frame also numbers and times.

    Attributes
    ----------
    file : str
        What messages call it; empty for a frame.
    frame : DataFrame
        The cells under the names of the file.
    lines : sequence of int
        The line of the file, or the row of the sheet, that each record begins in.
    place : str
        Whether those are lines or rows.
    found : mapping
        What was found out while it was taken apart, by code.
    """

    file: str
    frame: pd.DataFrame
    lines: Sequence[int]
    place: str
    found: dict[str, str] = field(default_factory=dict)


def raw_tables(
    sources: Sequence[Source], taken_apart: Callable[[Source], RawTable], progress: Progress | None = None
) -> tuple[list[RawTable], list[Fault]]:
    """Return each file taken apart, and what is wrong with those that are no table; a single one is refused."""
    tables: list[RawTable] = []
    faults: list[Fault] = []
    for source in with_progress(sources, progress):
        try:
            if source.fault is not None:
                raise source.fault
            tables.append(taken_apart(source))
        except InvalidData as invalid:
            faults.extend(invalid.faults)
        except InvalidArgument as wrong:
            if len(sources) == 1 or wrong.argument != "source":
                raise
            faults.append(_no_table(wrong, source.name))
    if faults and not tables:
        raise InvalidData(faults)
    return tables, faults


def _no_table(wrong: InvalidArgument, file: str) -> Fault:
    return ColumnFault(
        column="the file",
        rule=wrong.rule,
        count=1,
        of=1,
        rows=(),
        code="no_table",
        remedy=wrong.remedy,
        file=file,
    )


def table_of_rows(
    file: str, rows: list[list[Any]], lines: list[int], *, header: object, place: str, found: dict[str, str]
) -> RawTable:
    """Return a table of rows of cells, the names of its columns in the line that ``header`` counts to."""
    first = check_count(header, "header", low=1)
    start = next((number for number, line in enumerate(lines) if line >= first), None)
    if start is None:
        raise InvalidArgument("header", f"be a {place} of {file}, which has {lines[-1] if lines else 0}", header)
    names = [str(name).strip() if name is not None else "" for name in rows[start]]
    body, kept = rows[start + 1 :], lines[start + 1 :]
    if len(body) > 1 and all(str(cell).startswith(IMPORT_ID) for cell in body[1] if cell):
        body, kept = body[2:], kept[2:]
        found = {**found, "header_rows": "3"}
    ragged = [number for number, row in enumerate(body) if len(row) != len(names)]
    if ragged:
        raise InvalidData([_ragged_rows(file, ragged, body, kept, len(names), place)])
    columns = [list(cells) for cells in zip(*body, strict=True)] or [[] for _ in names]
    given = [column for column, name in enumerate(names) if name or any(cell is not None for cell in columns[column])]
    _check_names([names[column] for column in given], file, place)
    frame = pd.DataFrame(
        {names[column]: pd.Series(columns[column], dtype=object) for column in given}, index=range(len(body))
    )
    return RawTable(file=file, frame=frame, lines=kept, place=place, found=found)


def _check_names(names: list[str], file: str, place: str) -> None:
    doubled = sorted({name for name in names if names.count(name) > 1 and name})
    if doubled:
        rule = f"name each column once; {file} has {', '.join(map(repr, doubled))} several times"
        raise InvalidArgument("source", rule)
    if "" in names:
        nameless = names.index("") + 1
        rule = f"name every column; column {nameless} of {file} has cells and no name"
        remedy = f"Where the names stand further down, say header= and the number of their {place}."
        raise InvalidArgument("source", rule, remedy=remedy)
    if len(names) == 1:
        rule = f"have several columns; {file} has one, {names[0]!r}"
        remedy = "Say separator= if another mark stands between the cells, header= if the names stand further down."
        raise InvalidArgument("source", rule, remedy=remedy)


def _ragged_rows(
    file: str, places: list[int], rows: list[list[Any]], lines: list[int], width: int, place: str
) -> Fault:
    return Fault(
        file=file,
        column="a record",
        rule=f"have {width} cells, as the first line has",
        count=len(places),
        of=len(rows),
        rows=tuple(lines[row] for row in places[:FIRST]),
        values=tuple(len(rows[row]) for row in places[:FIRST]),
        code="ragged",
        remedy="Put cells that hold the separator in double quotes; name the line of the names with header=.",
        place=place,
    )
