from __future__ import annotations

import math
import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik import clv
from kundenmetrik.errors import InvalidArgument, UnknownName

MARGINS = st.floats(0.01, 1e6)
SHARES = st.floats(0, 1)
RATES = st.floats(0, 1)
TIMINGS = st.sampled_from(["start", "residual", "end"])


def value(*arguments: Any, **options: Any) -> float:
    return contract(*arguments, **options).value


def contract(*arguments: Any, **options: Any) -> clv.ContractValue:
    return clv.contract_value(*arguments, **{"unit": "year", **options})


@given(MARGINS, SHARES, RATES)
def test_the_three_timings_hang_together(margin: float, share: float, rate: float) -> None:
    assume(1 + rate - share > 1e-6)
    start = value(margin, share, rate)
    assert start == pytest.approx(margin + value(margin, share, rate, timing="residual"), rel=1e-9)
    assert start == pytest.approx((1 + rate) * value(margin, share, rate, timing="end"), rel=1e-9)


@given(MARGINS, SHARES)
def test_without_discount_it_is_the_margin_over_churn(margin: float, share: float) -> None:
    assume(share < 0.999)
    assert value(margin, share, 0) == pytest.approx(margin / (1 - share), rel=1e-9)


@given(MARGINS, SHARES, RATES, TIMINGS, st.integers(0, 60))
def test_a_horizon_is_the_closed_form_with_its_factor(
    margin: float, share: float, rate: float, timing: str, periods: int
) -> None:
    assume(1 + rate - share > 1e-3)
    factor = 1 - (share / (1 + rate)) ** periods
    forever = value(margin, share, rate, timing=timing)
    assert value(margin, share, rate, timing=timing, horizon=periods) == pytest.approx(forever * factor, rel=1e-9)


@given(MARGINS, SHARES, RATES, TIMINGS, st.integers(1, 30))
def test_a_flat_curve_is_the_constant_rate(margin: float, share: float, rate: float, timing: str, periods: int) -> None:
    curve = value(margin, [share] * periods, rate, timing=timing, horizon=periods)
    assert curve == pytest.approx(value(margin, share, rate, timing=timing, horizon=periods), rel=1e-12)


@given(MARGINS, st.lists(SHARES, min_size=1, max_size=12), RATES, TIMINGS)
def test_the_table_adds_up_to_the_value(margin: float, rates: list[float], rate: float, timing: str) -> None:
    found = contract(margin, rates, rate, timing=timing)
    table = found.to_frame()
    assert table["value"].sum() == pytest.approx(found.value, rel=1e-12)
    assert len(table) == len(rates) + (timing != "residual")
    assert "ends_with_curve" in found.notes


@given(MARGINS, st.floats(0, 0.99), RATES, TIMINGS)
def test_the_table_of_an_endless_contract_adds_up_too(margin: float, share: float, rate: float, timing: str) -> None:
    found = contract(margin, share, rate, timing=timing)
    assert found.to_frame()["value"].sum() == pytest.approx(found.value, rel=1e-12)


def test_a_curve_by_hand() -> None:
    table = contract(100, [0.5, 0.8], 0.25, timing="residual").to_frame()
    assert table["survival"].tolist() == [0.5, 0.4]
    assert table["value"].tolist() == pytest.approx([40.0, 25.6])
    assert value(100, [0.5, 0.8], 0.25) == pytest.approx(165.6)


def test_months_take_the_twelfth_root_of_the_year() -> None:
    monthly = contract(10, 0.95, 0.21, unit="month", horizon="2 years")
    assert monthly.periods == 24
    assert (1 + monthly.discount) ** 12 == pytest.approx(1.21, rel=1e-14)


def test_a_sum_without_limit_is_infinite_and_noted() -> None:
    found = contract(100, 1.0, 0.0)
    assert found.value == math.inf
    assert found.notes == ("diverges",)
    assert value(-100, 1.0, 0.0) == -math.inf


@pytest.mark.parametrize(
    ("arguments", "options", "said"),
    [
        ((100, 1.2, 0.1), {}, "retention"),
        ((100, [0.5, -0.1], 0.1), {}, "retention"),
        ((100, [], 0.1), {}, "retention"),
        ((100, "0.8", 0.1), {}, "retention"),
        ((100, np.nan, 0.1), {}, "retention"),
        ((100, 0.8, -0.1), {}, "annual_discount"),
        ((100, 0.8, 10), {}, "annual_discount"),
        ((np.inf, 0.8, 0.1), {}, "margin"),
        ((100, 0.8, 0.1), {"horizon": "18 months"}, "horizon"),
        ((100, 0.8, 0.1), {"horizon": -1}, "horizon"),
        ((100, [0.8], 0.1), {"horizon": 3}, "horizon must be at most the 2"),
    ],
)
def test_what_cannot_be_is_refused(arguments: tuple[Any, ...], options: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidArgument, match=said):
        contract(*arguments, **options)


def test_a_discount_per_year_needs_the_length_of_a_period() -> None:
    bare = clv.contract_value(100, 0.8, 0.0)
    assert (bare.unit, bare.notes) == ("period", ("unit_not_given",))
    assert bare.value == pytest.approx(500.0)
    assert "year" not in repr(bare)
    with pytest.raises(InvalidArgument, match="unit must be given, as annual_discount is converted"):
        clv.contract_value(100, 0.8, 0.1)
    with pytest.raises(InvalidArgument, match="unit must be given, as horizon is converted"):
        clv.contract_value(100, 0.8, 0.0, horizon="2 years")


def test_a_misspelt_timing_is_corrected() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'residual'"):
        contract(1, 0.5, 0.1, timing="residuals")


@pytest.mark.parametrize("margin", [100.0, -100.0])
def test_an_estimated_retention_gives_the_value_an_interval(margin: float) -> None:
    rate = km.retention_rate(start=500, end=400)
    found = contract(margin, rate, 0.1, timing="end", horizon=10).estimate
    ends = sorted(value(margin, share, 0.1, timing="end", horizon=10) for share in (rate.low, rate.high))
    assert (found.low, found.high) == pytest.approx(tuple(ends), rel=1e-14)
    assert found.value == value(margin, 0.8, 0.1, timing="end", horizon=10)
    assert found.at(confidence=0.5).low > found.low
    assert pickle.loads(pickle.dumps(found)).high == found.high
    plain = contract(margin, 0.8, 0.1).estimate
    assert math.isnan(plain.low)
    assert plain.method == "given"


@pytest.mark.parametrize(
    ("call", "converted"),
    [
        (lambda: clv.contract_value(10, 0.8, 0.1), "annual_discount"),
        (lambda: clv.contract_value(10, 0.8, 0.0, horizon="12 months"), "horizon"),
        (lambda: clv.contract_value(10, [0.8, 0.9], 0.1), "annual_discount"),
        (lambda: clv.break_even_retention(10, 30, 0.1), "annual_discount"),
        (lambda: clv.break_even_retention(10, 30, 0.0, horizon="2 years"), "horizon"),
    ],
)
def test_a_missing_unit_says_which_argument_to_pass(call: Any, converted: str) -> None:
    with pytest.raises(InvalidArgument, match=f"^unit must be given, as {converted} is converted") as raised:
        call()
    assert raised.value.remedy.startswith('Pass unit="month" ')
    assert raised.value.remedy.endswith("to contract_value or break_even_retention.")
