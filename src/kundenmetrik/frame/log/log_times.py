"""The times of a log: on the wall clock of their zone, and as instants."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kundenmetrik.core.arrays import Times
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.time.time_column import moments_of
from kundenmetrik.frame.time.zones import zone_name


def times_of(frame: pd.DataFrame, name: str, time_zone: str | None, argument: str = "date") -> tuple[Times, Any]:
    """Return a column of times on the wall clock of its zone, and that zone; None for times without one."""
    moments = moments_of(column_of(frame, name, argument), name, time_zone)
    return moments.wall(), moments.zone


def one_clock(zone: Any, other: Any, argument: str, than: str) -> None:
    """Refuse two columns of times of which only one has a zone, or that are in two zones."""
    if (zone is None) != (other is None):
        raise InvalidArgument(argument, f"have a time zone exactly when {than} has one")
    if zone_name(zone) != zone_name(other):
        remedy = f"{than} is in {zone_name(zone)}, {argument} in {zone_name(other)}."
        raise InvalidArgument("time_zone", "be given for times in two zones", remedy=remedy)


def instants_of(frame: pd.DataFrame, name: str) -> Times:
    """Return a column of times with a zone as instants, on the clock of UTC."""
    return moments_of(column_of(frame, name, "date"), name, None, several="UTC").instants()
