"""One column of answers read as positions, with every fault found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Real

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.errors import FIRST, Fault, InvalidType
from kundenmetrik.frame.reading.faults import fault_of
from kundenmetrik.kano.answers.questionnaire import KnownLabels, plain_label

MISSING, OUT_OF_SCALE, NOT_A_STEP = 0, 6, 7
"""What stands in place of a position from 1 to 5."""
Codes = NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Positions:
    """A column of answers as codes, the faults in it and the labels it used."""

    codes: Codes
    faults: tuple[Fault | None, ...] = ()
    labels: frozenset[str] = frozenset()


def read_positions(column: pd.Series, *, name: str, steps: int, known: KnownLabels) -> Positions:
    """Return the codes of a column: 0 missing, 1 to ``steps``, 6 out of scale, 7 not a step or label."""
    if pd.api.types.is_bool_dtype(column.dtype) or pd.api.types.is_complex_dtype(column.dtype):
        raise InvalidType(name, "hold positions or labels", column.dtype)
    labels: frozenset[str] = frozenset()
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu":
        values = column.to_numpy()
        if len(values) and values.min() >= 1 and values.max() <= steps:
            return Positions(codes=values.astype(np.int8, copy=False))
        codes = np.where((values >= 1) & (values <= steps), values, OUT_OF_SCALE).astype(np.int8)
    elif pd.api.types.is_numeric_dtype(column.dtype):
        codes = _float_codes(column.to_numpy(dtype=np.float64, na_value=np.nan), steps)
    else:
        codes, labels = _label_codes(column, steps, known)
    return Positions(codes=codes, faults=_faults(codes, column, name, steps, known), labels=labels)


def _float_codes(values: FloatArray, steps: int) -> Codes:
    missing = np.isnan(values)
    inside = (values >= 1) & (values <= steps)
    step = inside & (values == np.where(inside, values, 0).astype(np.int8))
    codes = np.where(step, values, np.where(inside, NOT_A_STEP, OUT_OF_SCALE))
    return np.where(missing, MISSING, codes).astype(np.int8)


def _label_codes(column: pd.Series, steps: int, known: KnownLabels) -> tuple[Codes, frozenset[str]]:
    """Return the codes of objects and the known labels among them."""
    unreadable = np.zeros(len(column), dtype=bool)
    if column.dtype == object:
        unreadable = np.fromiter(map(_is_unreadable, column), dtype=bool, count=len(column))
    places, distinct = pd.factorize(column.mask(unreadable) if unreadable.any() else column)
    table = np.array([*(_code(value, steps, known) for value in distinct), MISSING], dtype=np.int8)
    labels = frozenset(plain_label(value) for value in distinct if isinstance(value, str))
    return np.where(unreadable, np.int8(NOT_A_STEP), table[places]), labels & known.positions.keys()


def _is_unreadable(value: object) -> bool:
    """Whether an object is neither text nor number; a boolean is none, though it equals 0 or 1."""
    if isinstance(value, (str, Real)):
        return isinstance(value, bool)
    return not (value is None or value is pd.NA or value is pd.NaT)


def _code(value: object, steps: int, known: KnownLabels) -> int:
    if isinstance(value, str):
        position = known.positions.get(plain_label(value), NOT_A_STEP)
        return position if position <= steps or position == NOT_A_STEP else OUT_OF_SCALE
    if not isinstance(value, Real):
        return NOT_A_STEP
    try:
        number = float(value)
    except OverflowError:
        return OUT_OF_SCALE
    return int(_float_codes(np.array([number], dtype=np.float64), steps)[0])


def _faults(codes: Codes, column: pd.Series, name: str, steps: int, known: KnownLabels) -> tuple[Fault | None, ...]:
    if not len(codes) or codes.max() <= steps:
        return ()
    off, no_step = codes == OUT_OF_SCALE, codes == NOT_A_STEP
    text = no_step.copy()
    text[no_step] = [isinstance(value, str) for value in column[no_step]]
    hint = _nearest_labels(column[text].unique()[:FIRST], known)
    return (
        fault_of(name, f"lie from 1 to {steps}", off, column, "out_of_scale"),
        fault_of(name, f"be whole steps from 1 to {steps}", no_step & ~text, column, "not_a_step"),
        fault_of(name, "be known answer labels", text, column, "unknown_label", hint),
    )


def _nearest_labels(labels: Iterable[str], known: KnownLabels) -> str:
    near = dict.fromkeys(match for label in labels if (match := known.nearest(label)))
    hints = ", ".join(f"{label!r} ({known.positions[plain_label(label)]})" for label in near)
    if hints:
        return f"The nearest known: {hints}."
    if all(label.strip().isdecimal() for label in labels):
        return "Positions must be numbers: convert the text, for instance with pandas.to_numeric."
    return "Pass labels={label: position} for labels of your own."
