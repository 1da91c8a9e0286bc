"""JSON schemas of what ``to_dict`` returns, for the descriptions of interfaces."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

TEXT: dict[str, Any] = {"type": "string"}
NUMBER: dict[str, Any] = {
    "anyOf": [{"type": "number"}, {"type": "string", "enum": ["Infinity", "-Infinity"]}, {"type": "null"}]
}
TEXTS: dict[str, Any] = {"type": "array", "items": TEXT}
TOTALS: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "integer"}}
CELL: dict[str, Any] = {"anyOf": [TEXT, {"type": "number"}, {"type": "boolean"}, TEXTS, TOTALS, {"type": "null"}]}
FIELDS: dict[str, dict[str, Any]] = {
    **dict.fromkeys(("metric", "definition", "unit", "method", "baseline", "adjust", "headline"), TEXT),
    **dict.fromkeys(("value", "low", "high", "n", "n_raw", "n_baseline"), NUMBER),
    **dict.fromkeys(("baseline_value", "difference", "p_value", "p_adjusted"), NUMBER),
    **dict.fromkeys(("excluded", "excluded_baseline"), TOTALS),
    "confidence": {"type": "number"},
    "clear": {"type": "boolean"},
    "notes": TEXTS,
}
"""The fields that several results share."""


def record_schema(kind: type, names: Iterable[str], **further: Any) -> dict[str, Any]:
    """Return the schema of an object with named fields; the first sentence of the class describes it."""
    described = {"title": kind.__name__, "description": (kind.__doc__ or "").split("\n\n")[0]}
    return {**described, **_object({**{name: FIELDS[name] for name in names}, **further})}


def rows_schema(names: Iterable[str]) -> dict[str, Any]:
    """Return the schema of rows that have some columns at least, and key columns beside them."""
    return {"type": "array", "items": {**_object({name: FIELDS[name] for name in names}), "additionalProperties": CELL}}


def add_properties(schema: dict[str, Any], further: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object that has further fields."""
    return {**schema, **_object({**schema["properties"], **further})}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}
