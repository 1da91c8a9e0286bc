"""The closed form for three values against the general iteration, and against the equation itself in 60 digits."""

from __future__ import annotations

import itertools
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.scores import score_interval as module
from kundenmetrik.core.statistics.scores.score_moments import as_counts, mean_of, support_of, total_of

SCALES = [(-100, 0, 100), (-1, 0, 1), (0, 1, 5), (0, 0.3, 100), (-100, 99, 100)]
LEVELS = [0.01, 0.5, 0.95, 0.999, 1.0 - 1e-9]


def general(counts: NDArray[Any], values: tuple[Any, ...], confidence: float) -> tuple[NDArray[Any], NDArray[Any]]:
    """Return the limits by the iteration for any number of values."""
    support = support_of(values)
    cells = support.cells(as_counts(counts))
    mean, total = mean_of(cells, support), total_of(cells)
    c = critical(confidence) ** 2 / total
    shares = [cell / total for cell in cells]
    down, up = module._distances(shares, support, mean, c, module._settle_all, np.sqrt)
    return np.maximum(mean - down, values[0]), np.minimum(mean + up, values[-1])


def tables() -> NDArray[Any]:
    rng = np.random.default_rng(60)
    small = [table for table in itertools.product(range(8), repeat=3) if sum(table)]
    drawn = [
        rng.multinomial(n, shares, size=100)
        for n in (10, 1_000, 10**6, 10**12)
        for shares in ((0.2, 0.3, 0.5), (0.001, 0.001, 0.998), (1e-6, 0.5, 0.5 - 1e-6))
    ]
    far = [(0, 0, 10**12), (1, 0, 10**12), (10**12, 1, 0), (0, 10**12, 0), (1, 1, 10**15)]
    return np.concatenate([small, *drawn, far])


@pytest.mark.parametrize("values", SCALES)
@pytest.mark.parametrize("confidence", LEVELS)
def test_the_closed_form_agrees_with_the_iteration(values: tuple[Any, ...], confidence: float) -> None:
    counts = tables()
    found, expected = module.score_interval(counts, values, confidence), general(counts, values, confidence)
    for limit, other in zip(found, expected, strict=True):
        assert np.abs(limit - other).max() <= 1e-15 * (values[-1] - values[0])


@given(
    st.lists(st.integers(0, 10**6), min_size=3, max_size=3).filter(any),
    st.sampled_from(SCALES),
    st.sampled_from([0.5, 0.95, 0.999]),
)
def test_the_limits_solve_the_equation(table: list[int], values: tuple[Any, ...], confidence: float) -> None:
    low, high = (float(limit[0]) for limit in module.score_interval(np.array([table]), values, confidence))
    with mpmath.workdps(60):
        c = mpmath.mpf(critical(confidence)) ** 2 / sum(table)
        shares, points = [mpmath.mpf(count) / sum(table) for count in table], [mpmath.mpf(value) for value in values]
        mean = mpmath.fsum(share * point for share, point in zip(shares, points, strict=True))
        for limit, end, side in ((low, points[0], 1), (high, points[-1], -1)):
            exact = limit_of(shares, [side * (point - mean) for point in points], c, side * (mean - end))
            assert abs(mean - side * exact - limit) <= 4e-16 * (abs(mean) + points[-1] - points[0])


def limit_of(shares: list[mpmath.mpf], places: list[mpmath.mpf], c: mpmath.mpf, room: mpmath.mpf) -> mpmath.mpf:
    """Return the distance of a limit by bisection of sum w b**2 / (t + b) = c t above the room."""

    def beyond(t: Any) -> Any:
        return mpmath.fsum(w * b * b / (t + b) for w, b in zip(shares, places, strict=True) if w and b) - c * t

    if room == 0:
        return mpmath.mpf(0)
    near, far = room, 2 * room
    at_end = all(not w for w, b in zip(shares, places, strict=True) if b == -room)
    if at_end and beyond(room) <= 0:
        return c / (1 + c) * room
    while beyond(far) > 0:
        far *= 2
    for _ in range(190):
        middle = (near + far) / 2
        near, far = (middle, far) if beyond(middle) > 0 else (near, middle)
    return c / (1 + c) * near


def test_less_than_half_an_answer_is_left_to_the_iteration() -> None:
    rng = np.random.default_rng(61)
    counts = rng.random((500, 3)) ** 6 * rng.choice([1e-3, 1.0, 1e3], size=(500, 1))
    for values in SCALES:
        found, expected = module.score_interval(counts, values, 0.95), general(counts, values, 0.95)
        tiny = (counts < 0.5).any(axis=1)
        for limit, other in zip(found, expected, strict=True):
            np.testing.assert_array_equal(limit[tiny], other[tiny])
            assert np.abs(limit - other).max() <= 1e-15 * (values[-1] - values[0])


def test_one_group_alone_has_the_same_bits_as_among_many() -> None:
    counts = tables()[::7]
    low, high = module.score_interval(counts, (-100, 0, 100), 0.95)
    alone = [module.score_interval(row[None], (-100, 0, 100), 0.95) for row in counts]
    assert [(one[0], two[0]) for one, two in alone] == list(zip(low, high, strict=True))
