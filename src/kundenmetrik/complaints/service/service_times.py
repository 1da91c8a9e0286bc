"""Service clocks: how soon complaints are answered and resolved, with the open ones still counted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
import pandas as pd

from kundenmetrik.complaints.rates.interactions import Interactions, read_interactions
from kundenmetrik.complaints.service.business_hours import Clock, ElapsedHours
from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.core.checks import check_choice, check_confidence, check_number
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.one_sample.proportions import wilson_interval
from kundenmetrik.core.statistics.survival import SurvivalTable, survival_table
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.time.observed_until import observed_end
from kundenmetrik.frozen import FrozenMapping

Stop = Literal["response", "resolution"]
STOPS = {"response": "first_response_at", "resolution": "resolved_at"}
"""What stops the clock, and the column that says when."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ServiceTimes(Result):
    """How long complaints wait, those still waiting included.

    Attributes
    ----------
    curve : SurvivalTable
        The share still waiting after each time, in hours of the clock.
    n, waiting : int
        The complaints, and how many of them were still waiting when observation ended.
    until : str
        ``response`` or ``resolution``.
    clock : str
        The name of the clock.
    confidence : float
        Of the intervals.
    excluded : mapping of str to int
        Complaints after ``observed_until``: ``not_observed_yet``.
    """

    curve: SurvivalTable
    n: int
    waiting: int
    until: str
    clock: str
    confidence: float
    excluded: Mapping[str, int]

    def within(self, hours: float) -> Estimate:
        """Return the share of complaints that were answered (or resolved) within so many hours.

        Parameters
        ----------
        hours : float
            Hours of the clock; an answer at exactly that time counts.

        Returns
        -------
        Estimate
            A share; NaN with the note ``not_observed_yet`` where nobody was followed for so long. Where none or all
            were answered by then, the limits are Wilson's.
        """
        limit = check_number(hours, "hours", low=0.0)
        waiting, _ = self.curve.at(np.array([limit]))
        notes = ("empty",) if self.n == 0 else ("not_observed_yet",) if np.isnan(waiting[0]) else ()
        return Estimate(
            metric=f"{self.until}_within_{limit:g}_hours",
            value=1.0 - float(waiting[0]) if not notes else np.nan,
            ask=partial(_share_limits, self.curve, limit) if not notes else None,
            n=self.n,
            unit="share",
            confidence=self.confidence,
            method="Kaplan-Meier, log-log",
            excluded=self.excluded,
            notes=notes,
            higher_is_better=True,
        )

    def quantile(self, share: float) -> Estimate:
        """Return the time within which so many of the complaints were answered (or resolved).

        Parameters
        ----------
        share : float
            Such as 0.5 for the median, 0.9 for nine out of ten.

        Returns
        -------
        Estimate
            In hours of the clock; NaN with the note ``not_reached`` where too many still wait. A limit that the
            data do not reach is infinite.
        """
        wanted = check_number(share, "share", low=0.0, high=1.0)
        if wanted in (0.0, 1.0):
            raise InvalidArgument("share", "lie between 0 and 1", share)
        value = float(self.curve.quantile(wanted)) if self.n else np.nan
        notes = ("empty",) if self.n == 0 else ("not_reached",) if np.isnan(value) else ()
        return Estimate(
            metric=f"{self.until}_time_{100 * wanted:g}_percent",
            value=value,
            ask=partial(_time_limits, self.curve, wanted) if self.n else None,
            n=self.n,
            unit="hours",
            confidence=self.confidence,
            method="Kaplan-Meier, log-log",
            excluded=self.excluded,
            notes=notes,
            higher_is_better=False,
        )

    def median(self) -> Estimate:
        """Return the time within which half of the complaints were answered (or resolved).

        Returns
        -------
        Estimate
            In hours of the clock.
        """
        return self.quantile(0.5)

    def to_frame(self) -> pd.DataFrame:
        """Return the curve.

        Returns
        -------
        pandas.DataFrame
            hours, waiting (still waiting just before), answered (at that time), censored, share, low, high: the share
            answered by then.
        """
        low, high = (1 - limit for limit in reversed(self.curve.interval(self.confidence)))
        # Where none or all were answered the curve has no width; Wilson's limits are those of ``within``.
        flat = np.isin(self.curve.survival, (0.0, 1.0))
        followed = self.curve.events.sum() + np.cumsum(self.curve.censored[::-1])[::-1]
        hits = np.where(self.curve.survival == 0.0, followed, 0)
        low[flat], high[flat] = wilson_interval(hits[flat], followed[flat], self.confidence)
        columns = {"hours": self.curve.time, "waiting": self.curve.at_risk, "answered": self.curve.events}
        shares = {"share": 1 - self.curve.survival, "low": low, "high": high}
        return pd.DataFrame({**columns, "censored": self.curve.censored, **shares})

    @property
    def headline(self) -> str:
        """How many complaints there are, how many still wait, and the median."""
        clock = self.clock.replace("_", " ")
        head = f"Time to {self.until} by {clock}: {self.n:,} complaints, {self.waiting:,} still waiting"
        median = self.median().headline.replace(f"{self.until} time 50 percent", "median", 1)
        return f"{head}; {median}"


def service_times(
    interactions: Any,
    *,
    observed_until: Any,
    until: Stop = "response",
    clock: Clock | None = None,
    confidence: float = 0.95,
) -> ServiceTimes:
    r"""Measure how long complaints wait for an answer or a solution, counting those that still wait.

    .. math:: \hat S(t) = \prod_{t_j \le t} \left(1 - \frac{d_j}{r_j}\right)

    Parameters
    ----------
    interactions : table
        With customer_id, kind, occurred_at, and first_response_at or resolved_at; the rows of kind ``complaint``.
    observed_until : time
        The last instant or day that was observed, inclusive; a complaint open then has waited until then at least.
    until : {"response", "resolution"}
        What stops the clock.
    clock : Clock, optional
        :class:`ElapsedHours` (default) or :class:`BusinessHours`.
    confidence : float
        Of the intervals.

    Returns
    -------
    ServiceTimes
        ``.within(24)``, ``.median()``, ``.quantile(0.9)`` are estimates; ``.to_frame()`` is the curve.

    Raises
    ------
    InvalidData
        If a complaint was answered before it came.

    Notes
    -----
    Leaving open complaints out makes service look better than it is: the slow ones are the ones still open.
    Here they count for as long as they have waited (Kaplan and Meier). Answers after ``observed_until`` are
    not known yet and count as open.

    Examples
    --------
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> log = pd.DataFrame({
    ...     "customer_id": [1, 2, 3, 4], "kind": "complaint",
    ...     "occurred_at": pd.to_datetime(["2025-03-01 09:00"] * 4),
    ...     "first_response_at": pd.to_datetime(["2025-03-01 12:00", "2025-03-02 09:00", "2025-03-03 09:00", None]),
    ... })
    >>> times = km.complaints.service_times(log, observed_until="2025-03-10")
    >>> times.within(24).value, times.median().value, times.waiting
    (0.5, 24.0, 1)
    """
    check_choice(until, "until", STOPS)
    ruler = ElapsedHours() if clock is None else clock
    if not callable(getattr(ruler, "hours", None)) or not isinstance(getattr(ruler, "name", None), str):
        raise InvalidType("clock", "be a clock, such as BusinessHours()", clock)
    data = read_interactions(interactions)
    hours, stopped, later = _durations(data, STOPS[until], observed_until, ruler)
    return ServiceTimes(
        curve=survival_table(hours, stopped),
        n=len(hours),
        waiting=int((~stopped).sum()),
        until=until,
        clock=ruler.name,
        confidence=check_confidence(confidence),
        excluded=FrozenMapping({"not_observed_yet": later} if later else {}),
    )


def _durations(data: Interactions, column: str, observed_until: Any, clock: Clock) -> tuple[FloatArray, BoolArray, int]:
    """Return the hours each complaint waited, whether it was answered, and how many came after observation ended."""
    end, answered = observed_end(observed_until, data.zone), data.ends(column)
    seen = data.complaint & ~end.after(data.wall, lambda: data.occurred)
    rows = np.flatnonzero(seen)
    stopped: BoolArray = (~np.isnat(answered) & (answered <= end.last))[rows]
    start, finish = data.series(data.occurred[rows]), data.series(answered[rows])
    until_end = data.series(np.full(len(rows), end.instant))
    waited = np.where(stopped, clock.hours(start, finish), clock.hours(start, until_end))
    return waited.astype(np.float64), np.asarray(stopped), int((data.complaint & ~seen).sum())


def _share_limits(curve: SurvivalTable, hours: float, confidence: float) -> tuple[float, float]:
    """Return the limits of the share answered by then; at none and at all, where the curve has no width, Wilson's."""
    waiting = float(curve.at(np.array([hours]))[0][0])
    if waiting in (0.0, 1.0):
        followed = int(curve.events.sum() + curve.censored[curve.time >= hours].sum())
        hits = np.array([followed if waiting == 0.0 else 0])
        low, high = wilson_interval(hits, np.array([followed]), confidence)
        return float(low[0]), float(high[0])
    low, high = curve.interval(confidence)
    place = int(np.searchsorted(curve.time, hours, side="right")) - 1
    return 1 - float(high[place]), 1 - float(low[place])


def _time_limits(curve: SurvivalTable, share: float, confidence: float) -> tuple[float, float]:
    """Return the limits of a quantile; where nobody waits any more the curve has none, and the quantile is one."""
    low, high = curve.quantile_interval(share, confidence)
    value = curve.quantile(share)
    return (float(min(low, value)) if value == value else float(low)), float(high)
