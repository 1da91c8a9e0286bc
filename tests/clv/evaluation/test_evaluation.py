from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import clv
from kundenmetrik.errors import InvalidArgument, InvalidType


@pytest.fixture(scope="module")
def truth() -> Any:
    x, t = [0, 0, 0, 1, 4, 12, 3, 6], [0, 0, 0, 9, 8, 38, 30, 7]
    return clv.ModifiedBetaGeo().fit(clv.Purchases.from_summary(x * 40, t * 40, [39] * 320, unit="week"))


@pytest.fixture(scope="module")
def log(truth: Any) -> pd.DataFrame:
    return truth.simulate(3000, horizon="2 years", rng=12)


@pytest.fixture(scope="module")
def parts(log: pd.DataFrame) -> clv.Split:
    return clv.split(log, at="2020-12-31", observed_until="2021-12-31")


@pytest.fixture(scope="module")
def found(parts: clv.Split) -> clv.Evaluation:
    return clv.evaluate(clv.ModifiedBetaGeo().fit(parts.calibration), parts)


def test_the_true_model_is_found_good(found: clv.Evaluation) -> None:
    scores = found.scores.set_index("forecast")
    assert abs(scores.loc["ModifiedBetaGeo", "relative_bias"]) < 0.06
    for name in ("log_score", "crps", "brier", "rmse"):
        assert scores[name].idxmin() == "ModifiedBetaGeo"
    actual = scores.loc["ModifiedBetaGeo", "actual_total"]
    assert found.total.low < actual < found.total.high
    np.testing.assert_allclose(found.coverage["actual"], found.coverage["expected"], atol=0.02)
    np.testing.assert_allclose(found.pit["share"], 0.1, atol=0.02)


def test_the_tables_agree_with_each_other(found: clv.Evaluation, parts: clv.Split) -> None:
    actual = parts.holdout.purchases.sum()
    model = found.scores.iloc[0]
    assert model["actual_total"] == actual
    assert model["expected_total"] == pytest.approx(found.total.value, rel=1e-9)
    by_frequency = found.conditional
    assert (by_frequency["customers"] * by_frequency["actual"]).sum() == pytest.approx(actual)
    weighted = (by_frequency["customers"] * by_frequency["ModifiedBetaGeo"]).sum()
    assert weighted == pytest.approx(model["expected_total"], rel=1e-9)
    assert (found.deciles["customers"] * found.deciles["actual"]).sum() == pytest.approx(actual)
    tracked = found.tracking
    assert tracked["actual"].sum() == parts.calibration.frequency.sum() + actual
    np.testing.assert_allclose(tracked["expected"].cumsum(), tracked["cumulative_expected"], rtol=1e-9)
    assert tracked.loc[tracked["part"] == "holdout", "actual"].sum() == actual
    assert found.frequency["actual"].sum() == len(parts.calibration)
    assert found.frequency["expected"].sum() == pytest.approx(len(parts.calibration), rel=1e-9)
    np.testing.assert_allclose(found.frequency["expected"], found.frequency["actual"], rtol=0.2)


def test_tracking_follows_the_calibration(found: clv.Evaluation) -> None:
    tracked = found.tracking.iloc[10:]
    np.testing.assert_allclose(tracked["cumulative_expected"], tracked["cumulative_actual"], rtol=0.05)


@pytest.mark.parametrize(("period", "rows"), [("day", 731), ("month", 24), ("year", 3)])
def test_periods_end_where_the_calibration_does(parts: clv.Split, period: str, rows: int) -> None:
    fit = clv.NBD().fit(parts.calibration)
    tracked = clv.evaluate(fit, parts, period=period).tracking
    assert abs(len(tracked) - rows) <= 1
    calibration = tracked[tracked["part"] == "calibration"]
    assert calibration["cumulative_actual"].iloc[-1] == parts.calibration.frequency.sum()
    assert tracked["cumulative_actual"].iloc[-1] == parts.holdout.repeats.sum()


def test_covariates_are_scored_too(parts: clv.Split) -> None:
    rng = np.random.default_rng(1)
    online = pd.DataFrame({"online": rng.integers(0, 2, len(parts.calibration))})
    data = clv.CustomerCovariates(parts.calibration, purchasing=online)
    fit = clv.ModifiedBetaGeo().fit(data)
    plain = clv.evaluate(clv.ModifiedBetaGeo().fit(parts.calibration), parts)
    found = clv.evaluate(fit, parts)
    assert found.scores.loc[0, "log_score"] == pytest.approx(plain.scores.loc[0, "log_score"], rel=1e-2)
    last = [table.tracking["cumulative_expected"].iloc[-1] for table in (found, plain)]
    assert last[0] == pytest.approx(last[1], rel=2e-2)
    assert found.frequency["expected"].sum() == pytest.approx(len(parts.calibration))


def test_other_customers_or_another_unit_are_refused(parts: clv.Split, log: pd.DataFrame) -> None:
    fit = clv.NBD().fit(parts.calibration)
    fewer = clv.NBD().fit(parts.calibration.select(np.arange(100)))
    with pytest.raises(InvalidArgument, match="customers of the fit"):
        clv.evaluate(fewer, parts)
    daily = clv.split(log, at="2020-12-31", unit="day")
    with pytest.raises(InvalidArgument, match="count in week"):
        clv.evaluate(fit, daily)
    with pytest.raises(InvalidType, match="what clv"):
        clv.evaluate(fit, parts.calibration)
    with pytest.raises(InvalidType, match="fitted repeat-buying model"):
        clv.evaluate(clv.NBD(), parts)


def test_a_fit_from_json_scores_customers_that_are_given(parts: clv.Split, found: clv.Evaluation) -> None:
    fit = clv.ModifiedBetaGeo().fit(parts.calibration)
    stored = type(fit).from_json(fit.to_json())
    again = clv.evaluate(stored, parts, purchases=parts.calibration)
    pd.testing.assert_frame_equal(again.scores, found.scores)


def test_comparison_ranks_by_aic_and_scores_the_holdout(parts: clv.Split) -> None:
    fits = [model.fit(parts.calibration) for model in (clv.NBD(), clv.ModifiedBetaGeo())]
    table = clv.compare(fits)
    assert table["model"].tolist() == [str(fits[1].model), str(fits[0].model)]
    assert table["delta_aic"].iloc[0] == 0
    assert table["weight"].sum() == pytest.approx(1)
    assert table["ratio_to_nbd"].iloc[0] == pytest.approx(2 * (fits[1].log_likelihood - fits[0].log_likelihood))
    scored = clv.compare(fits, parts)
    assert scored["model"].tolist()[:2] == table["model"].tolist()
    assert set(scored["model"][2:]) == {"common_rate", "own_rate"}
    single = clv.evaluate(fits[1], parts).scores.iloc[0]
    assert scored.loc[0, "crps"] == pytest.approx(single["crps"])


def test_the_same_model_twice_is_two_rows(parts: clv.Split) -> None:
    model = clv.ModifiedBetaGeo()
    fits = [model.fit(parts.calibration), model.fit(parts.calibration, method="map"), model.fit(parts.calibration)]
    table = clv.compare(fits, parts)
    assert len(table) == 5
    assert table["model"].tolist().count("ModifiedBetaGeo(k=1) by map") == 1
    assert table["crps"].notna().all()


def test_a_likelihood_ratio_needs_a_nested_model_and_the_same_customers(parts: clv.Split) -> None:
    small, large = (model.fit(parts.calibration) for model in (clv.NBD(), clv.ModifiedBetaGeo()))
    test = clv.likelihood_ratio(small, large)
    assert test.method == "mixture of chi-squares, 0.5 of df 0 + 0.5 of df 1"
    assert test.df == 2
    assert test.p_value < 1e-6
    with pytest.raises(InvalidArgument, match="contained in larger"):
        clv.likelihood_ratio(large, small)
    other = clv.NBD().fit(parts.calibration.select(np.arange(500)))
    with pytest.raises(InvalidArgument, match="same customers"):
        clv.compare([large, other])
    with pytest.raises(InvalidType, match="list of fitted"):
        clv.compare([])


def test_a_covariate_without_effect_is_not_significant(parts: clv.Split) -> None:
    rng = np.random.default_rng(3)
    noise = pd.DataFrame({"noise": rng.normal(size=len(parts.calibration))})
    large = clv.ModifiedBetaGeo().fit(clv.CustomerCovariates(parts.calibration, purchasing=noise))
    test = clv.likelihood_ratio(clv.ModifiedBetaGeo().fit(parts.calibration), large)
    assert test.df == 1
    assert test.p_value > 0.01


def test_a_backtest_repeats_the_split_at_each_origin(log: pd.DataFrame, parts: clv.Split) -> None:
    steps: list[tuple[int, int]] = []
    table = clv.backtest(
        log,
        [clv.ModifiedBetaGeo(), clv.NBD()],
        origins=["2020-09-30", "2020-12-31"],
        horizon="365 days",
        observed_until="2021-12-31",
        progress=lambda done, total: steps.append((done, total)),
    )
    assert steps == [(1, 2), (2, 2)]
    assert len(table) == 8
    one = table[(table["origin"] == "2020-12-31") & (table["forecast"] == "ModifiedBetaGeo")].iloc[0]
    direct = clv.evaluate(clv.ModifiedBetaGeo().fit(parts.calibration), parts)
    assert one["expected_total"] == pytest.approx(direct.total.value, rel=1e-9)
    assert one["low"] == pytest.approx(direct.total.low, rel=1e-9)
    assert bool(one["covered"])
    assert one["crps"] == pytest.approx(direct.scores.loc[0, "crps"])
    naive = table[table["forecast"] == "own_rate"]
    assert naive["low"].isna().all()


def test_a_backtest_does_not_look_beyond_what_was_observed(log: pd.DataFrame) -> None:
    with pytest.raises(InvalidArgument, match="end before observation does"):
        clv.backtest(log, clv.NBD(), origins=["2021-12-01"], horizon="1 year")
    with pytest.raises(InvalidArgument, match="be a date"):
        clv.backtest(log, clv.NBD(), origins=["soon"], horizon="4 weeks")
    with pytest.raises(InvalidArgument, match="at least a day"):
        clv.backtest(log, clv.NBD(), origins=["2021-01-31"], horizon="2 hours")
    with pytest.raises(InvalidType, match="models"):
        clv.backtest(log, [], origins=["2021-01-31"], horizon="4 weeks")
    none: Any
    for none in ([], pd.DatetimeIndex([])):
        with pytest.raises(InvalidArgument, match="origins must hold at least one day"):
            clv.backtest(log, clv.NBD(), origins=none, horizon="4 weeks")


def test_a_refused_fit_is_a_row_with_its_reason() -> None:
    days = pd.to_datetime(["2024-01-01", "2024-01-01", "2024-03-01", "2024-06-01"])
    data = pd.DataFrame({"customer_id": [1, 2, 1, 2], "occurred_at": days, "amount": 1.0})
    table = clv.backtest(data, clv.BetaGeo(), origins=["2024-01-31"], horizon="4 weeks")
    assert table["notes"].iloc[0].startswith("no customer bought again")
