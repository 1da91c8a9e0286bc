"""How an estimate is read: its line, and its row in a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from kundenmetrik.core.results.display import (
    base_text,
    decimals_for,
    display_name,
    interval_text,
    method_text,
    round_text,
    unit_text,
)

SHOWN = (
    *("metric", "definition", "value", "low", "high", "n"),
    *("n_raw", "unit", "confidence", "method", "excluded", "notes"),
)
"""The fields that are shown and stored, in order."""
MEASURED = ("value", "low", "high", "confidence")
"""The fields that are no counts."""
COLUMNS = ("metric", "value", "low", "high", "n", "excluded", "unit", "confidence", "method", "notes", "definition")
"""The columns of the frame."""


def estimate_line(fields: Mapping[str, Any]) -> str:
    """Return the fields of an estimate in a line, rounded for reading."""
    name, value, low, high = (fields[field] for field in ("metric", "value", "low", "high"))
    n, n_raw = fields["n"], fields["n_raw"]
    base = f"n = {base_text(n)}" + (f" of {n_raw:,} rows" if n_raw != n == n else "")
    if value != value:
        return f"{display_name(name)} undefined, {base}"
    decimals = decimals_for(low, high)
    level = f"{display_name(name)} {round_text(value, decimals)} {unit_text(fields['unit'])}".rstrip()
    interval = interval_text(low, high, fields["confidence"], decimals)
    method = f" ({method_text(fields['method'])})" if fields["method"] else ""
    return f"{level}, {interval}, {base}{method}"


def estimate_frame(fields: Mapping[str, Any]) -> pd.DataFrame:
    """Return the fields of an estimate as the row of a tidy table."""
    told = {**fields, "excluded": sum(fields["excluded"].values()), "notes": ", ".join(fields["notes"])}
    return pd.DataFrame([{name: told[name] for name in COLUMNS}])
