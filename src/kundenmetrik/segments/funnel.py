"""Funnel limits: many segments side by side, with room for what differs between them anyway."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import scipy

from kundenmetrik.complaints.rates.counts_and_sales import (
    counts_of_segments,
    labels,
    per_of,
    whole_numbers,
    without_sales,
)
from kundenmetrik.core.arrays import BoolArray, CountArray, FloatArray, Limits
from kundenmetrik.core.checks import check_choice, check_confidence, check_number
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.one_sample.rates import poisson_limits
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.renamed import former_parameters

FunnelMethod = Literal["additive", "poisson"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Funnel(Result):
    """Segments around a common rate, with limits that narrow as sales grow.

    Attributes
    ----------
    segment : list
        The segments.
    complaints, sales, tgw : array
        Counts, exposure, and their rate per so many sales.
    target : float
        The common rate per so many sales.
    confidence : tuple of float
        The coverage of the inner and the outer limits.
    lower, upper : array of shape (limits, segments)
        Per so many sales.
    z : array
        How many standard errors each segment lies from the target, between-segment scatter included.
    between : float
        The standard deviation between segments that the limits allow for, on the root scale (0 for ``poisson``).
    dispersion : float
        The mean of z squared before it, with the extremes pulled in; about 1 without overdispersion.
    method : str
        ``additive`` or ``poisson``.
    per : float
        The sales that the rates refer to.
    notes : tuple of str
        Codes.
    """

    segment: list[Any]
    complaints: CountArray
    sales: CountArray
    tgw: FloatArray
    target: float
    confidence: tuple[float, ...]
    lower: FloatArray
    upper: FloatArray
    z: FloatArray
    between: float
    dispersion: float
    method: str
    per: float
    notes: tuple[str, ...]

    @property
    def signal(self) -> BoolArray:
        """Which segments lie outside the outermost limits."""
        widest = int(np.argmax(self.confidence))
        return np.asarray((self.tgw < self.lower[widest]) | (self.tgw > self.upper[widest]))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a segment.

        Returns
        -------
        pandas.DataFrame
            segment, complaints, sales, tgw, centre, lower_95, upper_95, lower_99.8, upper_99.8 (by confidence), z,
            signal.
        """
        columns = {name: getattr(self, name) for name in ("segment", "complaints", "sales", "tgw")}
        bounds = {
            f"{side}_{100 * level:g}": getattr(self, side)[row]
            for row, level in enumerate(self.confidence)
            for side in ("lower", "upper")
        }
        return pd.DataFrame({**columns, "centre": self.target, **bounds, "z": self.z, "signal": self.signal})

    @property
    def headline(self) -> str:
        """What the table holds, in a line."""
        target = f"target {self.target:.4g} per {self.per:,.10g} sales"
        return f"funnel ({self.method}): {target}, dispersion {self.dispersion:.4g}"


@former_parameters(segment="by")
def funnel(
    complaints: Any,
    sales: Any = None,
    *,
    by: Any = None,
    per: float | None = None,
    method: FunnelMethod = "additive",
    target: float | None = None,
    confidence: tuple[float, ...] = (0.95, 0.998),
    winsorise: float = 0.1,
) -> Funnel:
    r"""Compare many segments with their common rate, without ranking chance.

    .. math:: y_i = \sqrt{x_i / n_i}, \quad s_i = \tfrac{1}{2 \sqrt{n_i}}, \quad
              \left(\sqrt{u_0} \pm z \sqrt{s_i^2 + \tau^2}\right)^2

    Parameters
    ----------
    complaints, sales : array-like, or a table
        Complaints and sales of each segment.
        A table of one measured rate, such as ``km.measure(..., km.TGW())``, stands for both.
    by : array-like, frame or mapping of columns, optional
        The segments' names, tuples where there are several columns; the index of a Series, or the keys of a table,
        serve when none are given.
    per : float, optional
        The sales that rates and limits refer to, 1,000 when not given. A table has its own; another one is an error.
    method : {"additive", "poisson"}
        ``additive`` adds the variance tau squared between segments to each segment's own, so that the
        limits hold where segments differ a little anyway; ``poisson`` draws the exact Poisson limits.
    target : float, optional
        The rate to compare with, per ``per`` sales; the pooled rate when not given.
    confidence : tuple of float
        The coverage of each pair of limits.
    winsorise : float
        The share of z-scores pulled in at each end before tau is estimated, so that outliers do not
        widen the limits that should show them.

    Returns
    -------
    Funnel
        ``.to_frame()`` has one row a segment with its limits; ``signal`` is outside the widest.

    Raises
    ------
    InvalidData
        If complaints are no whole numbers or sales are negative; all faults at once.

    Notes
    -----
    Segments have no order of time, so Laney's moving range does not apply to them: tau squared takes its
    place. It is estimated by moments: tau^2 = (I phi - (I - 1)) / (sum w - sum w^2 / sum w) with w = 1 / s^2 and
    phi the mean of the winsorised z squared, and it is 0 when that is negative. Pulling in the extremes makes phi
    too small where there are none, so the limits are then a little narrow; ``winsorise=0`` takes all as they are.

    References
    ----------
    Spiegelhalter (2005), Statistics in Medicine 24:1185; Quality and Safety in Health Care 14:347.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> complaints, sales = [12, 9, 40, 11], [1000, 900, 1100, 1000]
    >>> shops = km.segments.funnel(complaints, sales, by=["A", "B", "C", "D"], method="poisson")
    >>> shops.to_frame().loc[shops.signal, "segment"].tolist()
    ['C']
    """
    check_choice(method, "method", get_args(FunnelMethod))
    x, n = counts_of_segments(complaints, sales)
    per, trimmed = per_of(per, complaints), check_number(winsorise, "winsorise", low=0.0, high=0.49)
    known = n > 0
    pooled = float(x[known].sum() / n[known].sum()) if known.any() else math.nan
    centre = pooled if target is None else check_number(target, "target", low=0.0) / per
    levels = _levels(confidence)
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(known, x / n, np.nan)
        error = np.where(known, 0.5 / np.sqrt(n), np.nan)
        raw = (np.sqrt(rate) - math.sqrt(centre)) / error
    phi = _winsorised_variance(raw[known], trimmed)
    tau = _between(phi, error[known]) if method == "additive" else 0.0
    bounds = [_bounds(method, centre, n, error, tau, level) for level in levels]
    return Funnel(
        segment=labels(by, "by", len(x), complaints, sales),
        complaints=whole_numbers(x),
        sales=whole_numbers(n),
        tgw=per * rate,
        target=per * centre,
        confidence=levels,
        lower=per * np.stack([low for low, _ in bounds]),
        upper=per * np.stack([high for _, high in bounds]),
        z=raw * error / np.sqrt(error**2 + tau**2),
        between=tau,
        dispersion=phi,
        method=method,
        per=per,
        notes=without_sales(complaints, n) if len(x) else ("empty",),
    )


def _levels(confidence: Any) -> tuple[float, ...]:
    given = confidence if isinstance(confidence, (tuple, list)) else (confidence,)
    if not given:
        raise InvalidArgument("confidence", "hold at least one level", confidence)
    return tuple(check_confidence(level) for level in given)


def _winsorised_variance(z: FloatArray, share: float) -> float:
    if not len(z) or not np.isfinite(z).all():
        return math.nan
    low, high = np.quantile(z, [share, 1 - share])
    return float((np.clip(z, low, high) ** 2).mean())


def _between(phi: float, error: FloatArray) -> float:
    k = len(error)
    if k < 2 or math.isnan(phi):
        return 0.0
    weight = 1 / error**2
    spread = float(weight.sum() - (weight**2).sum() / weight.sum())
    if spread <= 0.0:  # one segment holds all that is known
        return 0.0
    return math.sqrt(max(float(k * phi - (k - 1)) / spread, 0.0))


def _bounds(method: str, centre: float, n: FloatArray, error: FloatArray, tau: float, level: float) -> Limits:
    tail = (1 - level) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        if method == "poisson":
            low, high = poisson_limits(centre * n, tail)
            return np.where(n > 0, low / n, np.nan), np.where(n > 0, high / n, np.nan)
        half = float(-scipy.special.ndtri(tail)) * np.sqrt(error**2 + tau**2)
        root = math.sqrt(centre)
        return np.maximum(root - half, 0.0) ** 2, (root + half) ** 2
