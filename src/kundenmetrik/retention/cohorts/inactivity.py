"""Choosing the inactivity window: how often a customer declared lost after so long a silence comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.checks import check_confidence, check_count, check_items, check_number, check_share
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.survival import SurvivalTable, survival_limits, survival_table
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.log.kept_rows import require_rows
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.numbers import numbers
from kundenmetrik.frame.time.calendar import days_of
from kundenmetrik.renamed import former_parameters
from kundenmetrik.retention.data.activity_log import read_log
from kundenmetrik.retention.data.members import distinct, heads_of


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class InactivityCurve(Result):
    """For each inactivity window, how many silences outlast it and which share of them still ends in a purchase.

    Attributes
    ----------
    gaps : SurvivalTable
        Days between the active days of a customer; the silence since the last one is censored.
    windows : ndarray of int
        The windows that are shown, in days.
    confidence : float
        The confidence of the intervals.
    excluded : mapping of str to int
        Rows that were left out, by reason.
    """

    gaps: SurvivalTable
    windows: IntArray
    confidence: float = 0.95
    excluded: Mapping[str, int] = field(default_factory=dict)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each window.

        Returns
        -------
        pandas.DataFrame
            window (days), silences (that lasted longer and were still watched), returned (of them later, as seen),
            false_churn (the share of them that returns within the longest silence seen, censoring counted rightly),
            low, high, still_active (the share of all silences that last longer).
        """
        share, low, high = self.false_churn(self.windows)
        later = np.searchsorted(self.gaps.time, self.windows, side="right")
        lost = np.append(np.cumsum(self.gaps.events[::-1])[::-1], 0)[later]
        ended = np.append(np.cumsum((self.gaps.events + self.gaps.censored)[::-1])[::-1], 0)[later]
        columns = {"window": self.windows, "silences": ended, "returned": lost, "false_churn": share, "low": low}
        return pd.DataFrame({**columns, "high": high, "still_active": self.gaps.at(self.windows)[0]})

    def false_churn(self, windows: Any) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return for each window the share of silences that outlast it but still end in a purchase, with limits."""
        days = numbers(windows, "windows").floats if np.ndim(windows) else np.array([check_number(windows, "windows")])
        refuse([fault_of("windows", "be at least 0 days", ~(days >= 0), days, "ge")])
        survival, greenwood = self.gaps.at(days)
        end, spread = self.gaps.survival[-1], self.gaps.greenwood[-1]
        with np.errstate(divide="ignore", invalid="ignore"):
            left = np.where(survival > 0, end / survival, np.nan)
            low, high = survival_limits(left.copy(), np.maximum(spread - greenwood, 0.0), self.confidence, "log-log")
        return 1.0 - left, 1.0 - high, 1.0 - low

    def choose(self, false_churn: float = 0.1) -> int:
        """Return the shortest window, in days, after which at most this share of the silent still comes back.

        Parameters
        ----------
        false_churn : float
            The share of customers declared lost that may be wrong.

        Raises
        ------
        InvalidArgument
            If no window that was observed is long enough.
        """
        allowed = check_share(false_churn, "false_churn")
        days = np.concatenate(([0.0], self.gaps.time))
        share, _, _ = self.false_churn(days)
        good = np.flatnonzero(share <= allowed)
        if not good.size:
            raise InvalidArgument("false_churn", "be large enough for the time that was observed", false_churn)
        return int(days[good[0]])

    @property
    def headline(self) -> str:
        """How many silences there are, and what the table shows."""
        ended = int(self.gaps.events.sum())
        return f"{self.gaps.total:,} silences, {ended:,} of them ended: the share that ends after each window in days"


@former_parameters(kind="kinds")
def inactivity(
    data: Any,
    *,
    observed_until: Any,
    windows: Sequence[int] = (30, 60, 90, 120, 180, 270, 365),
    date: str = "occurred_at",
    customer: str = "customer_id",
    kinds: str | Sequence[str] | None = "purchase",
    time_zone: str | None = None,
    confidence: float = 0.95,
) -> InactivityCurve:
    r"""Show what each inactivity window costs: the share of customers declared lost who come back.

    .. math:: \text{false churn}(w) = 1 - \frac{G(\infty)}{G(w)}

    with :math:`G` the Kaplan-Meier curve of the days between a customer's active days, the silence since the last of
    them censored at the end of observation.

    Parameters
    ----------
    data : frame or list of records
        A log of interactions, one row each.
    observed_until : date or time
        The last day that was observed, inclusive.
    windows : sequence of int
        Windows to show, in days.
    date, customer : str
        Columns of the log.
    kinds : str, sequence of str or None
        Which kinds of interaction are activity, where the log has a column ``kind``; None for all. A purchase
        with an amount below 0 is a refund, and no activity.
    time_zone : str, optional
        The zone whose calendar counts, for times with a zone.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    InactivityCurve
        ``to_frame()``, ``choose(false_churn)``.

    Notes
    -----
    Who returns only after the time observed is not seen, so that false churn is a lower bound; a short log makes every
    window look safe. Silences of one customer are not independent, so the intervals are somewhat too narrow.

    Examples
    --------
    >>> import pandas as pd
    >>> from kundenmetrik import retention
    >>> days = pd.to_datetime(["2026-01-01", "2026-01-11", "2026-03-01", "2026-01-05", "2026-01-25", "2026-01-08"])
    >>> log = pd.DataFrame({"customer_id": [1, 1, 1, 2, 2, 3], "occurred_at": days})
    >>> curve = retention.inactivity(log, observed_until="2026-03-31", windows=[15, 30, 60])
    >>> curve.to_frame()["false_churn"].round(3).tolist()
    [0.467, 0.333, 0.0]
    """
    log = read_log(
        data, observed_until=observed_until, date=date, customer=customer, kind=kinds, by=None, time_zone=time_zone
    )
    require_rows(log.times.size, "data", log.excluded)
    who, day = distinct(log.customers.codes, days_of(log.times), log.customers.span)
    last = log.end.last_day
    ends = np.append(heads_of(who)[1:], who.size) - 1
    gap = np.append(np.diff(day), 0)
    gap[ends] = last - day[ends]
    returned = np.ones(gap.size, bool)
    returned[ends] = False
    return InactivityCurve(
        gaps=survival_table(gap, returned),
        windows=np.array(
            sorted(
                check_count(window, "windows", low=1)
                for window in check_items(windows, "windows", "be a list of whole numbers of days")
            ),
            dtype=np.int64,
        ),
        confidence=check_confidence(confidence),
        excluded=log.excluded,
    )
