"""Contract value: what a customer is worth who renews or leaves, by a retention rate or curve."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_choice, check_count, check_number
from kundenmetrik.core.results.display import plain_number, value_text
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.result import Result
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.time.units import (
    DAYS_PER_YEAR,
    PERIOD,
    UNIT_NOT_GIVEN,
    UnitOrPeriod,
    check_unit_or_period,
    days_in_unit,
    in_unit,
)

DOORS = "contract_value or break_even_retention"
"""The functions that take the length of a contract's period."""
Timing = Literal["start", "residual", "end"]
TABLE_PERIODS = 20
"""Periods that the table of an endless contract shows one by one."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class ContractValue(Result):
    """The present value of a contract, and the payments that it is the sum of.

    Attributes
    ----------
    margin : float
        Net margin of one period.
    rates : ndarray
        The chance to renew after each period; one number stands for all periods.
    discount : float
        The discount rate of one period.
    timing : str
        When a payment is made: start, residual or end.
    periods : float
        How many payments there are; infinite for ever.
    unit : str
        The length of one period; ``"period"`` where it is not known.
    retention : Estimate or None
        The estimated retention rate, where it was given as one.
    notes : tuple of str
        ``diverges`` where the sum has no limit, ``ends_with_curve`` where payments after the curve are not known,
        ``unit_not_given`` where the length of a period is not.
    """

    margin: float
    rates: FloatArray
    discount: float
    timing: str
    periods: float
    unit: str
    notes: tuple[str, ...] = ()
    retention: Estimate | None = None

    @property
    def estimate(self) -> Estimate:
        """The value with the interval that the uncertainty of the retention rate gives it, where that is known."""
        known = self.retention
        return Estimate(
            metric="contract_value",
            value=self.value,
            ask=None if known is None else self._limits,
            n=1 if known is None else known.n,
            unit="money",
            confidence=0.95 if known is None else known.confidence,
            method="given" if known is None else known.method,
            notes=self.notes,
        )

    def _limits(self, confidence: float) -> tuple[float, float]:
        """Return the values at the limits of the retention rate: the value rises with it, or falls with a loss."""
        if self.retention is None:
            return math.nan, math.nan
        limits = self.retention.at(confidence=confidence)
        low, high = (replace(self, rates=np.array([rate])).value for rate in (limits.low, limits.high))
        return min(low, high), max(low, high)

    @cached_property
    @np.errstate(under="ignore")
    def value(self) -> float:
        """The present value of all payments."""
        if math.isfinite(self.periods):
            count = int(self.periods)
            return math.fsum(self.margin * self._survival(count) * self._factors(count))
        fading = float(self.rates[0]) / (1.0 + self.discount)
        if fading == 1.0:
            return math.copysign(math.inf, self.margin) if self.margin else 0.0
        return self.margin * float(self._survival(1)[0] * self._factors(1)[0]) / (1.0 - fading)

    @np.errstate(under="ignore")
    def to_frame(self) -> pd.DataFrame:
        """Return the payments: period, survival, margin, discount_factor, value, cumulative.

        The value column adds up to :attr:`value`; the last row of an endless contract, period infinity, holds the rest.
        """
        count = int(min(self.periods, TABLE_PERIODS if math.isinf(self.periods) else math.inf))
        survival, factor = self._survival(count), self._factors(count)
        table = pd.DataFrame({"period": np.arange(1.0, count + 1), "survival": survival, "margin": self.margin})
        table = table.assign(discount_factor=factor, value=self.margin * survival * factor)
        if math.isinf(self.periods):
            rest = {"period": math.inf, "margin": self.margin, "value": self.value - table["value"].sum()}
            table = pd.concat([table, pd.DataFrame([rest])], ignore_index=True)
        return table.assign(cumulative=table["value"].cumsum())

    @np.errstate(under="ignore")
    def _survival(self, count: int) -> FloatArray:
        """Return the chance that each payment is made: the first is certain, unless it is yet to be renewed."""
        rates = np.resize(self.rates, count) if len(self.rates) == 1 else self.rates[:count]
        renewed = np.cumprod(rates, dtype=np.float64)
        return renewed if self.timing == "residual" else np.concatenate((np.ones(1), renewed[: count - 1]))[:count]

    @np.errstate(under="ignore")
    def _factors(self, count: int) -> FloatArray:
        wait = 0 if self.timing == "start" else 1
        return np.asarray((1.0 + self.discount) ** -(np.arange(count) + wait))

    @property
    def headline(self) -> str:
        """The value, when payments are made and how many there are."""
        until = "for ever" if math.isinf(self.periods) else f"over {self.periods:g} periods"
        found = self.estimate
        worth = value_text(self.value, found.low, found.high, found.confidence) if self.retention else ""
        return f"Contract value {worth or plain_number(self.value)}, {until} (timing {self.timing}, unit {self.unit})"


def contract_value(
    margin: float,
    retention: float | ArrayLike | Estimate,
    annual_discount: float,
    *,
    timing: Timing = "start",
    horizon: object = None,
    unit: UnitOrPeriod | None = None,
) -> ContractValue:
    r"""Return what a contract customer is worth: the discounted margins of all periods that will be renewed.

    With margin :math:`m`, retention :math:`\rho` and discount rate :math:`d` of a period, for ever,

    .. math::

        \text{start} = \frac{m (1 + d)}{1 + d - \rho}, \qquad
        \text{residual} = \frac{m \rho}{1 + d - \rho}, \qquad
        \text{end} = \frac{m}{1 + d - \rho}.

    Parameters
    ----------
    margin : float
        Net margin of one period.
    retention : float, Estimate or sequence of float
        The chance to renew at the end of a period: one number for all periods, an estimated rate, whose interval
        carries over, or a curve with the chance after the first, second, ... period. From a survival curve
        S(0), S(1), ... it is S(t) / S(t - 1).
    annual_discount : float
        The effective annual rate from 0 to 1.
    timing : {"start", "residual", "end"}
        ``start``: a new customer who pays at the start of every period, the first payment included; this is the
        ceiling for the cost of acquisition. ``residual``: an existing customer just after a payment, whose next one is
        yet to be renewed. ``end``: a new customer who pays at the end of every period.
    horizon : int or str, optional
        How many payments count: a number of periods or text such as ``"36 months"``. By default for ever with one
        retention rate, and as far as the curve goes with a curve.
    unit : {"year", "quarter", "month", "week", "day"}, optional
        The length of one period. Needed to convert ``annual_discount`` and a horizon with a unit; without it, and
        without a discount, periods are of unknown length (note ``unit_not_given``).

    Returns
    -------
    ContractValue
        ``value``, ``estimate`` with an interval, and ``to_frame()`` with one row per payment.

    Raises
    ------
    InvalidArgument
        If a retention rate is not between 0 and 1, the horizon is no whole number of periods, or it is longer than
        the curve.

    Notes
    -----
    ``start`` is one margin more than ``residual``, and ``1 + d`` times ``end``. Spending up to the residual value on
    acquisition, a known textbook error, leaves the first payment out. A constant retention rate understates the value
    of the customers who stay, because the loyal remain: with mixed customers residual values can be off by half.

    References
    ----------
    Fader and Hardie (2012), Reconciling and clarifying CLV formulas, brucehardie.com/notes/024, equations 1 to 3.

    Examples
    --------
    >>> round(contract_value(100, 0.8, 0.1, unit="year").value, 2)
    366.67
    >>> round(contract_value(100, 0.8, 0.1, timing="residual", unit="year").value, 2)
    266.67

    An estimated retention rate gives the value an interval.

    >>> import kundenmetrik as km
    >>> found = contract_value(100, km.retention_rate(start=500, end=400), 0.1, unit="year").estimate
    >>> round(found.low, 1), round(found.high, 1)
    (326.1, 411.5)
    """
    length = check_unit_or_period(unit)
    if isinstance(horizon, (str, timedelta)):
        days_in_unit(length, "horizon", given_to=DOORS)
    known = retention if isinstance(retention, Estimate) else None
    retention = retention if known is None else known.value
    rates = _rates(retention)
    discount = _rate(check_number(annual_discount, "annual_discount", low=0.0, high=1.0), length)
    kind = check_choice(timing, "timing", get_args(Timing))
    constant = np.ndim(retention) == 0
    periods = _periods(horizon, length, constant, len(rates) + (kind != "residual"))
    diverges = ("diverges",) if constant and math.isinf(periods) and rates[0] >= 1.0 + discount else ()
    cut = () if constant or horizon is not None else ("ends_with_curve",)
    unknown = (UNIT_NOT_GIVEN,) if length == PERIOD else ()
    return ContractValue(
        margin=check_number(margin, "margin"),
        rates=rates,
        discount=discount,
        timing=kind,
        periods=periods,
        unit=length,
        notes=(*diverges, *cut, *unknown),
        retention=known,
    )


def _rate(annual: float, unit: str) -> float:
    if annual == 0.0:
        return 0.0
    return math.expm1(math.log1p(annual) * (days_in_unit(unit, "annual_discount", given_to=DOORS) / DAYS_PER_YEAR))


def _rates(retention: float | ArrayLike) -> FloatArray:
    rates = np.atleast_1d(np.asarray(retention))
    if rates.dtype.kind not in "iuf" or rates.ndim != 1 or not len(rates):
        raise InvalidArgument("retention", "be a number or a sequence of numbers", retention)
    if not ((rates >= 0) & (rates <= 1)).all():
        raise InvalidArgument("retention", "lie between 0 and 1 in every period", rates.tolist())
    return rates.astype(np.float64)


def _periods(horizon: object, unit: str, constant: bool, known: int) -> float:
    """Return the number of payments; a curve of n rates knows n of them, and one more where the first is certain."""
    if horizon is None:
        return math.inf if constant else known
    written = in_unit(horizon, unit)
    count = check_count(float(round(written)) if abs(written - round(written)) < 1e-9 else written, "horizon")
    if not constant and count > known:
        raise InvalidArgument("horizon", f"be at most the {known} payments that the retention curve knows", horizon)
    return count
