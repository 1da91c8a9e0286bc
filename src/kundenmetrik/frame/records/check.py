"""Check a frame against a record model, column by column: all faults at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.checks import check_count
from kundenmetrik.errors import Fault, InvalidData, InvalidType
from kundenmetrik.frame.reading.faults import fault_of
from kundenmetrik.frame.reading.frame_columns import native
from kundenmetrik.frame.records.constraints import Broken, broken_limits
from kundenmetrik.frame.records.cross_column_rules import Table, broken_rules
from kundenmetrik.frame.records.distinct_values import Distinct, distinct_cells
from kundenmetrik.frame.records.schema import Alternative, Column, Declaration, declaration_of
from kundenmetrik.frame.records.typed_cells import Cells, Part, cells_of
from kundenmetrik.models.record import Record
from kundenmetrik.renamed import former_parameters

EXPECTED_NAMES: dict[type, str] = {
    int: "a whole number",
    float: "a number",
    str: "text",
    datetime: "a date with a time of day",
}
"""What each type is called in a message, where it is asked for."""
FOUND_NAMES: dict[type, str] = {
    int: ", not a number",
    float: ", not a float",
    str: ", not text",
    datetime: ", not a time",
    object: "",
}
"""What each type is called in a message, where it is there instead."""
REMEDIES: dict[tuple[type, type], str] = {
    (int, float): "Read the column as text, or as whole numbers (the dtype Int64 keeps them whole beside gaps).",
    (int, str): "Convert it with pandas.to_numeric first.",
    (float, str): "Convert it with pandas.to_numeric first.",
    (datetime, str): "Convert it with pandas.to_datetime and an explicit format first.",
    (datetime, int): "Convert it with pandas.to_datetime and an explicit format or unit first.",
}
"""What to do, by the type that is asked for and the type that is there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFault(Fault):
    """A column that is missing, unknown or there twice."""

    def __str__(self) -> str:
        column = f"{self.file}: {self.column}" if self.file else self.column
        return f"{column} must {self.rule}. {self.remedy}".rstrip()


@former_parameters(hide_values="the default (errors.showing_values() shows them)")
def check(frame: pd.DataFrame, model: type[Record], *, cap: int = 20) -> pd.DataFrame:
    """Return the frame if every row is a valid record, or list all that is wrong with it at once.

    A frame passes exactly when each of its rows, with None in place of a missing cell, is accepted by the
    model, and the table as a whole is consistent: the identifiers of a column are all text or all whole
    numbers, and the times all have a time zone or all have none. Times as text are for JSON: a table has them
    read before.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row for each record, one column for each field; optional fields may be left out. It is not changed.
    model : type
        The record model: ``Customer``, ``Interaction``, ``SurveyResponse``, ``KanoAnswer`` or a subclass.
    cap : int
        How many broken rules the message shows, as far as it has room; the error's ``faults`` holds them all. Ids
        and comments are named by their row only, unless :func:`kundenmetrik.errors.showing_values` is asked for.

    Returns
    -------
    pandas.DataFrame
        The same frame.

    Raises
    ------
    InvalidData
        If any rule is broken; ``faults`` says for each the column, the rule, how many rows, and the first
        of them by position (``frame.iloc[rows]``).
    InvalidType
        If ``frame`` is no pandas frame or ``model`` no record model.

    Notes
    -----
    The rules are read from the model's fields, so rows and columns cannot disagree. Nothing is converted:
    numbers written as text, times written as text, and identifiers that became floats beside gaps are faults.

    Examples
    --------
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> answers = pd.DataFrame({"response_id": [1, 2], "question": "nps", "score": [9.0, 11.0], "scale": "0..10"})
    >>> km.check(answers, km.SurveyResponse)
    Traceback (most recent call last):
    kundenmetrik.errors.InvalidData: score must lie within its scale; 1 of 2 is not (row 1: 11)
    """
    declaration = declaration_of(model)
    if not isinstance(frame, pd.DataFrame):
        raise InvalidType("frame", "be a pandas DataFrame", type(frame))
    cap = check_count(cap, "cap", low=1)
    rows = _row_faults(native(frame), declaration)
    faults = [*_column_faults(frame, declaration, model.__name__), *rows]
    if found := [fault for fault in faults if fault is not None]:
        raise InvalidData(found, cap)
    return frame


def _column_faults(frame: pd.DataFrame, declaration: Declaration, model: str) -> Iterator[Fault]:
    """Yield the columns that should be there and are not, and those that are there and should not be."""
    unknown = [str(name) for name in frame.columns.unique() if name not in declaration.names]
    for column in declaration.columns:
        times = int((frame.columns == column.name).sum())
        if times == 0 and column.required:
            yield _column_fault(
                column.name, "be a column of the frame", "absent", len(frame), _nearest(column.name, unknown)
            )
        if times > 1:
            yield _column_fault(column.name, f"be one column; there are {times} of that name", "duplicate", len(frame))
    free = [name for name in declaration.names if name not in frame.columns]
    for name in () if declaration.ignores_unknown else unknown:
        yield _column_fault(name, f"be a field of {model}", "unknown", len(frame), _nearest(name, free))


def _column_fault(column: str, rule: str, code: str, size: int, remedy: str = "") -> ColumnFault:
    return ColumnFault(column=column, rule=rule, count=size, of=size, rows=(), code=code, remedy=remedy)


def _nearest(name: str, names: list[str]) -> str:
    close = get_close_matches(name, names, n=1)
    return f"Did you mean {close[0]!r}?" if close else ""


def _row_faults(frame: pd.DataFrame, declaration: Declaration) -> Iterator[Fault | None]:
    present = [column for column in declaration.columns if (frame.columns == column.name).sum() == 1]
    cells = {column.name: cells_of(frame[column.name]) for column in present}
    distinct = {
        column.name: distinct_cells(column.name, frame[column.name], cells[column.name].missing, column.adapter)
        for column in present
        if column.adapter is not None
    }
    table = Table(size=len(frame), cells=cells, distinct=distinct)
    for column in present:
        for broken in _broken_cells(column, cells[column.name], distinct.get(column.name)):
            yield _fault(frame, broken)
    for broken in broken_rules(declaration, table):
        yield _fault(frame, broken)


def _broken_cells(column: Column, cells: Cells, distinct: Distinct | None) -> Iterator[Broken]:
    if len(cells.missing) and not column.nullable:
        yield Broken(column=column.name, code="missing", text="be given", rows=cells.missing)
    if distinct is not None:
        yield from distinct.broken
        return
    for part in cells.parts:
        alternative = _alternative_for(part, column.alternatives)
        if alternative is not None:
            yield from broken_limits(column.name, alternative, part)
        elif len(part.everywhere):
            yield _wrong_type(column, part)


def _alternative_for(part: Part, alternatives: tuple[Alternative, ...]) -> Alternative | None:
    return next((alternative for alternative in alternatives if _fits(part.base, alternative)), None)


def _fits(base: type, alternative: Alternative) -> bool:
    if base is int and alternative.base is float:
        return True
    return base is alternative.base or (base is float and alternative.whole_floats)


def _wrong_type(column: Column, part: Part) -> Broken:
    wanted = [alternative.base for alternative in column.alternatives]
    remedies = (REMEDIES[base, part.base] for base in wanted if (base, part.base) in REMEDIES)
    text = f"be {' or '.join(EXPECTED_NAMES[base] for base in wanted)}{FOUND_NAMES[part.base]}"
    return Broken(column=column.name, code="type", text=text, rows=part.everywhere, remedy=next(remedies, ""))


def _fault(frame: pd.DataFrame, broken: Broken) -> Fault | None:
    mask = np.zeros(len(frame), dtype=np.bool_)
    mask[broken.rows] = True
    return fault_of(broken.column, broken.text, mask, frame[broken.column], broken.code, broken.remedy)


def _plain(value: Any) -> object:
    """Return a scalar of numpy as the plain value it holds."""
    return value.item() if isinstance(value, np.generic) else value
