"""Whether the answers to two questions of a wide table run against each other, as a reversed item makes them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.results.metric import Metric
from kundenmetrik.core.results.score_metric import ScoreMetric
from kundenmetrik.frame.rows import Rows

OPPOSED_BELOW = -0.4
"""The correlation below which two questions run against each other: satisfied customers say yes to both."""
MIN_PEOPLE = 30
"""How many people must have answered both."""
SAMPLE_SIZE = 50_000
"""About how many rows are looked at, evenly spread over the table."""


def opposition_notes(rows: Rows, metrics: Sequence[Metric]) -> dict[str, tuple[str, ...]]:
    """Return for each survey metric a note ``runs_against_<other>`` for those whose answers contradict its own.

    The answers are turned so that high is good by each metric's own direction. A note on two metrics
    says that one of them may have been coded the other way round, not which one.
    """
    surveys = [metric for metric in metrics if isinstance(metric, ScoreMetric) and len(metric.columns) == 1]
    surveys = [metric for metric in surveys if metric.better_when_high is not None]  # without a good end none is turned
    if rows.long or len(surveys) < 2:
        return {}
    goodness = {metric.label: _goodness(rows, metric) for metric in surveys}
    notes: dict[str, tuple[str, ...]] = {}
    for one, other in combinations(surveys, 2):
        if one.columns != other.columns and _correlation(goodness[one.label], goodness[other.label]) < OPPOSED_BELOW:
            for own, against in ((one.label, other.label), (other.label, one.label)):
                notes[own] = (*notes.get(own, ()), f"runs_against_{against}")
    return notes


def _goodness(rows: Rows, metric: ScoreMetric) -> FloatArray:
    """Return the answers, high where the metric calls them good, NaN where there is none."""
    low, high = metric.cells[0], metric.cells[-1]
    answers = rows.answers_on(metric.columns[0], low, high, step=max(1, len(rows.codes) // SAMPLE_SIZE))
    rising = float(np.cov(metric.cells, metric._cell_values)[0, 1])
    turned: FloatArray = answers * np.sign(rising) * (-1.0 if metric.better_when_high is False else 1.0)
    return turned


def _correlation(first: FloatArray, second: FloatArray) -> float:
    both = ~(np.isnan(first) | np.isnan(second))
    one, other = first[both], second[both]
    if len(one) < MIN_PEOPLE or np.ptp(one) == 0 or np.ptp(other) == 0:
        return 0.0
    return float(np.corrcoef(one, other)[0, 1])
