"""Laws of precision: intervals cover the true value, are no wider than they must be, and shrink with more answers.

The samples are drawn with seeds that hypothesis chooses, hundreds of groups at once, so that each law is a few calls.
"""

from __future__ import annotations

import math

import numpy as np
from hypothesis import strategies as st

from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.core.results.metric import Metric
from kundenmetrik.testing.laws.assertions import Draw, assert_law

SAMPLES = 400
LEAST, MOST = 0.88, 5.0
"""So often an interval of 95 % covers at least; it is at most so many times as wide as values scatter."""
ANSWERS, FEW, MANY = 600, 60, 64
"""How many answers a sample has; where the interval is to shrink, how many first and how many times as many then."""
POPULATION = 10**9


def coverage(metric: Metric, draw: Draw) -> None:
    """Intervals of 95 % cover the true value most of the time, and are not many times wider than values scatter."""
    rng = np.random.default_rng(draw(st.integers(0, 3)))
    shares = rng.dirichlet(np.full(len(metric.cells), 2.0))
    if min(shares) < 0.02:
        shares = (shares + 0.05) / (shares + 0.05).sum()
    truth = metric.values(_counts(metric, np.round(shares * POPULATION).astype(np.int64)[None, :]))[0]
    drawn = _counts(metric, _samples(metric, np.tile(shares, (SAMPLES, 1)), ANSWERS, rng))
    values, (low, high) = metric.values(drawn), metric.limits(drawn, 0.95)
    slack = 1e-9 * max(1.0, abs(truth))
    covered = float(np.mean((low <= truth + slack) & (truth - slack <= high)))
    sample = drawn.take([0])
    assert_law(covered >= LEAST, f"intervals of 95 % that cover the true value in {covered:.0%} of samples", sample)
    scatter, width = np.subtract(*np.quantile(values, [0.975, 0.025])), float(np.median(high - low))
    assert_law(
        scatter == 0.0 or width <= MOST * scatter,
        f"intervals {width / max(scatter, 1e-300):.1f} times as wide as the values scatter",
        sample,
    )


def shrinkage(metric: Metric, draw: Draw) -> None:
    """On average, sixty-four times the answers halve the interval, and less confidence makes it narrower."""
    rng = np.random.default_rng(draw(st.integers(0, 3)))
    shares = rng.dirichlet(np.full(len(metric.cells), 2.0), size=SAMPLES // 4)
    table = _samples(metric, shares, FEW, rng)
    few, many = _counts(metric, table), _counts(metric, table * MANY)
    first, more, lax = (
        float(np.nanmean(np.subtract(*metric.limits(drawn, confidence)[::-1])))
        for drawn, confidence in (
            (few, 0.95),
            (many, 0.95),
            (few, 0.3),
        )
    )
    said = f"intervals {first:.3g} wide, and {more:.3g} with {MANY} times the answers"
    assert_law(more <= first / 2, said, few.take([0]))
    assert_law(lax < first, f"intervals {first:.3g} wide at 95 % and {lax:.3g} at 30 %", few.take([0]))


def _samples(metric: Metric, shares: FloatArray, size: int, rng: np.random.Generator) -> IntArray:
    """Draw answers for each row of shares; where there is no upper bound, events over an exposure that is fixed."""
    if not math.isinf(metric.bounds[1]):
        return np.asarray(rng.multinomial(size, shares), dtype=np.int64)
    expected = np.maximum(np.round(size * shares), 1.0)
    return np.concatenate([rng.poisson(expected[:, :-1]), expected[:, -1:]], axis=1).astype(np.int64)


def _counts(metric: Metric, table: IntArray) -> Counts:
    return Counts(
        groups=Groups(names=("sample",), keys=tuple((place,) for place in range(len(table)))),
        cells=metric.cells,
        table=table,
    )
