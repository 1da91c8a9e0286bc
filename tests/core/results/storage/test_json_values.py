"""Values of the library as JSON and back: what JSON has no word for, whole numbers, and formats."""

from __future__ import annotations

import json
import math
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik.core.results.storage.json_values import (
    FORMAT,
    as_number,
    as_stored,
    from_stored,
    json_rows,
    json_safe,
    restore_date,
)
from kundenmetrik.errors import InvalidArgument, InvalidType


def test_what_json_has_no_word_for_is_null_or_a_text() -> None:
    given = {"a": math.nan, "b": math.inf, "c": -math.inf, "d": np.int64(3), "e": pd.NaT, "f": pd.NA, 7: (1, None)}
    found = json_safe(given)
    assert found == {"a": None, "b": "Infinity", "c": "-Infinity", "d": 3, "e": None, "f": None, "7": [1, None]}
    assert json.loads(json.dumps(found, allow_nan=False)) == found


@pytest.mark.parametrize(("stored", "number"), [(None, math.nan), ("Infinity", math.inf), (3, 3), (2.5, 2.5)])
def test_numbers_come_back(stored: object, number: float) -> None:
    assert as_number(stored) == number or as_number(stored) != number != number


@pytest.mark.parametrize("wrong", [True, [1], {"a": 1}])
def test_other_things_are_no_numbers(wrong: object) -> None:
    with pytest.raises(TypeError):
        as_number(wrong)


def test_counts_are_whole_and_what_is_measured_is_not() -> None:
    frame = pd.DataFrame({"n": [3.0, np.nan], "value": [2.0, np.nan], "share": [0.5, 1.0]})
    rows = json_rows(frame, ("value",))
    assert rows == [{"n": 3, "value": 2.0, "share": 0.5}, {"n": None, "value": None, "share": 1.0}]
    assert [type(rows[0][name]) for name in ("n", "value")] == [int, float]


@pytest.mark.parametrize(
    "key", [date(2026, 1, 31), datetime(2026, 1, 31, 12, 30), pd.Timestamp("2026-01-31", tz="UTC")]
)
def test_dates_among_keys_come_back_with_their_type(key: Any) -> None:
    (stored,) = json.loads(as_stored({"keys": [key]}))["keys"]
    assert restore_date(stored) == key
    assert type(restore_date(stored)) is type(key)


def test_a_key_that_json_cannot_hold_is_refused() -> None:
    with pytest.raises(InvalidType, match="be texts, whole numbers, booleans or dates"):
        as_stored({"keys": [object()]})


def test_earlier_formats_are_read_and_later_ones_are_not() -> None:
    for version in range(1, FORMAT + 1):
        assert from_stored(json.dumps({"version": version, "a": 1}), "a thing", ["a"])["a"] == 1
    assert from_stored('{"a": 1}', "a thing", ["a"]) == {"a": 1}
    with pytest.raises(InvalidArgument, match="A later version of kundenmetrik has stored it"):
        from_stored(json.dumps({"version": FORMAT + 1, "a": 1}), "a thing", ["a"])
    with pytest.raises(InvalidArgument, match="be a thing stored by this library; it lacks b, c"):
        from_stored('{"a": 1}', "a thing", ["a", "b", "c"])
    with pytest.raises(InvalidType, match="be a thing stored as JSON"):
        from_stored({"a": 1}, "a thing", ["a"])
