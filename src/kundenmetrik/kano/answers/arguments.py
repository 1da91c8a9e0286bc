"""Names of columns and features as arguments."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Any

from kundenmetrik.errors import InvalidType, UnknownName


def column_names(value: object, argument: str) -> list[str]:
    """Return the names of columns: none, one or a sequence of them."""
    if value is None:
        return []
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, Sequence) or not all(isinstance(name, str) for name in names):
        raise InvalidType(argument, "name a column or several", value)
    return list(names)


def one_column(value: object, argument: str) -> list[str]:
    """Return the name of one column in a list, which is empty without one."""
    if value is not None and not isinstance(value, str):
        raise InvalidType(argument, "name a column", value)
    return [] if value is None else [value]


def check_feature(value: object, argument: str, features: Iterable[Any]) -> Any:
    """Return a feature that is there, or suggest the nearest one."""
    known = tuple(features)
    if not isinstance(value, Hashable) or value not in known:
        raise UnknownName(argument, value, known)
    return value
