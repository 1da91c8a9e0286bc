"""Funnel limits: the scatter they allow for, exact limits, and what lies outside."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from kundenmetrik.errors import InvalidArgument, UnknownName
from kundenmetrik.segments import funnel


def test_between_segment_variance_by_hand() -> None:
    """Equal sales of 100, rates .04, .16, .36: roots .2, .4, .6; error .05; nothing is pulled in."""
    found = funnel([4, 16, 36], [100, 100, 100], per=1, winsorise=0.0)
    centre = math.sqrt(56 / 300)
    z = (np.array([0.2, 0.4, 0.6]) - centre) / 0.05
    phi = (z**2).mean()
    weight = 400.0
    tau = math.sqrt((3 * phi - 2) / (3 * weight - weight))
    assert found.dispersion == pytest.approx(phi)
    assert found.between == pytest.approx(tau)
    half = 1.959963984540054 * math.hypot(0.05, tau)
    np.testing.assert_allclose(found.upper[0], (centre + half) ** 2)
    np.testing.assert_allclose(found.z, z * 0.05 / math.hypot(0.05, tau))


def test_without_scatter_between_segments_there_is_no_extra_width() -> None:
    found = funnel([10, 11, 9, 10], [100] * 4)
    assert found.between == 0
    assert not found.signal.any()


def test_exact_limits() -> None:
    found = funnel([12, 9, 40, 11], [1000, 900, 1100, 1000], method="poisson", per=1)
    mean = found.target * np.array([1000, 900, 1100, 1000])
    for row, level in enumerate((0.95, 0.998)):
        tail = (1 - level) / 2
        top = np.round(found.upper[row] * np.array([1000, 900, 1100, 1000]))
        assert (stats.poisson.sf(top, mean) <= tail).all()
        assert (stats.poisson.sf(top - 1, mean) > tail).all()
    assert found.signal.tolist() == [False, False, True, False]
    assert found.between == 0


def test_most_segments_lie_inside_the_additive_limits_where_poisson_ones_fail() -> None:
    rng = np.random.default_rng(3)
    n = rng.integers(500, 20_000, 300)
    x = rng.poisson(rng.gamma(20, 0.01 / 20, 300) * n)
    outside = {}
    for name, options in (("all", {"winsorise": 0.0}), ("trimmed", {}), ("poisson", {"method": "poisson"})):
        found = funnel(x, n, **options)
        outside[name] = ((found.tgw < found.lower[0]) | (found.tgw > found.upper[0])).mean()
    assert 0.03 <= outside["all"] <= 0.07
    # Pulling in the extremes takes some of the scatter between segments for none.
    assert outside["all"] < outside["trimmed"] < 0.12
    assert outside["poisson"] > 0.2


def test_an_outlier_does_not_hide_itself() -> None:
    x, n = [*[50] * 19, 200], [1000] * 20
    assert funnel(x, n).signal.tolist() == [False] * 19 + [True]
    assert funnel(x, n, winsorise=0.0).between > funnel(x, n).between


def test_a_target_from_outside() -> None:
    assert funnel([5, 6], [100, 100], target=40).target == 40
    assert funnel([5, 6], [100, 100]).target == 55


def test_columns_and_levels() -> None:
    frame = funnel([5, 6], [100, 100], by=["A", "B"], confidence=(0.9,)).to_frame()
    expected = ["segment", "complaints", "sales", "tgw", "centre", "lower_90", "upper_90", "z", "signal"]
    assert list(frame.columns) == expected
    with pytest.raises(InvalidArgument, match="confidence"):
        funnel([5], [100], confidence=())
    with pytest.raises(UnknownName, match="additive"):
        funnel([5], [100], method="laney")


def test_a_segment_without_sales() -> None:
    found = funnel([5, 3, 7], [100, 0, 100])
    assert math.isnan(found.tgw[1])
    assert math.isnan(found.upper[0][1])
    assert not found.signal[1]
    assert found.notes == ("no_exposure",)
    assert found.target == 60


def test_no_complaints_at_all() -> None:
    found = funnel([0, 0], [100, 100])
    assert found.tgw.tolist() == [0, 0]
    assert not found.signal.any()
