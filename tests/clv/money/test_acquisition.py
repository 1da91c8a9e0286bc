from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kundenmetrik import clv
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.errors import InvalidArgument, KundenmetrikError


def test_payback_is_the_first_period_that_covers_the_cost() -> None:
    assert clv.payback([40, 30, 20], 40).value == 1
    assert clv.payback([40, 30, 20], 40.01).value == 2
    assert clv.payback([40, 30, 20], 0).value == 0
    late = clv.payback([40, 30, 20], 91)
    assert (late.value, late.notes) == (math.inf, ("not_within_horizon",))


def test_payback_reads_a_cash_flow_and_rounding_does_not_delay_it() -> None:
    flow = clv.contract_value(100, 0.8, 0.1, horizon=10, unit="year").to_frame()
    assert clv.payback(flow["value"], 172.7, unit="year").value == 2
    assert clv.payback([0.1] * 10, 1.0).value == 10


@pytest.mark.parametrize("values", [[1, math.nan], ["1"], [[1, 2]], [math.inf]])
def test_payback_refuses_what_is_no_number(values: object) -> None:
    with pytest.raises(KundenmetrikError, match="values"):
        clv.payback(values, 1)


def test_the_ratio_carries_the_interval_of_the_value() -> None:
    mean = clv.historic_value(_base()).mean
    ratio = clv.value_to_cost(mean, 4)
    assert (ratio.value, ratio.low, ratio.high) == (mean.value / 4, mean.low / 4, mean.high / 4)
    assert ratio.at(confidence=0.5).low == mean.at(confidence=0.5).low / 4
    free = clv.value_to_cost(10, 0)
    assert math.isnan(free.value)
    assert free.notes == ("no_cost",)


@given(st.floats(1, 1e4), st.floats(1, 1e5), st.floats(0, 1))
def test_break_even_is_the_closed_form_and_gives_the_cost_back(margin: float, cost: float, rate: float) -> None:
    closed = {
        "start": (1 + rate) * (1 - margin / cost),
        "residual": cost * (1 + rate) / (margin + cost),
        "end": 1 + rate - margin / cost,
    }
    for timing, share in closed.items():
        found = clv.break_even_retention(margin, cost, rate, timing=timing, unit="year")
        assume(abs(share) > 1e-6)
        assume(abs(share - 1) > 1e-6)
        if share < 0:
            assert (found.value, found.notes) == (0.0, ("always",))
        elif share > 1:
            assert math.isnan(found.value)
            assert found.notes == ("never",)
        else:
            assert found.value == pytest.approx(share, abs=1e-12)


@given(st.floats(1, 100), st.integers(2, 12), st.floats(0.2, 0.8))
def test_break_even_within_a_horizon_gives_the_cost_back(margin: float, periods: int, share: float) -> None:
    cost = clv.contract_value(margin, share, 0.1, horizon=periods, unit="year").value
    found = clv.break_even_retention(margin, cost, 0.1, horizon=periods, unit="year")
    assert found.value == pytest.approx(share, abs=1e-9)


def test_a_margin_of_nothing_breaks_even_never() -> None:
    with pytest.raises(InvalidArgument, match="margin must be above 0"):
        clv.break_even_retention(0, 10, 0.1)


def test_a_historic_value_is_a_fact_with_a_mean_that_has_an_interval() -> None:
    revenue = clv.historic_value(_base())
    assert (revenue.total, revenue.notes) == (80.0, ("revenue_not_margin",))
    assert "revenue_not_margin" in repr(revenue)
    assert set(revenue.to_frame()["notes"]) == {"revenue_not_margin"}
    past = clv.historic_value(_base(), margin=0.5)
    assert not past.notes
    assert past.total == 40.0
    assert past.to_frame().columns.tolist() == ["customer_id", "purchases", "revenue", "value"]
    assert past.mean.value == 40 / 3
    # Student's t with 2 degrees of freedom at 0.975 is 4.302653, from any table.
    assert past.mean.high == pytest.approx(40 / 3 + 4.302653 * math.sqrt(325 / 3 / 3), abs=1e-5)
    with pytest.raises(InvalidArgument, match="amounts of all purchases"):
        clv.historic_value(clv.Purchases.from_summary([0], [0], [1], unit="week"))
    with pytest.raises(InvalidArgument, match="margin"):
        clv.historic_value(_base(), margin=30)


def _base() -> clv.Purchases:
    import pandas as pd

    days = pd.to_datetime(["2025-01-01", "2025-02-01", "2025-01-15", "2025-01-20"])
    rows = {"customer_id": ["a", "a", "b", "c"], "occurred_at": days, "amount": [10.0, 40.0, 20.0, 10.0]}
    return clv.purchases(rows)


def test_estimates_survive_a_pickle() -> None:
    import pickle

    ratio = clv.value_to_cost(clv.historic_value(_base()).mean, 4)
    back: Estimate = pickle.loads(pickle.dumps(ratio))
    assert (back.low, back.high) == (ratio.low, ratio.high)
