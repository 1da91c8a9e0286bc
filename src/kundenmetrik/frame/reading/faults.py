"""Faults of columns: which rows break a rule, in the words of the errors."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.errors import FIRST, Fault, InvalidData
from kundenmetrik.message_text import shows_values

PRIVATE = frozenset({"attributes", "comment", "customer_id", "interaction_id", "response_id"})
"""Fields that hold ids, names or free text."""


def fault_of(
    column: str,
    rule: str,
    broken: BoolArray,
    values: Any = None,
    code: str = "",
    remedy: str = "",
    *,
    labels: Sequence[object] | None = None,
    place: str = "row",
    private: bool = False,
) -> Fault | None:
    """Return the fault of the rows that break a rule, None where none does.

    Parameters
    ----------
    column, rule, code, remedy, place : str
        As in :class:`kundenmetrik.errors.Fault`.
    broken : ndarray of bool
        Which rows break the rule.
    values : array-like, optional
        The value of each row; None keeps values out of the message.
    labels : sequence, optional
        What the rows are called; by default their numbers.
    private : bool
        Whether the values are ids, names or free text, which are shown only where that was asked for.
    """
    count = int(np.count_nonzero(broken))
    if not count:
        return None
    rows = np.flatnonzero(broken)[:FIRST].tolist()
    hidden = (private or column in PRIVATE) and not shows_values()
    return Fault(
        column=column,
        rule=rule,
        count=count,
        of=len(broken),
        rows=tuple(rows if labels is None else (labels[row] for row in rows)),
        values=None if values is None or hidden else tuple(_plain(value) for value in _at(values, rows)),
        code=code,
        remedy=remedy,
        place=place,
    )


def refuse(faults: Iterable[Fault | None]) -> None:
    """Raise all faults at once, if there is any."""
    found = [fault for fault in faults if fault is not None]
    if found:
        raise InvalidData(found)


def _at(values: Any, rows: list[int]) -> Iterable[object]:
    return values.iloc[rows] if isinstance(values, pd.Series) else (values[row] for row in rows)


def _plain(value: object) -> object:
    if isinstance(value, np.datetime64):
        return str(value)
    return value.item() if isinstance(value, np.generic) else value
