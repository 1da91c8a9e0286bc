"""The customer effort score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kundenmetrik.core.checks import Invalid
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.statistics.score_methods import ScoreInterval
from kundenmetrik.survey.custom import MeanScore
from kundenmetrik.survey.metric import estimate_scores
from kundenmetrik.survey.scale import Scale


@dataclass(frozen=True, slots=True)
class CES(MeanScore):
    r"""The customer effort score: the mean agreement that the company made it easy.

    .. math:: \text{CES} = \frac{1}{n} \sum_i x_i

    Parameters
    ----------
    column, question, scale, method, name, definition
        As in :class:`MeanScore`; by default 1 to 7 with high as easy. ``km.survey.definitions`` has CES 1.0
        and shares.

    Notes
    -----
    Both directions are current in Germany for the same seven steps. The library never guesses:
    the direction is part of the scale and comes back as ``higher_is_better``.

    References
    ----------
    Dixon, Freeman and Toman (2010), Harvard Business Review 88(7):116, for CES 1.0 (low is good).
    Dixon, Toman and DeLisi (2013), The Effortless Experience, for CES 2.0 (high is good).

    Examples
    --------
    >>> import kundenmetrik as km
    >>> km.measure({"effort": [7, 6, 5, 2]}, km.CES("effort")).overall().value
    5.0
    """

    question: str | None = "ces"
    scale: Scale = Scale(1, 7)
    name: str = "ces"


def ces(
    scores: Any,
    *,
    scale: Scale = Scale(1, 7),
    weight: Any = None,
    confidence: float = 0.95,
    method: ScoreInterval = "score",
    invalid: Invalid = "raise",
) -> Estimate:
    r"""Compute the mean customer effort score, with its interval.

    Parameters
    ----------
    scores, weight, confidence, invalid
        As in :func:`nps`.
    scale, method
        As in :class:`CES`.

    Returns
    -------
    Estimate
        On the scale; ``parts["percent_of_maximum"]`` runs from 0 to 100 with 100 as easiest.

    Raises
    ------
    InvalidData
        If an answer lies off the scale or between two steps; with rows and values.

    Notes
    -----
    The t interval often leaves the scale when nearly everybody agrees; the score interval stays
    on it. Formula and variants are those of :class:`CES`.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> counts = (80, 210, 140, 110, 160, 180, 120)
    >>> score = km.ces([step for step, count in enumerate(counts, 1) for _ in range(count)])
    >>> round(score.value, 2), score.higher_is_better
    (4.08, True)
    """
    metric = CES(scale=scale, method=method)
    return estimate_scores(metric, scores, weight=weight, confidence=confidence, invalid=invalid)
