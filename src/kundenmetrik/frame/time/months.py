"""Whole months between times."""

from __future__ import annotations

import numpy as np

from kundenmetrik.core.arrays import IntArray, Times
from kundenmetrik.frame.time.instants import TICKS


def months_between(start: Times, end: Times) -> IntArray:
    """Return the whole months from each start to each end; a month ends on the same day, or the month's last."""
    first, last = start.astype("datetime64[M]"), end.astype("datetime64[M]")
    whole = last.astype(np.int64) - first.astype(np.int64)
    into, reached = _microseconds(start) - _microseconds(first), _microseconds(end) - _microseconds(last)
    last_day = _microseconds(np.add(last, np.timedelta64(1, "M"))) - _microseconds(last) - TICKS["us"]
    return np.asarray(whole - (reached < np.minimum(into, into % TICKS["us"] + last_day)), dtype=np.int64)


def _microseconds(times: Times) -> IntArray:
    return times.astype("datetime64[us]").astype(np.int64)
