"""Fuzzy answers: people who spread themselves over several answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.number_table import number_table
from kundenmetrik.kano.categories.letters import LETTERS, EvaluationTable, check_evaluation_table

TOLERANCE = 1e-9
"""How far the memberships of one answer may miss a sum of 1."""


def letter_memberships(functional: Any, dysfunctional: Any, *, table: object = "classic") -> pd.DataFrame:
    r"""Return for each pair of membership vectors how much of it lies on each letter.

    .. math:: P_{fd} = f_f \, d_d, \qquad
              \text{letter} = \sum_{fd \text{ of that letter}} P_{fd}

    Parameters
    ----------
    functional, dysfunctional : array-like of shape (answers, steps)
        Memberships from like to dislike; each row sums to 1. A crisp answer is a 1 in one place.
    table : str, EvaluationTable or rows of letters
        Which letter each pair stands for.

    Returns
    -------
    pandas.DataFrame
        A, O, M, I, R, Q: shares that sum to 1 in each row.

    Raises
    ------
    InvalidData
        If a membership is negative or a row does not sum to 1.

    Notes
    -----
    Lee and Huang keep the letters of at least 0.4: ``letter_memberships(f, d) >= 0.4``. The sums over
    the answers to each feature are counts: ``from_counts(letters.groupby(features).sum())``. Its
    intervals take each person for one whole answer, which is on the safe side: spread answers vary less.

    References
    ----------
    Lee, Y.-C. and Huang, S.-Y. (2009). A new fuzzy concept approach for Kano's model. Expert Systems
    with Applications 36(3), 4479-4484.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> km.kano.letter_memberships([[0.6, 0.4, 0, 0, 0]], [[0, 0, 0.1, 0.3, 0.6]]).round(2)
          A     O     M     I    R    Q
    0  0.24  0.36  0.24  0.16  0.0  0.0
    """
    chosen = check_evaluation_table(table)
    given = {"functional": functional, "dysfunctional": dysfunctional}
    sides = {name: _as_memberships(side, name, chosen) for name, side in given.items()}
    refuse(
        fault_of(name, rule, broken, side.tolist())
        for name, side in sides.items()
        for rule, broken in _broken_rules(side)
        if broken.any()
    )
    first, second = sides.values()
    labels = [side.index for side in given.values() if isinstance(side, pd.DataFrame)]
    if len(labels) > 1 and not labels[0].equals(labels[1]):
        remedy = "Reindex one like the other, or pass .to_numpy() if their rows belong together as they stand."
        raise InvalidArgument("dysfunctional", "have the same index as functional", remedy=remedy)
    if len(first) != len(second):
        raise InvalidArgument("dysfunctional", f"have as many rows as functional, {len(first)}", len(second))
    cells = (first[:, :, None] * second[:, None, :]).reshape(len(first), -1)
    return pd.DataFrame(cells @ chosen.one_hot, columns=list(LETTERS))


def _as_memberships(memberships: Any, name: str, table: EvaluationTable) -> FloatArray:
    side = number_table(memberships, name)
    if side.shape[1] != table.steps:
        raise InvalidArgument(name, f"have one column for each of the {table.steps} answers", side.shape[1])
    return side


def _broken_rules(side: FloatArray) -> Iterator[tuple[str, BoolArray]]:
    yield "be finite and at least 0", np.asarray(~(np.isfinite(side) & (side >= 0)).all(axis=1))
    yield "sum to 1 in each row", ~(np.abs(side.sum(axis=1) - 1.0) <= TOLERANCE)
