"""Distinct rows of a few columns, with the way back: what is the same for two customers is computed once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import IntArray

MAX_TABLE_RATIO = 4
"""A table of codes may have this many times as many places as there are rows."""


def distinct(columns: Sequence[Any]) -> tuple[IntArray, IntArray]:
    """Return the position of one row of each kind, and the kind of every row."""
    code, kinds = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        own, size = _codes(np.asarray(column))
        code, kinds = code * size + own, kinds * size
        if kinds > 2**40:
            code, seen = pd.factorize(code)
            kinds = len(seen)
    if kinds > MAX_TABLE_RATIO * len(code):
        code, seen = pd.factorize(code)
        kinds = len(seen)
    place = np.full(kinds, -1)
    place[code] = np.arange(len(code))
    used = np.flatnonzero(place >= 0)
    rank = np.empty(kinds, dtype=np.int64)
    rank[used] = np.arange(len(used))
    return place[used], rank[code]


def _codes(column: Any) -> tuple[IntArray, int]:
    """Return whole numbers from 0 up to a bound; small whole numbers are their own codes."""
    if column.dtype.kind == "i" and len(column) and column.min() >= 0 and column.max() < len(column):
        return column, int(column.max()) + 1
    codes, values = pd.factorize(column)
    return codes, len(values)
