"""Complaints against the sales they come from: how much growth flatters the rate of the same period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.complaints.rates.counts_and_sales import amounts, check_additive, counts_and_sales, per_of
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_confidence, check_count, check_items
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.one_sample.rates import garwood_interval
from kundenmetrik.errors import InvalidArgument


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LagMatched(Result):
    """The complaint rate on several bases side by side.

    Attributes
    ----------
    basis : list of str
        ``same_period``, ``mean_of_ratios``, ``lag_1`` and so on, ``delay``, ``cohort_matched``.
    complaints, sales : array
        What was summed on each basis.
    tgw, low, high : array
        The rate per so many sales with its exact Poisson interval; no interval for the mean of ratios.
    bias : array
        By how much the same-period rate differs from this one, as a share of it: -0.2 is one fifth too low.
    confidence, per : float
        Of the limits; the sales that the rates refer to.
    """

    basis: list[str]
    complaints: FloatArray
    sales: FloatArray
    tgw: FloatArray
    low: FloatArray
    high: FloatArray
    bias: FloatArray
    confidence: float
    per: float

    def to_frame(self) -> pd.DataFrame:
        """Return one row a basis.

        Returns
        -------
        pandas.DataFrame
            basis, complaints, sales, tgw, low, high, bias.
        """
        names = ("basis", "complaints", "sales", "tgw", "low", "high", "bias")
        return pd.DataFrame({name: getattr(self, name) for name in names})

    @property
    def headline(self) -> str:
        """What the table holds, in a line."""
        return f"complaints per {self.per:,.10g} sales by basis"


def lag_matched(
    complaints: Any,
    sales: Any = None,
    *,
    lags: Sequence[int] = (1, 2, 3),
    delay: Any = None,
    cohort_complaints: Any = None,
    per: float | None = None,
    confidence: float = 0.95,
) -> LagMatched:
    r"""Show how much the complaint rate depends on which sales the complaints are divided by.

    .. math:: \text{lag } k:\; \frac{\sum_{t \ge k} x_t}{\sum_{t \ge k} n_{t-k}}, \qquad
              \text{delay}:\; \frac{\sum_t x_t}{\sum_t \sum_k w_k n_{t-k}}

    Parameters
    ----------
    complaints, sales : array-like, or a table
        Complaints and sales of each period, in the order of time, without gaps.
        A table of one measured rate, such as ``km.measure(..., km.TGW())``, stands for both.
    lags : sequence of int
        After how many periods complaints are supposed to come.
    delay : array-like, optional
        The share of complaints that comes 0, 1, 2 ... periods after the sale; the sales are then mixed with
        these weights, which must add up to 1.
    cohort_complaints : array-like, optional
        The complaints about the sales of each period, whenever they came, where they can be told.
    per : float, optional
        The sales that the rates refer to, 1,000 when not given. A table has its own; another one is an error.
    confidence : float
        Of the limits.

    Returns
    -------
    LagMatched
        ``.to_frame()`` has one row a basis; ``bias`` is the growth-bias diagnostic.

    Raises
    ------
    InvalidData
        If complaints are no whole numbers or sales are negative.
    InvalidArgument
        If a lag is as long as the data, or the delay shares do not add up to 1.

    Notes
    -----
    Complaints come after the sale. While sales grow, dividing by the sales of the same period divides by too
    many: the rate looks better than the product is, and worse when sales shrink. The cohort-matched rate has the
    opposite weakness in the newest periods, whose complaints are still to come: see :func:`nowcast`.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> table = km.complaints.lag_matched([10, 10, 20, 40], [1000, 2000, 4000, 8000], lags=[1])
    >>> table.to_frame()[["basis", "tgw", "bias"]].round(3).to_numpy().tolist()
    [['same_period', 5.333, 0.0], ['mean_of_ratios', 6.25, -0.147], ['lag_1', 10.0, -0.467]]
    """
    x, n = counts_and_sales(complaints, sales)
    check_additive(complaints)
    bases: dict[str, tuple[float, float]] = {"same_period": (x.sum(), n.sum()), "mean_of_ratios": (np.nan, np.nan)}
    bases |= {
        f"lag_{lag}": _totals_at_lag(x, n, lag)
        for lag in check_items(lags, "lags", "be a list of whole numbers of periods")
    }
    if delay is not None:
        bases["delay"] = _totals_under_delay(x, n, delay)
    if cohort_complaints is not None:
        matched = amounts(cohort_complaints, "cohort_complaints")
        if len(matched) != len(n):
            raise InvalidArgument("cohort_complaints", f"have one entry a period: {len(n):,}", len(matched))
        bases["cohort_matched"] = (matched.sum(), n.sum())
    events, base = (np.array(column, dtype=np.float64) for column in zip(*bases.values(), strict=True))
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(base > 0, events / base, np.nan)
        rate[1] = (x[n > 0] / n[n > 0]).mean() if (n > 0).any() else np.nan
        bias = rate[0] / rate - 1
    low, high = garwood_interval(np.nan_to_num(events), base, check_confidence(confidence))
    per = per_of(per, complaints)
    return LagMatched(
        basis=list(bases),
        complaints=events,
        sales=base,
        tgw=per * rate,
        low=per * low,
        high=per * high,
        bias=bias,
        confidence=confidence,
        per=per,
    )


def _totals_at_lag(x: FloatArray, n: FloatArray, lag: int) -> tuple[float, float]:
    steps = check_count(lag, "lags", low=1)
    if steps >= len(x):
        raise InvalidArgument("lags", f"be shorter than the data, {len(x):,} periods", lag)
    return float(x[steps:].sum()), float(n[:-steps].sum())


def _totals_under_delay(x: FloatArray, n: FloatArray, delay: Any) -> tuple[float, float]:
    shares = amounts(delay, "delay")
    if abs(shares.sum() - 1) > 1e-9 or len(shares) > len(x):
        raise InvalidArgument("delay", "add up to 1 over at most as many periods as there are", float(shares.sum()))
    first = len(shares) - 1
    mixed = np.convolve(n, shares)[first : len(n)]
    return float(x[first:].sum()), float(mixed.sum())
