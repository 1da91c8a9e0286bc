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
from kundenmetrik.frozen import FrozenMapping

FORMAT = 2
"""The format in which results are stored. It rises when a field that changes what is read is added or gone."""


def as_stored(fields: Mapping[str, Any]) -> str:
    """Return fields as JSON that any reader understands; dates among the keys are marked as such."""
    return json.dumps(fields, allow_nan=False, default=_date_object)


def from_stored(text: object, what: str, required: Iterable[str]) -> dict[str, Any]:
    """Return the fields that were stored, of this format or an earlier one; fields beyond those required may be there.

    Refused is what lacks a required field, or has a later format: this version cannot know what its fields mean.
    """
    if not isinstance(text, (str, bytes)):
        raise InvalidType("text", f"be {what} stored as JSON", text)
    try:
        stored = json.loads(text, parse_constant=_refuse_constant, object_pairs_hook=_unlike_names)
    except (ValueError, RecursionError):
        stored = None
    if not isinstance(stored, dict):
        raise InvalidArgument("text", f"be {what} stored by this library")
    version = stored.get("version", 1)
    if isinstance(version, bool) or not isinstance(version, int) or not 1 <= version <= FORMAT:
        remedy = "A later version of kundenmetrik has stored it: update this one."
        late = isinstance(version, int) and version > FORMAT
        raise InvalidArgument("text", f"have a format from 1 to {FORMAT}", version, remedy if late else "")
    missing = [name for name in required if name not in stored]
    if missing:
        raise InvalidArgument("text", f"be {what} stored by this library; it lacks {', '.join(missing)}")
    return stored


def _unlike_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of JSON; a name that is given twice says two things."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError("a name is given twice")
    return made


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _date_object(key: object) -> dict[str, str]:
    """Return a key that JSON has no type for: a date or time."""
    if not isinstance(key, date):
        raise InvalidType("keys", "be texts, whole numbers, booleans or dates to be stored", key)
    return {type(key).__name__: key.isoformat()}


def restore_date(key: Any) -> Any:
    """Return a key as it was before it was stored."""
    if not isinstance(key, dict):
        return key
    kind, text = next(iter(key.items()), ("", ""))
    try:
        if kind == "Timestamp":
            return pd.Timestamp(text)
        return {"datetime": datetime, "date": date}[kind].fromisoformat(text)
    except (KeyError, TypeError, ValueError):
        raise InvalidArgument("text", "hold dates in ISO 8601 in its keys", key) from None


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


def json_rows(
    frame: pd.DataFrame, measured: Sequence[str], details: Mapping[str, Sequence[Any]] = FrozenMapping({})
) -> list[dict[str, Any]]:
    """Return the rows of a frame as plain dicts; counts are whole numbers, what is measured is not, notes are lists.

    What is known in more detail than the frame tells replaces its columns.
    """
    columns: dict[str, list[Any]] = {}
    for name in frame:
        cells = [json_safe(cell) for cell in frame[name]]
        numbers = [cell for cell in cells if isinstance(cell, float)]
        if name not in measured and all(number.is_integer() for number in numbers):
            cells = [int(cell) if isinstance(cell, float) else cell for cell in cells]
        if name == "notes":
            cells = [cell.split(", ") if cell else [] for cell in cells]
        columns[str(name)] = cells
    columns |= {name: [json_safe(cell) for cell in cells] for name, cells in details.items()}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def json_record(fields: Mapping[str, Any], measured: Sequence[str]) -> dict[str, Any]:
    """Return named values as a plain dict; counts are whole numbers, what is measured is not."""
    plain = {name: json_safe(value) for name, value in fields.items()}
    whole = {name for name, value in plain.items() if isinstance(value, float) and value.is_integer()}
    return {name: int(value) if name in whole.difference(measured) else value for name, value in plain.items()}


def as_number(value: object) -> Any:
    """Return a number that :func:`json_safe` put into JSON."""
    if isinstance(value, str):
        return float(value)
    if isinstance(value, bool) or not isinstance(value, (int, float, type(None))):
        raise TypeError(f"{value!r} is no number")
    return math.nan if value is None else value
