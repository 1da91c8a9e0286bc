"""Notes in words: codes, patterns, languages, and codes of the user's own."""

from __future__ import annotations

import pytest

from kundenmetrik.errors import UnknownName
from kundenmetrik.words.notes import KINDS, codes, label_of, note, text


def test_every_code_is_of_one_kind() -> None:
    every = [code for kind in KINDS for code in codes(kind)]
    assert sorted(every) == list(codes())
    assert len(every) == len(set(every))


def test_a_pattern_speaks_of_what_stands_in_its_code() -> None:
    for language in ("de", "en"):
        assert "csat" in text("runs_against_csat", language)
        assert "{" not in text("runs_against_csat", language)


def test_languages_differ() -> None:
    assert text("no_exposure", "de") != text("no_exposure", "en")
    assert label_of("no_exposure", "en") == "no sales"
    assert label_of("a_code_of_mine", "en") == ""


def test_an_unknown_code_is_refused_with_the_nearest() -> None:
    assert note("no_exposure").kind == "note"
    with pytest.raises(UnknownName, match="no_exposure"):
        note("no_exposures")
