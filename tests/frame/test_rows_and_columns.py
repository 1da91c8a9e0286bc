"""Columns and rows agree: a frame passes exactly when every row does; records go to a frame and back."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kundenmetrik.errors import InvalidData
from kundenmetrik.frame.records.check import check
from kundenmetrik.frame.records.records import records, to_frame
from kundenmetrik.models import Customer, Interaction, KanoAnswer, Record, SurveyResponse
from kundenmetrik.models.datetimes import instant, is_aware

BERLIN = ZoneInfo("Europe/Berlin")
MODELS = [Customer, Interaction, SurveyResponse, KanoAnswer]

words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=200) | st.sampled_from("ab")
whole_ids = st.integers(-(2**63), 2**63 - 1) | st.integers(0, 3)
finite = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-2, 11)
positive = st.floats(0, allow_infinity=False) | st.integers(0, 3)
naive = st.datetimes().map(lambda moment: moment.replace(fold=0)) | st.just(datetime(2025, 1, 1))
levels = st.integers(1, 5)
scalars = st.text(max_size=3) | st.booleans() | st.integers() | finite
pairs = st.tuples(st.integers(-5, 1), st.integers(2, 10))


SUMMER = [datetime(2025, 3, 30, 1, 59), datetime(2025, 10, 26, 2, 30), datetime(2025, 10, 26, 2, 30, fold=1)]


def aware(moment: datetime) -> datetime:
    inside = min(max(moment, datetime(2, 1, 1)), datetime(9998, 1, 1))
    return inside.replace(tzinfo=UTC).astimezone(BERLIN)


def cells(model: type[Record], ids: Any, times: Any) -> dict[str, Any]:
    """Return for each field how its valid cells are drawn."""
    none = st.none()
    if model is Customer:
        return {
            "customer_id": ids,
            "acquired_at": times,
            "churned_at": none | times,
            "segment": none | words,
            "persona": none | words,
            "attributes": none | st.dictionaries(st.text(max_size=2), none | scalars, max_size=2),
        }
    if model is Interaction:
        return {
            "interaction_id": ids,
            "customer_id": ids,
            "kind": st.sampled_from(["purchase", "refund", "complaint", "contact", "visit", "other"]),
            "occurred_at": times,
            "amount": none | finite,
            "currency": none | st.sampled_from(["EUR", "CHF"]),
            "touchpoint": none | words,
            "channel": none | words,
            "product": none | words,
            "reason": none | words,
            "first_response_at": none | times,
            "resolved_at": none | times,
        }
    if model is SurveyResponse:
        return {
            "response_id": ids,
            "customer_id": none | ids,
            "question": words,
            "score": none | finite | st.integers(0, 10),
            "scale": none | pairs | pairs.map(lambda pair: f"{pair[0]}..{pair[1]}"),
            "answered_at": none | times,
            "touchpoint": none | words,
            "wave": none | ids,
            "weight": positive,
            "comment": none | words | st.just(""),
        }
    return {
        "customer_id": ids,
        "feature": words,
        "functional": levels | levels.map(float),
        "dysfunctional": levels,
        "importance": none | positive,
        "wording": none | words,
    }


DIRT: list[Any] = [
    *(0, -1, 5, 6, 2**53 + 1, 2**63, -(2**70), 10**400, True, False),
    *(7.5, 9.0, 1e300, -0.0, float("inf"), float("-inf"), float("nan"), None, pd.NA, pd.NaT),
    *(
        "",
        "x",
        "x" * 200,
        "x" * 201,
        "9",
        "0..10",
        "0-10",
        "10..0",
        "1,5",
        "EUR",
        "eur",
        "EUR\n",
        "visit",
        "\ud800",
        "ü",
    ),
    *(
        (0, 10),
        (10, 0),
        (0, True),
        (0, float("nan")),
        (1, 2, 3),
        (),
        {},
        {"a": 1},
        {"a": [1]},
        {1: 2},
        {"a": np.int8(1)},
    ),
    datetime(2025, 3, 30, 2, 30, tzinfo=BERLIN),
    *(datetime(2025, 1, 1), datetime(1, 1, 1), datetime(9999, 12, 31), datetime(2025, 1, 1, tzinfo=BERLIN)),
    *(datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14))), date(2025, 1, 1), timedelta(1), "2025-01-01T00:00:00"),
    *(
        pd.Timestamp(1, unit="ns"),
        pd.Timestamp("2025-01-01"),
        pd.Timestamp("2025-01-01", tz="UTC"),
        np.datetime64("2025"),
    ),
    *(
        Decimal("9.5"),
        Fraction(1, 2),
        Fraction(1, 3),
        Fraction(10**400),
        1j,
        b"x",
        np.bool_(True),
        np.str_("x"),
        np.str_("visit"),
        np.str_("0..10"),
    ),
    *(np.int8(3), np.uint64(2**63), np.float32(2.5), np.float16(3), np.longdouble(3), np.longdouble("0.1")),
]


def is_missing(cell: Any) -> bool:
    return cell is None or (pd.api.types.is_scalar(cell) and bool(pd.isna(cell)))


def row_verdict(frame: pd.DataFrame, model: type[Record]) -> bool:
    """Say by the model alone, row by row, whether the table is good."""
    found = []
    for position in range(len(frame)):
        row = {name: frame[name].iloc[position] for name in frame.columns}
        try:
            record = model.model_validate({name: None if is_missing(cell) else cell for name, cell in row.items()})
        except ValidationError:
            return False
        if any(isinstance(cell, str) and isinstance(getattr(record, name), datetime) for name, cell in row.items()):
            return False  # a time as text is read from JSON, and from no table
        found.append(record)
    clocks = {
        moment.utcoffset() is not None
        for record in found
        for moment in (getattr(record, name) for name in model.model_fields)
        if isinstance(moment, datetime)
    }
    types = [{type(getattr(record, name)) for record in found} - {type(None)} for name in model.model_fields]
    return len(clocks) < 2 and not any(kinds == {int, str} for kinds in types)


def column_verdict(frame: pd.DataFrame, model: type[Record]) -> bool:
    try:
        return check(frame, model) is frame
    except InvalidData:
        return False


def as_column(given: list[Any], form: str) -> pd.Series[Any]:
    plain = pd.Series(given, dtype=object)
    try:
        if form == "inferred":
            return pd.Series(given)
        if form == "category":
            return plain.astype("category")
        return plain.convert_dtypes() if form == "nullable" else plain
    except (TypeError, ValueError, OverflowError, UnicodeEncodeError, NotImplementedError, Warning):
        return plain


@st.composite
def tables(draw: Any, model: type[Record], dirty: bool) -> pd.DataFrame:
    """Draw a table that is good but for its dirty cells, in columns of any dtype that holds them."""
    size = draw(st.integers(1, 4))
    ids = draw(st.sampled_from([whole_ids, words]))
    times = draw(
        st.sampled_from(
            [naive, naive.map(aware) | st.sampled_from(SUMMER).map(lambda moment: moment.replace(tzinfo=BERLIN))]
        )
    )
    drawn = cells(model, ids, times)
    columns = {name: [draw(cell) for _ in range(size)] for name, cell in drawn.items()}
    if model is Customer:
        ends = zip(columns["acquired_at"], columns["churned_at"], strict=True)
        columns["churned_at"] = [end and max(start, end) if draw(st.booleans()) else end for start, end in ends]
    for _ in range(draw(st.integers(1, 2)) if dirty else 0):
        columns[draw(st.sampled_from(list(columns)))][draw(st.integers(0, size - 1))] = draw(st.sampled_from(DIRT))
    optional = [name for name, field in model.model_fields.items() if not field.is_required()]
    left_out = draw(st.sets(st.sampled_from(optional))) if not dirty else set()
    form = draw(st.sampled_from(["object", "inferred", "category", "nullable"]))
    return pd.DataFrame({name: as_column(given, form) for name, given in columns.items() if name not in left_out})


def plain(value: Any) -> Any:
    """Return a moment as its instant: Python holds no hour that the clock shows twice equal across zones."""
    return (is_aware(value), instant(value)) if isinstance(value, datetime) else value


VERDICTS: Counter[tuple[str, bool]] = Counter()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("dirty", [False, True])
@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_frame_passes_exactly_when_every_row_does(model: type[Record], dirty: bool, data: Any) -> None:
    frame = data.draw(tables(model, dirty))
    before = frame.copy(deep=True)
    rows = row_verdict(frame, model)
    VERDICTS[model.__name__, rows] += 1
    assert column_verdict(frame, model) is rows
    pd.testing.assert_frame_equal(frame, before)


@pytest.mark.parametrize("model", MODELS)
def test_both_verdicts_were_drawn_often(model: type[Record]) -> None:
    total = VERDICTS[model.__name__, True] + VERDICTS[model.__name__, False]
    assert total == 0 or min(VERDICTS[model.__name__, True], VERDICTS[model.__name__, False]) >= total / 20


@st.composite
def lists_of(draw: Any, model: type[Record]) -> list[Record]:
    """Draw records of one model that may stand in one table."""
    ids = draw(st.sampled_from([whole_ids, words]))
    times = draw(
        st.sampled_from(
            [naive, naive.map(aware) | st.sampled_from(SUMMER).map(lambda moment: moment.replace(tzinfo=BERLIN))]
        )
    )
    drawn = st.fixed_dictionaries(cells(model, ids, times))
    found = []
    for fields in draw(st.lists(drawn, min_size=1, max_size=6)):
        try:
            found.append(model.model_validate(fields))
        except ValidationError:
            required = {name: fields[name] for name, field in model.model_fields.items() if field.is_required()}
            found.append(model.model_validate(required))
    return found


@pytest.mark.parametrize("model", MODELS)
@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_records_go_to_a_frame_and_back_without_loss(model: type[Record], data: Any) -> None:
    given_records = data.draw(lists_of(model))
    frame = to_frame(given_records)
    assert list(frame.columns) == list(model.model_fields)
    back = records(frame, model)
    assert back == given_records
    exact = [[(type(value), repr(value)) for _, value in record] for record in back]
    assert exact == [[(type(value), repr(value)) for _, value in record] for record in given_records]


@pytest.mark.parametrize("model", MODELS)
@settings(suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_records_go_to_json_and_back_without_loss(model: type[Record], data: Any) -> None:
    for record in data.draw(lists_of(model)):
        text = record.model_dump_json()
        again = model.model_validate_json(text)
        assert again.model_dump_json() == text
        assert [plain(value) for _, value in again] == [plain(value) for _, value in record]
