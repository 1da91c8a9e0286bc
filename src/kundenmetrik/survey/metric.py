"""What all survey metrics share: a column of answers on a scale, and a value for each step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self, get_args

import numpy as np

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.core.checks import Invalid, check_choice, check_texts
from kundenmetrik.core.counting.histogram import Steps, histogram
from kundenmetrik.core.measurand import Measurand
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.groups import EVERYONE
from kundenmetrik.core.results.metric import EstimateSource
from kundenmetrik.core.results.score_metric import ScoreMetric
from kundenmetrik.core.statistics.score_methods import SCORE_METHODS, ScoreInterval
from kundenmetrik.core.statistics.scores.score_moments import score_mean
from kundenmetrik.errors import InvalidData, InvalidType
from kundenmetrik.frame.reading.answers import answers, step_faults
from kundenmetrik.frame.reading.faults import refuse
from kundenmetrik.frame.reading.numbers import common_length
from kundenmetrik.frame.records.source import read_columns
from kundenmetrik.frame.rows import Rows, weights_of
from kundenmetrik.survey.scale import Scale
from kundenmetrik.survey.scale_mismatch import mismatches

COLUMN = "score"
"""The column of the answers where no other is named."""


WITHOUT_WIDTH = ("wald", "t", "bootstrap")
"""Methods whose limits have no width where all answers agree."""


@dataclass(frozen=True, slots=True)
class SurveyMetric(ScoreMetric):
    """A metric of the answers to one question; its subclasses say what each step is worth.

    Parameters
    ----------
    column : str
        The column of the answers.
    question : str, optional
        On a table with a ``question`` column, the question whose rows are counted.
    scale : Scale
        The scale of the answers.
    method : str
        The interval's method: score, wald, adjusted_wald, jeffreys, t, bootstrap.
    name : str
        The metric's name in tables.
    definition : str
        The named definition that is followed.
    """

    column: str = COLUMN
    question: str | None = None
    scale: Scale = Scale(0, 10)
    method: ScoreInterval = "score"
    name: str = "score"
    definition: str = ""

    def __post_init__(self) -> None:
        check_texts(self, "column", "name", "definition")
        if self.question is not None and not isinstance(self.question, (str, int)):
            raise InvalidType("question", "be the name of a question", self.question)
        self._check_scale()
        check_choice(self.method, "method", SCORE_METHODS)

    def _check_scale(self) -> None:
        if not isinstance(self.scale, Scale):
            raise InvalidType("scale", "be a Scale such as km.Scale(1, 5)", self.scale)

    @property
    def label(self) -> str:
        """The metric's name in tables."""
        return self.name

    @property
    def cells(self) -> tuple[int, ...]:
        """The steps of the scale."""
        return self.scale.steps

    @property
    def definition_name(self) -> str:
        """The named definition that is followed."""
        return self.definition or self.name

    @property
    def interval_method(self) -> str:
        """The interval's method."""
        return self.method

    @property
    def columns(self) -> tuple[str, ...]:
        """The column of the answers."""
        return (self.column,)

    @property
    def identity(self) -> tuple[object, ...]:
        """The class, the steps, what each is worth, and the good end."""
        return type(self).__name__, self.scale.steps, self._cell_values, self.better_when_high

    @property
    def counted(self) -> dict[str, object]:
        """The ends of the scale, and which of them is good."""
        return {name: getattr(self.scale, name) for name in ("low", "high", "higher_is_better")}

    @property
    def measurand(self) -> Measurand:
        """What is counted, of which question; the column of a wide table stands for its question, too."""
        return Measurand(
            name=self.name,
            identity=self.identity,
            definition=self.definition_name,
            counted=self.counted,
            question=self.question,
            column=None if self.column == COLUMN else self.column,
        )

    def with_name(self, name: str) -> Self:
        """Return the same metric under another name.

        Parameters
        ----------
        name : str
            The name in tables.

        Returns
        -------
        SurveyMetric
            With that name.
        """
        return replace(self, name=name)

    def tally(self, rows: Rows) -> Counts:
        """Count the answers on each step."""
        return rows.steps(
            self.column,
            low=self.scale.low,
            high=self.scale.high,
            words=self.scale._words,
            missing_codes=self.scale.missing_codes,
            question=self.question,
            worth=self._cell_values,
        )

    def notes(self, counts: Counts) -> dict[str, BoolArray]:
        """Return what the answers look like, where they do not look like the scale."""
        told = {"empty": counts.rows == 0, **mismatches(counts, self.scale)}
        if self.method in WITHOUT_WIDTH:
            values = np.where(counts.table > 0, np.asarray(self._cell_values), np.nan)
            known = counts.n > 0
            alike = np.zeros(len(counts), dtype=np.bool_)
            alike[known] = np.nanmax(values[known], axis=1) == np.nanmin(values[known], axis=1)
            told["no_scatter"] = alike
        return told

    def _shares(self, counts: Counts, **boxes: tuple[int, ...]) -> dict[str, FloatArray]:
        """Return the share of the answers in each named set of steps."""
        total = counts.n
        found = {}
        for name, steps in boxes.items():
            inside = counts.table[:, [step - self.scale.low for step in steps]].sum(axis=1)
            found[name] = np.divide(inside, total, out=np.full(len(counts), np.nan), where=total > 0)
        return found


def estimate_scores(metric: SurveyMetric, scores: Any, *, weight: Any, confidence: float, invalid: Invalid) -> Estimate:
    """Return the estimate of a metric over plain answers."""
    raised = type(invalid) is str and invalid == "raise"
    exclude = not raised and check_choice(invalid, "invalid", get_args(Invalid)) == "exclude"
    if weight is not None:
        return metric.estimate(_weighted_counts(metric, scores, weight, exclude), confidence)
    scale = metric.scale
    words = scale._words if scale.labels else None
    no_step = scale.low + 0.5 if exclude else None
    read = answers(scores, "scores", words=words, missing_codes=scale.missing_codes, unknown=no_step)
    steps = histogram(read.values, scale.low, scale.high, read.missing)
    if not exclude and (steps.out_of_scale or steps.not_a_step):
        raise InvalidData(step_faults(read, "scores", scale.low, scale.high))
    return Estimate._from_source(Histogram(metric, steps), confidence)


class Histogram(EstimateSource):
    """A survey metric and the histogram of one group; the counts are made from it when they are asked for."""

    __slots__ = ("steps",)

    metric: SurveyMetric
    steps: Steps

    def __init__(self, metric: SurveyMetric, steps: Steps) -> None:
        put = object.__setattr__
        put(self, "metric", metric)
        put(self, "steps", steps)
        put(self, "extra", ())

    def __getattr__(self, name: str) -> Counts:
        """Make the counts when they are first asked for."""
        if name != "counts":
            raise AttributeError(name)
        steps = self.steps
        lost = {"missing": steps.missing, "out_of_scale": steps.out_of_scale, "not_a_step": steps.not_a_step}
        excluded = {reason: np.array([rows]) for reason, rows in lost.items() if rows}
        counts = Counts(cells=self.metric.scale.steps, table=steps.counts[None, :], excluded=excluded)
        object.__setattr__(self, "counts", counts)
        return counts

    def field(self, name: str) -> Any:
        """Return one field of the estimate; the value needs no counts but the histogram."""
        if name == "value":
            return score_mean(self.steps.counts[None, :], self.metric._cell_values)[0].item()
        return super().field(name)

    def __reduce__(self) -> tuple[Any, ...]:
        return EstimateSource, (self.metric, self.counts)


def _weighted_counts(metric: SurveyMetric, scores: Any, weight: Any, exclude: bool) -> Counts:
    common_length(scores=scores, weight=weight)
    weights = weights_of(weight, "weight")
    rows = Rows(
        frame=read_columns({"scores": scores}, ["scores"]),
        groups=EVERYONE,
        codes=np.zeros(len(weights), dtype=np.int64),
        weight=weights,
        exclude_invalid=exclude,
    )
    counts = replace(metric, column="scores", question=None).tally(rows)
    refuse(rows.faults)
    return counts
