"""Regular or random: the test finds the shape, and the likelihood of a log finds it too."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad

from kundenmetrik import clv
from kundenmetrik.clv.models.regularity_test import SKEWNESS
from kundenmetrik.errors import FitRefused, InvalidArgument, InvalidType, UnknownName


def log_of(k: int, customers: int = 1_500, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    who, when, _ = clv.BetaGeo(k=k)._draw((3.0, 30.0 / k, 0.8, 6.0), np.full(customers, 700.0), rng)
    customer = np.concatenate((np.arange(customers), who))
    since = pd.to_timedelta(np.concatenate((np.zeros(customers), when)) * 86_400, unit="s")
    frame = pd.DataFrame({"customer_id": customer, "occurred_at": pd.Timestamp("2020-01-01") + since})
    return frame.sample(frac=1.0, random_state=0)


@pytest.mark.parametrize("k", [1, 3])
def test_the_shape_is_found(k: int) -> None:
    found = clv.regularity(log_of(k))
    assert found.value == pytest.approx(k, rel=0.2)
    assert found.low < found.value < found.high
    assert (found.low > 1.0) == (k > 1)


def test_the_interval_covers() -> None:
    inside = [clv.regularity(log_of(2, customers=200, seed=s)) for s in range(60)]
    assert sum(one.low <= 2.1 and one.high >= 1.9 for one in inside) >= 51


def gaps_of(shares: np.ndarray[Any, Any]) -> pd.DataFrame:
    """Customers who bought three times, the first gap a share of a thousand hours."""
    hours = np.column_stack((np.zeros(len(shares)), 1_000 * shares, np.full(len(shares), 1_000.0)))
    when = pd.Timestamp("2020-01-01") + pd.to_timedelta(hours.ravel() * 3_600, unit="s")
    return pd.DataFrame({"customer_id": np.repeat(np.arange(len(shares)), 3), "occurred_at": when})


def test_the_statistic_is_that_of_uniform_shares() -> None:
    """By hand: two shares of 1/2 have no spread, at 0.9 and 0.1 it is 0.16, where chance has 1/12 and 1/180."""
    even = clv.regularity_test(gaps_of(np.array([0.5, 0.5])))
    assert even.statistic == pytest.approx((1 / 12) / np.sqrt(1 / 180 / 2), rel=1e-9)
    bursts = clv.regularity_test(gaps_of(np.array([0.9, 0.1, 0.9])))
    assert bursts.statistic == pytest.approx((1 / 12 - 0.16) / np.sqrt(1 / 180 / 3), rel=1e-9)
    assert (bursts.n, bursts.alternative) == (3, "two-sided")
    moments = np.array([quad(lambda u, p=p: (u - 0.5) ** (2 * p), 0, 1)[0] for p in (1, 2, 3)])
    assert moments[0] == pytest.approx(1 / 12)
    assert moments[1] - moments[0] ** 2 == pytest.approx(1 / 180)
    third = moments[2] - 3 * moments[1] * moments[0] + 2 * moments[0] ** 3
    assert pytest.approx(third * 180**1.5) == SKEWNESS


@pytest.mark.parametrize("customers", [20, *(pytest.param(n, marks=pytest.mark.slow) for n in (5, 200))])
def test_the_level_is_kept_at_random_times_whatever_the_rates(customers: int) -> None:
    """Exponential gaps, each customer at a rate of their own: p-values below 5 % in 5 % of the logs, on either side."""
    rng, draws = np.random.default_rng(customers), 600
    greater = np.empty(draws)
    for draw in range(draws):
        gaps = rng.exponential(rng.gamma(0.7, 2.0, customers)[:, None] + 1e-3, (customers, 2))
        log = gaps_of(gaps[:, 0] / gaps.sum(axis=1))
        greater[draw] = clv.regularity_test(log, alternative="greater").p_value
    sides = np.column_stack((greater, 1 - greater, 2 * np.minimum(greater, 1 - greater)))
    for level in (0.05, 0.2):
        error = np.sqrt(level * (1 - level) / draws)
        assert (np.abs((sides < level).mean(axis=0) - level) < 3 * error).all()


@pytest.mark.slow
def test_regular_purchases_are_found_and_bursts_are() -> None:
    """Gaps of gamma laws: shape 3 is found in nearly all logs of 50 customers, shape 0.4 on the other side."""
    rng = np.random.default_rng(9)
    found = np.zeros((2, 3))
    for row, k in enumerate((3.0, 0.4)):
        for _ in range(100):
            log = gaps_of(rng.beta(k, k, 50))
            tests = [clv.regularity_test(log, alternative=side) for side in ("two-sided", "greater", "less")]
            found[row] += [test.p_value < 0.05 for test in tests]
    assert (found[0, :2] >= 95).all()
    assert (found[1, [0, 2]] >= 90).all()
    assert found[0, 2] == found[1, 1] == 0


def test_the_test_of_a_log_agrees_with_its_interval_and_its_tails() -> None:
    for k in (1, 3):
        log = log_of(k)
        both, greater, less = (clv.regularity_test(log, alternative=side) for side in ("two-sided", "greater", "less"))
        assert both.n == clv.regularity(log).n
        assert greater.p_value + less.p_value == pytest.approx(1.0, rel=1e-12)
        assert both.p_value == pytest.approx(2 * min(greater.p_value, less.p_value), rel=1e-12)
        assert (greater.p_value < 1e-6) == (k == 3)
        assert (both.p_value < 0.05) == (k == 3)
    assert repr(both).startswith("regularity test of 1,")
    assert pickle.loads(pickle.dumps(both)) == both


def test_the_likelihood_finds_the_shape() -> None:
    base = clv.purchases(log_of(3), observed_until="2021-12-01", unit="day")
    fits = clv.regular_fits(clv.BetaGeo, base)
    assert max(fits, key=lambda k: fits[k].log_likelihood) == 3
    assert "likelihood_without_gaps" not in fits[3].notes
    summary = clv.Purchases.from_summary(base.frequency, base.recency, base.age, unit="day")
    assert "likelihood_without_gaps" in clv.BetaGeo(k=2).fit(summary).notes
    with pytest.raises(InvalidArgument, match="come from a log"):
        clv.regular_fits(clv.BetaGeo, summary)


def test_the_known_part_of_the_likelihood_is_the_density_of_the_gaps() -> None:
    """One customer, two purchases, no dropout: the product of Erlang-2 densities, averaged over the rate."""
    from scipy.stats import gamma

    gaps, rest, r, alpha, k = np.array([3.0, 5.0]), 2.0, 1.3, 4.0, 2
    exact, _ = quad(
        lambda rate: (
            gamma.pdf(gaps, k, scale=1 / rate).prod()
            * gamma.sf(rest, k, scale=1 / rate)
            * gamma.pdf(rate, r, scale=1 / alpha)
        ),
        0,
        20,
    )
    from kundenmetrik.clv.data.histories import Histories

    past = Histories(np.array([2]), np.array([8.0]), np.array([10.0]))
    plain = clv.BetaGeo(k=k)._likelihood_terms((r, alpha, 1e-14, 1.0), past, 0).value[0]
    assert plain + (k - 1) * np.log(gaps).sum() == pytest.approx(np.log(exact), rel=1e-8)


def test_bad_logs_are_refused() -> None:
    log = log_of(1, customers=20)
    with pytest.raises(InvalidType):
        clv.regularity([1, 2, 3])
    with pytest.raises(UnknownName, match="occurred_at"):
        clv.regularity(log.rename(columns={"occurred_at": "when"}))
    with pytest.raises(InvalidArgument, match="hold dates or times"):
        clv.regularity(log.assign(occurred_at="2020-01-01"))
    for measure in (clv.regularity, clv.regularity_test):
        with pytest.raises(FitRefused, match="three times"):
            measure(log.drop_duplicates("customer_id"))
    with pytest.raises(UnknownName, match="Did you mean 'greater'"):
        clv.regularity_test(log, alternative="greater than")
