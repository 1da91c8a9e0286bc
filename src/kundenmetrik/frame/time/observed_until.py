"""The end of observation: one grammar and one meaning for every function that takes ``observed_until``."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, Times
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.time.units import SECONDS_PER_DAY
from kundenmetrik.frame.time.zones import instant_of, wall_clock

TEXT = re.compile(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII)
"""An ISO date, or an ISO instant with or without a zone."""
RULE = "be a date such as '2026-03-31' or an instant such as '2026-03-31T14:30:00+02:00'"
REMEDY = "Accepted are an ISO date or instant as text, a date, a datetime and a Timestamp."
SPANS = ("Y", "M", "W")
"""The units of numpy in which a date is no day."""
MICROSECOND, SECOND, DAY = np.timedelta64(1, "us"), np.timedelta64(1, "s"), np.timedelta64(SECONDS_PER_DAY, "s")


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Until when was observed: through a whole day, or up to an instant, which is observed itself.

    Attributes
    ----------
    whole_day : bool
        A date, or a datetime at midnight without a zone, stands for its whole day.
    wall, instant : datetime64
        Where observation ends, on the wall clock of the data and in UTC (the same where the data have no zone): the
        midnight after the whole day, or the instant.
    """

    whole_day: bool
    wall: np.datetime64
    instant: np.datetime64

    @property
    def last(self) -> np.datetime64:
        """The last instant that was observed."""
        return self.instant - MICROSECOND if self.whole_day else self.instant

    @property
    def last_wall(self) -> np.datetime64:
        """The last moment that was observed, on the wall clock."""
        return self.wall - MICROSECOND if self.whole_day else self.wall

    @property
    def last_day(self) -> int:
        """The day of the last moment that was observed, numbered since 1970."""
        return int(self.last_wall.astype("datetime64[D]").astype(np.int64))

    @property
    def cut(self) -> np.datetime64:
        """The second from which on nothing was observed: a period that ends by then was seen to its end."""
        return _cut(self.wall, self.whole_day)

    @property
    def instant_cut(self) -> np.datetime64:
        """The same second in UTC."""
        return _cut(self.instant, self.whole_day)

    def after(self, wall: Times, instants: Callable[[], Times] | None = None) -> BoolArray:
        """Return which times were no longer observed: days are told on the wall clock, instants in UTC."""
        if self.whole_day:
            return _reaches(wall, self.wall, inclusive=True)
        return _reaches(wall if instants is None else instants(), self.instant, inclusive=False)

    def last_tick(self, resolution: str, *, elapsed: bool) -> int:
        """Return the last tick that was observed, in UTC where time elapses and on the wall clock where days count."""
        end = self.instant if elapsed else self.wall
        ticks = _in_unit(end, np.dtype(f"datetime64[{resolution}]"))
        if ticks is None:
            return int(np.iinfo(np.int64).max if end > np.datetime64(0, "s") else np.iinfo(np.int64).min + 1)
        return int(ticks.astype(np.int64)) - int(self.whole_day)


def observed_end(value: object, zone: Any, argument: str = "observed_until") -> End:
    """Return the end of observation on the clock of the data, whose zone is None where they have none.

    A date means its whole day, and so does a datetime at midnight without a zone, as pandas has no dates. A datetime
    with a zone is an instant; any other one is an instant on the clock of the data.
    """
    moment = observed_moment(value, argument)
    if moment.tzinfo is not None and zone is None:
        remedy = "Give a date, or localise the times of the data."
        raise InvalidArgument(argument, "have no time zone, as the times have none", value, remedy)
    whole_day = moment.tzinfo is None and moment == moment.normalize()
    if moment.tzinfo is not None:
        instant = moment.tz_convert("UTC").tz_localize(None).to_datetime64()
        return End(whole_day=False, wall=wall_clock(np.array([instant]), zone)[0], instant=instant)
    wall = moment.to_datetime64().astype("datetime64[s]") + DAY if whole_day else moment.to_datetime64()
    for_ever = zone is None or moment.year == date.max.year
    return End(whole_day=whole_day, wall=wall, instant=wall if for_ever else instant_of(wall, zone))


def observed_moment(value: object, argument: str) -> pd.Timestamp:
    """Return a date or an instant, as text of ISO 8601 or as a value of its own type."""
    if isinstance(value, str) and TEXT.fullmatch(value):
        try:
            return pd.Timestamp(value)
        except ValueError as broken:
            raise InvalidArgument(argument, RULE, value, f"{str(broken)[:1].upper()}{str(broken)[1:]}.") from None
    if isinstance(value, (str, pd.Period)):
        raise InvalidArgument(argument, RULE, value, REMEDY)
    if not isinstance(value, (date, datetime, np.datetime64)) or pd.isna(value):
        raise InvalidType(argument, RULE, value, REMEDY)
    if isinstance(value, np.datetime64) and np.datetime_data(value.dtype)[0] in SPANS:
        raise InvalidArgument(argument, RULE, str(value), REMEDY)
    return pd.Timestamp(value)


def _cut(end: np.datetime64, whole_day: bool) -> np.datetime64:
    second: np.datetime64 = end.astype("datetime64[s]") + np.timedelta64(int(not whole_day), "s")
    return second


def _reaches(times: Times, end: np.datetime64, *, inclusive: bool) -> BoolArray:
    """Return which times lie beyond the end; one that the unit of the times cannot tell is reached by none or all."""
    own = _in_unit(end, times.dtype)
    if own is None:
        return np.full(times.shape, end < np.datetime64(0, "s")) & ~np.isnat(times)
    return np.asarray(times >= own if inclusive else times > own)


def _in_unit(end: np.datetime64, unit: np.dtype[Any]) -> np.datetime64 | None:
    """Return the end in another unit, None where that unit does not reach so far."""
    try:
        own: np.datetime64 = end.astype(unit)
    except OverflowError:
        return None
    return own if abs(own.astype(end.dtype) - end) < SECOND else None
