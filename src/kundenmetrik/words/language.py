"""The words and numbers of a language, as people write them."""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from kundenmetrik.errors import UnknownName

LanguageCode = Literal["de", "en"]
LANGUAGES: tuple[LanguageCode, ...] = get_args(LanguageCode)
MINUS = "−"


@dataclass(frozen=True, slots=True)
class Language:
    """A language: its words by key, its decimal mark and its mark between thousands.

    Attributes
    ----------
    code : str
        ``"de"`` or ``"en"``.
    words : mapping
        The words, by section and key, as in ``words``.
    """

    code: LanguageCode
    words: dict[str, Any]

    def word(self, key: str, **values: object) -> str:
        """Return a word or sentence by its key such as ``"title.nps"``, with values put in.

        Parameters
        ----------
        key : str
            Section and key, with a dot between.
        **values : object
            What stands in braces in the sentence.

        Returns
        -------
        str
            The word; a key that a section does not know is its own word.
        """
        section, _, name = key.partition(".")
        found = self.words.get(section, {}) if name else self.words.get(section, section)
        text = found.get(name, name) if name else found
        return str(text).format(**values) if values else str(text)

    def number(self, value: float, digits: int = 1, *, signed: bool = False) -> str:
        """Return a number rounded once, for reading.

        Parameters
        ----------
        value : float
            The number.
        digits : int
            Decimal places.
        signed : bool
            Whether a plus sign stands before a positive number.

        Returns
        -------
        str
            With the language's marks; a dash where the number is undefined.
        """
        if value is None or math.isnan(value):
            return self.word("undefined")
        if math.isinf(value):
            return f"{MINUS if value < 0 else ''}∞"
        text = f"{abs(value):,.{digits}f}"
        zero = not text.strip("0.,")
        sign = "" if zero else MINUS if value < 0 else "+" if signed else ""
        marks = {",": self.words["thousands"], ".": self.words["decimal"]}
        return sign + "".join(marks.get(letter, letter) for letter in text)

    def percent(self, share: float, digits: int = 1, *, signed: bool = False) -> str:
        """Return a share as a percentage with its sign.

        Parameters
        ----------
        share : float
            The share, 1 for 100 %.
        digits : int
            Decimal places.
        signed : bool
            Whether a plus sign stands before a positive number.

        Returns
        -------
        str
            Such as ``"12,5 %"``, with a space that does not break.
        """
        return f"{self.number(100 * share, digits, signed=signed)}\N{NO-BREAK SPACE}%"

    def p_value(self, p_value: float) -> str:
        """Return a p-value for reading.

        Parameters
        ----------
        p_value : float
            The p-value.

        Returns
        -------
        str
            Three decimal places, or that it is below 0.001.
        """
        return f"< {self.number(0.001, 3)}" if p_value < 0.0005 else self.number(p_value, 3)

    def group(self, key: tuple[object, ...]) -> str:
        """Return a group by its keys, and the total for the group without any.

        Parameters
        ----------
        key : tuple
            The keys.

        Returns
        -------
        str
            The keys with commas between.
        """
        return ", ".join(map(self.key, key)) or self.word("total")

    def key(self, value: object) -> str:
        """Return a group's key; a missing one in words.

        Parameters
        ----------
        value : object
            The key.

        Returns
        -------
        str
            The key as text.
        """
        return self.word("missing_key") if value is None else str(value)


def language(code: str) -> Language:
    """Return a language by its code.

    Parameters
    ----------
    code : {"de", "en"}
        The code.

    Returns
    -------
    Language
        Its words and marks.

    Raises
    ------
    UnknownName
        If there is no such language.

    Examples
    --------
    >>> from kundenmetrik.words import language
    >>> language("de").number(-1234.56)
    '−1.234,6'
    """
    if not isinstance(code, str) or code not in LANGUAGES:
        raise UnknownName("language", code, LANGUAGES)
    return next(_read(known) for known in LANGUAGES if known == code)


@cache
def _read(code: LanguageCode) -> Language:
    text = files("kundenmetrik.words").joinpath(f"{code}.toml").read_text(encoding="utf-8")
    return Language(code, tomllib.loads(text))
