from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from kundenmetrik.clv.evaluation.scoring_rules import KIND_BLOCK, Forecast, outcome, poisson

RATES = st.lists(st.floats(0, 30), min_size=1, max_size=20)


def by_definition(rate: float, actual: int) -> dict[str, float]:
    """The scores of one Poisson forecast, from the definitions over counts up to 400."""
    n = np.arange(400)
    reached = stats.poisson.cdf(n, rate)
    return {
        "crps": float(((reached - (n >= actual)) ** 2).sum()),
        "exactly": float(stats.poisson.pmf(actual, rate)),
        "no_purchase": math.exp(-rate),
        "upto": float(stats.poisson.cdf(actual, rate)),
        "below": float(stats.poisson.cdf(actual - 1, rate)),
    }


@given(RATES, st.data())
def test_scores_are_their_definitions(rates: list[float], data: st.DataObject) -> None:
    actual = np.array([data.draw(st.integers(0, 60)) for _ in rates])
    found = outcome(poisson("p", np.array(rates)), actual)
    for place, rate in enumerate(rates):
        for name, expected in by_definition(rate, int(actual[place])).items():
            assert getattr(found, name)[place] == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_kinds_beyond_one_chunk_are_put_back_in_place() -> None:
    rng = np.random.default_rng(2)
    rates = rng.gamma(0.5, 4, KIND_BLOCK * 2 + 17)
    actual = rng.poisson(rates)
    found = outcome(poisson("p", rates), actual)
    np.testing.assert_allclose(found.exactly, stats.poisson.pmf(actual, rates), rtol=1e-9)
    np.testing.assert_allclose(found.upto, stats.poisson.cdf(actual, rates), atol=1e-12)


def test_the_truth_scores_best_and_is_calibrated() -> None:
    rng = np.random.default_rng(6)
    rates = rng.gamma(0.6, 3, 20_000)
    actual = rng.poisson(rates)
    truth = outcome(poisson("truth", rates), actual)
    for factor in (0.7, 1.4):
        other = outcome(poisson("other", rates * factor), actual).row()
        assert truth.row()["log_score"] < other["log_score"]
        assert truth.row()["crps"] < other["crps"]
        assert truth.row()["brier"] < other["brier"]
    np.testing.assert_allclose(truth.coverage()["actual"], truth.coverage()["expected"], atol=0.01)
    assert (truth.coverage()["expected"] >= truth.coverage()["confidence"]).all()
    np.testing.assert_allclose(truth.pit()["share"], 0.1, atol=0.008)
    assert truth.pit()["share"].sum() == pytest.approx(1)
    assert abs(truth.row()["relative_bias"]) < 0.02


def test_a_forecast_that_is_too_sure_shows_in_coverage_and_histogram() -> None:
    rng = np.random.default_rng(6)
    rates = rng.gamma(0.6, 8, 20_000)
    found = outcome(poisson("mean", np.full(20_000, rates.mean())), rng.poisson(rates))
    assert (found.coverage()["actual"] < found.coverage()["expected"] - 0.1).all()
    assert found.pit()["share"].iloc[[0, -1]].min() > 0.2


def test_lift_by_hand_with_ties_shared_out() -> None:
    expected = np.arange(20.0)
    actual = np.zeros(20, dtype=int)
    actual[[19, 0]] = 3, 1
    assert outcome(poisson("p", expected), actual).top_decile_lift() == pytest.approx(7.5)
    assert outcome(poisson("p", np.ones(20)), actual).top_decile_lift() == pytest.approx(1.0)
    assert math.isnan(outcome(poisson("p", expected), np.zeros(20, dtype=int)).top_decile_lift())


def test_deciles_are_tenths_best_first() -> None:
    table = outcome(poisson("p", np.arange(20.0)), np.arange(20)).deciles()
    assert table["customers"].tolist() == [2] * 10
    assert (
        table["expected"].tolist()
        == table["actual"].tolist()
        == [18.5, 16.5, 14.5, 12.5, 10.5, 8.5, 6.5, 4.5, 2.5, 0.5]
    )


def test_what_was_impossible_is_infinitely_surprising() -> None:
    row = outcome(poisson("p", np.array([0.0, 1.0])), np.array([2, 1])).row()
    assert row["log_score"] == math.inf
    assert math.isfinite(float(row["crps"]))


def test_a_count_that_never_ends_is_cut_off() -> None:
    """A forecast whose chances never add up to one is followed to a bound and no further."""
    heavy = Forecast(
        name="heavy",
        mean=np.array([1.0]),
        back=np.zeros(1, dtype=np.int64),
        chance=lambda kinds, n: np.tile(0.5 / (n + 1.0) / (n + 2.0), (len(kinds), 1)),
    )
    found = outcome(heavy, np.array([0]))
    assert found.exactly.tolist() == [0.25]


def test_a_customer_who_bought_more_often_than_any_forecast_is_scored() -> None:
    actual = np.array([40_000, 0])
    found = outcome(poisson("rate", np.array([40_000.0, 0.5])), actual)
    assert found.exactly == pytest.approx(stats.poisson.pmf(actual, [40_000.0, 0.5]), rel=1e-8)
    assert found.upto == pytest.approx(stats.poisson.cdf(actual, [40_000.0, 0.5]), rel=1e-8)
