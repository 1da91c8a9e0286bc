"""Retention and churn over one period, from the customers at its start and at its end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.core.checks import check_choice, check_count, check_texts
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.core.results.share_metric import ShareMetric
from kundenmetrik.core.statistics.one_sample.proportions import SHARE_METHODS, ShareInterval
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.rows import Rows

REMEDY = "Customers who came back count as new, or use km.retention.ledger, which keeps them apart."


@dataclass(frozen=True, slots=True)
class RetentionRate(ShareMetric):
    r"""The share of the customers at the start of a period who are still customers at its end.

    .. math:: \text{retention} = \frac{E - N}{S}

    with ``S`` customers at the start, ``E`` at the end and ``N`` of them new.

    Parameters
    ----------
    start, end, new : str
        The columns of the three counts.
    method : {"wilson", "clopper_pearson", "jeffreys"}
        The interval's method.
    name : str
        The metric's name in tables.

    Notes
    -----
    Totals over groups are pooled: the sum of those retained over the sum of those at the start,
    never an average of rates.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> frame = {"segment": ["A", "B"], "start": [100, 10], "end": [120, 9], "new": [30, 0]}
    >>> table = km.measure(frame, km.RetentionRate(), by="segment")
    >>> table["A"].value, table.overall().value
    (0.9, 0.9)
    """

    start: str = "start"
    end: str = "end"
    new: str = "new"
    method: ShareInterval = "wilson"
    name: str = "retention_rate"

    higher_is_better: ClassVar[bool | None] = True

    def __post_init__(self) -> None:
        check_texts(self, "start", "end", "new", "name")
        check_choice(self.method, "method", SHARE_METHODS)

    @property
    def label(self) -> str:
        """The metric's name in tables."""
        return self.name

    @property
    def interval_method(self) -> str:
        """The interval's method."""
        return self.method

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read."""
        return self.start, self.end, self.new

    @property
    def cells(self) -> tuple[str, str]:
        """Those counted, then the others."""
        return "retained", "churned"

    @property
    def identity(self) -> tuple[object, ...]:
        """The share of those retained, or of those lost."""
        return (type(self).__name__,)

    def tally(self, rows: Rows) -> Counts:
        """Add up who was there at the start, at the end, and new."""
        sums = rows.sums({"start": self.start, "end": self.end, "new": self.new})
        start, end, new = sums.table.T.astype(np.int64)
        _check(start, end - new, rows.groups)
        return self._rate_counts(start, end - new, sums)

    def _rate_counts(self, start: IntArray, retained: IntArray, sums: Counts) -> Counts:
        table = np.stack([retained, start - retained], axis=1)
        return Counts(groups=sums.groups, cells=self.cells, table=table, excluded=sums.excluded)


@dataclass(frozen=True, slots=True)
class ChurnRate(RetentionRate):
    r"""The share of the customers at the start of a period who are no longer customers at its end.

    .. math:: \text{churn} = 1 - \frac{E - N}{S}

    Parameters
    ----------
    start, end, new : str
        The columns of the three counts.
    method : str
        The interval's method.
    name : str
        The metric's name in tables.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> km.measure({"start": [200], "end": [180], "new": [20]}, km.ChurnRate()).overall().value
    0.2
    """

    name: str = "churn_rate"

    higher_is_better: ClassVar[bool | None] = False

    @property
    def cells(self) -> tuple[str, str]:
        """Those counted, then the others."""
        return "churned", "retained"

    def _rate_counts(self, start: IntArray, retained: IntArray, sums: Counts) -> Counts:
        table = np.stack([start - retained, retained], axis=1)
        return Counts(groups=sums.groups, cells=self.cells, table=table, excluded=sums.excluded)


def retention_rate(
    start: int, end: int, new: int = 0, *, confidence: float = 0.95, method: ShareInterval = "wilson"
) -> Estimate:
    r"""Compute the share of customers retained over a period, with its interval.

    .. math:: \text{retention} = \frac{E - N}{S}

    Parameters
    ----------
    start : int
        Customers at the start of the period.
    end : int
        Customers at its end.
    new : int
        Customers at its end who were not there at the start.
    confidence : float
        The confidence of the interval.
    method : str
        The interval's method.

    Returns
    -------
    Estimate
        A share from 0 to 1; NaN with the note ``empty`` when nobody was there at the start.

    Raises
    ------
    InvalidArgument
        If a number is not a whole one, or more customers stayed than were there.

    Notes
    -----
    The formula takes everybody who is not new for retained. When lapsed customers return it
    overstates retention; ``km.retention.ledger`` keeps them apart.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> rate = km.retention_rate(200, 190, new=30)
    >>> rate.value, round(rate.low, 3), round(rate.high, 3)
    (0.8, 0.739, 0.85)
    """
    return _rate(RetentionRate(method=method), start, end, new, confidence)


def churn_rate(
    start: int, end: int, new: int = 0, *, confidence: float = 0.95, method: ShareInterval = "wilson"
) -> Estimate:
    r"""Compute the share of customers lost over a period, with its interval.

    .. math:: \text{churn} = 1 - \frac{E - N}{S}

    Parameters
    ----------
    start : int
        Customers at the start of the period.
    end : int
        Customers at its end.
    new : int
        Customers at its end who were not there at the start.
    confidence : float
        The confidence of the interval.
    method : str
        The interval's method.

    Returns
    -------
    Estimate
        A share from 0 to 1; NaN with the note ``empty`` when nobody was there at the start.

    Raises
    ------
    InvalidArgument
        If a number is not a whole one, or more customers stayed than were there.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> km.churn_rate(200, 190, new=30).value
    0.2
    """
    return _rate(ChurnRate(method=method), start, end, new, confidence)


def _rate(metric: RetentionRate, start: int, end: int, new: int, confidence: float) -> Estimate:
    at_start, at_end, joined = check_count(start, "start"), check_count(end, "end"), check_count(new, "new")
    if joined > at_end:
        raise InvalidArgument("new", "be at most end: they are part of it", (new, end))
    if at_end - joined > at_start:
        raise InvalidArgument("end - new", "be at most start", f"{at_end - joined:,} of {at_start:,}", REMEDY)
    counts = Counts(cells=("start",), table=np.array([[at_start]]))
    return metric.estimate(metric._rate_counts(np.array([at_start]), np.array([at_end - joined]), counts), confidence)


def _check(start: IntArray, retained: IntArray, groups: Groups) -> None:
    wrong, rule = (retained < 0) | (retained > start), "be from 0 to start in every group"
    parts = [f"{kept:,} of {all_:,}" for kept, all_ in zip(retained, start, strict=True)] if wrong.any() else []
    refuse([fault_of("end - new", rule, wrong, parts, "not_a_part", REMEDY, labels=groups.keys, place="group")])
