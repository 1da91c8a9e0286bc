"""The questionnaire: question pairs and answer labels, the wordings in use and the positions they stand for."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from itertools import chain

import pandas as pd

from kundenmetrik.core.checks import check_choice, check_items, check_texts
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frozen import FrozenMapping
from kundenmetrik.words.language import LanguageCode

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

    def __post_init__(self) -> None:
        check_texts(self, "name", "language", "source")
        given = check_items(self.answers, "answers", "be the spellings of each position, a sequence of texts each")
        if len(given) != POSITIONS:
            raise InvalidArgument("answers", f"have one entry for each of {POSITIONS} positions", len(given))
        for spellings in given:
            for text in check_items(spellings, "answers", "hold a sequence of spellings for each position"):
                if not isinstance(text, str):
                    raise InvalidType("answers", "hold texts", text)

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
    return built_in_labels() if value is None else _merge_labels(_label_sets(value))


@cache
def built_in_labels() -> KnownLabels:
    """Return the labels of all built-in wordings."""
    return _merge_labels({name: wording.labels for name, wording in wordings().items()})


def _merge_labels(chosen: Mapping[str, Mapping[str, int]]) -> KnownLabels:
    positions: dict[str, int] = {}
    spelled: dict[str, str] = {}
    for label, position in chain.from_iterable(mapping.items() for mapping in chosen.values()):
        plain = plain_label(label)
        if positions.setdefault(plain, position) != position:
            raise InvalidArgument("labels", "give one position to each answer", label)
        spelled.setdefault(plain, label)
    sets = tuple(frozenset(map(plain_label, mapping)) for mapping in chosen.values())
    return KnownLabels(positions=positions, spelled=spelled, sets=sets)


def _label_sets(value: object) -> dict[str, Mapping[str, int]]:
    if isinstance(value, Mapping):
        return {"own": _check_mapping(value)}
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, Sequence):
        raise InvalidType("labels", "be a wording, a list of wordings or a mapping from label to position", value)
    return {name: wordings()[check_choice(name, "labels", wordings())].labels for name in names}


def _check_mapping(value: Mapping[object, object]) -> dict[str, int]:
    for label, position in value.items():
        if not isinstance(label, str) or isinstance(position, bool) or not isinstance(position, int):
            raise InvalidType("labels", "map each label to a whole position", {label: position})
        if not 1 <= position <= POSITIONS:
            raise InvalidArgument("labels", f"map each label to a position from 1 to {POSITIONS}", {label: position})
    return dict(value)  # type: ignore[arg-type]


SIDES = ("functional", "dysfunctional")


def questionnaire(
    features: Sequence[str] | Mapping[str, Sequence[str]], *, language: LanguageCode = "en", wording: str | None = None
) -> pd.DataFrame:
    """Write the question pair and the answer labels for each feature as a tidy frame.

    Parameters
    ----------
    features : sequence of str, or mapping
        The features by name; or each feature with its own two questions (functional,
        dysfunctional), which reads better where the feature is a sentence.
    language : {"de", "en"}
        The language of the questions and labels.
    wording : str, optional
        The answer labels, by name of :func:`wordings`; by default that of the language.

    Returns
    -------
    pandas.DataFrame
        feature, question (functional, dysfunctional), text, position, label: five rows a question.

    Raises
    ------
    UnknownName
        If there is no such language or wording.
    InvalidArgument
        If a feature is named twice, or the wording is in another language.

    Notes
    -----
    Ask everybody with one wording: it changes the answers. The labels printed here are understood
    by :func:`classify` as they are.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> frame = km.kano.questionnaire(["Gratis-Rückversand"], language="de")
    >>> frame.text.iloc[0]
    'Wie wäre es für Sie, wenn wir „Gratis-Rückversand“ anbieten?'
    >>> frame.label.iloc[4]
    'Das würde mich sehr stören'
    """
    texts = _texts()[check_choice(language, "language", _texts())]
    labels = wordings()[check_choice(texts["wording"] if wording is None else wording, "wording", wordings())]
    if labels.language != language:
        raise InvalidArgument("wording", f"be in the language {language!r}", labels.name)
    rows = [
        (feature, side, text, position, label)
        for feature, questions in _questions(features, texts).items()
        for side, text in zip(SIDES, questions, strict=True)
        for position, label in enumerate(labels.printed, start=1)
    ]
    return pd.DataFrame(rows, columns=["feature", "question", "text", "position", "label"])


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(files("kundenmetrik.kano.answers").joinpath("questionnaire.toml").read_text("utf-8"))


def _questions(features: object, texts: Mapping[str, str]) -> dict[str, Sequence[str]]:
    if isinstance(features, Mapping):
        for feature, questions in features.items():
            if isinstance(questions, str) or not isinstance(questions, Sequence) or len(questions) != len(SIDES):
                raise InvalidType("features", "map each feature to its two questions", {feature: questions})
        return dict(features)
    names = _check_names(features)
    return {feature: [texts[side].replace("{feature}", feature) for side in SIDES] for feature in names}


def _check_names(features: object) -> Sequence[str]:
    rule = "be a non-empty sequence of names or a mapping to questions"
    features = check_items(features, "features", rule)
    if not features:
        raise InvalidType("features", rule, features)
    if not all(isinstance(feature, str) for feature in features):
        raise InvalidType("features", "be names", features)
    if len(set(features)) < len(features):
        raise InvalidArgument("features", "be named once each", list(features))
    return features
