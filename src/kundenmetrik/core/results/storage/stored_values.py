"""Results as plain JSON values and back: frozen dataclasses of the library, arrays, frames, dates.

No function is ever stored or looked up: a reader builds values of the library's own classes and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time, timedelta
from importlib import import_module
from typing import Any

import numpy as np

from kundenmetrik.core.results.storage.former_formats import MOVED
from kundenmetrik.core.results.storage.stored_columns import COLUMN_READERS, from_column, to_column
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frozen import FrozenMapping

HOUSE = "kundenmetrik."
"""Only classes of this library are built."""
TAG = "$type"
"""The key of an object that says what it stands for."""


def to_plain(value: Any) -> Any:
    """Return a value as JSON has it: an object with a tag for what JSON has no word for."""
    if value is None or isinstance(value, (bool, str, int)):
        return value
    if isinstance(value, np.generic) and value.dtype.kind in "biufU":
        return to_plain(value.item())
    if isinstance(value, float):
        return value if math.isfinite(value) else {TAG: "float", "value": repr(value)}
    if isinstance(value, list):
        return [to_plain(item) for item in value]
    if isinstance(value, FrozenMapping):
        return {TAG: "frozen", "of": to_plain(dict(value))}
    if isinstance(value, Mapping):
        if all(isinstance(key, str) and key != TAG for key in value):
            return {key: to_plain(item) for key, item in value.items()}
        return {TAG: "mapping", "items": [[to_plain(key), to_plain(item)] for key, item in value.items()]}
    if isinstance(value, (tuple, set, frozenset)) and not hasattr(value, "_fields"):
        kind = "tuple" if isinstance(value, tuple) else "set"
        return {TAG: kind, "items": [to_plain(item) for item in (value if kind == "tuple" else sorted(value))]}
    return _moment(value) or to_column(value, TAG, to_plain) or _object(value)


def from_plain(value: Any) -> Any:
    """Return what :func:`to_plain` stored."""
    if isinstance(value, list):
        return [from_plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if TAG not in value:
        return {key: from_plain(item) for key, item in value.items()}
    kind = value[TAG]
    if kind in COLUMN_READERS:
        return from_column(value, TAG, from_plain)
    return READERS[kind](value) if kind in READERS else _build(value)


def _moment(value: Any) -> dict[str, Any] | None:
    """Return a date, a time or a length of time; None for anything else."""
    if isinstance(value, timedelta) and type(value) is timedelta:
        return {TAG: "timedelta", "days": value.days, "seconds": value.seconds, "microseconds": value.microseconds}
    for kind in (datetime, date, time):
        if type(value) is kind:
            zone = getattr(getattr(value, "tzinfo", None), "key", "")
            return {TAG: kind.__name__, "value": value.isoformat(), **({"zone": zone} if zone else {})}
    return None


def _read_datetime(stored: dict[str, Any]) -> datetime:
    moment = datetime.fromisoformat(stored["value"])
    if "zone" not in stored:
        return moment
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo(stored["zone"]))


def _object(value: Any) -> dict[str, Any]:
    """Return a value of one of the library's classes by its fields."""
    kind = type(value)
    if not kind.__module__.startswith(HOUSE) or isinstance(value, type):
        remedy = "A class of your own cannot be read back: of a table of your own metric keep table.counts."
        raise InvalidType("result", "hold plain values to be stored as JSON", value, remedy)
    if hasattr(value, "_fields_to_store"):
        held = value._fields_to_store()
    elif is_dataclass(value):
        held = {item.name: getattr(value, item.name) for item in fields(value) if item.init}
    elif hasattr(value, "_fields"):
        held = value._asdict()
    else:
        raise InvalidType("result", "hold plain values to be stored as JSON", value)
    name = f"{kind.__module__.removeprefix(HOUSE)}:{kind.__qualname__}"
    return {TAG: name, "fields": {item: to_plain(part) for item, part in held.items()}}


def _build(stored: dict[str, Any]) -> Any:
    """Return the value of the library's class that was stored by its fields."""
    home = str(stored[TAG])
    module, _, name = MOVED.get(home, home).partition(":")
    try:
        kind = getattr(import_module(HOUSE + module), name)
    except (ImportError, AttributeError):
        kind = None
    known = isinstance(kind, type) and kind.__module__ == HOUSE + module
    if not known or not (is_dataclass(kind) or hasattr(kind, "_fields_to_store") or hasattr(kind, "_fields")):
        raise InvalidArgument("text", "hold values of this library only", stored[TAG])
    held = {item: from_plain(part) for item, part in stored["fields"].items()}
    build: Callable[..., Any] = getattr(kind, "_from_stored_fields", kind)
    return build(**held)


READERS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "float": lambda stored: float(stored["value"]),
    "mapping": lambda stored: {from_plain(key): from_plain(item) for key, item in stored["items"]},
    "frozen": lambda stored: FrozenMapping(from_plain(stored["of"])),
    "tuple": lambda stored: tuple(map(from_plain, stored["items"])),
    "set": lambda stored: frozenset(map(from_plain, stored["items"])),
    "timedelta": lambda stored: timedelta(stored["days"], stored["seconds"], stored["microseconds"]),
    "datetime": _read_datetime,
    "date": lambda stored: date.fromisoformat(stored["value"]),
    "time": lambda stored: time.fromisoformat(stored["value"]),
}
"""How each kind of plain value is read back."""
