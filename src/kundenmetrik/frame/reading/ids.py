"""Identity: whose row it is, as a whole number, and the way back to the id."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import BoolArray, IntArray
from kundenmetrik.errors import Fault
from kundenmetrik.frame.reading.faults import fault_of

__all__ = ["Identity", "ascending", "identified"]

ROOM = 46
"""Bits that an id and a row number may take together, so that a day still fits into the same key."""
SAMPLE = 4096
LONGEST = 64
"""Letters up to which ids are sorted as numbers."""
ALIKE = "be all whole numbers or all strings"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Identity:
    """The customer of each row as a code, -1 where missing, and the id of each code.

    Attributes
    ----------
    codes : ndarray of int64
        One code a row.
    names : ndarray or None
        The id of each code; None where the id is the code plus ``base``.
    base : int
        What a code lacks to be the id, where there are no names.
    """

    codes: IntArray
    names: NDArray[Any] | None = None
    base: int = 0

    def take(self, rows: NDArray[Any]) -> Identity:
        """Return some of the rows."""
        return replace(self, codes=self.codes[rows])

    def ids(self, codes: IntArray) -> NDArray[Any]:
        """Return the ids of some codes."""
        return codes + self.base if self.names is None else self.names[codes]


def identified(column: pd.Series[Any], name: str, used: BoolArray, faults: list[Fault | None]) -> Identity:
    """Read a column of ids: whole numbers as they are where they are small, all else through a hash table."""
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iu" and column.dtype != np.uint64:
        ids = column.to_numpy(dtype=np.int64)
        low, high = int(ids.min()), int(ids.max())
        if (high - min(low, 0)).bit_length() + len(ids).bit_length() <= ROOM:
            return Identity(codes=ids if low >= 0 else ids - low, base=min(low, 0))
    codes, found = _factorized(column)
    names, wrong = _names(np.asarray(found) if found.dtype.kind == "i" else np.asarray(found, dtype=object))
    if wrong.any():
        mask = np.append(wrong, False)[codes] & used
        faults.append(fault_of(name, ALIKE, mask, column, "not_an_id", "Turn all ids into strings."))
    if names.dtype == object and (blank := np.flatnonzero(names == "")).size:
        codes = np.where(codes == blank[0], -1, codes)
    return Identity(codes=np.asarray(codes, dtype=np.int64), names=names)


def _factorized(column: pd.Series[Any]) -> tuple[IntArray, Any]:
    """Return the kind of each row and the kinds; where rows share their objects, only one of each is hashed."""
    objects = column.to_numpy() if column.dtype == object else None
    if objects is None or not objects.flags.c_contiguous or not _shares(objects[:SAMPLE]):
        return pd.factorize(column)
    kinds, addresses = pd.factorize(_addresses(objects))
    place = np.empty(len(addresses), dtype=np.int64)
    place[kinds[::-1]] = np.arange(len(kinds))[::-1]
    codes, found = pd.factorize(pd.Series(objects[place], dtype=object))
    return codes[kinds], found


def _shares(objects: NDArray[Any]) -> bool:
    """Tell whether equal ids are one object, as CSV readers and lookups make them, from rows that have equal ones."""
    try:
        return len(set(map(id, objects))) == len(set(objects)) < len(objects)
    except TypeError:
        return False


def _addresses(objects: NDArray[Any]) -> IntArray:
    """Return where the objects of an array lie: two rows with one address hold the same object."""
    start = ctypes.cast(objects.ctypes.data, ctypes.POINTER(ctypes.c_ssize_t))
    return np.ctypeslib.as_array(start, shape=objects.shape).astype(np.int64)


def ascending(ids: NDArray[Any]) -> IntArray | None:
    """Return the order that sorts the ids, None where they are sorted."""
    if ids.dtype != object:
        return None if bool((ids[1:] > ids[:-1]).all()) else np.argsort(ids)
    return _text_order(ids)


def _text_order(ids: NDArray[Any]) -> IntArray:
    """Sort text by eight letters at a time as big-endian numbers, three times faster than letter by letter."""
    longest = max(map(len, ids), default=0)
    if longest > LONGEST or not all(map(str.isascii, ids)):
        return np.array(sorted(range(len(ids)), key=ids.tolist().__getitem__), dtype=np.int64)
    words = ids.astype(f"S{-(-longest // 8) * 8}").view(">u8").reshape(len(ids), -1)
    return np.lexsort(words.T[::-1].astype(np.uint64))


def _names(found: NDArray[Any]) -> tuple[NDArray[Any], BoolArray]:
    """Return the distinct ids and which of them are neither text nor whole numbers, or not like the others."""
    if found.dtype.kind == "i" or set(map(type, found)) == {str}:
        return found, np.zeros(len(found), dtype=bool)
    text = np.fromiter((isinstance(value, str) for value in found), dtype=bool, count=len(found))
    whole = np.fromiter((_is_whole(value) for value in found), dtype=bool, count=len(found))
    if whole.all():
        return found.astype(np.int64), ~whole
    return found, ~text if text.any() else ~whole


def _is_whole(value: Any) -> bool:
    """Tell whether an id is a whole number; a column with a gap holds 17 as 17.0."""
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        return False
    return float(value).is_integer() and abs(value) < 2**53 if isinstance(value, float) else True
