"""Answer labels: the wordings of a Kano questionnaire and the positions they stand for."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from kundenmetrik.core.checks import check_choice
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frozen import FrozenMapping

QUOTES = str.maketrans(dict.fromkeys("’‘‛ʼ`´′", "'"))
POSITIONS = 5
"""Answers of a Kano question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One set of answers, from like to dislike, with the spellings that are understood.

    Parameters
    ----------
    name : str
        What results call the wording.
    language : str
        ``"en"``, ``"de"`` or ``"fr"``.
    answers : sequence of sequence of str
        For each position the spellings; the first one is printed.
    source : str
        Where the wording comes from.

    Examples
    --------
    >>> wordings()["german"].printed[4]
    'Das würde mich sehr stören'
    """

    name: str
    language: str
    answers: Sequence[Sequence[str]]
    source: str = ""

    @property
    def printed(self) -> tuple[str, ...]:
        """The answers as a questionnaire prints them, from position 1 on."""
        return tuple(spellings[0] for spellings in self.answers)

    @property
    def labels(self) -> dict[str, int]:
        """Every spelling with its position from 1."""
        return {spelling: place for place, spellings in enumerate(self.answers, start=1) for spelling in spellings}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLabels:
    """The labels that are understood: plain label to position and to its spelling, and which belong together."""

    positions: Mapping[str, int]
    spelled: Mapping[str, str]
    sets: tuple[frozenset[str], ...]

    def nearest(self, label: str) -> str | None:
        """Return the known label most like this one, if any is like it."""
        close = get_close_matches(plain_label(label), self.positions, n=1)
        return self.spelled[close[0]] if close else None


@cache
def wordings() -> Mapping[str, Wording]:
    """Return the answer wordings by name: four English ones, a German and a French one.

    Returns
    -------
    mapping of str to Wording
        ``kano``, ``enjoy``, ``helpful``, ``short`` (English), ``german`` and ``french``.

    Notes
    -----
    The wording changes the answers, so different wordings are not one population: results that
    pool them carry the note ``wordings_pooled``, and ``by="wording"`` keeps them apart.

    Examples
    --------
    >>> list(wordings())
    ['kano', 'enjoy', 'helpful', 'short', 'german', 'french']
    """
    read = tomllib.loads(files("kundenmetrik.kano.answers").joinpath("wordings.toml").read_text("utf-8"))
    return FrozenMapping({name: Wording(name=name, **entry) for name, entry in read.items()})


def plain_label(label: str) -> str:
    """Return a label without what people type differently: case, quotes, blanks, punctuation, emoji."""
    text = unicodedata.normalize("NFKC", label.translate(QUOTES)).casefold()
    return " ".join("".join(sign if sign.isalnum() or sign == "'" else " " for sign in text).split())


def known_labels(value: object) -> KnownLabels:
    """Return the labels that ``labels`` stands for; one plain label may not mean two positions."""
    chosen = _label_sets(value)
    positions: dict[str, int] = {}
    spelled: dict[str, str] = {}
    for mapping in chosen.values():
        for label, position in mapping.items():
            plain = plain_label(label)
            if positions.setdefault(plain, position) != position:
                raise InvalidArgument("labels", "give one position to each answer", label)
            spelled.setdefault(plain, label)
    sets = tuple(frozenset(map(plain_label, mapping)) for mapping in chosen.values())
    return KnownLabels(positions=positions, spelled=spelled, sets=sets)


def _label_sets(value: object) -> dict[str, Mapping[str, int]]:
    if value is None:
        return {name: wording.labels for name, wording in wordings().items()}
    if isinstance(value, Mapping):
        return {"own": _check_mapping(value)}
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, Sequence):
        raise InvalidType("labels", "be a wording, a list of wordings or a mapping from label to position", value)
    return {name: wordings()[check_choice(name, "labels", wordings())].labels for name in names}


def _check_mapping(value: Mapping[object, object]) -> dict[str, int]:
    own: dict[str, int] = {}
    for label, position in value.items():
        if not isinstance(label, str) or isinstance(position, bool) or not isinstance(position, int):
            raise InvalidType("labels", "map each label to a whole position", {label: position})
        if not 1 <= position <= POSITIONS:
            raise InvalidArgument("labels", f"map each label to a position from 1 to {POSITIONS}", {label: position})
        own[label] = position
    return own
