"""The ACSI score: one index of three satisfaction items."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NoReturn

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_items, check_number
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.score_metric import ScoreMetric
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.reading.answers import step_faults
from kundenmetrik.frame.reading.faults import refuse
from kundenmetrik.frame.reading.numbers import common_length, numbers

EQUAL_WEIGHTS = (1 / 3, 1 / 3, 1 / 3)
"""Every item counts the same."""
OHIO = (0.3885, 0.3190, 0.2925)
"""The only published ACSI weights: State of Ohio, Verint (2013)."""
STEPS = np.arange(1, 11)


@dataclass(frozen=True, slots=True)
class ACSI(ScoreMetric):
    """The score of one person is the weighted mean of three items, so it has finitely many values.

    Parameters
    ----------
    weights : tuple of float
        One weight for each item; they add up to 1.
    """

    weights: tuple[float, float, float] = EQUAL_WEIGHTS

    unit = "points"
    higher_is_better: ClassVar[bool | None] = True

    @property
    def label(self) -> str:
        """The metric's name in tables."""
        return "acsi"

    @property
    def interval_method(self) -> str:
        """The score interval."""
        return "score"

    @property
    def identity(self) -> tuple[object, ...]:
        """The weights."""
        return "acsi", self.weights

    @property
    def cells(self) -> tuple[float, ...]:
        """The scores there can be."""
        return self._cell_values

    @property
    def _cell_values(self) -> tuple[float, ...]:
        """Every score that three answers from 1 to 10 can give."""
        first, second, third = np.meshgrid(STEPS, STEPS, STEPS, indexing="ij")
        return tuple(np.unique(self.scores(first.ravel(), second.ravel(), third.ravel())).tolist())

    def scores(self, satisfaction: Any, expectancy: Any, ideal: Any) -> FloatArray:
        """Return each person's score from 0 to 100, equal scores equal to the last bit."""
        first, second, third = self.weights
        total = first * (satisfaction - 1.0) + second * (expectancy - 1.0) + third * (ideal - 1.0)
        rounded: FloatArray = np.round(100.0 * total / 9.0, 9)
        return rounded

    def tally(self, rows: Any) -> NoReturn:
        """Refuse: three columns make one score, which km.survey.acsi counts."""
        raise InvalidArgument("metrics", "be counted from one column; call km.survey.acsi for three items")


def acsi(
    satisfaction: Any,
    expectancy: Any,
    ideal: Any,
    *,
    weights: tuple[float, float, float] = EQUAL_WEIGHTS,
    confidence: float = 0.95,
) -> Estimate:
    r"""Compute the ACSI score from three items on 1 to 10, with its interval.

    .. math:: \text{ACSI} = 100 \cdot \frac{\sum_i w_i (\bar x_i - 1)}{9}

    Parameters
    ----------
    satisfaction, expectancy, ideal : array-like, shape (n,)
        Each person's overall satisfaction, how far expectations were met, and closeness to the
        ideal. A person with a missing item is excluded and counted.
    weights : tuple of float
        One weight for each item; they add up to 1. The published ones are in ``OHIO``.
    confidence : float
        The confidence of the interval.

    Returns
    -------
    Estimate
        The score from 0 to 100.

    Raises
    ------
    InvalidData
        If an answer is no whole step from 1 to 10.
    InvalidArgument
        If the weights do not add up to 1, or the items differ in length.

    Notes
    -----
    The true weights are estimated for each company and are not published.

    References
    ----------
    Fornell et al. (1996), Journal of Marketing 60(4):7. Verint (2013) for the Ohio weights.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> round(km.survey.acsi([8, 9], [7, 8], [6, 9]).value, 2)
    75.93
    """
    shares = [
        check_number(weight, "weights", low=0.0, high=1.0)
        for weight in check_items(weights, "weights", "be three numbers")
    ]
    if len(shares) != 3 or abs(sum(shares) - 1.0) > 1e-6:
        raise InvalidArgument("weights", "be three that add up to 1", weights)
    common_length(satisfaction=satisfaction, expectancy=expectancy, ideal=ideal)
    items = {"satisfaction": satisfaction, "expectancy": expectancy, "ideal": ideal}
    read = {name: numbers(values, name) for name, values in items.items()}
    refuse(fault for name, column in read.items() for fault in step_faults(column, name, 1, 10))
    incomplete = np.logical_or.reduce([column.absent for column in read.values()])
    metric = ACSI(weights=(shares[0], shares[1], shares[2]))
    scores = metric.scores(*(column.values[~incomplete] for column in read.values()))
    support = np.asarray(metric._cell_values)
    table = np.bincount(np.searchsorted(support, scores), minlength=len(support))[None, :]
    lost = {"missing": np.array([incomplete.sum()])} if incomplete.any() else {}
    return metric.estimate(Counts(cells=metric._cell_values, table=table, excluded=lost), confidence)
