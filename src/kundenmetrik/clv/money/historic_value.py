"""What was earned: which share of the revenue is value, and what each customer has been worth so far."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import pandas as pd

from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.core.arrays import AnyArray, FloatArray, IntArray
from kundenmetrik.core.checks import check_confidence, check_number
from kundenmetrik.core.results.display import plain_number
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.one_sample.means import t_interval
from kundenmetrik.errors import InvalidArgument, InvalidType

REVENUE = ("revenue_not_margin",)
"""The notes on a value of which no margin is known: it is revenue, more than a customer is worth."""


def with_notes(table: pd.DataFrame, notes: tuple[str, ...]) -> pd.DataFrame:
    """Return a table of values with a column of notes where they are revenue: a table on its own must say so."""
    return table.assign(notes=REVENUE[0]) if REVENUE[0] in notes else table


def share_of(margin: object) -> tuple[float, tuple[str, ...]]:
    """Return the share of the revenue that counts, and the note that it is all of it where no margin is given."""
    return (1.0, REVENUE) if margin is None else (check_number(margin, "margin", low=0.0, high=1.0), ())


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class HistoricValue(Result):
    """What each customer has brought so far, margin or revenue: a measured fact, not a forecast.

    Attributes
    ----------
    customer_id : ndarray
        The customers.
    purchases : ndarray of int64
        All purchases, the first included.
    revenue : ndarray of float64
        Net amount of all purchases.
    value : ndarray of float64
        ``revenue`` times the margin; all of it where no margin was given.
    total : float
        The sum of the values.
    mean : Estimate
        Value per customer, with the t interval of a mean: the customers are read as a sample of such customers.
    notes : tuple of str
        Codes of what the reader should know: ``empty``, and ``revenue_not_margin`` where no margin was given.
    """

    _most_rows: ClassVar[int] = 10

    customer_id: AnyArray
    purchases: IntArray
    revenue: FloatArray
    value: FloatArray
    mean: Estimate

    @property
    def notes(self) -> tuple[str, ...]:
        """Codes of what the reader should know."""
        return self.mean.notes

    @property
    def total(self) -> float:
        """The sum over all customers."""
        return float(self.value.sum())

    def to_frame(self) -> pd.DataFrame:
        """Return one row per customer: customer_id, purchases, revenue, value; notes where no margin was given."""
        names = ("customer_id", "purchases", "revenue", "value")
        return with_notes(pd.DataFrame({name: getattr(self, name) for name in names}), self.notes)

    @property
    def headline(self) -> str:
        """The total and the mean."""
        total = plain_number(self.total)
        return f"Value so far of {len(self.value):,} customers: {total}; {self.mean.headline}"


def historic_value(purchases: Purchases, *, margin: float | None = None, confidence: float = 0.95) -> HistoricValue:
    r"""Return what each customer has been worth so far: the net revenue of all purchases times the margin.

    Parameters
    ----------
    purchases : Purchases
        A base read from a log with amounts; the first purchase counts.
    margin : float, optional
        The share of the revenue that is margin, from 0 to 1. Without it the value is all revenue, which is more than
        customers have been worth, and has the note ``revenue_not_margin``.
    confidence : float
        Of the interval of the mean.

    Returns
    -------
    HistoricValue
        Per customer, in total, and on average.

    Raises
    ------
    InvalidArgument
        If the base has no amounts of first purchases, as one from a summary table has not.

    Notes
    -----
    Nothing is discounted or compounded. What a customer has been worth is no guess at what comes; it favours those
    who have been customers for long.

    Examples
    --------
    >>> import pandas as pd
    >>> from kundenmetrik import clv
    >>> log = pd.DataFrame({
    ...     "customer_id": ["a", "a", "b"],
    ...     "occurred_at": pd.to_datetime(["2025-01-01", "2025-02-01", "2025-01-15"]),
    ...     "amount": [10.0, 30.0, 20.0],
    ... })
    >>> past = clv.historic_value(clv.purchases(log), margin=0.3)
    >>> past.total, past.value.tolist()
    (18.0, [12.0, 6.0])
    """
    if not isinstance(purchases, Purchases):
        raise InvalidType("purchases", "be Purchases", purchases)
    if purchases.revenue is None:
        remedy = "Read it with clv.purchases from a log with amounts."
        raise InvalidArgument("purchases", "know the amounts of all purchases", remedy=remedy)
    share, notes = share_of(margin)
    value = purchases.revenue * share
    mean = float(value.mean()) if len(value) else np.nan
    return HistoricValue(
        customer_id=purchases.customer_id,
        purchases=purchases.frequency + 1,
        revenue=purchases.revenue,
        value=value,
        mean=Estimate(
            metric="historic_value",
            value=mean,
            ask=partial(_limits, len(value), mean, float(((value - mean) ** 2).sum())),
            n=len(value),
            unit="money per customer",
            confidence=check_confidence(confidence),
            method="t",
            notes=notes if len(value) else ("empty", *notes),
        ),
    )


def _limits(n: int, mean: float, squares: float, confidence: float) -> tuple[float, float]:
    low, high = t_interval(np.array([n]), np.array([mean]), np.array([squares]), confidence)
    return float(low[0]), float(high[0])
