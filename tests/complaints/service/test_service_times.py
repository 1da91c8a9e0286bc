"""Service clocks: business hours minute by minute, open complaints, reopened ones, first contact."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.complaints import (
    BusinessHours,
    ElapsedHours,
    answered_within,
    first_contact_resolution,
    reopen_rate,
    service_times,
)
from kundenmetrik.errors import InvalidArgument, InvalidData, UnknownName

OFFICE = BusinessHours(opens="08:30", closes="17:00", weekdays=(0, 1, 2, 3, 5), holidays=("2025-03-04", "2025-03-09"))
minutes = st.integers(0, 30 * 1440)
START = pd.Timestamp("2025-02-20")


def minute_by_minute(first: int, last: int) -> float:
    total = 0
    for minute in range(first, last):
        moment = START + pd.Timedelta(minutes=minute)
        day_open = moment.weekday() in OFFICE.weekdays and f"{moment:%Y-%m-%d}" not in OFFICE.holidays
        total += day_open and 510 <= moment.hour * 60 + moment.minute < 1020
    return total / 60


@given(first=minutes, length=st.integers(0, 4 * 1440))
def test_business_hours_minute_by_minute(first: int, length: int) -> None:
    start, end = (pd.Series([START + pd.Timedelta(minutes=m)]) for m in (first, first + length))
    assert OFFICE.hours(start, end)[0] == pytest.approx(minute_by_minute(first, first + length))


@given(moments=st.lists(minutes, min_size=3, max_size=3))
def test_business_hours_add_up(moments: list[int]) -> None:
    a, b, c = (pd.Series([START + pd.Timedelta(minutes=m)]) for m in moments)
    assert OFFICE.hours(a, b)[0] + OFFICE.hours(b, c)[0] == pytest.approx(OFFICE.hours(a, c)[0])
    assert OFFICE.hours(b, a)[0] == pytest.approx(-OFFICE.hours(a, b)[0])


def test_business_hours_hold_where_they_are() -> None:
    """Noon in UTC is 8 in New York in summer: the office opens an hour later."""
    start = pd.Series(pd.to_datetime(["2025-07-07 12:00"], utc=True))
    end = pd.Series(pd.to_datetime(["2025-07-07 16:00"], utc=True))
    assert BusinessHours(time_zone="America/New_York").hours(start, end).tolist() == [3.0]
    assert BusinessHours(time_zone="UTC").hours(start, end).tolist() == [4.0]


CLOCKS_CHANGE = {"2025-03-29": 1, "2025-10-25": -1}
"""The evening before, and by how many hours the clocks of Berlin go forward the night after."""


@pytest.mark.parametrize("evening", CLOCKS_CHANGE)
@pytest.mark.parametrize(
    ("opens", "closes"), [("00:00", "24:00"), ("01:30", "05:00"), ("09:00", "17:00"), ("03:00", "24:00")]
)
@given(first=st.integers(0, 3000), length=st.integers(0, 3000))
def test_business_hours_pass_as_they_do_when_clocks_change(
    evening: str, opens: str, closes: str, first: int, length: int
) -> None:
    """Minute by minute in UTC: it counts while the wall in Berlin shows an open hour."""
    begin = pd.Timestamp(evening, tz="Europe/Berlin").tz_convert("UTC")
    start, end = (pd.Series([begin + pd.Timedelta(minutes=m)]) for m in (first, first + length))
    minutes = begin + pd.to_timedelta(np.arange(first, first + length), unit="min")
    wall = minutes.tz_convert("Europe/Berlin").strftime("%H:%M")
    clock = BusinessHours(opens=opens, closes=closes, weekdays=tuple(range(7)), time_zone="Europe/Berlin")
    assert clock.hours(start, end)[0] == pytest.approx(sum(opens <= shown < closes for shown in wall) / 60)
    assert clock.hours(end, start)[0] == -clock.hours(start, end)[0]
    local = clock.hours(start.dt.tz_convert("Europe/Berlin"), end)
    assert local == BusinessHours(opens=opens, closes=closes, weekdays=tuple(range(7))).hours(
        start.dt.tz_convert("Europe/Berlin"), end
    )


def test_the_night_the_clocks_go_back_by_hand() -> None:
    """Came at 02:50, answered at 02:10 and 02:20 by the wall: 20 and 30 minutes later."""
    all_day = BusinessHours(opens="00:00", closes="24:00", weekdays=tuple(range(7)), time_zone="Europe/Berlin")
    came = pd.Series(pd.to_datetime(["2025-10-26 00:50", "2025-10-26 00:50"], utc=True))
    answered = pd.Series(pd.to_datetime(["2025-10-26 01:10", "2025-10-26 01:20"], utc=True))
    assert all_day.hours(came, answered).tolist() == [20 / 60, 0.5]


def test_a_time_shown_twice_or_never() -> None:
    """Closing at 02:30 is its first showing in autumn; in spring 02:30 is 03:00."""
    day = pd.Series(pd.to_datetime(["2025-10-26", "2025-03-30", "2025-06-15"])).dt.tz_localize("Europe/Berlin")
    until = BusinessHours(opens="00:00", closes="02:30", weekdays=(6,))
    since = BusinessHours(opens="02:30", closes="24:00", weekdays=(6,))
    inside = BusinessHours(opens="02:00", closes="03:00", weekdays=(6,))
    assert until.hours(day, day + pd.DateOffset(days=1)).tolist() == [2.5, 2, 2.5]
    assert since.hours(day, day + pd.DateOffset(days=1)).tolist() == [22.5, 21, 21.5]
    assert inside.hours(day, day + pd.DateOffset(days=1)).tolist() == [2, 0, 1]


def test_a_zone_on_one_side_only_is_refused() -> None:
    start = pd.Series(pd.to_datetime(["2025-10-26 00:50"], utc=True))
    with pytest.raises(InvalidArgument, match="time zone"):
        BusinessHours().hours(start, start.dt.tz_localize(None))
    with pytest.raises(InvalidArgument, match="one entry a start"):
        BusinessHours().hours(start, pd.concat([start, start]))


def test_elapsed_hours_across_the_change_of_clocks() -> None:
    berlin = pd.to_datetime(["2025-03-30 00:00", "2025-03-31 00:00"]).tz_localize("Europe/Berlin")
    assert ElapsedHours().hours(berlin[:1], berlin[1:]).tolist() == [23.0]


def test_missing_times_have_no_hours() -> None:
    start, end = (
        pd.Series(pd.to_datetime(["2025-03-03 09:00"] * 2)),
        pd.Series(pd.to_datetime(["2025-03-03 10:00", None])),
    )
    for clock in (ElapsedHours(), BusinessHours()):
        assert clock.hours(start, end)[0] == 1
        assert math.isnan(clock.hours(start, end)[1])
    nothing = pd.Series([None, None])
    assert np.isnan(BusinessHours().hours(start, nothing)).all()


@pytest.mark.parametrize(
    ("options", "argument"),
    [
        ({"opens": "9"}, "opens"),
        ({"opens": "09:00", "closes": "09:00"}, "closes"),
        ({"closes": "25:00"}, "closes"),
        ({"weekdays": (7,)}, "weekdays"),
        ({"weekdays": (1, 1)}, "weekdays"),
        ({"holidays": ("Christmas",)}, "holidays"),
    ],
)
def test_impossible_hours(options: dict[str, Any], argument: str) -> None:
    with pytest.raises(InvalidArgument, match=argument):
        BusinessHours(**options)


def log(hours: list[float | None], column: str = "first_response_at") -> pd.DataFrame:
    came = pd.Timestamp("2025-03-03 09:00")
    stop = [pd.NaT if h is None else came + pd.Timedelta(hours=h) for h in hours]
    frame = {"customer_id": range(len(hours)), "kind": "complaint", "occurred_at": came, column: stop}
    return pd.DataFrame(frame)


def test_all_answered_is_the_plain_share() -> None:
    frame = log([1, 5, 24, 24.5, 90])
    share = answered_within(frame, observed_until="2025-04-01")
    assert share.value == pytest.approx(3 / 5)
    assert share.unit == "share"
    assert share.n == 5
    assert 0 < share.low < 0.6 < share.high < 1
    times = service_times(frame, observed_until="2025-04-01")
    assert times.median().value == 24
    assert times.quantile(0.9).value == 90
    assert times.within(0.5).value == 0


def test_none_and_all_are_not_certain() -> None:
    """Nobody of ten within an hour, all within four: Wilson's limits for 0 and 10 of 10."""
    times = service_times(log([2, 3] * 5), observed_until="2025-04-01")
    z = 1.959963984540054
    none, everyone = times.within(1), times.within(4)
    assert (none.value, none.low) == (0, 0)
    assert none.high == pytest.approx(z**2 / (10 + z**2))
    assert (everyone.value, everyone.high) == (1, 1)
    assert everyone.low == pytest.approx(10 / (10 + z**2))


def test_open_complaints_by_hand() -> None:
    """Answered after 1 and 30 hours, open for 10 and 40: S(24) = 3/4, S(30) = 3/4 * 1/2."""
    frame = log([1, 30, None, None])
    frame.loc[2, "occurred_at"] = pd.Timestamp("2025-03-05 00:00")
    frame.loc[3, "occurred_at"] = pd.Timestamp("2025-03-03 18:00")
    times = service_times(frame, observed_until=pd.Timestamp("2025-03-05 10:00"))
    assert times.waiting == 2
    assert times.within(24).value == pytest.approx(1 / 4)
    assert times.within(30).value == pytest.approx(1 - 3 / 8)
    assert times.to_frame()["hours"].tolist() == [1, 10, 30, 40]
    assert math.isnan(times.within(50).value)
    assert times.within(50).notes == ("not_observed_yet",)
    assert times.quantile(0.9).notes == ("not_reached",)


def test_answers_of_the_future_count_as_open() -> None:
    frame = log([1, 100])
    times = service_times(frame, observed_until=pd.Timestamp("2025-03-04 09:00"))
    assert (times.n, times.waiting) == (2, 1)
    later = log([1, 2])
    later["occurred_at"] = later["occurred_at"] + pd.Timedelta(days=9)
    later["first_response_at"] = later["occurred_at"]
    early = service_times(later, observed_until="2025-03-04")
    assert early.n == 0
    assert dict(early.excluded) == {"not_observed_yet": 2}
    assert early.within(24).notes == ("empty",)
    assert math.isnan(early.median().value)


def test_the_clock_is_named_and_used() -> None:
    """From Friday 16:00 to Monday 10:00: 66 hours on the wall, 2 at the office."""
    frame = log([66])
    frame["occurred_at"] = pd.Timestamp("2025-03-07 16:00")
    frame["first_response_at"] = pd.Timestamp("2025-03-10 10:00")
    times = service_times(frame, observed_until="2025-04-01", clock=BusinessHours())
    assert times.clock == "business_hours"
    assert times.median().value == 2
    assert answered_within(frame, observed_until="2025-04-01").value == 0
    assert answered_within(frame, 2, observed_until="2025-04-01", clock=BusinessHours()).value == 1


def test_zones_and_resolution() -> None:
    frame = log([1, 50], column="resolved_at")
    for name in ("occurred_at", "resolved_at"):
        frame[name] = frame[name].dt.tz_localize("Europe/Berlin")
    share = answered_within(frame, observed_until="2025-04-01", until="resolution")
    assert share.value == 0.5
    assert share.metric == "resolution_within_24_hours"


def test_service_refusals() -> None:
    frame = log([1, -2])
    with pytest.raises(InvalidData, match="first_response_at must not come before occurred_at; 1 of 2"):
        service_times(frame, observed_until="2025-04-01")
    with pytest.raises(UnknownName, match="resolved_at"):
        service_times(frame, observed_until="2025-04-01", until="resolution")
    with pytest.raises(UnknownName, match="until"):
        service_times(frame, observed_until="2025-04-01", until="reply")
    with pytest.raises(InvalidArgument, match="share"):
        service_times(log([1]), observed_until="2025-04-01").quantile(1.0)


def matters() -> pd.DataFrame:
    rows = [
        (1, "complaint", "late", "2025-01-01", "2025-01-03"),  # comes back after 17 days
        (1, "complaint", "late", "2025-01-20", "2025-01-22"),
        (2, "complaint", "late", "2025-01-05", "2025-01-06"),  # comes back about another matter
        (2, "contact", "price", "2025-01-10", None),
        (3, "complaint", "broken", "2025-01-05", "2025-01-06"),  # comes back by a contact, on day 30
        (3, "contact", "broken", "2025-02-05", None),
        (4, "complaint", "broken", "2025-01-05", None),  # never resolved
        (5, "complaint", "broken", "2025-04-20", "2025-04-21"),  # too new
        (3, "purchase", "broken", "2025-01-07", None),
    ]
    frame = pd.DataFrame(rows, columns=["customer_id", "kind", "reason", "occurred_at", "resolved_at"])
    return frame.assign(**{name: pd.to_datetime(frame[name]) for name in ("occurred_at", "resolved_at")})


def test_reopened() -> None:
    rate = reopen_rate(matters(), observed_until="2025-04-30")
    assert rate.value == pytest.approx(2 / 4)
    assert rate.n == 4
    assert dict(rate.excluded) == {"not_resolved": 1, "not_observed_yet": 1}
    assert reopen_rate(matters(), observed_until="2025-04-30", days=29).value == pytest.approx(1 / 4)
    anything = reopen_rate(matters(), observed_until="2025-04-30", same=())
    assert anything.value == pytest.approx(3 / 4)
    assert reopen_rate(matters().iloc[6:7], observed_until="2025-04-30").notes == ("empty",)


def test_first_contact() -> None:
    rate = first_contact_resolution(matters(), observed_until="2025-04-30", days=20)
    # 1, 2, 3 and 4 open matters that can be judged; 1 comes back; the second of 1 is the same matter.
    assert (rate.value, rate.n) == (pytest.approx(3 / 4), 4)
    assert dict(rate.excluded) == {"repeat": 1, "not_observed_yet": 1}
    at_once = matters().assign(first_response_at=lambda frame: frame["resolved_at"] - pd.Timedelta(hours=1))
    at_once.loc[0, "first_response_at"] = at_once.loc[0, "resolved_at"]  # type: ignore[assignment]
    rate = first_contact_resolution(at_once, observed_until="2025-04-30", definition="first_response")
    assert (rate.value, rate.n) == (pytest.approx(1 / 5), 5)
    assert dict(rate.excluded) == {"not_resolved": 1}


def test_without_a_first_response_nobody_can_say() -> None:
    """The first four were resolved; one at the first response, one without any that is known."""
    frame = matters().assign(first_response_at=lambda frame: frame["resolved_at"] - pd.Timedelta(hours=1))
    frame.loc[0, "first_response_at"] = frame.loc[0, "resolved_at"]  # type: ignore[assignment]
    frame.loc[1, "first_response_at"] = pd.NaT
    rate = first_contact_resolution(frame, observed_until="2025-04-30", definition="first_response")
    assert (rate.value, rate.n) == (pytest.approx(1 / 4), 4)
    assert dict(rate.excluded) == {"not_resolved": 1, "no_first_response": 1}


@pytest.mark.parametrize("column", ["resolved_at", "first_response_at"])
def test_ends_before_the_complaint_came_are_refused(column: str) -> None:
    frame = matters().assign(first_response_at=lambda frame: frame["resolved_at"])
    frame.loc[2, column] = frame.loc[2, "occurred_at"] - pd.Timedelta(minutes=1)  # type: ignore[assignment]
    asked = {"definition": "first_response", "observed_until": "2025-04-30"}
    with pytest.raises(InvalidData, match=f"{column} must not come before occurred_at") as caught:
        first_contact_resolution(frame, **asked)
    assert caught.value.faults[0].rows == (2,)
    if column == "resolved_at":
        with pytest.raises(InvalidData, match="resolved_at must not come before occurred_at"):
            reopen_rate(frame, observed_until="2025-04-30")


def test_what_comes_the_day_after_is_not_observed() -> None:
    """Dates without a time: a day's midnight is that day's, not the end of the one before."""
    days = pd.to_datetime(["2025-03-01", "2025-03-11"])
    frame = pd.DataFrame({"customer_id": [1, 2], "kind": "complaint", "occurred_at": days})
    frame["first_response_at"] = pd.to_datetime(["2025-03-11", None])
    times = service_times(frame, observed_until="2025-03-10")
    assert (times.n, times.waiting, times.excluded["not_observed_yet"]) == (1, 1, 1)


def test_resolution_refusals() -> None:
    with pytest.raises(UnknownName, match="definition"):
        first_contact_resolution(matters(), observed_until="2025-04-30", definition="fcr")
    with pytest.raises(InvalidArgument, match="days"):
        reopen_rate(matters(), observed_until="2025-04-30", days=0)
    with pytest.raises(UnknownName, match="topic"):
        reopen_rate(matters(), observed_until="2025-04-30", same=("topic",))


BERLIN = "Europe/Berlin"


def every_form(log: pd.DataFrame) -> list[object]:
    """Return a log in each form that aware times come in."""
    times = [name for name in log.columns if name.endswith("_at")]
    objects = log.astype(dict.fromkeys(times, object))
    return [log, objects, log.convert_dtypes(dtype_backend="pyarrow"), objects.to_dict("records")]


def aware(came: list[str], answered: list[str], zone: str = BERLIN) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "customer_id": range(len(came)),
            "kind": "complaint",
            "occurred_at": pd.to_datetime(came).tz_localize(zone),
            "first_response_at": pd.to_datetime(answered).tz_localize(zone),
        }
    )


@pytest.mark.parametrize("form", range(4))
def test_business_hours_hang_on_the_zone_in_every_form(form: int) -> None:
    log = aware(["2026-03-27 15:30", "2026-03-30 06:30"], ["2026-03-30 08:00"] * 2, "UTC")
    clock = BusinessHours(opens="09:00", closes="17:00", time_zone=BERLIN)
    found = service_times(every_form(log)[form], observed_until="2026-04-30", clock=clock)
    assert found.to_frame()["hours"].tolist() == [1.0, 1.5]


@pytest.mark.parametrize("form", range(4))
def test_elapsed_hours_across_the_change_of_clocks_in_every_form(form: int) -> None:
    log = every_form(aware(["2026-03-28 12:00"], ["2026-03-29 12:00"]))[form]
    for end in ("2026-04-30", pd.Timestamp("2026-04-30 12:00", tz="UTC"), "2026-04-30T12:00+02:00"):
        assert service_times(log, observed_until=end).to_frame()["hours"].tolist() == [23.0]


@pytest.mark.parametrize("form", range(4))
def test_two_columns_in_two_zones_are_instants(form: int) -> None:
    log = aware(["2026-07-01 12:00"], ["2026-07-01 13:00"])
    log["first_response_at"] = pd.to_datetime(["2026-07-01 13:00"]).tz_localize("UTC")
    assert service_times(every_form(log)[form], observed_until="2026-07-31").to_frame()["hours"].tolist() == [3.0]
    log["first_response_at"] = pd.to_datetime(["2026-07-01 11:00"]).tz_localize("UTC")
    assert service_times(every_form(log)[form], observed_until="2026-07-31").to_frame()["hours"].tolist() == [1.0]


def test_the_offsets_of_a_ticket_system_are_instants() -> None:
    winter, summer = "2026-03-28T12:00:00+01:00", "2026-03-29T12:00:00+02:00"
    log = pd.DataFrame({"customer_id": [1, 2], "kind": "complaint"})
    log["occurred_at"] = pd.Series([pd.Timestamp(winter), pd.Timestamp(summer)], dtype=object)
    log["first_response_at"] = pd.Series([pd.Timestamp(summer), pd.Timestamp(summer)], dtype=object)
    assert service_times(log, observed_until="2026-04-30").to_frame()["hours"].tolist() == [0.0, 23.0]


def test_times_with_and_without_a_zone_are_not_subtracted() -> None:
    log = aware(["2026-07-01 12:00"], ["2026-07-01 13:00"])
    log["first_response_at"] = log["first_response_at"].dt.tz_localize(None)
    with pytest.raises(InvalidArgument, match="first_response_at must have a time zone where occurred_at has one"):
        service_times(log, observed_until="2026-07-31")


@pytest.mark.parametrize("answered", [[], [0], [0, 1], [0, 1, 2], [1, 2], [2]])
def test_the_limits_of_the_frame_are_those_of_within(answered: list[int]) -> None:
    """Where nobody or all were answered the frame had limits of no width, or none."""
    came = pd.to_datetime(["2026-03-02 08:00", "2026-03-02 09:00", "2026-03-03 10:00"])
    replies = [moment + pd.Timedelta(hours=6 + 6 * place) for place, moment in enumerate(came)]
    log = pd.DataFrame({"customer_id": [1, 2, 3], "kind": "complaint", "occurred_at": came})
    log["first_response_at"] = pd.to_datetime([replies[row] if row in answered else None for row in range(3)])
    found = service_times(log, observed_until="2026-03-05")
    frame = found.to_frame()
    assert len(frame)
    for row in frame.itertuples():
        same = found.within(float(row.hours))
        assert (row.share, row.low, row.high) == pytest.approx((same.value, same.low, same.high), rel=1e-12)
        assert row.low < row.high


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"time_zone": "Berlin"}, "time_zone must be the name of a time zone"),
        ({"time_zone": 1}, "time_zone must be the name of a time zone"),
        ({"holidays": ("2026",)}, "holidays must be days"),
        ({"holidays": ("2026-12",)}, "holidays must be days"),
        ({"holidays": ("2026-02-30",)}, "holidays must be days"),
        ({"holidays": ("2026-12-24", None)}, "holidays must be days"),
        ({"holidays": -1}, "holidays must be days"),
        ({"holidays": "2026-12-24"}, "holidays must be days"),
        ({"times_in": "Berlin"}, "times_in must be the name of a time zone"),
        ({"opens": "24:00", "closes": "06:00"}, "closes must"),
        ({"week": {7: [("09:00", "17:00")]}}, "week must map weekdays"),
        ({"week": {}}, "week must map weekdays"),
        ({"week": {0: []}}, "week must map weekdays"),
        ({"week": {0: "09:00"}}, "week must map weekdays"),
        ({"week": {0: ("09:00", "17:00")}}, "week must map weekdays"),
        ({"week": {0: [("9", "17:00")]}}, "week must be a time of day"),
        ({"week": {0: [("09:00", "09:00")]}}, "week must lie after 09:00"),
        ({"week": {0: [("09:00", "17:00")]}, "weekdays": (1,)}, "opens, closes and weekdays must be left out"),
        ({"weekdays": 1}, "weekdays must"),
        ({"weekdays": (True,)}, "weekdays must"),
        ({"weekdays": ("0",)}, "weekdays must"),
    ],
)
def test_hours_that_cannot_be_are_refused_when_they_are_written(options: Any, said: str) -> None:
    with pytest.raises(InvalidArgument, match=said):
        BusinessHours(**options)


NIGHTS = {
    0: [("08:00", "12:00"), ("13:00", "17:30")],
    4: [("09:00", "12:00"), ("22:00", "06:00")],
    6: [("20:00", "24:00")],
}
WEEKS: dict[str, dict[str, Any]] = {
    "breaks": {"week": {day: [("09:00", "12:00"), ("13:00", "17:00")] for day in range(5)}},
    "by weekday": {"week": {0: [("08:00", "18:00")], 2: [("10:00", "14:00")], 5: [("09:00", "13:00")]}},
    "over midnight": {"opens": "22:00", "closes": "06:00", "weekdays": (0, 2, 3, 6)},
    "all of it": {"week": NIGHTS},
    "overlapping": {
        "week": {1: [("08:00", "12:00"), ("10:00", "15:00")], 2: [("18:00", "09:00")], 3: [("07:00", "08:00")]}
    },
}
"""Hours of a week, with the days of 28 March to 3 April closed in turn; clocks change on 30 March."""


def spans_of(options: dict[str, Any]) -> dict[int, list[tuple[int, int]]]:
    """The hours of each weekday in minutes; those over midnight end after 1,440."""
    plain = {day: [(options["opens"], options["closes"])] for day in options["weekdays"]} if "opens" in options else {}
    week = options.get("week", plain)
    minute = lambda text: 60 * int(text[:2]) + int(text[3:])  # noqa: E731
    read = {day: [(minute(one), minute(other)) for one, other in hours] for day, hours in week.items()}
    return {day: [(one, other + 1440 * (other <= one)) for one, other in hours] for day, hours in read.items()}


def is_open(wall: pd.Timestamp, spans: dict[int, list[tuple[int, int]]], holidays: tuple[str, ...]) -> bool:
    """Whether hours that began on this day or the day before hold at a minute of the wall clock."""
    minute = wall.hour * 60 + wall.minute
    days = ((wall, minute), (wall - pd.Timedelta(days=1), minute + 1440))
    return any(
        f"{day:%Y-%m-%d}" not in holidays and first <= at < last
        for day, at in days
        for first, last in spans.get(day.weekday(), [])
    )


@pytest.mark.parametrize("holidays", [(), ("2025-03-28", "2025-03-31"), ("2025-04-02",)])
@pytest.mark.parametrize("name", WEEKS)
def test_hours_of_a_week_minute_by_minute(name: str, holidays: tuple[str, ...]) -> None:
    """Breaks, hours by weekday, nights, holidays: against each minute of nine days."""
    begin, size = pd.Timestamp("2025-03-24"), 9 * 1440
    minutes = pd.date_range(begin, periods=size, freq="min")
    spans = spans_of(WEEKS[name])
    there = np.array([is_open(minute, spans, holidays) for minute in minutes])
    passed = np.concatenate([[0], np.cumsum(there)]) / 60
    first, last = np.sort(np.random.default_rng(0).integers(0, size, (2, 400)), axis=0)
    found = BusinessHours(**WEEKS[name], holidays=holidays).hours(minutes[first], minutes[last])
    np.testing.assert_allclose(found, passed[last] - passed[first])
    assert passed[-1] > 10


@pytest.mark.parametrize("times_in", ["UTC", "Europe/Berlin", "America/New_York"])
@pytest.mark.parametrize("name", ["breaks", "over midnight", "all of it"])
def test_times_without_a_zone_are_in_the_one_that_is_said(name: str, times_in: str) -> None:
    """Minute by minute of real time over the change of clocks in Berlin, where the office is."""
    begin, size = pd.Timestamp("2025-03-28", tz="UTC"), 5 * 1440
    minutes = pd.date_range(begin, periods=size, freq="min")
    spans = spans_of(WEEKS[name])
    passed = np.concatenate(
        [[0], np.cumsum([is_open(wall, spans, ()) for wall in minutes.tz_convert("Europe/Berlin").tz_localize(None)])]
    )
    first, last = np.sort(np.random.default_rng(1).integers(0, size, (2, 300)), axis=0)
    stamps = minutes.tz_convert(times_in).tz_localize(None)  # the walls of all three are read back
    clock = BusinessHours(**WEEKS[name], time_zone="Europe/Berlin", times_in=times_in)
    found = clock.hours(stamps[first], stamps[last])
    np.testing.assert_allclose(found, (passed[last] - passed[first]) / 60)
    np.testing.assert_allclose(clock.hours(minutes[first], minutes[last]), found)


def test_times_without_a_zone_are_not_guessed() -> None:
    day = pd.Series(pd.to_datetime(["2025-03-03 09:00"]))
    with pytest.raises(InvalidArgument, match=r"time_zone must be left out for times without a zone.*times_in=\"UTC\""):
        BusinessHours(time_zone="Europe/Berlin").hours(day, day)
    later = day + pd.Timedelta(hours=3)
    assert BusinessHours().hours(day, later).tolist() == [3.0]
    assert BusinessHours(times_in="UTC", time_zone="Europe/Berlin").hours(day, later).tolist() == [3.0]
    assert BusinessHours(times_in="UTC", time_zone="America/New_York").hours(day, later).tolist() == [0.0]
    assert BusinessHours(times_in="Asia/Tokyo").hours(day, later).tolist() == [3.0]


def test_a_week_is_a_value() -> None:
    week = {0: [["09:00", "12:00"]]}
    clock = BusinessHours(week=week)
    week[0].append(["13:00", "17:00"])
    assert clock == BusinessHours(week={0: (("09:00", "12:00"),)})
    assert hash(clock) == hash(BusinessHours(week={0: (("09:00", "12:00"),)}))
