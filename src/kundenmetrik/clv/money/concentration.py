"""Concentration: how much of the value a few customers hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kundenmetrik.core.arrays import FloatArray, IntArray, Limits
from kundenmetrik.core.checks import check_confidence, check_number
from kundenmetrik.core.likelihood.delta_method import symmetric_limits
from kundenmetrik.core.results.display import percentage
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.numbers import readable_numbers, size_fault
from kundenmetrik.renamed import former_parameters

MIN_CUSTOMERS = 30
"""Below so many customers the normal law of the influences is doubtful."""
ROUNDING = 1e-9
"""A share of the customers that is a whole number of them but for rounding is that number."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Lorenz(Result):
    """The Lorenz curve: the share of the value that the poorest share of the customers holds.

    Attributes
    ----------
    customers : ndarray
        Shares of the customers, from 0 to 1, poorest first.
    value : ndarray
        The share of the value that they hold.
    low, high : ndarray
        The limits of the value at each point, taken alone; NaN where there is one customer only.
    confidence : float
        The confidence of the limits.
    notes : tuple of str
        ``few_customers`` below 30 of them.
    """

    _chart: ClassVar[str] = "lorenz"

    customers: FloatArray
    value: FloatArray
    low: FloatArray
    high: FloatArray
    confidence: float
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per point: customers, value, low, high."""
        return pd.DataFrame({name: getattr(self, name) for name in ("customers", "value", "low", "high")})

    def at(self, share: float) -> float:
        """Return the share of the value that a share of the customers holds, poorest first."""
        return float(np.interp(check_number(share, "share", low=0.0, high=1.0), self.customers, self.value))

    @property
    def headline(self) -> str:
        """How many customers the curve is of."""
        return f"Lorenz curve of {len(self.customers) - 1:,} customers, poorest first, {percentage(self.confidence)} CI"

    def _display_frame(self) -> pd.DataFrame:
        """Return the curve at the tenths of the customers."""
        places = np.unique(np.linspace(0, len(self.customers) - 1, 11).round().astype(np.int64))
        return self.to_frame().iloc[places]


def lorenz(values: ArrayLike, *, confidence: float = 0.95) -> Lorenz:
    r"""Return the Lorenz curve of the customers' values, with limits.

    With the values in rising order, the poorest k of n customers hold :math:`L(k / n) = \sum_{i \le k} x_{(i)} /
    \sum_i x_i`.

    Parameters
    ----------
    values : array-like of float
        One value a customer, at least 0, not all 0.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Lorenz
        With limits from the influence of each customer, symmetric in the log odds.

    Raises
    ------
    InvalidData
        If a value is missing, negative or not a number.

    Notes
    -----
    The limits are those of :func:`top_share` at every point: each holds for the share of the customers at its own
    point. The whole curve leaves them somewhere more often. Both ends of the curve are certain; near them, where few
    customers decide, the limits are a little too narrow.

    References
    ----------
    Beach and Davidson (1983), Distribution-free statistical inference with Lorenz curves and income shares, Review of
    Economic Studies 50(4).

    Examples
    --------
    >>> curve = lorenz([1, 1, 2, 6])
    >>> curve.at(0.75)
    0.4
    >>> curve.to_frame().round(2)
       customers  value   low  high
    0       0.00    0.0  0.00  0.00
    1       0.25    0.1  0.04  0.21
    2       0.50    0.2  0.10  0.37
    3       0.75    0.4  0.08  0.83
    4       1.00    1.0  1.00  1.00
    """
    level, rising = check_confidence(confidence), _rising(values)
    shares, places = _curve(rising), np.arange(len(rising) + 1)
    low, high = _limits(shares, _errors(rising, shares, places), level)
    return Lorenz(
        customers=places / len(rising), value=shares, low=low, high=high, confidence=level, notes=_notes(len(rising))
    )


def gini(values: ArrayLike, *, confidence: float = 0.95) -> Estimate:
    r"""Return the Gini coefficient: 0 where all customers are worth the same, towards 1 where one holds everything.

    With the values in rising order, :math:`G = \frac{n}{n - 1} \left(\frac{2}{n^2 \bar x} \sum_i (i - \tfrac12)
    x_{(i)} - 1\right)`.

    Parameters
    ----------
    values : array-like of float
        One value a customer, at least 0, not all 0.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Estimate
        With an interval from the influence of each customer, symmetric in the log odds; NaN for one customer.

    Raises
    ------
    InvalidData
        If a value is missing, negative or not a number.

    Notes
    -----
    The factor n / (n - 1) removes the bias of order 1 / n. The interval treats the customers as a sample. Heavy tails
    make it too narrow in small samples. A Gini of *predicted* values understates the concentration of what customers
    will turn out to be worth, because predictions vary less than outcomes.

    References
    ----------
    Davidson (2009), Reliable inference for the Gini index, Journal of Econometrics 150(1), equations 5, 14 and 18.

    Examples
    --------
    >>> round(gini([1, 2, 3, 4, 5]).value, 4)
    0.3333
    """
    values = _rising(values)
    n, mean = len(values), float(values.mean())
    rank = np.arange(1, n + 1)
    plain = 2.0 * float((rank - 0.5) @ values) / (n**2 * mean) - 1.0
    influence = (2 * rank - 1) / n * values - (plain + 1.0) * values - 2.0 / n * np.cumsum(values)
    error = float(influence.std()) / (mean * np.sqrt(n)) if n > 1 else np.nan
    return _share("gini", plain * n / max(n - 1, 1), error, n, confidence)


@former_parameters(top="share")
def top_share(values: ArrayLike, *, share: float = 0.1, confidence: float = 0.95) -> Estimate:
    """Return the share of the value that the best customers hold, by default the best tenth.

    Parameters
    ----------
    values : array-like of float
        One value a customer, at least 0, not all 0.
    share : float
        The share of the customers, between 0 and 1; a customer is counted in part where it falls between two.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Estimate
        With an interval from the influence of each customer, symmetric in the log odds; NaN for one customer.

    Raises
    ------
    InvalidData
        If a value is missing, negative or not a number.

    References
    ----------
    Beach and Davidson (1983), Distribution-free statistical inference with Lorenz curves and income shares, Review of
    Economic Studies 50(4).

    Examples
    --------
    >>> top_share([1] * 9 + [91]).value
    0.91
    """
    best = check_number(share, "share")
    if not 0.0 < best < 1.0:
        raise InvalidArgument("share", "lie between 0 and 1", share)
    values = _rising(values)
    n = len(values)
    rest = float(np.interp((1.0 - best) * n, np.arange(n + 1), _curve(values)))
    place = int((1.0 - best) * n + ROUNDING)
    (error,) = _errors(values, np.array([rest]), np.array([place]))
    return _share("top_share", 1.0 - rest, float(error), n, confidence)


def _curve(values: FloatArray) -> FloatArray:
    """Return the shares of the value that the poorest hold: none of them, one, two and so on to all."""
    held = np.cumsum(values)
    return np.concatenate(([0.0], held / held[-1]))


def _errors(values: FloatArray, shares: FloatArray, places: IntArray) -> FloatArray:
    r"""Return the standard errors of points of the curve, from the poorest so many customers and their shares.

    The influence of a customer on a point is :math:`(\min(x_i, e) - L x_i) / \bar x`, up to a constant, where e is the
    value at the point: its first two moments are sums up to there and from there on.
    """
    n = len(values)
    if n == 1:
        return np.full(len(shares), np.nan)
    x = values / values.mean()
    poorest = [np.concatenate(([0.0], np.cumsum(power)))[places] for power in (x, x * x)]
    richest = [np.concatenate((np.cumsum(power[::-1])[::-1], [0.0]))[places] for power in (x, x * x)]
    edge, above = x[np.minimum(places, n - 1)], n - places
    first = (1.0 - shares) * poorest[0] + above * edge - shares * richest[0]
    second = (1.0 - shares) ** 2 * poorest[1] + above * edge**2 - 2.0 * edge * shares * richest[0]
    second += shares**2 * richest[1]
    return np.asarray(np.sqrt(np.maximum(second / n - (first / n) ** 2, 0.0) / n))


def _rising(values: ArrayLike) -> FloatArray:
    """Return the values in rising order, checked."""
    faults: list[Fault | None] = []
    held, _ = readable_numbers(values, "values", faults)
    faults.append(fault_of("values", "be given", np.isnan(held), code="missing"))
    faults.append(size_fault(held, "values"))
    faults.append(fault_of("values", "be at least 0", held < 0, held, "negative", "A loss has no share of the total."))
    refuse(faults)
    if not len(held) or held.max() == 0.0:
        raise InvalidArgument("values", "add up to more than 0")
    return np.sort(held)


def _share(metric: str, value: float, error: float, n: int, confidence: float) -> Estimate:
    return Estimate(
        metric=metric,
        value=value,
        ask=partial(_interval, value, error),
        n=n,
        unit="share",
        confidence=check_confidence(confidence),
        method="influence-logit",
        notes=_notes(n),
    )


def _notes(n: int) -> tuple[str, ...]:
    return ("few_customers",) if n < MIN_CUSTOMERS else ()


def _interval(value: float, error: float, confidence: float) -> tuple[float, float]:
    low, high = _limits(np.array([value]), np.array([error]), confidence)
    return float(low[0]), float(high[0])


def _limits(value: FloatArray, error: FloatArray, confidence: float) -> Limits:
    """Return limits that are symmetric in the log odds and stay between 0 and 1; none where the error is not known."""
    low, high = symmetric_limits(value, critical(confidence) * error, "logit")
    return np.where(np.isnan(error), np.nan, low), np.where(np.isnan(error), np.nan, high)
