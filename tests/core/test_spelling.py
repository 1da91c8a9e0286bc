"""What looks the same in print is one text."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kundenmetrik.core.spelling import one_spelling, plain_words


@given(st.text(max_size=8))
def test_one_spelling_is_reached_at_once_from_either_normal_form(text: str) -> None:
    found = one_spelling(text)
    assert one_spelling(found) == found
    assert one_spelling(unicodedata.normalize("NFD", text)) == found
    assert plain_words(plain_words(text)) == plain_words(text)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("Ko\u0308ln", "K\u00f6ln"),
        ("sehr\u00a0gut", "sehr gut"),
        ("10\u202f%", "10 %"),
        ("\ufeffnps", "nps"),
        ("Gu\u200bt", "Gut"),
    ],
)
def test_decomposed_letters_and_invisible_signs(text: str, same: str) -> None:
    assert one_spelling(text) == same != text


def test_case_and_blanks_at_the_ends_differ_in_keys_and_not_in_words() -> None:
    assert one_spelling("Gut ") == "Gut "
    assert plain_words(" Sehr  GUT\t") == plain_words("sehr gut") == "sehr gut"
