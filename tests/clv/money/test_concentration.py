from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from kundenmetrik import clv
from kundenmetrik.errors import InvalidArgument, InvalidData

VALUES = st.lists(st.floats(0.01, 1e6), min_size=2, max_size=50)


@given(VALUES)
def test_gini_is_half_the_mean_difference_over_the_mean(values: list[float]) -> None:
    """The definition over all pairs, an independent way to the same number."""
    x = np.array(values)
    n = len(x)
    expected = np.abs(x[:, None] - x[None, :]).sum() / (2 * n * (n - 1) * x.mean())
    assert clv.gini(values).value == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(VALUES, st.floats(0.01, 100))
def test_concentration_does_not_depend_on_the_currency(values: list[float], factor: float) -> None:
    scaled = [value * factor for value in values]
    assert clv.gini(scaled).value == pytest.approx(clv.gini(values).value, rel=1e-9, abs=1e-12)
    assert clv.top_share(scaled).value == pytest.approx(clv.top_share(values).value, rel=1e-9)


@given(VALUES, st.floats(0.05, 0.95))
def test_the_top_share_is_the_rest_of_the_lorenz_curve(values: list[float], top: float) -> None:
    curve = clv.lorenz(values)
    assert clv.top_share(values, share=top).value == pytest.approx(1 - curve.at(1 - top), rel=1e-12)
    assert (np.diff(curve.value, n=2) >= -1e-12).all()
    assert clv.top_share(values, share=top).value >= top - 1e-12


@pytest.mark.parametrize(
    ("quantile", "gini"),
    [
        (lambda u: u, 1 / 3),
        (lambda u: -np.log1p(-u), 1 / 2),
        (lambda u: (1 - u) ** (-1 / 3), 1 / 5),
        (lambda u: u**3, 3 / 5),
    ],
)
def test_known_distributions_have_their_known_gini(quantile: Any, gini: float) -> None:
    """Uniform 1/3, exponential 1/2, Pareto 1/(2a - 1), powers k/(k + 2): textbook values, on a fine grid."""
    grid = (np.arange(200_000) + 0.5) / 200_000
    assert clv.gini(quantile(grid)).value == pytest.approx(gini, abs=2e-4)


def test_equal_customers_and_one_who_holds_everything() -> None:
    assert clv.gini([5, 5, 5]).value == pytest.approx(0, abs=1e-15)
    assert clv.gini([0, 0, 0, 9]).value == pytest.approx(1)
    assert clv.top_share([1] * 10).value == pytest.approx(0.1)
    assert clv.top_share([1, 2, 3, 4], share=0.25).value == pytest.approx(0.4)
    assert clv.top_share([1, 2, 3, 4], share=0.375).value == pytest.approx(0.55)


@pytest.mark.parametrize(
    ("draw", "truth"), [("exponential", (0.5, 0.1 + 0.1 * math.log(10))), ("uniform", (1 / 3, 0.19))]
)
def test_intervals_cover_the_truth(draw: str, truth: tuple[float, float]) -> None:
    """Seeded samples of 200: the share of 95 % intervals that hold the distribution's own value."""
    rng = np.random.default_rng(11)
    hits = np.zeros(2)
    for _ in range(400):
        sample = getattr(rng, draw)(size=200)
        found = clv.gini(sample), clv.top_share(sample)
        hits += [one.low <= value <= one.high for one, value in zip(found, truth, strict=True)]
    assert ((hits / 400 > 0.92) & (hits / 400 < 0.975)).all()


@pytest.mark.parametrize(
    ("draw", "truth"),
    [("exponential", lambda p: p + (1 - p) * np.log1p(-p)), ("uniform", lambda p: p**2)],
)
def test_limits_of_the_curve_cover_its_own_point(draw: str, truth: Any) -> None:
    """Textbook curves of two distributions; at the 20th, 100th and 180th of 200 customers."""
    rng = np.random.default_rng(12)
    places = np.array([20, 100, 180])
    hits = np.zeros(3)
    for _ in range(400):
        curve = clv.lorenz(getattr(rng, draw)(size=200))
        hits += (curve.low[places] <= truth(places / 200)) & (truth(places / 200) <= curve.high[places])
    assert ((hits / 400 > 0.90) & (hits / 400 < 0.975)).all()


@given(VALUES, st.sampled_from([0.5, 0.9, 0.95]))
def test_limits_of_the_curve_are_those_of_the_top_share(values: list[float], confidence: float) -> None:
    curve, n = clv.lorenz(values, confidence=confidence), len(values)
    for place in {1, n // 2, n - 1}:
        rest = clv.top_share(values, share=1 - place / n, confidence=confidence)
        assert curve.value[place] == pytest.approx(1 - rest.value, rel=1e-9)
        assert curve.low[place] == pytest.approx(1 - rest.high, rel=1e-7, abs=1e-13)
        assert curve.high[place] == pytest.approx(1 - rest.low, rel=1e-7, abs=1e-13)


@given(VALUES)
def test_the_error_of_a_point_is_the_spread_of_the_influences(values: list[float]) -> None:
    """Point by point from the definition of Beach and Davidson: influence min(x - e, 0) - L x, over the mean."""
    x, curve = np.sort(values), clv.lorenz(values)
    for place in range(1, len(x)):
        share = x[:place].sum() / x.sum()
        influence = np.minimum(x - x[place], 0.0) - share * x
        error = influence.std() / (x.mean() * math.sqrt(len(x)))
        reach = 1.959963984540054 * error / (share * (1 - share))
        low, high = expit(logit(share) + reach * np.array([-1, 1]))
        assert (curve.low[place], curve.high[place]) == pytest.approx((low, high), rel=1e-4, abs=1e-9)


def test_the_curve_has_limits_in_its_frame_and_certain_ends() -> None:
    curve = clv.lorenz([0.1, 1, 1, 2, 90], confidence=0.9)
    assert curve.to_frame().columns.tolist() == ["customers", "value", "low", "high"]
    assert curve.to_frame().iloc[[0, -1]][["low", "high"]].to_numpy().tolist() == [[0, 0], [1, 1]]
    inner = curve.to_frame().iloc[1:-1]
    assert ((inner["low"] > 0) & (inner["low"] < inner["value"]) & (inner["value"] < inner["high"])).all()
    wide = clv.lorenz([0.1, 1, 1, 2, 90], confidence=0.99)
    assert (wide.low[1:-1] < curve.low[1:-1]).all()
    assert (wide.high[1:-1] > curve.high[1:-1]).all()
    assert (curve.confidence, curve.notes) == (0.9, ("few_customers",))
    assert clv.lorenz(np.arange(1, 31)).notes == ()
    with pytest.raises(InvalidArgument, match="confidence"):
        clv.lorenz([1, 2], confidence=95)


def test_one_customer_has_no_interval() -> None:
    for found in (clv.gini([7.0]), clv.top_share([7.0]), clv.lorenz([7.0])):
        assert np.isnan([found.low, found.high]).all()
        assert found.notes == ("few_customers",)
    assert clv.gini([7.0]).value == 0.0
    assert clv.top_share([7.0]).value == pytest.approx(0.1)


def test_a_wider_interval_at_a_higher_confidence_within_the_scale() -> None:
    found = clv.gini([0.1, 1, 1, 2, 90])
    wide = found.at(confidence=0.999)
    assert 0 < wide.low < found.low < found.value < found.high < wide.high < 1
    assert "few_customers" in found.notes


@pytest.mark.parametrize("values", [[1, -1, 3], [1, np.nan], [1, np.inf], ["1", 2]])
def test_losses_and_gaps_are_refused(values: list[Any]) -> None:
    for measure in (clv.gini, clv.top_share, clv.lorenz):
        with pytest.raises(InvalidData, match="values"):
            measure(values)


@pytest.mark.parametrize("values", [[], [0, 0]])
def test_nothing_to_share_is_refused(values: list[float]) -> None:
    with pytest.raises(InvalidArgument, match="add up to more than 0"):
        clv.gini(values)
    with pytest.raises(InvalidArgument, match="share"):
        clv.top_share([1, 2], share=1)
