"""Holdout: what customers bought after the period that a model was fitted on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Unpack

import numpy as np
import pandas as pd

from kundenmetrik.clv.data.events import Events
from kundenmetrik.clv.data.observation_window import LogOptions, Window, open_log
from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from kundenmetrik.core.results.display import plain_number
from kundenmetrik.core.results.result import Result
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.time.units import DAYS
from kundenmetrik.renamed import former_parameters


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Holdout(Result):
    """What the customers of a calibration period did afterwards, one row a customer, in the same order.

    Attributes
    ----------
    customer_id : ndarray
        The calibration's customers.
    purchases : ndarray of int64
        Purchases after the calibration's end.
    revenue : ndarray of float64 or None
        Net amount of these.
    length : float
        How long the holdout lasts, in ``unit``.
    unit : str
        The unit of time.
    born : ndarray of int64
        Calibration's customers by the step of their first purchase; position 0 is the first step of the log.
    repeats : ndarray of int64
        Repeat purchases of the same customers by step, through calibration and holdout.
    steps_per_unit : float
        How many of these steps one unit has.
    calibration_steps : int
        How many of the steps belong to the calibration.
    """

    _most_rows: ClassVar[int] = 10

    customer_id: AnyArray
    purchases: IntArray
    revenue: FloatArray | None
    length: float
    unit: str
    born: IntArray
    repeats: IntArray
    steps_per_unit: float
    calibration_steps: int

    def to_frame(self) -> pd.DataFrame:
        """Return customer_id, purchases and revenue."""
        revenue = np.full(len(self.purchases), np.nan) if self.revenue is None else self.revenue
        return pd.DataFrame({"customer_id": self.customer_id, "purchases": self.purchases, "revenue": revenue})

    @property
    def headline(self) -> str:
        """How many customers there are, how long the holdout is and what they bought."""
        bought = f"{int(self.purchases.sum()):,} purchases in {plain_number(self.length)} {self.unit}s"
        return f"Holdout of {len(self.purchases):,} customers: {bought}"


class Split(NamedTuple):
    """A log cut in two: a base to fit a model on, and what its customers did afterwards."""

    calibration: Purchases
    holdout: Holdout


@former_parameters(time="date")
def split(
    interactions: Any,
    *,
    at: object,
    observed_until: object = None,
    customers: Any = None,
    **options: Unpack[LogOptions],
) -> Split:
    """Cut a log into a calibration period and the holdout that follows it.

    The calibration is exactly ``purchases(interactions, observed_until=at)``. The holdout counts what the same
    customers bought from then until ``observed_until``; customers who first bought in the holdout are not in it.

    Parameters
    ----------
    interactions : frame or list of records
        The log, as for :func:`purchases`.
    at : date, datetime or str
        The last day or instant of the calibration, inclusive like ``observed_until``. It must end a step of the grain,
        so that no purchase is in both parts.
    observed_until, customers
        As for :func:`purchases`.
    **options
        unit, grain, time_zone, refunds, invalid, customer, date, amount, kind and currency, as for :func:`purchases`.

    Returns
    -------
    Split
        The pair ``calibration`` and ``holdout``, one row per customer in the same order.

    Raises
    ------
    InvalidArgument
        If the holdout would be empty, or nothing was bought before it.
    InvalidData, InvalidType
        As for :func:`purchases`.

    Notes
    -----
    A refund in the holdout lowers the holdout's revenue, also when the purchase was in the calibration: the
    calibration knows only what was known at its end.

    Examples
    --------
    >>> import pandas as pd
    >>> log = pd.DataFrame({
    ...     "customer_id": ["a", "a", "a", "b"],
    ...     "occurred_at": pd.to_datetime(["1997-01-01", "1997-01-18", "1997-08-02", "1997-01-01"]),
    ...     "amount": [29.33, 29.73, 14.96, 63.34],
    ... })
    >>> calibration, holdout = split(log, at="1997-06-30", observed_until="1997-12-31")
    >>> calibration.frequency.tolist(), holdout.purchases.tolist()
    ([1, 0], [1, 0])
    """
    log = open_log(interactions, **options)
    return split_log(log.until(at, "at"), log.until(observed_until), customers)


def split_log(early: Window, whole: Window, customers: Any = None) -> Split:
    """Return the customers of the early window, and what they did in the rest of the whole one."""
    log = early.log
    if log.steps(np.array([early.last + 1]))[0] == early.last_step:
        raise InvalidArgument("at", f"end a whole {log.grain}, so that none is in both parts")
    if early.last_step >= whole.last_step:
        raise InvalidArgument("at", "lie before the end of observation")
    return Split(calibration=early.base(customers), holdout=_holdout(early, whole))


def _holdout(early: Window, whole: Window) -> Holdout:
    """Return what the customers of the early window did in the rest of the whole one."""
    before, after = early.events()[0], whole.events()[0]
    past = before.histories()
    place = np.minimum(np.searchsorted(past.customer, after.customer), len(past.customer) - 1)
    known = past.customer[place] == after.customer
    late = known & (after.step > early.last_step)
    ids = early.log.rows.ids.names_of(past.customer)
    timeline = _Timeline.of(early, whole, int(past.first.min()))
    return Holdout(
        customer_id=ids,
        purchases=np.bincount(place[late], minlength=len(ids)),
        revenue=None if after.amount is None else _revenue(before, after, place, known, late),
        length=(whole.last_step - early.last_step) / early.log.steps_per_unit,
        unit=early.log.unit,
        born=timeline.counts(past.first),
        repeats=timeline.counts(after.step[known & (after.step > past.first[place])]),
        steps_per_unit=timeline.per_unit,
        calibration_steps=timeline.calibration,
    )


def _revenue(before: Events, after: Events, place: IntArray, known: BoolArray, late: BoolArray) -> FloatArray:
    """Return what came in later, less what later refunds took off earlier purchases."""
    amount = np.zeros(len(after)) if after.amount is None else after.amount.copy()
    amount[known & ~late] -= 0.0 if before.amount is None else before.amount
    return np.asarray(np.bincount(place[known], weights=amount[known]), dtype=np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timeline:
    """The steps that purchases are counted by: those of the grain, or days where the grain is shorter."""

    begin: int
    width: int
    length: int
    calibration: int
    per_unit: float

    @classmethod
    def of(cls, early: Window, whole: Window, begin: int) -> _Timeline:
        width = max(1, round(early.log.steps_per_unit * DAYS["day"] / DAYS[early.log.unit]))
        return cls(
            begin=begin,
            width=width,
            length=(whole.last_step - begin) // width + 1,
            calibration=(early.last_step - begin) // width + 1,
            per_unit=early.log.steps_per_unit / width,
        )

    def counts(self, steps: IntArray) -> IntArray:
        """Return how many of the steps fall on each place of the timeline."""
        return np.bincount((steps - self.begin) // self.width, minlength=self.length)
