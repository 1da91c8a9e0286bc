"""Clocks that service times are measured by: every hour, or business hours only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Any, Protocol

import numpy as np
import pandas as pd

from kundenmetrik.complaints.rates.interactions import same_clock
from kundenmetrik.core.arrays import FloatArray, IntArray, Times
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.time.instants import TICKS, Moments
from kundenmetrik.frame.time.time_column import moments_of
from kundenmetrik.frame.time.zones import check_zone

WEEK = 7
MONDAY = 4
"""Days from 1970-01-01, a Thursday, to the first Monday after it."""
MICROSECONDS_PER_HOUR = TICKS["us"] / 24
"""In an hour."""
DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


class Clock(Protocol):
    """Anything that tells the hours between two columns of times."""

    @property
    def name(self) -> str:
        """What results call the clock."""
        ...

    def hours(self, start: Any, end: Any) -> FloatArray:
        """Return the hours from each start to each end, NaN where one is missing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ElapsedHours:
    """The clock on the wall: every hour counts, nights and holidays too.

    Examples
    --------
    >>> import pandas as pd
    >>> friday, monday = pd.to_datetime(["2025-03-07 16:00"]), pd.to_datetime(["2025-03-10 10:00"])
    >>> ElapsedHours().hours(friday, monday).tolist()
    [66.0]
    """

    @property
    def name(self) -> str:
        """What results call the clock."""
        return "elapsed_hours"

    def hours(self, start: Any, end: Any) -> FloatArray:
        """Return the hours from each start to each end.

        Parameters
        ----------
        start, end : array-like of times
            Of one length; with time zones the hours are real ones across the change of clocks.

        Returns
        -------
        array
            NaN where a time is missing.
        """
        first, last = _both(start, end)
        span = last.instants() - first.instants()
        return np.where(
            np.isnat(span), np.nan, span.astype("timedelta64[us]").astype(np.float64) / MICROSECONDS_PER_HOUR
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessHours:
    """A clock that runs during business hours only.

    Parameters
    ----------
    opens, closes : str
        Wall-clock times such as ``"09:00"``; ``closes`` may be ``"24:00"``.
    weekdays : tuple of int
        The days that are open, 0 for Monday to 6 for Sunday.
    holidays : tuple of str
        Days that are closed, such as ``"2025-12-25"``.
    time_zone : str, optional
        Where the hours hold, that of the start when not given; times without a zone are taken as they are.
    name : str
        What results call the clock.

    Notes
    -----
    Opening and closing are read off the clock on the wall, what lies between is measured as it passes: a day that is
    open all round has 25 hours when clocks go back and 23 when they go forward. A time the wall shows twice is its
    first showing, one it skips is the end of the gap.

    Examples
    --------
    >>> import pandas as pd
    >>> friday, monday = pd.to_datetime(["2025-03-07 16:00"]), pd.to_datetime(["2025-03-10 10:00"])
    >>> BusinessHours(opens="09:00", closes="17:00").hours(friday, monday).tolist()
    [2.0]
    """

    opens: str = "09:00"
    closes: str = "17:00"
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    holidays: tuple[str, ...] = ()
    time_zone: str | None = None
    name: str = "business_hours"

    def __post_init__(self) -> None:
        first, last = _minutes(self.opens, "opens"), _minutes(self.closes, "closes")
        if first >= last:
            raise InvalidArgument("closes", f"lie after opens, {self.opens}", self.closes)
        if not _are_weekdays(self.weekdays):
            raise InvalidArgument("weekdays", "hold numbers from 0 (Monday) to 6 (Sunday)", self.weekdays)
        if len(set(self.weekdays)) != len(self.weekdays):
            raise InvalidArgument("weekdays", "hold each day once", self.weekdays)
        _days(self.holidays)
        if self.time_zone is not None:
            check_zone(self.time_zone)

    def hours(self, start: Any, end: Any) -> FloatArray:
        """Return the business hours from each start to each end.

        Parameters
        ----------
        start, end : array-like of times
            Of one length.

        Returns
        -------
        array
            NaN where a time is missing; negative where the end comes first.

        Raises
        ------
        InvalidArgument
            If one of the two has a time zone and the other has none.
        """
        begun, ended = _both(start, end)
        own = begun.zone if begun.zone is not None else ended.zone
        zone = own if own is None else self.time_zone or own
        first, last = begun.instants(), ended.instants()
        if first.shape != last.shape:
            raise InvalidArgument("end", f"have one entry a start: {len(first):,}", len(last))
        known = ~(np.isnat(first) | np.isnat(last))
        worked = self._open_time(np.stack([first[known], last[known]]), zone)
        hours = np.full(len(first), np.nan)
        hours[known] = (worked[1] - worked[0]) / MICROSECONDS_PER_HOUR
        return hours

    def _open_time(self, times: Times, zone: tzinfo | str | None) -> IntArray:
        """Return the open microseconds before each instant, counted from two days before the first of them."""
        if not times.size:
            return np.zeros(times.shape, dtype=np.int64)
        first, last = (int(day.astype("datetime64[D]").astype(np.int64)) for day in (times.min(), times.max()))
        days = np.arange(first - 2, last + 3)
        days = days[np.isin((days - MONDAY) % WEEK, self.weekdays) & ~np.isin(days, _days(self.holidays))]
        opens, closes = (
            _instants_of(days, _minutes(text, name), zone)
            for text, name in ((self.opens, "opens"), (self.closes, "closes"))
        )
        before = np.concatenate([[0], np.cumsum(closes - opens)])
        moment = times.astype("datetime64[us]").astype(np.int64)
        begun = np.searchsorted(opens, moment, side="right")
        # Of the day begun last only what has passed of it counts, all of it once it has closed.
        since = moment - np.concatenate([[moment.min()], opens])[begun]
        length = np.concatenate([[0], closes - opens])[begun]
        return np.asarray(before[begun] - length + np.minimum(since, length), dtype=np.int64)


def _both(start: Any, end: Any) -> tuple[Moments, Moments]:
    """Read two columns of times that can be subtracted: both with a time zone or both without."""
    first, last = (moments_of(times, name, None, several="UTC") for times, name in ((start, "start"), (end, "end")))
    same_clock(last, first, "end", "start")
    return first, last


def _instants_of(days: IntArray, minutes: int, zone: tzinfo | str | None) -> IntArray:
    """Return when the clock on the wall shows a time of each day, in microseconds.

    A time that is shown twice is its first showing, one that is skipped the end of the gap.
    """
    wall = days * TICKS["us"] + minutes * (TICKS["us"] // 1_440)
    if zone is None:
        return wall
    shown = pd.DatetimeIndex(wall.astype("datetime64[us]"))
    twice_is_first = np.ones(len(days), dtype=bool)
    found = shown.tz_localize(zone, ambiguous=twice_is_first, nonexistent="shift_forward").tz_convert("UTC")
    return np.asarray(found.tz_localize(None).to_numpy().astype("datetime64[us]").astype(np.int64))


def _minutes(text: str, argument: str) -> int:
    parts = text.split(":") if isinstance(text, str) else []
    if len(parts) == 2 and all(part.isdecimal() for part in parts):
        minutes = 60 * int(parts[0]) + int(parts[1])
        if int(parts[1]) < 60 and minutes <= 24 * 60:
            return minutes
    raise InvalidArgument(argument, "be a time of day such as '09:00'", text)


def _are_weekdays(days: object) -> bool:
    return isinstance(days, (tuple, list)) and bool(days) and all(type(day) is int and 0 <= day < WEEK for day in days)


def _days(holidays: tuple[str, ...]) -> IntArray:
    """Return full dates as days since 1970: a year or a month is no day."""
    try:
        if not isinstance(holidays, (tuple, list)):
            raise ValueError
        days = [date.fromisoformat(day) if DAY.fullmatch(day) else None for day in map(str, holidays)]
    except ValueError:
        days = [None]
    if None in days:
        raise InvalidArgument("holidays", "be days such as '2025-12-25'", holidays)
    return np.unique(np.array(days, dtype="datetime64[D]").astype(np.int64))
