"""Nowcasting: how many complaints of the newest periods are still to come."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd
import scipy

from kundenmetrik.complaints.delay.chain_ladder import Completion, mack, over_dispersed_poisson
from kundenmetrik.complaints.delay.triangles import Triangle, triangle_of
from kundenmetrik.complaints.rates.counts_and_sales import amounts, check_per
from kundenmetrik.core.arrays import BoolArray, FloatArray, Limits
from kundenmetrik.core.checks import check_choice, check_confidence
from kundenmetrik.core.results.result import Result
from kundenmetrik.errors import InvalidArgument


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Nowcast(Result):
    """The complaints of each period completed for those still to come.

    Attributes
    ----------
    period : list
        The label of each period.
    reported : array
        The complaints known by now.
    outstanding, standard_error : array
        The complaints still expected, and the standard error of that prediction.
    ultimate, low, high : array
        Reported plus outstanding, with prediction limits.
    sales : array or None
        The sales of each period, when given.
    factors : array
        From each delay to the next: by how much the complaints known so far grow.
    dispersion : float
        How many times the scatter of the cells is Poisson's (NaN for Mack's method), as it was found: below 1 it
        does not narrow the limits of counts.
    total_outstanding, total_standard_error : float
        Over all periods.
    confidence, per : float
        Of the limits; the sales that the rates refer to.
    method : str
        ``over_dispersed_poisson`` or ``mack``.
    notes : tuple of str
        ``empty_delay``: a delay at which nothing was known yet has been taken as no growth;
        ``nothing_reported_yet``: a period without any report so far completes to 0, its upper limit is unknown (NaN);
        ``poisson_floor``: the counts scatter less than Poisson's, the errors take Poisson's;
        ``dispersion_unknown``: no cell is left over to tell the scatter, the limits are NaN;
        ``no_scatter``: no scatter was found, or no cell tells it, which is no certainty: the limits are NaN;
        ``negative_outstanding``: less is expected than is known, which the gamma limits cannot tell: they are NaN;
        ``last_delay_is_final``: the longest delay seen is taken as the end (always so).
    """

    period: list[Any]
    reported: FloatArray
    outstanding: FloatArray
    standard_error: FloatArray
    ultimate: FloatArray
    low: FloatArray
    high: FloatArray
    sales: FloatArray | None
    factors: FloatArray
    dispersion: float
    total_outstanding: float
    total_standard_error: float
    confidence: float
    per: float
    method: str
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a period.

        Returns
        -------
        pandas.DataFrame
            period, reported, developed (the share known by now), outstanding, ultimate, low, high; with sales also
            sales, tgw_reported, tgw, tgw_low, tgw_high.
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            developed = np.where(self.ultimate > 0, self.reported / self.ultimate, np.nan)
        names = ("outstanding", "ultimate", "low", "high")
        columns = {"period": self.period, "reported": self.reported, "developed": developed}
        columns |= {name: getattr(self, name) for name in names}
        return pd.DataFrame(columns | ({} if self.sales is None else self._rates(self.sales)))

    def _rates(self, sales: FloatArray) -> dict[str, FloatArray]:
        base = np.where(sales > 0, sales, np.nan) / self.per
        counted = {"tgw_reported": self.reported, "tgw": self.ultimate, "tgw_low": self.low, "tgw_high": self.high}
        return {"sales": sales, **{name: values / base for name, values in counted.items()}}

    @property
    def headline(self) -> str:
        """What the table holds, in a line."""
        return (
            f"nowcast ({self.method}): {self.total_outstanding:,.1f} complaints still to come, "
            f"standard error {self.total_standard_error:,.1f}"
        )


def nowcast(
    reports: Any,
    *,
    sales: Any = None,
    per: float = 1000,
    confidence: float = 0.95,
    method: NowcastModel = "over_dispersed_poisson",
) -> Nowcast:
    r"""Complete the newest periods for complaints still to come, so that they are not read as an improvement.

    .. math:: f_j = \frac{\sum_i C_{i,j+1}}{\sum_i C_{i,j}}, \qquad
              \hat C_{i,\text{end}} = C_{i,\text{now}} \prod_{j \ge \text{now}} f_j

    Parameters
    ----------
    reports : Triangle or table
        Complaints by period and reporting delay, from :func:`reporting_triangle` or :func:`sale_triangle`, or
        newly reported counts as a table with NaN where not known yet.
    sales : array-like, optional
        The sales of each period, for the rates; those of the triangle when it has them.
    per : float
        The sales that the rates refer to.
    confidence : float
        Of the prediction limits.
    method : {"over_dispersed_poisson", "mack"}
        Where the standard error comes from: the over-dispersed Poisson model of the cells, or Mack's
        distribution-free formula. The completed counts are the chain ladder's in both.

    Returns
    -------
    Nowcast
        ``.to_frame()`` has one row a period.

    Raises
    ------
    FitRefused
        If complaints appear at a delay before which none was known: no factor completes those periods. If the counts
        of a period or a delay sum to less than 0, which the Poisson model cannot have; Mack's method can.

    Notes
    -----
    It supposes that later periods are reported in the same rhythm as earlier ones, and that the longest delay
    seen is the end. The limits are quantiles of a gamma distribution with the predicted mean and standard error:
    they contain the scatter of what comes and the uncertainty of the factors, not a change of rhythm.

    In a small triangle the cells can fit by chance with hardly any scatter. Complaints are counts, which scatter like
    Poisson's at least; where all cells are whole numbers the errors therefore never take a dispersion below 1.
    Amounts with fractions have no such floor, as their dispersion depends on the unit.

    References
    ----------
    Mack (1993), ASTIN Bulletin 23:213; Renshaw and Verrall (1998), British Actuarial Journal 4:903;
    England and Verrall (2002), British Actuarial Journal 8:443.

    Examples
    --------
    >>> import numpy as np
    >>> import kundenmetrik as km
    >>> late = km.complaints.nowcast([[50, 25, 5], [60, 30, np.nan], [40, np.nan, np.nan]], sales=[1000, 1200, 1000])
    >>> late.to_frame()[["reported", "ultimate", "tgw_reported", "tgw"]].round(2).to_numpy().tolist()
    [[80.0, 80.0, 80.0, 80.0], [90.0, 96.0, 75.0, 80.0], [40.0, 64.0, 40.0, 64.0]]
    >>> round(float(late.low[2]), 1), round(float(late.high[2]), 1), late.notes
    (51.8, 80.4, ('last_delay_is_final', 'poisson_floor'))
    """
    complete = NOWCASTS[check_choice(method, "method", NOWCASTS)]
    data = reports if isinstance(reports, Triangle) else triangle_of(reports, "reports")
    base = data.sales if sales is None else _sales(sales, len(data.period))
    found = complete(data.counts)
    confidence = check_confidence(confidence)
    low, high = _limits(found.outstanding, found.standard_error, confidence)
    silent = (data.reported == 0) & np.isnan(data.counts).any(axis=1)
    void = {
        "dispersion_unknown": np.isnan(found.standard_error) & (found.outstanding > 0),
        "no_scatter": (found.standard_error == 0) & (found.outstanding > 0),
        "negative_outstanding": (found.outstanding < 0) | ((found.outstanding == 0) & (found.standard_error > 0)),
    }
    low, high = (np.where(np.logical_or.reduce([*void.values()]), math.nan, limit) for limit in (low, high))
    high = np.where(silent, math.nan, high)
    return Nowcast(
        period=data.period,
        reported=data.reported,
        outstanding=found.outstanding,
        standard_error=found.standard_error,
        ultimate=data.reported + found.outstanding,
        low=data.reported + low,
        high=data.reported + high,
        sales=base,
        factors=found.factors,
        dispersion=found.dispersion,
        total_outstanding=float(found.outstanding.sum()),
        total_standard_error=found.total_standard_error,
        confidence=confidence,
        per=check_per(per),
        method=method,
        notes=_notes(found, {"nothing_reported_yet": silent, **void}),
    )


NowcastModel = Literal["over_dispersed_poisson", "mack"]
NOWCASTS: Mapping[str, Callable[[FloatArray], Completion]] = {
    "over_dispersed_poisson": over_dispersed_poisson,
    "mack": mack,
}
"""The models of the standard error by name."""


def _notes(found: Completion, periods: Mapping[str, BoolArray]) -> tuple[str, ...]:
    always = {"last_delay_is_final": True, "empty_delay": found.empty_delay, "poisson_floor": found.poisson_floor}
    codes = always | {code: bool(where.any()) for code, where in periods.items()}
    return tuple(code for code, applies in codes.items() if applies)


def _sales(sales: Any, periods: int) -> FloatArray:
    base = amounts(sales, "sales")
    if len(base) != periods:
        raise InvalidArgument("sales", f"have one entry a period: {periods:,}", len(base))
    return base


def _limits(mean: FloatArray, error: FloatArray, confidence: float) -> Limits:
    """Return the quantiles of gamma distributions with these means and errors; the mean itself where it is certain."""
    tail = (1 - confidence) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        shape, scale = (mean / error) ** 2, error**2 / mean
        low, high = scale * scipy.special.gammaincinv(shape, tail), scale * scipy.special.gammainccinv(shape, tail)
    certain = (error == 0) | (mean <= 0) | ~np.isfinite(shape)
    known = np.isfinite(error)
    return np.where(known, np.where(certain, mean, low), math.nan), np.where(
        known, np.where(certain, mean, high), math.nan
    )
