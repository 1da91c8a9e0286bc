"""Values of the library as JSON, and back."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.errors import InvalidArgument, InvalidType


def as_stored(fields: Mapping[str, Any]) -> str:
    """Return fields as JSON that any reader understands; dates among the keys are marked as such."""
    return json.dumps(fields, allow_nan=False, default=_date_object)


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


def _date_object(key: object) -> dict[str, str]:
    """Return a key that JSON has no type for: a date or time."""
    if not isinstance(key, date):
        raise InvalidType("keys", "be texts, whole numbers, booleans or dates to be stored", key)
    return {type(key).__name__: key.isoformat()}


def restore_date(key: Any) -> Any:
    """Return a key as it was before it was stored."""
    if not isinstance(key, dict):
        return key
    (kind, text), *_ = key.items()
    if kind == "Timestamp":
        return pd.Timestamp(text)
    return (datetime if kind == "datetime" else date).fromisoformat(text)


def json_safe(value: Any) -> Any:
    """Return a value that JSON has a word for: an undefined number is null, an infinite one its name, a date text."""
    if isinstance(value, Mapping):
        return {str(name): json_safe(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_safe(item) for item in value]
    if isinstance(value, np.generic):
        return json_safe(value.item())
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, date) and value == value:
        return value.isoformat()
    missing = type(value).__name__ in ("NAType", "NaTType")
    return None if missing else str(value)


def json_rows(frame: pd.DataFrame, measured: Sequence[str]) -> list[dict[str, Any]]:
    """Return the rows of a frame as plain dicts; counts are whole numbers, what is measured is not."""
    columns: dict[str, list[Any]] = {}
    for name in frame:
        cells = [json_safe(cell) for cell in frame[name]]
        numbers = [cell for cell in cells if isinstance(cell, float)]
        if name not in measured and all(number.is_integer() for number in numbers):
            cells = [int(cell) if isinstance(cell, float) else cell for cell in cells]
        columns[str(name)] = cells
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def json_record(fields: Mapping[str, Any], measured: Sequence[str]) -> dict[str, Any]:
    """Return named values as a plain dict; counts are whole numbers, what is measured is not."""
    plain = {name: json_safe(value) for name, value in fields.items()}
    whole = {name for name, value in plain.items() if isinstance(value, float) and value.is_integer()}
    return {name: int(value) if name in whole.difference(measured) else value for name, value in plain.items()}


def as_number(value: object) -> Any:
    """Return a number that :func:`json_safe` put into JSON."""
    return math.nan if value is None else float(value) if isinstance(value, str) else value
