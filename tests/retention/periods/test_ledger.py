"""The ledger: its identities, its edges and its hostile inputs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik import errors, retention
from tests.builders import contracts

STATES = ["new", "retained", "reactivated", "churned", "inactive", "passed_through", "not_observed_yet"]


def states_of(frame: pd.DataFrame, until: str, **more: Any) -> dict[str, str]:
    found = retention.ledger(frame, observed_until=until, **more).states()
    return dict(zip(found["period"], found["state"], strict=True))


def test_leaving_and_returning_within_a_period_is_staying() -> None:
    frame = contracts(("a", "2026-01-05", "2026-03-10"), ("a", "2026-03-20", None))
    assert states_of(frame, "2026-04-30") == {
        "2026-01": "new",
        "2026-02": "retained",
        "2026-03": "retained",
        "2026-04": "retained",
    }


def test_the_boundary_belongs_to_the_next_period() -> None:
    assert states_of(contracts(("a", "2026-01-05", "2026-02-01")), "2026-02-28")["2026-02"] == "churned"
    assert states_of(contracts(("a", "2026-01-05", "2026-01-31 23:59:59")), "2026-02-28")["2026-01"] == "passed_through"
    assert states_of(contracts(("a", "2026-02-01", None)), "2026-02-28") == {"2026-02": "new"}


def test_start_and_end_within_a_period() -> None:
    frame = contracts(("a", "2026-01-05", "2026-01-20"), ("a", "2026-03-02", None), ("b", "2026-01-01", None))
    book = retention.ledger(frame, observed_until="2026-03-31")
    table = book.to_frame().set_index("period")
    assert table.loc["2026-01", ["new", "passed_through", "end"]].tolist() == [1, 1, 1]
    assert table.loc["2026-03", ["new", "reactivated"]].tolist() == [0, 1]  # known since January


def test_contracts_that_overlap_are_one_customer() -> None:
    frame = contracts(("a", "2026-01-05", "2026-04-10"), ("a", "2026-02-01", "2026-03-05"))
    assert list(states_of(frame, "2026-04-30").values()) == ["new", "retained", "retained", "churned"]


def test_an_end_after_the_cut_has_not_happened() -> None:
    frame = contracts(("a", "2026-01-05", "2026-06-30"))
    book = retention.ledger(frame, observed_until="2026-02-28")
    assert book.notes == ("churn_after_observed_until",)
    assert book.to_frame()["end"].tolist() == [1, 1]


def test_the_period_that_still_runs() -> None:
    book = retention.ledger(contracts(("a", "2026-01-05", None)), observed_until="2026-02-27")
    frame = book.to_frame()
    assert frame["start"].tolist() == [0, 1]
    assert frame["end"].isna().tolist() == [False, True]
    rates = book.rate()
    assert np.isnan(rates["2026-02"].value)
    assert "not_observed_yet" in rates["2026-02"].notes
    assert rates.overall().n == 0
    assert retention.ledger(contracts(("a", "2026-01-05", None)), observed_until="2026-02-28").complete == 2


@pytest.mark.parametrize("until", ["2026-01-31", pd.Timestamp("2026-01-31"), pd.Timestamp("2026-01-31 23:59:59")])
def test_the_last_day_is_inclusive(until: pd.Timestamp | str) -> None:
    assert retention.ledger(contracts(("a", "2026-01-05", None)), observed_until=until).complete == 1


def test_rates_are_sums_over_the_ledger() -> None:
    frame = contracts(
        ("a", "2026-01-05", "2026-02-10"),
        ("b", "2026-01-07", None),
        ("c", "2026-01-07", None),
        ("d", "2026-02-01", None),
    ).assign(plan=["x", "x", "y", "y"])
    book = retention.ledger(frame, observed_until="2026-02-28", by="plan")
    rates = book.rate(confidence=0.9)
    assert rates[("x", "2026-02")].value == 0.5
    assert rates.overall().value == km.retention_rate(3, 3, 1).value
    assert rates[("x", "2026-02")].at(confidence=0.95) == km.retention_rate(2, 1, 0)
    churn = book.churn()
    assert churn[("x", "2026-02")].value + rates[("x", "2026-02")].value == 1
    assert book.total("plan") == book
    assert book.total().to_frame()["end"].tolist() == [3, 3]


def test_activity_window_in_periods_and_in_days() -> None:
    log = pd.DataFrame({"customer_id": [1, 1], "occurred_at": pd.to_datetime(["2026-01-15", "2026-05-15"])})
    two = states_of(log, "2026-06-30", window=2)
    assert list(two.values()) == ["new", "retained", "churned", "inactive", "reactivated", "retained"]
    days = states_of(log, "2026-06-30", window="20 days")
    assert list(days.values()) == ["new", "churned", "inactive", "inactive", "reactivated", "churned"]
    # active in (t - w, t]: 17 days after the 15th is the first instant of February, when the customer is lost
    assert list(states_of(log, "2026-06-30", window="17 days").values())[1] == "churned"
    assert states_of(log, "2026-06-30", window="16 days")["2026-01"] == "passed_through"


def test_only_activity_counts() -> None:
    log = pd.DataFrame(
        {
            "customer_id": [1, 1, 2, None, 3],
            "kind": ["purchase", "complaint", "purchase", "purchase", "purchase"],
            "occurred_at": pd.to_datetime(["2026-01-15", "2026-02-15", None, "2026-01-01", "2026-03-01"]),
        }
    ).astype({"customer_id": "Int64"})
    book = retention.ledger(log, window=1, observed_until="2026-02-28")
    assert dict(book.excluded) == {
        "other_kind": 1,
        "missing_customer": 1,
        "missing_occurred_at": 1,
        "after_observed_until": 1,
    }
    assert book.to_frame()["churned"].tolist() == [0, 1]
    everything = retention.ledger(log, window=1, observed_until="2026-02-28", kinds=None)
    assert everything.to_frame()["churned"].tolist() == [0, 0]


def test_a_window_is_needed_for_activity() -> None:
    log = pd.DataFrame({"customer_id": [1], "occurred_at": pd.to_datetime(["2026-01-15"])})
    with pytest.raises(errors.InvalidArgument, match=r"window must be given.*retention\.inactivity"):
        retention.ledger(log, observed_until="2026-02-28")


@pytest.mark.parametrize("window", [0, -1, 1.5, True, "soon", "0 days"])
def test_windows(window: float | str) -> None:
    log = pd.DataFrame({"customer_id": [1], "occurred_at": pd.to_datetime(["2026-01-15"])})
    with pytest.raises(errors.KundenmetrikError, match="window"):
        retention.ledger(log, window=window, observed_until="2026-02-28")


def test_an_end_before_its_beginning() -> None:
    with pytest.raises(errors.InvalidData, match="churned_at must not be before acquired_at; 1 of 2 is not"):
        retention.ledger(
            contracts(("a", "2026-01-05", None), ("b", "2026-01-05", "2026-01-04")), observed_until="2026-02-28"
        )


def test_a_customer_in_two_segments() -> None:
    frame = contracts(("a", "2026-01-05", None), ("a", "2026-03-05", None)).assign(plan=["x", "y"])
    with pytest.raises(errors.InvalidData, match="by must be the same in all rows of a customer"):
        retention.ledger(frame, observed_until="2026-04-30", by="plan")


def test_clocks_do_not_mix() -> None:
    frame = contracts(("a", "2026-01-05", "2026-03-05"))
    zoned = frame.assign(acquired_at=frame["acquired_at"].dt.tz_localize("Europe/Berlin"))
    with pytest.raises(errors.InvalidArgument, match="churned_at must have a time zone exactly when"):
        retention.ledger(zoned, observed_until="2026-04-30")
    with pytest.raises(errors.InvalidArgument, match="observed_until must have no time zone"):
        retention.ledger(frame, observed_until=pd.Timestamp("2026-04-30", tz="UTC"))


def test_the_zone_decides_the_month() -> None:
    late = pd.to_datetime(["2024-01-31 23:30"]).tz_localize("UTC")
    frame = pd.DataFrame({"customer_id": ["a"], "acquired_at": late, "churned_at": [pd.NaT]})
    assert retention.ledger(frame, observed_until="2024-03-31").periods[0] == "2024-01"
    assert retention.ledger(frame, observed_until="2024-03-31", time_zone="Europe/Berlin").periods[0] == "2024-02"


@pytest.mark.parametrize(("period", "labels"), [
    ("day", ["2024-02-28", "2024-02-29", "2024-03-01"]),
    ("week", ["2024-W09"]),
    ("quarter", ["2024-Q1"]),
    ("year", ["2024"]),
])  # fmt: skip
def test_periods_over_a_leap_day(period: str, labels: list[str]) -> None:
    frame = contracts(("a", "2024-02-28", None))
    assert retention.ledger(frame, observed_until="2024-03-01", period=period).periods == labels


@pytest.mark.parametrize("until", ["01.02.2026", 20260201, None, "soon", pd.NaT])
def test_dates_are_dates(until: Any) -> None:
    with pytest.raises(errors.KundenmetrikError, match="observed_until"):
        retention.ledger(contracts(("a", "2026-01-05", None)), observed_until=until)


def test_nothing_left_to_count() -> None:
    with pytest.raises(errors.InvalidArgument, match="after_observed_until 1"):
        retention.ledger(contracts(("a", "2026-05-05", None)), observed_until="2026-02-28")


def test_records_and_mappings() -> None:
    people = [km.Customer(customer_id=1, acquired_at=pd.Timestamp("2026-01-05").to_pydatetime())]
    assert retention.ledger(people, observed_until="2026-01-31").to_frame()["new"].tolist() == [1]


def test_inputs_stay_as_they_are() -> None:
    frame = contracts(("a", "2026-01-05", "2026-02-10"), ("b", "2026-01-07", None))
    before = frame.copy(deep=True)
    retention.ledger(frame, observed_until="2026-02-28")
    pd.testing.assert_frame_equal(frame, before)


LOGS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 200), st.one_of(st.none(), st.integers(0, 90))), min_size=1, max_size=25
)


def frame_of(rows: Any) -> pd.DataFrame:
    begin = pd.Timestamp("2025-01-01")
    return pd.DataFrame(
        {
            "customer_id": [who for who, _, _ in rows],
            "acquired_at": [begin + pd.Timedelta(days=start) for _, start, _ in rows],
            "churned_at": pd.to_datetime(
                [None if length is None else begin + pd.Timedelta(days=start + length) for _, start, length in rows]
            ),
            "segment": [who % 2 for who, _, _ in rows],
        }
    )


@given(LOGS, st.integers(201, 260), st.sampled_from(["day", "week", "month", "quarter"]))
@settings(max_examples=80, deadline=None)
def test_identities(rows: Any, last: Any, period: Any) -> None:
    until = pd.Timestamp("2025-01-01") + pd.Timedelta(days=last)
    book = retention.ledger(frame_of(rows), observed_until=until, period=period, by="segment")
    moves = book.moves
    assert (book.start + moves["new"] + moves["reactivated"] - moves["churned"] == book.end).all()
    assert (book.retained + moves["churned"] == book.start).all()
    assert all((table >= 0).all() for table in (*moves.values(), book.retained, book.end))
    assert (np.diff(np.pad(book.end, ((0, 0), (1, 0)))) == book.end - book.start).all()
    assert moves["new"].sum() <= len({who for who, _, _ in rows})


@given(LOGS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_names_and_halves_do_not_matter(rows: Any, random: Any) -> None:
    until, frame = "2025-09-30", frame_of(rows)
    book = retention.ledger(frame, observed_until=until, by="segment")
    shuffled = random.sample(range(len(rows)), len(rows))
    assert retention.ledger(frame.iloc[shuffled], observed_until=until, by="segment") == book
    renamed = frame.assign(customer_id="c" + frame["customer_id"].astype(str))
    assert retention.ledger(renamed, observed_until=until, by="segment") == book
    halves = [frame[frame["customer_id"] < 3], frame[frame["customer_id"] >= 3]]
    if all(len(half) for half in halves):
        one, two = (retention.ledger(half, observed_until=until, by="segment") for half in halves)
        assert (
            (one + two)
            .to_frame()
            .sort_values(["segment", "period"], ignore_index=True)
            .equals(book.to_frame().sort_values(["segment", "period"], ignore_index=True))
        )
    assert retention.Ledger.from_json(book.to_json()) == book


@given(LOGS, st.integers(1, 30))
@settings(max_examples=40, deadline=None)
def test_shifting_all_dates_by_weeks(rows: Any, weeks: Any) -> None:
    frame, shift = frame_of(rows), pd.Timedelta(weeks=weeks)
    one = retention.ledger(frame, observed_until="2025-09-30", period="week")
    moved = frame.assign(acquired_at=frame["acquired_at"] + shift, churned_at=frame["churned_at"] + shift)
    two = retention.ledger(moved, observed_until=pd.Timestamp("2025-09-30") + shift, period="week")
    for name, table in one.moves.items():
        np.testing.assert_array_equal(table, two.moves[name])


def test_added_ledgers_hold_no_customers() -> None:
    book = retention.ledger(contracts(("a", "2026-01-05", None)), observed_until="2026-01-31")
    other = retention.ledger(contracts(("b", "2026-01-05", None)), observed_until="2026-01-31")
    with pytest.raises(errors.InvalidArgument, match="holds counts only"):
        (book + other).states()
    longer = retention.ledger(contracts(("b", "2026-01-05", None)), observed_until="2026-02-28")
    with pytest.raises(errors.InvalidArgument, match="same last"):
        book + longer


@pytest.mark.parametrize("engine", ["polars", "pyarrow"])
def test_frames_of_other_engines(engine: str) -> None:
    pytest.importorskip("narwhals")
    frame = contracts(("a", "2026-01-05", "2026-02-10"), ("b", "2026-01-07", None)).assign(plan=["x", "y"])
    if engine == "polars":
        other = pytest.importorskip("polars").from_pandas(frame)
    else:
        other = pytest.importorskip("pyarrow").Table.from_pandas(frame)
    expected = retention.ledger(frame, observed_until="2026-02-28", by="plan")
    assert retention.ledger(other, observed_until="2026-02-28", by="plan") == expected
