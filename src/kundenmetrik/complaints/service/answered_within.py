"""The share of complaints answered in time."""

from __future__ import annotations

from typing import Any

from kundenmetrik.complaints.service.business_hours import Clock
from kundenmetrik.complaints.service.service_times import Stop, service_times
from kundenmetrik.core.results.estimate import Estimate


def answered_within(
    interactions: Any,
    hours: float = 24,
    *,
    observed_until: Any,
    until: Stop = "response",
    clock: Clock | None = None,
    confidence: float = 0.95,
) -> Estimate:
    """Compute the share of complaints answered within 24 hours, with those still open counted as far as they waited.

    Parameters
    ----------
    interactions : table
        With customer_id, kind, occurred_at, and first_response_at or resolved_at.
    hours : float
        Hours of the clock.
    observed_until : time
        The last instant or day that was observed, inclusive.
    until : {"response", "resolution"}
        What stops the clock.
    clock : Clock, optional
        :class:`ElapsedHours` (default) or :class:`BusinessHours`.
    confidence : float
        Of the interval.

    Returns
    -------
    Estimate
        A share.

    Raises
    ------
    InvalidData
        If a complaint was answered before it came.

    Examples
    --------
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> log = pd.DataFrame({
    ...     "customer_id": [1, 2], "kind": "complaint", "occurred_at": pd.to_datetime(["2025-03-01 09:00"] * 2),
    ...     "first_response_at": pd.to_datetime(["2025-03-01 12:00", "2025-03-03 09:00"]),
    ... })
    >>> km.complaints.answered_within(log, observed_until="2025-03-10").value
    0.5
    """
    times = service_times(interactions, observed_until=observed_until, until=until, clock=clock, confidence=confidence)
    return times.within(hours)
