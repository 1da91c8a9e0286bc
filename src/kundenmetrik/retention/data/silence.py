"""Whether a log of activity falls silent before the end of observation."""

from __future__ import annotations

import numpy as np

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.core.early_end import ENDS_EARLY, ends_early
from kundenmetrik.frame.time.units import DAYS
from kundenmetrik.retention.data.activity_log import Log
from kundenmetrik.retention.data.calendar import SECOND, days_of
from kundenmetrik.retention.data.members import distinct

__all__ = ["silence_notes"]


def silence_notes(log: Log, period: str) -> tuple[str, ...]:
    """Return the note that a log may end before its observation does, where nobody came for so long; see the rule."""
    latest, end = days_of(np.array([log.times.max(), log.cut - SECOND])).tolist()

    def active_days() -> IntArray:
        """Return the day of each customer's activity; what was done on one day is one."""
        return distinct(log.customers.codes, days_of(log.times), log.customers.span)[1]

    return (ENDS_EARLY,) * ends_early(latest, end, DAYS[period], active_days)
