"""One metric of a table as columns: its numbers for all groups at once, and its rows in the tidy frame."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.core.results.metric import Metric

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["metric_columns", "metric_frame"]


def metric_columns(
    metric: Metric, counts: Counts, confidence: float, *, suppressed: BoolArray, undefined: BoolArray
) -> dict[str, Any]:
    """Return value, low, high, n and excluded of every group; nothing where a group is suppressed."""
    low, high = metric.limits(counts, confidence)
    numbers = {"value": metric.values(counts), "low": low, "high": high}
    columns: dict[str, Any] = {name: np.where(undefined, np.nan, array) for name, array in numbers.items()}
    lost = sum(counts.excluded.values(), np.zeros(len(counts), np.int64))
    for name, array in (("n", metric.base(counts)), ("excluded", lost)):
        columns[name] = np.where(suppressed, np.nan, array) if suppressed.any() else array
    return columns


def metric_frame(groups: Groups, metric: Metric, confidence: float, columns: dict[str, Any]) -> pd.DataFrame:
    """Return the rows of one metric: keys, numbers, provenance."""
    import pandas as pd

    rest = {
        "unit": metric.unit_name,
        "confidence": confidence,
        "method": metric.interval_method,
        "notes": [", ".join(codes) for codes in columns["notes"]],
        "definition": metric.definition_name,
    }
    numbers = {name: columns[name] for name in ("value", "low", "high", "n", "excluded")}
    return pd.DataFrame({**groups.columns(), "metric": metric.label, **numbers, **rest}, index=range(len(groups)))
