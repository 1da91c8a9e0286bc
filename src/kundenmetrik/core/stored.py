"""Values of the library as JSON, and back."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from kundenmetrik.errors import InvalidArgument, InvalidType

__all__ = ["as_stored", "from_stored", "undated"]


def as_stored(fields: Mapping[str, Any]) -> str:
    """Return fields as JSON that any reader understands; dates among the keys are marked as such."""
    return json.dumps(fields, allow_nan=False, default=_dated)


def from_stored(text: object, what: str, names: Iterable[str]) -> dict[str, Any]:
    """Return the fields that were stored; anything else than version 1 with exactly these names is refused."""
    if not isinstance(text, (str, bytes)):
        raise InvalidType("text", f"be {what} stored as JSON", text)
    try:
        stored = json.loads(text)
    except (ValueError, RecursionError):
        stored = None
    if not isinstance(stored, dict) or set(stored) != set(names) or stored.get("version", 1) != 1:
        raise InvalidArgument("text", f"be {what} stored by this library, version 1")
    return stored


def _dated(key: object) -> dict[str, str]:
    """Return a key that JSON has no type for: a date or time."""
    if not isinstance(key, date):
        raise InvalidType("keys", "be texts, whole numbers, booleans or dates to be stored", key)
    return {type(key).__name__: key.isoformat()}


def undated(key: Any) -> Any:
    """Return a key as it was before it was stored."""
    if not isinstance(key, dict):
        return key
    (kind, text), *_ = key.items()
    if kind == "Timestamp":
        import pandas as pd

        return pd.Timestamp(text)
    return (datetime if kind == "datetime" else date).fromisoformat(text)
