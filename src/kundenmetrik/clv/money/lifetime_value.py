"""Lifetime value: what customers will be worth, as the sum of a discounted cash flow."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from kundenmetrik.clv.data.histories import Histories, Params
from kundenmetrik.clv.fits.queryable_fit import Quantity
from kundenmetrik.clv.fits.repeat_fit import RepeatFit
from kundenmetrik.clv.models.beta_geo_beta_binomial import BetaGeoBetaBinomial
from kundenmetrik.clv.money.cash_flow import Discounting, Schedule, payment_schedule
from kundenmetrik.clv.money.historic_value import share_of, with_notes
from kundenmetrik.clv.money.spend_fit import expected_spend_per_customer, times_amount
from kundenmetrik.clv.money.value_groups import customer_groups
from kundenmetrik.clv.money.value_interval import FixedValueInterval, ValueInterval
from kundenmetrik.core.arrays import AnyArray, FloatArray
from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.results.display import plain_number, value_text
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.result import Result
from kundenmetrik.errors import InvalidType
from kundenmetrik.frame.time.periods import PeriodLength
from kundenmetrik.frame.time.units import check_unit, in_unit

DEFAULT_CONFIDENCE = 0.95  # of the total where no limits were asked for


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class LifetimeValue(Result):
    """What each customer is expected to be worth from the end of observation on, and the cash flow it is the sum of.

    Attributes
    ----------
    customer_id : ndarray
    expected_purchases : ndarray of float64
        Purchases within the horizon, undiscounted.
    expected_spend : ndarray of float64
        Amount of a purchase; NaN where it is not defined.
    value : ndarray of float64
        Present value of the margins, or of the revenue where no margin was given.
    cash_flow : DataFrame
        All customers together, one row per period: period, purchases, revenue, margin, discount_factor, value,
        cumulative. Its values add up to the total; the last row of an endless horizon holds what comes later. A last
        column ``notes`` says that the margin is all of the revenue where no margin was given.
    horizon : str
        How far the values reach, such as ``over 12 weeks``.
    confidence : float or None
        The confidence of the limits; None where none were asked for.
    notes : tuple of str
        Codes of what the reader should know, such as ``revenue_not_margin`` where no margin was given.
    """

    _most_rows: ClassVar[int] = 10

    customer_id: AnyArray
    expected_purchases: FloatArray
    expected_spend: FloatArray
    value: FloatArray
    cash_flow: pd.DataFrame
    horizon: str
    confidence: float | None
    notes: tuple[str, ...]
    uncertainty: ValueInterval | FixedValueInterval

    @property
    def total(self) -> Estimate:
        """The value of all customers, customer equity, with an interval from the covariance of all parameters."""
        return Estimate(
            metric="lifetime_value",
            value=float(self.value.sum()),
            ask=self.uncertainty.total_limits,
            n=len(self.value),
            unit="money",
            confidence=self.confidence or DEFAULT_CONFIDENCE,
            method="delta-log",
            notes=self.notes,
        )

    def at(self, *, confidence: float) -> LifetimeValue:
        """Return the same values with limits at a confidence."""
        return replace(self, confidence=check_confidence(confidence))

    def by(self, groups: Any, *, customers: Any = None, confidence: float = 0.95) -> pd.DataFrame:
        """Return one row per group, sorted: its keys, customers, value, low, high; those without a key come last.

        Parameters
        ----------
        groups : str, sequence of str, array-like, frame or mapping of columns
            With ``customers``: the names of one or several of its columns or attributes. Without: the group of each
            customer in the order of ``customer_id``, in a column ``group`` of the result, or several such columns by
            name; a Series with the customer ids as its index is aligned.
        customers : frame or list of records, optional
            A table of customers with ``customer_id``, one row each.
        confidence : float
            Of the limits, which come from the covariance of all parameters.

        Raises
        ------
        InvalidArgument
            If there is not one group for each customer, or the index of a Series, or the table, lacks some customers
            or has one twice.
        UnknownName
            If the table has no such column or attribute.
        """
        keys, codes = customer_groups(groups, self.customer_id, customers)
        low, high = self.uncertainty.group_limits(codes, check_confidence(confidence))
        value, counted = np.bincount(codes, weights=self.value), np.bincount(codes)
        return with_notes(
            pd.DataFrame({**keys, "customers": counted, "value": value, "low": low, "high": high}), self.notes
        )

    def to_frame(self) -> pd.DataFrame:
        """Return customer_id, expected_purchases, expected_spend, value; low, high, notes where there are any."""
        names = ("customer_id", "expected_purchases", "expected_spend", "value")
        table = pd.DataFrame({name: getattr(self, name) for name in names})
        if self.confidence is not None:
            low, high = self.uncertainty.limits(self.confidence)
            table = table.assign(low=low, high=high)
        return with_notes(table, self.notes)

    def _fields_to_store(self) -> dict[str, Any]:
        """Return the fields, with the limits at one confidence in place of what computes them."""
        known = self.uncertainty.at_one_confidence(self.confidence or DEFAULT_CONFIDENCE)
        return {item.name: getattr(self, item.name) for item in fields(self)} | {"uncertainty": known}

    @property
    def headline(self) -> str:
        """The total, how many customers it is of, and how far it reaches; its limits where limits were asked for."""
        total, worth = self.total, plain_number(self.value.sum())
        if self.confidence is not None:
            worth = value_text(total.value, total.low, total.high, total.confidence)
        return f"Lifetime value {self.horizon} of {len(self.value):,} customers: {worth}"


def lifetime_value(
    fit: RepeatFit,
    spend: Any,
    *,
    horizon: object,
    annual_discount: float,
    margin: float | None = None,
    timing: Discounting = "continuous",
    period: PeriodLength | None = None,
    purchases: Any = None,
    confidence: float | None = None,
) -> LifetimeValue:
    r"""Return what customers will be worth: expected purchases times expected spend times margin, discounted.

    With E(t) the purchases a customer is expected to make within t of the end of observation, S the expected spend, m
    the margin and :math:`\delta = \ln(1 + d)` the continuous rate,

    .. math:: V = m S \int_0^h e^{-\delta t} \, dE(t).

    Parameters
    ----------
    fit : RepeatFit
        A fitted repeat-buying model.
    spend : SpendFit, array-like or float
        A fitted spend model, one amount for each customer (a Series is aligned by customer), or one for all.
    horizon : float, str or None
        How far to look: a number in the fit's unit or text such as ``"3 years"``; None for ever. 0 is worth 0, with a
        cash flow of no periods.
    annual_discount : float
        The effective annual rate from 0 to 1, converted to the fit's unit.
    margin : float, optional
        The share of the spend that is margin, from 0 to 1. Without it the value is all revenue, which is more than
        customers are worth, and has the note ``revenue_not_margin``; 1 says that all of the spend is margin.
    timing : {"continuous", "start", "middle", "end"}
        When a purchase is discounted from: its own moment, or the start, middle or end of its period.
    period : str, optional
        The rows of the cash flow: day, week, month, quarter or year; by default months, and the occasions of a model
        that knows nothing in between.
    purchases : Purchases, optional
        Other customers than those of the fit.
    confidence : float, optional
        Adds low and high to the table.

    Returns
    -------
    LifetimeValue
        Per customer, in total with an interval, and as a cash flow by period.

    Raises
    ------
    InvalidArgument
        If the horizon, rate, margin or timing cannot be, amounts and customers do not match, or the horizon has more
        than 10,000 periods: ``period="year"`` makes fewer of them.

    Notes
    -----
    The value is of the *future*: what has been bought is :func:`historic_value`, and a customer yet to be won brings
    the first purchase too. Cost of serving or retaining a customer is not in it unless the margin holds it. The
    limits cover the uncertainty of the parameters of both models, not the chance of a single customer's purchases.
    A customer whose mean spend is not defined has no value: NaN, with the note ``undefined_spend``. Purchases for ever
    may be infinitely many; at a spend or a margin of 0 they are worth 0. Where a period has no margin, its
    discount factor is NaN.

    References
    ----------
    Fader, Hardie and Lee (2005), RFM and CLV: using iso-value curves for customer base analysis, JMR 42.

    Examples
    --------
    >>> from kundenmetrik import clv
    >>> x, t = [0, 0, 0, 1, 4, 12, 3, 6], [0, 0, 0, 9, 8, 38, 30, 7]
    >>> fit = clv.ModifiedBetaGeo().fit(clv.Purchases.from_summary(x * 40, t * 40, [39] * 320, unit="week"))
    >>> value = clv.lifetime_value(fit, 25.0, horizon="12 months", annual_discount=0.1, margin=0.3)
    >>> bool(abs(value.cash_flow["value"].sum() - value.total.value) < 1e-6)
    True
    """
    if not isinstance(fit, RepeatFit):
        raise InvalidType("fit", "be a fitted repeat-buying model", fit)
    share, revenue = share_of(margin)
    occasions = isinstance(fit.model, BetaGeoBetaBinomial)
    rows = check_unit((fit.unit if occasions else "month") if period is None else period, "period")
    asked = Quantity(fit=fit, ask=fit.model._mean_life, purchases=purchases, link="log")
    life = float(asked.ask(asked.params(fit.theta), asked.past).min(initial=np.inf))
    plan = payment_schedule(horizon, fit.unit, rows, annual_discount, timing, occasions=occasions, life=life)
    quantity = replace(asked, ask=partial(_discounted_purchases, fit.model, plan))
    amounts = expected_spend_per_customer(spend, quantity.base)
    flow = _flow(quantity, plan, amounts.value)
    value = times_amount(times_amount(flow.discounted, amounts.value), share)
    rest = float(flow.purchases.sum()), float(times_amount(flow.purchases, amounts.value).sum()), float(value.sum())
    return LifetimeValue(
        customer_id=quantity.base.customer_id,
        expected_purchases=flow.purchases,
        expected_spend=amounts.value,
        value=value,
        cash_flow=with_notes(plan.table(flow.purchases_by_time, flow.revenue_by_time, share, rest), revenue),
        horizon=_horizon_text(horizon, fit.unit),
        confidence=None if confidence is None else check_confidence(confidence),
        notes=tuple(dict.fromkeys((*quantity.notes, *amounts.notes, *revenue))),
        uncertainty=ValueInterval(quantity=quantity, spend=amounts, discounted=flow.discounted, margin=share),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class _Flow:
    """Purchases of each customer, discounted and not, and the totals of E(t) and of its worth at each time."""

    purchases: FloatArray
    discounted: FloatArray
    purchases_by_time: FloatArray
    revenue_by_time: FloatArray


def _flow(quantity: Quantity, plan: Schedule, spend: FloatArray) -> _Flow:
    """Go through the times once; equal customers are computed once."""
    few, back = quantity.kinds
    model, params, kinds = quantity.fit.model, quantity.params(quantity.fit.theta), len(few.age)
    back = np.arange(kinds) if back is None else back
    discounted, expected = np.zeros(kinds), np.zeros(kinds)
    count, worth = np.bincount(back, minlength=kinds), np.bincount(back, weights=spend, minlength=kinds)
    purchases, revenue = np.empty(len(plan.times)), np.empty(len(plan.times))
    for place, (time, weight) in enumerate(zip(plan.times, plan.total, strict=True)):
        expected = model._expected_purchases(params, few, float(time))
        discounted += weight * expected
        purchases[place], revenue[place] = count @ expected, worth @ expected
    if plan.endless:
        discounted = model._discounted_purchases(params, few, plan.rate, np.inf)
        expected = model._discounted_purchases(params, few, 0.0, np.inf)
    return _Flow(
        purchases=expected[back], discounted=discounted[back], purchases_by_time=purchases, revenue_by_time=revenue
    )


def _discounted_purchases(model: Any, plan: Schedule, params: Params, past: Histories) -> FloatArray:
    """Return the discounted purchases of each customer."""
    if plan.endless:
        return np.asarray(model._discounted_purchases(params, past, plan.rate, np.inf))
    parts = (
        weight * model._expected_purchases(params, past, float(time))
        for weight, time in zip(plan.total, plan.times, strict=True)
    )
    return sum(parts, np.zeros(len(past.age)))


def _horizon_text(horizon: object, unit: str) -> str:
    """Return how far the values reach, with the unit that a plain number counts in."""
    if horizon is None:
        return "for ever"
    if isinstance(horizon, str):
        return f"over {horizon.strip()}"
    number = in_unit(horizon, unit)
    return f"over {number:,.6g} {unit}{'' if number == 1 else 's'}"
