"""Concentration: how much of the value a few customers hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kundenmetrik.clv.columns import numbers
from kundenmetrik.clv.faults import broken, refuse
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import a_confidence, a_number
from kundenmetrik.core.estimate import Estimate
from kundenmetrik.core.normal import critical
from kundenmetrik.errors import Fault, InvalidArgument

__all__ = ["Lorenz", "gini", "lorenz", "top_share"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lorenz:
    """The Lorenz curve: the share of the value that the poorest share of the customers holds.

    Attributes
    ----------
    customers : ndarray
        Shares of the customers, from 0 to 1, poorest first.
    value : ndarray
        The share of the value that they hold.
    """

    customers: FloatArray
    value: FloatArray

    def to_frame(self) -> pd.DataFrame:
        """Return one row per point: customers, value."""
        return pd.DataFrame({"customers": self.customers, "value": self.value})

    def at(self, share: float) -> float:
        """Return the share of the value that a share of the customers holds, poorest first."""
        return float(np.interp(a_number(share, "share", low=0.0, high=1.0), self.customers, self.value))


def lorenz(values: ArrayLike) -> Lorenz:
    """Return the Lorenz curve of the customers' values.

    Parameters
    ----------
    values : array-like of float
        One value a customer, at least 0, not all 0.

    Returns
    -------
    Lorenz

    Raises
    ------
    InvalidData
        If a value is missing, negative or not a number.

    Examples
    --------
    >>> lorenz([1, 1, 2, 6]).at(0.75)
    0.4
    """
    held = np.cumsum(_rising(values))
    shares = np.concatenate(([0.0], held / held[-1]))
    return Lorenz(customers=np.arange(len(held) + 1) / len(held), value=shares)


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
        With an interval from the influence of each customer, symmetric in the log odds.

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
    error = float(influence.std()) / (mean * np.sqrt(n))
    return _share("gini", plain * n / max(n - 1, 1), error, n, confidence)


def top_share(values: ArrayLike, *, top: float = 0.1, confidence: float = 0.95) -> Estimate:
    """Return the share of the value that the best customers hold, by default the best tenth.

    Parameters
    ----------
    values : array-like of float
        One value a customer, at least 0, not all 0.
    top : float
        The share of the customers, between 0 and 1; a customer is counted in part where it falls between two.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Estimate
        With an interval from the influence of each customer, symmetric in the log odds.

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
    share = a_number(top, "top")
    if not 0.0 < share < 1.0:
        raise InvalidArgument("top", "lie between 0 and 1", top)
    values = _rising(values)
    n, mean = len(values), float(values.mean())
    rest = lorenz(values).at(1.0 - share)
    edge = values[min(int((1.0 - share) * n), n - 1)]
    influence = np.minimum(values - edge, 0.0) - rest * values
    error = float(influence.std()) / (mean * np.sqrt(n))
    return _share("top_share", 1.0 - rest, error, n, confidence)


def _rising(values: ArrayLike) -> FloatArray:
    """Return the values in rising order, checked."""
    faults: list[Fault | None] = []
    held = numbers(values, "values", faults)
    faults.append(broken("values", "be finite", ~np.isfinite(held), held, "not_finite"))
    faults.append(broken("values", "be at least 0", held < 0, held, "negative", "A loss has no share of the total."))
    refuse(faults)
    if not len(held) or held.max() == 0.0:
        raise InvalidArgument("values", "add up to more than 0")
    return np.sort(held)


def _share(metric: str, value: float, error: float, n: int, confidence: float) -> Estimate:
    return Estimate(
        metric=metric,
        value=value,
        ask=partial(_limits, value, error),
        n=n,
        unit="share",
        confidence=a_confidence(confidence),
        method="influence-logit",
        notes=("few_customers",) if n < 30 else (),
    )


def _limits(value: float, error: float, confidence: float) -> tuple[float, float]:
    """Return limits that are symmetric in the log odds and stay between 0 and 1."""
    if not 0.0 < value < 1.0:
        return value, value
    step = np.exp(critical(confidence) * error / (value * (1.0 - value)))
    return value / (value + (1.0 - value) * step), value / (value + (1.0 - value) / step)
