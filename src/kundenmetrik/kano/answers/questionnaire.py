"""A Kano questionnaire, ready for a survey tool."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

import pandas as pd

from kundenmetrik.core.checks import check_choice
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.kano.answers.wordings import wordings
from kundenmetrik.words.language import LanguageCode

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
    if isinstance(features, str) or not isinstance(features, Sequence) or not features:
        raise InvalidType("features", "be a non-empty sequence of names or a mapping to questions", features)
    if not all(isinstance(feature, str) for feature in features):
        raise InvalidType("features", "be names", features)
    if len(set(features)) < len(features):
        raise InvalidArgument("features", "be named once each", list(features))
    return {feature: [texts[side].replace("{feature}", str(feature)) for side in SIDES] for feature in features}
