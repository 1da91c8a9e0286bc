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
    """Return a column by name, for ``by`` an attribute, too; a missing one is an error that suggests the nearest."""
    if not isinstance(name, str):
        raise InvalidType(argument, "be the name of a column", name)
    if name not in frame.columns and argument == "by" and ATTRIBUTES in frame.columns:
        found = attribute_of(frame, name)
        if found is not None:
            return found
    if name not in frame.columns:
        raise absent_column(name, argument, frame.attrs.get(NAMES, frame.columns))
    column = frame[name]
    if isinstance(column, pd.DataFrame):
        raise InvalidArgument(argument, "name one column; there are several of that name", name)
    return column


def attribute_of(frame: pd.DataFrame, name: str) -> pd.Series[Any] | None:
    """Return an attribute of each row as a column, missing where a row has none; None where no row has it."""
    facts = [cell if isinstance(cell, Mapping) else {} for cell in frame[ATTRIBUTES]]
    if not any(name in fact for fact in facts):
        return None
    return pd.Series([fact.get(name) for fact in facts], index=frame.index, name=name, dtype=object)
