"""What a comparison comes to: first minus second, with interval and p-value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import pandas as pd

from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.results.display import (
    base_text,
    decimals_for,
    display_name,
    interval_text,
    p_text,
    round_text,
    unit_text,
)
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.metric import EstimateSource
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.storage.json_schema import record_schema
from kundenmetrik.core.results.storage.json_values import json_record
from kundenmetrik.core.results.target_test import TargetTest, target_test
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frozen import FrozenMapping

COMPARED = ("value", "baseline_value", "difference")
"""The columns that are rounded by the limits of the difference."""
MEASURED = (*COMPARED, "low", "high", "p_value", "p_adjusted", "confidence")
"""The columns that are no counts."""
EXCLUDED = ("excluded", "excluded_baseline")
"""What the dict tells beside the columns of the frame."""
ROW = (
    *("metric", "baseline", "value", "baseline_value", "difference", "low", "high", "p_value", "p_adjusted", "clear"),
    *("n", "n_baseline", "unit", "confidence", "method", "adjust", "notes", "definition", *EXCLUDED),
)
"""The fields of the dict, in order."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Difference(Result):
    """First minus second of one metric, with its interval and the p-value of "no difference".

    Attributes
    ----------
    metric : str
        The metric compared.
    value, low, high : float
        First minus second and its limits, in ``unit``. In the frame this is the column ``difference``; its ``value`` is
        the first level, ``baseline_value`` the second.
    p_value : float
        The two-sided p-value of the hypothesis that both are the same.
    unit : str
        The unit of value and limits.
    confidence : float
        The confidence of the interval.
    method : str
        How interval and p-value were found.
    first, second : Estimate
        What was compared.
    notes : tuple of str
        Codes of what the reader should know.
    """

    _estimated: ClassVar[tuple[str, ...]] = COMPARED
    _one_line: ClassVar[bool] = True

    metric: str
    value: float
    low: float
    high: float
    p_value: float
    unit: str
    confidence: float
    method: str
    first: Estimate
    second: Estimate
    notes: tuple[str, ...] = ()

    def at(self, *, confidence: float) -> Difference:
        """Ask again at another confidence.

        Parameters
        ----------
        confidence : float
            Between 0 and 1.

        Returns
        -------
        Difference
            The same comparison with the interval at that confidence.
        """
        return compare(self.first, self.second, confidence=confidence)

    def against(self, target: float = 0.0, *, margin: float | None = None) -> TargetTest:
        """Tell whether the difference is above or below a target, or the same within a margin.

        Parameters
        ----------
        target : float
            A constant, in the unit of the difference; 0 asks whether there is a difference.
        margin : float, optional
            The smallest difference that matters; without it "the same" is never said.

        Returns
        -------
        TargetTest
            By the interval of the difference, as :meth:`Estimate.against` does. The p-value of the difference itself is
            that of another test, with a pooled variance.

        Examples
        --------
        >>> import kundenmetrik as km
        >>> after, before = (km.nps([10] * n + [8] * 300 + [3] * (700 - n)) for n in (500, 490))
        >>> km.compare(after, before).against(margin=10).verdict
        'same'
        """
        return target_test(self, self._limits_at, target, margin, self.first.higher_is_better)

    def _limits_at(self, confidence: float) -> tuple[float, float]:
        asked = self.at(confidence=confidence)
        return asked.low, asked.high

    @property
    def clear(self) -> bool:
        """Whether the p-value is below what the confidence leaves, such as 0.05."""
        return bool(self.p_value < 1.0 - self.confidence)

    @property
    def headline(self) -> str:
        """The difference with its interval, p-value and bases in a line, rounded for reading."""
        bases = f"n = {base_text(self.first.n)} and {base_text(self.second.n)}"
        name = f"{display_name(self.metric)} difference"
        if self.value != self.value:
            return f"{name} undefined, {bases}"
        decimals = decimals_for(self.low, self.high)
        interval = interval_text(self.low, self.high, self.confidence, decimals)
        sign = "+" if self.value > 0 else ""
        change = f"{name} {sign}{round_text(self.value, decimals)} {unit_text(self.unit)}".rstrip()
        return f"{change}, {interval}, {p_text(self.p_value)}, {bases} ({self.method})"

    def to_frame(self) -> pd.DataFrame:
        """Return the difference as a table of one row, with the columns of a table of differences."""
        told = {name: value for name, value in self._row().items() if name not in EXCLUDED}
        return pd.DataFrame([{**told, "notes": ", ".join(self.notes)}])

    def to_dict(self) -> dict[str, Any]:
        """Return the columns of the frame, and what was excluded, as a plain dict; an undefined number is None."""
        return json_record(self._row(), MEASURED)

    @classmethod
    def _json_schema(cls) -> dict[str, Any]:
        return record_schema(cls, ROW)

    @property
    def excluded(self) -> Mapping[str, int]:
        """How many rows were left out of the first and of the second together, by reason."""
        lost = Counter(self.first.excluded)
        lost.update(self.second.excluded)
        return FrozenMapping(lost)

    def _row(self) -> dict[str, Any]:
        return {
            "metric": self.metric,
            "baseline": "second",
            "value": self.first.value,
            "baseline_value": self.second.value,
            "difference": self.value,
            "low": self.low,
            "high": self.high,
            "p_value": self.p_value,
            "p_adjusted": self.p_value,
            "clear": self.clear,
            "n": self.first.n,
            "n_baseline": self.second.n,
            "unit": self.unit,
            "confidence": self.confidence,
            "method": self.method,
            "adjust": "none",
            "notes": self.notes,
            "definition": self.first.definition,
            "excluded": self.first.excluded,
            "excluded_baseline": self.second.excluded,
        }

    def __eq__(self, other: object) -> bool:
        return self._identity() == other._identity() if isinstance(other, Difference) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[object, ...]:
        return tuple("nan" if value != value else value for value in (getattr(self, one.name) for one in fields(self)))


def compare(after: Estimate, before: Estimate, *, confidence: float = 0.95) -> Difference:
    r"""Tell whether a metric changed: after minus before, with interval and p-value.

    For survey metrics the p-value is that of the score test with the pooled variance,

    .. math:: z = \frac{\hat\theta_1 - \hat\theta_2}{\sqrt{\tilde V (1/n_1 + 1/n_2)}},

    and the interval is put together from the score limits of the two estimates (MOVER). Shares
    use the same with Wilson limits, rates the score test of two Poisson rates. With fewer than ten
    answers in one of the groups the p-value is that of the exact permutation test (note ``few_answers``).

    Parameters
    ----------
    after, before : Estimate
        Two estimates of the same metric, from different people. A part is compared with the rest,
        never with a total that contains it.
    confidence : float
        The confidence of the interval.

    Returns
    -------
    Difference
        First minus second.

    Raises
    ------
    InvalidType
        If one of them is not an estimate that rests on counts.
    InvalidArgument
        If the two are not of the same metric and definition.

    Notes
    -----
    The Wald test that most tools use rejects a true "no change" in up to 12.5 % of comparisons of
    20 with 200 answers; the pooled test keeps its 5 %. Below ten answers it does not, hence the exact test.

    References
    ----------
    Zou and Donner (2008), Statistics in Medicine 27:1693, for MOVER.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> change = km.compare(km.nps([10] * 60 + [5] * 20), km.nps([10] * 40 + [5] * 40))
    >>> change.value, change.p_value < 0.01
    (50.0, True)
    """
    level = check_confidence(confidence)
    first, second = _source("after", after), _source("before", before)
    if first.metric.identity != second.metric.identity:
        raise InvalidArgument(
            "after and before",
            f"be the same metric with the same definition, {second.metric.identity}",
            first.metric.identity,
        )
    contrast = first.metric.contrast(first.counts, second.counts, level)
    value, low, high, p_value = (array[0].item() for array in contrast[:4])
    own = [code for code, where in first.metric.pair_notes(first.counts, second.counts).items() if where[0]]
    return Difference(
        metric=first.metric.label,
        value=value,
        low=low,
        high=high,
        p_value=p_value,
        unit=first.metric.unit_name,
        confidence=level,
        method=contrast.method,
        first=after,
        second=before,
        notes=tuple(dict.fromkeys([*after.notes, *before.notes, *own])),
    )


def _source(name: str, estimate: object) -> EstimateSource:
    """Return what can tell of a difference: the counts behind an estimate."""
    if not isinstance(estimate, Estimate):
        remedy = "Measure first: km.compare(km.nps(after), km.nps(before)), or km.csat, km.tgw and so on."
        raise InvalidType(name, "be an Estimate, such as km.nps(scores) returns", estimate, remedy)
    if not isinstance(estimate._ask, EstimateSource):
        remedy = "Those of km.nps, km.csat, km.ces, km.tgw, km.retention_rate and km.measure do."
        raise InvalidType(name, "be an Estimate that rests on counts", estimate, remedy)
    return estimate._ask
