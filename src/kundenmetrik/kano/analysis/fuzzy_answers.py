"""Fuzzy answers: people who spread themselves over several answers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import Groups, plain
from kundenmetrik.errors import FIRST, Fault, InvalidArgument, InvalidData, InvalidType
from kundenmetrik.frame.reading.keys import labels
from kundenmetrik.frame.reading.numbers import nonnegative, numbers
from kundenmetrik.kano.answers.tally import cell_names
from kundenmetrik.kano.categories.evaluation_tables import EvaluationTable, check_evaluation_table
from kundenmetrik.kano.categories.letters import LETTERS
from kundenmetrik.kano.table import KanoTable

__all__ = ["classify_memberships", "letter_memberships"]

TOLERANCE = 1e-9


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
    Lee and Huang keep the letters of at least 0.4: ``letter_memberships(f, d) >= 0.4``.

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
    cells = _cells(*_both(functional, dysfunctional, chosen))
    return pd.DataFrame(cells @ chosen.one_hot, columns=list(LETTERS))


def classify_memberships(
    feature: Any,
    functional: Any,
    dysfunctional: Any,
    *,
    table: object = "classic",
    weight: Any = None,
    confidence: float = 0.95,
    strength_threshold: float = 0.06,
    total_strength_threshold: float = 0.60,
) -> KanoTable:
    """Classify features from membership vectors; crisp answers are a special case.

    Parameters
    ----------
    feature : array-like of shape (answers,)
        The feature of each answer.
    functional, dysfunctional : array-like of shape (answers, steps)
        Memberships from like to dislike; each row sums to 1.
    table : str, EvaluationTable or rows of letters
        Which letter each pair stands for.
    weight : array-like of shape (answers,), optional
        Survey weights.
    confidence, strength_threshold, total_strength_threshold : float
        As in :func:`classify`.

    Returns
    -------
    KanoTable
        Counts are sums of memberships. Intervals take each person for one whole answer, which is
        on the safe side: spread answers vary less. ``n_raw`` counts people.

    Raises
    ------
    InvalidData
        If a membership is negative or a row does not sum to 1.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> table = km.kano.classify_memberships(["chat"], [[0.6, 0.4, 0, 0, 0]], [[0, 0, 0.1, 0.3, 0.6]])
    >>> table.to_frame()[["feature", "n", "O", "category"]].round(2)
      feature    n     O category
    0    chat  1.0  0.36        O
    """
    chosen = check_evaluation_table(table)
    cells = _cells(*_both(functional, dysfunctional, chosen))
    codes, names = labels(feature, "feature")
    if len(codes) != len(cells):
        raise InvalidArgument("feature", f"have one value for each of the {len(cells)} answers", len(codes))
    weights = np.ones(len(cells)) if weight is None else _weights(weight, len(cells))
    likeliest = np.zeros_like(cells)
    likeliest[np.arange(len(cells)), cells.argmax(axis=1)] = 1.0
    counts = Counts(
        groups=Groups(names=("feature",), keys=tuple((plain(name),) for name in names)),
        cells=cell_names(chosen.steps),
        table=_summed(cells * weights[:, None], codes, len(names)),
        squares=_summed(cells * weights[:, None] ** 2, codes, len(names)),
        raw=_summed(likeliest, codes, len(names)).astype(np.int64),
    )
    return KanoTable(
        counts=counts,
        table=chosen,
        confidence=confidence,
        strength_threshold=strength_threshold,
        total_strength_threshold=total_strength_threshold,
    )


def _cells(functional: FloatArray, dysfunctional: FloatArray) -> FloatArray:
    return (functional[:, :, None] * dysfunctional[:, None, :]).reshape(len(functional), -1)


def _summed(cells: FloatArray, codes: NDArray[Any], size: int) -> FloatArray:
    total = np.zeros((size, cells.shape[1]))
    np.add.at(total, codes, cells)
    return total


def _both(functional: Any, dysfunctional: Any, table: EvaluationTable) -> tuple[FloatArray, FloatArray]:
    first, second = _side(functional, "functional", table), _side(dysfunctional, "dysfunctional", table)
    faults = [*_faults("functional", first), *_faults("dysfunctional", second)]
    if faults:
        raise InvalidData(faults)
    if len(first) != len(second):
        raise InvalidArgument("dysfunctional", f"have as many rows as functional, {len(first)}", len(second))
    return first, second


def _side(memberships: Any, name: str, table: EvaluationTable) -> FloatArray:
    side = np.asarray(memberships)
    if side.ndim != 2 or side.shape[1] != table.steps or side.dtype.kind not in "iuf":
        raise InvalidType(name, f"be numbers, one column for each of the {table.steps} answers", memberships)
    return side.astype(np.float64)


def _faults(name: str, side: FloatArray) -> list[Fault]:
    broken = {
        "be finite and at least 0": ~(np.isfinite(side) & (side >= 0)).all(axis=1),
        "sum to 1 in each row": ~(np.abs(side.sum(axis=1) - 1.0) <= TOLERANCE),
    }
    return [_fault(name, rule, np.flatnonzero(where), side) for rule, where in broken.items() if where.any()]


def _fault(name: str, rule: str, rows: NDArray[np.intp], side: FloatArray) -> Fault:
    first = rows[:FIRST]
    shown = tuple(side[first].tolist())
    return Fault(column=name, rule=rule, count=len(rows), of=len(side), rows=tuple(first.tolist()), values=shown)


def _weights(weight: Any, size: int) -> FloatArray:
    column = numbers(weight, "weight")
    nonnegative(column, "weight")
    if len(column.values) != size:
        raise InvalidArgument("weight", f"have one value for each of the {size} answers", len(column.values))
    return column.values.astype(np.float64)
