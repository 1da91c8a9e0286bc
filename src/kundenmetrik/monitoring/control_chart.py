"""Control charts of complaint rates: u and Laney's u'."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Literal, get_args

import numpy as np
import pandas as pd
import scipy

from kundenmetrik.complaints.rates.counts_and_sales import (
    counts_and_sales,
    labels,
    per_of,
    whole_numbers,
    without_sales,
)
from kundenmetrik.core.arrays import BoolArray, CountArray, FloatArray, Limits
from kundenmetrik.core.checks import check_choice, check_number
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.dispersion import Dispersion, dispersion
from kundenmetrik.core.statistics.one_sample.rates import poisson_limits
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frozen import FrozenMapping
from kundenmetrik.monitoring.signal_rules import OUTSIDE, Rule, Runs, runs, signals

RateChart = Literal["u", "laney"]
ChartLimits = Literal["three_sigma", "probability"]
SIGMAS = 3.0
"""Shewhart's limits."""
ROUNDING = 1e-12
"""Rates closer than this share of the centre are the same rate."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ControlChart(Result):
    """A control chart: what each period's rate is, and within which limits chance alone would keep it.

    Attributes
    ----------
    period : list
        The label of each period.
    complaints, sales, tgw : array
        Counts, exposure, and their rate per so many sales; NaN without sales.
    centre : float
        The common rate per so many sales, from the baseline periods.
    lower, upper : array
        The limits of each period.
    distance : array
        How many standard errors each rate lies from the centre, by which the run rules decide.
    fired : mapping of str to array
        For each rule the periods at which it fires.
    dispersion : float
        How many times the scatter is that of Poisson counts; 1 is usual, NaN with fewer than two periods.
    dispersion_p : float
        The p-value of "no more scatter than Poisson".
    sigma_z : float
        Laney's factor by the named convention: how much wider his limits are than the u chart's.
    sigma_z_by : mapping of str to float
        The factor by every convention.
    method, limits : str
        ``u`` or ``laney``; ``three_sigma`` or ``probability``.
    per : float
        The sales that the rates refer to.
    notes : tuple of str
        ``overdispersed`` (a u chart whose limits are too narrow), ``no_exposure``, ``counts_missing``,
        ``no_complaints``, ``one_period``.
    """

    _chart: ClassVar[str] = "control_chart"

    period: list[Any]
    complaints: CountArray
    sales: CountArray
    tgw: FloatArray
    centre: float
    lower: FloatArray
    upper: FloatArray
    distance: FloatArray
    fired: Mapping[str, BoolArray]
    dispersion: float
    dispersion_p: float
    sigma_z: float
    sigma_z_by: Mapping[str, float]
    method: str
    limits: str
    per: float
    notes: tuple[str, ...]

    @property
    def signal(self) -> BoolArray:
        """Whether any rule fires, period by period."""
        return np.asarray(np.logical_or.reduce([np.zeros(len(self.tgw), dtype=bool), *self.fired.values()]))

    @property
    def runs(self) -> Runs:
        """Anhøj's runs rules for the whole chart: longest run and crossings of the centre, with their usual limits."""
        return runs(self.distance)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a period.

        Returns
        -------
        pandas.DataFrame
            period, complaints, sales, tgw, centre, lower, upper, signal, and rules: which ones fired.
        """
        rules = ["; ".join(name for name, at in self.fired.items() if at[row]) for row in range(len(self.tgw))]
        columns = {name: getattr(self, name) for name in ("period", "complaints", "sales", "tgw")}
        bounds = {"centre": self.centre, "lower": self.lower, "upper": self.upper}
        return pd.DataFrame({**columns, **bounds, "signal": self.signal, "rules": rules})

    @property
    def headline(self) -> str:
        """What the table holds, in a line."""
        return (
            f"{self.method} chart: centre {self.centre:.4g} per {self.per:,.10g} sales, {int(self.signal.sum())} of "
            f"{len(self.tgw)} periods signal; dispersion {self.dispersion:.4g}, sigma_z {self.sigma_z:.4g}"
        )


def control_chart(
    complaints: Any,
    sales: Any = None,
    *,
    period: Any = None,
    per: float | None = None,
    method: RateChart = "u",
    limits: ChartLimits = "three_sigma",
    sigma_z: SigmaZ = "moving_range",
    floor: float = 0.0,
    rules: Sequence[Rule] = OUTSIDE,
    baseline: Any = None,
) -> ControlChart:
    r"""Draw the control chart of a complaint rate: the months that differ by more than chance.

    .. math:: \bar u = \frac{\sum x_i}{\sum n_i}, \qquad
              \bar u \pm 3 \sqrt{\bar u / n_i}, \qquad
              \sigma_z = \frac{\overline{|z_i - z_{i-1}|}}{1.128}

    Parameters
    ----------
    complaints, sales : array-like, or a table
        Complaints and sales (or other exposure) of each period, in the order of time.
        A table of one measured rate, such as ``km.measure(..., km.TGW())``, stands for both.
    period : array-like, optional
        The label of each period; the index of a Series serves when none is given.
    per : float, optional
        The sales that rate and limits refer to, 1,000 when not given. A table has its own; another one is an error.
    method : {"u", "laney"}
        ``u`` takes the complaints as Poisson; ``laney`` (u') multiplies the width of the limits by sigma_z,
        the scatter from period to period, so that it holds for overdispersed counts.
    limits : {"three_sigma", "probability"}
        Normal limits, or Poisson's own limits with the same chance, 0.00135 on each side (``u`` only).
    sigma_z : {"moving_range", "moving_range_exact", "standard_deviation"}
        How Laney's factor is found: mean moving range over 1.128 (as printed in textbooks and by most
        packages) or over 2/sqrt(pi) = 1.128379; or the standard deviation of z, which ignores order.
    floor : float
        The smallest sigma_z that is used: 0 lets underdispersed counts narrow the limits, 1 never does.
    rules : sequence of Rule
        When a point signals: ``OUTSIDE`` (default), ``WESTERN_ELECTRIC``, ``NELSON_RUN`` or rules of your own.
    baseline : array-like of bool, optional
        From which periods centre and sigma_z are found; all of them when not given.

    Returns
    -------
    ControlChart
        ``.to_frame()`` has period, complaints, sales, tgw, centre, lower, upper, signal.

    Raises
    ------
    InvalidData
        If complaints are no whole numbers or sales are negative; all faults at once.

    Notes
    -----
    The lower limit ends at 0. With real complaints the u chart cries wolf: when the dispersion test is
    significant, the note ``overdispersed`` says that its limits are too narrow, and ``laney`` is the chart
    to use. Packages differ in whether sigma_z may fall below 1 and in how it is found; ``sigma_z_by`` holds
    every convention. Laney's chart needs the order of time; for segments see :func:`kundenmetrik.segments.funnel`.

    References
    ----------
    Laney (2002), Quality Engineering 14:531; Montgomery, Introduction to Statistical Quality Control, ch. 7.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> cloth = km.monitoring.control_chart(
    ...     [14, 12, 20, 11, 7, 10, 21, 16, 19, 23], [10, 8, 13, 10, 9.5, 10, 12, 10.5, 12, 12.5], per=1
    ... )
    >>> round(cloth.centre, 6), round(float(cloth.upper[0]), 4), int(cloth.signal.sum())
    (1.423256, 2.555, 0)
    """
    check_choice(method, "method", get_args(RateChart))
    check_choice(limits, "limits", get_args(ChartLimits))
    check_choice(sigma_z, "sigma_z", SIGMA_Z)
    if method == "laney" and limits == "probability":
        raise InvalidArgument("limits", "be 'three_sigma' for Laney's chart: its counts are not Poisson", limits)
    x, n = counts_and_sales(complaints, sales)
    per, floor = per_of(per, complaints), check_number(floor, "floor", low=0.0)
    known = n > 0
    base = known & _baseline(baseline, len(x))
    centre = float(x[base].sum() / n[base].sum()) if base.any() else math.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        rate = np.where(known, x / n, np.nan)
        # Equal rates differ by their last digit at most, which must not count as a side or as outside.
        apart = np.where(np.abs(rate - centre) > ROUNDING * centre, rate - centre, 0.0)
        z = np.where(known, apart / np.sqrt(centre / n), np.nan)
    by = FrozenMapping({name: find(z[base]) for name, find in SIGMA_Z.items()})
    factor = max(by[sigma_z], floor) if by[sigma_z] == by[sigma_z] else math.nan
    widening = factor if method == "laney" else 1.0
    distance = z / widening if widening else z
    scatter = dispersion(x[base], n[base])
    lower, upper = _limits(limits, centre, n, widening)
    outside = (apart != 0) & ((rate < lower) | (rate > upper))
    return ControlChart(
        period=labels(period, "period", len(x), complaints, sales),
        complaints=whole_numbers(x),
        sales=whole_numbers(n),
        tgw=per * rate,
        centre=per * centre,
        lower=per * lower,
        upper=per * upper,
        distance=distance,
        fired=FrozenMapping(signals(rules, distance, outside)),
        dispersion=scatter.value,
        dispersion_p=scatter.p_value,
        sigma_z=factor,
        sigma_z_by=by,
        method=method,
        limits=limits,
        per=per,
        notes=(*without_sales(complaints, n), *_notes(base, x, scatter, method)),
    )


def _baseline(given: Any, n: int) -> BoolArray:
    if given is None:
        return np.ones(n, dtype=bool)
    chosen = np.asarray(given)
    if chosen.dtype != bool or chosen.shape != (n,):
        raise InvalidArgument("baseline", f"hold one True or False a period: {n:,}", given)
    return chosen


def _limits(kind: str, centre: float, n: FloatArray, widening: float) -> Limits:
    with np.errstate(divide="ignore", invalid="ignore"):
        if kind == "probability":
            low, high = poisson_limits(centre * n, float(scipy.special.ndtr(-SIGMAS)))
            return np.where(n > 0, low / n, np.nan), np.where(n > 0, high / n, np.nan)
        half = np.where(n > 0, SIGMAS * widening * np.sqrt(centre / n), np.nan)
    return np.maximum(centre - half, 0.0), centre + half


def _notes(base: BoolArray, x: FloatArray, scatter: Dispersion, method: str) -> tuple[str, ...]:
    if base.sum() < 2:
        return ("one_period",) if base.any() else ("empty",)
    if x[base].sum() == 0:
        return ("no_complaints",)
    return ("overdispersed",) if method == "u" and scatter.significant else ()


def _mean_moving_range(z: FloatArray, constant: float) -> float:
    return float(np.abs(np.diff(z)).mean() / constant) if len(z) > 1 else math.nan


def _standard_deviation(z: FloatArray) -> float:
    return float(z.std(ddof=1)) if len(z) > 1 else math.nan


SigmaZ = Literal["moving_range", "moving_range_exact", "standard_deviation"]
SIGMA_Z: Mapping[str, Callable[[FloatArray], float]] = {
    "moving_range": partial(_mean_moving_range, constant=1.128),
    "moving_range_exact": partial(_mean_moving_range, constant=2 / math.sqrt(math.pi)),
    "standard_deviation": _standard_deviation,
}
"""The conventions for Laney's factor by name; each takes the standardised rates in the order of time."""
