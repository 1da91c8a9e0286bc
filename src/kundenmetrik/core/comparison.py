"""Every group of a table against a baseline."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kundenmetrik.core.adjustment import adjusted
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.counts import Counts
from kundenmetrik.core.groups import Groups, Key, as_key
from kundenmetrik.core.metric import Metric
from kundenmetrik.core.table import EstimateTable
from kundenmetrik.errors import InvalidArgument, UnknownName

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PERIOD", "DifferenceTable", "compared"]

PERIOD = "period"
"""The key column that holds calendar periods."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False, eq=False)
class DifferenceTable:
    """The differences of groups from their baseline, with intervals and adjusted p-values.

    Attributes
    ----------
    groups : Groups
        The groups compared.
    baselines : tuple of str
        What each group was compared with, in words of its key.
    columns : tuple
        For each metric the arrays value, low, high, p_value, p_adjusted, n and n_baseline.
    metrics : tuple of Metric
        The metrics, in order.
    confidence : float
        The confidence of each single interval.
    adjust : str or None
        The adjustment of the p-values.
    """

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

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each metric and group compared.

        Returns
        -------
        pandas.DataFrame
            The key columns, metric, baseline, value, low, high, p_value, p_adjusted, n,
            n_baseline, unit, confidence, method, notes.
        """
        import pandas as pd

        keys = {name: [key[i] for key in self.groups.keys] for i, name in enumerate(self.groups.names)}
        frames = [
            pd.DataFrame(
                {
                    **keys,
                    "metric": metric.label,
                    "baseline": list(self.baselines),
                    **{name: array for name, array in column.items() if name not in ("method", "notes")},
                    "unit": metric.unit_name,
                    "confidence": self.confidence,
                    "method": column["method"],
                    "adjust": self.adjust or "none",
                    "notes": column["notes"],
                },
                index=range(len(self)),
            )
            for metric, column in zip(self.metrics, self.columns, strict=True)
        ]
        return pd.concat(frames, ignore_index=True)

    def __repr__(self) -> str:
        return self.to_frame().to_string(max_rows=40, index=False)

    def _repr_html_(self) -> str:
        html: str = self.to_frame().to_html(index=False, max_rows=60, escape=True)
        return html


def compared(table: EstimateTable, *, baseline: object, adjust: str | None) -> DifferenceTable:
    """Return every group of a table against its baseline."""
    if baseline == "rest":
        pairs = _against_rest(table)
    elif baseline == "previous":
        pairs = _against_previous(table)
    else:
        pairs = _against_key(table, as_key(baseline))
    places, seconds, words = pairs
    groups = table.groups.take(places)
    shown = ~table.hidden[places] & _whole(table, places)
    columns = []
    for metric, counts, second in zip(table.metrics, table.tallies, seconds, strict=True):
        first = counts.take(places)
        columns.append(_column(metric, first, second, table.confidence, adjust, shown))
    return DifferenceTable(
        groups=groups,
        baselines=words,
        columns=tuple(columns),
        metrics=table.metrics,
        confidence=table.confidence,
        adjust=adjust,
    )


def _column(
    metric: Metric, first: Counts, second: Counts, confidence: float, adjust: str | None, shown: Any
) -> dict[str, Any]:
    contrast = metric.contrast(first, second, confidence)
    numbers = {name: np.where(shown, getattr(contrast, name), np.nan) for name in ("value", "low", "high", "p_value")}
    bases = {"n": metric.base(first), "n_baseline": metric.base(second)}
    return {
        **numbers,
        "p_adjusted": adjusted(numbers["p_value"], adjust),
        **{name: np.where(shown, base, np.nan) for name, base in bases.items()},
        "method": contrast.method,
        "notes": _notes(shown, bases),
    }


def _notes(shown: Any, bases: dict[str, FloatArray]) -> list[str]:
    empty = (bases["n"] == 0) | (bases["n_baseline"] == 0)
    return [
        "suppressed" if not visible else "empty" if none else "" for visible, none in zip(shown, empty, strict=True)
    ]


def _whole(table: EstimateTable, places: list[int]) -> Any:
    void = np.logical_or.reduce([np.zeros(len(table), bool), *table.void.values()])
    return ~void[places]


Pairs = tuple[list[int], list[Counts], tuple[str, ...]]


def _against_rest(table: EstimateTable) -> Pairs:
    groups = table.groups
    if len(groups) < 2:
        raise InvalidArgument("baseline", "not be 'rest' when there is only one group")
    _refuse_clusters(table)
    kept = [PERIOD] if PERIOD in groups.names and len(groups.names) > 1 else []
    _, places = groups.margin(kept)
    shown = np.flatnonzero(~table.hidden).tolist()
    return shown, [_rest(counts, kept, places).take(shown) for counts in table.tallies], ("rest",) * len(shown)


def _rest(counts: Counts, kept: list[str], places: IntArray) -> Counts:
    whole = counts.margin(*kept)

    def others(part: str) -> Any:
        array = getattr(counts, part)
        if array is None or array.dtype.kind == "f":
            return None if array is None else _others(array, places)
        return getattr(whole, part)[places] - array

    return Counts(
        groups=counts.groups, cells=counts.cells, table=others("table"), squares=others("squares"), raw=others("raw")
    )


def _others(array: FloatArray, places: IntArray) -> FloatArray:
    """Sum all other groups of the same margin without a subtraction, so that nothing cancels."""
    total = np.zeros_like(array)
    for margin in np.unique(places):
        members = np.flatnonzero(places == margin)
        rows = array[members]
        before = np.vstack([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0)[:-1]])
        after = np.vstack([np.cumsum(rows[::-1], axis=0)[::-1][1:], np.zeros((1, rows.shape[1]))])
        total[members] = before + after
    return total


def _against_previous(table: EstimateTable) -> Pairs:
    groups = table.groups
    if PERIOD not in groups.names:
        raise InvalidArgument("baseline", "not be 'previous' on a table without a period")
    axis = groups.names.index(PERIOD)
    periods = sorted({key[axis] for key in groups.keys if key[axis] is not None})
    earlier = dict(zip(periods[table.window :], periods[: -table.window], strict=False))
    places, others = [], []
    for place, key in enumerate(groups.keys):
        before = earlier.get(key[axis])
        if before is not None:
            places.append(place)
            others.append(groups.position((*key[:axis], before, *key[axis + 1 :])))
    return _picked(table, places, others, [str(groups.keys[other][axis]) for other in others])


def _against_key(table: EstimateTable, key: Key) -> Pairs:
    groups = table.groups
    names = [name for name in groups.names if name != PERIOD or len(groups.names) == 1]
    if len(key) != len(names):
        raise InvalidArgument("baseline", f"be 'rest', 'previous' or a key of {names}", key)
    columns = [groups.names.index(name) for name in names]
    places, others = [], []
    for place, own in enumerate(groups.keys):
        wanted = list(own)
        for column, part in zip(columns, key, strict=True):
            wanted[column] = part
        other = int(groups.places([tuple(wanted)])[0])
        if other >= 0 and other != place:
            places.append(place)
            others.append(other)
    if not others:
        raise UnknownName("baseline", key, groups.keys)
    return _picked(table, places, others, [", ".join(map(str, key))] * len(places))


def _picked(table: EstimateTable, places: list[int], others: list[int], words: list[str]) -> Pairs:
    keep = [i for i, (a, b) in enumerate(zip(places, others, strict=True)) if not (table.hidden[a] or table.hidden[b])]
    chosen, second = [places[i] for i in keep], [others[i] for i in keep]
    return chosen, [counts.take(second) for counts in table.tallies], tuple(words[i] for i in keep)


def _refuse_clusters(table: EstimateTable) -> None:
    if any(counts.design is not None for counts in table.tallies):
        raise InvalidArgument(
            "baseline", "be a key or 'previous' when answers come in clusters: a cluster may span groups"
        )
