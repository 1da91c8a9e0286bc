"""Results as types of pydantic: an instance goes in, a dict comes out, and the schema says what it looks like."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

import kundenmetrik as km
from kundenmetrik.core.results.storage.json_schema import FIELDS
from tests.guards.test_results import CLASSES, example

KINDS: dict[str, Any] = {"string": str, "number": (int, float), "integer": int, "boolean": bool, "null": type(None)}


def faults(value: Any, schema: dict[str, Any], where: str = "") -> list[str]:
    """Return where a value is not what a schema says, for the words of schemas that the library uses."""
    if "anyOf" in schema:
        return [] if any(not faults(value, one, where) for one in schema["anyOf"]) else [f"{where}: {value!r}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r}"]
    if schema["type"] == "array":
        if not isinstance(value, list):
            return [f"{where}: {value!r} is no list"]
        return [fault for item in value for fault in faults(item, schema["items"], where)]
    if schema["type"] == "object":
        if not isinstance(value, dict):
            return [f"{where}: {value!r} is no object"]
        properties, further = schema.get("properties", {}), schema.get("additionalProperties", {"anyOf": []})
        missing = [f"{where}: {name} is missing" for name in schema.get("required", ()) if name not in value]
        inner = [faults(item, properties.get(name, further), f"{where}.{name}") for name, item in value.items()]
        return missing + [fault for found in inner for fault in found]
    wrong = isinstance(value, bool) and schema["type"] != "boolean"
    return [] if isinstance(value, KINDS[schema["type"]]) and not wrong else [f"{where}: {value!r}"]


def schema_of(kind: type) -> dict[str, Any]:
    found = TypeAdapter(kind).json_schema(mode="serialization")
    return found["$defs"][found["$ref"].rpartition("/")[2]] if "$ref" in found else found


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_the_dict_is_what_the_schema_says(name: str) -> None:
    result = example(name)
    schema = schema_of(type(result))
    assert schema["title"] == name
    assert schema["description"]
    assert not faults(result.to_dict(), schema)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_pydantic_takes_a_result_as_it_is_and_writes_its_dict(name: str) -> None:
    result = example(name)
    adapter: TypeAdapter[Any] = TypeAdapter(type(result))
    assert adapter.validate_python(result) is result
    assert adapter.dump_python(result) == adapter.dump_python(result, mode="json") == result.to_dict()
    assert json.loads(adapter.dump_json(result)) == json.loads(json.dumps(result.to_dict()))
    with pytest.raises(ValidationError):
        adapter.validate_python({"value": 3})


def test_the_checker_of_this_test_finds_what_is_wrong() -> None:
    schema, right = schema_of(km.Estimate), km.nps([10, 9, None]).to_dict()
    assert not faults(right, schema)
    for wrong in ({"value": "much"}, {"n": True}, {"notes": "empty"}, {"excluded": 3}, {"excluded": {"missing": 0.5}}):
        assert faults(right | wrong, schema)
    assert faults({name: value for name, value in right.items() if name != "low"}, schema)
    assert faults(right | {"colour": "red"}, schema)


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_notes_are_lists_and_what_was_excluded_has_reasons_everywhere(name: str) -> None:
    made = example(name).to_dict()
    for told in (made, *made.get("rows", ())):
        if "notes" in told:
            assert isinstance(told["notes"], list)
            assert all(isinstance(code, str) and code and ", " not in code for code in told["notes"])
    assert isinstance(made["excluded"], dict)
    assert isinstance(made["notes"], list)


def test_estimates_tables_and_comparisons_tell_the_same_in_one_shape() -> None:
    data = {"shop": ["A", "A", "B", "B", "C"], "score": [10, None, 3, 9, None]}
    table = km.measure(data, km.NPS(), by="shop")
    rows = {row["shop"]: row for row in table.to_dict()["rows"]}
    for shop in ("A", "B", "C"):
        single = table[shop].to_dict()
        assert {name: single[name] for name in rows[shop] if name != "shop"} == {
            name: value for name, value in rows[shop].items() if name != "shop"
        }
    assert rows["C"]["notes"] == ["empty"]
    assert rows["C"]["value"] is None
    assert rows["A"]["excluded"] == {"missing": 1}
    pair = km.compare(table["A"], table["B"]).to_dict()
    (row,) = (row for row in table.compare(baseline="B").to_dict()["rows"] if row["shop"] == "A")
    alike = set(pair) - {"baseline", "adjust"}
    assert {name: pair[name] for name in alike} == {name: row[name] for name in alike}
    assert (pair["excluded"], pair["excluded_baseline"]) == ({"missing": 1}, {})
    rest = {row["shop"]: row for row in table.compare().to_dict()["rows"]}
    assert rest["B"]["excluded_baseline"] == {"missing": 2}
    assert [type(pair[name]) for name in ("n", "n_baseline")] == [int, int]


def test_suppressed_groups_tell_nothing_of_what_was_excluded() -> None:
    data = {"shop": ["A", "A", "B", "B", "B"], "score": [10, None, 3, 9, None]}
    rows = km.measure(data, km.NPS(), by="shop", min_n=2).to_dict()["rows"]
    assert [row["excluded"] for row in rows if row["notes"] == ["suppressed"]] == [{}] * 2


def test_infinite_limits_have_a_word() -> None:
    told = km.Estimate(metric="rate", value=math.inf, n=0, unit="", method="").to_dict()
    assert told["value"] == "Infinity"
    assert not faults(told, schema_of(km.Estimate))
    assert set(told) <= set(FIELDS)


def test_a_model_holds_a_result() -> None:
    class Answer(BaseModel):
        score: km.Estimate
        table: km.EstimateTable

    table = km.measure({"score": [10, 9, 3]}, km.NPS())
    told = json.loads(Answer(score=table.overall(), table=table).model_dump_json())
    assert told["score"]["n"] == 3
    assert told["table"]["rows"][0]["value"] == told["score"]["value"]


def test_the_core_imports_no_pydantic_before_it_is_asked() -> None:
    code = "import sys, kundenmetrik as km; repr(km.nps([1, 2]).to_dict()); print('pydantic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"
