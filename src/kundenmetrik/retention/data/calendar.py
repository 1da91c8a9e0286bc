"""The calendar of a retention table: which period a time falls into, and which periods were observed to their end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.core.checks import check_choice
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.time.periods import PERIODS, period_codes, period_labels

__all__ = ["DAY", "SECOND", "Calendar", "Times", "days_of", "observed_cut", "reached"]

Times = NDArray[np.datetime64]

PER_DAY = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
LONGEST_TABLE = 1_000_000
"""Up to this many days between the first and the last time, the period of each day is looked up."""
SECOND, DAY = np.timedelta64(1, "s"), np.timedelta64(86_400, "s")


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
    if unit in PER_DAY and step == 1:
        return np.floor_divide(times.view(np.int64), PER_DAY[unit])
    return times.astype("datetime64[D]").astype(np.int64)


def reached(times: Times, cut: np.datetime64) -> NDArray[np.bool_]:
    """Return which times are the cut or later; a cut beyond what the unit of the times can tell is reached by none."""
    try:
        own = cut.astype(times.dtype)
    except OverflowError:
        own = np.array("NaT", times.dtype)[()]
    if own.astype(cut.dtype) != cut:
        return np.full(times.shape, cut < np.datetime64(0, "s")) & ~np.isnat(times)
    return np.asarray(times >= own)


def observed_cut(observed_until: Any, zone: Any) -> np.datetime64:
    """Return the first moment that was no longer observed, on the clock of the data's zone, None for none.

    A date, or a time at midnight, stands for that whole day; any other time for its whole second.
    """
    moment = _moment(observed_until)
    if moment.tzinfo is not None and zone is None:
        raise InvalidArgument("observed_until", "have no time zone because the dates have none", observed_until)
    if moment.tzinfo is not None:
        moment = moment.tz_convert(zone).tz_localize(None)
    whole_day = moment == moment.normalize()
    cut: np.datetime64 = moment.to_datetime64().astype("datetime64[s]") + (DAY if whole_day else SECOND)
    return cut


def _moment(value: Any) -> pd.Timestamp:
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            raise InvalidArgument("observed_until", "be a date in ISO form, such as '2026-03-31'", value) from None
    if not isinstance(value, (date, np.datetime64)) or pd.isna(value):
        raise InvalidType("observed_until", "be a date or a time", value)
    return pd.Timestamp(value)
