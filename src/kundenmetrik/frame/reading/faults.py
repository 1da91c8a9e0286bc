"""Faults of columns: which rows break a rule, in the words of the errors."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.errors import FIRST, Fault, InvalidData

__all__ = ["broken", "refuse"]

Values = NDArray[Any] | pd.Series


def broken(column: str, rule: str, mask: BoolArray, values: Values, code: str, remedy: str = "") -> Fault | None:
    """Return the fault of the rows where the mask is true, or None where no row is."""
    count = int(np.count_nonzero(mask))
    if count == 0:
        return None
    rows = np.flatnonzero(mask)[:FIRST]
    shown = values.iloc[rows] if isinstance(values, pd.Series) else values[rows]
    return Fault(
        column=column,
        rule=rule,
        count=count,
        of=len(mask),
        rows=tuple(rows.tolist()),
        values=tuple(_plain(value) for value in shown),
        code=code,
        remedy=remedy,
    )


def refuse(faults: Iterable[Fault | None]) -> None:
    """Raise all faults at once, if there is any."""
    found = [fault for fault in faults if fault is not None]
    if found:
        raise InvalidData(found)


def _plain(value: object) -> object:
    if isinstance(value, np.datetime64):
        return str(value)
    return value.item() if isinstance(value, np.generic) else value
