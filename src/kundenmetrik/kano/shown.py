"""How a Kano table looks in a notebook: few columns, rounded once."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from kundenmetrik.core.results.display import plain_number
from kundenmetrik.kano.categories.letters import LETTERS

if TYPE_CHECKING:
    import pandas as pd

    from kundenmetrik.kano.table import KanoTable

__all__ = ["shown"]


def shown(table: KanoTable) -> pd.DataFrame:
    """Return the columns a reader looks at first, as text."""
    frame = table.to_frame()
    counts = frame[["n", *LETTERS]].map(plain_number)
    for name in ("better", "worse"):
        limits = zip(frame[name], frame[f"{name}_low"], frame[f"{name}_high"], strict=True)
        counts[name] = [
            f"{value:.2f} ({low:.2f} to {high:.2f})" if value == value else "" for value, low, high in limits
        ]
    counts.insert(len(LETTERS) + 1, "category", frame["category"].fillna("").astype(str))
    counts.insert(len(LETTERS) + 2, "p_mode", ["" if math.isnan(p) else f"{p:.3f}" for p in frame["p_mode"]])
    return frame[list(table.counts.groups.names)].join(counts).assign(notes=frame["notes"])


def _interval(value: float, low: float, high: float) -> str:
    return "" if math.isnan(value) else f"{value:.2f} ({low:.2f} to {high:.2f})"
