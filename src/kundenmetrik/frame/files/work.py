"""Files at work: all cells in one frame, where each row stands, what was found out, and what is wrong so far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.errors import Fault
from kundenmetrik.frame.files.number_text import Converted
from kundenmetrik.frame.files.raw_table import RawTable
from kundenmetrik.frame.files.reading import Finding
from kundenmetrik.frame.files.wishes import Wishes
from kundenmetrik.frame.reading.faults import fault_of

ROW_IDS = ("interaction_id", "response_id")
"""Identifiers of rows, which are made where a file has none; whose row it is cannot be made up."""


@dataclass(kw_only=True, eq=False)
class Work:
    """The files at work: one frame of all cells, where each row stands, and what was found out so far."""

    tables: Sequence[RawTable]
    wishes: Wishes
    raw: pd.DataFrame
    names: dict[str, str]
    rows: IntArray
    own: dict[str, str] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def starts(self) -> IntArray:
        """The first row of each file, and the row after the last."""
        return np.cumsum([0, *(len(table.frame) for table in self.tables)])

    def say(self, code: str, **values: object) -> None:
        """Note something that was found out, once."""
        if (code, values) not in self.findings:
            self.findings.append((code, values))

    def refuse(self, read: Converted, column: str, raw: pd.Series[Any]) -> None:
        """Note the cells of a column of the files that cannot be read, file by file."""
        for table, part, lines in self.parts():
            fault = fault_of(column, read.rule, read.broken[part], raw.iloc[part], read.code, read.remedy, labels=lines)
            if fault is not None:
                self.faults.append(replace(fault, file=table.file, place=table.place))

    def parts(self) -> Iterator[tuple[RawTable, slice, Sequence[int]]]:
        """Yield each file with its rows and their lines."""
        for table, start, end in zip(self.tables, self.starts[:-1], self.starts[1:], strict=True):
            yield table, slice(int(start), int(end)), table.lines

    @property
    def own_columns(self) -> list[str]:
        """The columns that are neither a field nor a question."""
        return [str(name) for name in self.raw.columns if str(name) not in self.names and str(name) not in self.own]

    def column_of(self, field_name: str) -> str | None:
        """Return the column of the files that is a field."""
        return next((name for name, to in self.names.items() if to == field_name), None)

    def is_doubled(self, name: str) -> bool:
        """Say whether several columns may be a field."""
        return any(fault.column == name for fault in self.faults)

    def add_row_ids(self, frame: pd.DataFrame) -> None:
        """Give the rows numbers where the files have no id for them."""
        for name in ROW_IDS:
            if name in self.wishes.fields and name not in frame and not self.is_doubled(name):
                frame.insert(0, name, np.arange(1, len(frame) + 1))
                self.say("ids", field=name)
