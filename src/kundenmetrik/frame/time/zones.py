"""Time zones: their names, and the clock on the wall of each."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import Times
from kundenmetrik.errors import InvalidArgument

END_OF_TABLES = np.datetime64("2037-01-01")
"""The tables of pytz, which pandas 2 uses, know no change of clocks after 2037."""


def check_zone(name: object, argument: str = "time_zone") -> ZoneInfo:
    """Return the time zone of a name."""
    try:
        return ZoneInfo(name)  # type: ignore[arg-type]
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError, AttributeError):
        raise InvalidArgument(argument, "be the name of a time zone such as 'Europe/Berlin'", name) from None


def zone_name(zone: Any) -> str:
    """Return the name by which a zone is the same zone, whichever library made it."""
    return str(getattr(zone, "zone", None) or getattr(zone, "key", None) or zone)


def common_zone(zones: list[Any]) -> Any:
    """Return the zone that all share, None where there are several."""
    return zones[0] if len({zone_name(zone) for zone in zones}) == 1 else None


def wall_clock(instants: Times, zone: Any) -> Times:
    """Return what the clock on the wall of a zone shows at each instant; instants of no zone stay as they are."""
    if zone is None or not len(instants):
        return instants
    clock = _whole_tables(zone) if (instants > END_OF_TABLES).any() else zone
    shown = pd.DatetimeIndex(instants).tz_localize("UTC").tz_convert(clock).tz_localize(None)
    return np.asarray(shown.to_numpy())


def instant_of(moment: np.datetime64, zone: Any) -> np.datetime64:
    """Return the instant, in UTC, at which the wall of a zone shows a moment.

    A moment that is shown twice is its first showing; one that is skipped is the end of the gap.
    """
    shown = pd.Timestamp(moment)
    placed = shown.tz_localize(_whole_tables(zone), nonexistent="shift_forward", ambiguous=True)
    instant: np.datetime64 = placed.tz_convert("UTC").tz_localize(None).to_datetime64()
    return instant


def _whole_tables(zone: Any) -> Any:
    """Return the same zone with its rules for all years."""
    try:
        return ZoneInfo(zone_name(zone)) if isinstance(zone, str) or hasattr(zone, "zone") else zone
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return zone
