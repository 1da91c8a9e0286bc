"""Times of records: within a window, and often where calendars and clocks are treacherous."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

from hypothesis import strategies as st

from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.time.observed_until import DAY as WHOLE_DAY
from kundenmetrik.frame.time.observed_until import observed_end
from kundenmetrik.frame.time.zones import check_zone
from kundenmetrik.models.datetimes import instant

Day = date | datetime | str
"""A day or an instant, as ``observed_until`` takes it."""
FIRST, LAST = date(2020, 1, 1), date(2026, 12, 31)
ONE = timedelta(days=1)
CLOCKS = (
    timedelta(0),
    timedelta(hours=12),
    timedelta(hours=2, minutes=30),
    ONE - timedelta(microseconds=1),
    timedelta(hours=9, minutes=15, seconds=30, microseconds=500_000),
)
"""Times of the day: midnight and the moment before it, one that clocks skip and repeat, and plain ones."""
PLAIN, MARKED, TIE = range(3)
"""Any day, a day on which calendars are treacherous, or the very instant of an earlier row."""
SPANS = (
    *[None] * 4,
    timedelta(0),
    timedelta(minutes=5),
    timedelta(hours=24),
    timedelta(hours=24, microseconds=1),
    timedelta(hours=3),
    timedelta(days=7),
    timedelta(days=400),
)
"""How long an answer takes, None where there is none: often exactly a day, and a little more."""


WAYS = 3 * len(CLOCKS)
DAYS, STRIDE = 10_000, 2_741
"""Numbers of days, and what parts those of neighbouring numbers: hypothesis draws mostly small ones."""
MOMENTS = DAYS * WAYS
"""So many numbers :meth:`Window.moment` makes a time of: each stands for a day, a clock time and how both are used."""
MOMENT = st.integers(0, MOMENTS - 1)


@lru_cache(maxsize=64)
def marked_days(first: date, last: date) -> list[datetime]:
    """Return first and last days of months, days around New Year and leap days, and Sundays on which clocks change."""
    days = (datetime(first.year, first.month, first.day) + ONE * n for n in range((last - first).days + 1))
    return [
        day
        for day in days
        if day.day == 1
        or (day + ONE).day == 1
        or (day.month, day.day) in {(12, 29), (12, 30), (1, 2), (1, 3), (2, 28)}
        or (day.weekday() == 6 and (day.month, day.day > 24) in {(3, True), (10, True)})
    ]


@dataclass(frozen=True, slots=True)
class Window:
    """From when to when times lie, and on the clock of which zone.

    Attributes
    ----------
    first, last : datetime
        The first and the last moment there can be, without a zone.
    zone : tzinfo or None
        The zone of all times.
    """

    first: datetime
    last: datetime
    zone: tzinfo | None

    def moment(
        self,
        number: int,
        *,
        after: datetime | None = None,
        before: datetime | None = None,
        earlier: Sequence[datetime] = (),
    ) -> datetime:
        """Return the time that a number stands for: no earlier than ``after``, no later than ``before``."""
        place, use = divmod(number, WAYS)
        day = place * STRIDE % DAYS
        way, clock = divmod(use, len(CLOCKS))
        if way == TIE and earlier:
            found = earlier[day % len(earlier)]
        else:
            found = self.on_clock(self._day(day, way == MARKED, after) + CLOCKS[clock], day % 2)
        found = max(found, self.on_clock(self.first) if after is None else after, key=instant)
        return min(found, self.on_clock(self.last) if before is None else before, key=instant)

    def later(self, start: datetime, span: timedelta) -> datetime:
        """Return the moment so long after another one, the last of the window at most."""
        ends = start + span if self.zone is None else (start.astimezone(UTC) + span).astimezone(self.zone)
        return max(start, min(ends, self.on_clock(self.last), key=instant), key=instant)

    def on_clock(self, wall: datetime, fold: int = 0) -> datetime:
        """Return a wall time in the zone: later where the clock skipped it, as ``fold`` says where it repeats it."""
        if self.zone is None:
            return wall
        once, again = (wall.replace(tzinfo=self.zone, fold=which) for which in (0, 1))
        repeats = instant(again) - instant(once)
        if repeats < timedelta(0):
            return once + timedelta(hours=1)
        return again if fold and repeats else once

    def _day(self, number: int, marked: bool, after: datetime | None) -> datetime:
        start = self.first if after is None else after.replace(tzinfo=None)
        start = start.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
        if marked:
            days = marked_days(self.first.date(), self.last.date())
            left = bisect_left(days, start)
            if left < len(days):
                return days[left + number % (len(days) - left)]
        return start + ONE * (number % max(1, (self.last - start).days + 1))


def window_of(first: Day, last: Day, time_zone: str | None) -> Window:
    """Return the window from the beginning of a day or instant until the end of another."""
    begin, end = observed_end(first, None, "first"), observed_end(last, None, "last")
    start = begin.wall - WHOLE_DAY if begin.whole_day else begin.wall
    ends = (start, end.last_wall)
    first_moment, last_moment = (moment.astype("datetime64[us]").item() for moment in ends)
    if last_moment < first_moment:
        raise InvalidArgument("last", "be no earlier than first", last)
    return Window(first_moment, last_moment, None if time_zone is None else check_zone(time_zone))
