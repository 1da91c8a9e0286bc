"""The tests of the service: python -m pytest examples/service."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

import kundenmetrik as km
from examples.service.service import app

YEAR = {"first": "2025-01-01", "last": "2025-12-31"}
CSV = {"content-type": "text/csv"}
SECRET = "anna@example.org"


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    monkeypatch.setenv("SHOP_DATABASE", str(tmp_path / "counts.sqlite"))
    with TestClient(app) as opened:
        yield opened


def answer(number: int, score: float | None, day: str = "2025-03-01T10:00:00Z", **fields: Any) -> dict[str, Any]:
    return {
        "response_id": number,
        "question": "nps",
        "score": score,
        "answered_at": day,
        "shopId": "Köln",
        **fields,
    }


def ask(client: TestClient, path: str, **query: Any) -> Any:
    answered = client.get(path, params=YEAR | query)
    assert answered.status_code == 200, answered.text
    return answered.json()


def test_a_year_of_answers_is_asked_again_and_equals_the_whole(client: TestClient) -> None:
    scores = [(month * 7 + number) % 11 for month in range(12) for number in range(20)]
    for month in range(12):
        own = scores[20 * month : 20 * month + 20]
        day = f"2025-{month + 1:02d}-15T12:00:00Z"
        sent = [answer(number, score, day, shopId="Köln" if number % 2 else "Bonn") for number, score in enumerate(own)]
        assert client.post("/answers", json=sent).json() == {"nps": 20}
    told = ask(client, "/figures/nps", confidence=0.9)
    bonn, koeln = (km.nps(scores[start::2], confidence=0.9) for start in (0, 1))
    found = {row["shop"]: (row["value"], row["low"], row["n"]) for row in told["rows"]}
    assert found == {"Bonn": (bonn.value, bonn.low, 120), "Köln": (koeln.value, koeln.low, 120)}
    assert {row["confidence"] for row in told["rows"]} == {0.9}


def test_days_are_those_of_the_shops_wherever_the_time_was_written(client: TestClient) -> None:
    times = ["2025-12-31T23:30:00Z", "2025-12-31T23:30:00+01:00", "2025-12-31T18:00:00-05:00"]
    client.post("/answers", json=[answer(number, 10, time) for number, time in enumerate(times)])
    assert ask(client, "/figures/nps")["rows"][0]["n"] == 1
    new_year = ask(client, "/figures/nps", first="2026-01-01", last="2026-01-01")
    assert new_year["rows"][0]["n"] == 2


def test_answers_of_one_day_add_up_and_missing_ones_are_told(client: TestClient) -> None:
    for score in (10, 3, None):
        client.post("/answers", json=[answer(1, score)])
    (row,) = ask(client, "/figures/nps")["rows"]
    assert (row["value"], row["n"], row["excluded"]) == (0.0, 2, {"missing": 1})


def test_several_questions_come_in_one_request(client: TestClient) -> None:
    sent = [answer(1, 10), answer(2, 5, question="csat"), answer(3, 6, question="ces", shopId="Bonn")]
    assert client.post("/answers", json=sent).json() == {"nps": 1, "csat": 1, "ces": 1}
    assert [row["value"] for row in ask(client, "/figures/csat")["rows"]] == [None, 100.0]
    assert [(row["shop"], row["n"]) for row in ask(client, "/figures/ces")["rows"]] == [("Bonn", 1), ("Köln", 0)]
    assert client.post("/answers", json=[]).json() == {}


def test_nothing_kept_is_no_row_and_no_fault(client: TestClient) -> None:
    assert ask(client, "/figures/ces")["rows"] == []


@pytest.mark.parametrize(
    ("fields", "place", "code"),
    [
        ({"answered_at": "2025-03-01"}, "answered_at", "moment_type"),
        ({"answered_at": 1740823200}, "answered_at", "datetime_type"),
        ({"score": SECRET}, "score", "number_type"),
        ({"score": 11, "scale": [0, 10]}, "score", "within"),
        ({"shopId": ""}, "shopId", "string_too_short"),
        ({"colour": SECRET}, "colour", "extra_forbidden"),
    ],
)
def test_a_record_that_cannot_be_is_told_by_field_and_code(
    client: TestClient, fields: dict[str, Any], place: str, code: str
) -> None:
    refused = client.post("/answers", json=[answer(1, 9, comment=SECRET) | fields])
    assert refused.status_code == 422
    assert SECRET not in refused.text
    assert (refused.json()["detail"][0]["loc"], refused.json()["detail"][0]["type"]) == (["body", 0, place], code)


def test_what_the_library_refuses_has_a_code_and_rows(client: TestClient) -> None:
    wrong = [answer(1, 9), answer(2, 11), answer(3, 9, question="csat"), answer(4, 0.5)]
    refused = client.post("/answers", json=wrong)
    assert refused.status_code == 422
    faults = [fault["rows"] for fault in refused.json()["faults"]]
    assert refused.json()["code"] == "invalid_data"
    assert sorted(faults) == [[1, 3], [2]], "all faults of all questions, by their rows in the request"
    assert ask(client, "/figures/nps")["rows"] == [], "nothing of a refused request is kept"
    assert client.get("/figures/nps", params=YEAR | {"confidence": 95}).json()["code"] == "invalid_argument"
    assert client.post("/answers", json=[answer(1, 9, question="mood")]).json()["code"] == "unknown_name"
    assert client.get("/figures/tgw", params=YEAR).status_code == 422


def test_a_file_is_uploaded_and_its_faults_are_told_by_line(client: TestClient) -> None:
    head = "response_id;question;score;answered_at;shop\n"
    good = f"{head}1;nps;9;2025-03-01T10:00:00+01:00;Köln\n2;nps;;2025-03-01T11:00:00+01:00;Bonn\n"
    taken = client.post("/upload", content=good.encode(), headers=CSV)
    assert taken.json() == {"nps": 2}
    assert {row["shop"]: row["n"] for row in ask(client, "/figures/nps")["rows"]} == {"Bonn": 0, "Köln": 1}
    bad = f"{head}1;nps;{SECRET};yesterday;Köln\n"
    refused = client.post("/upload", params={"name": "march.csv"}, content=bad.encode(), headers=CSV)
    faults = {fault["column"]: (fault["file"], fault["lines"]) for fault in refused.json()["faults"]}
    assert faults == {"score": ("march.csv", [2]), "answered_at": ("march.csv", [2])}
    assert SECRET not in refused.text


def test_a_change_from_year_to_year(client: TestClient) -> None:
    for year, scores in ((2024, [3] * 30 + [10] * 10), (2025, [3] * 10 + [10] * 30)):
        client.post("/answers", json=[answer(n, s, f"{year}-05-01T10:00:00Z") for n, s in enumerate(scores)])
    days = ["2025-01-01", "2025-12-31", "2024-01-01", "2024-12-31"]
    told = client.get("/changes/nps", params={"days": days}).json()
    assert (told["value"], told["baseline_value"], told["difference"], told["clear"]) == (50.0, -50.0, 100.0, True)
    assert client.get("/changes/nps", params={"days": days[:2]}).status_code == 422


def test_a_fragment_escapes_what_shops_are_called(client: TestClient) -> None:
    client.post("/answers", json=[answer(1, 9, shopId="<script>alert(1)</script>")])
    answered = client.get("/figures/nps/html", params=YEAR)
    assert answered.headers["content-type"].startswith("text/html")
    assert "<table" in answered.text
    assert "<script>" not in answered.text


def test_another_process_computes_and_its_errors_come_back(client: TestClient) -> None:
    answered = client.post("/bootstrap", json=[10, 9, 3, None])
    assert answered.json()["method"] == "bootstrap"
    assert answered.json()["excluded"] == {"missing": 1}
    refused = client.post("/bootstrap", json=[10, 11])
    assert (refused.status_code, refused.json()["faults"][0]["rows"]) == (422, [1])
    assert client.post("/bootstrap", json=[10, 9, 3, None]).json() == answered.json()


def test_counts_of_another_metric_are_not_taken_for_these(client: TestClient, tmp_path: Path) -> None:
    foreign = km.measure({"shop": ["A"], "score": [5]}, km.MeanScore(scale=km.Scale(0, 10)), by="shop").counts
    with sqlite3.connect(tmp_path / "counts.sqlite") as connection:
        connection.execute("INSERT INTO counts VALUES ('csat', '2025-03-01', ?)", (foreign.to_json(),))
    connection.close()
    assert client.get("/figures/csat", params=YEAR).json()["code"] == "invalid_argument"


def test_the_interface_describes_what_it_takes_and_what_it_returns(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    schemas = described["components"]["schemas"]
    assert {"ShopAnswer", "EstimateTable", "Difference", "Estimate"} <= set(schemas)
    assert schemas["ShopAnswer"]["properties"]["shopId"]["description"] == "The shop."
    returned = described["paths"]["/figures/{name}"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert returned == {"$ref": "#/components/schemas/EstimateTable"}
