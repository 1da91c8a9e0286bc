"""Revenue retention: its identities, its bootstrap, its edges."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kundenmetrik import errors, retention
from kundenmetrik.core.statistics.bootstrap import bootstrap_ratio_interval

MONEY = st.lists(
    st.tuples(
        st.one_of(st.just(np.nan), st.integers(0, 50).map(float)),
        st.one_of(st.just(np.nan), st.integers(0, 50).map(float)),
        st.booleans(),
    ),
    min_size=1,
    max_size=30,
)


@given(MONEY)
@settings(deadline=None)
def test_bridge_adds_up(rows: Any) -> None:
    before, after, back = (list(column) for column in zip(*rows, strict=True))
    back = [came and np.isnan(start) for came, start in zip(back, before, strict=True)]
    money = retention.revenue(before, after, returned=back)
    bridge = money.bridge().iloc[0]
    parts = ["churn", "contraction", "expansion", "reactivation", "new"]
    assert bridge["start"] + bridge[parts].sum() == pytest.approx(bridge["end"], abs=1e-9)
    assert bridge["churn"] <= 0
    assert bridge["contraction"] <= 0
    customers = bridge[[f"customers_{name}" for name in ("start", "churn", "reactivation", "new", "end")]]
    start, lost, returned, new, end = customers
    assert start - lost + returned + new == end
    gross, net = money.gross().value, money.net().value
    if bridge["start"] > 0:
        assert gross <= min(1.0, net) + 1e-12
        assert net == pytest.approx(1 + bridge[["churn", "contraction", "expansion"]].sum() / bridge["start"])
        assert gross == pytest.approx(1 + bridge[["churn", "contraction"]].sum() / bridge["start"])
    else:
        assert np.isnan(gross)
        assert money.gross().notes == ("empty",)


def test_logo_beside_revenue() -> None:
    money = retention.revenue([1000, 10, 10, 10], [1000, np.nan, np.nan, 10])
    assert money.logo().value == 0.5
    assert money.gross().value == 1010 / 1030
    frame = money.to_frame()
    assert frame["metric"].tolist() == ["gross_revenue_retention", "net_revenue_retention", "logo_retention"]


def test_refunds_are_refused_with_a_remedy() -> None:
    with pytest.raises(errors.InvalidData, match=r"after must be finite and at least 0; 1 of 2 is not .*Net refunds"):
        retention.revenue([10, 20], [10, -5])


def test_currencies_do_not_mix() -> None:
    with pytest.raises(errors.InvalidArgument, match="currency must be the same"):
        retention.revenue([10, 20], [10, 5], currency=["EUR", "USD"])
    assert retention.revenue([10, 20], [10, 5], currency=["EUR", "EUR"]).net().value == 0.5


@pytest.mark.parametrize("unknown", [None, np.nan, pd.NA, pd.NaT])
def test_an_amount_in_an_unknown_currency_is_refused(unknown: Any) -> None:
    with pytest.raises(
        errors.InvalidData, match=r"currency must be known for every amount; 1 of 2 is not \(row 1: None\)\. Name the"
    ):
        retention.revenue([10, 20], [10, 5], currency=["EUR", unknown])
    with pytest.raises(errors.InvalidData, match="2 of 2 are not"):
        retention.revenue([10, 20], [10, 5], currency=[unknown, unknown])
    # who paid nothing known at either end needs no currency
    money = retention.revenue([10, None], [5, np.nan], currency=["EUR", unknown])
    assert money.net().value == 0.5


@pytest.mark.parametrize("wrong", ["EUR", 5, np.array([["EUR", "EUR"], ["EUR", "EUR"]]), [("EUR",), "EUR"], [1.5, 2.5]])
def test_currencies_are_a_column(wrong: Any) -> None:
    with pytest.raises(errors.KundenmetrikError):
        retention.revenue([10, 20], [10, 5], currency=wrong)
    with pytest.raises(errors.KundenmetrikError, match="returned must"):
        retention.revenue([10, 20], [10, 5], returned=np.zeros((2, 2), bool))


def test_currencies_as_categories() -> None:
    column = pd.Series(["EUR", "EUR"], dtype=pd.CategoricalDtype(["EUR", "USD"]))
    assert retention.revenue([10, 20], [10, 5], currency=column).net().value == 0.5


def test_free_plans() -> None:
    money = retention.revenue([0, 0, 10], [0, 5, 10])
    assert money.logo().value == 1.0
    assert money.net().value == 1.5
    assert money.net().notes == ("free_plan_upgrade",)
    assert money.gross().value == 1.0
    only = retention.revenue([0, 0], [0, np.nan])
    assert np.isnan(only.net().value)
    assert only.logo().value == 0.5


def test_segments() -> None:
    frame = pd.DataFrame({"m0": [10.0, 10, 30], "m1": [5.0, 20, np.nan], "plan": ["a", "a", "b"]})
    money = retention.revenue(frame["m0"], frame["m1"], by=frame["plan"])
    assert money.net("a").value == 1.25
    assert money.net("b").value == 0.0
    assert money.net().value == 0.5
    assert money.bridge()["end"].tolist() == [25.0, 0.0]


def test_seed_gives_the_same_limits() -> None:
    rng = np.random.default_rng(2)
    before = rng.gamma(2.0, 30.0, 200)
    after = np.where(rng.random(200) < 0.2, np.nan, before * rng.uniform(0.5, 1.4, 200))
    one, two = (retention.revenue(before, after, rng=7).net() for _ in range(2))
    assert (one.low, one.high) == (two.low, two.high)
    assert one.low < one.value < one.high
    other = retention.revenue(before, after, rng=8).net()
    assert other.low != one.low
    wide = one.at(confidence=0.99)
    assert wide.low < one.low < one.high < wide.high


def test_bootstrap_against_the_delta_method() -> None:
    rng = np.random.default_rng(5)
    base = rng.gamma(4.0, 25.0, 3_000)
    kept = base * rng.uniform(0.6, 1.2, 3_000)
    ratio = kept.sum() / base.sum()
    error = (kept - ratio * base).std() / base.mean() / np.sqrt(3_000)
    for method in ("bca", "percentile"):
        low, high = bootstrap_ratio_interval(base, kept, method, 1_999, 1, 0.95)
        assert (high - low) / (2 * 1.96 * error) == pytest.approx(1.0, abs=0.08)
        assert (low + high) / 2 == pytest.approx(ratio, abs=0.15 * error)


def test_counts_of_like_customers_and_single_customers_agree() -> None:
    # the two ways of drawing have one law: few kinds as counts, many kinds one by one
    rng = np.random.default_rng(6)
    kinds = np.array([10.0, 20.0, 50.0])[rng.integers(0, 3, 4_000)]
    kept = kinds * (rng.random(4_000) < 0.8)
    few = bootstrap_ratio_interval(kinds, kept, "percentile", 1_999, 1, 0.95)
    jitter = 1 + 1e-9 * rng.random(4_000)
    many = bootstrap_ratio_interval(kinds * jitter, kept * jitter, "percentile", 1_999, 1, 0.95)
    np.testing.assert_allclose(few, many, atol=0.1 * (few[1] - few[0]))


@pytest.mark.slow
def test_coverage_in_skewed_revenue() -> None:
    # 300 runs of 150 customers; a binomial with 0.93 falls below 0.89 once in 200 times
    rng, hits = np.random.default_rng(12), 0
    for _ in range(300):
        base = rng.lognormal(3.0, 1.0, 150)
        kept = base * (rng.random(150) < 0.85)
        low, high = bootstrap_ratio_interval(base, kept, "bca", 599, 3, 0.95)
        hits += low <= 0.85 <= high
    assert hits / 300 >= 0.89


@pytest.mark.parametrize(
    "wrong", [{"method": "wald"}, {"draws": 5}, {"rng": -1}, {"confidence": 1}, {"returned": [1, 0]}]
)
def test_wrong_arguments(wrong: dict[str, Any]) -> None:
    with pytest.raises(errors.KundenmetrikError):
        retention.revenue([1, 2], [1, 2], **wrong)


def test_bca_by_leaving_out_each_customer() -> None:
    # Efron and Tibshirani (1993), chapter 14, written out customer by customer on the same draws
    from scipy.special import ndtr, ndtri

    rng = np.random.default_rng(9)
    base = np.array([10.0, 20.0, 400.0])[rng.choice(3, 60, p=[0.5, 0.4, 0.1])]
    kept = base * (rng.random(60) < 0.7)
    pairs, counts = np.unique(np.stack([base, kept]), axis=1, return_counts=True)
    sample = np.random.default_rng(4).multinomial(60, counts / 60, size=999)
    draws = (sample @ pairs[1]) / (sample @ pairs[0])
    ratio = kept.sum() / base.sum()
    without = np.array([np.delete(kept, i).sum() / np.delete(base, i).sum() for i in range(60)])
    shift = without.mean() - without
    skewness = (shift**3).sum() / (6 * (shift**2).sum() ** 1.5)
    bias = ndtri(np.mean(draws < ratio) + np.mean(draws == ratio) / 2)
    z = bias + ndtri(np.array([0.025, 0.975]))
    expected = np.quantile(draws, ndtr(bias + z / (1 - skewness * z)))
    np.testing.assert_allclose(bootstrap_ratio_interval(base, kept, "bca", 999, 4, 0.95), expected, rtol=1e-9)


def test_who_was_there_at_the_start_has_not_come_back() -> None:
    with pytest.raises(errors.InvalidData, match="returned must be False for customers at the start; 1 of 2"):
        retention.revenue([100.0, np.nan], [120.0, 80.0], returned=[True, True])
    bridge = retention.revenue([100.0, np.nan], [120.0, 80.0], returned=[False, True]).bridge()
    assert bridge[["expansion", "reactivation"]].iloc[0].tolist() == [20.0, 80.0]


def test_money_in_nullable_columns() -> None:
    before, after = pd.Series([10, None, 30], dtype="Int64"), pd.Series([10, 20, None], dtype="Int64")
    money = retention.revenue(before, after)
    assert money.logo().value == 0.5
    assert money.bridge()["new"].tolist() == [20.0]
    assert "gross" in repr(money)
    sure = retention.revenue([10.0, 10.0], [10.0, 10.0]).net()
    assert (sure.low, sure.value, sure.high) == (1.0, 1.0, 1.0)
