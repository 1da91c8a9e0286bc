"""The cells of a column as its field says: dates, numbers, words; ids and texts stay as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal, get_args, get_origin

import numpy as np
import pandas as pd

from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.files.column_names import known_words, plain_word
from kundenmetrik.frame.files.date_text import read_dates
from kundenmetrik.frame.files.number_text import read_numbers
from kundenmetrik.frame.files.work import Work


def _fields(work: Work) -> pd.DataFrame:
    """Return the columns that are fields, each read as its field says; a column of one's own is an attribute."""
    frame = pd.DataFrame(index=range(len(work.raw)))
    for name, to in work.names.items():
        if not (to == "score" and {"question", "score"} <= work.wishes.fields.keys()):
            frame[to] = read_field(work, work.raw[name], name, to)
    return frame


def read_field(work: Work, cells: pd.Series[Any], name: str, to: str) -> Any:
    """Return one column as its field says; a column that a frame has typed already stays as it is."""
    types = set(_plain_types(work.wishes.fields[to].annotation))
    if cells.dtype != object and not pd.api.types.is_string_dtype(cells.dtype):
        return cells
    if datetime in types:
        read = read_dates(cells, work.wishes.dates)
        if read.found and work.wishes.dates is None:
            work.say("utc" if read.found == "utc" else "dates", column=name, form=read.found)
    elif types & {int, float} and str not in types:
        read = read_numbers(cells, work.wishes.decimal, whole=float not in types)
        if read.found and work.wishes.decimal is None:
            work.say("decimal", column=name, mark=read.found)
    elif choices := _choices(work.wishes.fields[to].annotation):
        return _words(work, cells, name, choices)
    else:
        return cells.map(_as_text, na_action="ignore") if any(table.file for table in work.tables) else cells
    work.refuse(read, name, cells)
    return read.values


def _plain_types(annotation: Any) -> Iterator[Any]:
    parts = () if get_origin(annotation) is tuple else get_args(annotation)
    if not parts:
        yield annotation
    for part in parts:
        yield from _plain_types(part)


def _choices(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(get_args(annotation))
    return next(filter(None, map(_choices, get_args(annotation))), ())


def _as_text(cell: Any) -> Any:
    """Return a cell of Excel as text: 17 and 17.0 are the id that a CSV file writes as 17."""
    if isinstance(cell, bool) or not isinstance(cell, (int, float)):
        return cell
    return str(int(cell)) if float(cell).is_integer() else str(cell)


def _words(work: Work, cells: pd.Series[Any], name: str, choices: tuple[str, ...]) -> pd.Series[Any]:
    """Return words as the choices of a field; other words stay, and are refused with the others."""
    asked = {plain_word(word): choice for word, choice in (work.wishes.kinds or {}).items()}
    for word, choice in (work.wishes.kinds or {}).items():
        if choice not in choices:
            raise InvalidArgument(f"kinds[{word!r}]", f"be one of {', '.join(map(repr, choices))}", choice)
    known = {plain_word(word): kind for kind, words in known_words()["kinds"].items() for word in (kind, *words)}
    known = {word: kind for word, kind in known.items() if kind in choices} | asked
    codes, found = pd.factorize(cells.to_numpy(dtype=object))
    read = [known.get(plain_word(word), word) if isinstance(word, str) else word for word in found]
    told = [f"{word} → {kind}" for word, kind in zip(found, read, strict=True) if word != kind]
    if told:
        work.say("kinds", column=name, words=", ".join(told))
    return pd.Series(np.array([*read, None], dtype=object)[codes], index=cells.index)
