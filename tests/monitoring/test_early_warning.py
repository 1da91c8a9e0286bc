"""CUSUM and EWMA: the statistics by hand, the average run lengths by simulation."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kundenmetrik.errors import FitRefused, InvalidArgument, InvalidData
from kundenmetrik.monitoring import cusum, ewma, reference_value
from kundenmetrik.monitoring.average_run_length import cusum_run_length, cusum_threshold, ewma_run_length

RUNS = 8_000


@pytest.mark.parametrize("watch", [cusum, ewma])
def test_complaints_of_a_period_without_sales_are_not_in_the_target(watch: Callable[..., Any]) -> None:
    width = {"width": 3.0} if watch is ewma else {}
    assert watch([5, 9, 300, 60], [1_000, 1_000, 0, 1_000], **width).target == pytest.approx(1_000 * 74 / 3_000)


def simulated(
    step: Callable[..., Any], start: float, outside: Callable[..., Any], mean: float, seed: int
) -> tuple[float, float]:
    """Mean run length of many drawn charts, and its standard error."""
    rng = np.random.default_rng(seed)
    state, length, alive = np.full(RUNS, start), np.zeros(RUNS), np.arange(RUNS)
    for period in range(1, 20_000):
        state[alive] = step(state[alive], rng.poisson(mean, len(alive)))
        gone = outside(state[alive])
        length[alive[gone]] = period
        alive = alive[~gone]
        if not len(alive):
            break
    return float(length.mean()), float(length.std() / math.sqrt(RUNS))


@pytest.mark.parametrize(
    ("mean", "reference", "threshold", "upward"),
    [
        (4.0, 5.0, 7.0, True),
        (5.0, 6.0, 5.5, True),
        (7.5, 6.165759, 10.6713, True),
        (1.0, 1.442695, 4.0, True),
        (0.2, 0.35, 2.0, True),
        (5.0, 4.0, 6.0, False),
        (900.0, 920.0, 100.0, True),
    ],
)
def test_cusum_run_length(mean: float, reference: float, threshold: float, upward: bool) -> None:
    """Within four standard errors of the simulation."""
    sign = 1 if upward else -1
    length, error = simulated(
        lambda state, x: np.maximum(0, state + sign * (x - reference)), 0.0, lambda s: s >= threshold, mean, 1
    )
    assert cusum_run_length(mean, reference, threshold, upward=upward) == pytest.approx(length, abs=4 * error)


def test_cusum_run_length_by_hand() -> None:
    """Reference 1 and threshold 1: the statistic is 0 until two or more complaints come at once."""
    mean = 0.7
    signal = 1 - math.exp(-mean) * (1 + mean)
    assert cusum_run_length(mean, 1.0, 1.0) == pytest.approx(1 / signal, rel=1e-12)


def test_cusum_run_length_of_two_states_by_hand() -> None:
    """Reference 1 and threshold 2: from 0 and from 1, two linear equations."""
    p0, p1, p2 = (math.exp(-0.5) * 0.5**k / math.factorial(k) for k in range(3))
    # L0 = 1 + (p0 + p1) L0 + p2 L1,  L1 = 1 + p0 L0 + p1 L1.
    matrix = np.array([[1 - p0 - p1, -p2], [-p0, 1 - p1]])
    expected = np.linalg.solve(matrix, np.ones(2))[0]
    assert cusum_run_length(0.5, 1.0, 2.0) == pytest.approx(expected, rel=1e-12)


def test_a_threshold_has_the_run_length_asked_for() -> None:
    for mean, ratio in ((5.0, 1.5), (1.0, 2.0), (40.0, 1.2)):
        reference = reference_value(mean, ratio * mean)
        threshold = cusum_threshold(mean, reference, 300.0)
        assert cusum_run_length(mean, reference, threshold) >= 300
        assert cusum_run_length(mean, reference, 0.97 * threshold) < 300


@pytest.mark.parametrize(
    ("mean", "target", "smoothing", "width"),
    [(5.0, 5.0, 0.2, 2.7), (7.5, 5.0, 0.2, 2.7), (1.0, 1.0, 0.1, 2.3), (4.0, 4.0, 0.27, 2.6), (900.0, 900.0, 0.2, 2.5)],
)
def test_ewma_run_length(mean: float, target: float, smoothing: float, width: float) -> None:
    """Within four standard errors of the simulation, and 1 percent for the cells."""
    half = width * math.sqrt(target * smoothing / (2 - smoothing))
    low, high = max(target - half, 0.0), target + half
    length, error = simulated(
        lambda state, x: smoothing * x + (1 - smoothing) * state,
        target,
        lambda state: (state > high) | (state < low),
        mean,
        2,
    )
    found = ewma_run_length(mean, target, smoothing, low, high)
    assert found == pytest.approx(length, abs=4 * error + 0.01 * length)


def test_cusum_by_hand() -> None:
    found = cusum([5, 9, 3, 12], [1000, 1000, 1000, 2000], target=5, ratio=1.5, threshold=8)
    k = reference_value(5, 7.5)
    expected = [0.0]
    for x, n in ((5, 1), (9, 1), (3, 1), (12, 2)):
        expected.append(max(0.0, expected[-1] + x - k * n))
    np.testing.assert_allclose(found.statistic, expected[1:], atol=1e-12)
    assert found.upper.tolist() == [8] * 4
    assert found.setting["threshold"] == 8


def test_cusum_watches_for_improvement_too() -> None:
    found = cusum([5, 2, 1, 1, 0, 1, 1, 0, 1, 1], [1000] * 10, target=5, ratio=0.5, false_alarm_every=100)
    assert found.signal[-1]
    assert found.changed == 2.5
    assert found.run_length >= 100
    assert found.run_length_changed < 10


def test_ewma_by_hand() -> None:
    found = ewma([5, 9, 0], [1000, 2000, 1000], target=5, smoothing=0.25, width=3)
    np.testing.assert_allclose(found.statistic, [5, 0.25 * 4.5 + 0.75 * 5, 0.75 * (0.25 * 4.5 + 0.75 * 5)])
    first = 0.25**2 * 5 / 1
    second = 0.25**2 * 5 / 2 + 0.75**2 * first
    np.testing.assert_allclose(found.upper[:2], [5 + 3 * math.sqrt(first), 5 + 3 * math.sqrt(second)])


def test_an_ewma_without_memory_is_a_u_chart() -> None:
    found = ewma([5, 9, 2], [1000] * 3, target=5, smoothing=1.0, width=3)
    np.testing.assert_allclose(found.statistic, found.tgw)
    np.testing.assert_allclose(found.upper, 5 + 3 * math.sqrt(5))


def test_early_warning_is_early() -> None:
    """A rise by one half: the CUSUM finds it on average within 9 periods where false alarms come every 500."""
    rng = np.random.default_rng(4)
    before, after = rng.poisson(5, 20), rng.poisson(7.5, 30)
    found = cusum([*before, *after], [1000] * 50, target=5)
    assert 8 < found.run_length_changed < 9
    assert found.signal[20:].any()
    assert list(found.to_frame().columns) == [
        "period", "complaints", "sales", "tgw", "statistic", "lower", "upper", "signal",
    ]  # fmt: skip


def test_months_without_sales_change_nothing() -> None:
    for chart in (cusum, ewma):
        with_gap = chart([5, 0, 9], [1000, 0, 1000], target=5, false_alarm_every=50)
        without = chart([5, 9], [1000, 1000], target=5, false_alarm_every=50)
        assert with_gap.statistic[[0, 2]].tolist() == without.statistic.tolist()
        assert "no_exposure" in with_gap.notes
        assert math.isnan(with_gap.tgw[1])


def test_a_rarer_false_alarm_needs_a_wider_limit() -> None:
    often, seldom = (ewma([5, 9], [1000, 1000], target=5, false_alarm_every=every) for every in (100, 1_000_000))
    assert often.setting["width"] < 3 < seldom.setting["width"]
    assert seldom.run_length >= 1_000_000


def test_what_the_run_lengths_rest_on_is_said() -> None:
    assert "unequal_sales" in cusum([5, 9], [1000, 5000], target=5, threshold=5).notes
    assert "overdispersed" in cusum([1, 40, 2, 50], [1000] * 4, target=5, threshold=5).notes


def test_refusals() -> None:
    with pytest.raises(FitRefused, match="sales"):
        cusum([0], [0])
    with pytest.raises(FitRefused, match="target"):
        ewma([0, 0], [10, 10])
    with pytest.raises(InvalidArgument, match="ratio"):
        cusum([1, 2], [10, 10], ratio=1)
    with pytest.raises(InvalidArgument, match="smoothing"):
        ewma([1, 2], [10, 10], smoothing=0)
    with pytest.raises(InvalidData, match="complaints"):
        cusum([-1, 2], [10, 10])
