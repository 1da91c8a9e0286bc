"""Rolling and cumulative windows: sums of counts over periods, never averages of averages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import BoolArray, IntArray
from kundenmetrik.core.checks import check_count
from kundenmetrik.core.period_names import period_numbers
from kundenmetrik.core.results.annotations import Annotations
from kundenmetrik.core.results.groups import PERIOD
from kundenmetrik.core.results.metric import EVENTS_WITHOUT_EXPOSURE
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.errors import InvalidArgument, InvalidType


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
        ``window_incomplete``, and so are rows without a date (``no_period``). With ``min_n`` a window
        is hidden, too, when its difference from another would tell a hidden period. Comparing with
        ``baseline="previous"`` takes the whole window before.

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
    size = check_count(periods, "periods", low=1)
    axis = _Axis.of(table)
    return _window_table(table, axis, size, axis.age < size - 1)


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
    axis = _Axis.of(table)
    return _window_table(table, axis, axis.span, np.zeros(len(table), dtype=bool))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Axis:
    """The groups sorted by series and period; a group without a period stands alone, out of every window's reach."""

    order: IntArray
    series: IntArray
    numbers: IntArray
    dated: BoolArray
    span: int

    @classmethod
    def of(cls, table: EstimateTable) -> _Axis:
        if not isinstance(table, EstimateTable):
            raise InvalidType("table", "be a table that km.measure made", table)
        groups = table.groups
        if PERIOD not in groups.names:
            raise InvalidArgument("table", "have a period; measure it with period= and date=")
        if table.window > 1:
            raise InvalidArgument("table", "not be rolled already; roll the table of single periods")
        place = groups.names.index(PERIOD)
        _, series = groups.margin([name for name in groups.names if name != PERIOD])
        dated = np.array([key[place] is not None for key in groups.keys], dtype=bool)
        numbers = np.zeros(len(groups), dtype=np.int64)
        numbers[dated] = period_numbers([key[place] for key in groups.keys if key[place] is not None])
        numbers[dated] -= numbers[dated].min(initial=np.iinfo(np.int64).max)
        span = int(numbers.max(initial=0)) + 1
        numbers[~dated] = 2 * span
        order = np.lexsort((numbers, series))
        return cls(order=order, series=series[order], numbers=numbers[order], dated=dated[order], span=span)

    def first(self, size: int) -> IntArray:
        """Return for each group the place in the order where its window of so many periods begins."""
        keys = self.series * 4 * self.span + self.numbers
        return np.searchsorted(keys, keys - min(size, self.span) + 1)

    @property
    def age(self) -> IntArray:
        """How many periods lie between each group's and the first of its series."""
        starts = np.searchsorted(self.series, self.series)
        return self.numbers - self.numbers[starts]

    def back(self, sorted_array: Any) -> Any:
        """Return an array in the order of the groups of the table."""
        placed = np.empty_like(sorted_array)
        placed[self.order] = sorted_array
        return placed


def _window_table(table: EstimateTable, axis: _Axis, size: int, incomplete: BoolArray) -> EstimateTable:
    if any(counts.design is not None for counts in table.tallies):
        rule = "be measured without cluster or customers who count once in a period: both may span periods"
        raise InvalidArgument("table", rule)
    first = axis.first(size)

    def sum_windows(array: Any) -> Any:
        return axis.back(_window_sums(array[axis.order], first))

    masks = {"window_incomplete": axis.back(incomplete & axis.dated), "no_period": axis.back(~axis.dated)}
    without_exposure = table._without_exposure().items()
    annotations = Annotations(
        notes=table.shared_notes,
        group_notes={
            label: {EVENTS_WITHOUT_EXPOSURE: sum_windows(mask.astype(np.int64)) > 0} for label, mask in without_exposure
        },
        undefined={code: mask for code, mask in masks.items() if mask.any()},
        suppressed=axis.back(_telling(table.suppressed[axis.order], first, axis.series)),
    )
    tallies = tuple(counts._map_arrays(sum_windows, counts.groups) for counts in table.tallies)
    return replace(table, tallies=tallies, window=size, annotations=annotations)


def _window_sums(array: Any, first: IntArray) -> Any:
    """Return the sums from each first place up to each place; weights are added up afresh, so nothing cancels."""
    last = np.arange(len(first)) + 1
    if array.dtype.kind == "f" and len(first):
        padded = np.concatenate([array, np.zeros((1, *array.shape[1:]))])
        return np.add.reduceat(padded, np.stack([first, last], axis=1).ravel(), axis=0)[::2]
    total = np.concatenate([np.zeros((1, *array.shape[1:]), array.dtype), np.cumsum(array, axis=0)])
    return total[last] - total[first]


def _telling(hidden: BoolArray, first: IntArray, series: IntArray) -> BoolArray:
    """Return the windows with some, not all, of the hidden periods of their series: a difference would tell one."""
    inside = _window_sums(hidden.astype(np.int64), first)
    telling: BoolArray = (inside > 0) & (inside < np.bincount(series, hidden, minlength=1)[series])
    return telling
