"""Clocks that service times are measured by: every hour, or business hours only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.complaints.interactions import instants
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.periods import local_times

__all__ = ["BusinessHours", "Clock", "ElapsedHours"]

WEEK = 7
MONDAY = 4
"""Days from 1970-01-01, a Thursday, to the first Monday after it."""


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

    name: ClassVar[str] = "elapsed_hours"

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
        return _in_hours(instants(end, "end") - instants(start, "start"))


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
        Where the hours hold; times with a zone are converted to it, times without are taken as they are.
    name : str
        What results call the clock.

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
        if not self.weekdays or not set(self.weekdays) <= set(range(WEEK)):
            raise InvalidArgument("weekdays", "hold numbers from 0 (Monday) to 6 (Sunday)", self.weekdays)
        if len(set(self.weekdays)) != len(self.weekdays):
            raise InvalidArgument("weekdays", "hold each day once", self.weekdays)
        _days(self.holidays)

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
        """
        first, last = (self._since_1970(self._wall(times, name)) for times, name in ((start, "start"), (end, "end")))
        return np.asarray((last - first) / 60.0)

    def _wall(self, times: Any, argument: str) -> NDArray[np.datetime64]:
        series = times if isinstance(times, pd.Series) else pd.Series(times)
        if series.isna().all():
            return np.full(len(series), np.datetime64("NaT"), dtype="datetime64[us]")
        zone = self.time_zone if isinstance(series.dtype, pd.DatetimeTZDtype) else None
        return np.asarray(local_times(series, argument, zone)).astype("datetime64[us]")

    def _since_1970(self, wall: NDArray[np.datetime64]) -> FloatArray:
        """Return the business minutes from 1970-01-01 to each time: whole days before it, and the day's own part."""
        opens, length = _minutes(self.opens, "opens"), _minutes(self.closes, "closes") - _minutes(self.opens, "opens")
        missing = np.isnat(wall)
        clean = np.where(missing, np.datetime64("1970-01-01", "us"), wall)
        day = clean.astype("datetime64[D]")
        into = (clean - day.astype("datetime64[us]")).astype(np.int64) / 60e6
        number = day.astype(np.int64)
        closed = _days(self.holidays)
        closed = closed[np.isin((closed - MONDAY) % WEEK, self.weekdays)]
        whole = _open_days(number, self.weekdays) - np.searchsorted(closed, number, side="left")
        is_open = np.isin((number - MONDAY) % WEEK, self.weekdays) & ~np.isin(number, closed)
        minutes = whole * float(length) + np.where(is_open, np.clip(into - opens, 0, length), 0)
        return np.where(missing, np.nan, minutes)


def _open_days(number: IntArray, weekdays: tuple[int, ...]) -> IntArray:
    """Return how many open weekdays lie from the Monday before 1970-01-01 up to, not including, each day."""
    since_monday = number - MONDAY + WEEK
    weeks, rest = since_monday // WEEK, since_monday % WEEK
    begun = np.array([sum(day < weekday for day in weekdays) for weekday in range(WEEK)])
    return np.asarray(weeks * len(weekdays) + begun[rest], dtype=np.int64)


def _minutes(text: str, argument: str) -> int:
    parts = text.split(":") if isinstance(text, str) else []
    if len(parts) == 2 and all(part.isdecimal() for part in parts):
        minutes = 60 * int(parts[0]) + int(parts[1])
        if int(parts[1]) < 60 and minutes <= 24 * 60:
            return minutes
    raise InvalidArgument(argument, "be a time of day such as '09:00'", text)


def _days(holidays: tuple[str, ...]) -> IntArray:
    try:
        days = np.array(holidays, dtype="datetime64[D]")
    except ValueError:
        raise InvalidArgument("holidays", "be days such as '2025-12-25'", holidays) from None
    return np.unique(days.astype(np.int64))


def _in_hours(span: NDArray[np.timedelta64]) -> FloatArray:
    return np.where(np.isnat(span), np.nan, span.astype("timedelta64[us]").astype(np.float64) / 3_600e6)
