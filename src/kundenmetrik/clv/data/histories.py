"""Histories: frequency, recency and age of customers, and cells of customers who share them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray
from kundenmetrik.frame.time.units import DAYS

Params = tuple[Any, ...]
"""The parameters in the literature's order: numbers, or one array each where customers differ by covariates."""
Drawn = tuple[IntArray, FloatArray, BoolArray]
"""Who bought, when, and whether each customer is alive at the end of the horizon."""


class Histories(NamedTuple):
    """Frequency, recency and age of some customers, and who of them is known to have left; None where nobody is."""

    frequency: IntArray
    recency: FloatArray
    age: FloatArray
    churned: BoolArray | None = None

    def take(self, rows: Any) -> Histories:
        """Return some of the customers."""
        churned = None if self.churned is None else self.churned[rows]
        return Histories(self.frequency[rows], self.recency[rows], self.age[rows], churned)


def newcomers(count: int) -> Histories:
    """Return customers who have just made their first purchase."""
    return Histories(np.zeros(count, dtype=np.int64), np.zeros(count), np.zeros(count))


MAX_PACKED = 2**20
"""Spans of up to this many whole days are packed: three such columns fit one int64 key."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """The distinct (frequency, recency, age) of a customer base, sorted, with how many customers share each.

    Attributes
    ----------
    frequency : ndarray of int64
        Repeat purchases.
    recency : ndarray of float64
        Time of the last purchase since the first, in the base's unit.
    age : ndarray of float64
        Time since the first purchase, in the base's unit.
    count : ndarray of int64
        Customers with exactly these three values.
    """

    frequency: IntArray
    recency: FloatArray
    age: FloatArray
    count: IntArray

    def __len__(self) -> int:
        return len(self.count)


def compress(frequency: IntArray, recency: FloatArray, age: FloatArray, unit: str) -> Cells:
    """Return the distinct rows with their counts; no value is rounded."""
    last, until = _whole_days(recency, unit), _whole_days(age, unit)
    if last is None or until is None or len(frequency) == 0 or frequency.max() >= MAX_PACKED:
        return _by_order(frequency, recency, age)
    return _by_key(frequency, last, until, DAYS[unit])


def _whole_days(times: FloatArray, unit: str) -> IntArray | None:
    """Return the times in days where dividing these by the unit gives back every time exactly, else None."""
    days = np.rint(times * DAYS[unit])
    exact = np.array_equal(days / DAYS[unit], times) and (days < MAX_PACKED).all()
    return days.astype(np.int64) if exact else None


def _by_key(frequency: IntArray, last: IntArray, until: IntArray, days: float) -> Cells:
    """Pack a row into one number and sort in place: faster than hashing or sorting by three columns."""
    ages, lasts = int(until.max()) + 1, int(last.max()) + 1
    keys = (frequency * lasts + last) * ages + until
    keys.sort()
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    rest, age = np.divmod(keys[starts], ages)
    times, recency = np.divmod(rest, lasts)
    return Cells(frequency=times, recency=recency / days, age=age / days, count=np.diff(starts, append=len(keys)))


def _by_order(frequency: IntArray, recency: FloatArray, age: FloatArray) -> Cells:
    order = np.lexsort((age, recency, frequency))
    same = np.ones(max(len(order) - 1, 0), dtype=bool)
    for column in (frequency[order], recency[order], age[order]):
        same &= column[1:] == column[:-1]
    starts = np.flatnonzero(np.concatenate((np.ones(min(len(order), 1), dtype=bool), ~same)))
    rows = order[starts]
    count = np.diff(starts, append=len(order))
    return Cells(frequency=frequency[rows], recency=recency[rows], age=age[rows], count=count)
