"""The registry of notes: each code that the source makes is in it, none is idle, and the page shows it."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterable
from pathlib import Path

import pytest

import kundenmetrik as km
from kundenmetrik.errors import UnknownName

found = runpy.run_path(str(Path(__file__).with_name("note_codes.py")))["found"]
PAGE = Path(__file__).parents[2] / "docs" / "notes.md"
TITLES = {"note": "Notes on results", "fault": "Faults in data", "error": "Errors"}


def fits(pattern: str, code: str) -> bool:
    """Say whether a code, perhaps with braces for what varies, is what a pattern of the registry stands for."""
    return re.fullmatch(re.sub(r"\\?\{\w+\\?\}", ".+", re.escape(pattern)), code) is not None


def strangers(made: Iterable[str], kind: str) -> list[str]:
    """Return the codes of a kind that the registry does not know."""
    return [code for code in made if not any(fits(pattern, code) for pattern in km.notes.codes(kind))]


@pytest.mark.parametrize("kind", ["note", "fault", "error"])
def test_every_code_of_the_source_is_registered(kind: str) -> None:
    made = found()[kind]
    unknown = {code: made[code] for code in strangers(made, kind)}
    assert not unknown, f"add them to words/notes.toml: {unknown}"


@pytest.mark.parametrize("kind", ["note", "fault", "error"])
def test_nothing_is_registered_that_the_source_never_makes(kind: str) -> None:
    made = found()[kind]
    idle = [pattern for pattern in km.notes.codes(kind) if not any(fits(pattern, code) for code in made)]
    assert not idle, f"remove them from words/notes.toml: {idle}"


def test_the_reader_of_the_source_finds_each_way_to_make_a_note() -> None:
    """One of each idiom; a reader that misses one would let unregistered codes through."""
    made = found()
    ways = {
        "assumes_constant_hazard": "keyword notes=(...)",
        "few_clusters": "in a mapping of lists, assigned",
        "log_ends_early": "a constant of another module",
        "revenue_not_margin": "a constant of a tuple",
        "free_plan_upgrade": "through a local name",
        "homogeneous_limit": "an argument of a function of the module",
        "runs_against_{}": "an f-string",
        "nothing_reported_yet": "a mapping given to a maker",
        "window_incomplete": "a mapping of masks",
        "unexpected_sign": "a column of a frame",
        "never": "one of two names assigned together",
    }
    assert not [f"{code}: {way}" for code, way in ways.items() if code not in made["note"]]
    assert {"min_length", "text", "not_before", "refund", "absent", "range"} <= set(made["fault"])


@pytest.mark.parametrize("code", km.notes.codes())
def test_a_text_says_something_in_both_languages(code: str) -> None:
    example = re.sub(r"\{\w+\}", "7", code)
    texts = [km.notes.text(example, language) for language in ("en", "de")]
    for text in texts:
        assert len(text.split()) >= 6
        assert text.endswith(".")
        assert "{" not in text
    assert texts[0] != texts[1]
    entry = km.notes.note(example)
    assert entry.code == code
    assert entry.where
    assert bool(entry.labels["de"]) == bool(entry.labels["en"])


def test_unknown_codes_kinds_and_languages_are_told() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'few_events'"):
        km.notes.text("few_event")
    with pytest.raises(UnknownName, match="language must be one of"):
        km.notes.text("empty", "fr")
    with pytest.raises(UnknownName, match="kind must be one of"):
        km.notes.codes("notes")
    with pytest.raises(UnknownName):
        km.notes.text(None)


def test_errors_and_their_faults_bear_registered_codes() -> None:
    with pytest.raises(km.errors.KundenmetrikError) as caught:
        km.nps([11, 7.5, "x"])
    told = caught.value.to_dict()
    assert km.notes.note(str(told["code"])).kind == "error"
    for name in km.errors.__all__:
        thing = getattr(km.errors, name)
        if isinstance(thing, type) and issubclass(thing, km.errors.KundenmetrikError):
            assert km.notes.note(thing.code).kind == "error"


def test_a_result_with_an_unregistered_note_fails_every_test_that_prints_it() -> None:
    """The hook in tests/conftest.py."""
    strange = km.Estimate(metric="nps", value=1.0, n=1, unit="points", method="score", notes=("strange",))
    for show in (repr, km.Estimate.to_dict):
        with pytest.raises(UnknownName, match="strange"):
            show(strange)


def page() -> str:
    """Return the page of the documentation that lists the registry."""
    parts = [PAGE.read_text(encoding="utf-8").partition("\n## ")[0]]
    for kind, title in TITLES.items():
        rows = [km.notes.note(re.sub(r"\{\w+\}", "7", code)) for code in km.notes.codes(kind)]
        lines = [f"| `{row.code}` | {row.texts['en']} | {row.texts['de']} | {row.where} |" for row in rows]
        head = [f"## {title}", "", "| code | meaning | Bedeutung | where |", "| --- | --- | --- | --- |"]
        parts.append("\n".join([*head, *lines]))
    return "\n\n".join(part.strip() for part in parts) + "\n"


def test_the_page_shows_the_registry() -> None:
    """To write it anew: ``python tests/guards/test_notes.py``."""
    assert PAGE.read_text(encoding="utf-8") == page()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
