"""One metric of a table as columns: its numbers for all groups at once, and its rows in the tidy frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from kundenmetrik.core.results.table import EstimateTable

__all__ = ["column_of", "frame_of"]


def column_of(table: EstimateTable, place: int) -> dict[str, Any]:
    """Return value, low, high, n, excluded and notes of every group; nothing where a group is hidden."""
    metric, counts = table.metrics[place], table.tallies[place]
    low, high = metric.limits(counts, table.confidence)
    numbers = {"value": metric.values(counts), "low": low, "high": high}
    column: dict[str, Any] = {name: np.where(table.blank, np.nan, array) for name, array in numbers.items()}
    lost = sum(counts.excluded.values(), np.zeros(len(table), np.int64))
    for name, array in (("n", metric.base(counts)), ("excluded", lost)):
        column[name] = np.where(table.hidden, np.nan, array) if table.hidden.any() else array
    return column | {"notes": _notes(table, place)}


def frame_of(table: EstimateTable, place: int, column: dict[str, Any]) -> pd.DataFrame:
    """Return the rows of one metric: keys, numbers, provenance."""
    import pandas as pd

    metric = table.metrics[place]
    rest = {
        "unit": metric.unit_name,
        "confidence": table.confidence,
        "method": metric.interval_method,
        "notes": [", ".join(codes) for codes in column["notes"]],
        "definition": metric.definition_name,
    }
    numbers = {name: column[name] for name in ("value", "low", "high", "n", "excluded")}
    return pd.DataFrame({**table.groups.columns(), "metric": metric.label, **numbers, **rest}, index=range(len(table)))


def _notes(table: EstimateTable, place: int) -> list[tuple[str, ...]]:
    metric = table.metrics[place]
    always = table.told[metric.label]
    codes: list[list[str]] = [[] for _ in range(len(table))]
    for code, where in {
        **metric.notes(table.tallies[place]),
        **table.void,
        **table.marked.get(metric.label, {}),
    }.items():
        for group in np.flatnonzero(where):
            codes[group].append(code)
    return [("suppressed",) if hidden else (*own, *always) for own, hidden in zip(codes, table.hidden, strict=True)]
