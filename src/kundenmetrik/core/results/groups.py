"""The groups of a table: named key columns and one key a group."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.core.checks import check_choice
from kundenmetrik.core.spelling import one_spelling
from kundenmetrik.errors import InvalidArgument, InvalidType, UnknownName

PERIOD = "period"
"""The key column of calendar periods."""

Key = tuple[Any, ...]
"""One value for each key column; None stands for a missing key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Named key columns and the key of each group, in order.

    Attributes
    ----------
    names : tuple of str
        The key columns; empty when everybody is one group.
    keys : tuple of tuple
        One key a group: a value for each column, None where the value is missing.
    """

    names: tuple[str, ...]
    keys: tuple[Key, ...]
    _positions: dict[Key, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._positions.update({key: place for place, key in enumerate(self.keys)})
        if len(self._positions) != len(self.keys):
            raise InvalidArgument("keys", "differ from each other", Counter(self.keys).most_common(1)[0][0])

    def __len__(self) -> int:
        return len(self.keys)

    def positions(self, keys: object) -> list[int]:
        """Return the places of some keys."""
        if isinstance(keys, str) or not isinstance(keys, Iterable):
            raise InvalidType("keys", "be a list of keys", keys)
        return [self.position(key, "keys") for key in keys]

    def position(self, key: object, argument: str = "key") -> int:
        """Return the place of a key; a single column's key may be written without its tuple."""
        wanted = as_key(key)
        known = all(isinstance(part, Hashable) for part in wanted)
        place = self._positions.get(wanted) if known else None
        if place is None and known:
            place = self._positions.get(tuple(one_spelling(part) if isinstance(part, str) else part for part in wanted))
        if place is None:
            raise UnknownName(
                argument,
                wanted[0] if len(wanted) == 1 else wanted,
                [one[0] if len(one) == 1 else one for one in self.keys],
            )
        return place

    def union(self, other: Groups) -> Groups:
        """Return the groups of both, sorted where both are sorted, else in order of appearance."""
        if self.names != other.names:
            raise InvalidArgument("the tables", f"have the same key columns {self.names}", other.names)
        if self.keys == other.keys:
            return self
        new = [key for key in other.keys if key not in self._positions]
        keys = [*self.keys, *new]
        if _is_sorted(self.keys) and _is_sorted(other.keys):
            keys.sort(key=_order)
        return Groups(names=self.names, keys=tuple(keys))

    def places(self, keys: Iterable[Key]) -> IntArray:
        """Return the place of each key, -1 where there is none."""
        return np.fromiter((self._positions.get(key, -1) for key in keys), dtype=np.intp)

    def margin(self, names: Sequence[str]) -> tuple[Groups, IntArray]:
        """Return the groups over some key columns only, and for each group here its place there."""
        columns = [self.names.index(check_choice(name, "by", self.names)) for name in names]
        shorter = [tuple(key[column] for column in columns) for key in self.keys]
        kept = Groups(names=tuple(names), keys=tuple(dict.fromkeys(shorter)) if names else ((),))
        return kept, kept.places(shorter)

    def columns(self) -> dict[str, Any]:
        """Return the key columns as lists, whole numbers with a missing one among them as Int64."""
        found = {name: [key[place] for key in self.keys] for place, name in enumerate(self.names)}
        return {name: _whole(values) if None in values else values for name, values in found.items()}

    def take(self, places: Iterable[int]) -> Groups:
        """Return some of the groups, by place."""
        return Groups(names=self.names, keys=tuple(self.keys[place] for place in places))


EVERYONE = Groups(names=(), keys=((),))


def as_key(key: object) -> Key:
    """Return a key as a tuple of plain values."""
    return tuple(plain(part) for part in key) if isinstance(key, tuple) else (plain(key),)


def plain(value: Any) -> Any:
    """Return a key's value as a plain Python value: numpy scalars unpacked, periods by their ISO name."""
    if isinstance(value, (str, int, type(None))):
        return value
    if hasattr(value, "freqstr") and hasattr(value, "ordinal"):
        return period_name(value)
    return value.item() if isinstance(value, np.generic) else value


def period_name(period: Any) -> str:
    """Return a pandas Period by its ISO name: 2026, 2026-Q1, 2026-03, 2026-W09 or 2026-03-01."""
    letter = period.freqstr[0]
    if letter == "Q":
        return f"{period.year}-Q{period.quarter}"
    if letter == "W":
        year, week, _ = period.start_time.isocalendar()
        return f"{year}-W{week:02d}"
    return str(period)


def _whole(values: list[Any]) -> Any:
    whole = {type(value) for value in values} == {int, type(None)} and max(map(abs, filter(None, values)), default=0)
    return pd.array(values, dtype="Int64") if whole is not False and whole < 2**63 else values


def _order(key: Key) -> tuple[Any, ...]:
    return tuple(
        (part is None, type(part).__name__ if not isinstance(part, (int, float)) else "", part) for part in key
    )


def _is_sorted(keys: Sequence[Key]) -> bool:
    orders = [_order(key) for key in keys]
    try:
        return all(first <= second for first, second in pairwise(orders))
    except TypeError:
        return False
