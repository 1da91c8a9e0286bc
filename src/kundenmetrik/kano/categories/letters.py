"""The six letters of the Kano model, and the letters other schools write for them."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.checks import check_choice
from kundenmetrik.frozen import FrozenMapping

LETTERS = "AOMIRQ"
"""Attractive, one-dimensional, must-be, indifferent, reverse, questionable: the order of all letter counts."""

TIE_ORDER = "MOAIRQ"
"""The order in which ties are broken: the letter whose absence costs most comes first."""


@cache
def letter_schemes() -> Mapping[str, Mapping[str, str]]:
    """Return the letter schemes by name, each a mapping from the school's letter or word to ours.

    Returns
    -------
    mapping of str to mapping
        ``{"international": {"A": "A", ...}, "french": {"P": "O", "O": "M", ...}, ...}``.

    Notes
    -----
    Schools share letters for different things: the French O (obligatoire) is our M and the French P
    (proportionnel) is our O. So a scheme is always named and never guessed.

    Examples
    --------
    >>> letter_schemes()["french"]["O"]
    'M'
    """
    read = tomllib.loads(files("kundenmetrik.kano.categories").joinpath("letters.toml").read_text("utf-8"))
    return FrozenMapping({name: FrozenMapping(entry["letters"]) for name, entry in read.items()})


def letter_scheme(name: str) -> Mapping[str, str]:
    """Return one scheme, or suggest the nearest name."""
    return letter_schemes()[check_choice(name, "scheme", letter_schemes())]


def letters_or_none(letters: NDArray[np.str_]) -> list[str | None]:
    """Return one letter for each group, None where the array holds an empty text."""
    return [letter or None for letter in letters.tolist()]
