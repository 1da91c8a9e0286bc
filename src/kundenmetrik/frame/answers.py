"""Answers on a scale: a column of numbers, labels or codes becomes numbers with a mask of what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.errors import Fault, InvalidData
from kundenmetrik.frame.columns import Column, numbers
from kundenmetrik.frame.keys import labels

__all__ = ["answers"]

NO_STEP = -(2**31)
"""Stands for a word that is no label; it lies on no scale."""


def answers(
    values: Any, argument: str, *, words: Mapping[str, int] | None = None, missing_codes: tuple[Any, ...] = ()
) -> Column:
    """Return answers as numbers; words only where the scale has labels, and codes for no answer as missing."""
    if words and _is_worded(values):
        return _worded(values, argument, words, missing_codes)
    column = numbers(values, argument)
    codes = [code for code in missing_codes if not isinstance(code, str)]
    if not codes:
        return column
    coded = np.isin(column.values, codes)
    return Column(values=column.values, missing=coded if column.missing is None else coded | column.missing)


def _is_worded(values: Any) -> bool:
    dtype = getattr(values, "dtype", None)
    if isinstance(dtype, pd.CategoricalDtype):
        return not pd.api.types.is_numeric_dtype(dtype.categories.dtype)
    if dtype is not None and getattr(dtype, "kind", "O") in "iufb":
        return False
    return any(isinstance(value, str) for value in values)


def _worded(values: Any, argument: str, words: Mapping[str, int], missing_codes: tuple[Any, ...]) -> Column:
    codes, keys = labels(values, argument)
    absent = np.array([key is None or key in missing_codes for key in keys], dtype=bool)
    steps = np.array(
        [0 if gone else words.get(key, NO_STEP) for key, gone in zip(keys, absent, strict=True)], dtype=np.int64
    )
    unknown: BoolArray = (steps == NO_STEP)[codes]
    if unknown.any():
        raise InvalidData([_unknown(codes, keys, unknown, argument, words)])
    return Column(values=steps[codes], missing=absent[codes])


def _unknown(codes: Any, keys: Any, unknown: BoolArray, argument: str, words: Mapping[str, int]) -> Fault:
    rows = np.flatnonzero(unknown)
    shown = tuple(keys[code] for code in codes[rows[:5]].tolist())
    near = get_close_matches(str(shown[0]), list(words), n=1)
    return Fault(
        column=argument,
        rule=f"be labels of the scale ({', '.join(words)})",
        count=len(rows),
        of=len(codes),
        rows=tuple(rows[:5].tolist()),
        values=shown,
        code="unknown_label",
        remedy=f"Did you mean {near[0]!r}?" if near else "",
    )
