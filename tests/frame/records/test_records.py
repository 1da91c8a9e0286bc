"""Records to a frame and back: the columns' types, the zones, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pandas as pd
import pytest

from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType
from kundenmetrik.frame.records.records import records, to_frame
from kundenmetrik.models import Customer, Interaction, KanoAnswer, SurveyResponse

DAY = datetime(2025, 1, 1)
BERLIN = ZoneInfo("Europe/Berlin")


def test_columns_have_the_types_of_the_fields() -> None:
    answers = [
        SurveyResponse(response_id=2**53 + 1, question="nps", score=9, scale=(0, 10), answered_at=DAY),
        SurveyResponse(response_id=2**53 + 2, customer_id=2**53 + 1, question="nps", score=None, wave="a"),
    ]
    frame = to_frame(answers)
    kinds = {name: str(dtype) for name, dtype in frame.dtypes.items()}
    text = str(pd.Series(["text"]).dtype)
    assert kinds == {
        "response_id": "int64",
        "customer_id": "Int64",
        "question": text,
        "score": "float64",
        "scale": text,
        "answered_at": "datetime64[us]",
        "touchpoint": text,
        "wave": text,
        "weight": "float64",
        "comment": text,
        "attributes": "object",
    }
    assert frame["scale"].tolist()[0] == "0..10"
    assert records(frame, SurveyResponse) == answers


def test_every_column_is_there_even_where_all_is_missing() -> None:
    frame = to_frame([Customer(customer_id="a", acquired_at=DAY)])
    assert list(frame.columns) == list(Customer.model_fields)
    assert frame[["churned_at", "segment", "persona", "attributes"]].isna().all(axis=None)
    assert str(frame["churned_at"].dtype) == "datetime64[us]"


def test_the_zone_is_kept_where_there_is_one_and_the_instants_where_there_are_several() -> None:
    berlin = [Customer(customer_id=i, acquired_at=DAY.replace(month=m, tzinfo=BERLIN)) for i, m in enumerate((1, 7))]
    assert str(to_frame(berlin)["acquired_at"].dtype) == "datetime64[us, Europe/Berlin]"
    back = records(to_frame(berlin), Customer)
    assert [str(one.acquired_at) for one in back] == ["2025-01-01 00:00:00+01:00", "2025-07-01 00:00:00+02:00"]
    tokyo = Customer(customer_id=3, acquired_at=DAY.replace(tzinfo=timezone(timedelta(hours=9))))
    several = to_frame([*berlin, tokyo])
    assert str(several["acquired_at"].dtype) == "datetime64[us, UTC]"
    assert records(several, Customer) == [*berlin, tokyo]


def test_the_hour_that_comes_twice_stays_two_hours() -> None:
    twice = [DAY.replace(month=10, day=26, hour=2, fold=fold, tzinfo=BERLIN) for fold in (0, 1)]
    frame = to_frame([Customer(customer_id=i, acquired_at=moment) for i, moment in enumerate(twice)])
    assert frame["acquired_at"].diff().iloc[1] == pd.Timedelta(hours=1)
    assert [one.acquired_at.utcoffset() for one in records(frame, Customer)] == [one.utcoffset() for one in twice]


def test_years_that_nanoseconds_cannot_hold() -> None:
    customers = [Customer(customer_id=1, acquired_at=datetime.min, churned_at=datetime.max)]
    assert records(to_frame(customers), Customer) == customers


def test_a_scale_keeps_every_digit() -> None:
    scales = [(0.1, 0.1 + 1e-16 + 0.2), (-1e-7, 12345678.9), (-0.0, 1e22)]
    answers = [SurveyResponse(response_id=i, question="q", score=None, scale=s) for i, s in enumerate(scales)]
    assert [one.scale for one in records(to_frame(answers), SurveyResponse)] == scales


def test_records_that_cannot_stand_in_one_table() -> None:
    with pytest.raises(InvalidType, match="Customer, KanoAnswer"):
        to_frame(
            [
                Customer(customer_id=1, acquired_at=DAY),
                KanoAnswer(customer_id=1, feature="a", functional=1, dysfunctional=1),
            ]
        )
    with pytest.raises(InvalidData, match="customer_id must be"):
        to_frame([Customer(customer_id=1, acquired_at=DAY), Customer(customer_id="1", acquired_at=DAY)])
    with pytest.raises(InvalidData, match="time zone"):
        to_frame(
            [Customer(customer_id=i, acquired_at=DAY.replace(tzinfo=zone)) for i, zone in enumerate((None, BERLIN))]
        )
    with pytest.raises(InvalidType, match="record model"):
        to_frame([{"customer_id": 1}])


def test_a_record_that_skipped_its_checks_is_caught() -> None:
    good = Customer(customer_id=1, acquired_at=DAY)
    bad = good.model_copy(update={"churned_at": datetime(2024, 1, 1), "segment": ""})
    with pytest.raises(InvalidData) as caught:
        to_frame([good, bad])
    assert [(fault.column, fault.rows) for fault in caught.value.faults] == [("segment", (1,)), ("churned_at", (1,))]


def test_no_records_need_their_model_named() -> None:
    with pytest.raises(InvalidArgument, match="at least one record"):
        to_frame([])
    empty = to_frame([], model=Interaction)
    assert list(empty.columns) == list(Interaction.model_fields)
    assert records(empty, Interaction) == []


def test_a_bad_frame_gives_no_records() -> None:
    frame = pd.DataFrame({"customer_id": [1, 2], "feature": "app", "functional": [1, 6], "dysfunctional": 3})
    with pytest.raises(InvalidData, match="functional must be at most 5; 1 of 2 is not"):
        records(frame, KanoAnswer)


def test_missing_cells_become_none_in_every_dtype() -> None:
    frame = pd.DataFrame(
        {
            "customer_id": [1, 2],
            "acquired_at": [DAY, DAY],
            "churned_at": pd.to_datetime([None, DAY]),
            "segment": pd.Series(["a", None], dtype="category"),
            "persona": pd.Series([None, "b"], dtype="string"),
            "attributes": [{"a": 1.5}, None],
        }
    )
    first, second = records(frame, Customer)
    assert (first.churned_at, first.segment, first.persona, first.attributes) == (None, "a", None, {"a": 1.5})
    assert (second.churned_at, second.segment, second.persona, second.attributes) == (DAY, None, "b", None)
