"""The key columns with which every frame about a Kano table begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kundenmetrik.kano.table import KanoTable

__all__ = ["key_columns", "repeated_keys"]


def key_columns(table: KanoTable) -> dict[str, list[Any]]:
    """Return feature and ``by`` columns, one value a group."""
    groups = table.counts.groups
    return {name: [key[place] for key in groups.keys] for place, name in enumerate(groups.names)}


def repeated_keys(table: KanoTable, times: int) -> dict[str, list[Any]]:
    """Return the key columns with each group repeated, for frames with several rows a group."""
    return {name: [key for key in keys for _ in range(times)] for name, keys in key_columns(table).items()}
