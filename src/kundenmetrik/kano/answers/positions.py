"""One column of answers read as positions, with every fault found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from numbers import Real
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.errors import FIRST, Fault, InvalidType
from kundenmetrik.kano.answers.wordings import KnownLabels, plain_label

MISSING, OUT_OF_SCALE, NOT_A_STEP = 0, 6, 7
"""What stands in place of a position from 1 to 5."""
Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Positions:
    """A column of answers as codes, the faults in it and the labels it used."""

    codes: Codes
    faults: tuple[Fault, ...]
    labels: frozenset[str] = frozenset()


def read_positions(column: pd.Series, *, name: str, steps: int, known: KnownLabels) -> Positions:
    """Return the codes of a column: 0 missing, 1 to ``steps``, 6 out of scale, 7 not a step or label."""
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_complex_dtype(column.dtype):
        raise InvalidType(name, "hold positions or labels", column.dtype)
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu":
        values = column.to_numpy()
        if len(values) and values.min() >= 1 and values.max() <= steps:
            return Positions(codes=values.astype(np.int8, copy=False), faults=())
        return _with_faults(_integer_codes(values, steps), column, name, steps, known)
    if pd.api.types.is_numeric_dtype(column.dtype):
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        return _with_faults(_float_codes(numbers, steps), column, name, steps, known)
    return _label_positions(column, name, steps, known)


def _integer_codes(values: NDArray[Any], steps: int) -> Codes:
    return np.where((values >= 1) & (values <= steps), values, OUT_OF_SCALE).astype(np.int8)


def _float_codes(values: NDArray[np.float64], steps: int) -> Codes:
    missing = np.isnan(values)
    inside = (values >= 1) & (values <= steps)
    step = inside & (values == np.where(inside, values, 0).astype(np.int8))
    codes = np.where(step, values, np.where(inside, NOT_A_STEP, OUT_OF_SCALE))
    return np.where(missing, MISSING, codes).astype(np.int8)


def _label_positions(column: pd.Series, name: str, steps: int, known: KnownLabels) -> Positions:
    unreadable = _unreadable(column)
    places, distinct = pd.factorize(column.mask(unreadable) if unreadable.any() else column)
    table = np.array([*(_code(value, steps, known) for value in distinct), MISSING], dtype=np.int8)
    codes = np.where(unreadable, np.int8(NOT_A_STEP), table[places])
    labels = frozenset(plain_label(value) for value in distinct if isinstance(value, str))
    return replace(_with_faults(codes, column, name, steps, known), labels=labels & known.positions.keys())


def _unreadable(column: pd.Series) -> NDArray[np.bool_]:
    """Return where a column of objects holds neither text nor number; a boolean is none, though it equals 0 or 1."""
    if column.dtype != object:
        return np.zeros(len(column), dtype=bool)
    return np.fromiter((_is_unreadable(value) for value in column), dtype=bool, count=len(column))


def _is_unreadable(value: object) -> bool:
    if isinstance(value, (str, Real)):
        return isinstance(value, bool)
    return not (value is None or value is pd.NA or value is pd.NaT)


def _code(value: object, steps: int, known: KnownLabels) -> int:
    if isinstance(value, str):
        position = known.positions.get(plain_label(value), NOT_A_STEP)
        return position if position <= steps or position == NOT_A_STEP else OUT_OF_SCALE
    if not isinstance(value, Real):
        return NOT_A_STEP
    return int(_float_codes(np.array([value], dtype=np.float64), steps)[0])


def _with_faults(codes: Codes, column: pd.Series, name: str, steps: int, known: KnownLabels) -> Positions:
    if not len(codes) or codes.max() <= steps:
        return Positions(codes=codes, faults=())
    faults = [
        _fault(column, np.flatnonzero(codes == OUT_OF_SCALE), name, f"lie from 1 to {steps}", "out_of_scale"),
        *_step_faults(column, np.flatnonzero(codes == NOT_A_STEP), name, steps, known),
    ]
    return Positions(codes=codes, faults=tuple(fault for fault in faults if fault.count))


def _step_faults(column: pd.Series, rows: NDArray[np.intp], name: str, steps: int, known: KnownLabels) -> list[Fault]:
    text = np.array([isinstance(value, str) for value in column.iloc[rows]], dtype=bool)
    hint = _nearest_labels(column.iloc[rows[text]].unique()[:FIRST], known)
    return [
        _fault(column, rows[~text], name, f"be whole steps from 1 to {steps}", "not_a_step"),
        _fault(column, rows[text], name, "be known answer labels", "unknown_label", hint),
    ]


def _fault(column: pd.Series, rows: NDArray[np.intp], name: str, rule: str, code: str, remedy: str = "") -> Fault:
    first = rows[:FIRST]
    return Fault(
        column=name,
        rule=rule,
        count=len(rows),
        of=len(column),
        rows=tuple(first.tolist()),
        values=tuple(column.iloc[first].tolist()),
        code=code,
        remedy=remedy,
    )


def _nearest_labels(labels: Iterable[str], known: KnownLabels) -> str:
    near = dict.fromkeys(match for label in labels if (match := known.nearest(label)))
    hints = ", ".join(f"{label!r} ({known.positions[plain_label(label)]})" for label in near)
    if hints:
        return f"The nearest known: {hints}."
    if all(label.strip().isdecimal() for label in labels):
        return "Positions must be numbers: convert the text, for instance with pandas.to_numeric."
    return "Pass labels={label: position} for labels of your own."
