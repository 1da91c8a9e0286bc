"""Cells of files as a checked table of records: names, words, numbers, dates, questions; all faults at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.errors import Fault, InvalidArgument, InvalidData, UnknownName
from kundenmetrik.frame.files.column_names import doubled_fields, field_names
from kundenmetrik.frame.files.field_cells import read_field
from kundenmetrik.frame.files.file_faults import (
    check_repeats,
    column_faults,
    differing_columns,
    refuse_own_columns,
    row_faults,
)
from kundenmetrik.frame.files.question_columns import turn_questions
from kundenmetrik.frame.files.raw_table import RawTable
from kundenmetrik.frame.files.reading import FileFrame, Reading, file_frame
from kundenmetrik.frame.files.wishes import Wishes
from kundenmetrik.frame.files.work import Work
from kundenmetrik.frame.records.check import check

ANSWERS = {"question", "score"}
"""The fields of a record that is one answer to one question."""


def record_table(tables: Sequence[RawTable], wishes: Wishes, faults: Sequence[Fault] = ()) -> FileFrame:
    """Return the files as one checked frame; all faults of all files, those that are no table, too, come at once."""
    work = _begin(tables, wishes, faults)
    frame = _fields(work)
    if wishes.fields.keys() >= ANSWERS:
        frame = turn_questions(work, frame)
    work.add_row_ids(frame)
    _add_currency(work, frame)
    _check(work, frame)
    check_repeats(work, frame)
    if work.faults:
        raise InvalidData(work.faults)
    found = {(code, value): None for table in tables for code, value in table.found.items()}
    reading = Reading(
        files=tuple(table.file for table in tables if table.file),
        rows=len(frame),
        columns=dict(work.names),
        findings=(*((code, {"value": value}) for code, value in found), *work.findings),
    )
    return file_frame(frame[[name for name in wishes.fields if name in frame]], reading, wishes.model)


def _begin(tables: Sequence[RawTable], wishes: Wishes, faults: Sequence[Fault]) -> Work:
    if lacking := list(differing_columns(tables)):
        raise InvalidData([*faults, *lacking])
    raw = pd.concat([table.frame for table in tables], ignore_index=True) if len(tables) > 1 else tables[0].frame
    columns = [str(name) for name in raw.columns]
    asked = [name for name in wishes.questions or {} if name in columns]
    names = field_names(columns, wishes.model, wishes.columns, asked)
    work = Work(tables=tables, wishes=wishes, raw=raw, names=names, rows=np.arange(len(raw)), faults=list(faults))
    if absent := [name for name in wishes.own_names if name not in columns]:
        raise UnknownName("attributes", absent[0], columns)
    work.faults.extend(doubled_fields(names, len(raw), tables[0].file))
    return work


def _fields(work: Work) -> pd.DataFrame:
    """Return the columns that are fields, each read as its field says."""
    frame = pd.DataFrame(index=range(len(work.raw)))
    for name, to in work.names.items():
        if not work.is_doubled(to) and not (to == "score" and work.wishes.fields.keys() >= ANSWERS):
            frame[to] = read_field(work, work.raw[name], name, to)
    return frame


def _add_currency(work: Work, frame: pd.DataFrame) -> None:
    if work.wishes.currency is not None:
        if "currency" in frame:
            raise InvalidArgument("currency", "be left out: the file has a column for it", work.wishes.currency)
        priced = frame["amount"].notna() if "amount" in frame else pd.Series(False, index=frame.index)
        frame["currency"] = pd.Series(work.wishes.currency, index=frame.index, dtype=object).where(priced, None)


def _check(work: Work, frame: pd.DataFrame) -> None:
    """Note every rule of the model that is broken, with the file, the line and the cell as it stands there."""
    own = work.own_columns
    if kept := [name for name in own if work.wishes.keeps(name)]:
        cells = [work.raw[name].tolist() for name in kept]
        facts = [dict(zip(kept, map(_plain_cell, row), strict=True)) for row in zip(*cells, strict=True)]
        frame["attributes"] = np.array([*facts, None], dtype=object)[:-1][work.rows]
        work.say("attributes", columns=", ".join(kept))
    if work.wishes.attributes == "drop" and own:
        work.say("dropped", columns=", ".join(own))
    else:
        refuse_own_columns(work)
    try:
        check(frame, work.wishes.model)
    except InvalidData as invalid:
        unreadable = {(fault.file, fault.column) for fault in work.faults}
        found = [*column_faults(work, invalid), *row_faults(work, frame)]
        if not (found or work.faults):
            found = list(invalid.faults)
        work.faults.extend(fault for fault in found if (fault.file, fault.column) not in unreadable)


def _plain_cell(cell: Any) -> Any:
    """Return a cell as an attribute can hold it."""
    if cell is None or cell != cell:
        return None
    plain = cell.item() if isinstance(cell, np.generic) else cell
    return plain if isinstance(plain, (str, bool, int, float)) else str(plain)
