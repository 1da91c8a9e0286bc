"""Faults: which rows of a column break a rule, as the errors word it."""

from __future__ import annotations

from typing import Any

import numpy as np

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.errors import FIRST, Fault, InvalidData

__all__ = ["fault_of", "refuse_rows"]


def fault_of(column: str, rule: str, bad: BoolArray, values: Any, code: str, remedy: str = "") -> Fault | None:
    """Return the fault of the rows that break a rule, None when none does."""
    count = int(np.count_nonzero(bad))
    if not count:
        return None
    rows = np.flatnonzero(bad)[:FIRST]
    return Fault(
        column=column,
        rule=rule,
        count=count,
        of=len(bad),
        rows=tuple(rows.tolist()),
        values=tuple(_plain(values[row]) for row in rows),
        code=code,
        remedy=remedy,
    )


def refuse_rows(column: str, rule: str, bad: BoolArray, values: Any, code: str, remedy: str = "") -> None:
    """Raise the fault of the rows that break a rule, if any does."""
    fault = fault_of(column, rule, bad, values, code, remedy)
    if fault is not None:
        raise InvalidData([fault])


def _plain(value: Any) -> Any:
    if isinstance(value, np.datetime64):
        return str(value)
    return value.item() if isinstance(value, np.generic) else value
