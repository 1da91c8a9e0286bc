"""Which field a column of a file is: as the caller says, by its own name, or by a name that exports use."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from kundenmetrik.errors import Fault, InvalidArgument, InvalidType, UnknownName
from kundenmetrik.frame.records.check import ColumnFault
from kundenmetrik.models import Record

PLAIN = re.compile(r"[\W_]+")


@cache
def known_words() -> dict[str, Any]:
    """Return what exports call columns, questions, kinds and missing answers."""
    return tomllib.loads(files(__package__).joinpath("known_words.toml").read_text("utf-8"))


def plain_word(text: object) -> str:
    """Return letters and digits only, in lower case; a text without any stays as it is.

    >>> plain_word(" Kunden-Nr. "), plain_word("customer_id"), plain_word("–")
    ('kundennr', 'customerid', '–')
    """
    folded = unicodedata.normalize("NFC", str(text)).casefold().replace("ss", "ß").strip()
    return PLAIN.sub("", folded) or folded


@cache
def known_columns(model: type[Record]) -> dict[str, str]:
    """Return the field of each known name; a record's own names come first."""
    tables = known_words()["columns"]
    parents = [parent.__name__ for parent in reversed(model.__mro__)]
    found: dict[str, str] = {}
    for table in ("any", *parents):
        for field, names in tables.get(table, {}).items():
            if field in model.model_fields:
                found |= {plain_word(name): field for name in names}
    return found | {plain_word(field): field for field in model.model_fields}


def field_names(
    columns: Iterable[str], model: type[Record], asked: Mapping[str, str] | None, taken: Iterable[str] = ()
) -> dict[str, str]:
    """Return the field of each column that is one.

    Parameters
    ----------
    columns : iterable of str
        The names in the file.
    model : type
        The record model.
    asked : mapping of str to str, optional
        What the caller says: column to field. It goes first.
    taken : iterable of str
        Columns that are something else already.
    """
    names = [name for name in columns if name not in set(taken)]
    found = dict(_valid_columns(asked, names, model)) if asked is not None else {}
    free = set(model.model_fields) - set(found.values())
    found |= {name: name for name in names if name in free and name not in found}
    free -= set(found.values())
    known = known_columns(model)
    guessed = {name: known[plain_word(name)] for name in names if name not in found and plain_word(name) in known}
    return found | {name: field for name, field in guessed.items() if field in free}


def questions_among(columns: Iterable[str]) -> dict[str, str]:
    """Return the question of each column that bears the usual name of one."""
    known = {
        plain_word(word): question
        for question, words in known_words()["questions"].items()
        for word in (question, *words)
    }
    return {name: known[plain_word(name)] for name in columns if plain_word(name) in known}


def doubled_fields(found: Mapping[str, str], size: int, file: str) -> Iterator[Fault]:
    """Yield the fields that several columns may be."""
    for field in dict.fromkeys(found.values()):
        names = [name for name, of in found.items() if of == field]
        if len(names) > 1:
            remedy = f"Say columns={{{names[0]!r}: {field!r}}}, or leave one of them out of the file."
            rule = f"be one column; {' and '.join(map(repr, names))} may be it"
            yield ColumnFault(
                column=field, rule=rule, count=size, of=size, rows=(), code="ambiguous", remedy=remedy, file=file
            )


def _valid_columns(asked: Mapping[str, str], names: list[str], model: type[Record]) -> Mapping[str, str]:
    if not isinstance(asked, Mapping):
        raise InvalidType(
            "columns", "be a mapping from the file's names to fields, such as {'Nr': 'customer_id'}", asked
        )
    for name, field in asked.items():
        if name not in names:
            raise UnknownName("columns", name, names)
        if field not in model.model_fields:
            raise UnknownName(f"columns[{name!r}]", field, model.model_fields)
    if len(set(asked.values())) < len(asked):
        raise InvalidArgument("columns", "name each field once", dict(asked))
    return asked
