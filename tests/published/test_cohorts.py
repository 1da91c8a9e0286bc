"""Published cohort tables and the definitions of products that count retention."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import retention

TOY = {
    "a": ["2024-01-05", "2024-02-06", "2024-03-07"],
    "b": ["2024-01-20", "2024-03-25"],
    "c": ["2024-02-10"],
    "d": ["2024-03-30", "2024-03-31"],
}


def log_of(days: dict[object, list[str]]) -> pd.DataFrame:
    rows = [(who, day) for who, dates in days.items() for day in dates]
    return pd.DataFrame(
        {"customer_id": [str(who) for who, _ in rows], "occurred_at": pd.to_datetime([day for _, day in rows])}
    )


def test_triangle_toy() -> None:
    # repeatradar 1.0.0 prints [1, 0, 0] for February and for March: the future as zero
    table = retention.cohorts(log_of(TOY), observed_until="2024-03-31").matrix("retained")
    expected = [[2, 1, 2], [1, 0, np.nan], [1, np.nan, np.nan]]
    np.testing.assert_array_equal(table.to_numpy(), np.array(expected, dtype=float))
    assert list(table.index) == ["2024-01", "2024-02", "2024-03"]


@pytest.mark.parametrize("counts", [[2, 1, 2], [9, 7, 6], [9, 6, 4]])
def test_mixpanel_intervals(counts: list[int]) -> None:
    # Mixpanel's help on retention: interval 0 is not 100 %, and later intervals need not fall
    first = 2 if counts[0] == 2 else 10
    starts = pd.DataFrame({"customer_id": range(first), "acquired_at": pd.Timestamp("2024-01-01")})
    rows = [(who, f"2024-01-{1 + age:02d}") for age, n in enumerate(counts) for who in range(n)]
    log = pd.DataFrame({"customer_id": [w for w, _ in rows], "occurred_at": pd.to_datetime([d for _, d in rows])})
    table = retention.cohorts(log, starts=starts, period="day", observed_until="2024-01-03")
    assert table.retained[0, 0].tolist() == counts
    assert table.rate[0, 0].tolist() == [count / first for count in counts]


def test_sparklytics_triangle() -> None:
    shares = [[100, 32, 24, 18], [100, 28, 22], [100, 35], [100]]
    months = ["2024-01-15", "2024-02-15", "2024-03-15", "2024-04-15"]
    days = {
        (cohort, who): [months[cohort + age] for age, share in enumerate(row) if who < share]
        for cohort, row in enumerate(shares)
        for who in range(100)
    }
    found = 100 * retention.cohorts(log_of(days), observed_until="2024-04-30").matrix()
    for cohort, row in enumerate(shares):
        assert found.iloc[cohort].dropna().round(9).tolist() == row


def test_weighted_mean() -> None:
    # PostHog issue 25998: 10 people at 20 % and 100 at 0 % are 1.8 % together, not 10 %
    days = {("jan", who): ["2024-01-10"] + ["2024-02-10"] * (who < 2) for who in range(10)}
    days |= {("feb", who): ["2024-02-10"] for who in range(100)}
    table = retention.cohorts(log_of(days), observed_until="2024-03-31")
    pooled, simple = table.weighted_mean().set_index("age"), table.simple_mean().set_index("age")
    assert (pooled.loc[1, "retained"], pooled.loc[1, "eligible"]) == (2, 110)
    assert f"{100 * pooled.loc[1, 'rate']:.1f}" == "1.8"  # type: ignore[str-bytes-safe]
    assert simple.loc[1, "rate"] == pytest.approx(0.10, abs=1e-15)
    assert simple.loc[1, "cohorts"] == 2  # the cohort at 0 % stays in the mean: PostHog issue 30624


def test_amplitude_day_one() -> None:
    # Amplitude's help: start Dec 1 17:59, return Dec 2 17:00 counts as day 1, because both are cut to the hour
    log = pd.DataFrame(
        {"customer_id": ["u", "u"], "occurred_at": pd.to_datetime(["2024-12-01 17:59", "2024-12-02 17:00"])}
    )
    cut = retention.cohorts(log, period="day", clock="elapsed-hours", observed_until="2024-12-05")
    exact = retention.cohorts(log, period="day", clock="elapsed", observed_until="2024-12-05")
    assert cut.retained[0, 0, :2].tolist() == [1, 1]
    assert exact.retained[0, 0, :2].tolist() == [1, 0]


def test_rate_from_ids_and_period_rate() -> None:
    seen = retention.overlap(list("abcd"), list("abef"), new=["e"])
    assert (seen.rate().value, seen.period_rate().value, seen.reactivated) == (0.5, 0.75, 1)
