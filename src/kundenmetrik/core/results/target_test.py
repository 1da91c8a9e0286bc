"""A value or a difference against a target: above it, below it, no worse, or the same within a margin."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Literal, get_args

import numpy as np
import pandas as pd
import scipy

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_number
from kundenmetrik.core.results.display import decimals_for, display_name, interval_text, p_text, round_text, unit_text
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.storage.json_schema import NUMBER, record_schema
from kundenmetrik.core.results.storage.json_values import json_record
from kundenmetrik.core.statistics.root_finding import monotone_root
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frozen import FrozenMapping

Limits = Callable[[float], tuple[float, float]]
"""Answers a confidence with the limits at it."""
SMALLEST_Z, FARTHEST_Z = 1e-6, 8.0
"""The critical values at which limits are asked for: beyond the farthest a confidence is 1 to the last digit."""
Verdict = Literal["above", "below", "same", "not_worse", "open", "undefined"]
VERDICT: dict[str, Any] = {"type": "string", "enum": list(get_args(Verdict))}
SENTENCES = {
    "above": "above {target}",
    "below": "below {target}",
    "same": "the same as {target} within {margin}",
    "not_worse": "not worse than {target} by {margin} or more",
    "open": "not shown to be above or below {target}",
}


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TargetTest(Result):
    """A value with its interval against a target, and what is shown of it.

    Attributes
    ----------
    metric : str
        What is tested.
    value, low, high : float
        The value and its limits, in ``unit``.
    target : float
        What it is held against.
    margin : float
        The smallest distance from the target that matters; NaN where none was given.
    p_value : float
        The two-sided p-value of "the value is the target".
    p_not_worse : float
        The one-sided p-value of "it is worse than the target by the margin or more"; NaN without a margin, or where the
        metric has no direction.
    p_same : float
        The p-value of "it differs from the target by the margin or more", of two one-sided tests (TOST); NaN without a
        margin.
    verdict : {"above", "below", "same", "not_worse", "open", "undefined"}
        The first of these that is shown: the same within the margin, above, below, not worse. "open" says that nothing
        is shown, which is not "the same".
    unit, confidence, method : str, float, str
        As of what was tested.
    notes : tuple of str
        Codes of what the reader should know.
    excluded : mapping of str to int
        How many rows were left out, by reason.
    """

    _one_line: ClassVar[bool] = True

    metric: str
    value: float
    low: float
    high: float
    target: float
    margin: float
    p_value: float
    p_not_worse: float
    p_same: float
    verdict: Verdict
    unit: str
    confidence: float
    method: str
    notes: tuple[str, ...] = ()
    excluded: Mapping[str, int] = FrozenMapping({})

    @property
    def headline(self) -> str:
        """What is shown, with value, interval and p-value in a line, rounded for reading."""
        name = display_name(self.metric)
        if self.verdict == "undefined":
            return f"{name} undefined"
        decimals, unit = decimals_for(self.low, self.high), unit_text(self.unit)
        target, margin = (f"{plain:g} {unit}".rstrip() for plain in (self.target, self.margin))
        shown = SENTENCES[self.verdict].format(target=target, margin=margin)
        level = f"{name} {round_text(self.value, decimals)} {unit}".rstrip()
        interval = interval_text(self.low, self.high, self.confidence, decimals)
        proof = {"same": self.p_same, "not_worse": self.p_not_worse}.get(self.verdict, self.p_value)
        return f"{level} is {shown}, {interval}, {p_text(proof)}"

    def to_frame(self) -> pd.DataFrame:
        """Return the test as a table of one row."""
        return pd.DataFrame([{**self._row(), "notes": ", ".join(self.notes), "excluded": sum(self.excluded.values())}])

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a plain dict that JSON can hold; an undefined number is None."""
        row = self._row()
        return json_record(row, [name for name, value in row.items() if isinstance(value, float)])

    @classmethod
    def _json_schema(cls) -> dict[str, Any]:
        own = {**dict.fromkeys(("target", "margin", "p_not_worse", "p_same"), NUMBER), "verdict": VERDICT}
        return record_schema(cls, [one.name for one in fields(cls) if one.name not in own], **own)

    def _row(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self)}


def target_test(found: Any, limits: Limits, target: float, margin: float | None, better: bool | None) -> TargetTest:
    """Return a value and its limits against a target, by the tests whose intervals the limits are.

    Parameters
    ----------
    found : Estimate or Difference
        What is tested.
    limits : callable
        Returns its limits at a confidence.
    target : float
        A constant, in the unit of the value.
    margin : float, optional
        The smallest distance that matters, above 0.
    better : bool or None
        Whether more is better, None where there is no direction.
    """
    target, alpha = check_number(target, "target"), 1.0 - found.confidence
    if margin is not None and not check_number(margin, "margin") > 0.0:
        raise InvalidArgument("margin", "be above 0", margin)
    width = math.nan if margin is None else float(margin)
    above = _p_above(found.value, limits, target)
    over, under = (_p_above(found.value, limits, target - width), 1.0 - _p_above(found.value, limits, target + width))
    p_value, p_same = 2.0 * min(above, 1.0 - above), max(over, under)
    p_not_worse = math.nan if better is None else over if better else under
    shown: dict[Verdict, bool] = {
        "undefined": math.isnan(found.value),
        "same": p_same < alpha,
        "above": p_value < alpha and found.value > target,
        "below": p_value < alpha,
        "not_worse": p_not_worse < alpha,
        "open": True,
    }
    return TargetTest(
        metric=found.metric,
        value=found.value,
        low=found.low,
        high=found.high,
        target=target,
        margin=width,
        p_value=p_value,
        p_not_worse=p_not_worse,
        p_same=p_same,
        verdict=next(verdict for verdict, holds in shown.items() if holds),
        unit=found.unit,
        confidence=found.confidence,
        method=found.method,
        notes=tuple(found.notes),
        excluded=found.excluded,
    )


def _p_above(value: float, limits: Limits, bound: float) -> float:
    """Return the one-sided p-value of "at most the bound": that of the confidence whose limit is the bound."""
    if math.isnan(value) or math.isnan(bound) or value == bound:
        return math.nan if value != bound else 0.5
    side = 0 if value > bound else 1
    sign = 1.0 if value > bound else -1.0

    def distance(z: FloatArray) -> FloatArray:
        confidence = 1.0 - 2.0 * float(scipy.special.ndtr(-z.item()))
        return np.array([sign * (bound - limits(confidence)[side])])

    z = monotone_root(distance, np.array([SMALLEST_Z]), np.array([FARTHEST_Z])).item()
    return float(scipy.special.ndtr(-sign * z))
