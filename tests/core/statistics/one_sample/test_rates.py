"""Intervals of rates: right without events, with more events than exposure, and with huge counts."""

from __future__ import annotations

import math
from typing import Any

import mpmath
import numpy as np
import pytest
import scipy
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.core.statistics.one_sample.rates import poisson_limits
from kundenmetrik.testing.references.rates_and_scores import RATE_INTERVALS

LEVELS = (1e-20, 0.1, 0.5, 0.8, 0.9, 0.95, 0.99, 0.999, 0.999999)
every_method = pytest.mark.parametrize("method", list(RATE_INTERVALS))


@every_method
@pytest.mark.parametrize("confidence", [0.5, 0.8, 0.9, 0.95, 0.99, 0.999])
def test_the_rate_is_contained(method: str, confidence: float) -> None:
    x, t = np.arange(1, 3001), np.full(3000, 7)
    low, high = RATE_INTERVALS[method](x, t, confidence)
    assert ((low >= 0) & (low <= x / t) & (x / t <= high)).all()


@every_method
def test_no_event_has_the_lower_limit_0_except_for_jeffreys(method: str) -> None:
    low, high = RATE_INTERVALS[method](np.array([0]), np.array([10]), 0.95)
    assert low[0] == 0 if method != "jeffreys" else 0 < low[0] < 1e-4
    assert high[0] > 0 if method != "wald" else high[0] == 0


@pytest.mark.parametrize("confidence", LEVELS)
def test_no_event_has_the_upper_limits_one_can_write_down(confidence: float) -> None:
    tail = (1 - confidence) / 2
    one = np.array([1])
    assert RATE_INTERVALS["garwood"](0 * one, one, confidence)[1][0] == pytest.approx(-math.log(tail), rel=1e-14)
    assert RATE_INTERVALS["mid_p"](0 * one, one, confidence)[1][0] == pytest.approx(-math.log(2 * tail), rel=1e-12)


@every_method
def test_no_exposure_is_undefined(method: str) -> None:
    assert np.isnan(RATE_INTERVALS[method](np.array([0, 3]), np.array([0, 0]), 0.95)).all()


@every_method
@given(st.integers(0, 10**6))
def test_more_confidence_never_narrows(method: str, events: int) -> None:
    limits = np.array([RATE_INTERVALS[method](np.array([events]), np.array([1]), level) for level in LEVELS])[:, :, 0]
    slack = 1e-13 * max(events, 1)
    assert (np.diff(limits[:, 0]) <= slack).all()
    assert (np.diff(limits[:, 1]) >= -slack).all()


@every_method
@given(st.integers(0, 10**6), st.floats(1e-6, 1e6), st.floats(1e-3, 1e3))
def test_exposure_is_only_a_unit(method: str, events: int, exposure: float, factor: float) -> None:
    x = np.array([events])
    one = RATE_INTERVALS[method](x, np.array([exposure]), 0.95)
    other = RATE_INTERVALS[method](x, np.array([exposure * factor]), 0.95)
    np.testing.assert_allclose(np.array(other) * factor, one, rtol=1e-14)


@pytest.mark.parametrize("events", [10, 10**3, 2**31 + 5, 10**11, 10**14])
def test_exact_limits_of_huge_counts_have_their_tails(events: int) -> None:
    low, high = RATE_INTERVALS["garwood"](np.array([events]), np.array([1]), 0.95)
    assert lower_tail(events, low[0]) == pytest.approx(0.025, rel=1e-6)
    assert upper_tail(events, high[0]) == pytest.approx(0.025, rel=1e-6)


@pytest.mark.parametrize("events", [2**31 + 5, 10**11, 10**14])
@pytest.mark.parametrize("method", list(RATE_INTERVALS))
def test_all_methods_agree_on_huge_counts_to_one_event(method: str, events: int) -> None:
    for found, exact in zip(
        RATE_INTERVALS[method](np.array([events]), np.array([1]), 0.95),
        RATE_INTERVALS["garwood"](np.array([events]), np.array([1]), 0.95),
        strict=True,
    ):
        assert abs(found[0] - exact[0]) < 3


def lower_tail(events: int, mean: float) -> float:
    """Return P(X >= events)."""
    return normal_like(events, mean) if events > 10**4 else float(mpmath.gammainc(events, 0, mean, regularized=True))


def upper_tail(events: int, mean: float) -> float:
    """Return P(X <= events)."""
    if events > 10**4:
        return 1 - normal_like(events + 1, mean)
    return float(mpmath.gammainc(events + 1, mean, mpmath.inf, regularized=True))


def normal_like(shape: Any, mean: Any) -> Any:
    """Temme's uniform expansion of the regularised gamma function, whose next term is of order 1 / shape²."""
    with mpmath.workdps(60):
        ratio = mpmath.mpf(float(mean)) / shape
        eta = mpmath.sign(ratio - 1) * mpmath.sqrt(2 * (ratio - 1 - mpmath.log(ratio)))
        first = 1 / (ratio - 1) - 1 / eta
        density = mpmath.exp(-shape * eta**2 / 2) / mpmath.sqrt(2 * mpmath.pi * shape)
        return float(1 - mpmath.erfc(eta * mpmath.sqrt(mpmath.mpf(shape) / 2)) / 2 - density * first)


@every_method
def test_a_group_alone_has_the_bits_it_has_among_others(method: str) -> None:
    x, t = np.array([0, 1, 5, 1000, 10**7]), np.array([10, 1, 250, 3, 10**6])
    low, high = RATE_INTERVALS[method](x, t, 0.95)
    for place in range(len(x)):
        alone = RATE_INTERVALS[method](x[place : place + 1], t[place : place + 1], 0.95)
        np.testing.assert_array_equal(np.ravel(alone), (low[place], high[place]))


@every_method
@pytest.mark.parametrize("kind", ["int8", "uint8", "int16", "uint32", "float32", "float64"])
def test_every_width_of_counts_gives_the_same_bits(method: str, kind: str) -> None:
    x, t = np.array([0, 3, 17, 120]), np.array([5, 20, 17, 100])
    np.testing.assert_array_equal(
        RATE_INTERVALS[method](x.astype(kind), t.astype(kind), 0.9), RATE_INTERVALS[method](x, t, 0.9)
    )


@pytest.mark.parametrize("tail", [0.025, 0.00135])
def test_a_poisson_count_stays_between_its_limits(tail: Any) -> None:
    means = np.array([0.0, 0.02, 1.0, 9.5, 1e4])
    low, high = poisson_limits(means, tail)
    assert (scipy.special.pdtr(np.maximum(low - 1, 0), means)[low > 0] <= tail).all()
    assert (scipy.special.pdtrc(high, means) <= tail * (1 + 1e-9)).all()
    assert (scipy.special.pdtr(low, means) >= tail).all()
    assert (scipy.special.pdtrc(np.maximum(high - 1, 0), means)[high > 0] > tail).all()
    assert np.isnan(poisson_limits(np.array([np.nan]), tail)).all()
