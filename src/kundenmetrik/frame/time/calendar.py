"""A calendar of periods: which one a time falls into, and which were observed to their end."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kundenmetrik.core.arrays import IntArray, Times
from kundenmetrik.core.checks import check_choice
from kundenmetrik.frame.time.instants import TICKS
from kundenmetrik.frame.time.periods import PERIODS, period_codes, period_labels

LONGEST_TABLE = 1_000_000
"""Up to this many days between the first and the last time, the period of each day is looked up."""
SECOND = np.timedelta64(1, "s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Days, weeks from Monday, months, quarters or years, numbered since 1970."""

    period: str

    def __post_init__(self) -> None:
        check_choice(self.period, "period", PERIODS)

    def codes(self, times: Times) -> IntArray:
        """Return the number of the period each time falls into; no time may be missing."""
        if not times.size:
            return np.empty(0, np.int64)
        days = days_of(times)
        first, last = int(days.min()), int(days.max())
        if last - first > LONGEST_TABLE:
            return period_codes(days.view("datetime64[D]"), self.period)
        table = period_codes(np.arange(first, last + 1).view("datetime64[D]"), self.period)
        days -= first
        return table[days]

    def last_complete(self, cut: np.datetime64) -> int:
        """Return the latest period that ends at ``cut`` or before."""
        return int(self.codes(np.array([cut]))[0]) - 1

    def labels(self, codes: IntArray) -> list[str]:
        """Return the ISO name of each period."""
        return period_labels(codes, self.period)


def days_of(times: Times) -> IntArray:
    """Return the day each time falls on, numbered since 1970, in an array of its own."""
    unit, step = np.datetime_data(times.dtype)
    if unit in TICKS and step == 1:
        return np.floor_divide(times.view(np.int64), TICKS[unit])
    return times.astype("datetime64[D]").astype(np.int64)
