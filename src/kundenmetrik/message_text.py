"""How messages write values and names: short, and in types that JSON can hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from math import isfinite

MAX_NAMES = 20
"""How many of the available names a message shows."""
MAX_NAMES_LENGTH = 400
"""How many characters they take at most."""
MAX_CHARACTERS = 40
"""How many characters of one value a message shows; a longer text is no label and is not shown."""
MAX_BYTES = 1_000
"""How long a message is at most."""
ROOM_FOR_MORE = 50
"""The bytes of it that a line on further faults takes."""
UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
"""Characters that command a terminal or turn the direction of a line, and halves of characters."""

_SHOWING: ContextVar[bool] = ContextVar("showing_values", default=False)


@contextmanager
def showing_values() -> Iterator[None]:
    """Let errors show ids, names and free text, too, which they otherwise name by their row only.

    Yields
    ------
    None
        While the block runs; it is own to each thread and task, and ends with the block.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> with km.errors.showing_values():
    ...     km.clv.Purchases.from_summary([1, 0], [2, 0], [9, 9], unit="week", customer_id=["anna", "anna"])
    Traceback (most recent call last):
    kundenmetrik.errors.InvalidData: customer_id must be there once; 1 of 2 is not (row 1: 'anna'). Merge the rows of
    one customer first.
    """
    token = _SHOWING.set(True)
    try:
        yield
    finally:
        _SHOWING.reset(token)


def shows_values() -> bool:
    """Return whether errors show ids, names and free text."""
    return _SHOWING.get()


def printable(text: str) -> str:
    """Return a text in which what would command a terminal is spelled out; lines stay lines."""
    return UNPRINTABLE.sub(lambda found: ascii(found[0])[1:-1], text)


def shorten(text: str) -> str:
    """Return a message in full if it is short, else as far as it may be long."""
    text = printable(text)
    if len(text.encode()) <= MAX_BYTES:
        return text
    return f"{text.encode()[: MAX_BYTES - 3].decode(errors='ignore')}…"


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


def lines_in_room(lines: list[str], count: int) -> str:
    """Return lines on faults as far as a message has room, and how many faults are left out."""
    shown = list(lines)
    while len(shown) > 1 and len("\n".join(shown).encode("utf-8", "replace")) > MAX_BYTES - ROOM_FOR_MORE:
        shown.pop()
    if more := count - len(shown):
        shown.append(f"... and {more:,} more {'rule is' if more == 1 else 'rules are'} broken")
    return "\n".join(shown)


def short_repr(value: object) -> str:
    """Return a value as a message shows it: its repr, of a bounded length; of what is longer only what it is."""
    if isinstance(value, str):
        label = len(value) <= MAX_CHARACTERS or shows_values()
        return printable(repr(value)) if label else f"a text of {len(value):,} letters"
    shape = getattr(value, "shape", ())
    if isinstance(shape, tuple) and shape:
        return f"{type(value).__name__} of {' x '.join(map(str, shape))}"
    try:
        text = repr(int(value) if isinstance(value, float) and value.is_integer() else value)
    except Exception:  # noqa: BLE001 - a type of the caller's may fail in any way, and whole numbers have a longest text
        return f"a {type(value).__name__}"
    text = printable(" ".join(text.split()))
    return text if len(text) <= MAX_CHARACTERS else f"{text[: MAX_CHARACTERS - 1]}…"


def name_list(names: tuple[object, ...]) -> str:
    """Return names as a message shows them: the first of many."""
    shown, length = 0, 0
    for name in names[:MAX_NAMES]:
        length += len(short_repr(name)) + 2
        if shown and length > MAX_NAMES_LENGTH:
            break
        shown += 1
    first = ", ".join(map(short_repr, names[:shown])) or "nothing"
    return first if len(names) == shown else f"{first} ... and {len(names) - shown:,} more"
