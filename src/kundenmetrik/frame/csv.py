"""CSV files of records: every cell is read as its field says, or told with its line."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, get_args, get_origin

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.errors import FIRST, Fault, InvalidArgument, InvalidData
from kundenmetrik.frame.check import check
from kundenmetrik.models import Record

__all__ = ["read_csv"]

FIRST_LINE = 2
"""The line of the first record; the header stands in line 1."""
NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
ZONED = r".*(Z|[+-]\d{2}:?\d{2})"


def read_csv(path: str | Path, model: type[Record], *, separator: str = ",", decimal: str = ".") -> pd.DataFrame:
    r"""Read a CSV file of records; ids stay text, dates are ISO 8601, and bad lines are listed all at once.

    Parameters
    ----------
    path : str or Path
        The file, in UTF-8, with the names of the fields in its first line.
    model : type
        The record model: ``Customer``, ``Interaction``, ``SurveyResponse``, ``KanoAnswer``.
    separator : str
        What stands between two cells; ``";"`` in most German exports.
    decimal : str
        The decimal mark; ``","`` in most German exports.

    Returns
    -------
    pandas.DataFrame
        A frame that ``km.check`` accepts. An empty cell is missing.

    Raises
    ------
    InvalidData
        If a cell cannot be read or breaks a rule of the model; with line and value.
    InvalidArgument
        If there is no such file, or it is no table.

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
    file = Path(path)
    text = _text(file, separator)
    faults: list[Fault] = []
    frame = pd.DataFrame({name: _cells(text[name], _types(model, str(name)), decimal, faults) for name in text.columns})
    unreadable = {fault.column for fault in faults}
    try:
        check(frame, model)
    except InvalidData as invalid:
        faults.extend(fault for fault in invalid.faults if fault.column not in unreadable)
    if faults:
        raise InvalidData([_in_file(fault, file) for fault in faults])
    return frame


def _text(file: Path, separator: str) -> pd.DataFrame:
    """Return the cells as text, empty ones as missing."""
    try:
        return pd.read_csv(file, sep=separator, dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig")
    except FileNotFoundError:
        raise InvalidArgument("path", "be a file", str(file)) from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as broken:
        raise InvalidArgument(
            "path", f"be a table in UTF-8 with {separator!r} between cells", str(file), str(broken)
        ) from None


def _types(model: type[Record], name: str) -> set[Any]:
    """Return the types that a field's annotation names."""
    field = model.model_fields.get(name)
    return set() if field is None else set(_named(field.annotation))


def _named(annotation: Any) -> Iterator[Any]:
    parts = () if get_origin(annotation) is tuple else get_args(annotation)
    if not parts:
        yield annotation
    for part in parts:
        yield from _named(part)


def _cells(text: pd.Series[Any], types: set[Any], decimal: str, faults: list[Fault]) -> pd.Series[Any]:
    """Return a column as its field says; ids and words stay text."""
    if datetime in types:
        read: Callable[[pd.Series[Any]], Read] = _moments
    elif types & {int, float} and str not in types:
        read = _numbers(decimal, whole=float not in types)
    else:
        return text.astype(object).where(text.notna(), None)
    values, broken, rule, remedy = read(text.astype(object))
    if broken.any():
        faults.append(_unreadable(text, broken, rule, remedy))
    return values


Read = tuple["pd.Series[Any]", BoolArray, str, str]


def _moments(text: pd.Series[Any]) -> Read:
    given = text.notna()
    zoned = text[given].str.fullmatch(ZONED)
    values: Any = pd.to_datetime(text, format="ISO8601", errors="coerce", utc=bool(zoned.any()))
    broken = (values.isna() & given).to_numpy(dtype=np.bool_)
    if zoned.any() and not zoned.all():
        broken = broken | given.to_numpy(dtype=np.bool_) & ~text.str.fullmatch(ZONED).fillna(False).to_numpy(
            dtype=np.bool_
        )
    return (
        values,
        broken,
        "be dates as in ISO 8601, all with a time zone or all without",
        "Write 2026-03-31 or 2026-03-31T14:30:00.",
    )


def _numbers(decimal: str, *, whole: bool) -> Callable[[pd.Series[Any]], Read]:
    def read(text: pd.Series[Any]) -> Read:
        plain = text.str.strip() if decimal == "." else text.str.strip().str.replace(decimal, ".", regex=False)
        good = plain.str.fullmatch(NUMBER).fillna(False).to_numpy(dtype=np.bool_)
        values: Any = pd.to_numeric(plain.where(good), errors="coerce").astype(np.float64)
        if whole and values.notna().all() and (values == np.floor(values)).all():
            values = values.astype(np.int64)
        return (
            values,
            text.notna().to_numpy(dtype=np.bool_) & ~good,
            f"be numbers with {decimal!r} as the decimal mark",
            "",
        )

    return read


def _unreadable(text: pd.Series[Any], broken: BoolArray, rule: str, remedy: str) -> Fault:
    rows = np.flatnonzero(broken)
    first = rows[:FIRST].tolist()
    values = tuple(text.iloc[first])
    return Fault(
        column=str(text.name),
        rule=rule,
        count=len(rows),
        of=len(text),
        rows=tuple(first),
        values=values,
        code="unreadable",
        remedy=remedy,
    )


def _in_file(fault: Fault, file: Path) -> Fault:
    lines = tuple(row + FIRST_LINE if isinstance(row, int) else row for row in fault.rows)
    return replace(fault, column=f"{file.name}: {fault.column}", rows=lines, place="line")
