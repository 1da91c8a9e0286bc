"""Every group of a table against a baseline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.core.checks import check_choice
from kundenmetrik.core.results.baselines import baseline_pairs
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.difference import COMPARED, EXCLUDED, ROW
from kundenmetrik.core.results.display import display_name
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.core.results.measured_groups import MeasuredGroups
from kundenmetrik.core.results.metric import Metric
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.multiplicity import ADJUSTMENTS, adjust_p_values

BESIDE = ("method", "notes", *EXCLUDED)
"""What the frame has at its end, or not at all."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class DifferenceTable(Result):
    """The differences of groups from their baseline, with intervals and adjusted p-values.

    Attributes
    ----------
    groups : Groups
        The groups compared.
    baselines : tuple of str
        What each group was compared with, in words of its key.
    columns : tuple
        For each metric the arrays value, baseline_value, difference, low, high, p_value, p_adjusted, clear, n and
        n_baseline.
    metrics : tuple of Metric
        The metrics, in order.
    confidence : float
        The confidence of each single interval.
    adjust : str or None
        The adjustment of the p-values.
    """

    _chart: ClassVar[str] = "differences"

    _estimated: ClassVar[tuple[str, ...]] = COMPARED
    _row_fields: ClassVar[tuple[str, ...]] = ROW

    groups: Groups
    baselines: tuple[str, ...]
    columns: tuple[dict[str, Any], ...]
    metrics: tuple[Metric, ...]
    confidence: float
    adjust: str | None

    def __len__(self) -> int:
        return len(self.groups)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Go through the rows of the tidy table as dicts."""
        yield from self.to_frame().to_dict("records")  # type: ignore[misc]

    @property
    def notes(self) -> tuple[str, ...]:
        """The note codes of all rows."""
        codes = (code for column in self.columns for said in column["notes"] for code in said.split(", "))
        return tuple(dict.fromkeys(filter(None, codes)))

    @property
    def headline(self) -> str:
        """Which metrics are compared, with what, and how many differences are clear."""
        names = ", ".join(display_name(metric.label) for metric in self.metrics)
        against = dict.fromkeys(self.baselines)
        what = next(iter(against)) if len(against) == 1 else "their baselines"
        size, clear = len(self) * len(self.metrics), sum(int(column["clear"].sum()) for column in self.columns)
        return f"{names} against {what}: {size:,} comparison{'s' * (size != 1)}, {clear:,} clear"

    def _display_frame(self) -> pd.DataFrame:
        """Return the rows with the numbers that are read first."""
        return self.to_frame().drop(columns=["p_value", "n", "n_baseline"])

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each metric and group compared.

        Returns
        -------
        pandas.DataFrame
            The key columns, metric, baseline, value, baseline_value, difference (the first less the second), low and
            high (its limits), p_value, p_adjusted, clear (whether p_adjusted is below what the confidence leaves), n,
            n_baseline, unit, confidence, method, adjust, notes, definition.
        """
        keys = self.groups.columns()
        frames = [
            pd.DataFrame(
                {
                    **keys,
                    "metric": metric.label,
                    "baseline": list(self.baselines),
                    **{name: array for name, array in column.items() if name not in BESIDE},
                    "unit": metric.unit_name,
                    "confidence": self.confidence,
                    "method": column["method"],
                    "adjust": self.adjust or "none",
                    "notes": column["notes"],
                    "definition": metric.definition_name,
                },
                index=range(len(self)),
            )
            for metric, column in zip(self.metrics, self.columns, strict=True)
        ]
        return pd.concat(frames, ignore_index=True)

    def _row_details(self) -> dict[str, list[Any]]:
        """Return what was excluded from each group and from its baseline, where it is known."""
        nothing: list[Mapping[str, int]] = [{}] * len(self)
        return {name: [lost for one in self.columns for lost in one.get(name, nothing)] for name in EXCLUDED}


def difference_table(table: MeasuredGroups, *, baseline: object, adjust: str | None) -> DifferenceTable:
    """Return every group of a table against its baseline."""
    if adjust is not None:
        check_choice(adjust, "adjust", ADJUSTMENTS)
    pairs = baseline_pairs(table, baseline)
    columns = tuple(
        {
            **_column(metric, counts.take(pairs.places), second, table.confidence, adjust),
            "excluded": counts.take(pairs.places)._excluded_by_group(),
            "excluded_baseline": lost,
        }
        for metric, counts, second, lost in zip(
            table.metrics, table.tallies, pairs.baselines, pairs.excluded, strict=True
        )
    )
    return DifferenceTable(
        groups=table.groups.take(pairs.places),
        baselines=pairs.names,
        columns=columns,
        metrics=table.metrics,
        confidence=table.confidence,
        adjust=adjust,
    )


def _column(metric: Metric, first: Counts, second: Counts, confidence: float, adjust: str | None) -> dict[str, Any]:
    contrast = metric.contrast(first, second, confidence)
    n, n_baseline = (np.asarray(metric.base(counts), dtype=np.float64) for counts in (first, second))
    p_adjusted = adjust_p_values(contrast.p_value, adjust)
    return {
        "value": metric.values(first),
        "baseline_value": metric.values(second),
        "difference": contrast.value,
        **{name: getattr(contrast, name) for name in ("low", "high", "p_value")},
        "p_adjusted": p_adjusted,
        "clear": np.asarray(p_adjusted) < 1.0 - confidence,
        "n": n,
        "n_baseline": n_baseline,
        "method": contrast.method,
        "notes": _codes(metric.pair_notes(first, second)),
    }


def _codes(notes: Mapping[str, BoolArray]) -> list[str]:
    """Return the codes that hold for each pair."""
    rows = zip(*notes.values(), strict=True)
    return [", ".join(code for code, holds in zip(notes, row, strict=True) if holds) for row in rows]
