"""Rules of a purchase base: what its columns are, and which rows contradict themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import AnyArray, BoolArray
from kundenmetrik.core.checks import check_items
from kundenmetrik.errors import Fault, InvalidArgument, InvalidType
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.flags import flags
from kundenmetrik.frame.reading.numbers import whole_numbers

KINDS = {
    "customer_id": "iuO",
    "frequency": "i",
    "recency": "f",
    "age": "f",
    "spend": "f",
    "first": "M",
    "revenue": "f",
    "log_gaps": "f",
    "churned": "b",
}
"""The columns and the numpy kinds they may have."""
COLUMNS = tuple(KINDS)
Column = AnyArray
ALL_READ: Mapping[str, BoolArray | None] = {}
"""Every row of every column could be read."""
RECENCY_DEFINITION = "Recency is the time of the last purchase since the first one."


def faults_of(columns: Mapping[str, Column], read: Mapping[str, BoolArray | None] = ALL_READ) -> Iterator[Fault | None]:
    """Yield every rule that some rows break; a column of the wrong kind or length is refused at once.

    A rule about several columns judges only the rows that ``read`` says could be read in each; None means all.
    """
    for name, column in columns.items():
        if not isinstance(column, np.ndarray) or column.dtype.kind not in KINDS[name] or column.ndim != 1:
            raise InvalidType(name, f"be a flat array of kind {' or '.join(KINDS[name])}", column)
        if len(column) != len(columns["customer_id"]):
            raise InvalidArgument(name, f"have {len(columns['customer_id']):,} rows like customer_id", len(column))
    yield from _identity(columns["customer_id"])
    yield from _times(columns)
    yield from _across(columns, read)


def as_read_only(column: Column) -> Column:
    """Return the column read-only; a column that someone could still write to is copied first."""
    return column if _is_read_only(column) else read_only_copy(column)


def read_only_copy(column: Column) -> Column:
    """Return a copy of the column that cannot be changed."""
    return make_read_only(column.copy())


def make_read_only(column: Column) -> Column:
    """Make a column that nobody else holds read-only, and return it."""
    column.flags.writeable = False
    return column


def _is_read_only(column: Column) -> bool:
    """Whether neither the array nor what it is a view of can be written to; foreign memory may be, but for bytes."""
    memory: object = column
    while isinstance(memory, np.ndarray):
        if memory.flags.writeable:
            return False
        memory = memory.base
    return memory is None or isinstance(memory, bytes)


def _identity(ids: Column) -> Iterator[Fault | None]:
    text = ids.dtype != object or set(map(type, ids)) in ({str}, {int}, set())
    if not text:
        odd = np.fromiter((not isinstance(value, str) for value in ids), dtype=bool, count=len(ids))
        remedy = "Turn all ids into strings."
        yield fault_of("customer_id", "be all whole numbers or all strings", odd, ids, "not_an_id", remedy)
    elif not bool((ids[1:] > ids[:-1]).all()) and len(set(ids.tolist())) < len(ids):
        twice = np.asarray(pd.Series(ids, dtype=ids.dtype).duplicated())
        yield fault_of("customer_id", "be there once", twice, ids, "duplicate", "Merge the rows of one customer first.")


def _times(columns: Mapping[str, Column]) -> Iterator[Fault | None]:
    for name in ("frequency", "recency", "age"):
        column = columns[name]
        yield fault_of(name, "be finite", ~np.isfinite(column), column, "not_finite")
        yield fault_of(name, "be at least 0", column < 0, column, "negative")
    yield fault_of("spend", "be finite or missing", np.isinf(columns["spend"]), columns["spend"], "not_finite")


def _across(columns: Mapping[str, Column], read: Mapping[str, BoolArray | None]) -> Iterator[Fault | None]:
    """Yield the rules that compare columns, for the rows that could be read in both."""
    frequency, recency, age, spend = (columns[name] for name in ("frequency", "recency", "age", "spend"))
    late = _both(recency > age, read, "recency", "age")
    yield fault_of("recency", "be at most age", late, recency, "recency_after_age", RECENCY_DEFINITION)
    lone = _both((frequency == 0) & (recency != 0) & np.isfinite(recency), read, "frequency", "recency")
    yield fault_of("recency", "be 0 where frequency is 0", lone, recency, "recency_without_repeat", RECENCY_DEFINITION)
    still = _both((frequency > 0) & (recency == 0), read, "frequency", "recency")
    yield fault_of("recency", "be above 0 where frequency is above 0", still, recency, "repeat_without_recency")
    paid = _both((frequency == 0) & ~np.isnan(spend), read, "frequency", "spend")
    yield fault_of("spend", "be missing where frequency is 0", paid, spend, "spend_without_repeat")


def _both(mask: BoolArray, read: Mapping[str, BoolArray | None], *names: str) -> BoolArray:
    for name in names:
        rows = read.get(name)
        mask = mask if rows is None else mask & rows
    return mask


def chosen_rows(customers: Any, size: int) -> Column:
    """Return the rows that a mask or a list of positions chooses."""
    if type(customers) is np.ndarray and customers.ndim == 1 and customers.dtype.kind in "biu":
        items: Any = customers
        mask = customers.dtype == np.bool_
    else:
        items = check_items(customers, "customers", "be a list of positions or a mask of booleans")
        mask = bool(items) and all(isinstance(item, (bool, np.bool_)) for item in items)
    faults: list[Fault | None] = []
    if mask:
        if len(items) != size:
            raise InvalidArgument("customers", f"be a mask of {size:,} booleans", len(items))
        return flags(items, "customers", faults)
    rows, good = whole_numbers(items, "customers", faults)
    outside = good & ((rows < 0) | (rows >= size))
    faults.append(fault_of("customers", f"be positions from 0 to {size - 1:,}", outside, rows, "range"))
    twice = pd.Index(rows).duplicated() & good
    faults.append(fault_of("customers", "name each position once", twice, rows, "duplicate"))
    refuse(faults)
    return rows
