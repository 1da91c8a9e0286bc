"""Calendar periods in a named time zone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.core.checks import a_choice
from kundenmetrik.errors import InvalidArgument, InvalidType

__all__ = ["PERIODS", "local_times", "period_codes", "period_labels"]

PERIODS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
MONDAY = 4
"""Days from 1970-01-01, a Thursday, to the first Monday after it."""
MISSING = np.iinfo(np.int64).min
Times = np.ndarray[Any, Any]


def local_times(values: Any, argument: str, time_zone: str | None) -> Times:
    """Return wall-clock times as datetime64 in the named zone, or in the column's own; naive times as they are."""
    series: Any = values if isinstance(values, pd.Series) else pd.Series(values)
    if isinstance(series.dtype, pd.ArrowDtype) and series.dtype.kind == "M":
        series = series.astype(f"datetime64[us, {series.dt.tz}]" if series.dt.tz is not None else "datetime64[us]")
    if series.dtype == object:
        series = _from_objects(series, argument)
    if series.dtype.kind != "M" and not isinstance(series.dtype, pd.DatetimeTZDtype):
        remedy = "Convert with pandas.to_datetime and an explicit format first."
        raise InvalidType(argument, "hold dates or times", series.dtype.name, remedy)
    if series.dt.tz is None:
        if time_zone is not None:
            raise InvalidArgument("time_zone", f"be left out because {argument} has no time zone", time_zone)
        return np.asarray(series.to_numpy())
    zoned = series if time_zone is None else series.dt.tz_convert(_zone(time_zone))
    return np.asarray(zoned.dt.tz_localize(None).to_numpy())


def period_codes(times: Times, period: str) -> IntArray:
    """Return the number of each time's period since 1970, a large negative number where it is missing."""
    kind = a_choice(period, "period", PERIODS)
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
        return [f"{1970 + code // 4}-Q{code % 4 + 1}" for code in codes.tolist()]
    if period == "year":
        return [str(1970 + code) for code in codes.tolist()]
    if period == "day":
        return [str(label) for label in codes.astype("datetime64[D]")]
    mondays = (codes * 7 + MONDAY).astype("datetime64[D]").astype(object)
    return [f"{day.isocalendar()[0]}-W{day.isocalendar()[1]:02d}" for day in mondays]


def _zone(time_zone: str) -> Any:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, TypeError):
        raise InvalidArgument("time_zone", "be the name of a time zone such as 'Europe/Berlin'", time_zone) from None


def _from_objects(series: Any, argument: str) -> Any:
    present = series.dropna()
    strange = present[[not hasattr(value, "isoformat") for value in present]]
    if len(strange) or not len(present):
        raise InvalidType(
            argument,
            "hold dates or times",
            list(strange[:3]) or "only missing values",
            "Convert with pandas.to_datetime and an explicit format first.",
        )
    zones = {getattr(value, "tzinfo", None) is None for value in present}
    if len(zones) > 1:
        raise InvalidArgument(argument, "be all with a time zone or all without")
    return pd.to_datetime(series, utc=not zones.pop())
