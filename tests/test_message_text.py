"""Values and names as messages write them."""

from __future__ import annotations

import json
import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from kundenmetrik.message_text import json_safe, name_list, short_repr


@pytest.mark.parametrize(
    ("value", "text"), [(5.0, "5"), (5.5, "5.5"), ("a", "'a'"), (math.nan, "nan"), ("x" * 99, "a text of 99 letters")]
)
def test_a_value_is_short(value: object, text: str) -> None:
    assert short_repr(value) == text


def test_many_names_are_counted() -> None:
    assert name_list(()) == "nothing"
    assert name_list(("a", "b")) == "'a', 'b'"
    assert name_list(tuple("a" * n for n in range(1, 1_022))).endswith("... and 1,001 more")


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.float64(1.5), 1.5),
        (math.inf, None),
        (pd.NaT, None),
        (2**60, str(2**60)),
        (date(2025, 1, 2), "2025-01-02"),
        (True, True),
        ([1, 2], "[1, 2]"),
    ],
)
def test_json_holds_every_value(value: object, plain: object) -> None:
    assert json_safe(value) == plain
    assert json.loads(json.dumps(json_safe(value))) == plain
