"""The same cells give the same verdict in every dtype that holds them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik.errors import InvalidData
from kundenmetrik.frame.records.check import check
from kundenmetrik.frame.records.typed_cells import cells_of, plain_cells
from kundenmetrik.models import Interaction, KanoAnswer, SurveyResponse

NUMBERS = [
    *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float16", "float32", "float64"),
    *("Int8", "Int64", "UInt64", "Float32", "Float64", "object", "category", ">i4", ">f8", "longdouble"),
]
WITH_GAPS = ["float16", "float32", "float64", "Int8", "Int64", "UInt16", "Float32", "Float64", "object", "category"]
TEXTS = ["object", "string", "category"]
TIMES = ["datetime64[s]", "datetime64[ms]", "datetime64[us]", "datetime64[ns]", "object", "category"]


def arrow(name: str) -> Any:
    pyarrow = pytest.importorskip("pyarrow")
    return pd.ArrowDtype(getattr(pyarrow, name)())


def faults(frame: pd.DataFrame, model: Any) -> list[tuple[str, str, tuple[Any, ...]]]:
    try:
        check(frame, model)
    except InvalidData as error:
        return [(fault.column, fault.code, fault.rows) for fault in error.faults]
    return []


def kano(levels: Any) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": range(len(levels)), "feature": "app", "functional": levels, "dysfunctional": 3})


def answers(**columns: Any) -> pd.DataFrame:
    return pd.DataFrame({"response_id": range(3), "question": "nps", "score": [1.0, 2.0, 3.0]} | columns)


@pytest.mark.parametrize("dtype", NUMBERS)
def test_numbers_of_every_width(dtype: str) -> None:
    levels = pd.Series([1, 5, 6]).astype(dtype)
    assert faults(kano(levels), KanoAnswer) == [("functional", "le", (2,))]
    assert faults(answers(score=levels, scale="1..5"), SurveyResponse) == [("score", "within", (2,))]


@pytest.mark.parametrize("dtype", WITH_GAPS)
def test_numbers_with_gaps(dtype: str) -> None:
    scores = pd.Series([1, None, 6], dtype="Float64").astype(dtype) if dtype != "object" else pd.Series([1, None, 6])
    assert faults(answers(score=scores, scale="1..5"), SurveyResponse) == [("score", "within", (2,))]
    assert faults(answers(weight=scores), SurveyResponse) == [("weight", "missing", (1,))]


@pytest.mark.parametrize("name", ["int8", "uint64", "float32", "float64"])
def test_numbers_of_arrow(name: str) -> None:
    scores = pd.Series([1, None, 6], dtype="Int64").astype(arrow(name))
    assert faults(answers(score=scores, scale="1..5"), SurveyResponse) == [("score", "within", (2,))]


def test_a_number_too_large_for_a_float_is_one_fault_and_no_crash() -> None:
    scores = pd.Series([10**400, -(2**70), 11], dtype=object)
    found = faults(answers(score=scores, scale="0..10"), SurveyResponse)
    assert found == [("score", "inexact", (0,)), ("score", "within", (1, 2))]


def test_nan_and_na_in_one_column_are_both_missing() -> None:
    scores = pd.Series([0.0, 1.0, None], dtype="Float64")
    scores = scores / pd.Series([0.0, 1.0, 1.0], dtype="Float64")
    assert faults(answers(weight=scores), SurveyResponse) == [("weight", "missing", (0, 2))]


@pytest.mark.parametrize("dtype", ["bool", "boolean", "complex128", "timedelta64[s]", "string", "period[D]"])
def test_what_is_no_number(dtype: str) -> None:
    given = pd.Series([1, 0, 1])
    scores = given.astype("datetime64[s]").dt.to_period("D") if dtype.startswith("period") else given.astype(dtype)
    assert faults(answers(score=scores), SurveyResponse) == [("score", "type", (0, 1, 2))]


@pytest.mark.parametrize("dtype", TEXTS)
def test_text(dtype: str) -> None:
    places = pd.Series(["web", None, ""], dtype="object").astype(dtype)
    assert faults(answers(touchpoint=places), SurveyResponse) == [("touchpoint", "min_length", (2,))]
    assert faults(answers(response_id=places), SurveyResponse) == [
        ("response_id", "missing", (1,)),
        ("response_id", "min_length", (2,)),
    ]


@pytest.mark.parametrize("name", ["string", "large_string"])
def test_text_of_arrow(name: str) -> None:
    places = pd.Series(["web", None, ""]).astype(arrow(name))
    assert faults(answers(touchpoint=places), SurveyResponse) == [("touchpoint", "min_length", (2,))]


@pytest.mark.parametrize("dtype", TEXTS)
def test_length_counts_characters(dtype: str) -> None:
    names = pd.Series(["ü" * 200, "ü" * 201, "🙂" * 200]).astype(dtype)
    assert faults(answers(touchpoint=names), SurveyResponse) == [("touchpoint", "max_length", (1,))]


@pytest.mark.parametrize("dtype", TIMES)
@pytest.mark.parametrize("zone", [None, "Europe/Berlin", "UTC"])
def test_times(dtype: str, zone: str | None) -> None:
    starts = pd.Series(pd.to_datetime(["2025-01-02"] * 3).tz_localize(zone))
    ends = pd.Series(pd.to_datetime(["2025-01-02", None, "2025-01-01"]).tz_localize(zone))
    ends = ends.dt.as_unit(dtype[11:-1]) if "64" in dtype else ends.astype(dtype)
    frame = pd.DataFrame({"interaction_id": range(3), "customer_id": 1, "kind": "complaint", "occurred_at": starts})
    assert faults(frame.assign(resolved_at=ends), Interaction) == [("resolved_at", "not_before", (2,))]


@pytest.mark.parametrize("zone", [None, "Europe/Berlin"])
def test_times_of_arrow(zone: str | None) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    times = pd.Series(pd.to_datetime(["2025-01-02", None, "2025-01-01"]).tz_localize(zone))
    dtype = pd.ArrowDtype(pyarrow.timestamp("us", tz=zone))
    assert faults(answers(answered_at=times.astype(dtype)), SurveyResponse) == []
    other = pd.Series(pd.to_datetime(["2025-01-02"] * 3).tz_localize(None if zone else "UTC"))
    frame = pd.DataFrame({"interaction_id": range(3), "customer_id": 1, "kind": "complaint", "occurred_at": other})
    mixed = faults(frame.assign(resolved_at=times.astype(dtype)), Interaction)
    assert mixed == [("resolved_at", "one_clock", (0, 2))]


def test_times_that_no_record_holds() -> None:
    far = pd.Series(np.array(["10000-01-01", "0000-12-31", "2025-01-01"], dtype="datetime64[s]"))
    assert faults(answers(answered_at=far), SurveyResponse) == [("answered_at", "moment", (0, 1))]
    fine = pd.Series(np.array([1, 1000, 10**18], dtype="datetime64[ns]"))
    assert faults(answers(answered_at=fine), SurveyResponse) == [("answered_at", "moment", (0,))]
    days = pd.Series([date(2025, 1, 1), datetime(2025, 1, 1), "2025-01-01"], dtype=object)
    assert faults(answers(answered_at=days), SurveyResponse) == [
        ("answered_at", "type", (2,)),
        ("answered_at", "type", (0,)),
    ]


@pytest.mark.parametrize("given", [[9, -1, 11], [2**53 + 1, 1, 1], ["a", "b", "c"], [True, None, 7.5]])
def test_a_read_only_or_sliced_frame_is_checked_and_left_alone(given: list[Any]) -> None:
    frame = pd.concat([answers(score=pd.Series(given, dtype=object))] * 2)[::2]
    before = frame.copy(deep=True)
    faults(frame, SurveyResponse)
    pd.testing.assert_frame_equal(frame, before)


def test_a_category_keeps_whole_numbers_beside_a_gap() -> None:
    column = pd.Series([7, None], dtype=object).astype("category")
    assert plain_cells(column).tolist() == [7, None]
    assert [part.base for part in cells_of(column).parts] == [int]
