"""The columns of a frame: one by its name, and all in the byte order that pandas needs."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.reading.missing_column import absent_column

NAMES = "names"
"""Where a frame that holds some columns of foreign data keeps the names of all of them."""

ATTRIBUTES = "attributes"
"""The column of a table of records that holds further facts by name."""

KEYS = ("by", "groups")
"""Arguments that name keys of groups: columns or attributes."""

FOREIGN = ">" if sys.byteorder == "little" else "<"
"""The mark of numbers in the other byte order."""


def native(frame: pd.DataFrame) -> pd.DataFrame:
    """Return columns in the machine's byte order: from others pandas takes no rows."""
    kinds = {place: kind for place, kind in enumerate(frame.dtypes) if isinstance(kind, np.dtype)}
    foreign = {place: kind for place, kind in kinds.items() if kind.byteorder == FOREIGN}
    if foreign:
        frame = frame.copy(deep=False)
        for place, kind in foreign.items():
            frame.isetitem(place, frame.iloc[:, place].to_numpy(kind.newbyteorder("=")))
    return frame


def column_of(frame: pd.DataFrame, name: str, argument: str) -> Any:
    """Return a column by name, of keys an attribute, too; a missing one is an error that suggests the nearest."""
    if not isinstance(name, str):
        raise InvalidType(argument, "be the name of a column", name)
    if name not in frame.columns:
        facts = _facts_of(frame) if argument in KEYS else []
        if any(name in fact for fact in facts):
            return pd.Series([fact.get(name) for fact in facts], index=frame.index, name=name, dtype=object)
        there = key_names_of(frame) if argument in KEYS else frame.attrs.get(NAMES, frame.columns)
        raise absent_column(name, argument, there)
    column = frame[name]
    if isinstance(column, pd.DataFrame):
        raise InvalidArgument(argument, "name one column; there are several of that name", name)
    return column


def has_column(frame: pd.DataFrame, name: object) -> bool:
    """Return whether there is a column of that name; what is no text names none."""
    return isinstance(name, str) and name in frame.columns


def key_names_of(frame: pd.DataFrame) -> list[Any]:
    """Return what keys of groups may name: the columns, then the attributes that some row has."""
    facts = (key for fact in _facts_of(frame) for key in fact)
    return list(dict.fromkeys([*frame.attrs.get(NAMES, frame.columns), *facts]))


def _facts_of(frame: pd.DataFrame) -> list[Mapping[Any, Any]]:
    """Return the attributes of each row; Arrow holds a map as a list of pairs."""
    cells = frame[ATTRIBUTES] if ATTRIBUTES in frame.columns else ()
    return [
        cell if isinstance(cell, Mapping) else dict(cell) if isinstance(cell, (list, tuple)) else {} for cell in cells
    ]
