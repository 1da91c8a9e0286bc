"""Rolling and cumulative windows: sums of counts over periods, never averages of averages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kundenmetrik.core.arrays import BoolArray, IntArray
from kundenmetrik.core.checks import a_count
from kundenmetrik.core.comparison import PERIOD
from kundenmetrik.core.counts import Counts
from kundenmetrik.core.table import EstimateTable
from kundenmetrik.errors import InvalidArgument

__all__ = ["cumulative", "rolling"]


def rolling(table: EstimateTable, periods: int) -> EstimateTable:
    """Return each metric over the last so many periods, from the sum of their counts.

    Parameters
    ----------
    table : EstimateTable
        A table with a period.
    periods : int
        How many periods each window covers.

    Returns
    -------
    EstimateTable
        The same groups; windows that begin before the first period are undefined, with the note
        ``window_incomplete``. Comparing with ``baseline="previous"`` takes the whole window before.

    Notes
    -----
    Neighbouring windows share answers, so their values move together; only windows that do not
    overlap are compared.

    Examples
    --------
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> days = pd.to_datetime(["2026-01-05", "2026-02-05", "2026-02-06", "2026-03-05"])
    >>> table = km.measure({"day": days, "nps": [10, 0, 0, 10]}, km.NPS("nps"), period="month", date="day")
    >>> round(km.rolling(table, 2)["2026-03"].value, 1)
    -33.3
    """
    size = a_count(periods, "periods", low=1)
    order, age = _series(table)
    return _windowed(table, order, np.maximum(age - size + 1, 0), age, void=age < size - 1, window=size)


def cumulative(table: EstimateTable) -> EstimateTable:
    """Return each metric from the first period up to each period, from the sum of the counts.

    Parameters
    ----------
    table : EstimateTable
        A table with a period.

    Returns
    -------
    EstimateTable
        The same groups.

    Notes
    -----
    Testing a cumulative score again and again finds a change that is not there sooner or later;
    look at it, but compare periods.

    Examples
    --------
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> days = pd.to_datetime(["2026-01-05", "2026-02-05"])
    >>> table = km.measure({"day": days, "nps": [10, 0]}, km.NPS("nps"), period="month", date="day")
    >>> km.cumulative(table)["2026-02"].value
    0.0
    """
    order, age = _series(table)
    return _windowed(table, order, np.zeros_like(age), age, void=np.zeros(len(age), bool), window=len(table))


def _series(table: EstimateTable) -> tuple[IntArray, IntArray]:
    """Return the groups sorted by series and period, and each one's place within its series."""
    if PERIOD not in table.groups.names:
        raise InvalidArgument("table", "have a period; measure it with period= and date=")
    if table.window > 1:
        raise InvalidArgument("table", "not be rolled already; roll the table of single periods")
    axis = table.groups.names.index(PERIOD)
    _, series = table.groups.margin([name for name in table.groups.names if name != PERIOD])
    when = np.array([str(key[axis]) if key[axis] is not None else "￿" for key in table.groups.keys])
    order = np.lexsort((when, series))
    starts = np.concatenate([[0], np.flatnonzero(np.diff(series[order])) + 1])
    lengths = np.diff(np.concatenate([starts, [len(order)]]))
    return order, np.arange(len(order)) - np.repeat(starts, lengths)


def _windowed(
    table: EstimateTable, order: IntArray, first: IntArray, age: IntArray, *, void: BoolArray, window: int
) -> EstimateTable:
    back = np.argsort(order)
    begin = np.arange(len(order)) - age
    tallies = tuple(_sums(counts, order, begin + first, back) for counts in table.tallies)
    masks = {"window_incomplete": void[back]} if void.any() else {}
    return replace(table, tallies=tallies, window=window, void=masks)


def _sums(counts: Counts, order: IntArray, first: IntArray, back: IntArray) -> Counts:
    if counts.design is not None:
        raise InvalidArgument("table", "be measured without cluster: a cluster may span periods")
    last = np.arange(len(order)) + 1

    def summed(array: IntArray) -> IntArray:
        total = np.concatenate([np.zeros((1, *array.shape[1:]), array.dtype), np.cumsum(array[order], axis=0)])
        sums: IntArray = (total[last] - total[first])[back]
        return sums

    return counts._map(summed, counts.groups)
