"""How estimates are read: the line of one, its row in a table, and many as rows and columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.checks import check_choice
from kundenmetrik.core.results.display import (
    base_text,
    decimals_for,
    display_name,
    interval_text,
    method_text,
    round_text,
    unit_text,
)
from kundenmetrik.core.results.groups import PERIOD

METRIC = "metric"
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


def pivot_frame(frame: pd.DataFrame, keys: tuple[str, ...], columns: str | None, values: str) -> pd.DataFrame:
    """Return one number with the keys of one column side by side, and the other keys as the index."""
    usual = PERIOD if PERIOD in keys else keys[-1] if len(keys) > 1 else METRIC
    across = usual if columns is None else columns
    check_choice(across, "columns", (*keys, METRIC))
    numbers = [name for name in frame.columns if name not in (*keys, METRIC)]
    check_choice(values, "values", numbers)
    several = across != METRIC and frame[METRIC].nunique() > 1
    down = [name for name in keys if name != across] + [METRIC] * several
    heads, head_of = _distinct(frame, [across])
    rows, row_of = _distinct(frame, down)
    cells = np.full((len(rows), len(heads)), np.nan, dtype=object)
    cells[row_of, head_of] = frame[values].to_numpy(dtype=object)
    index = pd.MultiIndex.from_tuples(rows, names=down) if len(down) > 1 else _index(rows, down)
    made = pd.DataFrame(cells, index=index, columns=_index(heads, [across]))
    return made.infer_objects()


def _distinct(frame: pd.DataFrame, names: list[str]) -> tuple[list[tuple[Any, ...]], list[int]]:
    """Return the distinct keys of some columns in the order in which they appear, and the place of each row's."""
    keys = list(zip(*(frame[name].astype(object) for name in names), strict=True)) if names else [()] * len(frame)
    plain = [tuple(None if part != part else part for part in key) for key in keys]
    places = {key: place for place, key in enumerate(dict.fromkeys(plain))}
    return list(places), [places[key] for key in plain]


def _index(keys: list[tuple[Any, ...]], names: list[str]) -> pd.Index[Any]:
    if not names:
        return pd.RangeIndex(len(keys))
    only: pd.Index[Any] = pd.Index([key[0] for key in keys], name=names[0])
    return only
