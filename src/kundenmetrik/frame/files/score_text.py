"""Answers as text: numbers beside the words of a scale, words of a scale, and words for no answer."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.frame.files.column_names import known_words, plain_word
from kundenmetrik.frame.files.number_text import Converted, read_numbers

LABELLED = re.compile(r"\s*([+-]?[0-9]{1,4})(?:\s*[(=:]|\s+[-–—]?)\s*[^\W\d_]\D*", re.DOTALL)
"""A number and the words of its step, such as ``10 (äußerst wahrscheinlich)``, ``10 - sehr`` or ``1 sehr gut``."""


def read_scores(
    cells: pd.Series[Any], decimal: str | None, missing: Collection[str], labels: Mapping[str, float]
) -> tuple[Converted, dict[str, str]]:
    """Return a column of answers as numbers, and what was found out: words beside numbers, words for no answer."""
    words = {plain_word(word): step for word, step in labels.items()}
    objects = cells.to_numpy(dtype=object).copy()
    absent: list[str] = []
    labelled: list[str] = []
    none = {plain_word(word) for word in known_words()["answers"]["missing"]}
    told = {plain_word(word) for word in missing}
    for text, rows in _rows_of(objects).items():
        plain = plain_word(text)
        if plain in words:
            objects[rows] = words[plain]
        elif plain in told or (isinstance(text, str) and plain in none):
            objects[rows] = None
            absent.append(f"{text!r} ({len(rows)})")
        elif isinstance(text, str) and (found := LABELLED.fullmatch(text)):
            objects[rows] = float(found[1])
            labelled.append(repr(text))
    return read_numbers(pd.Series(objects, dtype=object), decimal), {
        code: ", ".join(words) for code, words in (("labelled", labelled), ("no_answer", absent)) if words
    }


def _rows_of(objects: Any) -> dict[Any, Any]:
    """Return the rows of each distinct cell that is there."""
    codes, found = pd.factorize(objects)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(found) + 1))
    return {cell: order[starts[place] : starts[place + 1]] for place, cell in enumerate(found)}
