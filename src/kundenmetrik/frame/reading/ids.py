"""Ids: whose row it is, as a whole number, and the way back; one rule for all families."""

from __future__ import annotations

import ctypes
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import AnyArray, BoolArray, IntArray
from kundenmetrik.errors import Fault, InvalidType
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.keys import FLOATS, join_spellings
from kundenmetrik.frame.reading.other_libraries import as_plain
from kundenmetrik.frame.reading.python_objects import no_column

KEY_BITS = 46
"""Bits that an id and a row number may take together, so that a day still fits into the same key."""
SAMPLE_SIZE = 4096
MAX_LETTERS = 64
"""Letters up to which ids are sorted as numbers."""
ALIKE = "be all whole numbers or all strings"
COLUMNS = (np.ndarray, pd.Series, pd.Index, pd.api.extensions.ExtensionArray, list, tuple, range, set, frozenset)
NESTED = (tuple, list, dict, set, frozenset, np.ndarray)
ONE, JOIN = "hold whole numbers or texts, one id each", "Join the parts into one text."


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ids:
    """The customer of each row as a code, in the order of the ids, and the id of each code.

    Attributes
    ----------
    codes : ndarray of int64
        One code a row, -1 where the id is missing.
    span : int
        Every code is below it.
    names : ndarray or None
        The id of each code; None where the id is the code plus ``base``.
    base : int
        What a code lacks to be the id, where there are no names.
    """

    codes: IntArray
    span: int
    names: AnyArray | None = None
    base: int = 0

    def take(self, rows: AnyArray) -> Ids:
        """Return some of the rows."""
        return replace(self, codes=self.codes[rows])

    def names_of(self, codes: IntArray) -> AnyArray:
        """Return the ids of some codes."""
        return codes + self.base if self.names is None else self.names[codes]

    def dense(self) -> Ids:
        """Return the same ids with codes that have few gaps; no id may be missing."""
        if self.span <= 4 * self.codes.size + 1024:
            return self
        present, codes = np.unique(self.codes, return_inverse=True)
        return Ids(codes=codes, span=len(present), names=self.names_of(present))

    def with_others(self, ids: pd.Series[Any], argument: str) -> tuple[Ids, Ids]:
        """Return these ids and others in one numbering."""
        own = pd.Series(self.names_of(self.codes))
        if not len(ids):
            return self.dense(), Ids(codes=np.empty(0, dtype=np.int64), span=0)
        parts = [own, ids] if own.dtype == ids.dtype else [own.astype(object), ids.astype(object)]
        both = read_ids(pd.concat(parts, ignore_index=True), argument).dense()
        return both.take(np.arange(len(own))), both.take(np.arange(len(own), len(both.codes)))


def read_ids(
    column: Any, argument: str, faults: list[Fault | None] | None = None, used: BoolArray | None = None
) -> Ids:
    """Return a column of ids as codes.

    Ids are whole numbers or texts, all alike. A missing id and an empty text have the code -1.

    Parameters
    ----------
    column : Series
        The ids.
    argument : str
        What an error calls it.
    faults : list, optional
        Where faults are put; without it they are refused.
    used : ndarray of bool, optional
        The rows whose ids matter.
    """
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu" and len(column):
        whole = _narrow_ids(column.to_numpy())
        if whole is not None:
            return whole
    codes, names = _factorize(column, argument)
    names, fault = _checked_names(codes, names, column, argument, used)
    if fault is None and names.dtype == object:
        codes, texts = join_spellings(codes, names.tolist())
        names = np.array(texts, dtype=object)
    if faults is None:
        refuse([fault])
    else:
        faults.append(fault)
    order = _ascending(names) if fault is None else np.arange(len(names))
    rank = np.empty(len(names) + 1, dtype=np.int64)
    rank[order], rank[-1] = np.arange(len(names)), -1
    if names.dtype == object:
        rank[:-1][names == ""] = -1
    return Ids(codes=rank[codes], span=len(names), names=names[order])


def _narrow_ids(ids: AnyArray) -> Ids | None:
    """Return whole numbers as their own codes where they lie close enough together."""
    low, high = int(ids.min()), int(ids.max())
    base = low if low < 0 or 2 * low > high else 0
    if high >= 2**63 or (high - base).bit_length() + len(ids).bit_length() > KEY_BITS:
        return None
    ids = ids.astype(np.int64, copy=False)
    return Ids(codes=ids - base if base else ids, span=high - base + 1, base=base)


def id_array(column: object) -> AnyArray:
    """Return ids in their order, as integers where all are whole numbers, else as objects."""
    if isinstance(column, (set, frozenset)):
        raise no_column(column, "customer_id")
    ids = _series(column, "customer_id")
    if isinstance(ids.dtype, np.dtype) and ids.dtype.kind in "iu":
        return ids.to_numpy(dtype=np.uint64 if ids.dtype == np.uint64 else np.int64)
    values = np.asarray(ids.astype(object).to_numpy())
    return _integers(values) if len(values) and set(map(type, values)) <= {int} else values


def ids_of_columns(columns: Mapping[str, Any]) -> tuple[list[pd.Series[Any]], list[IntArray]]:
    """Return columns of ids as they were given, and as numbers: the same id is the same number in all of them."""
    given = [_series(values, name) for name, values in columns.items()]
    arrays = [column.to_numpy() for column in given]
    if all(array.dtype.kind in "iu" and array.dtype != np.uint64 for array in arrays if array.size):
        return given, [array.astype(np.int64, copy=False) for array in arrays]
    for name, column in zip(columns, given, strict=True):
        missing = np.asarray(column.isna()) | np.asarray(column.astype(object) == "", dtype=bool)
        refuse([fault_of(name, "hold an id in every row", missing, column, "missing", private=True)])
    both = read_ids(_one_below_the_other(given), " and ".join(columns))
    return given, list(np.split(both.codes, np.cumsum([array.size for array in arrays])[:-1]))


def _one_below_the_other(columns: list[pd.Series[Any]]) -> pd.Series[Any]:
    """Return one column below the other; as floats, signed and unsigned numbers would blur."""
    parts = [column for column in columns if len(column)]
    alike = len({column.dtype for column in parts}) == 1
    return pd.concat(parts if alike else [column.astype(object) for column in parts], ignore_index=True)


def _series(values: Any, argument: str) -> pd.Series[Any]:
    """Return one column of ids; a table, and ids that are made of several values, are refused."""
    ids = _of_library(values)
    if not isinstance(ids, COLUMNS) or isinstance(ids, pd.MultiIndex) or getattr(ids, "ndim", 1) != 1:
        raise no_column(ids, argument)
    if isinstance(ids, np.ma.MaskedArray):
        ids = pd.Series(ids.data.astype(object)).mask(np.ma.getmaskarray(ids), None)
    column = pd.Series(list(ids) if isinstance(ids, (set, frozenset)) else ids, copy=False)
    if column.dtype == object and any(issubclass(kind, NESTED) for kind in set(map(type, column))):
        raise InvalidType(argument, ONE, remedy=JOIN)
    return column


def _of_library(values: Any) -> Any:
    """Return a column of another library as one of pandas, and anything else as it is."""
    plain = as_plain(values)
    if plain is None:
        return values
    data, missing = plain
    column = pd.Series(data, dtype=object if isinstance(data, list) else None, copy=False)
    return column if missing is None else column.astype(object).mask(missing, None)


def _factorize(column: pd.Series[Any], argument: str) -> tuple[IntArray, AnyArray]:
    """Return the kind of each row and the kinds; where rows share their objects, only one of each is hashed."""
    objects = column.to_numpy() if column.dtype == object else None
    try:
        if objects is None or not objects.flags.c_contiguous or not _shares(objects[:SAMPLE_SIZE]):
            codes, found = pd.factorize(column)
            kinds = np.asarray(found) if found.dtype.kind in "iuf" else np.asarray(found, dtype=object)
            return codes, kinds
        kinds, addresses = pd.factorize(_addresses(objects))
        place = np.empty(len(addresses), dtype=np.int64)
        place[kinds[::-1]] = np.arange(len(kinds))[::-1]
        codes, found = pd.factorize(pd.Series(objects[place], dtype=object))
    except TypeError:
        raise InvalidType(argument, ONE, remedy=JOIN) from None
    return codes[kinds], np.asarray(found, dtype=object)


def _shares(objects: AnyArray) -> bool:
    """Tell whether equal ids are one object, as CSV readers and lookups make them, from rows that have equal ones."""
    try:
        return len(set(map(id, objects))) == len(set(objects)) < len(objects)
    except TypeError:
        return False


def _addresses(objects: AnyArray) -> IntArray:
    """Return where the objects of an array lie: two rows with one address hold the same object."""
    start = ctypes.cast(objects.ctypes.data, ctypes.POINTER(ctypes.c_ssize_t))
    return np.ctypeslib.as_array(start, shape=objects.shape).astype(np.int64)


def _checked_names(
    codes: IntArray, names: AnyArray, column: pd.Series[Any], argument: str, used: BoolArray | None
) -> tuple[AnyArray, Fault | None]:
    """Return the distinct ids, and the fault of the rows whose ids are neither text nor whole numbers, or mixed."""
    if names.dtype.kind in "iu" or (names.dtype == object and set(map(type, names)) <= {str}):
        return names, None
    rows = np.asarray(column.astype(object).to_numpy())  # 1, True and 1.0 are one name
    present = (codes >= 0) & (True if used is None else used)
    text, whole = (np.fromiter(map(test, rows), dtype=bool, count=len(rows)) for test in (_is_text, _is_whole))
    text &= present
    wrong = present & (~text if text.any() else ~whole)
    if not wrong.any():
        names = np.array([_plain_name(name, "" if text.any() else 0) for name in names], dtype=object)
        return names if text.any() or not len(names) else _integers(names), None
    floats = any(isinstance(value, (float, np.floating)) for value in rows[wrong])
    remedy = FLOATS if floats and not text.any() else "Turn all ids into strings."
    return names, fault_of(argument, ALIKE, wrong, rows, "not_an_id", remedy, private=True)


def _plain_name(name: Any, none: str | int) -> str | int:
    """Return an id as text or whole number; ``none`` for one of another kind, which only rows without use have."""
    if isinstance(none, str):
        return name if isinstance(name, str) else none
    if isinstance(name, (int, np.integer)):
        return int(name)
    return int(name) if isinstance(name, (float, np.floating)) and float(name).is_integer() else none


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_whole(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_))


def _integers(values: AnyArray) -> AnyArray:
    """Return whole numbers as int64, as uint64 where they need it, as objects where no 64 bits hold them all."""
    for kind in (np.int64, np.uint64):
        try:
            return np.array(values.tolist(), dtype=kind)
        except OverflowError:
            continue
    return values


def _ascending(ids: AnyArray) -> IntArray:
    """Return the order that sorts distinct ids; text is sorted by eight letters at a time as big-endian numbers."""
    if ids.dtype != object:
        return np.argsort(ids)
    longest = max(map(len, ids), default=0) if set(map(type, ids)) <= {str} else 0
    if longest == 0 or longest > MAX_LETTERS or not all(map(str.isascii, ids)):
        return np.array(sorted(range(len(ids)), key=ids.tolist().__getitem__), dtype=np.int64)
    words = ids.astype(f"S{-(-longest // 8) * 8}").view(">u8").reshape(len(ids), -1)
    return np.lexsort(words.T[::-1].astype(np.uint64))
