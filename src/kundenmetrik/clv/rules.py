"""Rules of a purchase base: what its columns are, and which rows contradict themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.clv.faults import broken
from kundenmetrik.errors import Fault, InvalidArgument, InvalidType

__all__ = ["COLUMNS", "faults_of", "frozen"]

KINDS = {
    "customer_id": "iO",
    "frequency": "i",
    "recency": "f",
    "age": "f",
    "spend": "f",
    "first": "M",
    "revenue": "f",
    "log_gaps": "f",
}
"""The columns and the numpy kinds they may have."""
COLUMNS = tuple(KINDS)
Column = NDArray[Any]


def faults_of(columns: Mapping[str, Column]) -> Iterator[Fault | None]:
    """Yield every rule that some rows break; a column of the wrong kind or length is refused at once."""
    for name, column in columns.items():
        if not isinstance(column, np.ndarray) or column.dtype.kind not in KINDS[name] or column.ndim != 1:
            raise InvalidType(name, f"be a flat array of kind {' or '.join(KINDS[name])}", column)
        if len(column) != len(columns["customer_id"]):
            raise InvalidArgument(name, f"have {len(columns['customer_id']):,} rows like customer_id", len(column))
    yield from _identity(columns["customer_id"])
    yield from _times(columns["frequency"], columns["recency"], columns["age"])
    yield from _amounts(columns["frequency"], columns["spend"])


def frozen(column: Column) -> Column:
    """Return the column read-only; a column that someone could still write to is copied first."""
    if not column.flags.writeable:
        return column
    own = column.copy()
    own.flags.writeable = False
    return own


def _identity(ids: Column) -> Iterator[Fault | None]:
    text = ids.dtype != object or set(map(type, ids)) <= {str}
    if not text:
        odd = np.fromiter((not isinstance(value, str) for value in ids), dtype=bool, count=len(ids))
        remedy = "Turn all ids into strings."
        yield broken("customer_id", "be all whole numbers or all strings", odd, ids, "not_an_id", remedy)
    elif not bool((ids[1:] > ids[:-1]).all()) and len(set(ids.tolist())) < len(ids):
        twice = np.asarray(pd.Series(ids, dtype=ids.dtype).duplicated())
        yield broken("customer_id", "be there once", twice, ids, "duplicate", "Merge the rows of one customer first.")


def _times(frequency: Column, recency: Column, age: Column) -> Iterator[Fault | None]:
    for name, column in (("frequency", frequency), ("recency", recency), ("age", age)):
        yield broken(name, "be finite", ~np.isfinite(column), column, "not_finite")
        yield broken(name, "be at least 0", column < 0, column, "negative")
    said = "recency is the time of the last purchase since the first one."
    yield broken("recency", "be at most age", recency > age, recency, "recency_after_age", said.capitalize())
    lone = (frequency == 0) & (recency != 0) & np.isfinite(recency)
    yield broken("recency", "be 0 where frequency is 0", lone, recency, "recency_without_repeat", said.capitalize())
    still = (frequency > 0) & (recency == 0)
    yield broken("recency", "be above 0 where frequency is above 0", still, recency, "repeat_without_recency")


def _amounts(frequency: Column, spend: Column) -> Iterator[Fault | None]:
    yield broken("spend", "be finite or missing", np.isinf(spend), spend, "not_finite")
    lone = (frequency == 0) & ~np.isnan(spend)
    yield broken("spend", "be missing where frequency is 0", lone, spend, "spend_without_repeat")
