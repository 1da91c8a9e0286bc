"""The field types, one value at a time."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from pydantic import ConfigDict, TypeAdapter, ValidationError

from kundenmetrik.models.fields import AnswerScale, Attributes, Currency, Id, KanoLevel, Moment, Number

BERLIN = ZoneInfo("Europe/Berlin")


def read(kind: Any, value: object) -> Any:
    return TypeAdapter(kind, config=ConfigDict(strict=True)).validate_python(value)


def read_json(kind: Any, value: object) -> Any:
    return TypeAdapter(kind, config=ConfigDict(strict=True)).validate_json(json.dumps(value))


@pytest.mark.parametrize(
    ("kind", "value", "held"),
    [
        (Id, "x" * 200, "x" * 200),
        (Id, "007", "007"),
        (Id, 0, 0),
        (Id, -(2**63), -(2**63)),
        (Id, np.int64(7), 7),
        (Id, np.uint8(7), 7),
        (Number, 9, 9.0),
        (Number, np.float32(7.5), 7.5),
        (Number, 2**53, 2.0**53),
        (Number, Fraction(1, 2), 0.5),
        (KanoLevel, 5.0, 5),
        (KanoLevel, np.int16(1), 1),
        (Currency, "EUR", "EUR"),
        (AnswerScale, (0, 10), (0.0, 10.0)),
        (AnswerScale, [1, 5], (1.0, 5.0)),
        (AnswerScale, "0-10", (0.0, 10.0)),
        (AnswerScale, "-3 .. 3", (-3.0, 3.0)),
        (AnswerScale, "-3--1", (-3.0, -1.0)),
        (AnswerScale, SimpleNamespace(low=1, high=7), (1.0, 7.0)),
        (Moment, "2025-01-01T12:00:00", datetime(2025, 1, 1, 12)),
        (Moment, "2025-01-01T12:00:00Z", datetime(2025, 1, 1, 12, tzinfo=UTC)),
        (Moment, pd.Timestamp("2025-01-01 12:00", tz=BERLIN), datetime(2025, 1, 1, 12, tzinfo=BERLIN)),
        (
            Moment,
            datetime(2025, 10, 26, 2, 30, fold=1, tzinfo=BERLIN),
            datetime(2025, 10, 26, 1, 30, tzinfo=UTC),
        ),
    ],
)
def test_a_good_value_is_held_in_its_plain_type(kind: Any, value: object, held: Any) -> None:
    found = read(kind, value)
    assert type(found) is type(held)
    if isinstance(held, datetime):
        assert found.astimezone(UTC) == held.astimezone(UTC)
    else:
        assert found == held


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        *((Id, value) for value in ("", "x" * 201, 2**63, -(2**63) - 1, True, np.bool_(True), 1.0, None, b"x", (1,))),
        *((Number, value) for value in (float("nan"), float("inf"), "9", True, np.bool_(True), 2**53 + 1, 10**400, 1j)),
        *((Number, value) for value in (np.int64(2**53 + 1), np.longdouble("0.1"), Decimal("9.5"), Fraction(1, 3))),
        *((KanoLevel, value) for value in (0, 6, 2.5, True, "1", None, float("nan"))),
        *((Currency, value) for value in ("eur", "EURO", "EUR\n", "", "€", 978)),
        *(
            (AnswerScale, value)
            for value in ((10, 0), (5, 5), (0, True), (0, "10"), (0, 5, 10), "0,10", "10", 10, None)
        ),
        *((AnswerScale, value) for value in ((0, float("inf")), (float("nan"), 1), "٠..١")),
        *(
            (Moment, value)
            for value in (pd.NaT, date(2025, 1, 1), "2025-01-01", "20250101T00", 0, np.datetime64("2025-01-01"))
        ),
        *((Moment, value) for value in (pd.Timestamp(1, unit="ns"), datetime(2025, 3, 30, 2, 30, tzinfo=BERLIN))),
        *(
            (Attributes, value)
            for value in ({"a": [1]}, {"a": float("nan")}, {1: 2}, [("a", 1)], {"a": datetime(2025, 1, 1)})
        ),
    ],
)
def test_a_bad_value_is_refused(kind: Any, value: object) -> None:
    with pytest.raises(ValidationError):
        read(kind, value)


@pytest.mark.parametrize("text", ["20240101", "1704067200", "2024-01-01", "yesterday", 20240101, 1.5, None, True])
def test_json_times_are_iso_8601_with_a_time_of_day(text: object) -> None:
    with pytest.raises(ValidationError):
        read_json(Moment, text)


def test_json_times_keep_their_offset_to_the_second() -> None:
    local = datetime(1893, 1, 1, tzinfo=BERLIN)
    text = TypeAdapter(Moment).dump_json(local)
    assert text == b'"1893-01-01T00:00:00+00:53:28"'
    assert read_json(Moment, json.loads(text)) == datetime(
        1893, 1, 1, tzinfo=timezone(timedelta(minutes=53, seconds=28))
    )


@pytest.mark.parametrize("value", ["EUR", "nps", 3])
def test_json_and_python_agree_on_plain_values(value: object) -> None:
    assert read_json(Id, value) == read(Id, value)
