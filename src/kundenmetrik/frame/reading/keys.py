"""Reading a column of keys, such as segments or customer ids: which distinct keys there are, and who has which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import AnyArray, BoolArray, CodeArray, IntArray
from kundenmetrik.core.counting.scale_steps import parts
from kundenmetrik.core.spelling import one_spelling
from kundenmetrik.errors import FIRST, Fault, InvalidData, InvalidType
from kundenmetrik.frame.reading import other_libraries as foreign
from kundenmetrik.frame.reading.python_objects import as_objects, family, is_missing, no_column

Labels = tuple[CodeArray, list[Any]]
"""The place of each row's key, in integers of any width, and the keys."""

MAX_TABLE_LENGTH = 1 << 16
"""Whole keys within a range so wide, or four times as wide as the column is long, are looked up without hashing."""
NO_KEY = "hold keys: whole numbers, texts, booleans or dates"
FLOATS = "Whole ids became floats where some are missing: read the column as Int64 or as text."


def labels(values: object, argument: str) -> tuple[NDArray[np.intp], list[Any]]:
    """Return the distinct keys of a column and the place of each row's key among them.

    Keys are sorted; those of a categorical stand in the order of its categories, unobserved ones too. A missing key
    (None, NaN, NaT, pandas.NA) is a key of its own, None, and stands last. Texts that look the same are one key, in
    composed letters with plain blanks; those that differ in case or in blanks at their ends are different keys.

    Parameters
    ----------
    values : array-like
        Integers, texts, booleans, dates or a categorical; one type throughout.
    argument : str
        What an error calls it.

    Returns
    -------
    codes : ndarray of intp
        For each row the place of its key; it may share the caller's memory and is not to be written to.
    keys : list
        The keys as plain Python values.

    Raises
    ------
    InvalidType
        If it is no column, or its values cannot be keys, such as floats.
    InvalidData
        If keys of several types are mixed: 1 and '1' might be the same customer or not.
    """
    codes, keys = narrow_labels(values, argument)
    return codes.astype(np.intp, copy=False), keys


def narrow_labels(values: object, argument: str) -> Labels:
    """Return what ``labels`` returns, in codes as narrow as they come: to be counted, not to be added."""
    data, missing = _plain(values, argument)
    if isinstance(data, list):
        return _of_objects(data, argument)
    if isinstance(data, pd.Categorical):
        places, keys = labels(data.categories, argument)
        codes, found = join_spellings(data.codes, [keys[place] for place in places])
        return _with_missing(codes, found)
    if not isinstance(data, np.ndarray):
        return _labels_by_hash(data, argument)
    if data.dtype.kind == "f":
        return _of_floats(data, missing, argument)
    return _of_whole_numbers(data, missing)


def _plain(values: object, argument: str) -> tuple[Any, BoolArray | None]:
    """Return a column as an array of numbers with its mask, a pandas array, or a list of Python objects."""
    if isinstance(values, np.ndarray) and values.ndim == 1:
        return _of_array(values)
    if isinstance(values, pd.api.extensions.ExtensionArray):
        values = pd.Series(values)
    if isinstance(values, (pd.Series, pd.Index)):
        return _of_pandas(values)
    plain = foreign.as_plain(values)
    if plain is not None:
        return plain
    if isinstance(values, Sequence) and not isinstance(values, (str, bytes, bytearray)):
        return list(values), None
    raise no_column(values, argument)


def _of_array(values: AnyArray) -> tuple[Any, BoolArray | None]:
    mask = np.ma.getmaskarray(values) if isinstance(values, np.ma.MaskedArray) else None
    data = np.asarray(values)
    if data.dtype.kind in "iubf":
        return data, mask
    if data.dtype.kind in "mM" and mask is None:
        return pd.array(data), None
    items = as_objects(data)
    return items if mask is None else [None if gone else item for item, gone in zip(items, mask, strict=True)], None


def _of_pandas(values: pd.Series[Any] | pd.Index[Any]) -> tuple[Any, BoolArray | None]:
    dtype = values.dtype
    if isinstance(dtype, np.dtype):
        return _of_array(values.to_numpy())
    if isinstance(dtype, pd.ArrowDtype) and not pd.api.types.is_string_dtype(dtype):
        plain = foreign.as_plain(foreign.arrow_of(values))
        return plain if plain is not None else (values.tolist(), None)
    masked = foreign.data_and_mask(values.array)
    return masked if masked is not None and masked[0].dtype.kind in "iubf" else (values.array, None)


def _of_objects(items: list[Any], argument: str) -> Labels:
    """Return the keys of Python objects, which are all of one type."""
    kinds = _kinds_of(items)
    if len(kinds) > 1:
        raise InvalidData([_mixed_types(items, kinds, argument)])
    kind = next(iter(kinds), "missing")
    if kind == "missing":
        return np.zeros(len(items), np.intp), [None] if items else []
    if kind in ("real", "ratio", "complex"):
        raise InvalidType(argument, NO_KEY, next(item for item in items if not is_missing(item)), FLOATS)
    if kind in ("whole", "truth"):
        return _of_integers(items, np.bool_ if kind == "truth" else np.int64, argument)
    return _labels_by_hash(np.fromiter(items, object, len(items)), argument)


def _kinds_of(items: list[Any]) -> dict[str, list[type]]:
    """Return the types of the items by kind; those of dates and of all else are kinds of their own."""
    kinds: dict[str, list[type]] = {}
    for each in set(map(type, items)):
        name = family(each)
        kinds.setdefault(each.__name__ if name in ("other", "time") else name, []).append(each)
    kinds.pop("missing", None)
    if "real" in kinds and all(is_missing(item) for item in items if type(item) in kinds["real"]):
        del kinds["real"]
    return kinds


def _mixed_types(items: list[Any], kinds: dict[str, list[type]], argument: str) -> Fault:
    """Return the fault of a column with keys of several types, naming the rows of all but the commonest."""
    rows = {
        name: [row for row, item in enumerate(items) if type(item) in types and not is_missing(item)]
        for name, types in kinds.items()
    }
    commonest = max(rows, key=lambda name: len(rows[name]))
    odd = sorted(row for name, found in rows.items() if name != commonest for row in found)
    return Fault(
        column=argument,
        rule="be keys of one type",
        count=len(odd),
        of=len(items),
        rows=tuple(odd[:FIRST]),
        values=tuple(items[row] for row in odd[:FIRST]),
        code="mixed",
        remedy="Convert all of them to text or all to whole numbers.",
    )


def _of_integers(items: list[Any], dtype: type[np.generic], argument: str) -> Labels:
    missing = np.fromiter((is_missing(item) for item in items), np.bool_, len(items))
    try:
        data = np.array([0 if gone else item for item, gone in zip(items, missing, strict=True)], dtype=dtype)
    except OverflowError:
        return _labels_by_hash(np.fromiter(items, object, len(items)), argument)
    return _of_whole_numbers(data, missing)


def _of_floats(data: AnyArray, missing: BoolArray | None, argument: str) -> Labels:
    present = ~np.isnan(data) if missing is None else ~(np.isnan(data) | missing)
    if present.any():
        raise InvalidType(argument, NO_KEY, data[present][0].item(), FLOATS)
    return np.zeros(data.size, np.intp), [None] if data.size else []


def _with_missing(codes: CodeArray, keys: list[Any]) -> Labels:
    """Return codes and keys with None as the last key, which stands for the code -1, where there is one."""
    if int(codes.min(initial=0)) >= 0:
        return codes, keys
    return np.where(codes < 0, np.intp(len(keys)), codes), [*keys, None]


def _of_whole_numbers(data: AnyArray, missing: BoolArray | None) -> Labels:
    truth = data.dtype.kind == "b"
    whole = data.view(np.uint8) if truth else data.astype(data.dtype.newbyteorder("="), copy=False)
    present = slice(None) if missing is None else ~missing
    codes, found = _distinct(whole[present])
    keys = (found.astype(np.bool_) if truth else found).tolist()
    if missing is None or not missing.any():
        return codes, keys
    every = np.full(data.size, len(keys), np.intp)
    every[present] = codes
    return every, [*keys, None]


def _distinct(data: AnyArray) -> tuple[CodeArray, AnyArray]:
    """Return the place of each integer among the distinct ones, and those, sorted."""
    if not data.size:
        return np.zeros(0, np.intp), data
    low, high = int(data.min()), int(data.max())
    if high - low > max(MAX_TABLE_LENGTH, 4 * data.size):
        codes, found = pd.factorize(data, sort=True)
        return codes.astype(np.intp, copy=False), found
    distance = np.subtract(data, data.dtype.type(low)) if low else data  # may wrap round, and is right so
    offsets = distance.view(np.intp if data.dtype.itemsize == 8 else f"u{data.dtype.itemsize}")
    seen = np.zeros(high - low + 1, np.bool_)
    for part in parts(offsets.size):
        seen[offsets[part]] = True
    found = np.flatnonzero(seen)
    keys = found.astype(data.dtype) + data.dtype.type(low)
    return (offsets if found.size == seen.size else (np.cumsum(seen) - 1)[offsets]), keys


def _labels_by_hash(values: Any, argument: str) -> Labels:
    """Return the keys of a column by hashing, sorted."""
    try:
        codes, found = pd.factorize(values, use_na_sentinel=True)
        keys = [key.item() if isinstance(key, np.generic) else key for key in found.tolist()]
        codes, keys = join_spellings(codes, keys)
        order = sorted(range(len(keys)), key=keys.__getitem__)
    except TypeError:
        raise InvalidType(argument, NO_KEY, values[0]) from None
    place = np.full(len(keys) + 1, -1, np.intp)
    place[order] = np.arange(len(keys))
    return _with_missing(place[codes], [keys[one] for one in order])


def factorize(values: Any, **options: Any) -> tuple[IntArray, list[Any]]:
    """Return codes and distinct values as pandas does, where texts that look the same are one."""
    codes, found = pd.factorize(values, **options)
    return join_spellings(codes, list(found))


def join_spellings(codes: IntArray, keys: list[Any]) -> tuple[IntArray, list[Any]]:
    """Return codes and distinct keys where texts that look the same are one key; -1 stays what it is."""
    if all(not isinstance(key, str) or key.isascii() for key in keys):
        return codes, keys
    places: dict[Any, int] = {}
    place = [places.setdefault(one_spelling(key) if isinstance(key, str) else key, len(places)) for key in keys]
    return np.array([*place, -1])[codes], list(places)
