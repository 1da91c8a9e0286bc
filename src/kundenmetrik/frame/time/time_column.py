"""A column of times, whatever holds it: the one place where times are read and their zone is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.reading.other_libraries import arrow_of
from kundenmetrik.frame.reading.python_objects import is_missing, no_column
from kundenmetrik.frame.time.instants import MISSING, Moments
from kundenmetrik.frame.time.zones import check_zone, common_zone, zone_name

RULE = "hold dates or times"
REMEDY = "Convert with pandas.to_datetime and an explicit format first."
PERIODS = "These are periods: turn them into times with {way}."


def moments_of(values: Any, argument: str, time_zone: str | None, *, several: str | None = None) -> Moments:
    """Read a column of times; text and numbers are refused, and so is a mixture of times with and without a zone.

    Parameters
    ----------
    values : array-like of times
        A pandas, numpy, pyarrow or polars column, or a list.
    argument : str
        What an error calls the column.
    time_zone : str or None
        The zone whose calendar counts, in place of the column's own.
    several : str, optional
        The zone whose calendar counts where the times carry several; without it ``time_zone`` is asked for.

    Notes
    -----
    A column in which every time is missing has no times to be wrong, whatever its type.
    """
    series = _series(values, argument)
    if isinstance(series.dtype, pd.ArrowDtype):
        ticks, resolution, zone = _of_arrow(arrow_of(series), argument)
    elif series.dtype == object:
        ticks, resolution, zone = _of_objects(series.tolist(), argument, several if time_zone is None else time_zone)
    elif series.dtype.kind == "M":
        zone = getattr(series.dtype, "tz", None)
        stamps = pd.DatetimeIndex(series)
        ticks, resolution = stamps.asi8, stamps.unit
    elif series.isna().all():
        ticks, resolution, zone = np.full(len(series), MISSING), "us", None
    else:
        remedy = PERIODS.format(way=".dt.to_timestamp()") if isinstance(series.dtype, pd.PeriodDtype) else REMEDY
        raise InvalidType(argument, RULE, series.dtype.name, remedy)
    found = Moments(ticks=ticks, resolution=resolution, zone=zone)
    return found if time_zone is None else _in_zone(found, argument, time_zone)


def _in_zone(moments: Moments, argument: str, time_zone: str) -> Moments:
    named = check_zone(time_zone)
    if moments.zone is not None:
        return replace(moments, zone=named)
    if (moments.ticks != MISSING).any():
        rule = f"be left out because {argument} has no time zone"
        raise InvalidArgument("time_zone", rule, time_zone, "Localise them first, with pandas.Series.dt.tz_localize.")
    return moments


def _series(values: Any, argument: str) -> pd.Series[Any]:
    if isinstance(values, pd.Series):
        return values
    library = type(values).__module__.partition(".")[0]
    if library == "narwhals":
        return _series(values.to_native(), argument)
    if library == "polars":
        values, library = values.to_arrow(), "pyarrow"
    if library == "pyarrow":
        return pd.Series(pd.arrays.ArrowExtensionArray(values))
    if isinstance(values, (list, tuple)):
        return pd.Series(values, dtype=object)
    if not isinstance(values, (np.ndarray, pd.Index, pd.api.extensions.ExtensionArray)) or values.ndim != 1:
        raise no_column(values, argument)
    return pd.Series(values)


def _of_arrow(column: Any, argument: str) -> tuple[IntArray, str, Any]:
    if str(column.type).startswith("date"):
        column = column.cast("timestamp[ms]")
    if not str(column.type).startswith("timestamp") and column.null_count == len(column):
        return np.full(len(column), MISSING), "us", None
    if not str(column.type).startswith("timestamp"):
        raise InvalidType(argument, RULE, str(column.type), REMEDY)
    kind = column.type
    ticks = column.cast("int64").fill_null(MISSING)
    numbers = ticks.to_numpy() if hasattr(ticks, "chunks") else ticks.to_numpy(zero_copy_only=False)
    return np.asarray(numbers), kind.unit, None if kind.tz is None else pd.DatetimeTZDtype(tz=kind.tz).tz


def _of_objects(items: list[Any], argument: str, time_zone: str | None) -> tuple[IntArray, str, Any]:
    """Read Python dates and times; those with and without a zone are not mixed."""
    gone = np.fromiter(map(is_missing, items), np.bool_, len(items))
    present = [items[row] for row in np.flatnonzero(~gone).tolist()]
    for item in present:
        if not isinstance(item, (date, np.datetime64)):
            way = PERIODS.format(way=".to_timestamp() of each")
            raise InvalidType(argument, RULE, item, way if isinstance(item, pd.Period) else REMEDY)
    zones = [item.tzinfo for item in present if getattr(item, "tzinfo", None) is not None]
    if zones and len(zones) < len(present):
        raise InvalidArgument(argument, "be all with a time zone or all without")
    fine = any(map(_is_fine, present))
    ticks = np.full(len(items), MISSING)
    ticks[~gone] = _ticks(present, fine)
    return ticks, "ns" if fine else "us", _zone_of(zones, argument, time_zone) if zones else None


def _is_fine(item: Any) -> bool:
    """Return whether a moment needs nanoseconds."""
    if isinstance(item, np.datetime64):
        return bool(item.astype("datetime64[us]") != item)
    return bool(getattr(item, "nanosecond", 0))


def _ticks(present: list[Any], fine: bool) -> IntArray:
    if fine:
        return np.array([pd.Timestamp(item).as_unit("ns").value for item in present], dtype=np.int64)
    plain = [
        item if getattr(item, "tzinfo", None) is None else item.astimezone(UTC).replace(tzinfo=None) for item in present
    ]
    return np.array(plain, dtype="datetime64[us]").view(np.int64)


def _zone_of(zones: list[Any], argument: str, time_zone: str | None) -> Any:
    """Return the zone that the moments share; with several the caller must say whose calendar counts."""
    zone = common_zone(zones)
    if zone is None and time_zone is None:
        names = sorted({zone_name(zone) for zone in zones})
        raise InvalidArgument("time_zone", f"be given because {argument} has several", names)
    return UTC if zone is None else zone
