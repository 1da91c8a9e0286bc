"""Calendar: moments in time as whole steps of a grain, in a named zone, right across a change of clocks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np

from kundenmetrik.core.arrays import AnyArray, IntArray, Times
from kundenmetrik.core.checks import check_choice
from kundenmetrik.frame.time.observed_until import observed_end
from kundenmetrik.frame.time.units import DAYS, SECONDS_PER_DAY
from kundenmetrik.frame.time.zones import wall_clock

Grain = Literal["instant", "hour", "day", "week", "month", "quarter", "year"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
"""What can be merged into one purchase; an instant merges nothing but equal times."""
ELAPSED = ("instant", "hour")
MISSING = np.iinfo(np.int64).min
TICKS = {
    unit: SECONDS_PER_DAY * per_second for unit, per_second in (("s", 1), ("ms", 10**3), ("us", 10**6), ("ns", 10**9))
}
"""Ticks in a day; the resolution of a column is read from its type and never guessed."""


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

    def take(self, rows: AnyArray) -> Moments:
        """Return some of the moments."""
        return Moments(ticks=self.ticks[rows], resolution=self.resolution, zone=self.zone)

    def coarsest(self) -> Moments:
        """Return the same moments in the coarsest resolution that is exact: shorter numbers sort faster."""
        for resolution, per_day in TICKS.items():
            ratio = self.per_day // per_day
            if ratio > 1 and not (self.ticks % ratio).any():
                return Moments(ticks=self.ticks // ratio, resolution=resolution, zone=self.zone)
        return self

    def instants(self) -> Times:
        """Return the moments in UTC, or on their own clock where they carry no zone."""
        return self.ticks.view(f"M8[{self.resolution}]")

    def wall(self) -> Times:
        """Return what the clock on the wall of the zone shows."""
        return wall_clock(self.instants(), self.zone)

    def clock(self, grain: str) -> IntArray:
        """Return the ticks on the clock that the grain lives on: the zone's for days and longer, else elapsed time."""
        return self.ticks if self.zone is None or grain in ELAPSED else self.wall().view(np.int64)

    def last_tick(self, until: object, grain: str, argument: str = "observed_until") -> int:
        """Return the last tick, on the grain's clock, that an inclusive end covers: the whole day if it is a day."""
        return observed_end(until, self.zone, argument).last_tick(self.resolution, elapsed=grain in ELAPSED)


def check_grain(value: object) -> Grain:
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


def starts_of(steps: IntArray, resolution: str, grain: str) -> Times:
    """Return the beginning of each step, as a date for days and longer."""
    if grain == "instant":
        return steps.view(f"M8[{resolution}]")
    if grain == "hour":
        return (steps * (TICKS["s"] // 24)).view("M8[s]")
    if grain == "week":
        return (steps * 7 - 3).view("M8[D]")
    if grain == "day":
        return steps.view("M8[D]")
    months = np.asarray(steps * {"month": 1, "quarter": 3, "year": 12}[grain])
    return months.view("M8[M]").astype("M8[D]")
