"""The keys of a Kano table: the columns with which its frames begin, and the places of a feature."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING, Any

from kundenmetrik.core.results.groups import Groups, as_key
from kundenmetrik.errors import UnknownName

if TYPE_CHECKING:
    from kundenmetrik.kano.table import KanoTable

__all__ = ["key_columns", "places_of", "repeated_keys"]


def key_columns(table: KanoTable) -> dict[str, list[Any]]:
    """Return feature and ``by`` columns, one value a group."""
    groups = table.counts.groups
    return {name: [key[place] for key in groups.keys] for place, name in enumerate(groups.names)}


def repeated_keys(table: KanoTable, times: int) -> dict[str, list[Any]]:
    """Return the key columns with each group repeated, for frames with several rows a group."""
    return {name: [key for key in keys for _ in range(times)] for name, keys in key_columns(table).items()}


def places_of(groups: Groups, key: object) -> list[int]:
    """Return the places of a feature, or of a feature and the first of its other keys written as a tuple."""
    wanted = as_key(key)
    if all(isinstance(part, Hashable) for part in wanted):
        places = [place for place, own in enumerate(groups.keys) if own[: len(wanted)] == wanted]
        if places:
            return places
    features = dict.fromkeys(own[0] for own in groups.keys)
    raise UnknownName("feature", wanted[0] if len(wanted) == 1 else wanted, features)
