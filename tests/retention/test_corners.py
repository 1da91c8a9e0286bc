"""Corners: ids far apart, logs over centuries, open ends, odd clocks, what words a refusal has."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import errors, retention


@pytest.mark.slow
@pytest.mark.parametrize(
    ("model", "survivors"),
    [
        ("DiscreteWeibull", [1000, 1000, 0, 0]),
        ("DiscreteWeibull", [1000, 1000, 1000, 0]),
        ("BetaDiscreteWeibull", [1000, 1000, 1000, 0]),
        ("BetaDiscreteWeibull", [1000, 1000, 1, 0]),
        ("BetaDiscreteWeibull", [1000, 1000, 500, 500]),
    ],
)
def test_a_shape_without_end_is_refused(model, survivors):
    # nobody is lost at first and then many at once: c grows without end
    with pytest.raises(errors.FitRefused, match="no maximum at finite parameters"):
        getattr(retention, model)().fit(survivors)


def test_open_ends_of_a_profile():
    # 60 customers do not tell a ridge from a finite alpha: the upper limit is open
    fit = retention.ShiftedBetaGeo().fit([60, 48, 39, 33])
    low, high = fit.interval("alpha")
    assert 0 < low < fit.params["alpha"]
    assert high == np.inf
    closed = fit.interval("alpha", method="log")
    assert np.isfinite(closed).all()


def test_what_a_fit_says():
    fit = retention.ShiftedBetaGeo().fit([100, 80, 68, 60], unit="year")
    assert repr(fit).startswith("ShiftedBetaGeo fit (alpha ")
    assert fit.headline.endswith("100 contracts)")
    assert repr(fit).splitlines()[-1].startswith("notes: starts_at_100")
    assert fit.aic == pytest.approx(4 - 2 * fit.log_likelihood)
    assert fit.bic == pytest.approx(2 * np.log(100) - 2 * fit.log_likelihood)
    limit = retention.ShiftedBetaGeo().fit([1000, 800, 640])
    assert limit.limit_params["theta"] == pytest.approx(0.2)
    with pytest.raises(errors.UnknownName):
        fit.interval("gamma")
    with pytest.raises(errors.InvalidArgument):
        fit.discounted_lifetime(0.1, renewals=0)


def test_tables_that_cannot_be():
    with pytest.raises(errors.InvalidData, match="lost must lie between 0 and at_risk"):
        retention.Renewals.from_lost([11], [10])
    with pytest.raises(errors.InvalidArgument, match="lost must have 2 values"):
        retention.Renewals.from_lost([1], [10, 9])
    with pytest.raises(errors.InvalidData, match="renewals must be at least 1 where churned"):
        retention.Renewals.from_customers([0, 2], [True, False])
    with pytest.raises(errors.InvalidType, match="churned must hold"):
        retention.Renewals.from_customers([1, 2], [1, 0])
    with pytest.raises(errors.UnknownName):
        retention.Renewals.from_survivors([10, 5], unit="fortnight")
    waiting = retention.Renewals.from_customers([0, 0, 1, 2], [False, False, True, False])
    assert waiting.at_risk.tolist() == [2, 1]


def log_of(ids, days) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": ids, "occurred_at": pd.to_datetime(days)})


def test_ids_far_apart():
    days = ["2026-01-05", "2026-02-06", "2026-03-07", "2026-01-20"]
    near, far = log_of([1, 1, 1, 2], days), log_of([-(2**60), -(2**60), -(2**60), 2**60], days)
    huge = log_of(np.array([2**63 + 5, 2**63 + 5, 2**63 + 5, 7], dtype=np.uint64), days)
    expected = retention.cohorts(near, observed_until="2026-03-31")
    for other in (far, huge):
        np.testing.assert_array_equal(retention.cohorts(other, observed_until="2026-03-31").retained, expected.retained)
        book = retention.ledger(other, window=1, observed_until="2026-03-31")
        assert book == retention.ledger(near, window=1, observed_until="2026-03-31")
        assert set(book.states()["customer_id"]) == set(other["customer_id"])


def test_a_log_over_centuries():
    days = np.array(["0900-01-01", "2400-06-01", "2399-12-31"], "datetime64[s]")
    log = pd.DataFrame({"customer_id": [1, 1, 2], "occurred_at": days})
    table = retention.cohorts(log, period="year", observed_until="2400-12-31", horizon=1)
    assert table.cohorts[0] == "0900"
    assert table.size.sum() == 2
    lives = retention.tenures(
        pd.DataFrame(
            {"customer_id": [1], "acquired_at": log["occurred_at"][:1], "churned_at": log["occurred_at"][1:2].array}
        ),
        observed_until="2400-12-31",
    )
    assert lives.duration[0] == (datetime.date(2400, 6, 1) - datetime.date(900, 1, 1)).days


def test_many_customers_over_many_days_are_sorted_by_three_keys():
    rng = np.random.default_rng(0)
    rows = 5_000
    frame = pd.DataFrame({"customer_id": np.arange(rows), "acquired_at": pd.Timestamp("2026-01-01")})
    start = np.array(["0001-01-01"], "datetime64[s]")[0] + (rng.integers(0, 3_650_000, rows) * 86_400).astype("m8[s]")
    frame["acquired_at"], frame["churned_at"] = start, start + np.timedelta64(86_400 * 40, "s")
    book = retention.ledger(frame, period="year", observed_until="9999-12-31")
    assert book.moves["new"].sum() + book.moves["passed_through"].sum() == rows


def test_stamps_with_and_without_a_zone_do_not_mix():
    mixed = [pd.Timestamp("2026-01-05"), pd.Timestamp("2026-01-06", tz="UTC")]
    with pytest.raises(errors.InvalidArgument, match="all with a time zone or all without"):
        retention.cohorts({"customer_id": [1, 2], "occurred_at": mixed}, observed_until="2026-03-31")
    log = log_of([1], ["2026-01-05"])
    starts = pd.DataFrame({"customer_id": [1], "acquired_at": [pd.Timestamp("2026-01-05", tz="UTC")]})
    with pytest.raises(errors.InvalidArgument, match="starts must have a time zone exactly when the log has one"):
        retention.cohorts(log, observed_until="2026-03-31", starts=starts)


def test_the_cut_in_another_zone():
    late = pd.to_datetime(["2026-01-31 23:30"]).tz_localize("UTC")
    log = pd.DataFrame({"customer_id": [1], "occurred_at": late})
    cut = pd.Timestamp("2026-02-01 00:29:59", tz="Europe/Berlin")  # one second before the event
    with pytest.raises(errors.InvalidArgument, match="after_observed_until 1"):
        retention.cohorts(log, observed_until=cut)
    seen = retention.cohorts(log, observed_until=cut + pd.Timedelta(seconds=1))
    assert seen.cohorts == ["2026-01"]


def test_objects_with_a_zone_and_a_first_gap():
    log = pd.DataFrame(
        {"customer_id": [1, 2], "occurred_at": [None, pd.Timestamp("2026-01-05", tz="UTC")]}, dtype=object
    )
    for clock in ("calendar", "elapsed"):
        table = retention.cohorts(log, observed_until="2026-02-28", clock=clock)
        assert dict(table.excluded) == {"missing_occurred_at": 1}


@pytest.mark.parametrize("kind", [5, [1, 2]])
def test_kinds_are_names(kind):
    log = log_of([1], ["2026-01-05"]).assign(kind="purchase")
    with pytest.raises(errors.InvalidType, match="kind must be a name"):
        retention.cohorts(log, observed_until="2026-02-28", kind=kind)


def test_starts_with_gaps():
    starts = pd.DataFrame(
        {
            "customer_id": ["a", None, "c", "d"],
            "acquired_at": pd.to_datetime(["2026-01-01", "2026-01-01", None, "2027-01-01"]),
        }
    )
    log = log_of(["a", "a"], ["2026-01-05", "2026-02-05"])
    table = retention.cohorts(log, observed_until="2026-02-28", starts=starts)
    lost = {"start_without_customer": 1, "start_without_time": 1, "start_after_observed_until": 1}
    assert dict(table.excluded) == lost
    every = retention.cohorts(log, observed_until="2026-02-28", starts=starts, start="recurring", clock="elapsed")
    assert every.size.tolist() == [[1]]


def test_tables_that_do_not_add():
    one = retention.cohorts(log_of([1], ["2026-01-05"]), observed_until="2026-02-28")
    other = retention.cohorts(log_of([2], ["2026-02-05"]), observed_until="2026-02-28")
    with pytest.raises(errors.InvalidArgument, match="same first"):
        one + other
    short = retention.cohorts(log_of([2], ["2026-01-05"]), observed_until="2026-02-28", horizon=0)
    with pytest.raises(errors.InvalidArgument, match="same ages and segments"):
        one + short
    with pytest.raises(TypeError):
        one + 1
    book = retention.ledger(log_of([1], ["2026-01-05"]), window=1, observed_until="2026-02-28")
    with pytest.raises(TypeError):
        book + 1
    assert book != 1
    assert "2026-01" in repr(book)
    assert "<table" in book._repr_html_()
    with pytest.raises(errors.InvalidArgument, match="version 1"):
        retention.Ledger.from_json("{}")


def test_columns_for_curves():
    with pytest.raises(errors.InvalidArgument, match="none is left"):
        retention.survival([np.nan, np.nan], [True, False])
    with pytest.raises(errors.InvalidArgument, match="name at least one column"):
        retention.survival([1, 2], [True, False], by={})
    found = retention.survival([np.nan, 2, 3], [True, True, False], entry=[5, 0, 1])
    assert found.at(2).value == 0.5
    test = retention.logrank([1, 2, 3, 4], [True] * 4, ["a", "a", "b", "b"])
    assert repr(test).startswith("logrank test of 2 segments (statistic ")
    assert "a" in repr(retention.logrank_pairs([1, 2, 3, 4], [True] * 4, ["a", "a", "b", "b"]))


def test_money_in_nullable_columns():
    before, after = pd.Series([10, None, 30], dtype="Int64"), pd.Series([10, 20, None], dtype="Int64")
    money = retention.revenue(before, after)
    assert money.logo().value == 0.5
    assert money.bridge()["new"].tolist() == [20.0]
    assert "gross" in repr(money)
    sure = retention.revenue([10.0, 10.0], [10.0, 10.0]).net()
    assert (sure.low, sure.value, sure.high) == (1.0, 1.0, 1.0)


def test_silences_say_what_was_left_out():
    log = pd.concat([log_of([1, 1], ["2026-01-05", "2026-02-05"]), log_of([None], ["2026-01-01"])])
    found = retention.inactivity(log.astype({"customer_id": "Int64"}), observed_until="2026-03-31", windows=[10])
    assert dict(found.excluded) == {"missing_customer": 1}
    assert "false_churn" in repr(found)
    back = log_of([1, 1], ["2026-01-05", "2026-03-31"])  # the only long silence ended in a purchase
    with pytest.raises(errors.InvalidArgument, match="large enough for the time that was observed"):
        retention.inactivity(back, observed_until="2026-03-31").choose(0.5)


def test_two_zones_need_a_declared_one():
    frame = pd.DataFrame(
        {
            "customer_id": [1],
            "acquired_at": pd.to_datetime(["2026-01-31 23:30"]).tz_localize("UTC"),
            "churned_at": pd.to_datetime(["2026-02-28 23:30"]).tz_localize("Europe/Berlin"),
        }
    )
    with pytest.raises(errors.InvalidArgument, match=r"time_zone must be given for times in two zones.*UTC.*Berlin"):
        retention.ledger(frame, observed_until="2026-03-31")
    book = retention.ledger(frame, observed_until="2026-03-31", time_zone="Europe/Berlin")
    assert book.periods[0] == "2026-02"
    assert book.moves["passed_through"].tolist() == [[1, 0]]


def test_three_figures_for_one_segment_only():
    curve = retention.survival([1, 2, 3], [True] * 3, by=["a", "b", "b"])
    with pytest.raises(errors.InvalidArgument, match="one segment"):
        retention.lifetime(curve, horizon=1)
    assert "constant_hazard" in repr(retention.lifetime(curve["b"], horizon=1))


def test_results_survive_a_pickle():
    import copy
    import pickle

    log = log_of(["a", "a", "b", None], ["2026-01-05", "2026-02-06", "2026-02-10", "2026-01-01"])
    frame = pd.DataFrame(
        {"customer_id": ["a", "b"], "acquired_at": log["occurred_at"][:2], "churned_at": [pd.NaT, pd.NaT]}
    )
    results = [
        retention.ledger(log, window=1, observed_until="2026-03-31"),
        retention.cohorts(log, observed_until="2026-03-31"),
        retention.tenures(frame, observed_until="2026-03-31").survival(),
        retention.inactivity(log, observed_until="2026-03-31"),
        retention.logrank([1, 2, np.nan, 4], [True] * 4, ["a", "a", "b", "b"]),
        retention.revenue([1, 2], [1, 3]),
        retention.overlap([1, 2], [2, 3]),
        retention.repeat_purchase_rate(log, observed_until="2026-03-31"),
    ]
    for result in results:
        assert repr(pickle.loads(pickle.dumps(result))) == repr(copy.deepcopy(result)) == repr(result)


def test_a_customer_in_two_segments_is_shown_with_them():
    frame = log_of([1, 2, 1], ["2026-01-05"] * 3).assign(plan=["x", "y", "z"])
    with pytest.raises(errors.InvalidData, match=r"rows? 0: \('x',\)"):
        retention.cohorts(frame, observed_until="2026-03-31", by="plan")


def test_few_starts_among_many_customers():
    rng = np.random.default_rng(0)
    ids = np.concatenate([[7, 70_000], rng.integers(0, 100_000, 30_000)])
    log = pd.DataFrame({"customer_id": ids, "occurred_at": pd.Timestamp("2026-02-05")})
    starts = pd.DataFrame({"customer_id": [7, 70_000], "acquired_at": pd.Timestamp("2026-01-05"), "plan": ["x", "y"]})
    table = retention.cohorts(log, observed_until="2026-02-28", starts=starts, by="plan")
    assert table.size.tolist() == [[1], [1]]
    assert table.retained.tolist() == [[[0, 1]], [[0, 1]]]


def test_members_of_whom_nobody_was_active():
    starts = pd.DataFrame({"customer_id": [1, 2], "acquired_at": pd.Timestamp("2026-01-05")})
    for counting in ("bounded", "unbounded", "full"):
        table = retention.cohorts(
            log_of([3], ["2026-01-20"]), observed_until="2026-02-28", starts=starts, counting=counting
        )
        assert table.rate.tolist() == [[[0.0, 0.0]]]


def test_a_horizon_bounds_the_memory():
    days = np.array(["0900-01-01", "9800-06-01"], "datetime64[s]")
    log = pd.DataFrame({"customer_id": [1, 1], "occurred_at": days})
    table = retention.cohorts(log, period="month", observed_until="9999-12-31", horizon=1)
    assert table.retained.tolist() == [[[1, 0]]]


@pytest.mark.parametrize("unit", ["ns", "us", "s"])
def test_an_end_beyond_what_the_times_can_tell_is_reached_by_none(unit):
    times = pd.to_datetime(["2024-01-05", "2024-02-06", "2024-02-07"]).astype(f"datetime64[{unit}]")
    log = pd.DataFrame({"customer_id": [1, 1, 2], "occurred_at": times})
    table = retention.cohorts(log, period="year", observed_until="9999-12-30", horizon=1)
    assert (table.excluded, table.size.tolist()) == ({}, [[2]])
