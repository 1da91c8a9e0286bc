"""What a metric is to the rest of the library: a formula over counts, with its provenance."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

import numpy as np

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.core.measurand import Measurand
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frozen import FrozenMapping
from kundenmetrik.renamed import FormerAttributes

EVENTS_WITHOUT_EXPOSURE = "events_without_exposure"
"""The note where events of groups without exposure weigh on a total, or were left out of a baseline."""


class Contrast(NamedTuple):
    """Differences of all groups as arrays: value, low, high, p_value and the method's name."""

    value: FloatArray
    low: FloatArray
    high: FloatArray
    p_value: FloatArray
    method: str


class Metric(FormerAttributes, ABC):
    """A formula over counts: what is counted, the value, its interval and the test of a difference.

    A concrete metric is a frozen dataclass. Everything is computed for all groups at once; a
    single number is a table with one group.
    """

    __slots__ = ()

    unit: ClassVar[str]
    higher_is_better: ClassVar[bool | None] = None

    @property
    @abstractmethod
    def label(self) -> str:
        """The metric's name in tables."""

    @property
    @abstractmethod
    def cells(self) -> tuple[Any, ...]:
        """The cells that are counted."""

    @property
    @abstractmethod
    def bounds(self) -> tuple[float, float]:
        """The smallest and the largest value there can be."""

    @property
    @abstractmethod
    def interval_method(self) -> str:
        """The name of the interval's method."""

    @property
    def definition_name(self) -> str:
        """The named definition that is followed."""
        return self.label

    @property
    def unit_name(self) -> str:
        """The unit of this very metric."""
        return self.unit

    @property
    def better_when_high(self) -> bool | None:
        """Whether more is better, None where there is no direction."""
        return self.higher_is_better

    @property
    @abstractmethod
    def identity(self) -> tuple[object, ...]:
        """What two estimates must share to be compared: definition and value of each cell, not the column read."""

    @property
    def counted(self) -> Mapping[str, object]:
        """What the cells hold, whatever metric reads them; empty where it is this metric's own."""
        return {}

    @property
    def measurand(self) -> Measurand:
        """What counts of this metric say they count."""
        definition = self.definition_name
        return Measurand(name=self.label, identity=self.identity, definition=definition, counted=self.counted)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the metric reads."""
        return ()

    @abstractmethod
    def tally(self, rows: Any) -> Counts:
        """Count what this metric needs from the rows of a frame."""

    @abstractmethod
    def values(self, counts: Counts) -> FloatArray:
        """Return the value of each group, NaN where it is undefined."""

    @abstractmethod
    def limits(self, counts: Counts, confidence: float) -> tuple[FloatArray, FloatArray]:
        """Return the lower and the upper limit of each group."""

    @abstractmethod
    def contrast(self, first: Counts, second: Counts, confidence: float) -> Contrast:
        """Return first minus second, group by group, with interval and p-value."""

    def base(self, counts: Counts) -> FloatArray:
        """Return the base each value rests on."""
        return np.asarray(counts.effective.sum(axis=1))

    def rows(self, counts: Counts) -> Any:
        """Return how many rows the base was before weights and clusters."""
        return self.base(counts) if counts.raw is None and counts.design is None else counts.rows

    def notes(self, counts: Counts) -> dict[str, BoolArray]:
        """Return for each note the groups it belongs to."""
        return {"empty": self.base(counts) == 0}

    def shared_notes(self, counts: Counts, kept: Sequence[str]) -> tuple[str, ...]:
        """Return notes on groups that share the kept keys, such as that they scatter more than their limits assume."""
        return ()

    def without_exposure(self, counts: Counts) -> BoolArray:
        """Return which groups have something to count but no base, which then weighs on a total."""
        return np.zeros(len(counts), np.bool_)

    def pair_notes(self, first: Counts, second: Counts) -> dict[str, BoolArray]:
        """Return for each note the pairs of groups whose contrast it belongs to."""
        return {"empty": (self.base(first) == 0) | (self.base(second) == 0)}

    def parts(self, counts: Counts) -> dict[str, FloatArray]:
        """Return what the value is made of, by name."""
        return {}

    def _accept(self, counts: Counts) -> Counts:
        """Return counts as those of this metric; those of other cells or of something else are refused."""
        if not isinstance(counts, Counts):
            raise InvalidType("counts", "be Counts", counts)
        if counts.cells != tuple(self.cells):
            raise InvalidArgument("the counts", f"have the cells of {self.label}, {tuple(self.cells)}", counts.cells)
        own, held = _measurand_of(self), counts.measurand
        if held is own or held == own:
            return counts
        return replace(counts, measurand=own if held is None else own._ask(held))

    def estimate(self, counts: Counts, confidence: float, extra: tuple[str, ...] = ()) -> Estimate:
        """Return the estimate of counts with one group; its fields are computed when they are read."""
        if not isinstance(counts, Counts) or counts.measurand is not None or counts.cells != tuple(self.cells):
            counts = self._accept(counts)
        if len(counts) != 1:
            remedy = "km.measure(counts, metric) estimates every group, counts.margin() is their sum as one group."
            raise InvalidArgument("counts", "have one group", len(counts), remedy)
        return Estimate._from_source(EstimateSource(self, counts, extra), confidence)


def _measurand_of(metric: Metric) -> Measurand:
    """Return what a metric counts, at once where it was asked before."""
    try:
        return _known_measurand(metric)
    except TypeError:  # a metric of a user's own need not be hashable
        return metric.measurand


@lru_cache(maxsize=256)
def _known_measurand(metric: Metric) -> Measurand:
    return metric.measurand


@dataclass(frozen=True, slots=True)
class EstimateSource:
    """A metric and the counts of one group, ready to tell every field of their estimate.

    Calling it with a confidence gives the limits at that confidence.
    """

    metric: Metric
    counts: Counts
    extra: tuple[str, ...] = ()

    def __call__(self, confidence: float) -> tuple[float, float]:
        """Return the limits at a confidence."""
        low, high = self.metric.limits(self.counts, confidence)
        return low[0].item(), high[0].item()

    def field(self, name: str) -> Any:
        """Return one field of the estimate."""
        metric, counts = self.metric, self.counts
        match name:
            case "value":
                return metric.values(counts)[0].item()
            case "n":
                return metric.base(counts)[0].item()
            case "n_raw":
                return metric.rows(counts)[0].item()
            case "notes":
                return (*(code for code, where in metric.notes(counts).items() if where[0]), *self.extra)
            case "excluded":
                return FrozenMapping({reason: int(lost[0]) for reason, lost in counts.excluded.items() if lost[0]})
            case "parts":
                return FrozenMapping({part: array[0].item() for part, array in metric.parts(counts).items()})
            case _:
                return getattr(metric, DESCRIBED[name])


DESCRIBED = {
    "metric": "label",
    "unit": "unit_name",
    "method": "interval_method",
    "definition": "definition_name",
    "higher_is_better": "better_when_high",
}
"""The property of a metric that tells a field of its estimates."""
