"""How much wider an interval must be when answers come in clusters, such as several from one person."""

from __future__ import annotations

from typing import Any

import numpy as np

from kundenmetrik.core.arrays import CodeArray, FloatArray, IntArray
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.keys import labels
from kundenmetrik.frame.reading.numbers import Column

MIN_CLUSTERS = 20
"""With fewer clusters the variance between them is itself a rough estimate, and limits from it are too narrow."""
ROUNDING = 1e-18
"""A variance below this part of the squared range is the rounding of none."""


def clusters(values: Any, argument: str) -> IntArray:
    """Return the code of each row's cluster; a row without one is refused, because those rows are no cluster."""
    codes, keys = labels(values, argument)
    if not keys or keys[-1] is not None:
        return codes
    remedy = "Give each anonymous answer a cluster of its own."
    refuse([fault_of(argument, "be given in every row", codes == len(keys) - 1, code="missing", remedy=remedy)])
    return codes


def few_clusters(codes: CodeArray, cluster: IntArray) -> bool:
    """Tell whether some group has answers of several clusters, but of fewer than twenty."""
    pairs = np.unique(np.stack([codes.astype(np.int64), cluster]), axis=1)
    numbers = np.bincount(pairs[0])
    return bool(((numbers > 0) & (numbers < MIN_CLUSTERS)).any())


def design_effect(
    answers: Column,
    counts: Counts,
    codes: CodeArray,
    cluster: IntArray,
    weight: FloatArray | None,
    low: int,
    worth: FloatArray,
) -> FloatArray:
    """Return for each group the linearised variance of the mean score over that of a simple random sample.

    With ``z_i = w_i (y_i - mean) / sum w`` summed to the ``m`` clusters of a group the variance is
    ``m / (m - 1) sum z_c^2``; clusters that happen to be alike make no interval narrower than single answers would.
    Where it cannot be estimated (one cluster, or unanimous answers) every cluster counts as a single answer.
    """
    groups = len(counts)
    used = _on_scale(answers, low, len(worth))
    steps = answers.values[used].astype(np.int64) - low
    group, weights = codes[used].astype(np.int64), np.ones(int(used.sum())) if weight is None else weight[used]
    scores, total = worth[steps], np.bincount(group, weights, groups)
    mean = _over(np.bincount(group, weights * scores, groups), total)
    deviation = weights * (scores - mean[group])
    pairs, place = np.unique(group * (int(cluster.max(initial=0)) + 1) + cluster[used], return_inverse=True)
    owner = pairs // (int(cluster.max(initial=0)) + 1)
    clusters = np.bincount(owner, minlength=groups)
    spread = np.bincount(owner, np.bincount(place, deviation, len(pairs)) ** 2, groups)
    variance = _over(spread * _over(clusters, clusters - 1.0), total**2)
    answered = np.bincount(group, minlength=groups)
    simple = _over(_over(np.bincount(group, weights * (scores - mean[group]) ** 2, groups), total), answered)
    rounding = ROUNDING * np.ptp(worth) ** 2
    known = (variance > rounding) & (simple > rounding)
    return np.where(known, np.maximum(_over(variance, simple), 1.0), _over(answered, clusters))


def _on_scale(answers: Column, low: int, steps: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    values = answers.values
    with np.errstate(invalid="ignore"):
        on_scale = (values >= low) & (values < low + steps) & (values == np.floor(values))
    return np.asarray(on_scale if answers.missing is None else on_scale & ~answers.missing)


def _over(numerator: Any, denominator: Any) -> FloatArray:
    ratio: FloatArray = np.divide(numerator, denominator, out=np.full(len(numerator), np.nan), where=denominator > 0)
    return ratio
