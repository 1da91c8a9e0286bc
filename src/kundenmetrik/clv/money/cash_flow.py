"""Cash flow: when purchases are counted and how they are discounted, period by period."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from kundenmetrik.clv.money.spend_fit import times_amount
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.checks import check_choice
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.time.units import DAYS, conversion, in_unit, per_unit_rate

Discounting = Literal["continuous", "start", "middle", "end"]
Weights = tuple[FloatArray, IntArray, FloatArray, FloatArray]
SUMMED = ("purchases", "revenue", "value")
WAITS = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""How much of a period passes before its purchases are paid."""
SHOWN, YEARS = 60, 5
"""Where the horizon is infinite, the table shows so many periods one by one, and at most so many years."""
MOST = 10_000
"""More periods than this are refused."""
PART = 60
"""A piece may be as long as this part of the time before it: a month after five years."""
PLACES = np.array([-math.sqrt(0.6), 0.0, math.sqrt(0.6)])
MASS = np.array([5.0, 8.0, 5.0]) / 18.0
"""Gauss's three places within a month and their weights: the expected purchases bend slowly within it."""
LIVES, FINEST_LIFE, GROWTH, MOST_STEPS = 2.0, 0.25, 1.5, 100
"""A first piece longer than so many mean lives is cut into pieces, from a part of a life on, which grow."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Schedule:
    r"""A horizon cut into periods, whose discounted purchases are a weighted sum of E(t) at a few times.

    Attributes
    ----------
    times : ndarray
        Where the expected purchases up to a time, E(t), are needed, in the fit's unit, in order.
    ends : ndarray of int
        Which of the times are the ends of the periods; the first period begins at 0.
    weights : ndarray
        The weight of E(t) at each time in the discounted purchases of its own period.
    before : ndarray
        The weight of E(t) at the beginning of each period, to be taken off.
    rate : float
        The continuous discount rate per unit.
    endless : bool
        Whether the periods are only the first of infinitely many.
    period : str
        The length of a period.
    """

    times: FloatArray
    ends: IntArray
    weights: FloatArray
    before: FloatArray
    rate: float
    endless: bool
    period: str

    @property
    def total(self) -> FloatArray:
        """The weight of E(t) at each time in the discounted purchases of all periods."""
        total = self.weights.copy()
        total[self.ends[:-1]] -= self.before[1:]
        return total

    def table(self, purchases: FloatArray, revenue: FloatArray, margin: float, rest: tuple[float, float, float]) -> Any:
        """Return the cash flow from the totals of E(t) and of its worth; ``rest`` is what comes after an endless table.

        The columns are period, purchases, revenue, margin, discount_factor, value and cumulative.
        """
        columns = {
            "period": np.arange(1.0, len(self.ends) + 1),
            "purchases": np.diff(purchases[self.ends], prepend=0.0),
            "revenue": np.diff(revenue[self.ends], prepend=0.0),
            "value": margin * self._present_values(revenue),
        }
        if self.endless:
            later = (math.inf, *(whole - columns[name].sum() for name, whole in zip(SUMMED, rest, strict=True)))
            columns = {
                name: np.append(column, last) for (name, column), last in zip(columns.items(), later, strict=True)
            }
        table = pd.DataFrame(columns)
        earned = times_amount(columns["revenue"], margin)
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = columns["value"] / earned if self.rate > 0.0 else 1.0
        table = table.assign(margin=earned, discount_factor=factor, cumulative=table["value"].cumsum())
        return table[["period", "purchases", "revenue", "margin", "discount_factor", "value", "cumulative"]]

    def _present_values(self, amounts: FloatArray) -> FloatArray:
        """Return the discounted amounts of each period from their totals up to each time."""
        starts = np.append(0, self.ends[:-1] + 1)[: len(self.ends)]
        begun = np.append(0.0, amounts[self.ends[:-1]])[: len(self.ends)]
        return np.asarray(np.add.reduceat(self.weights * amounts, starts) - self.before * begun)


def payment_schedule(
    horizon: object, unit: str, period: str, annual_discount: float, timing: str, *, occasions: bool, life: float
) -> Schedule:
    """Return the periods of a horizon; the last one is shorter where the horizon is no whole number of them.

    A model of occasions knows purchases at the end of its own periods only: that is their moment. ``life`` is the
    shortest time over which the expected purchases of a customer bend.
    """
    rate = per_unit_rate(annual_discount, unit)
    bounds = _bounds(horizon, unit, period, occasions)
    kind = _check_timing(timing, horizon, occasions)
    if occasions and (period != unit or bounds[-1] != round(bounds[-1])):
        raise InvalidArgument("period", f"be {unit}, and the horizon whole, as the model knows whole occasions", period)
    if kind != "continuous" or rate == 0.0 or len(bounds) == 1:
        factors = np.exp(-rate * (bounds[:-1] + WAITS.get(kind, 0.0) * np.diff(bounds)))
        times, ends, weights, before = bounds[1:], np.arange(len(factors)), factors, factors
    else:
        times, ends, weights, before = _continuous(bounds, rate, conversion("month", unit), life)
    return Schedule(
        times=times,
        ends=ends,
        weights=weights,
        before=before,
        rate=rate,
        endless=horizon is None,
        period=period,
    )


def _check_timing(timing: str, horizon: object, occasions: bool) -> str:
    kind = check_choice(timing, "timing", get_args(Discounting))
    if horizon is None and kind != "continuous":
        raise InvalidArgument("timing", 'be "continuous" where there is no horizon', timing)
    return "end" if occasions and kind == "continuous" else kind


def _bounds(horizon: object, unit: str, period: str, occasions: bool) -> FloatArray:
    length = conversion(period, unit)
    if horizon is None:
        return np.arange(min(SHOWN, math.ceil(YEARS * conversion("year", period))) + 1.0) * length
    end = in_unit(horizon, unit)
    if end == 0.0:
        return np.zeros(1)
    count = max(math.ceil(end / length - 1e-9), 1)
    if count > MOST:
        by_year = not occasions and end * conversion(unit, "day") / DAYS["year"] <= MOST
        remedy = 'Pass period="year".' if by_year else "Pass horizon=None to look for ever."
        raise InvalidArgument("horizon", f"be at most {MOST:,} periods of one {period}", horizon, remedy)
    return np.append(np.arange(float(count)) * length, end)


def _continuous(bounds: FloatArray, rate: float, finest: float, life: float) -> Weights:
    r"""Discount every purchase from its moment, :math:`\int e^{-\delta t} dE`, by parts and Gauss's rule.

    Periods longer than ``finest`` are taken in pieces, so that a long row of the table is as exact as a short one; a
    piece far ahead, where the expected purchases hardly bend, may be as long as a part of the time until then. Where
    they bend within the first piece, as those of customers who stay for hours do, it is cut into pieces that grow.
    """
    begin, whole = bounds[:-1], np.diff(bounds)
    pieces = np.maximum(np.ceil(whole / np.maximum(finest, begin / PART) - 1e-9), 1.0).astype(np.int64)
    rows = np.repeat(np.arange(len(begin)), pieces)
    place = np.arange(len(rows)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    length = (whole / pieces)[rows]
    start = begin[rows] + place * length
    if length[0] > LIVES * life:
        steps = MOST_STEPS
        if life > 0.0:
            steps = min(math.ceil(math.log(length[0] / (FINEST_LIFE * life), GROWTH)), MOST_STEPS)
        edges = np.append(0.0, length[0] * GROWTH ** -np.arange(float(steps), -1.0, -1.0))
        start, length = np.append(edges[:-1], start[1:]), np.append(np.diff(edges), length[1:])
        pieces[0] += steps
    inner = start[:, None] + length[:, None] * (PLACES + 1.0) / 2.0
    within = rate * length[:, None] * MASS * np.exp(-rate * inner)
    after = np.cumsum(pieces) * len(PLACES)
    discount = np.exp(-rate * bounds)
    times, weights = np.insert(inner.ravel(), after, bounds[1:]), np.insert(within.ravel(), after, discount[1:])
    return times, after + np.arange(len(after)), weights, discount[:-1]
