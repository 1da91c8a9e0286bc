"""The small figures: scaling, lifetime, inactivity, repeat purchases."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik import errors, retention

CHURN = st.floats(0.0, 0.999)


@given(CHURN, st.sampled_from(["day", "week", "month", "quarter", "year", 45.0]))
def test_scaling_there_and_back(churn, period):
    annual = retention.annualise_constant_hazard(churn, period=period)
    if annual < 0.999999:
        back = retention.deannualise_constant_hazard(annual, period=period)
        assert back == pytest.approx(churn, rel=1e-6, abs=1e-12)
    if period != "year":
        assert annual >= churn * (1 - 1e-12)


def test_scaling_at_the_ends():
    assert retention.annualise_constant_hazard(0.0) == 0.0
    assert retention.annualise_constant_hazard(1.0) == 1.0
    assert retention.annualise_constant_hazard(1e-12) == pytest.approx(12e-12, rel=1e-9)
    assert retention.lifetime_constant_hazard(0.0) == np.inf
    for wrong in (-0.1, 1.1, 5, np.nan, True, "5%"):
        with pytest.raises(errors.KundenmetrikError):
            retention.annualise_constant_hazard(wrong)
    with pytest.raises(errors.InvalidArgument):
        retention.annualise_constant_hazard(0.1, period=0)


def test_three_lifetimes_under_their_names():
    left = [1000, 869, 743, 653, 593, 551, 517, 491]
    lost = [*(-np.diff(left)), left[-1]]
    curve = retention.survival([1, 2, 3, 4, 5, 6, 7, 7], [True] * 7 + [False], count=lost, unit="year")
    found = retention.lifetime(curve, horizon=7, fit=retention.ShiftedBetaGeo().fit(left, unit="year"))
    frame = found.to_frame()
    assert frame["metric"].tolist() == ["restricted_mean_lifetime", "mean_lifetime", "constant_hazard_lifetime"]
    assert frame["value"].iloc[0] == pytest.approx(sum(left[:7]) / 1000)
    assert frame["value"].iloc[1] == np.inf
    assert frame["value"].iloc[2] == pytest.approx(1 / retention.Geometric().fit(left).params["theta"])
    assert "assumes_constant_hazard" in frame["notes"].iloc[2]
    last = found.constant_hazard
    assert last.low < last.value < last.high
    assert len(retention.lifetime(curve, horizon=7).to_frame()) == 2
    with pytest.raises(errors.InvalidArgument, match="count in years like the curve"):
        retention.lifetime(curve, horizon=7, fit=retention.Geometric().fit(left, unit="month"))


def test_nobody_lost_lives_for_ever():
    curve = retention.survival([3, 4], [False, False])
    found = retention.lifetime(curve, horizon=4).constant_hazard
    assert (found.value, found.high) == (np.inf, np.inf)
    assert found.low == pytest.approx(7 / 3.688879, rel=1e-6)  # Garwood's upper limit of no events


def days(*numbers):
    return pd.Timestamp("2026-01-01") + pd.to_timedelta(list(numbers), unit="D")


def test_false_churn_by_hand():
    log = pd.DataFrame({"customer_id": [1, 1, 1, 2, 2, 3], "occurred_at": days(0, 10, 59, 4, 24, 7)})
    frame = retention.inactivity(log, observed_until="2026-03-31", windows=[5, 15, 30, 60]).to_frame()
    # gaps 10, 20, 49 ended by a purchase; silences 30, 65, 82 still running
    assert frame["silences"].tolist() == [6, 5, 3, 2]
    assert frame["returned"].tolist() == [3, 2, 1, 0]
    curve = [1 - (5 / 6 * 4 / 5 * 2 / 3), 1 - (4 / 5 * 2 / 3), 1 - 2 / 3, 0]
    np.testing.assert_allclose(frame["false_churn"], curve)
    assert (frame["low"] <= frame["false_churn"]).all()
    assert (frame["high"] >= frame["false_churn"]).all()


def test_choosing_a_window():
    log = pd.DataFrame({"customer_id": [1, 1, 1, 2, 2, 3], "occurred_at": days(0, 10, 59, 4, 24, 7)})
    found = retention.inactivity(log, observed_until="2026-03-31")
    assert [found.choose(share) for share in (0.6, 0.5, 0.4, 0.2)] == [0, 10, 20, 49]
    with pytest.raises(errors.KundenmetrikError):
        found.choose(2)


def test_days_not_purchases_make_gaps():
    log = pd.DataFrame(
        {
            "customer_id": [1, 1, 1],
            "occurred_at": pd.to_datetime(["2026-01-01 09:00", "2026-01-01 17:00", "2026-01-11 00:00"]),
        }
    )
    assert retention.inactivity(log, observed_until="2026-01-31").gaps.events.sum() == 1


def test_false_churn_falls_with_the_window_when_lives_are_mixed():
    rng = np.random.default_rng(4)
    rows = []
    for who in range(400):
        last = rng.uniform(0, 700)
        day = 0.0
        while day < last:
            rows.append((who, day))
            day += rng.exponential(25.0)
    log = pd.DataFrame({"customer_id": [w for w, _ in rows], "occurred_at": days(*[int(d) for _, d in rows])})
    share = retention.inactivity(log, observed_until=days(760)[0]).to_frame()["false_churn"]
    assert (np.diff(share) <= 1e-12).all()
    assert share.iloc[0] > 0.2 > share.iloc[3]


def test_repeat_purchases():
    log = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b", "b", "c", "d", "d"],
            "occurred_at": [*days(0, 19), *pd.to_datetime(["2026-01-03 09:00", "2026-01-03 18:00"]), *days(57, 5, 50)],
        }
    )
    everybody = retention.repeat_purchase_rate(log, observed_until="2026-02-28")
    assert (everybody.value, everybody.n, everybody.notes) == (0.5, 4, ("unequal_time",))  # b bought twice on one day
    soon = retention.repeat_purchase_rate(log, observed_until="2026-02-28", horizon="30 days")
    assert (soon.value, soon.n) == (pytest.approx(1 / 3), 3)
    assert dict(soon.excluded) == {"customer_not_observed_long_enough": 1}
    for wrong in ("soon", "12 hours", 30.5):
        with pytest.raises(errors.InvalidArgument, match="horizon"):
            retention.repeat_purchase_rate(log, observed_until="2026-02-28", horizon=wrong)


def test_repeat_purchases_nobody_observed_long_enough():
    log = pd.DataFrame({"customer_id": ["a"], "occurred_at": days(0)})
    found = retention.repeat_purchase_rate(log, observed_until="2026-01-10", horizon="30 days")
    assert np.isnan(found.value)
    assert found.notes == ("empty",)


def test_the_last_day_of_the_horizon_counts():
    log = pd.DataFrame({"customer_id": ["a", "a", "b", "c"], "occurred_at": days(0, 30, 28, 29)})
    found = retention.repeat_purchase_rate(log, observed_until=days(58)[0], horizon="30 days")
    assert (found.value, found.n) == (0.5, 2)  # a came back on day 30; b was watched for 30 days, c for 29
