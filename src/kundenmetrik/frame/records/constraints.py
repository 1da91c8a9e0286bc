"""The constraints of a field, checked on a whole column of one type at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from pydantic import AllowInfNan

from kundenmetrik.core.arrays import BoolArray, IntArray
from kundenmetrik.frame.records.schema import Alternative
from kundenmetrik.frame.records.typed_cells import Part

CHUNK = 512
"""How many texts are looked at in one go: few enough to copy, many enough to be quick."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Broken:
    """One rule that some rows of one column break."""

    column: str
    code: str
    text: str
    rows: IntArray
    remedy: str = ""


def broken_limits(name: str, alternative: Alternative, part: Part) -> Iterator[Broken]:
    """Yield the constraints of one alternative that some cells of its type break."""
    for code, text, mask in (*_of_the_type(alternative, part), *_of_the_field(alternative, part)):
        if mask.any():
            yield Broken(column=name, code=code, text=text, rows=part.at(mask))


Verdict = tuple[str, str, BoolArray]


def _of_the_type(alternative: Alternative, part: Part) -> Iterator[Verdict]:
    """Yield what the type itself asks for: that a record can hold the value exactly."""
    if alternative.base is float:
        yield "inexact", "be a number that a float holds exactly", np.isnan(part.floats)
    elif alternative.base is int and part.base is float:
        yield "not_whole", "be a whole number", ~(np.floor(part.values) == part.values) | np.isinf(part.values)
    elif alternative.base is datetime:
        yield "moment", "be a time that exists, in whole microseconds, of the years 1 to 9999", np.isnat(part.values)
    elif alternative.base is str and part.values.dtype == object:
        yield "unicode", "be text without lone surrogates", _surrogates(part.values)


def _surrogates(values: pd.Series[Any]) -> BoolArray:
    cells = values.tolist()
    if all("".join(cells[start : start + CHUNK]).isascii() for start in range(0, len(cells), CHUNK)):
        return np.zeros(len(cells), dtype=np.bool_)
    return np.fromiter((_lone(cell) for cell in cells), np.bool_, len(cells))


def _lone(cell: str) -> bool:
    return not cell.isascii() and any("\ud800" <= letter <= "\udfff" for letter in cell)


def _of_the_field(alternative: Alternative, part: Part) -> Iterator[Verdict]:
    if alternative.choices:
        names = ", ".join(map(repr, alternative.choices))
        yield "choice", f"be one of {names}", _among(part.values, lambda cell: cell not in alternative.choices)
    if alternative.base is not str:
        yield from _verdicts(alternative, part.values)
    elif alternative.limits and any(
        mask.any() for _, _, mask in _verdicts(alternative, _distinct_lengths(part.values))
    ):
        yield from _verdicts(alternative, _lengths(part.values))


def _verdicts(alternative: Alternative, values: Any) -> Iterator[Verdict]:
    for limit in alternative.limits:
        match limit:
            case Ge(ge=low):
                yield "ge", f"be at least {low}", values < low
            case Gt(gt=low):
                yield "gt", f"be above {low}", values <= low
            case Le(le=high):
                yield "le", f"be at most {high}", values > high
            case Lt(lt=high):
                yield "lt", f"be below {high}", values >= high
            case MinLen(min_length=least):
                yield "min_length", f"be at least {least} character{'s' * (least > 1)} long", values < least
            case MaxLen(max_length=most):
                yield "max_length", f"be at most {most:,} characters long", values > most
            case AllowInfNan(allow_inf_nan=False) if values.dtype.kind == "f":
                yield "not_finite", "be finite", np.isinf(values)


def _distinct_lengths(values: pd.Series[Any]) -> IntArray:
    if values.dtype == object:
        return np.array(list(set(map(len, values.tolist()))), dtype=np.int64)
    return _lengths(values)


def _lengths(values: pd.Series[Any]) -> IntArray:
    if values.dtype == object:
        return np.fromiter(map(len, values.tolist()), np.int64, len(values))
    return values.str.len().to_numpy().astype(np.int64)


def _among(values: pd.Series[Any], offends: Any) -> BoolArray:
    """Return which cells offend, asking each distinct one once."""
    offending = [cell for cell in pd.unique(values).tolist() if offends(cell)]
    return values.isin(offending).to_numpy(np.bool_) if offending else np.zeros(len(values), dtype=np.bool_)
