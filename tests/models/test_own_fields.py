"""Fields of one's own read what JSON writes for their types, in JSON and in Python that was JSON, and nothing else."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel, BeforeValidator, Field, ValidationError, create_model

import kundenmetrik as km
from kundenmetrik.models.fields import Moment
from kundenmetrik.models.own_fields import strict_adapter

ROW = {"customer_id": "1", "feature": "app", "functional": 1, "dysfunctional": 5}
DAY = date(2025, 3, 1)
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


class Colour(Enum):
    RED = "red"


class Grade(Enum):
    GOOD = 1


class Device(BaseModel):
    name: str


VALUES: dict[str, tuple[Any, Any]] = {
    "a time": (datetime, NOON),
    "a time or none": (datetime | None, datetime(2025, 3, 1, 12)),
    "a declared time": (Moment, NOON),
    "a day": (date, DAY),
    "a day or none": (date | None, DAY),
    "a late day": (Annotated[date, Field(gt=date(2020, 1, 1))], DAY),
    "a time of the day": (time, time(10, 30)),
    "a span": (timedelta, timedelta(hours=36)),
    "an amount": (Decimal, Decimal("19.90")),
    "an identifier": (UUID, UUID(int=7)),
    "a word of a list": (Colour, Colour.RED),
    "a number of a list": (Grade | None, Grade.GOOD),
    "words": (tuple[str, ...], ("a", "b")),
    "a set": (frozenset[int], frozenset({1, 2})),
    "days": (list[date], [DAY]),
    "times by name": (dict[str, datetime], {"a": NOON}),
    "days or none": (tuple[date, ...] | None, (DAY,)),
    "bytes": (bytes, b"abc"),
    "a model": (Device, Device(name="till")),
    "models": (list[Device], [Device(name="till")]),
    "plain": (dict[str, list[int | None]] | Literal["a"] | float, {"a": [1, None]}),
}


def model_of(annotation: Any) -> type[km.KanoAnswer]:
    return create_model("Own", __base__=km.KanoAnswer, own=(annotation, ...))


@pytest.mark.parametrize("name", VALUES)
def test_a_value_of_any_type_goes_through_requests_json_frames_and_back(name: str) -> None:
    annotation, value = VALUES[name]
    model = model_of(annotation)
    record = model.model_validate(ROW | {"own": value})
    assert record.own == value  # type: ignore[attr-defined]
    plain = json.loads(record.model_dump_json())
    assert model.model_validate(plain) == model.model_validate_json(json.dumps(plain)) == record
    assert km.records(km.to_frame([record]), model) == [record]
    app = FastAPI()
    app.post("/")(_route(model))
    answer = TestClient(app).post("/", json=plain)
    assert answer.status_code == 200, answer.text
    assert answer.json() == plain


def _route(model: type[km.KanoAnswer]) -> Any:
    def own(record: Any) -> Any:
        return record

    own.__annotations__ = {"record": model, "return": model}
    return own


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("a time", "2025-03-01"),
        ("a time", "1740787200"),
        ("a time", 1740787200),
        ("a time or none", "01.03.2025 10:00"),
        ("a day", "1740787200"),
        ("a day", 20250301),
        ("a day", "01.03.2025"),
        ("a day", "2025-03-01T10:00:00"),
        ("a late day", "2019-12-31"),
        ("a time of the day", "noon"),
        ("an amount", "19,90"),
        ("an identifier", "7"),
        ("a word of a list", "blue"),
        ("a number of a list", "1"),
        ("words", "ab"),
        ("words", [1]),
        ("days", ["1740787200"]),
        ("days or none", [1740787200]),
        ("times by name", {"a": "2025-03-01"}),
        ("plain", "b"),
        ("plain", {"a": ["1"]}),
        ("models", [{"name": 1}]),
    ],
)
def test_what_json_does_not_write_for_the_type_is_refused(name: str, value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        model_of(VALUES[name][0]).model_validate(ROW | {"own": value})
    assert {error["loc"][0] for error in caught.value.errors()} == {"own"}
    assert all(error["input"] is None for error in caught.value.errors())


def test_days_as_digits_are_the_days_they_write() -> None:
    """Pydantic takes the digits for seconds since 1970."""
    for annotation, value, found in [(date, "20250301", DAY), (list[date], ["20250301"], [DAY])]:
        assert model_of(annotation).model_validate(ROW | {"own": value}).own == found  # type: ignore[attr-defined]


def test_a_time_of_ones_own_is_a_column_of_times() -> None:
    model = model_of(datetime)
    frame = km.to_frame([model.model_validate(ROW | {"own": "2025-03-01T12:00:00Z"})])
    assert str(frame["own"].dtype) == "datetime64[us, UTC]"
    with pytest.raises(km.errors.InvalidData, match="own must be a date with a time of day, not text"):
        km.check(frame.assign(own="2025-03-01T12:00:00Z"), model)


def test_a_field_that_says_how_it_is_read_is_left_alone() -> None:
    german = Annotated[date, BeforeValidator(lambda text: datetime.strptime(text, "%d.%m.%Y").date())]
    assert model_of(german).model_validate(ROW | {"own": "01.03.2025"}).own == DAY  # type: ignore[attr-defined]
    assert len(model_of(Moment).model_fields["own"].metadata) == len(km.Customer.model_fields["acquired_at"].metadata)


def test_a_subclass_of_a_subclass_reads_alike() -> None:
    child = create_model("Child", __base__=model_of(date), other=(date, DAY))
    assert child.model_validate(ROW | {"own": "2025-03-01", "other": "2025-03-02"}).model_dump()["other"].day == 2
    assert len(child.model_fields["own"].metadata) == 1


def test_a_model_says_by_itself_how_strict_it_is() -> None:
    assert strict_adapter(Device).validate_python({"name": "till"}) == Device(name="till")
    with pytest.raises(ValidationError):
        strict_adapter(tuple[date, ...]).validate_python(["2025-03-01"])
