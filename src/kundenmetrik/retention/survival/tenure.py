"""Tenures: how long each contract has lasted, and whether it has ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import AnyArray, BoolArray, IntArray
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.logrank import LogRankWeight
from kundenmetrik.core.statistics.survival import SurvivalInterval
from kundenmetrik.frame.time.calendar import days_of
from kundenmetrik.frame.time.units import DAYS, Unit, UnitOrPeriod, check_unit
from kundenmetrik.retention.data.observed_contracts import observed_contracts
from kundenmetrik.retention.survival.kaplan_meier import survival
from kundenmetrik.retention.survival.logrank import LogRank, logrank
from kundenmetrik.retention.survival.survival_curve import SurvivalCurve


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Tenures(Result):
    """How long each contract has lasted and whether it has ended, one row each.

    Attributes
    ----------
    customer_id : ndarray
        Whose contract it is.
    duration : ndarray of int or float
        The days from the beginning to the end or to the last day observed, in ``unit``; whole for days.
    churned : ndarray of bool
        Whether it has ended.
    unit : str
        The unit of time.
    groups : Groups
        The segments.
    group : ndarray of int or None
        The segment of each row.
    excluded : mapping of str to int
        Rows that were left out, by reason.
    notes : tuple of str
        Codes of what the reader should know.
    """

    _most_rows: ClassVar[int] = 10

    customer_id: AnyArray
    duration: AnyArray
    churned: BoolArray
    unit: UnitOrPeriod
    groups: Groups
    group: IntArray | None
    excluded: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.duration)

    def segments(self) -> pd.DataFrame | None:
        """Return the key columns of each row, None where there are no segments."""
        if self.group is None:
            return None
        keys = self.groups.keys
        columns = {name: pd.Series([key[i] for key in keys], dtype=object) for i, name in enumerate(self.groups.names)}
        return pd.DataFrame({name: column.to_numpy()[self.group] for name, column in columns.items()})

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each contract: customer_id, duration, churned, and the key columns."""
        frame = pd.DataFrame({"customer_id": self.customer_id, "duration": self.duration, "churned": self.churned})
        keys = self.segments()
        return frame if keys is None else pd.concat([frame, keys], axis=1)

    def survival(self, *, confidence: float = 0.95, method: SurvivalInterval = "log-log") -> SurvivalCurve:
        """Return the survival curve of each segment; see :func:`survival`."""
        curve = survival(
            self.duration, self.churned, by=self.segments(), unit=self.unit, confidence=confidence, method=method
        )
        return replace(curve, excluded=self.excluded)

    def logrank(self, *, strata: Any = None, method: LogRankWeight = "logrank") -> LogRank:
        """Test whether the segments lose their customers alike; see :func:`logrank`."""
        return logrank(self.duration, self.churned, self.segments(), strata=strata, method=method)

    @property
    def headline(self) -> str:
        """How many contracts there are, how many have ended, and the unit of time."""
        lost = int(np.count_nonzero(self.churned))
        return f"{len(self):,} contracts, {lost:,} of them ended, in {self.unit}s"


def tenures(
    data: Any,
    *,
    observed_until: Any,
    unit: Unit = "day",
    by: str | Sequence[str] | None = None,
    customer: str = "customer_id",
    start: str = "acquired_at",
    end: str = "churned_at",
    time_zone: str | None = None,
) -> Tenures:
    """Compute how long each contract has lasted until it ended or was last observed.

    Parameters
    ----------
    data : frame or list of records
        Contracts, with a customer, a beginning and an end (missing while the contract runs).
    observed_until : date or time
        The last day that was observed, inclusive. An end after it has not happened yet.
    unit : {"day", "week", "month", "quarter", "year"}
        The unit of the durations: days over the mean length of the unit, whole only for days.
    by : str or sequence of str, optional
        Key columns of the segments; constant per customer.
    customer, start, end : str
        The columns of the customer, the beginning and the end.
    time_zone : str, optional
        The zone whose calendar counts, for times with a zone.

    Returns
    -------
    Tenures
        ``survival()``, ``logrank()``, ``to_frame()``.

    Raises
    ------
    InvalidData
        If a contract ends before it begins.
    UnknownName
        If a column is missing. A column of ends without any value says that nobody has left.

    Notes
    -----
    Days are counted on the calendar, so that the days on which clocks change are days like all others.

    Examples
    --------
    >>> import pandas as pd
    >>> from kundenmetrik import retention
    >>> customers = pd.DataFrame({
    ...     "customer_id": ["a", "b"],
    ...     "acquired_at": pd.to_datetime(["2026-01-01", "2026-01-31"]),
    ...     "churned_at": pd.to_datetime(["2026-02-10", None]),
    ... })
    >>> retention.tenures(customers, observed_until="2026-03-02").to_frame()["duration"].tolist()
    [40, 30]
    """
    check_unit(unit)
    found = observed_contracts(
        data, observed_until=observed_until, customer=customer, start=start, end=end, by=by, time_zone=time_zone
    )
    until = np.full(found.acquired.size, found.end.last_day)
    until[found.churned] = days_of(found.left[found.churned])
    days = until - days_of(found.acquired)
    return Tenures(
        customer_id=found.customers.names_of(found.customers.codes),
        duration=days if unit == "day" else days * (1 / DAYS[unit]),
        churned=found.churned,
        unit=unit,
        groups=found.groups,
        group=None if found.group is None else found.group[found.customers.codes],
        excluded=found.excluded,
        notes=found.notes,
    )
