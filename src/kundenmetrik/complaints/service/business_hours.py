"""Clocks that service times are measured by: every hour, or business hours only."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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
from kundenmetrik.frozen import FrozenMapping

WEEK, DAY_MINUTES = 7, 1_440
MONDAY = 4
"""Days from 1970-01-01, a Thursday, to the first Monday after it."""
MICROSECONDS_PER_HOUR = TICKS["us"] / 24
"""In an hour."""
USUAL = ("09:00", "17:00", (0, 1, 2, 3, 4))
"""The hours where none are given."""
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
        Wall-clock times such as ``"09:00"``; ``closes`` may be ``"24:00"``. From 22:00 to 06:00 are the hours over
        midnight, which belong to the day on which they begin.
    weekdays : tuple of int
        The days that are open, 0 for Monday to 6 for Sunday.
    week : mapping of int to sequence of (str, str), optional
        In place of these three, the hours of each day that is open, several with a break between them:
        ``{0: [("09:00", "12:00"), ("13:00", "17:00")], 5: [("09:00", "13:00")]}``.
    holidays : tuple of str
        Days that are closed, such as ``"2025-12-25"``; hours that began the evening before go on.
    time_zone : str, optional
        Where the hours hold, that of the start when not given.
    times_in : str, optional
        The zone of times that have none, such as ``"UTC"`` for the stamps of a help desk. Without it and
        ``time_zone`` they are taken as the clock on the wall of the office.
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
    >>> shifts = BusinessHours(week={4: [("08:00", "12:00"), ("13:00", "16:30")], 6: [("22:00", "06:00")]})
    >>> shifts.hours(friday, monday).tolist()
    [8.5]
    """

    opens: str = "09:00"
    closes: str = "17:00"
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)
    week: Mapping[int, Sequence[tuple[str, str]]] | None = None
    holidays: tuple[str, ...] = ()
    time_zone: str | None = None
    times_in: str | None = None
    name: str = "business_hours"

    def __post_init__(self) -> None:
        _span((self.opens, self.closes), "opens", "closes")
        if not _are_weekdays(self.weekdays):
            raise InvalidArgument("weekdays", "hold numbers from 0 (Monday) to 6 (Sunday)", self.weekdays)
        if len(set(self.weekdays)) != len(self.weekdays):
            raise InvalidArgument("weekdays", "hold each day once", self.weekdays)
        if self.week is not None:
            object.__setattr__(self, "week", _checked_week(self.week))
            given = (self.opens, self.closes, self.weekdays)
            if given != USUAL:
                raise InvalidArgument("opens, closes and weekdays", "be left out where week is given", given)
        _days(self.holidays)
        for name in ("time_zone", "times_in"):
            if getattr(self, name) is not None:
                check_zone(getattr(self, name), name)

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
            If one of the two has a time zone and the other has none, or if ``time_zone`` is given and neither they nor
            ``times_in`` say which zone the times are in.
        """
        begun, ended = _both(start, end)
        own = begun.zone if begun.zone is not None else ended.zone
        first, last = begun.instants(), ended.instants()
        if own is None and self.times_in is not None:
            own = self.times_in
            first, last = (_from_wall(wall.astype("datetime64[us]"), own) for wall in (first, last))
        if own is None and self.time_zone is not None:
            remedy = 'Say which zone they are in, such as times_in="UTC".'
            raise InvalidArgument("time_zone", "be left out for times without a zone", self.time_zone, remedy)
        zone = self.time_zone or own
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
        opens, closes = self._intervals(np.arange(first - 2, last + 3), zone)
        before = np.concatenate([[0], np.cumsum(closes - opens)])
        moment = times.astype("datetime64[us]").astype(np.int64)
        begun = np.searchsorted(opens, moment, side="right")
        # Of the day begun last only what has passed of it counts, all of it once it has closed.
        since = moment - np.concatenate([[moment.min()], opens])[begun]
        length = np.concatenate([[0], closes - opens])[begun]
        return np.asarray(before[begun] - length + np.minimum(since, length), dtype=np.int64)

    def _intervals(self, days: IntArray, zone: tzinfo | str | None) -> tuple[IntArray, IntArray]:
        """Return when the hours that begin on some days open and close, in order, joined where they overlap."""
        days = days[~np.isin(days, _days(self.holidays))]
        week = dict.fromkeys(self.weekdays, ((self.opens, self.closes),)) if self.week is None else self.week
        spans = [(day, *_span(hours, "week", "week")) for day, several in week.items() for hours in several]
        marks = [
            tuple(_instants_of(days[(days - MONDAY) % WEEK == day], minutes, zone) for minutes in (opens, closes))
            for day, opens, closes in spans
        ]
        opens, closes = (np.concatenate(side) for side in zip(*marks, strict=True))
        order = np.argsort(opens, kind="stable")
        opens, closes = opens[order], np.maximum.accumulate(closes[order])
        opens[1:] = np.maximum(opens[1:], closes[:-1])
        return opens, closes


def _both(start: Any, end: Any) -> tuple[Moments, Moments]:
    """Read two columns of times that can be subtracted: both with a time zone or both without."""
    first, last = (moments_of(times, name, None, several="UTC") for times, name in ((start, "start"), (end, "end")))
    if len(first.ticks) != len(last.ticks):
        raise InvalidArgument("end", f"have one entry a start: {len(first.ticks):,}", len(last.ticks))
    same_clock(last, first, "end", "start")
    return first, last


def _instants_of(days: IntArray, minutes: int, zone: tzinfo | str | None) -> IntArray:
    """Return when the clock on the wall shows a time of each day, in microseconds.

    A time that is shown twice is its first showing, one that is skipped the end of the gap.
    """
    wall = days * TICKS["us"] + minutes * (TICKS["us"] // DAY_MINUTES)
    return wall if zone is None else _from_wall(wall.astype("datetime64[us]"), zone).astype(np.int64)


def _from_wall(wall: Times, zone: tzinfo | str) -> Times:
    """Return the instants at which the clock on the wall of a zone shows some times, in UTC."""
    twice_is_first = np.ones(len(wall), dtype=bool)
    found = pd.DatetimeIndex(wall).tz_localize(zone, ambiguous=twice_is_first, nonexistent="shift_forward")
    return np.asarray(found.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[us]"))


def _span(hours: tuple[str, str], opens: str, closes: str) -> tuple[int, int]:
    """Return the minutes after midnight from which to which hours go; those over midnight end on the next day."""
    first, last = _minutes(hours[0], opens), _minutes(hours[1], closes)
    if first in (last, DAY_MINUTES):
        raise InvalidArgument(closes, f"lie after {hours[0]}; all day is 00:00 to 24:00", hours[1])
    return first, last if last > first else last + DAY_MINUTES


def _checked_week(week: object) -> Any:
    """Return the hours of each weekday, checked; a mapping that nobody can change."""
    rule = "map weekdays from 0 (Monday) to 6 (Sunday) to their hours, such as {5: [('09:00', '13:00')]}"
    if not isinstance(week, Mapping) or not _are_weekdays(list(week)):
        raise InvalidArgument("week", rule, week)
    several = [hours for hours in week.values() if not isinstance(hours, (list, tuple)) or not hours]
    pairs = [pair for hours in week.values() if hours not in several for pair in hours]
    if several or any(not isinstance(pair, (list, tuple)) or len(pair) != 2 for pair in pairs):
        raise InvalidArgument("week", rule, week)
    for pair in pairs:
        _span(pair, "week", "week")
    return FrozenMapping({day: tuple((one, other) for one, other in hours) for day, hours in week.items()})


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
