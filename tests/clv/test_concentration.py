from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    assert clv.top_share(values, top=top).value == pytest.approx(1 - curve.at(1 - top), rel=1e-12)
    assert (np.diff(curve.value, n=2) >= -1e-12).all()
    assert clv.top_share(values, top=top).value >= top - 1e-12


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
    assert clv.top_share([1, 2, 3, 4], top=0.25).value == pytest.approx(0.4)
    assert clv.top_share([1, 2, 3, 4], top=0.375).value == pytest.approx(0.55)


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
    with pytest.raises(InvalidArgument, match="top"):
        clv.top_share([1, 2], top=1)
