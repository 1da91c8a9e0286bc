from __future__ import annotations

import inspect
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import clv
from kundenmetrik.clv.data import events
from kundenmetrik.clv.data import observation_window as window
from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType, UnknownName

BERLIN = ZoneInfo("Europe/Berlin")


def log(*rows: tuple[Any, ...], **columns: Any) -> pd.DataFrame:
    frame = pd.DataFrame(list(rows), columns=["customer_id", "occurred_at", "amount"])
    return frame.assign(occurred_at=pd.to_datetime(frame["occurred_at"]), **columns)


TWO = log(("a", "2024-01-01", 10.0), ("a", "2024-01-08", 20.0), ("b", "2024-01-02", 5.0))


def test_times_with_and_without_a_zone_are_not_mixed() -> None:
    times = [datetime(2024, 1, 1), datetime(2024, 1, 2, tzinfo=UTC)]
    with pytest.raises(InvalidArgument, match="be all with a time zone or all without"):
        clv.purchases({"customer_id": [1, 1], "occurred_at": times})


def test_two_zones_need_the_name_of_one_and_then_agree() -> None:
    times = [datetime(2024, 1, 1, 23, 30, tzinfo=UTC), datetime(2024, 1, 5, 1, tzinfo=timezone(timedelta(hours=5)))]
    data = {"customer_id": [1, 1], "occurred_at": times}
    with pytest.raises(InvalidArgument, match="time_zone must be given because occurred_at has several"):
        clv.purchases(data)
    base = clv.purchases(data, time_zone="Europe/Berlin", unit="day")
    assert base.first is not None
    assert str(base.first[0]) == "2024-01-02"
    assert base.recency.tolist() == [2.0]


def test_the_zone_decides_the_day() -> None:
    data = log((1, "2024-01-31 23:30Z", 1.0))
    assert [str(clv.purchases(data, time_zone=zone).first[0]) for zone in (None, "Europe/Berlin")] == [
        "2024-01-31",
        "2024-02-01",
    ]


@pytest.mark.parametrize("day", ["2024-03-31", "2024-10-27"])
def test_a_day_is_a_day_when_the_clocks_change(day: str) -> None:
    start = pd.Timestamp(day, tz=BERLIN)
    data = {"customer_id": [1, 1], "occurred_at": [start, start + pd.DateOffset(days=1)]}
    assert clv.purchases(data, unit="day").recency.tolist() == [1.0]
    hours = {"2024-03-31": 23.0, "2024-10-27": 25.0}[day]
    assert clv.purchases(data, unit="hour", grain="hour").recency.tolist() == [hours]


def test_a_zone_for_times_without_one_and_a_zone_that_is_none_are_refused() -> None:
    with pytest.raises(InvalidArgument, match="time_zone must be left out"):
        clv.purchases(TWO, time_zone="Europe/Berlin")
    with pytest.raises(InvalidArgument, match="be the name of a time zone"):
        clv.purchases(log((1, "2024-01-31 23:30Z", 1.0)), time_zone="Europe/Berln")


@pytest.mark.parametrize("times", [["2024-01-01", "2024-01-08"], ["03.04.2024", "05.04.2024"], [20240101, 20240108]])
def test_text_and_numbers_are_no_dates(times: list[Any]) -> None:
    with pytest.raises(InvalidType, match=r"occurred_at must hold dates or times.*pandas\.to_datetime"):
        clv.purchases({"customer_id": [1, 1], "occurred_at": times})


def test_missing_values_are_an_error_with_rows_or_left_out_and_counted() -> None:
    data = log(("a", "2024-01-01", 10.0), (None, "2024-01-02", 1.0), ("a", None, 2.0), ("b", "2024-01-03", np.nan))
    with pytest.raises(InvalidData) as error:
        clv.purchases(data)
    assert {(fault.column, fault.rows) for fault in error.value.faults} == {
        ("customer_id", (1,)),
        ("occurred_at", (2,)),
        ("amount", (3,)),
    }
    base = clv.purchases(data, invalid="exclude")
    assert dict(base.excluded) == {"missing_customer_id": 1, "missing_occurred_at": 1, "missing_amount": 1}
    assert base.customer_id.tolist() == ["a"]


def test_ids_are_whole_numbers_or_texts_and_no_floats() -> None:
    data = log((17.0, "2024-01-01", 1.0), (np.nan, "2024-01-01", 1.0))
    with pytest.raises(InvalidData, match="read the column as Int64"):
        clv.purchases(data, invalid="exclude")
    whole = data.astype({"customer_id": "Int64"})
    assert clv.purchases(whole, invalid="exclude").customer_id.tolist() == [17]
    with pytest.raises(InvalidData, match="all whole numbers or all strings"):
        clv.purchases(log((17.5, "2024-01-01", 1.0)))
    with pytest.raises(InvalidData, match="all whole numbers or all strings"):
        clv.purchases(log((17, "2024-01-01", 1.0), ("17", "2024-01-01", 1.0)))


def test_an_event_after_the_end_is_left_out_and_counted_and_its_customer_stays() -> None:
    base = clv.purchases(TWO, observed_until="2024-01-05", unit="day")
    assert base.excluded["after_end"] == 1
    assert base.frequency.tolist() == [0, 0]
    assert base.age.tolist() == [4.0, 3.0]
    assert base.observed_until == "2024-01-05"


def test_an_end_before_everything_is_an_error_that_says_when_the_log_begins() -> None:
    with pytest.raises(InvalidArgument, match="the log begins on 2024-01-01"):
        clv.purchases(TWO, observed_until=date(2023, 12, 31))


@pytest.mark.parametrize(
    "end", ["2024-01-08", date(2024, 1, 8), pd.Timestamp("2024-01-08"), np.datetime64("2024-01-08")]
)
def test_the_end_is_inclusive_however_its_day_is_written(end: object) -> None:
    data = TWO.assign(occurred_at=TWO["occurred_at"] + pd.Timedelta(hours=15))
    base = clv.purchases(data, observed_until=end, unit="day")
    assert base.frequency.tolist() == [1, 0]
    assert base.age.tolist() == [7.0, 6.0]


def test_an_instant_as_end_leaves_out_what_is_later_on_its_day() -> None:
    data = log(("a", "2024-01-01 08:00", 1.0), ("a", "2024-01-02 08:00", 1.0), ("a", "2024-01-02 18:00", 4.0))
    base = clv.purchases(data, observed_until=datetime(2024, 1, 2, 12), unit="day")
    assert base.spend.tolist() == [1.0]
    assert base.excluded["after_end"] == 1


@pytest.mark.parametrize("end", ["08.01.2024", 20240108, datetime(2024, 1, 8, tzinfo=UTC)])
def test_an_end_that_is_no_day_of_this_log_is_refused(end: object) -> None:
    with pytest.raises(InvalidArgument, match="observed_until"):
        clv.purchases(TWO, observed_until=end)


@pytest.mark.parametrize("year", [1, 1677, 2262, 9999])
def test_years_out_of_the_range_of_nanoseconds_are_read(year: int) -> None:
    times = [datetime(year, 1, 1), datetime(year, 1, 15)]
    base = clv.purchases({"customer_id": [1, 1], "occurred_at": times})
    assert base.recency.tolist() == [2.0]


@pytest.mark.parametrize("resolution", ["s", "ms", "us", "ns"])
def test_the_resolution_of_the_times_does_not_matter(resolution: str) -> None:
    data = TWO.assign(occurred_at=TWO["occurred_at"].astype(f"datetime64[{resolution}]"))
    assert clv.purchases(data) == clv.purchases(TWO)
    zoned = data.assign(occurred_at=data["occurred_at"].dt.tz_localize("Europe/Berlin"))
    assert clv.purchases(zoned).to_frame().equals(clv.purchases(TWO).to_frame())


def test_purchases_of_one_day_are_one_purchase_with_the_sum() -> None:
    data = log((1, "2024-01-01 09:00", 1.0), (1, "2024-01-02 09:00", 2.0), (1, "2024-01-02 09:00", 2.0))
    base = clv.purchases(data, unit="day")
    assert (base.frequency.tolist(), base.spend.tolist(), base.counted["merged_rows"]) == ([1], [4.0], 1)
    assert base.revenue is not None
    assert base.revenue.tolist() == [5.0]


def test_a_week_is_elapsed_time_unless_the_grain_is_a_week() -> None:
    sunday, monday = "2024-01-07", "2024-01-08"
    data = log((1, sunday, 1.0), (1, monday, 1.0), (2, monday, 1.0), (2, "2024-01-14", 1.0))
    assert clv.purchases(data, unit="week").recency.tolist() == [1 / 7, 6 / 7]
    by_week = clv.purchases(data, unit="week", grain="week")
    assert by_week.recency.tolist() == [1.0, 0.0]
    assert by_week.frequency.tolist() == [1, 0]


def test_months_are_calendar_months() -> None:
    data = log((1, "2024-01-31", 1.0), (1, "2024-02-29", 1.0), (1, "2025-01-01", 1.0))
    base = clv.purchases(data, unit="month", grain="month")
    assert (base.frequency.tolist(), base.recency.tolist()) == ([2], [12.0])
    yearly = clv.purchases(data, unit="year", grain="year", observed_until="2025-12-31")
    assert (yearly.recency.tolist(), yearly.observed_until) == ([1.0], "2025-12-31")
    assert clv.purchases(data, unit="quarter", grain="quarter").recency.tolist() == [4.0]


def test_refunds_are_refused_dropped_or_taken_off_the_latest_purchase() -> None:
    data = log(
        ("a", "2024-01-01", 10.0),
        ("a", "2024-01-08", 20.0),
        ("a", "2024-01-10", -5.0),
        ("b", "2024-01-02", -3.0),
        ("b", "2024-01-03", 9.0),
    )
    with pytest.raises(
        InvalidData, match=r"be a purchase, not a refund; 2 of 5 are not \(rows 2, 3: -5.*refunds=\"net\""
    ):
        clv.purchases(data)
    dropped = clv.purchases(data, refunds="drop")
    assert (dropped.excluded["refunds_dropped"], dropped.spend[0]) == (2, 20.0)
    netted = clv.purchases(data, refunds="net")
    assert (netted.counted["refunds_netted"], netted.excluded["refunds_unmatched"]) == (1, 1)
    assert (netted.spend[0], netted.frequency.tolist()) == (15.0, [1, 0])
    assert "refunds_unmatched" in netted.notes


@pytest.mark.parametrize("room", [0, 2**62])
@pytest.mark.parametrize("grain", ["instant", "hour", "day"])
def test_refunds_find_their_purchase_whatever_the_grain(grain: str, room: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "KEY_LIMIT", room)
    rng = np.random.default_rng(9)
    days = rng.integers(0, 3000, 4000)
    data = pd.DataFrame({"customer_id": rng.integers(0, 2**40, 200)[rng.integers(0, 200, 4000)]})
    times = pd.Timestamp("2010-01-01") + pd.to_timedelta(days, unit="D")
    data = data.assign(occurred_at=times, amount=np.where(rng.random(4000) < 0.2, -1.0, 10.0))
    data = data.drop_duplicates(["customer_id", "occurred_at"])
    found = clv.purchases(data, grain=grain, unit="day", refunds="net")
    monkeypatch.undo()
    by_day = clv.purchases(data, unit="day", refunds="net")
    assert found.revenue is not None
    assert found.revenue.tolist() == by_day.revenue.tolist()
    assert found.excluded == by_day.excluded


def test_a_table_of_no_customers_says_nothing() -> None:
    nobody = pd.DataFrame({"customer_id": pd.Series(dtype="int64"), "acquired_at": pd.Series(dtype="datetime64[s]")})
    assert clv.purchases(TWO, customers=nobody) == clv.purchases(TWO)


def test_the_kind_says_what_is_a_refund_and_what_is_no_purchase() -> None:
    kinds = ["purchase", "purchase", "refund", "complaint"]
    rows = [("a", "2024-01-01", 10.0), ("a", "2024-01-08", 20.0), ("a", "2024-01-09", 4.0), ("c", "2024-01-05", None)]
    data = log(*rows, kind=kinds)
    base = clv.purchases(data, refunds="net")
    assert (base.customer_id.tolist(), base.spend.tolist()) == (["a"], [16.0])
    with pytest.raises(UnknownName, match="Did you mean 'purchase'"):
        clv.purchases(data.replace({"kind": {"purchase": "purchse"}}))
    with pytest.raises(InvalidArgument, match="purchase"):
        clv.purchases(data.assign(kind="visit"))


def test_amounts_of_zero_are_counted_and_noted() -> None:
    base = clv.purchases(log((1, "2024-01-01", 5.0), (1, "2024-01-09", 0.0)))
    assert base.counted["zero_amounts"] == 1
    assert {"zero_amounts", "nonpositive_spend"} <= set(base.notes)


def test_several_currencies_are_an_error() -> None:
    with pytest.raises(InvalidData, match=r"currency must be one currency; 1 of 3 is not \(row 2: 'USD'\)"):
        clv.purchases(TWO.assign(currency=["EUR", "EUR", "USD"]))
    assert len(clv.purchases(TWO.assign(currency="EUR"))) == 2


def test_amounts_that_are_no_numbers_are_an_error_and_decimals_are_numbers() -> None:
    with pytest.raises(InvalidData, match="amount must be numbers"):
        clv.purchases(TWO.assign(amount=["10", "20", "5"]))
    with pytest.raises(InvalidData, match="amount must be finite"):
        clv.purchases(TWO.assign(amount=[10, np.inf, 5]))
    assert clv.purchases(TWO.assign(amount=[Decimal("10"), Decimal("20"), Decimal("5")])) == clv.purchases(TWO)


def test_an_amount_of_another_kind_of_row_is_not_looked_at() -> None:
    kinds = ["purchase", "purchase", "complaint"]
    for odd in (np.inf, "ten", Decimal("NaN"), True, -3.0):
        data = TWO.assign(kind=kinds, amount=pd.Series([Decimal(10), 20.0, odd], dtype=object))
        assert clv.purchases(data).spend.tolist() == [20.0]
    assert clv.purchases(TWO.assign(kind=kinds, amount=[10.0, 20.0, -np.inf])).counted.get("refunds_netted", 0) == 0


def test_customers_acquired_before_the_log_are_counted_and_noted() -> None:
    table = {"customer_id": ["a", "b", "c"], "acquired_at": pd.to_datetime(["2023-05-01", "2024-01-02", "2024-01-01"])}
    base = clv.purchases(TWO, customers=table)
    assert (base.counted["acquired_before_log"], base.counted["without_purchase"]) == (1, 1)
    assert "left_truncated" in base.notes
    late = {"customer_id": ["a"], "acquired_at": pd.to_datetime(["2024-01-05"])}
    with pytest.raises(InvalidData, match="acquired_at must not lie after the customer's first purchase"):
        clv.purchases(TWO, customers=late)


def test_the_columns_may_have_other_names_and_a_wrong_one_is_named() -> None:
    other = TWO.rename(columns={"customer_id": "Kunde", "occurred_at": "Datum", "amount": "Betrag"})
    base = clv.purchases(other, customer="Kunde", date="Datum", amount="Betrag")
    assert base == clv.purchases(TWO)
    with pytest.raises(UnknownName, match="Betrag"):
        clv.purchases(other, customer="Kunde", date="Datum", amount="Betrg")
    assert "no_amounts" in clv.purchases(other, customer="Kunde", date="Datum").notes


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ({"unit": "weeks"}, "'week'"),
        ({"grain": "days"}, "'day'"),
        ({"refunds": "nett"}, "'net'"),
        ({"invalid": "excluded"}, "'exclude'"),
    ],
)
def test_a_misspelt_option_is_corrected(options: dict[str, str], hint: str) -> None:
    with pytest.raises(UnknownName, match=f"Did you mean {hint}"):
        clv.purchases(TWO, **options)


def test_an_empty_log_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="at least one row"):
        clv.purchases(TWO.iloc[:0])


def test_a_log_without_a_valid_purchase_is_refused() -> None:
    with pytest.raises(InvalidArgument, match="at least one purchase"):
        clv.purchases(log((None, "2024-01-01", 1.0)), invalid="exclude")
    with pytest.raises(InvalidArgument, match="at least one purchase"):
        clv.purchases(log((1, "2024-01-01", -1.0)), refunds="drop")


def test_python_dates_make_a_log_too() -> None:
    data = {"customer_id": [1, 1], "occurred_at": [date(2024, 1, 1), date(2024, 1, 15)], "amount": [1, 2]}
    assert clv.purchases(data).recency.tolist() == [2.0]


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_ids_are_told_apart_by_what_they_say_and_not_by_where_they_lie(missing: object) -> None:
    """Rows that share their strings, rows with a string of their own, and a mixture: one answer."""
    rng = np.random.default_rng(1)
    numbers = rng.integers(0, 40, 9000)
    times = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, 9000), unit="D")
    pool = np.array([f"ä{number}" for number in range(40)], dtype=object)
    shared, own = pool[numbers], np.array([f"ä{number}" for number in numbers], dtype=object)
    mixed = np.concatenate((shared[:6000], own[6000:]))
    expected = clv.purchases({"customer_id": own.tolist(), "occurred_at": times})
    for ids in (shared, own, mixed):
        column = pd.Series(ids, dtype=object)
        assert clv.purchases({"customer_id": column, "occurred_at": times}) == expected
        assert clv.purchases({"customer_id": column.iloc[::-1], "occurred_at": times[::-1]}) == expected
    gap = pd.Series(np.where(numbers == 0, missing, shared), dtype=object)
    found = clv.purchases({"customer_id": gap, "occurred_at": times}, invalid="exclude")
    assert found.customer_id.tolist() == expected.select(expected.customer_id != "ä0").customer_id.tolist()
    assert found.excluded["missing_customer_id"] == (numbers == 0).sum()


def test_instants_keep_what_their_resolution_holds() -> None:
    whole = log((1, "2024-01-01 08:00:00", 1.0), (1, "2024-01-01 08:00:01", 1.0))
    fine = whole.assign(occurred_at=whole["occurred_at"] + pd.to_timedelta([0, 1], unit="us"))
    for data, seconds in ((whole, 1.0), (fine, 1.000001)):
        base = clv.purchases(data, grain="instant", unit="hour")
        assert base.recency[0] * 3600 == pytest.approx(seconds, rel=1e-12)
        assert base.observed_until.startswith("2024-01-01T08:00:01")
    cut = clv.purchases(whole, grain="instant", observed_until=datetime(2024, 1, 1, 8, 0, 0, 999_999))
    assert (cut.frequency.tolist(), cut.excluded["after_end"]) == ([0], 1)


def test_ids_too_wide_to_pack_give_the_same_answer() -> None:
    wide = {"a": 2**61, "b": -(2**61)}
    base = clv.purchases(TWO.assign(customer_id=TWO["customer_id"].map(wide)), grain="instant")
    plain = clv.purchases(TWO, grain="instant").select([1, 0])
    assert base.customer_id.tolist() == [-(2**61), 2**61]
    assert base.recency.tolist() == plain.recency.tolist()


def test_nothing_that_was_given_is_changed() -> None:
    before = TWO.copy(deep=True)
    clv.purchases(TWO, observed_until="2024-01-05")
    pd.testing.assert_frame_equal(TWO, before)


def test_every_door_to_a_log_has_the_same_options_and_defaults() -> None:
    front, inner = (inspect.signature(door).parameters for door in (clv.purchases, window.open_log))
    options = {name: part.default for name, part in inner.items() if part.default is not part.empty}
    assert set(options) == set(window.LogOptions.__annotations__)
    assert {name: front[name].default for name in options} == options


def test_a_log_that_ends_long_before_its_end_says_so() -> None:
    days = pd.date_range("2024-01-01", periods=120, freq="D")
    data = pd.DataFrame({"customer_id": np.arange(120) % 30, "occurred_at": days})
    ends = {"2024-04-29": False, "2024-05-06": False, "2024-05-31": True, "2027-12-31": True}
    for end, early in ends.items():
        assert ("log_ends_early" in clv.purchases(data, observed_until=end).notes) is early
    rare = data.assign(occurred_at=pd.date_range("2020-01-01", periods=120, freq="14D"))
    last = rare["occurred_at"].max()
    assert clv.purchases(rare, observed_until=last + pd.Timedelta(days=200)).notes == ("no_amounts",)
    assert "log_ends_early" not in clv.purchases(TWO, observed_until="2030-01-01").notes
