"""What the codes of notes, faults and errors mean, in German and English, and what to do about each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

from kundenmetrik.errors import UnknownName
from kundenmetrik.frozen import FrozenMapping
from kundenmetrik.renamed import CODES
from kundenmetrik.words.language import LANGUAGES, LanguageCode

__all__ = ["Note", "codes", "note", "text"]


def __dir__() -> list[str]:
    return list(__all__)


CodeKind = Literal["note", "fault", "error"]
KINDS: tuple[CodeKind, ...] = get_args(CodeKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A code of a note on a result, of a fault in data, or of an error.

    Attributes
    ----------
    code : str
        The code; in braces what varies, such as ``runs_against_{metric}``.
    kind : {"note", "fault", "error"}
        What bears it: a result, a fault that an error lists, or the error itself.
    where : str
        Where it arises.
    texts : mapping of str to str
        By language what it says and what to do about it.
    labels : mapping of str to str
        By language the same in two or three words, for figures; empty where it is not shown there.
    """

    code: str
    kind: str
    where: str
    texts: Mapping[str, str]
    labels: Mapping[str, str]


def codes(kind: CodeKind | None = None) -> tuple[str, ...]:
    """Return the codes that the library uses, sorted.

    Parameters
    ----------
    kind : {"note", "fault", "error"}, optional
        Only those on results, of faults in data, or of errors.

    Returns
    -------
    tuple of str
        The codes; in braces what varies.

    Raises
    ------
    UnknownName
        If there is no such kind.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> km.notes.codes("error")
    ('error', 'fit_refused', 'invalid_argument', 'invalid_data', 'invalid_type', 'unknown_name')
    """
    if kind is not None and kind not in KINDS:
        raise UnknownName("kind", kind, KINDS)
    return tuple(sorted(code for code, entry in _registry().items() if kind in (None, entry.kind)))


def text(code: str, language: LanguageCode = "en") -> str:
    """Return what a code says, and what to do about it.

    Parameters
    ----------
    code : str
        A code in the notes of a result, of a fault or of an error.
    language : {"de", "en"}
        The language.

    Returns
    -------
    str
        One to three sentences.

    Raises
    ------
    UnknownName
        If there is no such code or language.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> km.notes.text("empty")
    'There is nothing to measure, so the value is undefined. Look at what was excluded.'
    >>> km.notes.text("runs_against_csat", language="de")[:57]
    'Wer hier zufrieden ist, ist es bei csat nicht. Eine der b'
    """
    if language not in LANGUAGES:
        raise UnknownName("language", language, LANGUAGES)
    found = note(code)
    return found.texts[language].format_map(_values(found.code, code))


def note(code: str) -> Note:
    """Return what is known of a code.

    Parameters
    ----------
    code : str
        A code in the notes of a result, of a fault or of an error.

    Returns
    -------
    Note
        Its kind, where it arises, and its texts.

    Raises
    ------
    UnknownName
        If there is no such code.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> km.notes.note("answers_only_1_to_5").code
    'answers_only_{low}_to_{high}'
    """
    registry = _registry()
    if isinstance(code, str):
        if code in registry:
            return registry[code]
        for pattern, entry in registry.items():
            if "{" in pattern and _values(pattern, code):
                return entry
    former = CODES.get(code) if isinstance(code, str) else None
    raise UnknownName("code", code, registry, f"It is {former!r} now." if former else "")


def label_of(code: str, language: str) -> str:
    """Return a code in two or three words for a figure; empty where there are none, or the code is a user's own."""
    entry = _registry().get(code)
    return entry.labels[language] if entry is not None else ""


def _values(pattern: str, code: str) -> dict[str, str]:
    """Return what stands in a code for the braces of its pattern; nothing where they do not fit."""
    fitted = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>.+)", pattern), code)
    return {} if fitted is None else fitted.groupdict()


@cache
def _registry() -> Mapping[str, Note]:
    stored = tomllib.loads(files("kundenmetrik.words").joinpath("notes.toml").read_text(encoding="utf-8"))
    return FrozenMapping({code: _entry(code, entry) for code, entry in stored.items()})


def _entry(code: str, entry: Mapping[str, str]) -> Note:
    return Note(
        code=code,
        kind=entry["kind"],
        where=entry["where"],
        texts=FrozenMapping({language: entry[language] for language in LANGUAGES}),
        labels=FrozenMapping({language: entry.get(f"label_{language}", "") for language in LANGUAGES}),
    )
