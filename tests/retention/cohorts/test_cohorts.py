"""The cohort table: its laws, its edges and its hostile inputs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik import clv, errors, retention

LOGS = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 300)), min_size=1, max_size=40)
COUNTINGS = st.sampled_from(["bounded", "unbounded", "full"])
UNTIL = "2025-11-15"


def frame_of(rows: Any) -> pd.DataFrame:
    days = [pd.Timestamp("2025-01-01") + pd.Timedelta(days=day) for _, day in rows]
    frame = pd.DataFrame({"customer_id": [who for who, _ in rows], "occurred_at": days})
    return frame.assign(segment=np.where(frame["customer_id"] % 2, "odd", "even"))


@given(LOGS)
@settings(max_examples=60, deadline=None)
def test_nested_countings(rows: Any) -> None:
    frame = frame_of(rows)
    tables = {
        kind: retention.cohorts(frame, observed_until=UNTIL, counting=kind) for kind in ("bounded", "unbounded", "full")
    }
    assert (tables["full"].retained <= tables["bounded"].retained).all()
    assert (tables["bounded"].retained <= tables["unbounded"].retained).all()
    assert (tables["bounded"].retained <= tables["bounded"].eligible).all()
    for kind in ("unbounded", "full"):
        seen = tables[kind].matured
        rate = np.where(seen & (tables[kind].eligible > 0), tables[kind].rate, np.inf)
        falling = rate[..., 1:] <= rate[..., :-1] + 1e-15
        assert (falling | ~np.isfinite(rate[..., 1:])).all()


@given(LOGS, COUNTINGS)
@settings(max_examples=60, deadline=None)
def test_age_zero_sizes_and_segments(rows: Any, counting: Any) -> None:
    frame = frame_of(rows)
    table = retention.cohorts(frame, observed_until=UNTIL, counting=counting)
    first = frame.groupby("customer_id")["occurred_at"].min()
    assert table.size.sum() == len(first)
    seen = table.matured[..., 0] & (table.size > 0)
    assert (table.rate[..., 0][seen] == 1.0).all()
    split = retention.cohorts(frame, observed_until=UNTIL, counting=counting, by="segment").total()
    for name in ("size", "retained", "eligible", "matured"):
        np.testing.assert_array_equal(getattr(split, name), getattr(table, name))


@given(LOGS)
@settings(max_examples=40, deadline=None)
def test_pooled_mean_lies_between_the_cells(rows: Any) -> None:
    table = retention.cohorts(frame_of(rows), observed_until=UNTIL)
    pooled = table.weighted_mean()
    for place in range(table.ages.size):
        cells = table.rate[0, :, place][table.matured[0, :, place] & (table.eligible[0, :, place] > 0)]
        value = pooled["rate"].iloc[place]
        assert np.isnan(value) if not cells.size else cells.min() - 1e-15 <= value <= cells.max() + 1e-15
        assert pooled["cohorts"].iloc[place] == cells.size


@given(LOGS, st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_names_and_doubles_do_not_matter(rows: Any, random: Any) -> None:
    frame = frame_of(rows)
    table = retention.cohorts(frame, observed_until=UNTIL)
    changed = frame.iloc[random.sample(range(len(rows)), len(rows))]
    changed = pd.concat([changed, changed.iloc[:3]]).assign(customer_id=lambda f: "c" + f["customer_id"].astype(str))
    other = retention.cohorts(changed, observed_until=UNTIL)
    np.testing.assert_array_equal(other.retained, table.retained)
    wide = frame.assign(customer_id=frame["customer_id"].astype("int64") * 2**58 // 16)
    np.testing.assert_array_equal(retention.cohorts(wide, observed_until=UNTIL).retained, table.retained)


@given(LOGS)
@settings(max_examples=30, deadline=None)
def test_halves_merge(rows: Any) -> None:
    frame = pd.concat([frame_of(rows), frame_of([(100, 0), (101, 0), (100, 299), (101, 299)])])
    whole = retention.cohorts(frame, observed_until=UNTIL)
    parts = [frame[frame["customer_id"] % 2 == rest] for rest in (0, 1)]
    one, two = (retention.cohorts(part, observed_until=UNTIL) for part in parts)
    if one.cohorts == two.cohorts:
        merged = one + two
        np.testing.assert_array_equal(merged.retained, whole.retained[:, : merged.size.shape[1]])


@given(LOGS)
@settings(max_examples=30, deadline=None)
def test_starts_of_their_own(rows: Any) -> None:
    frame = frame_of(rows)
    starts = frame.groupby("customer_id", as_index=False)["occurred_at"].min()
    table = retention.cohorts(frame, observed_until=UNTIL)
    given_starts = retention.cohorts(frame, observed_until=UNTIL, starts=starts)
    for name in ("size", "retained", "eligible", "matured"):
        np.testing.assert_array_equal(getattr(given_starts, name), getattr(table, name))
    by_segment = retention.cohorts(frame, observed_until=UNTIL, starts=starts.assign(plan="x"), by="plan")
    assert by_segment.groups.keys == (("x",),)


def test_an_empty_cohort_in_the_middle() -> None:
    log = frame_of([(1, 0), (1, 70), (2, 70)])
    table = retention.cohorts(log, observed_until="2025-04-30")
    frame = table.to_frame().set_index(["cohort", "age"])
    assert frame.loc[("2025-02", 0), ["size", "eligible", "matured", "notes"]].tolist() == [0, 0, True, "empty"]
    assert frame.loc[("2025-02", 3), "notes"] == "not_observed_yet"
    assert frame.loc[("2025-04", 0)].empty if ("2025-04", 0) in frame.index else True
    assert table.weighted_mean()["cohorts"].tolist() == [2, 2, 1, 1]


def test_the_newest_cohort() -> None:
    table = retention.cohorts(frame_of([(1, 0), (2, 59)]), observed_until="2025-03-31")
    assert table.matured[0, -1].tolist() == [True, False, False]
    partial = retention.cohorts(frame_of([(1, 0), (2, 59)]), observed_until="2025-03-15")
    assert partial.matured[0, -1].tolist() == [False, False]
    assert np.isnan(partial.matrix().iloc[-1]).all()


def test_members_without_activity_and_activity_without_members() -> None:
    starts = pd.DataFrame({"customer_id": [1, 2, 9], "acquired_at": pd.to_datetime(["2025-01-10"] * 3)})
    table = retention.cohorts(frame_of([(1, 0), (1, 40), (3, 40)]), observed_until="2025-02-28", starts=starts)
    assert table.size.tolist() == [[3]]
    assert table.retained[0, 0].tolist() == [0, 1]
    assert dict(table.excluded) == {"no_start": 1, "before_start": 1}
    early = retention.cohorts(frame_of([(1, 0), (1, 40)]), observed_until="2025-03-31", starts=starts, clock="elapsed")
    assert dict(early.excluded) == {"before_start": 1}


def test_a_day_of_23_hours() -> None:
    # in Berlin 31 March 2024 has 23 hours; by the calendar the next day is the next day
    times = pd.to_datetime(["2024-03-30 12:00", "2024-03-31 12:00"]).tz_localize("Europe/Berlin")
    log = pd.DataFrame({"customer_id": [1, 1], "occurred_at": times})
    calendar = retention.cohorts(log, period="day", observed_until="2024-04-02")
    elapsed = retention.cohorts(log, period="day", observed_until="2024-04-02", clock="elapsed")
    assert calendar.retained[0, 0, :2].tolist() == [1, 1]
    assert elapsed.retained[0, 0, :2].tolist() == [1, 0]  # 23 hours later is still day 0


def test_the_zone_decides_the_cohort() -> None:
    late = pd.to_datetime(["2024-01-31 23:30"]).tz_localize("UTC")
    log = pd.DataFrame({"customer_id": [1], "occurred_at": late})
    assert retention.cohorts(log, observed_until="2024-03-31").cohorts == ["2024-01"]
    assert retention.cohorts(log, observed_until="2024-03-31", time_zone="Europe/Berlin").cohorts == ["2024-02"]


def test_intervals_are_those_of_shares() -> None:
    from kundenmetrik.core.statistics.one_sample.proportions import wilson_interval

    table = retention.cohorts(frame_of([(who, 0) for who in range(9)] + [(1, 40)]), observed_until="2025-03-31")
    frame = table.to_frame()
    low, high = wilson_interval(np.array([1]), np.array([9]), 0.95)
    assert (frame["low"].iloc[1], frame["high"].iloc[1]) == (low[0], high[0])
    narrow = table.with_interval(confidence=0.5, method="clopper_pearson").to_frame()
    assert narrow["rate"].equals(frame["rate"])
    assert (narrow["high"] - narrow["low"]).iloc[1] < (frame["high"] - frame["low"]).iloc[1]


def test_a_log_that_falls_silent_says_so() -> None:
    """The rule of purchases, with the period for a unit: see the test of the same log there."""
    days = pd.date_range("2024-01-01", periods=120, freq="D")
    log = pd.DataFrame({"customer_id": np.arange(120) % 30, "occurred_at": days})
    ends = {"2024-04-29": False, "2024-05-18": False, "2024-05-19": True, "2027-12-31": True}
    for end, early in ends.items():
        for options in ({}, {"start": "recurring"}, {"clock": "elapsed"}, {"starts": log}):
            found = retention.cohorts(log, period="week", observed_until=end, **options)
            assert ("log_ends_early" in found.notes) is early
        book = retention.ledger(log, period="week", window=4, observed_until=end)
        for shown in (book, found, book.rate().overall(), book.churn().overall()):
            assert ("log_ends_early" in shown.notes) is ("log_ends_early" in repr(shown)) is early
            assert ("log_ends_early" in shown._repr_html_()) is early
        assert ("log_ends_early" in km.clv.purchases(log, observed_until=end).notes) is early
        assert not {"log_ends_early"} & set(retention.cohorts(log, period="year", observed_until="2024-12-31").notes)
    lines = pd.concat([log] * 30)  # thirty lines of one order are one purchase, not a busy day
    assert not retention.cohorts(lines, period="week", observed_until="2024-05-18").notes
    assert not retention.cohorts(log.head(19), period="day", observed_until="2027-12-31").notes


def test_merged_tables_keep_notes_and_what_was_left_out() -> None:
    days = pd.date_range("2024-01-01", periods=120, freq="D")
    log = pd.DataFrame({"customer_id": np.arange(120) % 30, "occurred_at": days})
    gap = pd.DataFrame({"customer_id": [None], "occurred_at": days[:1]})
    whole = {"period": "month", "observed_until": "2024-08-31"}
    few = retention.cohorts(pd.concat([log[log["customer_id"] < 2], gap]), **whole)
    many = retention.cohorts(pd.concat([log[log["customer_id"] >= 2], gap]), **whole)
    assert not few.notes
    both = few + many
    assert (dict(both.excluded), both.notes) == ({"missing_customer": 2}, ("log_ends_early",))
    assert repr(both).endswith("excluded: missing_customer 2\nnotes: log_ends_early")
    assert "<p>excluded: missing_customer 2</p><p>notes: log_ends_early</p>" in both._repr_html_()
    kept = retention.ledger(pd.concat([log, gap]), window=3, **whole)
    assert "excluded: missing_customer 1" in repr(kept)


def test_notes_of_the_countings() -> None:
    log = frame_of([(1, 0), (1, 40)])
    assert retention.cohorts(log, observed_until=UNTIL, counting="unbounded").notes == ("last_ages_censored",)
    assert retention.cohorts(log, observed_until=UNTIL, start="recurring").notes == ("members_recur",)


def test_a_span_of_centuries_is_refused_or_cut() -> None:
    log = pd.DataFrame({"customer_id": [1, 2], "occurred_at": pd.to_datetime(["1700-01-01", "2200-01-01"])})
    with pytest.raises(errors.InvalidArgument, match="horizon must keep the table below"):
        retention.cohorts(log, period="day", observed_until="2200-12-31")
    table = retention.cohorts(log, observed_until="2200-12-31", horizon=3)
    assert table.retained.shape == (1, 6001, 4)
    np.testing.assert_array_equal(table.ages, [0, 1, 2, 3])


def test_a_horizon_keeps_later_activity_in_mind() -> None:
    log = frame_of([(1, 0), (1, 200)])
    table = retention.cohorts(log, observed_until=UNTIL, counting="unbounded", horizon=2)
    assert table.retained[0, 0].tolist() == [1, 1, 1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"counting": "rolling"},
        {"counting": "bracket"},
        {"brackets": (0, 1)},
        {"counting": "bracket", "brackets": (3, 1)},
        {"counting": "bracket", "brackets": (0,)},
        {"clock": "24h"},
        {"clock": "elapsed", "period": "quarter"},
        {"start": "any"},
        {"reference": "first"},
        {"period": "fortnight"},
        {"method": "exact"},
        {"confidence": 95},
        {"horizon": -1},
        {"date": "when"},
        {"customer": "id"},
        {"by": "plan"},
    ],
)
def test_wrong_arguments(wrong: dict[str, Any]) -> None:
    with pytest.raises(errors.KundenmetrikError):
        retention.cohorts(frame_of([(1, 0)]), **{"observed_until": UNTIL, **wrong})


@pytest.mark.parametrize("days", [["03.04.2024"], [20240101], [1.5]])
def test_dates_are_dates(days: list[Any]) -> None:
    with pytest.raises(errors.InvalidType, match="occurred_at must hold dates or times"):
        retention.cohorts({"customer_id": [1], "occurred_at": days}, observed_until=UNTIL)


def test_ids_of_two_types() -> None:
    log = {"customer_id": [1, "1"], "occurred_at": pd.to_datetime(["2025-01-01", "2025-01-02"])}
    with pytest.raises(errors.InvalidData):
        retention.cohorts(log, observed_until=UNTIL)


def test_html_and_matrix() -> None:
    table = retention.cohorts(frame_of([(1, 0), (2, 0)]).assign(segment="<i>"), observed_until=UNTIL, by="segment")
    assert "<i>" not in table._repr_html_()
    assert table.matrix("low").shape == table.matrix().shape
    with pytest.raises(errors.UnknownName):
        table.matrix("share")


@pytest.mark.parametrize("horizon", [-5, 1.5, "3"])
@pytest.mark.parametrize("more", [{}, {"counting": "unbounded"}, {"counting": "bracket", "brackets": (0, 1, 3)}])
def test_a_horizon_is_checked_whatever_is_counted(horizon: float | str, more: dict[str, Any]) -> None:
    log = pd.DataFrame({"customer_id": [1, 1], "occurred_at": pd.to_datetime(["2024-01-05", "2024-02-05"])})
    with pytest.raises(errors.InvalidArgument, match="horizon must"):
        retention.cohorts(log, observed_until="2024-03-31", horizon=horizon, **more)


def test_brackets_take_no_horizon() -> None:
    log = pd.DataFrame({"customer_id": [1, 1], "occurred_at": pd.to_datetime(["2024-01-05", "2024-02-05"])})
    with pytest.raises(
        errors.InvalidArgument, match=r"horizon must be left out with brackets, not 2\. The last bracket"
    ):
        retention.cohorts(log, observed_until="2024-03-31", counting="bracket", brackets=(0, 1, 3), horizon=2)


def test_activity_before_the_sign_up_of_the_same_day_is_before_the_start() -> None:
    starts = pd.DataFrame({"customer_id": [1], "acquired_at": pd.to_datetime(["2026-01-05 11:00"])})
    for hour, retained, excluded in ((10, 0, {"before_start": 1}), (11, 1, {}), (12, 1, {})):
        log = pd.DataFrame({"customer_id": [1], "occurred_at": pd.to_datetime([f"2026-01-05 {hour}:00"])})
        table = retention.cohorts(log, starts=starts, period="day", observed_until="2026-01-05")
        assert (table.retained[0, 0].tolist(), dict(table.excluded)) == ([retained], excluded)


def test_an_activity_in_the_hour_shown_twice_is_before_the_start_by_its_instant() -> None:
    """At 02:30 in summer time, signed up at 02:10 in winter time: 40 minutes later, though the clock says earlier."""
    activity = pd.DataFrame({"customer_id": [1], "occurred_at": pd.to_datetime(["2023-10-29 00:30"], utc=True)})
    sign_ups = pd.DataFrame({"customer_id": [1], "acquired_at": pd.to_datetime(["2023-10-29 01:10"], utc=True)})
    asked = {"period": "month", "observed_until": "2023-11-30", "time_zone": "Europe/Berlin"}
    early = retention.cohorts(activity, starts=sign_ups, **asked)
    assert dict(early.excluded) == {"before_start": 1}
    assert early.to_frame()["retained"].tolist()[0] == 0
    late = retention.cohorts(activity.assign(occurred_at=sign_ups["acquired_at"]), starts=sign_ups, **asked)
    assert late.to_frame()["retained"].tolist()[0] == 1


@pytest.mark.parametrize(("back", "age"), [("10:00:00.100", 0), ("10:00:00.900", 1), ("10:00:00.899999", 0)])
def test_elapsed_time_is_taken_before_it_is_cut(back: str, age: int) -> None:
    times = pd.to_datetime(["2026-01-05 10:00:00.900", f"2026-01-06 {back}"], format="ISO8601")
    log = pd.DataFrame({"customer_id": [1, 1], "occurred_at": times})
    table = retention.cohorts(log, period="day", clock="elapsed", observed_until="2026-01-31", horizon=1)
    assert table.retained[0, 0].tolist() == [1, age]


def test_an_aware_midnight_leaves_out_what_came_after_it() -> None:
    # as in clv.purchases: an aware instant is an instant, also at midnight
    berlin = pd.Timestamp("2026-04-01", tz="Europe/Berlin")
    times = pd.to_datetime(["2026-03-01 12:00", "2026-04-01 12:00"]).tz_localize("Europe/Berlin")
    log = pd.DataFrame({"customer_id": [1, 1], "occurred_at": times})
    for end in (berlin, berlin.tz_convert("UTC"), "2026-04-01T00:00+02:00"):
        assert retention.repeat_purchase_rate(log, observed_until=end).value == 0.0
        assert clv.purchases(log, observed_until=end).frequency.tolist() == [0]
        assert retention.cohorts(log, observed_until=end).to_frame()["retained"].sum() == 1
    assert retention.repeat_purchase_rate(log, observed_until="2026-04-01").value == 1.0
