"""Many estimates at once: groups by metrics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from kundenmetrik.core.checks import check_choice, check_confidence
from kundenmetrik.core.results.annotations import Annotations
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.difference_table import DifferenceTable, difference_table
from kundenmetrik.core.results.display import display_name
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.estimate_display import COLUMNS, pivot_frame
from kundenmetrik.core.results.groups import Groups, as_key
from kundenmetrik.core.results.measured_groups import MeasuredGroups
from kundenmetrik.core.results.metric import EVENTS_WITHOUT_EXPOSURE, EstimateSource, Metric
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.multiplicity import Adjustment
from kundenmetrik.errors import InvalidArgument


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class EstimateTable(MeasuredGroups, Result):
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
        Groups with fewer answers are suppressed in values and counts, and a further group where the suppressed one
        would follow from a total.
    window : int
        How many periods each value covers; 1 unless the table was rolled.
    annotations : Annotations
        Notes that do not follow from the counts, and groups without a value for another reason.

    Examples
    --------
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> frame = pd.DataFrame({"shop": ["A", "A", "B", "B"], "nps": [10, 9, 3, 9]})
    >>> table = km.measure(frame, km.NPS("nps"), by="shop")
    >>> table["A"].value, table.overall().value
    (100.0, 50.0)
    """

    _chart: ClassVar[str] = "forest"
    _row_fields: ClassVar[tuple[str, ...]] = COLUMNS

    def __post_init__(self) -> None:
        if not self.metrics or len(self.metrics) != len(self.tallies):
            given = len(self.metrics), len(self.tallies)
            raise InvalidArgument("metrics and tallies", "be as many as each other, and at least one", given)
        if len(set(self.labels)) < len(self.labels):
            raise InvalidArgument("metrics", "have different names; give one of them name=", self.labels)
        pairs = zip(self.metrics, self.tallies, strict=True)
        object.__setattr__(self, "tallies", tuple(metric._accept(counts) for metric, counts in pairs))
        if any(counts.groups != self.groups for counts in self.tallies):
            raise InvalidArgument("tallies", "have the same groups")

    @property
    def counts(self) -> Counts:
        """The counts of the only metric, without suppressed groups."""
        self._check_single("counts")
        return self._shown_counts(0)

    @property
    def notes(self) -> tuple[str, ...]:
        """The note codes of all groups."""
        codes = (code for columns in self._columns for own in columns["notes"] for code in own)
        return tuple(dict.fromkeys(codes))

    @property
    def excluded(self) -> Mapping[str, int]:
        """How many rows of the groups that are shown were left out, by reason, led by the metric if there are more."""
        lost: dict[str, int] = {}
        for place, label in enumerate(self.labels):
            for reason, rows in self._shown_counts(place).excluded.items():
                lost[reason if len(self.metrics) == 1 else f"{label} {reason}"] = int(rows.sum())
        return {reason: rows for reason, rows in lost.items() if rows}

    @property
    def headline(self) -> str:
        """The metrics, the key columns and the number of groups."""
        names, keys = ", ".join(map(display_name, self.labels)), " and ".join(self.groups.names)
        rolled = f", each over {self.window} periods" if self.window > 1 else ""
        size = f": {len(self):,} group{'s' * (len(self) != 1)}" if keys else ""
        return f"{names}{f' by {keys}' if keys else ''}{rolled}{size}"

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
        if len(self.metrics) == 1 and parts[0] not in self.labels:
            raise InvalidArgument("key", f"name one group by {', '.join(self.groups.names) or 'nothing'}", key)
        return self._estimate(self._place(parts[0], "key"), self.groups.position(parts[1:]))

    def metric(self, name: str) -> EstimateTable:
        """Return the table of one metric, by its name: the same groups with that metric only."""
        place = self._place(name, "name")
        annotations = replace(self.annotations, suppressed=self.suppressed)
        return replace(self, metrics=(self.metrics[place],), tallies=(self.tallies[place],), annotations=annotations)

    def overall(self, metric: str | None = None) -> Estimate:
        """Return the estimate over all groups, from the sum of their counts, never an average of their values.

        Parameters
        ----------
        metric : str, optional
            The metric's name; needed when there are several.
        """
        chosen = self if metric is None else self.metric(check_choice(metric, "metric", self.labels))
        chosen._check_single("overall()")
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
        notes = {label: self._notes_over(place, names) for place, label in enumerate(self.labels)}
        annotations = replace(self.annotations, notes=notes, undefined={})
        for name in names:
            check_choice(name, "by", self.groups.names)
        if names != self.groups.names:
            whole, places = self.groups.margin(names)
            group_notes = {
                label: {EVENTS_WITHOUT_EXPOSURE: np.bincount(places, weights=mask, minlength=len(whole)) > 0}
                for label, mask in self._without_exposure().items()
            }
            annotations = Annotations(notes=notes, group_notes=group_notes)
        tallies = tuple(counts.margin(*names) for counts in self.tallies)
        return replace(self, tallies=tallies, annotations=annotations)

    def subset(self, keys: Iterable[object]) -> EstimateTable:
        """Return the groups with the given keys, in that order. What was suppressed stays suppressed."""
        places = self.groups.positions(keys)
        known = replace(self.annotations, notes=self.shared_notes, suppressed=self.suppressed)
        tallies = tuple(counts.take(places) for counts in self.tallies)
        return replace(self, tallies=tallies, annotations=known.take(places))

    def at(self, *, confidence: float) -> EstimateTable:
        """Ask again at another confidence, between 0 and 1, without the data."""
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
        known = Annotations.union(((one.groups, one.annotations) for one in (self, other)), tallies[0].groups)
        return replace(self, tallies=tallies, min_n=max(self.min_n, other.min_n), annotations=known)

    def compare(self, *, baseline: object = "rest", adjust: Adjustment | None = "holm") -> DifferenceTable:
        """Compare every group with a baseline, adjusted for the number of comparisons.

        Parameters
        ----------
        baseline : "rest", "previous", "previous_year" or a key
            ``"rest"``: all other groups (of the same period). ``"previous"``: the same group one
            period (or one whole window) before. ``"previous_year"``: the same group in the period of the same name a
            year before. A key: that group (in the same period).
        adjust : {"holm", "fdr_bh", None}
            The adjustment of the p-values over the groups of a metric.

        Returns
        -------
        DifferenceTable
            One row for each metric and group that can be compared.
        """
        return difference_table(self, baseline=baseline, adjust=adjust)

    def to_frame(self) -> pd.DataFrame:
        """Return the tidy table: one row for each metric and group.

        Returns
        -------
        pandas.DataFrame
            The key columns, then metric, value, low, high, n, excluded, unit, confidence, method, notes, definition.
        """
        pairs = zip(self.metrics, self._columns, strict=True)
        frames = [_metric_frame(self.groups, metric, self.confidence, columns) for metric, columns in pairs]
        return pd.concat(frames, ignore_index=True)

    def pivot(self, columns: str | None = None, *, values: str = "value") -> pd.DataFrame:
        """Return one number of each group as a table with rows and columns, in the order of the groups.

        Parameters
        ----------
        columns : str, optional
            The key column whose keys become columns, or ``"metric"``; by default the period, else the last of several
            keys, else the metric.
        values : str
            The number that is shown, a column of :meth:`to_frame`, such as ``"n"``.

        Returns
        -------
        pandas.DataFrame
            The other keys are its index, with the metric where there are several. Combinations that no row has are
            missing.

        Raises
        ------
        UnknownName
            If there is no such key column or number.
        """
        return pivot_frame(self.to_frame(), self.groups.names, columns, values)

    def _row_details(self) -> dict[str, list[Any]]:
        """Return what was excluded from each group, nothing where the group is suppressed."""
        lost = [one for counts in self.tallies for one in counts._excluded_by_group()]
        hidden = np.tile(self.suppressed, len(self.metrics))
        return {"excluded": [{} if gone else one for one, gone in zip(lost, hidden, strict=True)]}

    def _estimate(self, place: int, group: int) -> Estimate:
        metric, counts = self.metrics[place], self.tallies[place]
        if not self.undefined[group]:
            own = self.annotations.group_notes.get(metric.label, {})
            codes = [code for code, mask in own.items() if mask[group]]
            known = (*codes, *self.shared_notes[metric.label])
            return Estimate._from_source(EstimateSource(metric, counts.take([group]), known), self.confidence)
        return Estimate(
            metric=metric.label,
            value=np.nan,
            n=np.nan,
            unit=metric.unit_name,
            confidence=self.confidence,
            method=metric.interval_method,
            notes=self._columns[place]["notes"][group],
            definition=metric.definition_name,
            higher_is_better=metric.better_when_high,
        )

    def _check_single(self, what: str) -> None:
        if len(self.metrics) > 1:
            raise InvalidArgument(what, f"know which metric is meant; name one of {', '.join(self.labels)}")

    def _place(self, name: object, argument: str) -> int:
        return self.labels.index(check_choice(name, argument, self.labels))


def _metric_frame(groups: Groups, metric: Metric, confidence: float, columns: dict[str, Any]) -> pd.DataFrame:
    """Return the rows of one metric: keys, numbers, provenance."""
    rest = {
        "unit": metric.unit_name,
        "confidence": confidence,
        "method": metric.interval_method,
        "notes": [", ".join(codes) for codes in columns["notes"]],
        "definition": metric.definition_name,
    }
    numbers = {name: columns[name] for name in ("value", "low", "high", "n", "excluded")}
    return pd.DataFrame({**groups.columns(), "metric": metric.label, **numbers, **rest}, index=range(len(groups)))
