"""A column that is not there: which one may be meant, and how to say so."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from kundenmetrik.errors import UnknownName, listed

__all__ = ["absent_column"]

TABLES = frozenset({"answers", "counts", "customers", "data", "interactions"})
"""Arguments that are tables with columns of fixed names; every other one names the column."""

ALSO: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "customer_id": ("customer", "kund", "client", "user", "member"),
        "occurred_at": ("datum", "date", "zeit", "time", "tag", "day"),
        "acquired_at": ("datum", "date", "seit", "since", "start", "beginn"),
        "churned_at": ("ende", "end", "kündig", "cancel"),
        "amount": ("betrag", "umsatz", "preis", "revenue", "price"),
        "kind": ("art", "typ"),
        "score": ("antwort", "answer", "rating", "note", "wert"),
    }
)
"""How a column is also called, in part, by the name that is looked for where none is given."""


def absent_column(name: str, argument: str, columns: Iterable[object], remedy: str = "") -> UnknownName:
    """Return the error that a column is not there; the nearest one is suggested, and how to pass it.

    Parameters
    ----------
    name : str
        The column that was looked for.
    argument : str
        The argument that names the column, or that is the table.
    columns : iterable of str
        The columns there are.
    remedy : str, optional
        What to do in place of the suggestion.
    """
    there = tuple(map(str, columns))
    close = get_close_matches(name, there, n=1)
    near = close or [column for column in there if any(part in column.lower() for part in ALSO.get(name, ()))]
    asked = f"Did you mean {near[0]!r}?" if near else ""
    if argument in TABLES:
        rule = f"have a column {name!r}; there are {listed(there)}"
        how = f"Rename {near[0]!r} to {name!r}." if near else f"Rename your column to {name!r}."
    else:
        rule = f"name one of {listed(there)}; {name!r} is not there"
        usual = f"Pass {argument}={near[0]!r}." if near else f"Pass {argument}= with the name of your column."
        how = usual if name in ALSO else ""  # who typed the name knows where it goes
    return UnknownName(argument, name, there, remedy or f"{asked} {how}".strip(), rule)
