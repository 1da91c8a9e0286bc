"""Spend: whether a model of spend may be used, checked on the data."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, Unpack

import numpy as np
import scipy

from kundenmetrik.clv.data.observation_window import LogOptions, open_log
from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.time.units import conversion
from kundenmetrik.renamed import former_parameters

MIN_CUSTOMERS = 4
"""Customers below which a rank correlation has no interval."""


def spend_independence(purchases: Purchases, *, confidence: float = 0.95) -> Estimate:
    r"""Return the rank correlation of how often and for how much repeat customers buy; the spend model assumes none.

    Spearman's correlation of the average ranks of frequency and mean spend; the interval is Fisher's with variance
    :math:`(1 + \rho^2 / 2) / (n - 3)`.

    Parameters
    ----------
    purchases : Purchases
        Customers with spend; those without a repeat purchase or an amount do not count.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    Estimate
        The correlation from -1 to 1; ``parts["p_value"]`` is the two-sided p-value of independence. NaN with the note
        ``empty`` below 4 customers and ``constant`` where all are alike.

    Notes
    -----
    Value is frequency times spend only where the two are unrelated. In a large base a tiny correlation is significant:
    judge its size. With a correlation beyond about 0.3, model segments of spend separately.

    References
    ----------
    Bonett and Wright (2000), Sample size requirements for estimating Pearson, Kendall and Spearman correlations,
    Psychometrika 65(1). Fader, Hardie and Lee (2005), RFM and CLV, JMR 42, print 0.11 (Pearson) for CDNOW.

    Examples
    --------
    >>> from kundenmetrik.clv import Purchases
    >>> base = Purchases.from_summary([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [9] * 5, [10, 30, 20, 50, 40], unit="week")
    >>> round(spend_independence(base).value, 4)
    0.8
    """
    if not isinstance(purchases, Purchases):
        raise InvalidType("purchases", "be Purchases", purchases)
    known = (purchases.frequency > 0) & ~np.isnan(purchases.spend)
    frequency, spend = _ranks(purchases.frequency[known]), _ranks(purchases.spend[known])
    n, value = int(known.sum()), _correlation(frequency, spend)
    return Estimate(
        metric="spend_independence",
        value=value,
        ask=partial(_fisher, value, n),
        n=n,
        unit="correlation",
        confidence=check_confidence(confidence),
        method="fisher",
        excluded={"no_repeat_spend": len(purchases) - n},
        parts={"p_value": _p_value(value, n)},
        notes=("empty",) if n < MIN_CUSTOMERS else ("constant",) if math.isnan(value) else (),
    )


@former_parameters(time="date")
def spend_trend(
    interactions: Any, *, observed_until: object = None, confidence: float = 0.95, **options: Unpack[LogOptions]
) -> Estimate:
    r"""Return how the amounts of the same customers change over a year; the spend model assumes that they do not.

    The slope of the logarithm of an amount on time within customers (each customer's own level is removed),
    :math:`b = \sum x_{ij} y_{ij} / \sum x_{ij}^2`, told as the relative change in a year, :math:`e^b - 1`.

    Parameters
    ----------
    interactions : frame or list of records
        A log, as for :func:`kundenmetrik.clv.purchases`.
    observed_until : date, datetime or str, optional
        As there.
    confidence : float
        Between 0 and 1.
    **options
        unit, grain, time_zone, refunds, invalid, customer, date, amount, kind and currency, as there.

    Returns
    -------
    Estimate
        A relative change per year, with an interval that treats the purchases of one customer as dependent. Amounts
        that are not positive are left out and counted. NaN with the note ``empty`` below two customers who came back.

    Raises
    ------
    InvalidArgument
        If the log has no amounts.

    Examples
    --------
    >>> import pandas as pd
    >>> log = pd.DataFrame({
    ...     "customer_id": ["a", "a", "b", "b"],
    ...     "occurred_at": pd.to_datetime(["2024-01-01", "2025-01-01", "2024-01-01", "2025-01-01"]),
    ...     "amount": [100.0, 110.0, 10.0, 11.0],
    ... })
    >>> round(spend_trend(log).value, 3)
    0.1
    """
    log = open_log(interactions, **options)
    events = log.until(observed_until).events()[0]
    if events.amount is None:
        raise InvalidArgument("amount", "be there in the interactions")
    positive = events.amount > 0
    kept = events.take(positive)
    years = (kept.step - kept.step.min()) / log.steps_per_unit * conversion(log.unit, "year")
    slope, error, customers = _within(kept.customer, years, np.log(kept.amount if kept.amount is not None else 0.0))
    return Estimate(
        metric="spend_trend",
        value=math.expm1(slope),
        ask=partial(_growth, slope, error),
        n=customers,
        unit="relative change per year",
        confidence=check_confidence(confidence),
        method="clustered",
        excluded={"not_positive": len(events) - len(kept)},
        notes=("empty",) if math.isnan(slope) else (),
    )


def _ranks(values: IntArray | FloatArray) -> FloatArray:
    """Return average ranks from 0."""
    ordered = np.sort(values)
    return (np.searchsorted(ordered, values, side="left") + np.searchsorted(ordered, values, side="right") - 1) / 2.0


def _correlation(one: FloatArray, two: FloatArray) -> float:
    if len(one) < MIN_CUSTOMERS:
        return math.nan
    one, two = one - one.mean(), two - two.mean()
    scale = math.sqrt(float(one @ one) * float(two @ two))
    return float(one @ two) / scale if scale > 0.0 else math.nan


def _p_value(value: float, n: int) -> float:
    if math.isnan(value) or abs(value) >= 1.0:
        return 0.0 if abs(value) >= 1.0 else math.nan
    statistic = abs(value) * math.sqrt((n - 2) / (1.0 - value**2))
    return 2.0 * float(scipy.special.stdtr(n - 2, -statistic))


def _fisher(value: float, n: int, confidence: float) -> tuple[float, float]:
    if math.isnan(value) or abs(value) >= 1.0:
        return value, value
    reach = critical(confidence) * math.sqrt((1.0 + value**2 / 2.0) / (n - 3))
    return math.tanh(math.atanh(value) - reach), math.tanh(math.atanh(value) + reach)


def _within(customer: IntArray, x: FloatArray, y: FloatArray) -> tuple[float, float, int]:
    """Return the slope within customers, its standard error clustered by customer, and how many came back."""
    codes = np.unique(customer, return_inverse=True)[1]
    count = np.bincount(codes)
    x = x - (np.bincount(codes, weights=x) / count)[codes]
    y = y - (np.bincount(codes, weights=y) / count)[codes]
    spread, groups = float(x @ x), int(np.count_nonzero(count > 1))
    if groups < 2 or spread == 0.0:
        return math.nan, math.nan, groups
    slope = float(x @ y) / spread
    scores = np.bincount(codes, weights=x * (y - slope * x))
    return slope, math.sqrt(float(scores @ scores) * groups / (groups - 1)) / spread, groups


def _growth(slope: float, error: float, confidence: float) -> tuple[float, float]:
    reach = critical(confidence) * error
    return math.expm1(slope - reach), math.expm1(slope + reach)
