"""Do customers buy at regular or at random times? The figure to know before choosing a model."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import scipy

from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.fits.fittable import fit_model
from kundenmetrik.clv.fits.repeat_fit import RepeatFit
from kundenmetrik.clv.processes.base import RepeatBuying
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_count, check_instance
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.errors import FitRefused, InvalidArgument, InvalidType
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.reading.ids import read_ids
from kundenmetrik.frame.records.source import read_columns
from kundenmetrik.frame.time.instants import MISSING
from kundenmetrik.frame.time.time_column import moments_of
from kundenmetrik.renamed import former_parameters

MIN_CUSTOMERS = 2


@former_parameters(time="date")
def regularity(
    interactions: pd.DataFrame, *, customer: str = "customer_id", date: str = "occurred_at", confidence: float = 0.95
) -> Estimate:
    r"""Measure how regular purchases come: 1 at random times, more the more regular.

    For two successive gaps of one customer, :math:`M = g_1 / (g_1 + g_2)` has variance :math:`1 / (4 (2k + 1))`
    when gaps are gamma distributed with shape k at any rate of the customer's own, so k is read from the variance:

    .. math:: k = \frac{1 - 4 \operatorname{var}(M)}{8 \operatorname{var}(M)}.

    Parameters
    ----------
    interactions : DataFrame
        A log of purchases, one row each; several at one time are one purchase.
    customer, date : str
        The columns of the customer and of the time.
    confidence : float
        Of the interval, from the spread of M over customers (each contributes one pair, its last).

    Returns
    -------
    Estimate
        k; purchases at random times have 1. :func:`regularity_test` has a p-value for that.

    Raises
    ------
    FitRefused
        If fewer than two customers have bought three times.

    Notes
    -----
    One pair per customer, the last, keeps the pairs independent. Where the log knows only days, purchases of
    one day are one, so that very short gaps are missing: k is then too large for customers who buy every few days.

    References
    ----------
    Wheat and Morrison (1990), Estimating purchase regularity with two interpurchase times, Journal of Marketing
    Research 27(1).

    Examples
    --------
    >>> import pandas as pd
    >>> days = [0, 6, 14, 0, 7, 14, 0, 9, 15, 0, 5, 12]
    >>> log = pd.DataFrame({
    ...     "customer_id": [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4],
    ...     "occurred_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(days, unit="D"),
    ... })
    >>> regularity(log).value > 10
    True
    """
    shares = last_shares(interactions, customer, date)
    return Estimate(
        metric="regularity",
        value=_k(float(((shares - 0.5) ** 2).mean())),
        ask=_Limits(shares),
        n=len(shares),
        unit="shape",
        confidence=confidence,
        method="Wheat-Morrison",
        notes=("one_pair_per_customer",),
    )


class _Limits:
    """The limits of k from those of the variance of the shares, whose mean is known to be 1/2."""

    __slots__ = ("squares",)

    def __init__(self, shares: FloatArray) -> None:
        self.squares = (shares - 0.5) ** 2

    def __call__(self, confidence: float) -> tuple[float, float]:
        count = len(self.squares)
        reach = float(scipy.special.stdtrit(count - 1, (1.0 + confidence) / 2.0))
        error = float(self.squares.std(ddof=1)) / np.sqrt(count)
        mean = float(self.squares.mean())
        return _k(min(mean + reach * error, 0.25)), _k(max(mean - reach * error, 0.0))


def _k(variance: float) -> float:
    return (1.0 - 4.0 * variance) / (8.0 * variance) if variance > 0.0 else float("inf")


def last_shares(log: Any, customer: str, date: str) -> FloatArray:
    """Return the share of the first of a customer's last two gaps in their sum, for every customer who has two."""
    pairs = _last_pairs(log, customer, date)
    if len(pairs) < MIN_CUSTOMERS:
        said = f"{len(pairs)} customers have bought three times"
        raise FitRefused("regularity", said, "Observe customers for longer.")
    return np.asarray(pairs[:, 0] / pairs.sum(axis=1))


def _last_pairs(log: Any, customer: str, date: str) -> FloatArray:
    """Return the last two gaps of every customer who has two, in days."""
    table = read_columns(log, [name for name in (customer, date) if isinstance(name, str)], "interactions")
    ids = read_ids(column_of(table, customer, "customer"), customer)
    moments = moments_of(column_of(table, date, "date"), date, None, several="UTC")
    absent = {customer: ids.codes < 0, date: moments.ticks == MISSING}
    refuse(fault_of(name, "be given in every row", gone, code="missing") for name, gone in absent.items())
    rows = pd.DataFrame({"customer": ids.codes, "time": moments.instants()}).drop_duplicates()
    last = rows.sort_values(["customer", "time"]).groupby("customer").tail(3)
    three = last[last.groupby("customer")["time"].transform("size") == 3]
    times = three["time"].to_numpy().reshape(-1, 3)
    return np.asarray(np.diff(times, axis=1) / np.timedelta64(1, "D"))


MOST_TRIED = 100
"""The largest k that is tried."""


def regular_fits(model: type[RepeatBuying], purchases: Purchases, *, most: int = 6) -> dict[int, RepeatFit]:
    """Fit a model for k = 1, 2, 3 and so on until the likelihood falls; the best k is the one with the highest.

    Parameters
    ----------
    model : BetaGeo or ModifiedBetaGeo
        The model with a ``k``.
    purchases : Purchases
        From a log, so that they hold the times between purchases.
    most : int
        The largest k to try.

    Returns
    -------
    dict of int to RepeatFit
        By k; the last one is the first that explains the data worse, or ``most``.

    Raises
    ------
    InvalidArgument
        If the purchases do not hold the times between purchases, without which likelihoods of different k do not
        compare.
    """
    check_instance(purchases, "purchases", Purchases, "be a customer base, from clv.purchases")
    if not (isinstance(model, type) and "k" in getattr(model, "__dataclass_fields__", {})):
        raise InvalidType("model", "be BetaGeo or ModifiedBetaGeo", model)
    if purchases.log_gaps is None:
        raise InvalidArgument("purchases", "come from a log: likelihoods need the times between purchases to compare")
    fits: dict[int, RepeatFit] = {}
    for k in range(1, check_count(most, "most", low=1, high=MOST_TRIED) + 1):
        fits[k] = fit_model(model(k=k), purchases, "likelihood")  # type: ignore[call-arg]
        if k > 1 and fits[k].log_likelihood < fits[k - 1].log_likelihood:
            break
    return fits
