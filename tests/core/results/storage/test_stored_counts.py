"""Stored counts are checked when they are read: what cannot be counts is refused, all faults at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

import kundenmetrik as km
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.errors import InvalidArgument, InvalidType

FRAME = {"shop": ["A", "B", "B"], "score": [5, 1, None], "w": [1.0, 2.0, 0.5], "who": [1, 1, 2]}
PLAIN = json.loads(km.measure(FRAME, km.CSAT(), by="shop").counts.to_json())
WEIGHTED = json.loads(km.measure(FRAME, km.CSAT(), by="shop", weight="w").counts.to_json())
CLUSTERED = json.loads(km.measure(FRAME, km.CSAT(), cluster="who").counts.to_json())
ROW = [0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"table": [ROW, [-1, 0, 0, 0, 0]]}, "table holds -1"),
        ({"table": [ROW, [1.5, 0, 0, 0, 0]]}, "table holds 1.5"),
        ({"table": [ROW, [True, 0, 0, 0, 0]]}, "table holds True"),
        ({"table": [ROW, ["1", 0, 0, 0, 0]]}, "table holds '1'"),
        ({"table": [ROW, [2**63, 0, 0, 0, 0]]}, "table holds 9223372036854775808"),
        ({"table": [ROW, [None, 0, 0, 0, 0]]}, "table holds None"),
        ({"table": [ROW]}, "table is not 2 by 5"),
        ({"table": [ROW, ROW[:4]]}, "table is not 2 by 5"),
        ({"table": [ROW, 3]}, "table is not 2 by 5"),
        ({"table": "much"}, "table is not 2 by 5"),
        ({"table": None}, "table is not 2 by 5"),
        ({"squares": [ROW, ROW]}, "of squares and raw one is missing"),
        ({"raw": [ROW, ROW]}, "of squares and raw one is missing"),
        ({"excluded": {"missing": [1]}}, "excluded missing is not 2"),
        ({"excluded": {"missing": [0, -1]}}, "excluded missing holds -1"),
        ({"excluded": {"missing": 1}}, "excluded missing is not 2"),
        ({"excluded": [1]}, "excluded is no object"),
        ({"keys": [["A"], ["B", "x"]]}, "a key has not 1 part"),
        ({"keys": [["A"], "B", ["C"]]}, "a key has not 1 part"),
        ({"keys": [["A"], [["B"]]]}, "a key holds a list"),
        ({"keys": 3}, "keys is no list"),
        ({"names": ["shop", "shop"]}, "names are not different texts"),
        ({"names": [7]}, "names are not different texts"),
        ({"cells": []}, "cells are none"),
        ({"cells": [1, 2, 3, 4, 4]}, "or not different"),
        ({"whole": "yes"}, "whole is neither true nor false"),
        ({"design": [1.0]}, "design is not 2"),
        ({"measurand": {"name": "csat"}}, "measurand has no"),
        ({"measurand": "csat"}, "measurand has no"),
        ({"measurand": PLAIN["measurand"] | {"question": 3}}, "measurand has no"),
        ({"measurand": PLAIN["measurand"] | {"identity": "CSAT"}}, "measurand has no"),
        ({"measurand": PLAIN["measurand"] | {"counted": [1, 5]}}, "measurand has no"),
        ({"keys": [["A"], ["A"]]}, "differ from each other"),
        ({"keys": [["A"], [{"date": "yesterday"}]]}, "dates in ISO 8601"),
        ({"keys": [["A"], [{}]]}, "dates in ISO 8601"),
        ({"keys": [["A"], [{"os.system": "x"}]]}, "dates in ISO 8601"),
    ],
)
def test_what_cannot_be_counts_is_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidArgument, match=said.replace("(", r"\(")):
        Counts.from_json(json.dumps(PLAIN | change))


def test_all_faults_are_told_at_once() -> None:
    wrong = PLAIN | {"table": [ROW, [-1, 0, 0, 0, 0]], "raw": [ROW], "excluded": {"missing": [0.5, 0]}}
    with pytest.raises(InvalidArgument) as caught:
        Counts.from_json(json.dumps(wrong))
    for said in ("table holds -1", "raw is not 2 by 5", "of squares and raw", "excluded missing holds 0.5"):
        assert said in str(caught.value)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"squares": [[-1.0] * 5, [0.0] * 5]}, "squares holds -1.0"),
        ({"raw": [[0.5] * 5, [0] * 5]}, "raw holds 0.5"),
        ({"squares": None}, "of squares and raw one is missing"),
        ({"raw": None}, "of squares and raw one is missing"),
        ({"table": [[-0.5] * 5, [0.0] * 5]}, "table holds -0.5"),
    ],
)
def test_weighted_counts_too(change: dict[str, Any], said: str) -> None:
    assert Counts.from_json(json.dumps(WEIGHTED)).squares is not None
    with pytest.raises(InvalidArgument, match=said):
        Counts.from_json(json.dumps(WEIGHTED | change))


def test_numbers_beyond_those_there_are_and_words_for_them_are_refused() -> None:
    for text in ("1e400", "NaN", "Infinity", "-Infinity"):
        wrong = json.dumps(WEIGHTED).replace("1.0", text, 1)
        assert wrong != json.dumps(WEIGHTED)
        with pytest.raises(InvalidArgument):
            Counts.from_json(wrong)
    with pytest.raises(InvalidArgument, match="design holds -1"):
        Counts.from_json(json.dumps(CLUSTERED | {"design": [-1.0]}))


@pytest.mark.parametrize("name", sorted(set(PLAIN) - {"version", "measurand"}))
def test_a_field_that_is_gone_is_named(name: str) -> None:
    with pytest.raises(InvalidArgument, match=f"it lacks {name}"):
        Counts.from_json(json.dumps({field: value for field, value in PLAIN.items() if field != name}))


def test_fields_of_the_callers_own_are_no_fault() -> None:
    counts = Counts.from_json(json.dumps(PLAIN))
    assert Counts.from_json(json.dumps(PLAIN | {"day": "2026-01-31"})) == counts
    assert Counts.from_json(json.dumps(PLAIN | {"measurand": PLAIN["measurand"] | {"asked_by": "mail"}})) == counts


@pytest.mark.parametrize("version", [0, 3, -1, "2", 2.0, None, True])
def test_a_format_that_is_not_known_is_refused(version: object) -> None:
    with pytest.raises(InvalidArgument, match="have a format from 1 to 2"):
        Counts.from_json(json.dumps(PLAIN | {"version": version}))


@pytest.mark.parametrize("text", ["", "[]", "null", "{", '"counts"'])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(InvalidArgument, match="be counts stored by this library"):
        Counts.from_json(text)
    with pytest.raises(InvalidType):
        Counts.from_json(None)
