"""Moments: dates with a time of day, as the standard library holds them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pydantic_core import PydanticCustomError

EPOCH = datetime(1970, 1, 1)


def as_moment(value: object) -> object:
    """Return a time stamp of pandas, or an ISO 8601 time as JSON holds it, as a plain datetime.

    Web frameworks validate JSON that is parsed already, so ISO 8601 text with a time of day is read in both modes. NaT,
    nanoseconds, and local times that the clock skipped are refused; what is no time is left to the refusal.
    """
    if isinstance(value, str):
        value = _from_iso(value)
    if hasattr(value, "to_pydatetime"):
        value = _from_pandas(value)
    if isinstance(value, datetime) and is_skipped(value):
        raise PydanticCustomError("skipped_moment", "must be a time that exists in its time zone")
    return value


def _from_iso(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text if ":" in text else "")
    except ValueError:
        rule = "must be a date with a time of day, such as '2025-03-01T09:30:00+01:00'"
        raise PydanticCustomError("moment_type", rule) from None


def _from_pandas(stamp: Any) -> datetime:
    if stamp != stamp:
        raise PydanticCustomError("missing_moment", "must be a time, not NaT; write None where none is known")
    if stamp.nanosecond:
        raise PydanticCustomError("nanoseconds", "must be a time in whole microseconds")
    moment: datetime = stamp.to_pydatetime()
    return moment


def is_aware(moment: datetime) -> bool:
    """Say whether a moment knows its offset from UTC."""
    return moment.utcoffset() is not None


def is_skipped(moment: datetime) -> bool:
    """Say whether the clock of the moment's zone skipped it, as 02:30 when summer time begins (PEP 495)."""
    before, after = (moment.replace(fold=fold).utcoffset() for fold in (0, 1))
    return before is not None and after is not None and before < after


def instant(moment: datetime) -> timedelta:
    """Return the time since 1970, in UTC or on the naive clock: two times of one zone compare as instants."""
    return moment.replace(tzinfo=None) - EPOCH - (moment.utcoffset() or timedelta())
