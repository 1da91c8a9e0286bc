"""Values of the library as JSON, and back."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from kundenmetrik.errors import InvalidArgument, InvalidType

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["as_number", "as_stored", "from_stored", "json_safe", "rows_as_json", "undated"]


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


def json_safe(value: object) -> object:
    """Return a value that JSON has a word for: an undefined number is null, an infinite one its name."""
    if isinstance(value, dict):
        return {name: json_safe(item) for name, item in value.items()}
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    item = getattr(value, "item", None)
    return item() if callable(item) else value


def rows_as_json(frame: pd.DataFrame) -> str:
    """Return the rows of a frame as a JSON list of objects."""
    rows = [{str(name): json_safe(cell) for name, cell in row.items()} for row in frame.to_dict("records")]
    return json.dumps(rows, allow_nan=False, default=str)


def as_number(value: object) -> Any:
    """Return a number that :func:`json_safe` put into JSON."""
    return math.nan if value is None else float(value) if isinstance(value, str) else value
