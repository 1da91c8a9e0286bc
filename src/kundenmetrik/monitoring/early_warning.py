"""What the early-warning charts share: a target, a result, and the average run length it promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.complaints.rates.counts_and_sales import (
    counts_and_sales,
    labels,
    per_of,
    whole_numbers,
    without_sales,
)
from kundenmetrik.core.arrays import BoolArray, CountArray, FloatArray, Limits, ratio
from kundenmetrik.core.checks import check_number
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.dispersion import dispersion
from kundenmetrik.errors import FitRefused, InvalidArgument
from kundenmetrik.frozen import FrozenMapping


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class EarlyWarning(Result):
    """A chart that adds evidence up over the periods, and how often it cries wolf.

    Attributes
    ----------
    period : list
        The label of each period.
    complaints, sales, tgw : array
        Counts, exposure, and their rate per so many sales.
    statistic : array
        What is watched: the CUSUM in complaints, the EWMA in complaints per so many sales.
    lower, upper : array
        Its limits; the CUSUM has only an upper one.
    target, changed : float
        The acceptable rate, and the rate that should be found out, per so many sales.
    setting : mapping of str to float
        The chart's constants: ``reference`` and ``threshold``, or ``smoothing`` and ``width``.
    run_length : float
        The average number of periods until a false alarm, at the target and the mean sales of a period.
    run_length_changed : float
        The average number of periods until the changed rate is found out.
    method : str
        ``cusum`` or ``ewma``.
    per : float
        The sales that the rates refer to.
    notes : tuple of str
        ``overdispersed``: false alarms come sooner than ``run_length`` says; ``no_exposure`` and
        ``counts_missing``: a period has no sales, or none that are known;
        ``unequal_sales``: the run lengths hold for the mean sales only.
    """

    period: list[Any]
    complaints: CountArray
    sales: CountArray
    tgw: FloatArray
    statistic: FloatArray
    lower: FloatArray
    upper: FloatArray
    target: float
    changed: float
    setting: Mapping[str, float]
    run_length: float
    run_length_changed: float
    method: str
    per: float
    notes: tuple[str, ...]

    @property
    def signal(self) -> BoolArray:
        """Whether the statistic is at or beyond its limit, period by period."""
        return np.asarray((self.statistic >= self.upper) | (self.statistic <= self.lower))

    def to_frame(self) -> pd.DataFrame:
        """Return one row a period.

        Returns
        -------
        pandas.DataFrame
            period, complaints, sales, tgw, statistic, lower, upper, signal.
        """
        names = ("period", "complaints", "sales", "tgw", "statistic", "lower", "upper", "signal")
        return pd.DataFrame({name: getattr(self, name) for name in names})

    @property
    def headline(self) -> str:
        """What the table holds, in a line."""
        return (
            f"{self.method}: target {self.target:.4g} per {self.per:,.10g} sales; a false alarm every "
            f"{self.run_length:.4g} periods, {self.changed:.4g} found out after {self.run_length_changed:.3g}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoredSeries:
    """Complaints and sales of the periods with the target they are watched against, per single sale."""

    complaints: FloatArray
    sales: FloatArray
    period: list[Any]
    target: float
    ratio: float
    per: float
    notes: tuple[str, ...]

    @property
    def mean(self) -> float:
        """The complaints expected in a period with mean sales."""
        return self.target * float(self.sales[self.sales > 0].mean())

    def early_warning(
        self,
        method: str,
        statistic: FloatArray,
        limits: Limits,
        run_lengths: tuple[float, float],
        setting: Mapping[str, float],
    ) -> EarlyWarning:
        """Return the chart of a statistic of the series, with the run lengths at the target and at the changed rate."""
        return EarlyWarning(
            period=self.period,
            complaints=whole_numbers(self.complaints),
            sales=whole_numbers(self.sales),
            tgw=self.per * ratio(self.complaints, self.sales),
            statistic=statistic,
            lower=limits[0],
            upper=limits[1],
            target=self.per * self.target,
            changed=self.per * self.target * self.ratio,
            setting=FrozenMapping(setting),
            run_length=run_lengths[0],
            run_length_changed=run_lengths[1],
            method=method,
            per=self.per,
            notes=self.notes,
        )


def read_series(
    complaints: Any, sales: Any, period: Any, per: float | None, target: float | None, ratio: float
) -> MonitoredSeries:
    """Return the checked periods; the target is the pooled rate when none is given."""
    x, n = counts_and_sales(complaints, sales)
    known, per = n > 0, per_of(per, complaints)
    if not known.any():
        raise FitRefused("the early-warning chart", "no period has sales")
    rate = float(x[known].sum() / n[known].sum()) if target is None else check_number(target, "target", low=0.0) / per
    if rate == 0:
        raise FitRefused("the early-warning chart", "the target is 0", "Give the rate that is acceptable as target=.")
    if check_number(ratio, "ratio", low=0.0) in (0.0, 1.0):
        raise InvalidArgument("ratio", "be above 0 and not 1", ratio)
    notes = {
        **dict.fromkeys(without_sales(complaints, n), True),
        "unequal_sales": bool(n[known].min() < 0.8 * n[known].mean() or n[known].max() > 1.25 * n[known].mean()),
        "overdispersed": dispersion(x, n).significant,
    }
    return MonitoredSeries(
        complaints=x,
        sales=n,
        period=labels(period, "period", len(x), complaints, sales),
        target=rate,
        ratio=float(ratio),
        per=per,
        notes=tuple(code for code, applies in notes.items() if applies),
    )
