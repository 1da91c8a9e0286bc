"""Calendar periods in a named time zone."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import IntArray, Times
from kundenmetrik.core.checks import check_choice
from kundenmetrik.frame.time.instants import MISSING
from kundenmetrik.frame.time.time_column import moments_of

PeriodLength = Literal["day", "week", "month", "quarter", "year"]
"""The calendar periods by name."""
PERIODS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}
MONDAY = 4
"""Days from 1970-01-01, a Thursday, to the first Monday after it."""


def local_times(values: Any, argument: str, time_zone: str | None) -> Times:
    """Return wall-clock times as datetime64 in the named zone, or in the column's own; naive times as they are."""
    return moments_of(values, argument, time_zone).wall()


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


def day_label(moment: object) -> str:
    """Return the day of a moment, on the moment's own clock."""
    return str(pd.Timestamp(moment).date())  # type: ignore[arg-type]


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
