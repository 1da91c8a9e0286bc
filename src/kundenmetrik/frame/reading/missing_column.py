"""A column that is not there: which one may be meant, and how to say so."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from kundenmetrik.errors import UnknownName
from kundenmetrik.message_text import name_list, short_repr

TABLES = frozenset({"answers", "counts", "customers", "data", "interactions"})
"""Arguments that are tables with columns of fixed names; every other one names the column."""

SYNONYMS: Mapping[str, tuple[str, ...]] = {
    "customer_id": ("customer", "kund", "client", "user", "member"),
    "occurred_at": ("datum", "date", "zeit", "time", "tag", "day"),
    "acquired_at": ("datum", "date", "seit", "since", "start", "beginn"),
    "churned_at": ("ende", "end", "enddatum", "kündig", "cancel"),
    "amount": ("betrag", "umsatz", "preis", "revenue", "price"),
    "kind": ("art", "typ", "type"),
    "score": ("antwort", "answer", "rating", "note", "wert"),
}
"""How a column is also called, by the name that is looked for where none is given."""

METRIC_NAMES: Mapping[str, tuple[str, ...]] = {"score": ("nps", "csat", "ces")}
"""The names of metrics, which as columns are meant before all others."""

MIN_STEM_LENGTH = 5
"""So many letters may begin a longer word, fewer are a word of their own: an art is no article, notes are no note."""
SHORT_STEMS = frozenset({"kund", "user", "date", "zeit", "time"})
"""Shorter ones that begin longer words all the same: kundennummer, users, datetime, zeitpunkt, timestamp."""
COMPOUND_HEADS = ("datum", "betrag", "umsatz")
"""What may also end a German compound, such as kaufdatum."""
MAX_NAME_LENGTH = 200
"""Longer texts are no names of columns: they are not compared with any."""
MAX_SUGGESTIONS = 3
"""So many columns are suggested at most."""
UNRELATED_RANK = 4
"""The rank of a column that is not near at all."""
WORDS = re.compile(r"[\W_]+")
CAMEL_CASE = re.compile(r"(?<=[^\W_A-ZÄÖÜ])(?=[A-ZÄÖÜ])")
"""Where words of a name are parted, and where a capital begins one."""


def absent_column(name: str, argument: str, columns: Iterable[object], remedy: str = "") -> UnknownName:
    """Return the error that a column is not there; the nearest one is suggested, and how to pass it.

    Parameters
    ----------
    name : str
        The column that was looked for.
    argument : str
        The argument that names the column, or that is the table.
    columns : iterable
        The names of the columns there are; only text is suggested.
    remedy : str, optional
        What to do in place of the suggestion.
    """
    there: tuple[Any, ...] = tuple(columns)
    near = near_columns(name, there)
    return UnknownName(
        argument, name, there, remedy or _remedy(name, argument, near, there), _rule(name, argument, there)
    )


def _rule(name: str, argument: str, there: tuple[Any, ...]) -> str:
    if argument in TABLES:
        return f"have a column {short_repr(name)}; " + (
            f"there are {name_list(there)}" if there else "the table has no columns"
        )
    return (
        f"name one of {name_list(there)}; {short_repr(name)} is not there"
        if there
        else "name a column; the table has no columns"
    )


def _remedy(name: str, argument: str, near: list[str], there: tuple[Any, ...]) -> str:
    strange = tuple(column for column in there if not isinstance(column, str))
    if strange and not near:
        return f"Names of columns must be text, unlike {name_list(strange)}: data.columns = data.columns.map(str)."
    if not there:
        return "Pass a table with columns."
    asked = f"Did you mean {' or '.join(map(short_repr, near))}?" if near else ""
    return f"{asked} {_how_to_name(name, argument, near[0] if len(near) == 1 else '')}".strip()


def _how_to_name(name: str, argument: str, column: str) -> str:
    """Say how the column is named to the library; who typed the name knows where it goes."""
    if argument in TABLES:
        return (
            f"Rename {short_repr(column)} to {short_repr(name)}."
            if column
            else f"Rename your column to {short_repr(name)}."
        )
    if name in SYNONYMS:
        return f"Pass {argument}={short_repr(column)}." if column else f"Pass {argument}= with the name of your column."
    return ""


def near_columns(name: str, columns: Iterable[object]) -> list[str]:
    """Return the columns that may be meant, all that are as near as the nearest; none for a name that is no text."""
    if not isinstance(name, str) or len(name) > MAX_NAME_LENGTH:
        return []
    texts = [column for column in columns if isinstance(column, str)]
    close = get_close_matches(name, texts, n=1) or [
        text for text in texts if text.lower() in METRIC_NAMES.get(name, ())
    ]
    if close:
        return close[:MAX_SUGGESTIONS]
    ranks = {text: _rank(text, SYNONYMS.get(name, ())) for text in texts}
    best = min(ranks.values(), default=UNRELATED_RANK)
    return [text for text, rank in ranks.items() if rank == best < UNRELATED_RANK][:MAX_SUGGESTIONS]


def _rank(text: str, also: tuple[str, ...]) -> int:
    """Return how near a column is to other names: it is one, has one as a word, has a word that begins, ends with one.

    >>> [_rank(text, ("end", "datum")) for text in ("End", "endOfTime", "datum2", "kaufdatum", "gender")]
    [0, 1, 2, 3, 4]
    """
    words = WORDS.split(CAMEL_CASE.sub(" ", text).lower())
    stems = tuple(part for part in also if len(part) >= MIN_STEM_LENGTH or part in SHORT_STEMS)
    tests = (
        text.lower() in also,
        any(word in also for word in words),
        any(word.startswith(stems) for word in words),
        any(word.endswith(tuple(part for part in also if part in COMPOUND_HEADS)) for word in words),
    )
    return next((rank for rank, met in enumerate(tests) if met), UNRELATED_RANK)
