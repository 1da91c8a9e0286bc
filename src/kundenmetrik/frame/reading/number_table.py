"""Reading a table of numbers: rows of one length, whatever holds them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.errors import InvalidType
from kundenmetrik.frame.reading.numbers import numbers

RULE = "be a table of numbers, with rows of one length"


def number_table(values: Any, argument: str) -> FloatArray:
    """Return a table of numbers as floats, NaN where one is missing; what is no table or no number is refused."""
    if isinstance(values, pd.DataFrame):
        columns = [numbers(values.iloc[:, place], argument).floats for place in range(values.shape[1])]
        return np.stack(columns, axis=1) if columns else np.zeros((len(values), 0))
    two = getattr(values, "ndim", None) == 2
    if not (isinstance(values, (list, tuple)) or (isinstance(values, np.ndarray) and two)):
        raise InvalidType(argument, RULE, values)
    if not all(isinstance(row, (list, tuple, np.ndarray)) for row in values) or len({len(row) for row in values}) > 1:
        raise InvalidType(argument, RULE, values)
    return np.stack([numbers(row, argument).floats for row in values]) if len(values) else np.zeros((0, 0))
