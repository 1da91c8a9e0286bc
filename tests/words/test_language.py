"""Words and numbers as people write them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.errors import UnknownName
from kundenmetrik.words.language import LANGUAGES, language

DE, EN = language("de"), language("en")


@pytest.mark.parametrize(
    ("value", "digits", "signed", "german", "english"),
    [
        (1234.56, 1, False, "1.234,6", "1,234.6"),
        (-1234567.0, 0, False, "−1.234.567", "−1,234,567"),
        (0.04, 1, True, "0,0", "0.0"),
        (-0.04, 1, True, "0,0", "0.0"),
        (2.5, 1, True, "+2,5", "+2.5"),
        (math.nan, 1, False, "–", "–"),
        (math.inf, 1, False, "∞", "∞"),
        (-math.inf, 1, True, "−∞", "−∞"),
    ],
)
def test_numbers(value: float, digits: int, signed: bool, german: str, english: str) -> None:
    assert DE.number(value, digits, signed=signed) == german
    assert EN.number(value, digits, signed=signed) == english


@given(st.floats(-1e12, 1e12), st.integers(0, 4), st.sampled_from(LANGUAGES))
def test_a_number_read_back_is_the_number_rounded_once(value: float, digits: int, code: str) -> None:
    words = language(code)
    text = words.number(value, digits).replace(words.words["thousands"], "").replace(words.words["decimal"], ".")
    assert float(text.replace("−", "-")) == float(f"{value:.{digits}f}")


def test_p_values_and_percentages() -> None:
    assert DE.percent(0.125) == "12,5\N{NO-BREAK SPACE}%"
    assert EN.percent(0.95, 0) == "95\N{NO-BREAK SPACE}%"
    assert [DE.p_value(p) for p in (0.5, 0.0005, 0.0004, 0.0, math.nan)] == [
        "0,500",
        "0,001",
        "< 0,001",
        "< 0,001",
        "–",
    ]


def test_words_and_keys() -> None:
    assert DE.word("metric.churn_rate") == "Abwanderungsrate"
    assert EN.word("by.persona") == "persona"
    assert DE.word("title.nps", by="Segment", period="Monat") == "Net Promoter Score (NPS) nach Segment und Monat"
    assert (DE.key(None), EN.key("A"), DE.key(3)) == (DE.word("missing_key"), "A", "3")


@pytest.mark.parametrize("code", ["fr", "DE", "", None, 5, ["de"], {}], ids=repr)
def test_another_language_is_told(code: object) -> None:
    with pytest.raises(UnknownName, match=r"^language must be one of 'de', 'en'"):
        language(code)
