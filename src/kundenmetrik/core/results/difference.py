"""What a comparison comes to: first minus second, with interval and p-value."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.results.display import html_table, plain_number, plain_p
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.json_values import as_stored, json_safe
from kundenmetrik.core.results.metric import Answer
from kundenmetrik.errors import InvalidArgument, InvalidType

__all__ = ["Contrast", "Difference", "compare"]


class Contrast(NamedTuple):
    """Differences of all groups as arrays: value, low, high, p_value and the method's name."""

    value: FloatArray
    low: FloatArray
    high: FloatArray
    p_value: FloatArray
    method: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Difference:
    """First minus second of one metric, with its interval and the p-value of "no difference".

    Attributes
    ----------
    metric : str
        The metric compared.
    value, low, high : float
        First minus second and its limits, in ``unit``.
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

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as a plain dict, without the two estimates.

        Returns
        -------
        dict
            metric, value, low, high, p_value, unit, confidence, method, notes.
        """
        kept = [field.name for field in fields(self) if field.name not in ("first", "second")]
        return {name: getattr(self, name) for name in kept} | {"notes": list(self.notes)}

    def to_json(self) -> str:
        """Return the fields as JSON; an undefined number is null.

        Returns
        -------
        str
            JSON that any reader understands.
        """
        return as_stored({name: json_safe(value) for name, value in self.to_dict().items()})

    def __eq__(self, other: object) -> bool:
        return self._identity() == other._identity() if isinstance(other, Difference) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[object, ...]:
        return tuple("nan" if value != value else value for value in (getattr(self, one.name) for one in fields(self)))

    def __repr__(self) -> str:
        sign = "+" if self.value > 0 else ""
        interval = f"{self.confidence:.4g} interval {plain_number(self.low)} to {plain_number(self.high)}"
        change = f"{self.metric} difference {sign}{plain_number(self.value)} {self.unit}"
        notes = f"; notes: {', '.join(self.notes)}" if self.notes else ""
        return f"{change} ({interval}; p {plain_p(self.p_value)}; {self.method}{notes})"

    def _repr_html_(self) -> str:
        return html_table(self.to_dict())


def compare(after: Estimate, before: Estimate, *, confidence: float = 0.95) -> Difference:
    r"""Tell whether a metric changed: after minus before, with interval and p-value.

    For survey metrics the p-value is that of the score test with the pooled variance,

    .. math:: z = \frac{\hat\theta_1 - \hat\theta_2}{\sqrt{\tilde V (1/n_1 + 1/n_2)}},

    and the interval is put together from the score limits of the two estimates (MOVER). Shares
    use the same with Wilson limits, rates the score test of two Poisson rates.

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
    20 with 200 answers; the pooled test keeps its 5 %.

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
    answers = []
    for name, estimate in (("after", after), ("before", before)):
        answers.append(_answer(name, estimate))
    first, second = answers
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


def _answer(name: str, estimate: object) -> Answer:
    """Return what can tell of a difference: the counts behind an estimate."""
    if not isinstance(estimate, Estimate):
        remedy = "Measure first: km.compare(km.nps(after), km.nps(before)), or km.csat, km.tgw and so on."
        raise InvalidType(name, "be an Estimate, such as km.nps(scores) returns", estimate, remedy)
    if not isinstance(estimate.ask, Answer):
        remedy = "Those of km.nps, km.csat, km.ces, km.tgw, km.retention_rate and km.measure do."
        raise InvalidType(name, "be an Estimate that rests on counts", estimate, remedy)
    return estimate.ask
