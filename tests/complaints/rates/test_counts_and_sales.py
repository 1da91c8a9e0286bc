"""The functions take the table of a measured rate: same answer as from its columns."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik import complaints, monitoring, segments
from kundenmetrik.complaints.rates.counts_and_sales import LARGEST_COUNT, labels, whole_numbers
from kundenmetrik.errors import InvalidArgument

FRAME = pd.DataFrame(
    {
        "month": ["2025-01", "2025-02", "2025-03", "2025-04"],
        "shop": ["A", "A", "B", "B"],
        "complaints": [5, 60, 4, 45],
        "sales": [1000, 1200, 900, 1000],
        "nps": [3, 4, 5, 6],
    }
)


COLUMNS = (FRAME["complaints"].to_numpy(), FRAME["sales"].to_numpy())


RATE = km.TGW("complaints", "sales")


DOORS = {
    "control_chart": monitoring.control_chart,
    "cusum": lambda *data: monitoring.cusum(*data, threshold=5),
    "ewma": lambda *data: monitoring.ewma(*data, width=3),
    "funnel": segments.funnel,
    "compare_rates": segments.compare_rates,
    "shrink": segments.shrink,
    "rank": segments.rank,
    "lag_matched": lambda *data: complaints.lag_matched(*data, lags=[1]),
}


@pytest.mark.parametrize("name", DOORS)
def test_a_table_is_its_columns(name: str) -> None:
    table = km.measure(FRAME, RATE, by="month")
    from_table, from_columns = DOORS[name](table).to_frame(), DOORS[name](*COLUMNS).to_frame()
    label = from_table.columns[0]
    if label in ("period", "segment"):
        assert sorted(from_table[label]) == FRAME["month"].tolist()
    if name != "rank":
        pd.testing.assert_frame_equal(from_table.drop(columns=label), from_columns.drop(columns=label))
    assert segments.heterogeneity(table) == segments.heterogeneity(*COLUMNS)
    assert complaints.dispersed_rate(table).rate.value == complaints.dispersed_rate(*COLUMNS).rate.value


@pytest.mark.parametrize("name", DOORS)
def test_a_rate_keeps_what_it_refers_to(name: str) -> None:
    """Per 100 sales a rate of 5 in 1,000 is 0.5, whichever door it goes through."""
    table = km.measure(FRAME, km.TGW("complaints", "sales", per=100), by="month")
    found = DOORS[name](table)
    assert found.per == 100
    if name == "lag_matched":
        assert found.tgw[0] == pytest.approx(table.overall().value, rel=1e-15)
    else:
        rates = found.value if name == "compare_rates" else found.tgw
        np.testing.assert_allclose(rates, [0.5, 5.0, 400 / 900, 4.5], rtol=1e-15)


@pytest.mark.parametrize("name", DOORS)
def test_a_rate_is_not_asked_per_something_else(name: str) -> None:
    door = getattr(
        complaints if name == "lag_matched" else monitoring if name in ("control_chart", "cusum", "ewma") else segments,
        name,
    )
    options = {"lag_matched": {"lags": [1]}, "cusum": {"threshold": 5}, "ewma": {"width": 3}}.get(name, {})
    table = km.measure(FRAME, km.TGW("complaints", "sales", per=100), by="month")
    with pytest.raises(InvalidArgument, match="per must be left out or 100: the table of a rate has its own, not 1000"):
        door(table, per=1000, **options)
    assert door(table, per=100, **options).per == 100
    assert door(*COLUMNS, per=100, **options).per == 100
    with pytest.raises(InvalidArgument, match="per must be above 0"):
        door(table, per=0, **options)


def test_a_pooled_rate_is_that_of_its_table() -> None:
    table = km.measure(FRAME, km.TGW("complaints", "sales", per=100, name="claims"), by="month")
    found, whole = complaints.dispersed_rate(table), table.overall()
    for one in (found.poisson, found.rate):
        assert (one.value, one.unit, one.metric) == (pytest.approx(whole.value, rel=1e-15), "per 100 sales", "claims")
    assert (found.poisson.low, found.poisson.high) == pytest.approx((whole.low, whole.high), rel=1e-14)
    with pytest.raises(InvalidArgument, match="per must be left out or 100"):
        complaints.dispersed_rate(table, per=1000)


def test_labels_come_from_the_keys() -> None:
    assert monitoring.control_chart(km.measure(FRAME, RATE, by="month")).period == FRAME["month"].tolist()


@pytest.mark.parametrize("door", [segments.rank, segments.funnel, segments.shrink, segments.compare_rates])
def test_segments_may_have_several_keys(door: Any) -> None:
    table = km.measure(FRAME, RATE, by=["shop", "month"])
    counts = table.tallies[0].table
    alone = door(counts[:, 0], counts[:, 1], by=list(table.groups.keys), per=RATE.per)
    pd.testing.assert_frame_equal(door(table).to_frame(), alone.to_frame())
    assert set(door(table).to_frame()["segment"]) == set(table.groups.keys)


def test_months_of_a_log() -> None:
    shop = km.datasets.webshop(300, seed=2026)
    table = km.measure(shop.interactions, km.TGW(), period="month", date="occurred_at")
    found = monitoring.control_chart(table)
    kinds = shop.interactions.groupby(shop.interactions["occurred_at"].dt.strftime("%Y-%m"))["kind"].value_counts()
    expected = kinds.unstack(fill_value=0)
    assert found.period == expected.index.tolist()
    np.testing.assert_array_equal(found.complaints, expected["complaint"])
    np.testing.assert_array_equal(found.sales, expected["purchase"])


def test_what_would_mislead_is_refused() -> None:
    table = km.measure(FRAME, RATE, by="month")
    with pytest.raises(InvalidArgument, match="sales must be left out"):
        monitoring.control_chart(table, [1, 2, 3, 4])
    with pytest.raises(InvalidArgument, match="rate"):
        monitoring.control_chart(km.measure(FRAME, km.NPS("nps"), by="month"))
    with pytest.raises(InvalidArgument, match="one key column"):
        monitoring.control_chart(km.measure(FRAME, RATE, by=["shop", "month"]))
    with pytest.raises(InvalidArgument, match="suppressed"):
        segments.funnel(km.measure(FRAME, RATE, by="month", min_n=950))
    with pytest.raises(InvalidArgument, match="sales must be given"):
        monitoring.control_chart([1, 2])


def test_counts_stay_as_they_are_unless_all_are_whole_and_exact() -> None:
    assert whole_numbers(np.array([1.0, 2.0])).dtype == np.int64
    assert whole_numbers(np.array([1.0, 2.5])).tolist() == [1.0, 2.5]
    assert whole_numbers(np.array([2.0 * LARGEST_COUNT])).dtype == np.float64
    assert whole_numbers(np.array([])).dtype == np.int64


def test_labels_are_those_given_or_those_of_the_first_series() -> None:
    series = pd.Series([1, 2], index=["a", "b"])
    assert labels(None, "period", 2, [1, 2], series) == ["a", "b"]
    assert labels(None, "period", 2, [1, 2]) == [0, 1]
    assert labels(["x", "y"], "period", 2, series) == ["x", "y"]
    with pytest.raises(InvalidArgument, match="period must have one entry a row: 2"):
        labels(["x"], "period", 2, series)
