"""Records as request and response models of a web framework: FastAPI validates JSON that is parsed already."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Self

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError, field_validator, model_validator

import kundenmetrik as km

CUSTOMER = {"customer_id": 17, "acquired_at": "2025-03-01T10:00:00+01:00", "attributes": {"plan": "pro"}}
ORDER = {
    "interaction_id": "o-1",
    "customer_id": 17,
    "kind": "purchase",
    "occurred_at": "2025-03-01T10:00:00Z",
    "amount": 49.9,
    "currency": "EUR",
}
ANSWER = {"response_id": 1, "question": "nps", "score": 9, "scale": [0, 10], "answered_at": "2025-03-01T10:00:00Z"}
SECRET = "anna@mail.de"


class ShopAnswer(km.SurveyResponse):
    """An answer with the shop where it was given, which the form calls storeId."""

    store_id: Annotated[str, Field(alias="storeId", description="The shop.")]


def application() -> FastAPI:
    app = FastAPI()

    @app.post("/customers")
    def customer(record: km.Customer) -> km.Customer:
        return record

    @app.post("/interactions")
    def interaction(record: km.Interaction) -> km.Interaction:
        return record

    @app.post("/answers")
    def answers(records: list[km.SurveyResponse]) -> dict[str, float]:
        return {"nps": km.measure(km.to_frame(records), km.NPS()).overall().value}

    @app.post("/shop")
    def shop(record: ShopAnswer) -> ShopAnswer:
        return record

    return app


# The annotations of the routes are read where the routes are made.
application.__globals__.update(ShopAnswer=ShopAnswer)


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(application())


@pytest.mark.parametrize(("path", "body"), [("/customers", CUSTOMER), ("/interactions", ORDER)])
def test_a_record_with_times_goes_in_and_comes_out(client: TestClient, path: str, body: dict[str, Any]) -> None:
    answer = client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    again = client.post(path, json=answer.json())
    assert again.json() == answer.json()


def test_a_list_of_answers_is_measured(client: TestClient) -> None:
    assert client.post("/answers", json=[ANSWER, ANSWER | {"response_id": 2, "score": 3}]).json() == {"nps": 0.0}


@pytest.mark.parametrize("text", ["2025-03-01", "yester:day", "01.03.2025 10:00", 1740823200, None, True])
def test_what_is_no_time_in_iso_8601_is_refused_at_its_field(client: TestClient, text: object) -> None:
    answer = client.post("/customers", json=CUSTOMER | {"acquired_at": text})
    assert answer.status_code == 422
    assert [error["loc"] for error in answer.json()["detail"]] == [["body", "acquired_at"]]


def test_each_broken_rule_names_its_field_and_its_code(client: TestClient) -> None:
    body = ORDER | {"currency": None, "first_response_at": "2025-02-01T10:00:00Z", "resolved_at": "2025-02-01T10:00:00"}
    found = [(error["loc"], error["type"]) for error in client.post("/interactions", json=body).json()["detail"]]
    assert found == [
        (["body", "amount"], "requires"),
        (["body", "first_response_at"], "only_for"),
        (["body", "resolved_at"], "only_for"),
        (["body", "first_response_at"], "not_before"),
        (["body", "occurred_at"], "one_clock"),
        (["body", "first_response_at"], "one_clock"),
        (["body", "resolved_at"], "one_clock"),
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"score": SECRET},
        {"answered_at": SECRET},
        {"answered_at": f"{SECRET}:"},
        {"response_id": {SECRET: 1}},
        {"scale": [SECRET, 1]},
        {"score": 99, "comment": SECRET},
        {"weight": -1, "comment": SECRET},
        {"question": None, "comment": SECRET},
    ],
)
def test_no_error_repeats_what_was_given(client: TestClient, wrong: dict[str, Any]) -> None:
    answer = client.post("/answers", json=[ANSWER | wrong])
    assert answer.status_code == 422
    assert SECRET not in answer.text
    with pytest.raises(ValidationError) as caught:
        km.SurveyResponse.model_validate(ANSWER | wrong)
    for said in (str(caught.value), json.dumps(caught.value.errors()), caught.value.json()):
        assert SECRET not in said


class Own(km.KanoAnswer):
    """An answer with rules of its own, before, at a field and after."""

    @model_validator(mode="before")
    @classmethod
    def _known(cls, value: Any) -> Any:
        if isinstance(value, dict) and value.get("feature") == "unknown":
            raise ValueError("ask about a feature")
        return value

    @field_validator("wording")
    @classmethod
    def _short(cls, value: str) -> str:
        if len(value) > 20:
            raise ValueError("be short")
        return value

    @model_validator(mode="after")
    def _worded(self) -> Self:
        if self.importance is not None and self.wording is None:
            raise ValueError("word what is important")
        return self


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"feature": "unknown", "wording": SECRET}, "ask about a feature"),
        ({"wording": 2 * SECRET}, "be short"),
        ({"customer_id": SECRET, "importance": 3.0}, "word what is important"),
        ({"functional": SECRET}, "must be a number"),
    ],
)
def test_no_error_of_a_rule_of_ones_own_repeats_what_was_given(wrong: dict[str, Any], said: str) -> None:
    row = {"customer_id": 1, "feature": "app", "functional": 1, "dysfunctional": 5}
    assert Own.model_validate(row).feature == "app"
    with pytest.raises(ValidationError, match=said) as caught:
        Own.model_validate(row | wrong)
    for told in (str(caught.value), json.dumps(caught.value.errors()), caught.value.json()):
        assert SECRET not in told


@pytest.mark.parametrize("text", [f'{{"customer_id": "{SECRET}", ', f'"{SECRET}"', f'["{SECRET}"]', SECRET])
def test_what_is_no_json_of_a_record_is_not_repeated(text: str) -> None:
    for given in (text, text.encode()):
        with pytest.raises(ValidationError) as caught:
            km.Customer.model_validate_json(given)
        assert caught.value.title == "Customer"
        for told in (str(caught.value), json.dumps(caught.value.errors()), caught.value.json()):
            assert SECRET not in told
    assert km.Customer.model_validate_json(json.dumps(CUSTOMER), context={}).customer_id == 17


class Visit(km.Interaction):
    kind: Literal["visit"]


class Order(km.Interaction):
    kind: Literal["purchase"]


def test_an_error_in_one_of_several_models_names_the_model() -> None:
    either = TypeAdapter[Visit | Order](Visit | Order)
    assert isinstance(either.validate_python(ORDER), Order)
    with pytest.raises(ValidationError) as caught:
        either.validate_python(ORDER | {"occurred_at": SECRET})
    found = {
        (re.sub(r"function-wrap\[(\w+)\(\)\]", r"\1", str(error["loc"][0])), *error["loc"][1:])
        for error in caught.value.errors()
    }
    assert found == {("Visit", "kind"), ("Visit", "occurred_at"), ("Order", "occurred_at")}
    assert SECRET not in caught.value.json()


@pytest.mark.parametrize("mode", ["validation", "serialization"])
@pytest.mark.parametrize("model", [km.Customer, km.Interaction, km.SurveyResponse])
def test_both_schemas_say_date_time_and_hold_no_python(model: type[km.Customer], mode: Any) -> None:
    schema = model.model_json_schema(mode=mode)
    times = [json.dumps(field) for name, field in schema["properties"].items() if name.endswith("_at")]
    assert times
    assert all('"format": "date-time"' in text for text in times)
    assert ">>>" not in json.dumps(schema)
    assert "e+18" not in json.dumps(schema)


def test_the_description_of_the_interface_holds_what_the_records_say(client: TestClient) -> None:
    schemas = client.get("/openapi.json").json()["components"]["schemas"]
    customer = schemas.get("Customer") or schemas["Customer-Input"]
    assert customer["description"] == "One customer: who, since when, and until when."
    assert customer["properties"]["acquired_at"]["format"] == "date-time"


def test_own_fields_with_aliases_go_through_records_frames_and_back(client: TestClient) -> None:
    answer = client.post("/shop", json=ANSWER | {"storeId": "K1"})
    assert answer.status_code == 200
    assert answer.json()["storeId"] == "K1"
    rows = [ShopAnswer.model_validate(ANSWER | {"storeId": name, "response_id": name}) for name in ("K1", "K2")]
    frame = km.to_frame(rows)
    assert km.records(frame, ShopAnswer) == rows
    assert km.check(frame, ShopAnswer)["store_id"].tolist() == ["K1", "K2"]


def test_a_record_that_ignores_unknown_fields_does_so_in_tables_too() -> None:
    class Lenient(km.KanoAnswer):
        model_config = ConfigDict(extra="ignore")

    row = {"customer_id": 1, "feature": "app", "functional": 1, "dysfunctional": 5}
    assert Lenient.model_validate(row | {"browser": "x"}).feature == "app"
    frame = km.to_frame([km.KanoAnswer(**row)]).assign(browser="x")
    assert km.check(frame, Lenient) is frame
    assert km.records(frame, Lenient) == [Lenient(**row)]


def test_python_and_json_read_the_same_times() -> None:
    adapter = TypeAdapter(km.Customer)
    from_json, from_python = adapter.validate_json(json.dumps(CUSTOMER)), adapter.validate_python(CUSTOMER)
    assert from_json == from_python
    assert from_python.acquired_at.astimezone(UTC) == datetime(2025, 3, 1, 9, tzinfo=UTC)
