"""A mapping that cannot be changed, so that a frozen record is frozen all the way down."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

__all__ = ["FrozenAttributes"]


class FrozenAttributes(Mapping[str, object]):
    """An immutable mapping of names to plain values; equal to any mapping with the same items.

    Parameters
    ----------
    items : mapping of str to object
        What it holds; the mapping is copied.
    """

    __slots__ = ("_items",)

    _items: dict[str, object]

    def __init__(self, items: Mapping[str, object]) -> None:
        object.__setattr__(self, "_items", dict(items))

    def __getitem__(self, name: str) -> object:
        return self._items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return repr(self._items)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"attributes are immutable; {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"attributes are immutable; {name} cannot be deleted")

    def __reduce__(self) -> tuple[type[FrozenAttributes], tuple[dict[str, object]]]:
        return FrozenAttributes, (dict(self._items),)
