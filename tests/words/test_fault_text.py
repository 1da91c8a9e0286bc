"""Faults of files in German: the whole message of each broken file, and no English left in any of them."""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

import kundenmetrik as km
from kundenmetrik.errors import Fault, InvalidArgument, InvalidData
from kundenmetrik.words.fault_text import error_text
from kundenmetrik.words.language import language
from tests.frame.files.test_broken_files import FILES

ROOT = Path(__file__).parents[2]
SNAPSHOT = ROOT / "tests" / "data" / "broken_files_de.txt"
GERMAN = language("de")


def said(name: str) -> str:
    content, model, options = FILES[name]
    with pytest.raises(km.errors.KundenmetrikError) as caught:
        km.read_csv(content, model, name="file.csv", **options)
    assert error_text(caught.value, language("en")) == str(caught.value)
    return f"# {name}\n{error_text(caught.value, GERMAN)}\n"


def test_each_broken_file_is_told_in_german_in_the_words_of_the_snapshot() -> None:
    told = "\n".join(map(said, FILES))
    assert told == SNAPSHOT.read_text(encoding="utf-8"), told
    messages = "".join(line for line in told.splitlines() if not line.startswith("#"))
    assert not re.findall(r"\b(must|is not|are not|Say|and|the|None)\b", messages)


def test_what_has_no_german_stays_as_it_is() -> None:
    fault = Fault(column="x", rule="be a riddle", count=1, of=2, rows=(1,), values=(5,))
    both = InvalidData([fault, Fault(column="x", rule="be given", count=2, of=2, rows=(0, 1), values=(None, None))])
    assert error_text(both, GERMAN).splitlines() == [
        "x must be a riddle; 1 of 2 is not (row 1: 5)",
        "x muss angegeben sein; 2 von 2 erfüllen das nicht (Zeilen 0, 1: leer, leer)",
    ]
    assert error_text(InvalidArgument("rng", "be a seed", "x"), GERMAN) == "rng must be a seed, not 'x'"
    assert error_text(ModuleNotFoundError("reading Excel needs openpyxl"), GERMAN) == "reading Excel needs openpyxl"
    many = InvalidData([Fault(column="x", rule="be given", count=1, of=1, rows=(0,))] * 23)
    assert error_text(many, GERMAN).splitlines()[-1] == "... und 3 weitere Regeln sind verletzt"


def test_every_english_text_is_one_of_the_source() -> None:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    text = tomllib.loads(files("kundenmetrik.words").joinpath("faults_de.toml").read_text(encoding="utf-8"))
    said = [english for section in text.values() for english in section]
    assert len(said) > 90
    parts = re.compile(r"\{\w+\}|\. |; | must | character|file$|frame$|^(?:not )?be(?= a column,)|^be unique(?= w)")
    for english in said:
        pieces = [english.rpartition(" must ")[2], *(piece for piece in parts.split(english) if len(piece) > 5)]
        assert any(piece in source for piece in pieces), english
