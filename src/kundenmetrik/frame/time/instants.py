"""Calendar: moments in time as whole steps of a grain, in a named zone, right across a change of clocks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.core.checks import check_choice
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.time.units import DAYS

__all__ = ["ELAPSED", "GRAINS", "MISSING", "Moments", "check_grain", "days_in", "moments_of", "starts_of", "steps_of"]

GRAINS = ("instant", "hour", "day", "week", "month", "quarter", "year")
"""What can be merged into one purchase; an instant merges nothing but equal times."""
ELAPSED = ("instant", "hour")
EPOCH = date(1970, 1, 1).toordinal()
MISSING = np.iinfo(np.int64).min
TICKS = {"s": 86_400, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
"""Ticks in a day; the resolution of a column is read from its type and never guessed."""
REMEDY = "Convert them with pandas.to_datetime and the format they have."
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Moments:
    """A column of times as whole ticks: since 1970 in UTC where the times carry a zone, else on their own clock.

    Attributes
    ----------
    ticks : ndarray of int64
        A missing time is the smallest int64.
    resolution : str
        s, ms, us or ns.
    zone : tzinfo, str or None
        Where days begin; None where the times carry no zone.
    """

    ticks: IntArray
    resolution: str
    zone: Any = None

    @property
    def per_day(self) -> int:
        """Ticks in a day."""
        return TICKS[self.resolution]

    def take(self, rows: NDArray[Any]) -> Moments:
        """Return some of the moments."""
        return Moments(ticks=self.ticks[rows], resolution=self.resolution, zone=self.zone)

    def coarsest(self) -> Moments:
        """Return the same moments in the coarsest resolution that is exact: shorter numbers sort faster."""
        for resolution, per_day in TICKS.items():
            ratio = self.per_day // per_day
            if ratio > 1 and not (self.ticks % ratio).any():
                return Moments(ticks=self.ticks // ratio, resolution=resolution, zone=self.zone)
        return self

    def clock(self, grain: str) -> IntArray:
        """Return the ticks on the clock that the grain lives on: the zone's for days and longer, else elapsed time."""
        if self.zone is None or grain in ELAPSED:
            return self.ticks
        stamps = pd.DatetimeIndex(self.ticks.view(f"M8[{self.resolution}]")).tz_localize("UTC").tz_convert(self.zone)
        return np.asarray(stamps.tz_localize(None)).view(np.int64)

    def last_tick(self, until: object, grain: str, argument: str = "observed_until") -> int:
        """Return the last tick, on the grain's clock, that an inclusive end covers: the whole day if it is a day."""
        day = _as_day(until, grain)
        if day is not None and (self.zone is None or grain not in ELAPSED):
            return (day.toordinal() - EPOCH + 1) * self.per_day - 1
        if day is not None:
            return self._on_clock(day + timedelta(days=1), grain) - 1
        if not isinstance(until, datetime):
            raise InvalidType(argument, 'be a date, a datetime or a day such as "2026-03-31"', until)
        if (until.tzinfo is None) != (self.zone is None):
            carried = "no zone" if self.zone is None else "a zone"
            raise InvalidArgument(argument, f"carry {carried} like the times, or be a date", until)
        return self._on_clock(until, grain)

    def _on_clock(self, moment: date, grain: str) -> int:
        stamp = pd.Timestamp(moment)
        if self.zone is not None and stamp.tz is None and grain in ELAPSED:
            stamp = stamp.tz_localize(self.zone, nonexistent="shift_forward", ambiguous=True)
        if stamp.tz is not None:
            stamp = stamp.tz_convert("UTC" if grain in ELAPSED else self.zone).tz_localize(None)
        whole = stamp.to_datetime64().astype(f"M8[{self.resolution}]")
        return int(whole.view(np.int64))


def check_grain(value: object) -> str:
    """Return the name of a grain, or suggest the nearest one."""
    return check_choice(value, "grain", GRAINS)


def steps_of(ticks: IntArray, per_day: int, grain: str) -> IntArray:
    """Return the whole steps of the grain since 1970 that hold the ticks; weeks begin on Monday."""
    if grain == "instant":
        return ticks
    if grain == "hour":
        return np.asarray(ticks // (per_day // 24))
    days = np.asarray(ticks // per_day)
    if grain == "day":
        return days
    if grain == "week":
        return np.asarray((days + 3) // 7)
    months = days.view("M8[D]").astype("M8[M]").view(np.int64)
    return np.asarray(months // {"month": 1, "quarter": 3, "year": 12}[grain])


def days_in(grain: str, per_day: int) -> float:
    """Return how many days one step of the grain is."""
    return 1 / per_day if grain == "instant" else DAYS[grain]


def starts_of(steps: IntArray, resolution: str, grain: str) -> NDArray[np.datetime64]:
    """Return the beginning of each step, as a date for days and longer."""
    if grain == "instant":
        return steps.view(f"M8[{resolution}]")
    if grain == "hour":
        return (steps * 3600).view("M8[s]")
    if grain == "week":
        return (steps * 7 - 3).view("M8[D]")
    if grain == "day":
        return steps.view("M8[D]")
    months = np.asarray(steps * {"month": 1, "quarter": 3, "year": 12}[grain])
    return months.view("M8[M]").astype("M8[D]")


def moments_of(column: object, argument: str, time_zone: str | None) -> Moments:
    """Read a column of times; text and numbers are refused, and so is a mixture of times with and without a zone."""
    times = column if isinstance(column, pd.Series) else pd.Series(column)
    if times.dtype == object:
        times = _from_objects(times, argument, time_zone)
    if isinstance(times.dtype, pd.ArrowDtype) and times.dtype.kind == "M":
        times = pd.Series(pd.DatetimeIndex(times.array.to_numpy(dtype=object)))
    if times.dtype.kind != "M":
        raise InvalidType(argument, "hold dates or datetimes", times.iloc[0] if len(times) else times.dtype, REMEDY)
    zone = getattr(times.dtype, "tz", None)
    if zone is None and time_zone is not None:
        raise InvalidArgument("time_zone", "be left out, as the times carry no zone", time_zone, "Localise them first.")
    stamps = np.asarray(times.dt.tz_convert("UTC").dt.tz_localize(None) if zone is not None else times)
    resolution = np.datetime_data(stamps.dtype)[0]
    return Moments(ticks=stamps.view(np.int64), resolution=resolution, zone=_zone(time_zone) or zone)


def _from_objects(times: pd.Series[Any], argument: str, time_zone: str | None) -> pd.Series[Any]:
    """Turn Python dates and datetimes into a typed column; different zones need the name of the one to use."""
    known = times.dropna()
    kinds = {isinstance(value, datetime) + 2 * (getattr(value, "tzinfo", None) is not None) for value in known}
    if not all(isinstance(value, date) for value in known):
        odd = next(value for value in known if not isinstance(value, date))
        raise InvalidType(argument, "hold dates or datetimes", odd, REMEDY)
    if len({kind // 2 for kind in kinds}) > 1:
        raise InvalidArgument(argument, "carry a zone in every row or in none")
    if 3 not in kinds:
        return pd.Series(np.array([None if pd.isna(value) else value for value in times], dtype="M8[us]"))
    zones = {str(value.tzinfo) for value in known}
    if len(zones) > 1 and time_zone is None:
        raise InvalidArgument("time_zone", f"be named, as the times carry {len(zones)} zones", sorted(zones)[:3])
    return pd.to_datetime(times, utc=True).dt.tz_convert(time_zone or known.iloc[0].tzinfo)


def _zone(name: str | None) -> str | None:
    if name is None:
        return None
    try:
        pd.Timestamp(0, tz=name)
    except (KeyError, ValueError, TypeError, OSError) as error:
        raise InvalidArgument("time_zone", 'be the name of a zone, such as "Europe/Berlin"', name) from error
    return name


def _as_day(until: object, grain: str) -> date | None:
    """Return the day that is meant, None for an instant; midnight without a zone is the day, as pandas has no dates."""
    if isinstance(until, str) and ISO_DAY.fullmatch(until):
        return date.fromisoformat(until)
    if isinstance(until, np.datetime64):
        return _as_day(pd.Timestamp(until), grain)
    if isinstance(until, datetime):
        midnight = until.tzinfo is None and until == datetime(until.year, until.month, until.day)
        return until.date() if midnight and grain not in ELAPSED else None
    return until if isinstance(until, date) else None
