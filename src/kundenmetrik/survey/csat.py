"""The customer satisfaction score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import Invalid
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.statistics.score_methods import ScoreInterval
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.renamed import former_parameters
from kundenmetrik.survey.custom import steps_of
from kundenmetrik.survey.metric import SurveyMetric, estimate_scores
from kundenmetrik.survey.scale import Scale

TOP_TWO = (5, 6, 7)
"""On scales of so many steps the two best count as satisfied by all that are cited."""
CITED_BOXES: dict[int, tuple[int, str]] = {
    2: (1, "Simplesat and Zendesk, two steps: good"),
    3: (1, "Simplesat and Formbricks, three steps: only the best; the middle is neutral"),
    4: (2, "Formbricks and Simplesat, four steps: 3 and 4"),
    10: (3, "Formbricks, ten steps: 8 to 10"),
}
"""How many of the best steps count as satisfied on scales where it is not two of five to seven, and who says so."""


@former_parameters(top="satisfied")
@dataclass(frozen=True, slots=True)
class CSAT(SurveyMetric):
    r"""The customer satisfaction score: the percentage of satisfied customers.

    .. math:: \text{CSAT} = 100 \cdot \frac{\text{satisfied}}{\text{valid answers}}

    Parameters
    ----------
    column, question, scale, method, name, definition
        As in :class:`TopBox`. Vendors differ, see ``km.survey.definitions``.
    satisfied : tuple of int, optional
        The steps that count as satisfied; by default the two best of five, six or seven. On any other scale they must
        be named, as definitions differ there.

    Raises
    ------
    InvalidArgument
        If ``satisfied`` names a step off the scale, or is missing on a scale of other than five, six or seven steps;
        the error lists the cited definitions for that many steps.

    Notes
    -----
    With two cells the default score interval is Wilson's.

    References
    ----------
    Wilson (1927), Journal of the American Statistical Association 22:209. ISO 10004:2018.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> km.measure({"satisfaction": [5, 4, 4, 2]}, km.CSAT("satisfaction")).overall().value
    75.0
    """

    question: str | None = "csat"
    scale: Scale = Scale(1, 5)
    name: str = "csat"
    satisfied: tuple[int, ...] | None = None

    unit = "percent"
    higher_is_better: ClassVar[bool | None] = True

    def __post_init__(self) -> None:
        super(CSAT, self).__post_init__()
        named = self._top_two() if self.satisfied is None else steps_of(self.scale, "satisfied", self.satisfied)
        object.__setattr__(self, "satisfied", named)

    def _top_two(self) -> tuple[int, ...]:
        """Return the two best steps where they are what is meant by satisfied everywhere."""
        size = len(self.scale.steps)
        if size in TOP_TWO:
            return self.scale.top(2)
        boxes, source = CITED_BOXES.get(size, (0, ""))
        cited = f"{source}: satisfied={self.scale.top(boxes)}." if boxes else "None is cited for so many steps."
        rule = f"name the steps that count as satisfied on a scale of {size} steps, where definitions differ"
        raise InvalidArgument("satisfied", rule, remedy=cited)

    @property
    def _cell_values(self) -> tuple[float, ...]:
        """100 for a step that counts as satisfied, 0 for any other."""
        return tuple(100.0 if step in (self.satisfied or ()) else 0.0 for step in self.scale.steps)

    def parts(self, counts: Counts) -> dict[str, FloatArray]:
        """Return the shares of the satisfied and of the others."""
        satisfied = self.satisfied or ()
        others = tuple(step for step in self.scale.steps if step not in satisfied)
        return self._shares(counts, satisfied=satisfied, not_satisfied=others)


def csat(
    scores: Any,
    *,
    scale: Scale = Scale(1, 5),
    satisfied: Any = None,
    weight: Any = None,
    confidence: float = 0.95,
    method: ScoreInterval = "score",
    invalid: Invalid = "raise",
) -> Estimate:
    r"""Compute the percentage of satisfied customers, with its interval.

    Parameters
    ----------
    scores, weight, confidence, invalid
        As in :func:`nps`.
    scale, satisfied, method
        As in :class:`CSAT`; ``"score"`` is Wilson's interval.

    Returns
    -------
    Estimate
        In percent from 0 to 100.

    Raises
    ------
    InvalidData
        If an answer lies off the scale or between two steps; with rows and values.
    InvalidArgument
        If ``satisfied`` names a step off the scale, or is missing on a scale of other than five, six or seven steps.

    Notes
    -----
    Formula and variants are those of :class:`CSAT`.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> score = km.csat([5] * 42 + [4] * 32 + [3] * 10 + [2] * 9 + [1] * 14)
    >>> round(score.value, 2), round(score.low, 2), round(score.high, 2)
    (69.16, 59.87, 77.12)
    """
    metric = CSAT(scale=scale, satisfied=satisfied, method=method)
    return estimate_scores(metric, scores, weight=weight, confidence=confidence, invalid=invalid)
