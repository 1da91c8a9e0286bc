"""Many estimates at once: groups by metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.groups import PERIOD, Groups, as_key
from kundenmetrik.core.results.json_values import rows_as_json
from kundenmetrik.core.results.metric import STRAYS, Metric
from kundenmetrik.core.results.suppression import hidden_groups
from kundenmetrik.core.results.table_columns import column_of, frame_of
from kundenmetrik.errors import InvalidArgument, UnknownName

if TYPE_CHECKING:
    import pandas as pd

    from kundenmetrik.core.results.difference_table import DifferenceTable

__all__ = ["EstimateTable"]

Masks = Mapping[str, BoolArray]


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class EstimateTable:
    """The estimates of one or more metrics for every group, each with its interval and base.

    Attributes
    ----------
    metrics : tuple of Metric
        The metrics, in order.
    tallies : tuple of Counts
        The counts of each metric, over the same groups.
    confidence : float
        The confidence of the intervals.
    min_n : int
        Groups with fewer answers are hidden in values and counts, and a further group where the
        hidden one would follow from a total.
    window : int
        How many periods each value covers; 1 unless the table was rolled.
    seen : mapping
        For each metric's name notes that come from the data rather than from the counts.
    void : mapping
        Groups without a value for a reason other than their counts, by note.
    marked : mapping
        For each metric's name notes on some groups that come from the groups they were put together of.
    concealed : ndarray or None
        Groups hidden because the table that this one was made from hides them, or would give them away.

    Examples
    --------
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> frame = pd.DataFrame({"shop": ["A", "A", "B", "B"], "nps": [10, 9, 3, 9]})
    >>> table = km.measure(frame, km.NPS("nps"), by="shop")
    >>> table["A"].value, table.overall().value
    (100.0, 50.0)
    """

    metrics: tuple[Metric, ...]
    tallies: tuple[Counts, ...]
    confidence: float = 0.95
    min_n: int = 0
    window: int = 1
    seen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    void: Masks = field(default_factory=dict)
    marked: Mapping[str, Masks] = field(default_factory=dict)
    concealed: BoolArray | None = None

    @property
    def groups(self) -> Groups:
        """The key columns and the key of each group."""
        return self.tallies[0].groups

    @property
    def counts(self) -> Counts:
        """The counts of the only metric, without hidden groups."""
        return self._counts(self._only("counts"))

    def __len__(self) -> int:
        return len(self.groups)

    def __iter__(self) -> Iterator[Estimate]:
        """Go through the estimates, metric by metric and group by group."""
        for place in range(len(self.metrics)):
            for group in range(len(self)):
                yield self._estimate(place, group)

    def __getitem__(self, key: object) -> Estimate:
        """Return one estimate by its group key, led by the metric's name when there are several metrics."""
        parts = as_key(key)
        if len(self.metrics) == 1 and len(parts) == len(self.groups.names):
            return self._estimate(0, self.groups.position(parts))
        if not parts:
            raise InvalidArgument("key", "name a metric or a group", key)
        if len(self.metrics) == 1 and parts[0] not in self._labels:
            raise InvalidArgument("key", f"name one group by {', '.join(self.groups.names) or 'nothing'}", key)
        place = self._place(parts[0])
        return self._estimate(place, self.groups.position(parts[1:]))

    def metric(self, name: str) -> EstimateTable:
        """Return the table of one metric.

        Parameters
        ----------
        name : str
            The metric's name.

        Returns
        -------
        EstimateTable
            The same groups with that metric only.
        """
        place = self._place(name)
        return replace(self, metrics=(self.metrics[place],), tallies=(self.tallies[place],), concealed=self.hidden)

    def overall(self, metric: str | None = None) -> Estimate:
        """Return the estimate over all groups, from the sum of their counts.

        Parameters
        ----------
        metric : str, optional
            The metric's name; needed when there are several.

        Returns
        -------
        Estimate
            Never an average of the groups' values.
        """
        chosen = self if metric is None else self.metric(metric)
        chosen._only("overall()")
        return chosen.total()._estimate(0, 0)

    def total(self, *names: str) -> EstimateTable:
        """Return the estimates over fewer key columns, from the sums of the counts.

        Parameters
        ----------
        *names : str
            The key columns to keep.

        Returns
        -------
        EstimateTable
            One group for each key that is left.
        """
        if self.window > 1:
            raise InvalidArgument("table", "not be rolled: its windows share answers, so they do not add")
        tallies = tuple(counts.margin(*names) for counts in self.tallies)
        same = names == self.groups.names
        told = {label: self._said(place, names) for place, label in enumerate(self._labels)}
        whole, places = self.groups.margin(names)
        marked = {
            label: {code: np.bincount(places, weights=where, minlength=len(whole)) > 0}
            for label, code, where in self._strays()
        }
        concealed = self.concealed if same else None
        return replace(
            self, tallies=tallies, seen=told, void={}, marked=self.marked if same else marked, concealed=concealed
        )

    def _strays(self) -> Iterator[tuple[str, str, BoolArray]]:
        """Yield for each metric that has them the note and the groups with something to count but no base."""
        for metric, counts in zip(self.metrics, self.tallies, strict=True):
            found = metric.baseless(counts) | self.marked.get(metric.label, {}).get(STRAYS, False)
            if found.any():
                yield metric.label, STRAYS, found

    def subset(self, keys: Iterable[object]) -> EstimateTable:
        """Return some of the groups.

        Parameters
        ----------
        keys : iterable
            Group keys.

        Returns
        -------
        EstimateTable
            Those groups in that order. What was hidden stays hidden.
        """
        places = [self.groups.position(key) for key in keys]
        return replace(
            self,
            tallies=tuple(counts.take(places) for counts in self.tallies),
            seen=self.told,
            void={code: mask[places] for code, mask in self.void.items()},
            marked={label: {code: mask[places] for code, mask in own.items()} for label, own in self.marked.items()},
            concealed=self.hidden[places],
        )

    def at(self, *, confidence: float) -> EstimateTable:
        """Ask again at another confidence, without the data.

        Parameters
        ----------
        confidence : float
            Between 0 and 1.

        Returns
        -------
        EstimateTable
            The same values with intervals at that confidence.
        """
        return replace(self, confidence=check_confidence(confidence))

    def __add__(self, other: EstimateTable) -> EstimateTable:
        """Merge two tables of the same metrics over different people."""
        if not isinstance(other, EstimateTable):
            return NotImplemented
        if [m.identity for m in self.metrics] != [m.identity for m in other.metrics]:
            raise InvalidArgument("the tables", "have the same metrics to be added")
        if self.window > 1 or other.window > 1:
            raise InvalidArgument("the tables", "not be rolled: add first, roll then")
        tallies = tuple(mine + theirs for mine, theirs in zip(self.tallies, other.tallies, strict=True))
        seen = {label: self.seen.get(label, ()) + other.seen.get(label, ()) for label in {**self.seen, **other.seen}}
        return replace(
            self,
            tallies=tallies,
            min_n=max(self.min_n, other.min_n),
            seen={label: tuple(dict.fromkeys(codes)) for label, codes in seen.items()},
            void={},
            marked=_marks_of((self, other), tallies[0].groups),
            concealed=None,
        )

    def compare(self, *, baseline: object = "rest", adjust: str | None = "holm") -> DifferenceTable:
        """Compare every group with a baseline, adjusted for the number of comparisons.

        Parameters
        ----------
        baseline : "rest", "previous" or a key
            ``"rest"``: all other groups (of the same period). ``"previous"``: the same group one
            period (or one whole window) before. A key: that group (in the same period).
        adjust : {"holm", "fdr_bh", None}
            The adjustment of the p-values over the groups of a metric.

        Returns
        -------
        DifferenceTable
            One row for each metric and group that can be compared.
        """
        from kundenmetrik.core.results.difference_table import compared

        return compared(self, baseline=baseline, adjust=adjust)

    def to_frame(self) -> pd.DataFrame:
        """Return the tidy table: one row for each metric and group.

        Returns
        -------
        pandas.DataFrame
            The key columns, then metric, value, low, high, n, excluded, unit, confidence, method, notes.
        """
        import pandas as pd

        frames = [frame_of(self, place, column) for place, column in enumerate(self._columns)]
        return pd.concat(frames, ignore_index=True)

    def to_json(self) -> str:
        """Return the rows of the tidy frame as JSON; an undefined number is null.

        Returns
        -------
        str
            A list of objects. What can be asked again and merged is ``counts.to_json()``.
        """
        return rows_as_json(self.to_frame())

    @cached_property
    def hidden(self) -> BoolArray:
        """Which groups are hidden because they, or what they would give away, have too few answers."""
        small = hidden_groups(self.groups, [counts.rows for counts in self.tallies], self.min_n)
        return small if self.concealed is None else small | self.concealed

    @cached_property
    def blank(self) -> BoolArray:
        """Which groups show no value whatever their counts: hidden ones and void ones."""
        blank: BoolArray = np.logical_or.reduce([self.hidden, *self.void.values()])
        return blank

    @property
    def _labels(self) -> Sequence[str]:
        return [metric.label for metric in self.metrics]

    @cached_property
    def told(self) -> Mapping[str, tuple[str, ...]]:
        """For each metric the notes on all its groups: what was seen in the data, and what its periods say together."""
        names = self.groups.names
        if PERIOD not in names or self.window > 1:
            return {label: self.seen.get(label, ()) for label in self._labels}
        others = [name for name in names if name != PERIOD]
        return {label: self._said(place, others) for place, label in enumerate(self._labels)}

    def _said(self, place: int, kept: Sequence[str]) -> tuple[str, ...]:
        """Return what was seen of a metric, and what the groups that share the kept keys say together."""
        metric = self.metrics[place]
        found = metric.together(self._counts(place), kept)
        return tuple(dict.fromkeys((*self.seen.get(metric.label, ()), *found)))

    @cached_property
    def _columns(self) -> tuple[dict[str, Any], ...]:
        return tuple(column_of(self, place) for place in range(len(self.metrics)))

    def _estimate(self, place: int, group: int) -> Estimate:
        metric, counts = self.metrics[place], self.tallies[place]
        if self.blank[group]:
            return self._undefined(metric, self._columns[place]["notes"][group])
        marks = [code for code, where in self.marked.get(metric.label, {}).items() if where[group]]
        return metric.estimate(counts.take([group]), self.confidence, (*marks, *self.told[metric.label]))

    def _undefined(self, metric: Metric, notes: tuple[str, ...]) -> Estimate:
        return Estimate(
            metric=metric.label,
            value=np.nan,
            n=np.nan,
            unit=metric.unit_name,
            confidence=self.confidence,
            method=metric.interval_method,
            notes=notes,
            definition=metric.definition_name,
            higher_is_better=metric.better_when_high,
        )

    def _counts(self, place: int) -> Counts:
        counts = self.tallies[place]
        return counts.take(np.flatnonzero(~self.hidden)) if self.hidden.any() else counts

    def _only(self, what: str) -> int:
        if len(self.metrics) > 1:
            raise InvalidArgument(
                what, f"know which metric is meant; name one of {', '.join(m.label for m in self.metrics)}"
            )
        return 0

    def _place(self, name: object) -> int:
        if name not in self._labels:
            raise UnknownName("metric", name, self._labels)
        return self._labels.index(str(name))

    def __repr__(self) -> str:
        return self.to_frame().drop(columns=["definition"]).to_string(max_rows=40, index=False)

    def _repr_html_(self) -> str:
        html: str = self.to_frame().drop(columns=["definition"]).to_html(index=False, max_rows=60, escape=True)
        return html


def _marks_of(tables: Iterable[EstimateTable], groups: Groups) -> dict[str, Masks]:
    """Return the marks of tables on the groups that all of them have together."""
    found: dict[str, dict[str, BoolArray]] = {}
    for table in tables:
        places = groups.places(table.groups.keys)
        for label, masks in table.marked.items():
            for code, mask in masks.items():
                own = found.setdefault(label, {}).setdefault(code, np.zeros(len(groups), np.bool_))
                own[places] |= mask
    return dict(found)
