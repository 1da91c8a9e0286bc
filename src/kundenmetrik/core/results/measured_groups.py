"""The counts of metrics over the same groups, with what is known of these groups apart from the counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.core.results.annotations import Annotations
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import PERIOD, Groups
from kundenmetrik.core.results.metric import EVENTS_WITHOUT_EXPOSURE, Metric
from kundenmetrik.core.results.suppression import hidden_groups


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class MeasuredGroups:
    """The counts of one or more metrics over the same groups, which of the groups show a value, and their notes."""

    metrics: tuple[Metric, ...]
    tallies: tuple[Counts, ...]
    confidence: float = 0.95
    min_n: int = 0
    window: int = 1
    annotations: Annotations = field(default_factory=Annotations)

    @property
    def groups(self) -> Groups:
        """The key columns and the key of each group."""
        return self.tallies[0].groups

    def __len__(self) -> int:
        return len(self.groups)

    @cached_property
    def suppressed(self) -> BoolArray:
        """Which groups are suppressed because they, or what they would give away, have too few answers."""
        small = hidden_groups(self.groups, [counts.rows for counts in self.tallies], self.min_n)
        return small if self.annotations.suppressed is None else small | self.annotations.suppressed

    @cached_property
    def undefined(self) -> BoolArray:
        """Which groups show no value whatever their counts: suppressed ones, and those undefined for another reason."""
        found: BoolArray = np.logical_or.reduce([self.suppressed, *self.annotations.undefined.values()])
        return found

    @cached_property
    def shared_notes(self) -> Mapping[str, tuple[str, ...]]:
        """For each metric the notes on all its groups: of the data, and of what its periods say together."""
        names = self.groups.names
        if PERIOD not in names or self.window > 1:
            return {label: self.annotations.notes.get(label, ()) for label in self.labels}
        others = [name for name in names if name != PERIOD]
        return {label: self._notes_over(place, others) for place, label in enumerate(self.labels)}

    def _notes_over(self, place: int, kept: Sequence[str]) -> tuple[str, ...]:
        """Return what is known of all groups of a metric, and what the groups that share the kept keys say together."""
        metric = self.metrics[place]
        found = metric.shared_notes(self._shown_counts(place), kept)
        return tuple(dict.fromkeys((*self.annotations.notes.get(metric.label, ()), *found)))

    @property
    def labels(self) -> Sequence[str]:
        """The names of the metrics."""
        return [metric.label for metric in self.metrics]

    @cached_property
    def _columns(self) -> tuple[dict[str, Any], ...]:
        """For each metric value, low, high, n, excluded and notes of every group."""
        masks = {"suppressed": self.suppressed, "undefined": self.undefined}
        found = []
        for metric, counts in zip(self.metrics, self.tallies, strict=True):
            codes = self.annotations.codes(metric.label, metric.notes(counts), len(self))
            shared = self.shared_notes[metric.label]
            pairs = zip(codes, self.suppressed, strict=True)
            notes = [("suppressed",) if suppressed else (*own, *shared) for own, suppressed in pairs]
            found.append({**_columns_of_metric(metric, counts, self.confidence, **masks), "notes": notes})
        return tuple(found)

    def _shown_counts(self, place: int) -> Counts:
        """Return the counts of a metric by its place, without suppressed groups."""
        counts = self.tallies[place]
        return counts.take(np.flatnonzero(~self.suppressed)) if self.suppressed.any() else counts

    def _without_exposure(self) -> dict[str, BoolArray]:
        """Return for each metric that has them the groups with something to count but no base."""
        found = {}
        for metric, counts in zip(self.metrics, self.tallies, strict=True):
            known = self.annotations.group_notes.get(metric.label, {}).get(EVENTS_WITHOUT_EXPOSURE, False)
            mask = metric.without_exposure(counts) | known
            if mask.any():
                found[metric.label] = mask
        return found


def _columns_of_metric(
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
