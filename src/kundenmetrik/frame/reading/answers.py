"""Answers on a scale: a column of numbers, labels or codes becomes numbers with a mask of what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.core.counting.histogram import offenders
from kundenmetrik.core.spelling import plain_words
from kundenmetrik.errors import Fault, InvalidData
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.keys import labels
from kundenmetrik.frame.reading.numbers import Column, numbers
from kundenmetrik.message_text import short_repr

USUAL_MISSING_CODES = frozenset({-99, -98, -9, -8, -7, -1, 77, 88, 96, 97, 98, 99, 777, 888, 998, 999})
"""Values off a scale that survey tools write for "no answer"."""
NO_STEP = -(2**31)
"""Stands for a word that is no label; it lies on no scale."""


def answers(
    values: Any,
    argument: str,
    *,
    words: Mapping[str, int] | None = None,
    missing_codes: tuple[Any, ...] = (),
    unknown: float | None = None,
) -> Column:
    """Return answers as numbers; words only where the scale has labels, and codes for no answer as missing.

    Other words are refused, or become the number ``unknown`` where invalid answers are left out and counted.
    """
    if words and _is_worded(values):
        return _steps_of_words(values, argument, words, missing_codes, unknown)
    if not missing_codes and unknown is None:
        return numbers(values, argument)
    column = numbers(_without(values, missing_codes, unknown) if _is_worded(values) else values, argument)
    codes = [code for code in missing_codes if not isinstance(code, str)]
    if not codes:
        return column
    coded = np.isin(column.values, codes)
    return Column(values=column.values, missing=coded if column.missing is None else coded | column.missing)


def _without(values: Any, codes: tuple[Any, ...], unknown: float | None) -> list[Any]:
    """Return the answers with the words that stand for no answer as missing, and others as a number that is no step."""

    def plain(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return None if value in codes else value if unknown is None or _is_number(value) else unknown

    return [plain(value) for value in values]


def _is_number(text: str) -> bool:
    """Say whether a text reads as a number: a column of them has the wrong type, and is no word."""
    try:
        float(text.replace(",", "."))
    except ValueError:
        return False
    return True


def step_faults(column: Column, name: str, low: int, high: int) -> list[Fault]:
    """Return the faults of answers that are no step of the scale; a usual code for no answer names its remedy."""
    faults = offenders(column.values, low, high, column.missing, column=name)
    return [replace(fault, remedy=_remedy(fault.values or (), low, high)) for fault in faults]


def _remedy(values: tuple[Any, ...], low: int, high: int) -> str:
    codes = [
        short_repr(value)
        for value in dict.fromkeys(values)
        if value in USUAL_MISSING_CODES and not low <= value <= high
    ]
    if not codes:
        return ""
    written = f"({', '.join(codes)},)"
    return f"If {' and '.join(codes)} stand for no answer, say so: Scale({low}, {high}, missing_codes={written})."


def _is_worded(values: Any) -> bool:
    dtype = getattr(values, "dtype", None)
    if isinstance(dtype, pd.CategoricalDtype):
        return not pd.api.types.is_numeric_dtype(dtype.categories.dtype)
    if dtype is not None and getattr(dtype, "kind", "O") in "iufb":
        return False
    return any(isinstance(value, str) for value in values)


def _steps_of_words(
    values: Any, argument: str, words: Mapping[str, int], missing_codes: tuple[Any, ...], unknown: float | None
) -> Column:
    try:
        codes, keys = labels(values, argument)
    except InvalidData:  # numbers stand among words, as in exports with labels at the ends of a scale
        codes, keys = labels(_as_texts(values), argument)
    absent_words = {plain_words(str(code)) for code in missing_codes}
    plain = ["" if key is None else plain_words(key) for key in keys]
    absent = np.array([key is None or word in absent_words for key, word in zip(keys, plain, strict=True)], dtype=bool)
    known = _plain_steps(words)
    found = [words.get(key, known.get(word)) for key, word in zip(keys, plain, strict=True)]
    steps = np.array(
        [0 if gone else NO_STEP if step is None else step for step, gone in zip(found, absent, strict=True)],
        dtype=np.int64,
    )
    strange: BoolArray = (steps == NO_STEP)[codes]
    if strange.any() and unknown is not None:
        return Column(values=np.where(steps == NO_STEP, unknown, steps)[codes], missing=absent[codes])
    if strange.any():
        refuse([_unknown(codes, keys, strange, argument, words)])
    return Column(values=steps[codes], missing=absent[codes])


def _plain_steps(words: Mapping[str, int]) -> dict[str, int]:
    """Return the step of each plain word; words of several steps that differ in case or blanks only are not plain."""
    steps: dict[str, set[int]] = {}
    for word, step in words.items():
        steps.setdefault(plain_words(word), set()).add(step)
    return {word: next(iter(found)) for word, found in steps.items() if len(found) == 1}


def _as_texts(values: Any) -> list[Any]:
    """Return answers with numbers as texts: the label of a step is its number where it has no other."""
    numbers = (int, float, np.integer, np.floating)
    return [
        f"{value:.16g}" if isinstance(value, numbers) and not isinstance(value, bool) and value == value else value
        for value in values
    ]


def _unknown(codes: Any, keys: Any, unknown: BoolArray, argument: str, words: Mapping[str, int]) -> Fault | None:
    given = [keys[code] for code in codes.tolist()]
    near = get_close_matches(str(given[int(np.argmax(unknown))]), list(words), n=1)
    remedy = f"Did you mean {near[0]!r}?" if near else ""
    return fault_of(argument, f"be labels of the scale ({', '.join(words)})", unknown, given, "unknown_label", remedy)
