"""Acquisition: what a customer costs to win, and when and whether that pays."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import numpy as np
from numpy.typing import ArrayLike

from kundenmetrik.clv.money.contract_value import Timing, contract_value
from kundenmetrik.core.checks import check_number
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.numbers import numbers, size_fault
from kundenmetrik.frame.time.units import UnitOrPeriod, check_unit_or_period


def payback(values: ArrayLike, cost: float, *, unit: UnitOrPeriod = "period") -> Estimate:
    """Return after how many periods a customer has earned the cost of acquisition.

    Parameters
    ----------
    values : array-like of float
        What a customer is worth in the first, second, ... period, such as the value column of a cash flow.
    cost : float
        Cost of acquiring one customer, on the same base as the values.
    unit : str
        What a period is called in the answer.

    Returns
    -------
    Estimate
        A whole number of periods, the first by whose end the values add up to the cost; 0 without a cost. Infinite,
        with the note ``not_within_horizon``, where the values never do.

    Raises
    ------
    InvalidArgument
        If a value or the cost is not a number.

    Notes
    -----
    With discounted values this is the discounted payback period, which is longer than the plain one. It carries no
    interval of its own; pass the lower limits of the values to see a late payback.

    Examples
    --------
    >>> payback([40, 30, 20, 15], 80).value
    3.0
    """
    earned = numbers(values, "values").floats
    refuse([fault_of("values", "be given", np.isnan(earned), code="missing"), size_fault(earned, "values")])
    price = check_number(cost, "cost", low=0.0)
    reached = np.flatnonzero(np.concatenate(([0.0], np.cumsum(earned))) >= price * (1.0 - 1e-12))
    return Estimate(
        metric="payback",
        value=float(reached[0]) if len(reached) else math.inf,
        n=len(earned),
        unit=check_unit_or_period(unit),
        method="cumulative",
        notes=() if len(reached) else ("not_within_horizon",),
    )


def value_to_cost(value: float | Estimate, cost: float) -> Estimate:
    """Return how many times a customer's value covers the cost of acquisition (LTV : CAC).

    Parameters
    ----------
    value : float or Estimate
        The value of one customer; the interval of an estimate carries over.
    cost : float
        Cost of acquiring one customer, above 0.

    Returns
    -------
    Estimate
        The ratio; NaN with the note ``no_cost`` where the cost is 0.

    Notes
    -----
    Compare like with like: a value that includes the first purchase, of new customers, after margin. The customary
    demand for a ratio of 3 is a rule of thumb without a derivation.

    Examples
    --------
    >>> value_to_cost(366.67, 100).value
    3.6667
    """
    price = check_number(cost, "cost", low=0.0)
    given = (
        value
        if isinstance(value, Estimate)
        else Estimate(metric="", value=check_number(value, "value"), n=1, unit="", method="given")
    )
    return Estimate(
        metric="value_to_cost",
        value=given.value / price if price else math.nan,
        ask=partial(_ratio_limits, given, price) if given._ask is not None and price else None,
        n=given.n,
        unit="ratio",
        confidence=given.confidence,
        method=given.method,
        notes=given.notes if price else (*given.notes, "no_cost"),
    )


def break_even_retention(
    margin: float,
    cost: float,
    annual_discount: float,
    *,
    timing: Timing = "start",
    horizon: object = None,
    unit: UnitOrPeriod | None = None,
) -> Estimate:
    r"""Return the retention rate at which a contract customer is worth exactly the cost of acquisition.

    For ever it is :math:`(1 + d)(1 - m / c)` at the start of periods, :math:`c (1 + d) / (m + c)` for the residual
    value and :math:`1 + d - m / c` at the end, with margin m, cost c and discount rate d of a period.

    Parameters
    ----------
    margin : float
        Net margin of one period, above 0.
    cost : float
        Cost of acquiring one customer.
    annual_discount, timing, horizon, unit
        As for :func:`contract_value`.

    Returns
    -------
    Estimate
        A share. 0 with the note ``always`` where even a customer who never renews is worth the cost; NaN with the note
        ``never`` where one who always renews is not.

    Raises
    ------
    InvalidArgument
        If the margin is not above 0.

    Examples
    --------
    >>> round(break_even_retention(100, 300, 0.1, unit="year").value, 4)
    0.7333
    """
    if check_number(margin, "margin") <= 0.0:
        raise InvalidArgument("margin", "be above 0", margin)
    price = check_number(cost, "cost", low=0.0)

    def worth(share: float) -> float:
        return contract_value(margin, share, annual_discount, timing=timing, horizon=horizon, unit=unit).value

    share, note = _crossing(worth, price), ""
    if worth(0.0) >= price:
        share, note = 0.0, "always"
    elif worth(1.0) < price:
        share, note = math.nan, "never"
    notes = (note,) if note else ()
    return Estimate(metric="break_even_retention", value=share, n=1, unit="share", method="exact", notes=notes)


def _ratio_limits(value: Estimate, cost: float, confidence: float) -> tuple[float, float]:
    limits = value.at(confidence=confidence)
    return limits.low / cost, limits.high / cost


def _crossing(worth: Callable[[float], float], price: float) -> float:
    """Return where the worth, which rises with the share, reaches the price: halving, as it may be infinite at 1."""
    low, high = 0.0, 1.0
    while low < (middle := (low + high) / 2.0) < high:
        low, high = (low, middle) if worth(middle) >= price else (middle, high)
    return high
