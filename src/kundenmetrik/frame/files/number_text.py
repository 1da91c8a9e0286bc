"""Numbers as text: the decimal mark and the mark between thousands found over the whole column, or given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.errors import InvalidArgument

DecimalMark = Literal[".", ","]
MARKS: tuple[DecimalMark, ...] = get_args(DecimalMark)
LONGEST = 64
"""Letters that a number has at most."""
GROUPS = {".": ",", ",": "."}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Converted:
    """A column that was read: its values, which cells broke which rule, and what was found out about it."""

    values: Any
    broken: BoolArray
    rule: str
    code: str = "unreadable"
    remedy: str = ""
    found: str = ""


def check_decimal(decimal: object) -> None:
    """Refuse a decimal mark that is neither a point nor a comma."""
    if decimal is not None and not (isinstance(decimal, str) and decimal in MARKS):
        raise InvalidArgument("decimal", "be '.' or ','", decimal)


def read_numbers(cells: pd.Series[Any], decimal: str | None, *, whole: bool = False) -> Converted:
    """Return a column of numbers and of numbers as text; what reads two ways is refused."""
    objects = cells.to_numpy(dtype=object)
    is_text = np.fromiter((isinstance(cell, str) for cell in objects), np.bool_, len(objects))
    values = np.fromiter((np.nan if text else _as_float(cell) for cell, text in zip(objects, is_text)), np.float64)  # noqa: B905
    given = ~np.asarray(pd.isna(objects), dtype=np.bool_)
    codes, texts = pd.factorize(objects[is_text])
    mark, alternatives = _mark(texts, decimal)
    values[is_text] = alternatives[mark][codes] if len(texts) else []
    broken = given & np.isnan(values)
    result: Any = pd.Series(values)
    if whole and len(values) and given.all() and not broken.any() and (values == np.floor(values)).all():
        result = result.astype(np.int64)
    if decimal is None and len(texts) and not broken.any():
        differs = np.zeros(len(objects), dtype=np.bool_)
        differs[is_text] = _two_readings(alternatives)[codes]
        if differs.any():
            rule = "read one way; a point or a comma before three digits may part thousands or decimals"
            remedy = 'Say decimal="," or decimal=".".'
            return Converted(values=result, broken=differs, rule=rule, code="ambiguous", remedy=remedy)
    marked = any(sign in text for text in texts for sign in MARKS)
    rule = f"be numbers with {mark!r} as the decimal mark"
    return Converted(values=result, broken=broken, rule=rule, found=mark if marked else "")


def _as_float(cell: Any) -> float:
    """Return a number as a float, NaN where a cell is none."""
    if isinstance(cell, (int, float, np.integer, np.floating)) and not isinstance(cell, bool):
        return float(cell)
    return np.nan


def _mark(texts: NDArray[Any], decimal: str | None) -> tuple[str, dict[str, FloatArray]]:
    """Return the decimal mark that reads the most cells, and what each mark reads."""
    marks = MARKS if decimal is None else (decimal,)
    read = {mark: np.array([_number(text, mark) for text in texts], dtype=np.float64) for mark in marks}
    return min(marks, key=lambda mark: int(np.isnan(read[mark]).sum())), read


def _two_readings(alternatives: dict[str, FloatArray]) -> BoolArray:
    """Return the texts that differ by mark, where both marks read the whole column."""
    point, comma = (alternatives[mark] for mark in MARKS)
    if np.isnan(point).any() or np.isnan(comma).any():
        return np.zeros(len(point), dtype=np.bool_)
    return np.asarray(point != comma)


def _number(text: str, mark: str) -> float:
    """Return what a text is with a decimal mark; NaN where it is no number.

    >>> [_number(text, ",") for text in ("1.299,00", "1 299", "1299,5", "1.29", "1.299.00")]
    [1299.0, 1299.0, 1299.5, nan, nan]
    """
    plain = text.strip().replace("\u2212", "-")
    if len(plain) > LONGEST or not _pattern(mark).fullmatch(plain):
        return np.nan
    return float(re.sub(rf"[^\d{mark}eE+-]", "", plain).replace(mark, "."))


@lru_cache(maxsize=4)
def _pattern(mark: str) -> re.Pattern[str]:
    """Return how numbers are written: plain, or in groups of three with one mark between them."""
    escaped, group = re.escape(mark), re.escape(GROUPS[mark])
    plain = rf"(?:\d+(?:{escaped}\d*)?|{escaped}\d+)(?:[eE][+-]?\d+)?"
    grouped = rf"[1-9]\d{{0,2}}([{group} '\u2019\u00a0\u202f])\d{{3}}(?:\1\d{{3}})*(?:{escaped}\d*)?"
    return re.compile(rf"[+-]?(?:{plain}|{grouped})", re.ASCII)
