"""Values, intervals and levels as a report writes them."""

from __future__ import annotations

import math
from types import SimpleNamespace

import pytest

from kundenmetrik.words.language import language
from kundenmetrik.words.number_format import amount, bracket, level, with_interval

DE, EN = language("de"), language("en")


@pytest.mark.parametrize(
    ("value", "unit", "signed", "english"),
    [(0.1234, "share", False, "12.3"), (4.125, "scale points", True, "+4.12"), (-12.34, "points", False, "−12.3")],
)
def test_the_unit_decides_the_places(value: float, unit: str, signed: bool, english: str) -> None:
    assert amount(value, unit, EN, signed=signed) == english
    assert amount(value, unit, DE, signed=signed) == english.replace(".", ",")


def test_an_interval_without_limits_is_undefined() -> None:
    assert bracket(0.1, 0.2, "share", EN) == "[10.0; 20.0]"
    assert bracket(math.nan, math.nan, "share", EN) == EN.word("undefined")
    assert bracket(0.0, math.inf, "share", EN) == "[0.0; ∞]"


@pytest.mark.parametrize(("share", "number"), [(0.95, "95"), (0.975, "97.5"), (0.001, "0.1"), (0.9999, "99.99")])
def test_a_level_has_the_places_it_needs(share: float, number: str) -> None:
    assert level(share, EN).rstrip(" %\u202f\u00a0") == number


def test_a_cell_says_value_interval_and_base() -> None:
    estimate = SimpleNamespace(value=0.5, low=0.4, high=0.6, n=1234.0, unit="share")
    assert with_interval(estimate, EN) == "50.0 [40.0; 60.0] n 1,234"
    estimate.value = math.nan
    assert with_interval(estimate, DE) == DE.word("undefined")
