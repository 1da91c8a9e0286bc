"""Numbers and fields as people read them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

from kundenmetrik.frozen import FrozenMapping

__all__ = ["html_table", "noted", "noted_html", "plain_number", "plain_p"]

NONE: Mapping[str, int] = FrozenMapping({})


def plain_number(value: float) -> str:
    """Return a number as a person reads it: about four significant digits, thousands apart, no exponent."""
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        return str(value)
    if float(value).is_integer():
        return f"{int(value):,}"
    digits = min(max(3 - math.floor(math.log10(abs(value))), 1), 8)
    return f"{value:,.{digits}f}"


def html_table(fields: Mapping[str, object]) -> str:
    """Return fields as an HTML table of two columns, escaped, without those that are empty."""
    rows = {name: _shown(value) for name, value in fields.items() if value not in ({}, [], None)}
    cells = (
        f"<tr><th style='text-align:left'>{escape(name)}</th><td>{escape(text)}</td></tr>"
        for name, text in rows.items()
    )
    return f"<table>{''.join(cells)}</table>"


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {count:,}" for name, count in value.items())
    if isinstance(value, list):
        return ", ".join(value)
    return plain_number(value) if isinstance(value, (int, float)) else str(value)


def noted(notes: Sequence[str], excluded: Mapping[str, int] = NONE) -> str:
    """Return the lines under a table, of rows left out and of note codes; nothing where there is none."""
    lost = ", ".join(f"{reason} {count:,}" for reason, count in excluded.items() if count)
    return (f"\nexcluded: {lost}" if lost else "") + (f"\nnotes: {', '.join(notes)}" if notes else "")


def noted_html(notes: Sequence[str], excluded: Mapping[str, int] = NONE) -> str:
    """Return the same lines as paragraphs of HTML."""
    return "".join(f"<p>{escape(line)}</p>" for line in noted(notes, excluded).splitlines() if line)


def plain_p(p_value: float) -> str:
    """Return a p-value as a person reads it."""
    return "nan" if math.isnan(p_value) else f"{p_value:.2g}" if p_value >= 0.0001 else "< 0.0001"
