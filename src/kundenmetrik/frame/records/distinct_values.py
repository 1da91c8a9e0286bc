"""A column whose type only the model itself can judge: each distinct cell is validated once."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pydantic import TypeAdapter, ValidationError

from kundenmetrik.core.arrays import AnyArray, IntArray
from kundenmetrik.frame.records.constraints import Broken
from kundenmetrik.frame.records.typed_cells import plain_cells

BY_VALUE = frozenset({bool, int, float, str})
"""Types whose equal values are valid alike."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Distinct:
    """The distinct values that a column holds once validated; ``codes`` is -1 where a row has no valid value."""

    codes: IntArray
    values: tuple[Any, ...]
    broken: tuple[Broken, ...]


def distinct_cells(name: str, series: pd.Series[Any], missing: IntArray, adapter: TypeAdapter[Any]) -> Distinct:
    """Validate each distinct cell of a column; the missing rows are left to the rule of gaps."""
    numbers, cells = _row_numbers(plain_cells(series), missing)
    read = [_read(cell, adapter) for cell in cells]
    valid = np.array([*(not isinstance(value, _Refusal) for value in read), False], dtype=np.bool_)
    return Distinct(
        codes=np.where(valid[numbers], numbers, -1),
        values=tuple(read),
        broken=tuple(_broken_cells(name, numbers, read)),
    )


def _row_numbers(cells: AnyArray, missing: IntArray) -> tuple[IntArray, list[Any]]:
    """Return each row's number among the distinct cells, -1 where it is missing, and the distinct cells."""
    if pd.api.types.infer_dtype(cells, skipna=True) == "string":
        numbers, texts = pd.factorize(cells)
        return numbers.astype(np.int64), texts.tolist()
    numbers = np.full(len(cells), -1, dtype=np.int64)
    present = np.setdiff1d(np.arange(len(cells)), missing, assume_unique=True)
    keys = [_key(cell) for cell in cells[present]]
    distinct = dict(zip(keys, cells[present], strict=True))
    order = {key: number for number, key in enumerate(distinct)}
    numbers[present] = [order[key] for key in keys]
    return numbers, list(distinct.values())


def _key(cell: object) -> Hashable:
    kind = type(cell)
    if kind in BY_VALUE:
        return kind, cell
    return (kind, repr(cell)) if kind is tuple else (kind, id(cell))


def _read(cell: object, adapter: TypeAdapter[Any]) -> Any:
    try:
        return adapter.validate_python(cell)
    except ValidationError as error:
        return _Refusal(error)


class _Refusal:
    """Why the model refuses a value."""

    def __init__(self, error: ValidationError) -> None:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        self.reason = (first["type"], re.sub(r"^(.*? should|must) ", "", first["msg"]))


def _broken_cells(name: str, codes: IntArray, read: list[Any]) -> list[Broken]:
    reasons: dict[tuple[str, str], list[int]] = defaultdict(list)
    for code, value in enumerate(read):
        if isinstance(value, _Refusal):
            reasons[value.reason].append(code)
    return [
        Broken(column=name, code=code, text=text, rows=np.flatnonzero(np.isin(codes, refused)))
        for (code, text), refused in reasons.items()
    ]
