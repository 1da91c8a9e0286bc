from __future__ import annotations

import math
import pickle

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kundenmetrik import clv
from kundenmetrik.errors import InvalidArgument


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(1, 9)), min_size=4, max_size=40))
def test_the_rank_correlation_is_that_of_scipy(pairs: list[tuple[int, int]]) -> None:
    frequency, spend = zip(*pairs, strict=True)
    base = clv.Purchases.from_summary(frequency, frequency, [9] * len(pairs), spend, unit="week")
    found = clv.spend_independence(base)
    if len(set(frequency)) == 1 or len(set(spend)) == 1:
        assert math.isnan(found.value)
        assert found.notes == ("constant",)
        return
    expected = stats.spearmanr(frequency, spend)
    assert found.value == pytest.approx(expected.statistic, abs=1e-12)
    assert found.parts["p_value"] == pytest.approx(expected.pvalue, abs=1e-9)


def test_the_interval_of_independence_covers_nothing_where_there_is_nothing() -> None:
    rng = np.random.default_rng(5)
    hits = 0
    for _ in range(300):
        frequency = rng.poisson(2, 80) + 1
        base = clv.Purchases.from_summary(frequency, frequency, [99] * 80, rng.gamma(2, 3, 80), unit="week")
        found = clv.spend_independence(base)
        hits += found.low <= 0 <= found.high
    assert 0.92 < hits / 300 < 0.98


def test_one_time_buyers_do_not_count_and_too_few_are_empty() -> None:
    base = clv.Purchases.from_summary([0, 1, 2], [0, 1, 2], [3, 3, 3], [0, 5, 6], unit="week")
    found = clv.spend_independence(base)
    assert (found.n, found.excluded["no_repeat_spend"], found.notes) == (2, 1, ("empty",))


def growing(rate: float, noise: float, customers: int, seed: int = 3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    level = np.repeat(rng.normal(3, 1, customers), 5)
    days = np.concatenate([rng.choice(730, 5, replace=False) for _ in range(customers)])
    error = np.repeat(rng.normal(0, noise, customers), 5) + rng.normal(0, noise, 5 * customers)
    times = pd.Timestamp("2024-01-01") + pd.to_timedelta(days, unit="D")
    amount = np.exp(level + error + math.log1p(rate) * days / 365.25)
    return pd.DataFrame({"customer_id": np.repeat(np.arange(customers), 5), "occurred_at": times, "amount": amount})


@pytest.mark.parametrize("rate", [-0.2, 0.0, 0.35])
@pytest.mark.parametrize("unit", ["day", "year"])
def test_a_trend_is_found_whatever_the_levels_and_the_unit(rate: float, unit: str) -> None:
    found = clv.spend_trend(growing(rate, 0.0, 50), unit=unit)
    assert found.value == pytest.approx(rate, abs=1e-9)


def test_the_interval_of_the_trend_covers_the_truth() -> None:
    hits = 0
    for seed in range(200):
        found = clv.spend_trend(growing(0.1, 0.4, 60, seed))
        hits += found.low <= 0.1 <= found.high
    assert 0.91 < hits / 200 < 0.985


def test_amounts_of_nothing_are_left_out_and_no_amounts_are_refused() -> None:
    data = growing(0.1, 0.1, 20)
    found = clv.spend_trend(data.assign(amount=data["amount"].where(data.index > 2, 0.0)))
    assert found.excluded["not_positive"] == 3
    assert pickle.loads(pickle.dumps(found)).high == found.high
    with pytest.raises(InvalidArgument, match="amount must be there"):
        clv.spend_trend(data.drop(columns="amount"))
    assert clv.spend_trend(data.iloc[:1]).notes == ("empty",)


def test_spend_of_a_log_read_without_amounts_says_how_to_read_it() -> None:
    days = pd.date_range("2024-01-01", periods=40, freq="D")
    log = pd.DataFrame({"customer_id": [1, 2, 3, 4] * 10, "occurred_at": days, "betrag": 9.5})
    with pytest.raises(InvalidArgument, match=r"must have amounts.*amount=\.\.\."):
        clv.GammaGamma().fit(clv.purchases(log, observed_until="2024-03-01"))
