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
Cycle = Literal["weekday", "hour"]
"""Parts of a week or a day, which come again and again."""
CYCLES: dict[str, tuple[Any, ...]] = {
    "weekday": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "hour": tuple(range(24)),
}
"""The parts, in order."""
FISCAL_MONTHS = {"quarter": 3, "year": 12}
"""The months of each period that a fiscal year has of its own."""
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


def cycle_codes(times: Times, cycle: str) -> IntArray:
    """Return the weekday, 0 for Monday, or the hour of each time, a large negative number where it is missing."""
    if cycle == "weekday":
        parts = (times.astype("datetime64[D]").astype(np.int64) - MONDAY) % 7
    else:
        parts = times.astype("datetime64[h]").astype(np.int64) % 24
    return np.where(np.isnat(times), MISSING, parts)


def fiscal_codes(times: Times, period: str, year_start: int) -> IntArray:
    """Return the number of each time's fiscal year or quarter, counted from the month that the year begins with."""
    months = times.astype("datetime64[M]").astype(np.int64)
    return np.where(months == MISSING, MISSING, (months - (year_start - 1)) // FISCAL_MONTHS[period])


def fiscal_labels(codes: IntArray, period: str) -> list[str]:
    """Return the name of each fiscal year, 2025/26, or quarter, 2025/26-Q1."""
    size = 12 // FISCAL_MONTHS[period]
    years = [1970 + code // size for code in codes.tolist()]
    names = [f"{year:04d}/{(year + 1) % 100:02d}" for year in years]
    return names if size == 1 else [f"{name}-Q{code % 4 + 1}" for name, code in zip(names, codes.tolist(), strict=True)]


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
