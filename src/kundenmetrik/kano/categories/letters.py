"""The six letters of the Kano model, those of other schools, and the tables that give each pair of answers one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from numbers import Integral
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.core.checks import check_choice
from kundenmetrik.errors import InvalidArgument, InvalidType, UnknownName
from kundenmetrik.frozen import FrozenMapping

LETTERS = "AOMIRQ"
"""Attractive, one-dimensional, must-be, indifferent, reverse, questionable: the order of all letter counts."""

TIE_ORDER = "MOAIRQ"
"""The order in which ties are broken: the letter whose absence costs most comes first."""


LetterScheme = Literal["international", "english_words", "performance", "french", "german_words"]
"""The names of the schemes in ``letters.toml``."""


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


MAX_STEPS = 5
MIRROR = {"A": "R", "O": "R", "M": "R", "I": "I", "Q": "Q"}


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationTable:
    """Which letter a pair of answers stands for.

    The row is the answer to the functional question ("the feature is there"), the column the answer
    to the dysfunctional one ("it is not there"), both from 1 (like) to the last step (dislike).

    Parameters
    ----------
    name : str
        What results call the table.
    rows : sequence of str
        One string of letters from ``AOMIRQ`` for each functional answer; as many rows as columns,
        2 to 5 of them.
    source : str
        Where the table comes from.

    Raises
    ------
    InvalidArgument
        If the table is not square or holds other letters.

    References
    ----------
    Berger, C. et al. (1993). Kano's methods for understanding customer-defined quality.
    Center for Quality of Management Journal 2(4), pp. 6 and 33.

    Examples
    --------
    >>> evaluation_tables()["classic"].letter(functional=1, dysfunctional=5)
    'O'
    >>> own = EvaluationTable(name="own", rows=["QAO", "RIM", "RRQ"])
    >>> own.steps
    3
    """

    name: str
    rows: Sequence[str]
    source: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", _check_rows(self.rows))

    @property
    def steps(self) -> int:
        """How many answers each question offers."""
        return len(self.rows)

    @property
    def one_hot(self) -> IntArray:
        """The table as a matrix, cells by letters: cell counts times this are letter counts."""
        return np.asarray(np.array(list("".join(self.rows)))[:, None] == np.array(list(LETTERS)), dtype=np.int64)

    @property
    def mirrored(self) -> bool:
        """Whether swapping the two answers turns A, O and M into R and leaves I and Q alone."""
        pairs = [(self.rows[f][d], self.rows[d][f]) for f in range(self.steps) for d in range(self.steps)]
        return all(there == "R" or back == MIRROR[there] for there, back in pairs)

    def letter(self, *, functional: int, dysfunctional: int) -> str:
        """Return the letter of one pair of answers, each from 1 to ``steps``.

        Parameters
        ----------
        functional, dysfunctional : int
            Positions from 1 (like) to ``steps`` (dislike).

        Returns
        -------
        str
            One of ``A O M I R Q``.

        Raises
        ------
        InvalidArgument
            If a position is not a whole number from 1 to ``steps``.
        """
        for argument, position in (("functional", functional), ("dysfunctional", dysfunctional)):
            if not isinstance(position, Integral) or isinstance(position, bool) or not 1 <= position <= self.steps:
                raise InvalidArgument(argument, f"be a whole number from 1 to {self.steps}", position)
        return self.rows[functional - 1][dysfunctional - 1]

    def to_dict(self) -> dict[str, Any]:
        """Return name, rows and source as plain values.

        Returns
        -------
        dict
            What the constructor takes.
        """
        return {"name": self.name, "rows": list(self.rows), "source": self.source}


@cache
def evaluation_tables() -> Mapping[str, EvaluationTable]:
    """Return the named evaluation tables, each with its source.

    Returns
    -------
    mapping of str to EvaluationTable
        ``classic``, ``pouliot``, ``halfway`` (five answers) and ``short`` (three answers).

    Notes
    -----
    Papers and web calculators differ silently between ``classic`` and ``pouliot``: Pouliot calls
    must-be / must-be and live-with / live-with questionable, the classic table indifferent.

    Examples
    --------
    >>> list(evaluation_tables())
    ['classic', 'pouliot', 'halfway', 'short']
    """
    read = tomllib.loads(files("kundenmetrik.kano.categories").joinpath("evaluation_tables.toml").read_text("utf-8"))
    return FrozenMapping({name: EvaluationTable(name=name, **entry) for name, entry in read.items()})


@cache
def one_hot_by_table(steps: int) -> Mapping[str, IntArray]:
    """Return the named tables with so many answers as matrices, cells by letters."""
    return {name: table.one_hot for name, table in evaluation_tables().items() if table.steps == steps}


def check_evaluation_table(value: object) -> EvaluationTable:
    """Return a named table, a table as it is, or one's own rows of letters as a table."""
    if isinstance(value, EvaluationTable):
        return value
    if isinstance(value, str):
        if value not in evaluation_tables():
            raise UnknownName("table", value, evaluation_tables())
        return evaluation_tables()[value]
    if isinstance(value, Sequence):
        return EvaluationTable(name="own", rows=_check_rows(value, "table"))
    raise InvalidType("table", "be a name, an EvaluationTable or rows of letters", value)


def _check_rows(rows: object, argument: str = "rows") -> tuple[str, ...]:
    if isinstance(rows, str) or not isinstance(rows, Sequence):
        raise InvalidType(argument, "be a sequence of rows of letters", rows)
    if not all(isinstance(row, (str, Sequence)) for row in rows):
        raise InvalidType(argument, "be a sequence of rows of letters", rows)
    joined = tuple("".join(map(str, row)) for row in rows)
    if not 2 <= len(joined) <= MAX_STEPS or any(len(row) != len(joined) for row in joined):
        raise InvalidArgument(argument, f"be square, 2 to {MAX_STEPS} rows and as many columns", joined)
    strange = sorted(set("".join(joined)) - set(LETTERS))
    if strange:
        raise InvalidArgument(argument, f"hold only the letters {LETTERS}", "".join(strange))
    return joined
