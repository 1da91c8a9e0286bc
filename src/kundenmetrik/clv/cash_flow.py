"""Cash flow: when purchases are counted and how they are discounted, period by period."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from kundenmetrik.clv.units import conversion, in_unit, per_unit_rate
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import a_choice
from kundenmetrik.errors import InvalidArgument

__all__ = ["Discounting", "Schedule", "scheduled"]

Discounting = Literal["continuous", "start", "middle", "end"]
Expected = Callable[[float], FloatArray]
WAITS = {"start": 0.0, "middle": 0.5, "end": 1.0}
"""How much of a period passes before its purchases are paid."""
SHOWN, YEARS = 60, 5
"""Where the horizon is infinite, the table shows so many periods one by one, and at most so many years."""
MOST = 10_000
"""More periods than this are refused."""
PLACES = np.array([-math.sqrt(0.6), 0.0, math.sqrt(0.6)])
MASS = np.array([5.0, 8.0, 5.0]) / 18.0
"""Gauss's three places within a month and their weights: the expected purchases bend slowly within it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Schedule:
    r"""A horizon cut into periods, whose discounted purchases are a weighted sum of E(t) at a few times.

    Attributes
    ----------
    bounds : ndarray of shape (periods + 1,)
        Where periods begin and end, in the fit's unit, from 0.
    times : ndarray
        Where the expected purchases up to a time, E(t), are needed; the bounds but 0 are among them.
    counted : ndarray of shape (periods, times)
        The weights of E(t) that make the purchases of a period.
    discounted : ndarray of shape (periods, times)
        The weights that make the discounted purchases of a period.
    rate : float
        The continuous discount rate per unit.
    endless : bool
        Whether the periods are only the first of infinitely many.
    period : str
        The length of a period.
    """

    bounds: FloatArray
    times: FloatArray
    counted: FloatArray
    discounted: FloatArray
    rate: float
    endless: bool
    period: str

    def table(self, purchases: FloatArray, revenue: FloatArray, margin: float, rest: tuple[float, float, float]) -> Any:
        """Return the cash flow from the totals of E(t) and of its worth; ``rest`` is what comes after an endless table.

        The columns are period, purchases, revenue, margin, discount_factor, value and cumulative.
        """
        value = margin * (self.discounted @ revenue)
        columns = {
            "period": np.arange(1.0, len(value) + 1),
            "purchases": self.counted @ purchases,
            "revenue": self.counted @ revenue,
            "value": value,
        }
        table = pd.DataFrame(columns)
        if self.endless:
            last = {"period": math.inf, "purchases": rest[0], "revenue": rest[1], "value": rest[2]}
            last = {name: amount - table[name].sum() if name != "period" else amount for name, amount in last.items()}
            table = pd.concat([table, pd.DataFrame([last])], ignore_index=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            table = table.assign(margin=margin * table["revenue"])
            table = table.assign(discount_factor=table["value"] / table["margin"], cumulative=table["value"].cumsum())
        return table[["period", "purchases", "revenue", "margin", "discount_factor", "value", "cumulative"]]


def scheduled(
    horizon: object, unit: str, period: str, annual_discount: float, timing: str, *, occasions: bool
) -> Schedule:
    """Return the periods of a horizon; the last one is shorter where the horizon is no whole number of them.

    A model of occasions knows purchases at the end of its own periods only: that is their moment.
    """
    kind = a_choice(timing, "timing", get_args(Discounting))
    rate = per_unit_rate(annual_discount, unit)
    bounds = _bounds(horizon, unit, period)
    if horizon is None and kind != "continuous":
        raise InvalidArgument("timing", 'be "continuous" where there is no horizon', timing)
    if occasions and (period != unit or bounds[-1] != round(bounds[-1])):
        raise InvalidArgument("period", f"be {unit}, and the horizon whole, as the model knows whole occasions", period)
    kind = "end" if occasions and kind == "continuous" else kind
    times, weights = (
        _continuous(bounds, rate, conversion("month", unit))
        if kind == "continuous"
        else _stepwise(bounds, rate, WAITS[kind])
    )
    return Schedule(
        bounds=bounds,
        times=times,
        counted=_stepwise_on(times, bounds, np.ones(len(bounds) - 1)),
        discounted=weights,
        rate=rate,
        endless=horizon is None,
        period=period,
    )


def _bounds(horizon: object, unit: str, period: str) -> FloatArray:
    length = conversion(period, unit)
    if horizon is None:
        return np.arange(min(SHOWN, math.ceil(YEARS * conversion("year", period))) + 1.0) * length
    end = in_unit(horizon, unit)
    count = math.ceil(end / length - 1e-9)
    if not 1 <= count <= MOST:
        raise InvalidArgument("horizon", f"be above 0 and at most {MOST:,} periods of one {period}", horizon)
    return np.append(np.arange(float(count)) * length, end)


def _stepwise(bounds: FloatArray, rate: float, wait: float) -> tuple[FloatArray, FloatArray]:
    """Discount all purchases of a period from one moment in it."""
    paid = bounds[:-1] + wait * np.diff(bounds)
    return bounds[1:], _stepwise_on(bounds[1:], bounds, np.exp(-rate * paid))


def _stepwise_on(times: FloatArray, bounds: FloatArray, factors: FloatArray) -> FloatArray:
    """Return the weights of factor * (E(end) - E(begin)), with E(0) = 0."""
    weights = np.zeros((len(factors), len(times)))
    places = np.searchsorted(times, bounds[1:])
    rows = np.arange(len(factors))
    weights[rows, places] = factors
    weights[rows[1:], places[:-1]] = -factors[1:]
    return weights


def _continuous(bounds: FloatArray, rate: float, finest: float) -> tuple[FloatArray, FloatArray]:
    r"""Discount every purchase from its moment, :math:`\int e^{-\delta t} dE`, by parts and Gauss's rule.

    Periods longer than ``finest`` are taken in pieces, so that a long row of the table is as exact as a short one.
    """
    pieces = max(1, math.ceil(bounds[1] / finest - 1e-9))
    fine = np.append((bounds[:-1, None] + np.diff(bounds)[:, None] * np.arange(pieces) / pieces).ravel(), bounds[-1])
    length = np.diff(fine)
    inner = fine[:-1, None] + length[:, None] * (PLACES + 1.0) / 2.0
    times = np.column_stack((inner, fine[1:])).ravel()
    weights = np.zeros((len(length), len(times)))
    for row, place in enumerate(range(0, len(times), len(PLACES) + 1)):
        weights[row, place : place + len(PLACES)] = rate * length[row] * MASS * np.exp(-rate * inner[row])
        weights[row, place + len(PLACES)] = math.exp(-rate * fine[row + 1])
        if row:
            weights[row, place - 1] = -math.exp(-rate * fine[row])
    return times, weights.reshape(len(bounds) - 1, pieces, -1).sum(axis=1)
