"""How messages write values and names: short, and in types that JSON can hold."""

from __future__ import annotations

from math import isfinite

MAX_NAMES = 20
"""How many of the available names a message shows."""
MAX_CHARACTERS = 40
"""How many characters of one value a message shows."""


def json_safe(value: object) -> object:
    """Return a value as JSON can hold it: missing or endless as None, a time in ISO 8601, else a short text."""
    plain = value.item() if hasattr(value, "item") and getattr(value, "ndim", 0) == 0 else value
    if isinstance(plain, (bool, str, type(None))):
        return plain
    if isinstance(plain, int):
        return plain if abs(plain) <= 2**53 else str(plain)
    if isinstance(plain, float):
        return plain if isfinite(plain) else None
    if hasattr(plain, "isoformat"):
        return None if plain != plain else str(plain.isoformat())
    return short_repr(plain)


def short_repr(value: object) -> str:
    """Return a value as a message shows it: its repr, cut to a bounded length."""
    text = repr(int(value) if isinstance(value, float) and value.is_integer() else value)
    return text if len(text) <= MAX_CHARACTERS else f"{text[: MAX_CHARACTERS - 1]}…"


def name_list(names: tuple[object, ...]) -> str:
    """Return names as a message shows them: the first of many."""
    first = ", ".join(map(short_repr, names[:MAX_NAMES])) or "nothing"
    return first if len(names) <= MAX_NAMES else f"{first} ... and {len(names) - MAX_NAMES:,} more"
