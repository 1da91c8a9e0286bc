"""Calendar periods in a named time zone."""

from __future__ import annotations

from datetime import UTC, date
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.core.checks import check_choice
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.reading.python_objects import is_missing

__all__ = ["PERIODS", "local_times", "period_codes", "period_labels"]

PERIODS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
MONDAY = 4
"""Days from 1970-01-01, a Thursday, to the first Monday after it."""
REMEDY = "Convert with pandas.to_datetime and an explicit format first."
MISSING = np.iinfo(np.int64).min
Times = np.ndarray[Any, Any]


def local_times(values: Any, argument: str, time_zone: str | None) -> Times:
    """Return wall-clock times as datetime64 in the named zone, or in the column's own; naive times as they are."""
    series: Any = values if isinstance(values, pd.Series) else pd.Series(values)
    if isinstance(series.dtype, pd.ArrowDtype):
        series = _from_arrow(series)
    if series.dtype == object:
        series = _from_objects(series.tolist(), argument, time_zone)
    if series.dtype.kind != "M":
        raise InvalidType(argument, "hold dates or times", series.dtype.name, REMEDY)
    if series.dt.tz is None:
        if time_zone is not None:
            raise InvalidArgument("time_zone", f"be left out because {argument} has no time zone", time_zone)
        return np.asarray(series.to_numpy())
    zoned = series if time_zone is None else series.dt.tz_convert(_zone(time_zone))
    return np.asarray(zoned.dt.tz_localize(None).to_numpy())


def period_codes(times: Times, period: str) -> IntArray:
    """Return the number of each time's period since 1970, a large negative number where it is missing."""
    kind = check_choice(period, "period", PERIODS)
    if kind in ("month", "quarter"):
        months = times.astype("datetime64[M]").astype(np.int64)
        codes = months if kind == "month" else np.where(months == MISSING, MISSING, months // 3)
    elif kind == "year":
        codes = times.astype("datetime64[Y]").astype(np.int64)
    else:
        days = times.astype("datetime64[D]").astype(np.int64)
        codes = days if kind == "day" else np.where(days == MISSING, MISSING, (days - MONDAY) // 7)
    return np.asarray(codes, dtype=np.int64)


def period_labels(codes: IntArray, period: str) -> list[str]:
    """Return the ISO name of each period: 2026, 2026-Q1, 2026-03, 2026-W09 or 2026-03-01."""
    if period == "month":
        return [str(label) for label in codes.astype("datetime64[M]")]
    if period == "quarter":
        return [f"{1970 + code // 4:04d}-Q{code % 4 + 1}" for code in codes.tolist()]
    if period == "year":
        return [f"{1970 + code:04d}" for code in codes.tolist()]
    if period == "day":
        return [str(label) for label in codes.astype("datetime64[D]")]
    mondays = (codes * 7 + MONDAY).astype("datetime64[D]").astype(object)
    return [f"{day.isocalendar()[0]:04d}-W{day.isocalendar()[1]:02d}" for day in mondays]


def _zone(time_zone: str) -> Any:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):
        raise InvalidArgument("time_zone", "be the name of a time zone such as 'Europe/Berlin'", time_zone) from None


def _from_arrow(series: Any) -> Any:
    if not str(series.dtype.pyarrow_dtype).startswith("timestamp"):
        return series.astype(object)
    zone = series.dt.tz
    return series.astype("datetime64[us]" if zone is None else f"datetime64[us, {zone}]")


def _from_objects(items: list[Any], argument: str, time_zone: str | None) -> Any:
    """Return Python dates and times as a column of moments; those with and without a zone are not mixed."""
    gone = [is_missing(item) for item in items]
    present = [item for item, missing in zip(items, gone, strict=True) if not missing]
    strange = [item for item in present if not isinstance(item, (date, np.datetime64))]
    if strange:
        raise InvalidType(argument, "hold dates or times", strange[0], REMEDY)
    aware = {getattr(item, "tzinfo", None) is not None for item in present}
    if len(aware) > 1:
        raise InvalidArgument(argument, "be all with a time zone or all without")
    never = np.datetime64("NaT", "us")
    moments = [never if missing else _naive(item) for item, missing in zip(items, gone, strict=True)]
    clock = pd.Series(np.array(moments, dtype="datetime64[us]"))
    return (
        clock.dt.tz_localize("UTC").dt.tz_convert(_common_zone(present, argument, time_zone))
        if True in aware
        else clock
    )


def _naive(moment: Any) -> Any:
    """Return a moment without its zone: the UTC clock where it has one."""
    return moment if getattr(moment, "tzinfo", None) is None else moment.astimezone(UTC).replace(tzinfo=None)


def _common_zone(moments: list[Any], argument: str, time_zone: str | None) -> Any:
    """Return the zone that the moments share; with several the caller must say whose calendar counts."""
    zones = {getattr(moment.tzinfo, "zone", None) or moment.tzinfo for moment in moments}
    if len(zones) > 1 and time_zone is None:
        raise InvalidArgument("time_zone", f"be given because {argument} has several", sorted(map(str, zones)))
    return zones.pop() if len(zones) == 1 else UTC
