"""Every group of a table against a baseline."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray
from kundenmetrik.core.checks import check_choice
from kundenmetrik.core.period_names import period_numbers
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import PERIOD, Groups, Key, as_key
from kundenmetrik.core.results.json_values import rows_as_json
from kundenmetrik.core.results.metric import STRAYS, Metric
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.core.statistics.multiplicity import ADJUSTMENTS, adjusted
from kundenmetrik.errors import InvalidArgument, InvalidType, UnknownName

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PERIOD", "DifferenceTable", "compared"]


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

        keys = self.groups.columns()
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

    def to_json(self) -> str:
        """Return the rows of the tidy frame as JSON; an undefined number is null.

        Returns
        -------
        str
            A list of objects.
        """
        return rows_as_json(self.to_frame())

    def __repr__(self) -> str:
        return self.to_frame().to_string(max_rows=40, index=False)

    def _repr_html_(self) -> str:
        html: str = self.to_frame().to_html(index=False, max_rows=60, escape=True)
        return html


def compared(table: EstimateTable, *, baseline: object, adjust: str | None) -> DifferenceTable:
    """Return every group of a table against its baseline."""
    if adjust is not None:
        check_choice(adjust, "adjust", ADJUSTMENTS)
    places, seconds, words = _pairs(table, baseline)
    columns = tuple(
        _column(metric, counts.take(places), second, table.confidence, adjust)
        for metric, counts, second in zip(table.metrics, table.tallies, seconds, strict=True)
    )
    return DifferenceTable(
        groups=table.groups.take(places),
        baselines=words,
        columns=columns,
        metrics=table.metrics,
        confidence=table.confidence,
        adjust=adjust,
    )


def _column(metric: Metric, first: Counts, second: Counts, confidence: float, adjust: str | None) -> dict[str, Any]:
    contrast = metric.contrast(first, second, confidence)
    n, n_baseline = (np.asarray(metric.base(counts), dtype=np.float64) for counts in (first, second))
    return {
        **{name: getattr(contrast, name) for name in ("value", "low", "high", "p_value")},
        "p_adjusted": adjusted(contrast.p_value, adjust),
        "n": n,
        "n_baseline": n_baseline,
        "method": contrast.method,
        "notes": _noted(metric.pair_notes(first, second)),
    }


def _noted(notes: Mapping[str, BoolArray]) -> list[str]:
    """Return the codes that hold for each pair."""
    rows = zip(*notes.values(), strict=True)
    return [", ".join(code for code, holds in zip(notes, row, strict=True) if holds) for row in rows]


Pairs = tuple[list[int], list[Counts], tuple[str, ...]]


def _pairs(table: EstimateTable, baseline: object) -> Pairs:
    """Return the places of the groups compared, the counts of each one's baseline, and that baseline in words."""
    if isinstance(baseline, str) and baseline == "rest":
        return _against_rest(table)
    if isinstance(baseline, str) and baseline == "previous":
        return _against_previous(table)
    key = as_key(baseline)
    if any(isinstance(part, slice) or not isinstance(part, Hashable) for part in key):
        raise InvalidType("baseline", "be 'rest', 'previous' or the key of a group", baseline)
    return _against_key(table, key)


def _against_rest(table: EstimateTable) -> Pairs:
    groups = table.groups
    if len(groups) < 2:
        raise InvalidArgument("baseline", "not be 'rest' when there is only one group")
    _refuse_clusters(table)
    kept = [PERIOD] if PERIOD in groups.names and len(groups.names) > 1 else []
    _, places = groups.margin(kept)
    shown = np.flatnonzero(~table.blank).tolist()
    pairs = zip(table.metrics, table.tallies, strict=True)
    return shown, [_rest(metric, counts, kept, places).take(shown) for metric, counts in pairs], ("rest",) * len(shown)


def _rest(metric: Metric, tally: Counts, kept: list[str], places: IntArray) -> Counts:
    """Return what all other groups have together, without events that no exposure of theirs belongs to."""
    strays = metric.baseless(tally)
    counts = tally._map(lambda array: np.where(strays.reshape(-1, *(1,) * (array.ndim - 1)), 0, array), tally.groups)
    whole = counts.margin(*kept)
    left_out = np.bincount(places, weights=strays)[places] - strays

    def others(part: str) -> Any:
        array = getattr(counts, part)
        if array is None or array.dtype.kind == "f":
            return None if array is None else _others(array, places)
        return getattr(whole, part)[places] - array

    return Counts(
        groups=counts.groups,
        cells=counts.cells,
        table=others("table"),
        squares=others("squares"),
        raw=others("raw"),
        excluded={STRAYS: left_out.astype(np.int64)},
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
    dated = [place for place, key in enumerate(groups.keys) if key[axis] is not None]
    numbers = period_numbers([groups.keys[place][axis] for place in dated]).tolist()
    series = [groups.keys[place][:axis] + groups.keys[place][axis + 1 :] for place in dated]
    there = dict(zip(zip(series, numbers, strict=True), dated, strict=True))
    before = [there.get((own, number - table.window)) for own, number in zip(series, numbers, strict=True)]
    pairs = [(place, other) for place, other in zip(dated, before, strict=True) if other is not None]
    if table.window > 1 and not pairs:
        raise InvalidArgument("baseline", "not be 'previous' where no window has a whole one before it")
    words = [str(groups.keys[other][axis]) for _, other in pairs]
    return _picked(table, [place for place, _ in pairs], [other for _, other in pairs], words)


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
        single = len(groups.names) == 1
        raise UnknownName("baseline", key[0] if single else key, [one[0] if single else one for one in groups.keys])
    return _picked(table, places, others, [", ".join(map(str, key))] * len(places))


def _picked(table: EstimateTable, places: list[int], others: list[int], words: list[str]) -> Pairs:
    keep = np.flatnonzero(~(table.blank[places] | table.blank[others])).tolist()
    chosen, second = [places[i] for i in keep], [others[i] for i in keep]
    groups = table.groups.take(chosen)
    return chosen, [counts._map(lambda a: a[second], groups) for counts in table.tallies], tuple(words[i] for i in keep)


def _refuse_clusters(table: EstimateTable) -> None:
    if any(counts.design is not None for counts in table.tallies):
        raise InvalidArgument(
            "baseline",
            "be a key or 'previous' when answers come in clusters, or customers count once in each group: "
            "a cluster may span groups, and so may a customer",
        )
