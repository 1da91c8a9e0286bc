"""Shrinkage of segment rates towards the common one, so that small segments do not top the list by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import scipy

from kundenmetrik.complaints.rates.counts_and_sales import counts_of_segments, labels, per_of, whole_numbers
from kundenmetrik.core.arrays import CountArray, FloatArray, ratio
from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.one_sample.negative_binomial import negative_binomial
from kundenmetrik.core.statistics.one_sample.rates import garwood_interval
from kundenmetrik.errors import FitRefused
from kundenmetrik.renamed import former_parameters


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ShrunkRates(Result):
    """The rate of every segment as seen alone and as expected given all segments.

    Attributes
    ----------
    segment : list
        The segments.
    complaints, sales, tgw : array
        Counts, exposure, own rate per so many sales; NaN without sales.
    shrunk, low, high : array
        The expected rate and its limits.
    weight : array
        The weight of the segment's own data, 0 to 1; the rest is the common rate's.
    p_above : array
        The probability that the segment's rate lies above the common one.
    common : float
        The mean rate over segments, per so many sales.
    alpha : float
        The squared coefficient of variation of the true rates between segments.
    confidence, per : float
        Of the limits; the sales that the rates refer to.
    notes : tuple of str
        ``no_heterogeneity``: the segments differ no more than by chance, so each gets the common rate.
    """

    segment: list[Any]
    complaints: CountArray
    sales: CountArray
    tgw: FloatArray
    shrunk: FloatArray
    low: FloatArray
    high: FloatArray
    weight: FloatArray
    p_above: FloatArray
    common: float
    alpha: float
    confidence: float
    per: float
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a segment.

        Returns
        -------
        pandas.DataFrame
            segment, complaints, sales, tgw, shrunk, low, high, weight, p_above.
        """
        names = ("segment", "complaints", "sales", "tgw", "shrunk", "low", "high", "weight", "p_above")
        return pd.DataFrame({name: getattr(self, name) for name in names})

    @property
    def headline(self) -> str:
        """What the table holds, in a line."""
        return f"rates shrunk towards {self.common:.4g} per {self.per:,.10g} sales (alpha {self.alpha:.4g})"


@former_parameters(segment="by")
def shrink(
    complaints: Any, sales: Any = None, *, by: Any = None, per: float | None = None, confidence: float = 0.95
) -> ShrunkRates:
    r"""Estimate the rate of every segment from its own complaints and from what segments are like.

    .. math:: x_i \sim \text{Poisson}(n_i \lambda_i), \quad \lambda_i \sim \text{Gamma}(1/\alpha,\; 1/(\alpha r)),
              \qquad \hat\lambda_i = \frac{1/\alpha + x_i}{1/(\alpha r) + n_i}

    Parameters
    ----------
    complaints, sales : array-like, or a table
        Complaints and sales of each segment (or of each reason, on the same sales).
        A table of one measured rate, such as ``km.measure(..., km.TGW())``, stands for both.
    by : array-like, frame or mapping of columns, optional
        The segments' names, tuples where there are several columns; the index of a Series, or the keys of a table,
        serve when none are given.
    per : float, optional
        The sales that the rates refer to, 1,000 when not given. A table has its own; another one is an error.
    confidence : float
        Of the limits.

    Returns
    -------
    ShrunkRates
        ``.to_frame()`` has one row a segment.

    Raises
    ------
    FitRefused
        If there are fewer than two segments with sales, or no complaint at all.

    Notes
    -----
    The common rate r and the spread alpha are found by maximum likelihood (the negative-binomial fit), so
    this is empirical Bayes: the limits take r and alpha as known and are a little too narrow with few segments.
    A segment without sales gets the common rate.

    References
    ----------
    Clayton and Kaldor (1987), Biometrics 43:671.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> shops = km.segments.shrink([2, 60, 15, 90], [20, 3000, 1500, 2500], by=["new", "A", "B", "C"])
    >>> new = shops.to_frame().iloc[0]
    >>> float(new.tgw), bool(new.shrunk < 50), bool(new.weight < 0.5)
    (100.0, True, True)
    """
    x, n = counts_of_segments(complaints, sales)
    per, confidence = per_of(per, complaints), check_confidence(confidence)
    if np.count_nonzero(n) < 2 or x[n > 0].sum() == 0:
        raise FitRefused("gamma-Poisson shrinkage", "it takes two segments with sales and a complaint")
    fit = negative_binomial(x, n)
    posterior = _posterior(x, n, fit.rate, fit.alpha, confidence) if fit.alpha > 0 else _common(x, n, confidence)
    return ShrunkRates(
        segment=labels(by, "by", len(x), complaints, sales),
        complaints=whole_numbers(x),
        sales=whole_numbers(n),
        tgw=per * ratio(x, n),
        shrunk=per * posterior[0],
        low=per * posterior[1],
        high=per * posterior[2],
        weight=posterior[3],
        p_above=posterior[4],
        common=per * fit.rate,
        alpha=fit.alpha,
        confidence=confidence,
        per=per,
        notes=() if fit.alpha > 0 else ("no_heterogeneity",),
    )


Posterior = tuple[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray]
"""Rate, lower and upper limit, weight of the own data, probability of lying above the common rate."""


def _posterior(x: FloatArray, n: FloatArray, rate: float, alpha: float, confidence: float) -> Posterior:
    shape, known = 1 / alpha + x, 1 / (alpha * rate) + n
    tail = (1 - confidence) / 2
    low, high = scipy.special.gammaincinv(shape, tail) / known, scipy.special.gammainccinv(shape, tail) / known
    return shape / known, low, high, n / known, scipy.special.gammaincc(shape, known * rate)


def _common(x: FloatArray, n: FloatArray, confidence: float) -> Posterior:
    """Give every segment the pooled rate with its exact interval."""
    same = np.ones_like(x)
    events, exposure = x[n > 0].sum(), n.sum()
    low, high = garwood_interval(events * same, exposure * same, confidence)
    return same * events / exposure, low, high, 0 * same, np.nan * same
