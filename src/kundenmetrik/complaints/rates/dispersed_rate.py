"""A pooled rate with an interval that knows how much the periods scatter, beside Poisson's."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.complaints.rates.counts_and_sales import check_additive, counts_and_sales, per_of
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_choice, check_confidence
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.core.statistics.dispersion import (
    DISPERSION_METHODS,
    Dispersion,
    DispersionInterval,
    dispersed_interval,
    dispersion,
)
from kundenmetrik.core.statistics.one_sample.rates import garwood_interval


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DispersedRate(Result):
    """The rate over several periods or segments, with Poisson's interval and one that allows for their scatter.

    Attributes
    ----------
    rate : Estimate
        With the interval that allows for overdispersion.
    poisson : Estimate
        The pooled rate with the exact Poisson interval.
    dispersion : Dispersion
        How many times the scatter is Poisson's, with its test; ``inflation`` is the factor on the width.
    too_narrow : float
        By which factor Poisson is too narrow: the width of the wider interval over that of a Poisson interval of the
        same form and quantile; 1 without overdispersion, NaN where the dispersion is unknown.
    """

    rate: Estimate
    poisson: Estimate
    dispersion: Dispersion
    too_narrow: float

    @property
    def _verdict(self) -> str:
        if math.isnan(self.too_narrow):
            return "dispersion unknown: nothing tells whether the Poisson interval is too narrow"
        scatter = f"dispersion {self.dispersion.value:.4g}"
        if self.too_narrow == 1.0:
            return f"{scatter}: no more scatter than Poisson's, the Poisson interval is not too narrow"
        chance = "" if self.dispersion.significant else ", which may be chance"
        return f"{scatter}: the Poisson interval is {self.too_narrow:.3g} times too narrow{chance}"

    @property
    def headline(self) -> str:
        """The rate with its interval, and whether Poisson's would be too narrow."""
        return f"{self.rate.headline}; {self._verdict}"

    @property
    def notes(self) -> tuple[str, ...]:
        """The note codes of the rate."""
        return self.rate.notes

    @property
    def excluded(self) -> Mapping[str, int]:
        """How many rows were left out, by reason."""
        return self.rate.excluded

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each interval: that which allows for overdispersion, then Poisson's."""
        rows = pd.concat([self.rate.to_frame(), self.poisson.to_frame()], ignore_index=True)
        return rows.assign(dispersion=self.dispersion.value, too_narrow=self.too_narrow)


def dispersed_rate(
    complaints: Any,
    sales: Any = None,
    *,
    per: float | None = None,
    method: DispersionInterval = "quasi_poisson",
    confidence: float = 0.95,
) -> DispersedRate:
    r"""Compute the complaint rate over several periods with an interval that allows for how much they scatter.

    .. math:: \hat\phi = \frac{1}{k - 1} \sum_i \frac{(x_i - n_i \hat r)^2}{n_i \hat r}, \qquad
              \hat r \exp\left(\pm z \sqrt{\hat\phi / \textstyle\sum x_i}\right)

    Parameters
    ----------
    complaints, sales : array-like, or a table
        Complaints and sales of each period or segment.
        A table of one measured rate, such as ``km.measure(..., km.TGW())``, stands for both.
    per : float, optional
        The sales that the rate refers to, 1,000 when not given. A table has its own; another one is an error.
    method : {"quasi_poisson", "quasi_poisson_t", "negative_binomial", "sandwich", "sandwich_hc1"}
        Where the wider interval comes from. ``negative_binomial`` also weighs the periods more evenly, so
        its rate differs from the pooled one. Under 20 periods prefer ``quasi_poisson_t``.
    confidence : float
        Of both intervals.

    Returns
    -------
    DispersedRate
        ``rate``, ``poisson``, ``dispersion``, ``too_narrow``. The rate has the note ``overdispersed`` where
        the test of dispersion is significant at 1 percent.

    Raises
    ------
    InvalidData
        If complaints are no whole numbers or sales are negative.

    Notes
    -----
    A dispersion below 1 never narrows the interval. The wider interval stands on the logarithm of the rate, the exact
    Poisson one does not; ``too_narrow`` therefore compares with a Poisson interval on the logarithm. With one
    period, or without any complaint, the dispersion is NaN and so are the wider limits. Complaints of a period without
    sales are in the pooled Poisson rate, as in any total, with the note ``events_without_exposure``; they say nothing
    of the scatter and are excluded from ``rate``.

    References
    ----------
    McCullagh and Nelder (1989), Generalized Linear Models, ch. 6; Cameron and Trivedi (2013), ch. 3.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> year = km.complaints.dispersed_rate([426, 543, 428, 67], [90_000, 110_000, 90_000, 40_000])
    >>> round(year.dispersion.value, 2), round(year.too_narrow, 1), year.rate.notes
    (26.27, 5.2, ('overdispersed',))
    """
    check_choice(method, "method", DISPERSION_METHODS)
    x, n = counts_and_sales(complaints, sales)
    check_additive(complaints)
    per, confidence = per_of(per, complaints), check_confidence(confidence)
    usual = {"metric": "tgw", "unit": f"per {per:,.10g} sales", "higher_is_better": False}
    words = labels_of_rate(complaints) if isinstance(complaints, EstimateTable) else usual
    return rate_with_scatter(x, n, words=words, per=per, method=method, confidence=confidence)


def rate_with_scatter(
    x: FloatArray, n: FloatArray, *, words: Mapping[str, Any], per: float, method: str, confidence: float
) -> DispersedRate:
    """Return the rate of checked periods with both intervals; ``words`` are what its estimates say of themselves."""
    scatter = dispersion(x, n)
    value = dispersed_interval(x, n, confidence=confidence, method=method)[0]
    notes = _notes(x, n, scatter, "missing" in words.get("excluded", ()))
    shared = {**words, "n": float(n.sum()), "confidence": confidence}
    stray = int(x[n == 0].sum()) if n.any() else 0
    lost = {**words.get("excluded", {}), **({"complaints_without_sales": stray} if stray else {})}
    ask = partial(_limits, x, n, method, per)
    rate = Estimate(value=per * value, ask=ask, method=method, notes=notes, **{**shared, "excluded": lost})
    pooled = x.sum() / n.sum() if n.sum() > 0 else np.nan
    all_events = (*notes, "events_without_exposure") if stray else notes
    ask = partial(_poisson, x.sum(), n.sum(), per)
    poisson = Estimate(value=per * float(pooled), ask=ask, method="garwood", notes=all_events, **shared)
    factor = _too_narrow(x, n, scatter, method, confidence)
    return DispersedRate(rate=rate, poisson=poisson, dispersion=scatter, too_narrow=factor)


def labels_of_rate(table: EstimateTable, groups: Any = slice(None)) -> dict[str, Any]:
    """Return name, unit and direction of a table's rate, and what was left out of some of its groups."""
    metric, lost = table.metrics[0], table.tallies[0].excluded
    excluded = {reason: int(rows[groups].sum()) for reason, rows in lost.items() if rows[groups].any()}
    words = {"metric": metric.label, "unit": metric.unit_name, "higher_is_better": metric.better_when_high}
    return {**words, "excluded": excluded}


def _too_narrow(x: FloatArray, n: FloatArray, scatter: Dispersion, method: str, confidence: float) -> float:
    """Return the width of the wider interval over that of Poisson's on the same scale; 1 without overdispersion."""
    if not scatter.value > 1.0:
        return 1.0 if scatter.value == scatter.value else math.nan
    events, kept = x[n > 0].sum(), n > 0
    rate, error, quantile = DISPERSION_METHODS[method](x[kept], n[kept], confidence)
    poisson = events / n.sum() * math.sinh(quantile / math.sqrt(events))
    with np.errstate(over="ignore"):
        return max(float(rate * np.sinh(quantile * error) / poisson), 1.0)


def _limits(x: FloatArray, n: FloatArray, method: str, per: float, confidence: float) -> tuple[float, float]:
    _, low, high = dispersed_interval(x, n, confidence=confidence, method=method)
    return per * low, per * high


def _poisson(events: float, exposure: float, per: float, confidence: float) -> tuple[float, float]:
    low, high = garwood_interval(np.array([events]), np.array([exposure]), confidence)
    return per * float(low[0]), per * float(high[0])


def _notes(x: FloatArray, n: FloatArray, scatter: Dispersion, missing: bool) -> tuple[str, ...]:
    if n.sum() == 0:
        return ("counts_missing",) if missing else ("no_exposure",)
    if scatter.df == 0:
        return ("one_period",)
    if x[n > 0].sum() == 0:
        return ("no_complaints",)
    return ("overdispersed",) if scatter.significant else ()
