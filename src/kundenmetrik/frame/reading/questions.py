"""Long tables: which rows answer a question, and which of them were given on another scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, IntArray
from kundenmetrik.core.spelling import one_spelling, plain_words
from kundenmetrik.errors import Fault, UnknownName
from kundenmetrik.frame.reading.faults import fault_of
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.reading.keys import factorize
from kundenmetrik.frame.reading.python_objects import is_missing

QUESTION = "question"
"""The column that says which question a row answers."""
SCALE = "scale"
"""The column of a long table that says on which scale a row's answer was given, such as 0..10."""


def answers_to(frame: pd.DataFrame, question: str | None) -> tuple[BoolArray, BoolArray]:
    """Return the rows of a long table that answer a question, and those whose name of it has other case or blanks.

    A question that nobody was asked is an error.
    """
    codes, asked = factorize(column_of(frame, QUESTION, QUESTION))
    wanted = None if question is None else one_spelling(question)
    same = np.array([*(name == wanted for name in asked), False])
    if len(frame) and not same.any():
        raise UnknownName(QUESTION, question, asked)
    alike = [isinstance(name, str) and plain_words(name) == plain_words(wanted or "") for name in asked]
    return same[codes], (np.array([*alike, False]) & ~same)[codes]


def on_another_scale(frame: pd.DataFrame, low: int, high: int) -> BoolArray:
    """Return the rows whose own scale is not the one from low to high; a row that tells none is not among them."""
    if SCALE not in frame.columns:
        return np.zeros(len(frame), dtype=np.bool_)
    codes, written = _distinct(column_of(frame, SCALE, SCALE).astype(object))
    differs = np.array([*(_ends(cell) != (low, high) for cell in written), False], dtype=np.bool_)
    return differs[codes]  # a missing scale has the code -1, the last place


def _distinct(cells: pd.Series[Any]) -> tuple[IntArray, list[Any]]:
    """Return the place of each cell among the distinct ones, -1 where it is missing, and those."""
    try:
        codes, found = pd.factorize(cells)
    except TypeError:  # lists have no hash
        texts = cells.map(lambda cell: None if is_missing(cell) else repr(cell))
        codes, names = pd.factorize(texts)
        return codes, [cells.iloc[int(np.argmax(codes == place))] for place in range(len(names))]
    return codes, list(found)


def scale_fault(frame: pd.DataFrame, broken: BoolArray, low: int, high: int) -> Fault | None:
    """Return the fault of answers that were given on another scale."""
    rule = f"be {low}..{high}, the scale of the metric"
    remedy = f"Measure them by a metric of their own, with scale= and question=, or convert them to {low}..{high}."
    return fault_of(SCALE, rule, broken, column_of(frame, SCALE, SCALE), "other_scale", remedy)


def _ends(cell: Any) -> tuple[object, ...] | None:
    from pydantic_core import PydanticCustomError

    from kundenmetrik.models.answer_scale import as_scale

    try:
        return as_scale(cell)
    except PydanticCustomError:
        return None
