"""The one read-only mapping: equal to any mapping with the same items and, unlike a mapping proxy, fit for pickle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

Value = TypeVar("Value")


class FrozenMapping(Mapping[str, Value]):
    """A read-only mapping of names to values, as records and results hold them.

    Parameters
    ----------
    items : mapping of str to object
        What it holds; the mapping is copied.
    """

    __slots__ = ("_items",)

    _items: dict[str, Value]

    def __init__(self, items: Mapping[str, Value]) -> None:
        object.__setattr__(self, "_items", dict(items))

    def __getitem__(self, name: str) -> Value:
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
        raise AttributeError(f"a FrozenMapping is immutable; {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a FrozenMapping is immutable; {name} cannot be deleted")

    def __reduce__(self) -> tuple[type[FrozenMapping[Any]], tuple[dict[str, Value]]]:
        return FrozenMapping, (dict(self._items),)
