"""Faults of files and tables in the language of the reader; the English texts are those of the errors themselves."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

from kundenmetrik.errors import Fault, InvalidArgument, InvalidData, first_items
from kundenmetrik.message_text import short_repr
from kundenmetrik.words.language import Language

CAP = 20
"""How many faults a message shows."""


def error_text(error: Exception, words: Language) -> str:
    """Return what an error says in a language; what has no words in it stays English.

    Parameters
    ----------
    error : Exception
        What was raised.
    words : Language
        The language.

    Returns
    -------
    str
        A line for each fault.
    """
    if words.code == "en":
        return str(error)
    if isinstance(error, InvalidData):
        lines = [_fault_line(fault, words) for fault in error.faults[:CAP]]
        more = len(error.faults) - CAP
        return "\n".join([*lines, *([words.word("fault.more", count=words.number(more, 0))] if more > 0 else [])])
    if isinstance(error, InvalidArgument):
        return _argument_line(error, words) or str(error)
    return str(error)


def _fault_line(fault: Fault, words: Language) -> str:
    """Return the line of a fault, the English one where the language has no words for its rule."""
    whole = _translation("sentences", f"source must {fault.rule}", words)
    if fault.code == "no_table" and whole is not None:
        return _with_remedy(whole if fault.file in whole else f"{fault.file}: {whole}", fault.remedy, words)
    rule = _translation("rules", fault.rule, words)
    if rule is None:
        return str(fault)
    name = words.word("fault.record") if fault.code == "ragged" else fault.column
    column = f"{fault.file}: {name}" if fault.file else name
    said = words.word("fault.column", column=column, rule=rule)
    if fault.rows:
        values = "" if fault.values is None else f": {first_items(fault.values, fault.count)}"
        values = re.sub(r"\bNone\b", words.word("fault.empty"), values) if {*(fault.values or ())} == {None} else values
        counted = {"count": words.number(fault.count, 0), "of": words.number(fault.of, 0)}
        places = first_items(fault.rows, fault.count) + values
        said += words.word(f"fault.{'row' if fault.count == 1 else 'rows'}", places=places, **counted)
    return _with_remedy(said, fault.remedy, words)


def _argument_line(error: InvalidArgument, words: Language) -> str:
    said = _translation("sentences", f"{error.argument} must {error.rule}", words)
    if said is None:
        return ""
    shown = error.value is not ... and "not there" not in error.rule
    given = words.word("fault.given", value=short_repr(error.value)) if shown else ""
    return _with_remedy(said + given, error.remedy, words)


def _with_remedy(said: str, remedy: str, words: Language) -> str:
    return f"{said}. {_translation('remedies', remedy, words) or remedy}" if remedy else said


def _translation(section: str, text: str, words: Language) -> str | None:
    """Return a text in a language, with what varies put in; None where it has no words for it."""
    for pattern, said in _patterns(words.code)[section]:
        if found := pattern.fullmatch(text):
            both = f"' {words.word('fault.and')} '"
            return said.format(**{name: part.replace("' and '", both) for name, part in found.groupdict().items()})
    return None


@cache
def _patterns(code: str) -> dict[str, list[tuple[re.Pattern[str], str]]]:
    """Return the English texts as patterns, each with what the language says."""
    text = files("kundenmetrik.words").joinpath(f"faults_{code}.toml").read_text(encoding="utf-8")
    return {
        section: [(_pattern(english), said) for english, said in pairs.items()]
        for section, pairs in tomllib.loads(text).items()
    }


def _pattern(english: str) -> re.Pattern[str]:
    parts = re.split(r"\{(\w+)\}", english)
    return re.compile(
        "".join(f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts)), re.DOTALL
    )
