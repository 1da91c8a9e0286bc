"""CSV files of records: every cell is read as its field says, or told with its line."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any, get_args, get_origin

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.errors import FIRST, Fault, InvalidArgument, InvalidData
from kundenmetrik.frame.files.source import FileSource, Source, sources_of
from kundenmetrik.frame.reading.faults import fault_of
from kundenmetrik.frame.records.check import check
from kundenmetrik.models import Record

RECORD = "a record"
SEPARATORS = (";", "\t", ",", "|")
NUMBER = r"[+-]?([0-9]+{mark}?[0-9]*|{mark}[0-9]+)([eE][+-]?[0-9]+)?"
OFFSET = re.compile(r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)$")
ZONED = r".*(Z|[T ].*[+-][0-9]{2}(:?[0-9]{2})?)"


def read_csv(
    source: FileSource, model: type[Record], *, separator: str = ",", decimal: str = ".", name: str | None = None
) -> pd.DataFrame:
    r"""Read a CSV file of records; ids stay text, dates are ISO 8601, and bad lines are listed all at once.

    Parameters
    ----------
    source : str, Path, bytes or open file
        The file, in UTF-8, with the names of the fields in its first line; an upload as its bytes or its stream.
    model : type
        The record model: ``Customer``, ``Interaction``, ``SurveyResponse``, ``KanoAnswer``.
    separator : str
        What stands between two cells; ``";"`` in most German exports.
    decimal : str
        The decimal mark; ``","`` in most German exports.
    name : str, optional
        What messages call the file; by default its own name.

    Returns
    -------
    pandas.DataFrame
        A frame that ``km.check`` accepts. An empty cell is missing. Times keep the offset from UTC that they are all
        written with, so that days and months are those of the file's clock.

    Raises
    ------
    InvalidData
        If a cell cannot be read or breaks a rule of the model; with line and value.
    InvalidArgument
        If there is no such file, or it is no table.

    Notes
    -----
    Times that are written with several offsets, as when clocks change, become times in UTC, and so do the days and
    months: name the zone where they are counted, such as ``km.measure(..., time_zone="Europe/Berlin")``.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import kundenmetrik as km
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = pathlib.Path(folder.name, "answers.csv")
    >>> _ = path.write_text("response_id,question,score\n007,nps,9\n008,nps,\n")
    >>> km.read_csv(path, km.SurveyResponse)["response_id"].tolist()
    ['007', '008']
    >>> folder.cleanup()
    """
    file, *others = sources_of(source, name)
    if others:
        raise InvalidArgument("source", "be one file", [file.name, *(other.name for other in others)])
    _check_marks(separator, decimal)
    text, lines = _text(file, separator)
    faults: list[Fault] = []
    frame = pd.DataFrame({name: _cells(text[name], _types(model, str(name)), decimal, faults) for name in text.columns})
    unreadable = {fault.column for fault in faults}
    try:
        check(frame, model)
    except InvalidData as invalid:
        faults.extend(fault for fault in invalid.faults if fault.column not in unreadable)
    if faults:
        raise InvalidData([_in_file(fault, file, lines) for fault in faults])
    return frame


def _check_marks(separator: object, decimal: object) -> None:
    for name, mark in (("separator", separator), ("decimal", decimal)):
        if not isinstance(mark, str) or len(mark) != 1 or mark in '"\r\n':
            raise InvalidArgument(name, "be a single character", mark)
    if separator == decimal:
        raise InvalidArgument("separator and decimal", "differ", separator)


def _text(file: Source, separator: str) -> tuple[pd.DataFrame, list[int]]:
    """Return the cells as text, empty ones as missing, and the line of each record; ragged lines are refused."""
    header, rows, lines = _records(file, separator)
    _check_separator(header, file, separator)
    doubled = sorted({name for name in header if header.count(name) > 1})
    if doubled:
        raise InvalidArgument("source", "name each column once in its first line", doubled)
    ragged = [place for place, row in enumerate(rows) if len(row) != len(header)]
    if ragged:
        raise InvalidData([_in_file(_ragged_rows(ragged, rows, len(header)), file, lines)])
    columns = zip(*rows, strict=True) if rows else [()] * len(header)
    frame = pd.DataFrame(
        {name: pd.array(cells, dtype="string") for name, cells in zip(header, columns, strict=True)},
        index=range(len(rows)),
    ).replace("", pd.NA)
    return frame, lines


def _check_separator(header: list[str], file: Source, separator: str) -> None:
    """Refuse a first line that is one cell and holds another mark that separates."""
    others = [mark for mark in SEPARATORS if mark != separator and mark in header[0]]
    if len(header) == 1 and others:
        rule = f"be what stands between the cells of {file.name}; its first line holds {others[0]!r}"
        raise InvalidArgument("separator", rule, separator)


def _records(file: Source, separator: str) -> tuple[list[str], list[list[str]], list[int]]:
    """Return the header, the cells of each record, and the line each record begins in; blank lines are no records."""
    rows, lines = [], []
    try:
        text = io.StringIO(file.content.decode("utf-8-sig"), newline="")
        reader = csv.reader(text, delimiter=separator, strict=True)
        line = 1
        for row in reader:
            if row:
                rows.append(row)
                lines.append(line)
            line = reader.line_num + 1
    except (csv.Error, UnicodeDecodeError, ValueError) as broken:
        rule = f"be a table in UTF-8 with {separator!r} between cells"
        raise InvalidArgument("source", rule, file.name, f"{str(broken)[:1].upper()}{str(broken)[1:]}.") from None
    if not rows:
        raise InvalidArgument("source", "name its columns in the first line", file.name)
    return [name.strip() for name in rows[0]], rows[1:], lines[1:]


def _ragged_rows(places: list[int], rows: list[list[str]], width: int) -> Fault:
    return Fault(
        column=RECORD,
        rule=f"have {width} cells, as the first line has",
        count=len(places),
        of=len(rows),
        rows=tuple(places[:FIRST]),
        values=tuple(len(rows[place]) for place in places[:FIRST]),
        code="ragged",
        remedy="Put cells that hold the separator in double quotes.",
    )


def _types(model: type[Record], name: str) -> set[Any]:
    """Return the types that a field's annotation names."""
    field = model.model_fields.get(name)
    return set() if field is None else set(_plain_types(field.annotation))


def _plain_types(annotation: Any) -> Iterator[Any]:
    parts = () if get_origin(annotation) is tuple else get_args(annotation)
    if not parts:
        yield annotation
    for part in parts:
        yield from _plain_types(part)


def _cells(text: pd.Series[Any], types: set[Any], decimal: str, faults: list[Fault]) -> pd.Series[Any]:
    """Return a column as its field says; ids and words stay text."""
    if datetime in types:
        read: Callable[[pd.Series[Any]], Read] = _moments
    elif types & {int, float} and str not in types:
        read = _numbers(decimal, whole=float not in types)
    else:
        return text.astype(object).where(text.notna(), None)
    values, broken, rule, remedy = read(text)
    if fault := fault_of(str(text.name), rule, broken, text, "unreadable", remedy):
        faults.append(fault)
    return values


Read = tuple["pd.Series[Any]", BoolArray, str, str]


def _moments(text: pd.Series[Any]) -> Read:
    given = text.notna().to_numpy(dtype=np.bool_)
    zoned = _matches(text, ZONED)
    values: Any = pd.to_datetime(text.astype(object), format="ISO8601", errors="coerce", utc=bool(zoned.any()))
    if zoned.any() and (offset := _shared_offset(text[zoned])):
        values = values.dt.tz_convert(timezone(offset))
    mixed = given & ~zoned if zoned.any() else np.zeros(len(text), dtype=np.bool_)
    rule = "be dates as in ISO 8601, all with a time zone or all without"
    broken = mixed | (given & values.isna().to_numpy(dtype=np.bool_))
    return values, broken, rule, "Write 2026-03-31 or 2026-03-31T14:30:00."


def _shared_offset(text: pd.Series[Any]) -> timedelta | None:
    """Return the offset from UTC that all times are written with, None where there are several."""
    found = {match[0] for match in (OFFSET.search(str(cell)) for cell in text.unique()) if match is not None}
    offsets = {datetime.strptime(one, "%z").utcoffset() for one in (one + "00" * (len(one) == 3) for one in found)}
    return offsets.pop() if len(offsets) == 1 else None


def _matches(text: pd.Series[Any], pattern: str) -> BoolArray:
    return text.str.fullmatch(pattern).fillna(False).to_numpy(dtype=np.bool_)


def _numbers(decimal: str, *, whole: bool) -> Callable[[pd.Series[Any]], Read]:
    def read(text: pd.Series[Any]) -> Read:
        plain = text.str.strip()
        good = _matches(plain, NUMBER.format(mark=re.escape(decimal)))
        plain = plain.str.replace(decimal, ".", regex=False)
        values: Any = pd.Series(pd.to_numeric(plain.where(good)).to_numpy(np.float64, na_value=np.nan))
        if whole and values.notna().all() and (values == np.floor(values)).all():
            values = values.astype(np.int64)
        return (
            values,
            text.notna().to_numpy(dtype=np.bool_) & ~good,
            f"be numbers with {decimal!r} as the decimal mark",
            "",
        )

    return read


def _in_file(fault: Fault, file: Source, lines: list[int]) -> Fault:
    """Say the lines of the file in place of rows."""
    numbers = tuple(lines[row] if isinstance(row, int) else row for row in fault.rows)
    return replace(fault, file=file.name, rows=numbers, place="line")
