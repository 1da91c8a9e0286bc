"""The pooled rate beside its wider interval."""

from __future__ import annotations

import math
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.complaints import dispersed_rate
from kundenmetrik.core.statistics.dispersion import DISPERSION_METHODS
from kundenmetrik.errors import InvalidArgument, InvalidData, UnknownName
from kundenmetrik.monitoring import control_chart
from kundenmetrik.segments import compare_rates

WILD = ([10, 60, 5, 45], [1000] * 4)


def test_both_intervals() -> None:
    found = dispersed_rate(*WILD)
    assert found.rate.value == found.poisson.value == 30
    assert found.rate.low < found.poisson.low
    assert found.rate.high > found.poisson.high
    z, phi = 1.959963984540054, found.dispersion.value
    log_poisson = 30 * (math.exp(z / math.sqrt(120)) - math.exp(-z / math.sqrt(120)))
    assert found.too_narrow == pytest.approx((found.rate.high - found.rate.low) / log_poisson)
    assert found.too_narrow > math.sqrt(phi)
    assert found.rate.notes == ("overdispersed",)
    assert "times too narrow" in found.headline
    assert found.rate.at(confidence=0.5).low > found.rate.low
    assert pickle.loads(pickle.dumps(found)).rate == found.rate


def test_even_periods_need_no_wider_one() -> None:
    found = dispersed_rate([10, 11, 9, 10], [1000] * 4)
    assert found.rate.notes == ()
    assert found.dispersion.inflation == 1
    assert found.too_narrow == 1
    assert "is not too narrow" in found.headline


@pytest.mark.parametrize("method", DISPERSION_METHODS)
def test_poisson_is_never_too_wide(method: str) -> None:
    """Two periods, 10 and 14: the dispersion is 2/3, which is no evidence of anything but chance."""
    calm = dispersed_rate([10, 14], [1000, 1000], method=method)
    assert calm.dispersion.value == pytest.approx(2 / 3)
    assert calm.too_narrow == 1
    assert "the Poisson interval is not too narrow" in calm.headline
    assert dispersed_rate(*WILD, method=method).too_narrow > 3


def test_it_says_where_the_scatter_may_be_chance() -> None:
    found = dispersed_rate([10, 18], [1000, 1000])
    assert found.too_narrow > 1
    assert not found.dispersion.significant
    assert "which may be chance" in found.headline
    assert "chance" not in dispersed_rate(*WILD).headline


def test_sums_of_customers_who_count_once_are_refused() -> None:
    log = pd.DataFrame(
        {
            "customer_id": [1, 1, 1, 2],
            "kind": ["purchase", "complaint", "complaint", "purchase"],
            "occurred_at": pd.to_datetime(["2025-01-05", "2025-01-10", "2025-02-10", "2025-02-01"]),
        }
    )
    table = km.measure(log, km.TGW(numerator="first_per_customer"), period="month", date="occurred_at")
    for pooled in (dispersed_rate, compare_rates):
        with pytest.raises(InvalidArgument, match="Measure again without the key"):
            pooled(table)
    assert control_chart(table).tgw.tolist() == [1000, 1000]


def test_per_scales_everything() -> None:
    one, thousand = dispersed_rate(*WILD, per=1), dispersed_rate(*WILD)
    assert thousand.rate.high == pytest.approx(1000 * one.rate.high)
    assert thousand.too_narrow == pytest.approx(one.too_narrow)


@pytest.mark.parametrize(
    ("complaints", "sales", "note"),
    [([5], [10], "one_period"), ([0, 0], [10, 10], "no_complaints"), ([0, 3], [0, 0], "no_exposure")],
)
def test_too_little_to_know(complaints: list[int], sales: list[int], note: str) -> None:
    found = dispersed_rate(complaints, sales)
    assert found.rate.notes == (note,)
    assert math.isnan(found.rate.low)
    assert math.isnan(found.dispersion.value)
    assert math.isnan(found.too_narrow)
    assert "dispersion unknown" in found.headline


def test_refusals() -> None:
    with pytest.raises(InvalidData, match="complaints"):
        dispersed_rate([1.5, 2], [10, 10])
    with pytest.raises(UnknownName, match="negative_binomial"):
        dispersed_rate([1, 2], [10, 10], method="nb2")


SHOPS = pd.DataFrame(
    {
        "shop": ["A", "A", "B", "C", "C", "D", "E"],
        "bad": [3, 4, np.nan, np.nan, 2, 1, 0],
        "sold": [100, 100, 200, 50, 50, np.nan, 0],
    }
)


RATE = km.TGW("bad", "sold")


def test_a_dispersed_rate_says_what_it_leaves_out() -> None:
    table = km.measure(SHOPS[SHOPS["shop"].isin(["A", "B", "C"])], RATE, by="shop")
    assert dict(km.complaints.dispersed_rate(table).rate.excluded) == {"missing": 2}
    nothing = km.complaints.dispersed_rate(km.measure(SHOPS[SHOPS["shop"] == "B"], RATE, by="shop"))
    assert nothing.rate.notes == nothing.poisson.notes == ("counts_missing",)
    days = pd.date_range("2025-01-01", periods=3, freq="MS")
    frame = {"month": [*days, *days], "shop": list("AAABBB"), "bad": [1, 2, None, 3, 4, 9], "sold": [50] * 6}
    rates = km.complaints.dispersed_rates(km.measure(frame, RATE, by="shop", period="month", date="month"))
    assert dict(rates["A"].rate.excluded) == {"missing": 1}
    assert not rates["B"].rate.excluded


counts, sales = st.integers(0, 5_000), st.integers(1, 100_000)


@given(rows=st.lists(st.tuples(counts, sales), min_size=2, max_size=8))
def test_the_pooled_rate_is_the_mean_weighted_by_sales(rows: list[tuple[int, int]]) -> None:
    x, n = (np.array(column, dtype=float) for column in zip(*rows, strict=True))
    pooled = dispersed_rate(x, n).poisson.value
    assert pooled == pytest.approx((compare_rates(x, n).value * n).sum() / n.sum(), rel=1e-12)
