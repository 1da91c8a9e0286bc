"""Named, cited definitions of the survey metrics, and one column of answers under all that fit it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from kundenmetrik.core.checks import check_choice
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frozen import FrozenMapping
from kundenmetrik.survey.ces import CES
from kundenmetrik.survey.csat import CITED_BOXES, CSAT
from kundenmetrik.survey.custom import MeanScore, NetScore, TopBox
from kundenmetrik.survey.metric import SurveyMetric, estimate_scores
from kundenmetrik.survey.nps import NPS
from kundenmetrik.survey.scale import Scale

__all__ = ["DEFINITIONS", "Definition", "compare_definitions", "definition"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A metric as somebody defines it, with the source.

    Attributes
    ----------
    name : str
        Its name here, such as ``"nps.5_strict"``.
    metric : SurveyMetric
        The metric it stands for.
    source : str
        Who defines it so.
    """

    name: str
    metric: SurveyMetric
    source: str


def _by_name(*rows: tuple[str, SurveyMetric, str]) -> Mapping[str, Definition]:
    definitions = {
        name: Definition(name=name, metric=replace(metric, definition=name), source=source)
        for name, metric, source in rows
    }
    return FrozenMapping(definitions)


def _best_of(size: int) -> tuple[CSAT, str]:
    """Return the cited score on a scale of so many steps, with its source."""
    scale, (boxes, source) = Scale(1, size), CITED_BOXES[size]
    return CSAT(scale=scale, satisfied=scale.top(boxes)), source


ONE_TO_FIVE, ONE_TO_SEVEN, ONE_TO_TEN = Scale(1, 5), Scale(1, 7), Scale(1, 10)

DEFINITIONS: Mapping[str, Definition] = _by_name(
    ("nps", NPS(), "Reichheld (2003), Harvard Business Review 81(12):46"),
    (
        "nps.1_to_10",
        NPS(scale=ONE_TO_TEN, top=(9, 10), bottom=(1, 2, 3, 4, 5, 6)),
        "asked from 1 to 10: no 0 is possible, so scores are not comparable with 0 to 10",
    ),
    ("nps.european", NPS(top=(8, 9, 10), bottom=(0, 1, 2, 3, 4, 5)), "CheckMarket, 'NPS EU': 8 to 10 against 0 to 5"),
    ("nps.5_strict", NPS(scale=ONE_TO_FIVE, top=(5,), bottom=(1, 2, 3)), "ServiceRocket Surveys: 5 against 1 to 3"),
    (
        "nps.5_lax",
        NPS(scale=ONE_TO_FIVE, top=(4, 5), bottom=(1, 2)),
        "iPiphany, 'Net function': 4 and 5 against 1 and 2",
    ),
    ("nps.7_strict", NPS(scale=ONE_TO_SEVEN, top=(7,), bottom=(1, 2, 3, 4)), "ServiceRocket Surveys: 7 against 1 to 4"),
    ("nps.7_lax", NPS(scale=ONE_TO_SEVEN, top=(6, 7), bottom=(1, 2)), "iPiphany: 6 and 7 against 1 and 2"),
    ("csat", CSAT(), "top two of five: Zendesk, Simplesat, Delighted, Nicereply, Formbricks"),
    ("csat.top_box_5", CSAT(scale=ONE_TO_FIVE, satisfied=(5,)), "top box of five"),
    ("csat.simplesat_2", *_best_of(2)),
    ("csat.simplesat_3", *_best_of(3)),
    ("csat.formbricks_4", *_best_of(4)),
    ("csat.formbricks_6", CSAT(scale=Scale(1, 6), satisfied=(5, 6)), "Formbricks, six steps: 5 and 6"),
    ("csat.formbricks_7", CSAT(scale=ONE_TO_SEVEN, satisfied=(6, 7)), "Formbricks, seven steps: 6 and 7"),
    ("csat.formbricks_10", *_best_of(10)),
    ("csat.mean_5", MeanScore(question="csat", scale=ONE_TO_FIVE, name="csat_mean"), "mean of 1 to 5"),
    ("csat.mean_10", MeanScore(question="csat", scale=ONE_TO_TEN, name="csat_mean"), "mean of 1 to 10, Thematic"),
    (
        "csat.net_5",
        NetScore(question="csat", scale=ONE_TO_FIVE, top=(4, 5), bottom=(1, 2), name="net_satisfaction"),
        "net satisfaction: top two minus bottom two",
    ),
    ("ces", CES(), "CES 2.0: mean agreement from 1 to 7 that it was easy; Dixon, Toman and DeLisi (2013)"),
    (
        "ces.1.0",
        CES(scale=Scale(1, 5, higher_is_better=False)),
        "CES 1.0: mean effort from 1 to 5, low is good; Dixon, Freeman and Toman (2010), HBR 88(7):116",
    ),
    (
        "ces.top_two",
        TopBox(question="ces", scale=ONE_TO_SEVEN, top=(6, 7), name="ces_top_two"),
        "CES 2.0: percentage of 6 and 7",
    ),
    (
        "ces.top_three",
        TopBox(question="ces", scale=ONE_TO_SEVEN, top=(5, 6, 7), name="ces_top_three"),
        "CES 2.0: percentage that at least somewhat agree, 5 to 7",
    ),
    (
        "ces.net_easy",
        NetScore(question="ces", scale=ONE_TO_SEVEN, top=(6, 7), bottom=(1, 2, 3), name="net_easy"),
        "CYS: 6 and 7 minus 1 to 3; 4 and 5 are neutral",
    ),
    (
        "ces.net_easy_lax",
        NetScore(question="ces", scale=ONE_TO_SEVEN, top=(6, 7), bottom=(1, 2), name="net_easy"),
        "iPiphany: 6 and 7 minus 1 and 2",
    ),
)
"""All definitions by name."""


def definition(name: str) -> SurveyMetric:
    """Return the metric of a named definition.

    Parameters
    ----------
    name : str
        Such as ``"nps.european"`` or ``"ces.net_easy"``; see ``DEFINITIONS``.

    Returns
    -------
    SurveyMetric
        Ready for :func:`kundenmetrik.measure`; its estimates carry the definition's name.

    Raises
    ------
    UnknownName
        If there is no such definition; the nearest one is suggested.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> strict = km.survey.definitions.definition("nps.5_strict")
    >>> km.measure({"score": [5, 5, 4, 3]}, strict)[()].value
    25.0
    """
    return DEFINITIONS[check_choice(name, "name", DEFINITIONS)].metric


def compare_definitions(scores: Any, *, scale: Scale | None = None, confidence: float = 0.95) -> pd.DataFrame:
    """Show one column of answers under every definition that fits its scale.

    Parameters
    ----------
    scores : array-like, shape (n,)
        The answers.
    scale : Scale, optional
        The scale they were given on; only definitions for the same steps and direction are shown.
        Without it every definition is shown on whose scale all the answers lie, which may be
        several scales: the column ``scale`` tells them apart.
    confidence : float
        The confidence of the intervals.

    Returns
    -------
    pandas.DataFrame
        definition, scale, value, low, high, n, unit, source; one row for each definition.

    Raises
    ------
    InvalidArgument
        If no definition fits the scale, or the answers.

    Notes
    -----
    The same answers can give an NPS of -34 or of +13: a number without its definition says little.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> table = km.survey.compare_definitions([5, 4, 4, 3, 1], scale=km.Scale(1, 5))
    >>> table.set_index("definition").loc[["nps.5_strict", "nps.5_lax", "csat"], "value"].tolist()
    [-20.0, 40.0, 60.0]
    """
    if scale is not None and not isinstance(scale, Scale):
        raise InvalidType("scale", "be a Scale such as km.Scale(1, 5)", scale)
    rows = []
    for found, metric in _fitting(scale):
        estimate = estimate_scores(
            metric, scores, weight=None, confidence=confidence, invalid="raise" if scale else "exclude"
        )
        if scale is None and {"out_of_scale", "not_a_step"} & set(estimate.excluded):
            continue
        shown = {name: getattr(estimate, name) for name in ("value", "low", "high", "n", "unit")}
        rows.append({"definition": found.name, "scale": repr(metric.scale), **shown, "source": found.source})
    if not rows:
        raise InvalidArgument("scale", "be one that a definition is made for, and hold all the answers", scale)
    return pd.DataFrame(rows)


def _fitting(scale: Scale | None) -> list[tuple[Definition, SurveyMetric]]:
    """Return the definitions for the steps and the direction of a scale with their metrics on it; without one all."""
    found = DEFINITIONS.values()
    if scale is None:
        return [(one, one.metric) for one in found]
    return [(one, replace(one.metric, scale=scale)) for one in found if _same_scale(one.metric.scale, scale)]


def _same_scale(one: Scale, other: Scale) -> bool:
    return (one.low, one.high, one.higher_is_better) == (other.low, other.high, other.higher_is_better)
