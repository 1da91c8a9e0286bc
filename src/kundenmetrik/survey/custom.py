"""The three value maps that survey metrics are made of: top box, net score, mean score."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Real
from typing import Any, ClassVar

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.survey.metric import SurveyMetric
from kundenmetrik.survey.scale import Scale


@dataclass(frozen=True, slots=True)
class TopBox(SurveyMetric):
    r"""The percentage of answers in the best boxes, such as 4 and 5 of 1 to 5.

    .. math:: 100 \cdot \frac{\text{answers in the top boxes}}{\text{valid answers}}

    Parameters
    ----------
    column : str
        The column of the answers.
    question : str, optional
        On a table with a ``question`` column, the question whose rows are counted.
    scale : Scale
        The scale of the answers; the best boxes lie at its good end.
    method : {"score", "wald", "adjusted_wald", "jeffreys", "t", "bootstrap"}
        The interval's method.
    name : str
        The metric's name in tables.
    definition : str
        The named definition that is followed.
    top : tuple of int, optional
        The steps that count; by default the two best.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> top = km.TopBox("wait", scale=km.Scale(1, 4), top=(4,), name="very_short_wait")
    >>> km.measure({"wait": [4, 4, 2, 1]}, top)[()].value
    50.0
    """

    scale: Scale = Scale(1, 5)
    name: str = "top_box"
    top: tuple[int, ...] | None = None

    unit = "percent"
    higher_is_better: ClassVar[bool | None] = True

    def __post_init__(self) -> None:
        super(TopBox, self).__post_init__()
        object.__setattr__(
            self, "top", steps_of(self.scale, "top", self.top) if self.top is not None else self.scale.top(2)
        )

    @property
    def _cell_values(self) -> tuple[float, ...]:
        """100 for a top box, 0 for any other step."""
        return tuple(100.0 if step in (self.top or ()) else 0.0 for step in self.scale.steps)

    def parts(self, counts: Counts) -> dict[str, FloatArray]:
        """Return the share of the top boxes and of the others."""
        top = self.top or ()
        others = tuple(step for step in self.scale.steps if step not in top)
        return self._shares(counts, top=top, others=others)


@dataclass(frozen=True, slots=True)
class NetScore(SurveyMetric):
    r"""The percentage of answers at the good end minus the percentage at the bad end, in points.

    .. math:: 100 \cdot \frac{\text{top} - \text{bottom}}{\text{valid answers}}

    Parameters
    ----------
    column, question, scale, method, name, definition
        As in :class:`TopBox`.
    top, bottom : tuple of int, optional
        The steps at the good and at the bad end; by default the best and the worst two.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> net = km.NetScore("mood", scale=km.Scale(1, 5), top=(4, 5), bottom=(1, 2), name="net_mood")
    >>> km.measure({"mood": [5, 4, 3, 1]}, net)[()].value
    25.0
    """

    name: str = "net_score"
    top: tuple[int, ...] | None = None
    bottom: tuple[int, ...] | None = None

    unit = "points"
    higher_is_better: ClassVar[bool | None] = True

    def __post_init__(self) -> None:
        super(NetScore, self).__post_init__()
        top = self.scale.top(2) if self.top is None else steps_of(self.scale, "top", self.top)
        bottom = self.scale.bottom(2) if self.bottom is None else steps_of(self.scale, "bottom", self.bottom)
        if set(top) & set(bottom):
            raise InvalidArgument("top and bottom", "share no step", (top, bottom))
        object.__setattr__(self, "top", top)
        object.__setattr__(self, "bottom", bottom)

    @property
    def _cell_values(self) -> tuple[float, ...]:
        """100 at the top, -100 at the bottom, 0 between."""
        top, bottom = self.top or (), self.bottom or ()
        return tuple(100.0 if step in top else -100.0 if step in bottom else 0.0 for step in self.scale.steps)

    def parts(self, counts: Counts) -> dict[str, FloatArray]:
        """Return the shares of top, middle and bottom."""
        return self._shares(counts, top=self.top or (), middle=self.between, bottom=self.bottom or ())

    @property
    def between(self) -> tuple[int, ...]:
        """The steps that are neither top nor bottom."""
        ends = {*(self.top or ()), *(self.bottom or ())}
        return tuple(step for step in self.scale.steps if step not in ends)


@dataclass(frozen=True, slots=True)
class MeanScore(SurveyMetric):
    r"""The mean answer on the scale, with the percentage of the maximum possible beside it.

    .. math:: \bar x = \frac{1}{n} \sum_i x_i, \qquad
        \text{POMP} = 100 \cdot \frac{\bar x - \text{low}}{\text{high} - \text{low}}

    Parameters
    ----------
    column, question, scale, method, name, definition
        As in :class:`TopBox`; the direction of the scale says which end is good.

    Notes
    -----
    ``parts["percent_of_maximum"]`` is counted from the good end, so that 100 is always the best.

    References
    ----------
    Cohen, Cohen, Aiken and West (1999), Multivariate Behavioral Research 34:315, for POMP.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> grade = km.MeanScore("grade", scale=km.Scale(1, 6, higher_is_better=False), name="school_grade")
    >>> km.measure({"grade": [1, 2, 2, 3]}, grade)[()].value
    2.0
    """

    name: str = "mean_score"

    unit = "scale points"

    @property
    def better_when_high(self) -> bool:
        """The direction of the scale."""
        return self.scale.higher_is_better

    @property
    def _cell_values(self) -> tuple[float, ...]:
        """Each step is worth itself."""
        return tuple(float(step) for step in self.scale.steps)

    def parts(self, counts: Counts) -> dict[str, FloatArray]:
        """Return the percentage of the maximum possible, counted from the good end."""
        low, high = self.bounds
        worst, best = (low, high) if self.scale.higher_is_better else (high, low)
        return {"percent_of_maximum": 100.0 * (self.values(counts) - worst) / (best - worst)}


def steps_of(scale: Scale, argument: str, steps: Any) -> tuple[int, ...]:
    """Return the steps that an argument names, in order; each must lie on the scale."""
    given = np.atleast_1d(np.asarray(steps, dtype=object)).ravel().tolist()
    whole: list[Any] = [step for step in given if isinstance(step, Real) and not isinstance(step, (bool, np.bool_))]
    named = tuple(int(step) for step in whole if step in scale.steps)
    if not 0 < len(set(named)) < len(scale.steps) or len(named) != len(given):
        raise InvalidArgument(argument, f"name some, not all, of the steps from {scale.low} to {scale.high}", steps)
    return tuple(sorted(set(named)))
