"""How long customers stay: three figures with three assumptions, side by side and each under its name."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from kundenmetrik.core.checks import check_instance
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.one_sample.rates import garwood_interval
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.retention.contractual.contract_fit import ContractFit
from kundenmetrik.retention.survival.survival_curve import SurvivalCurve


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Lifetime(Result):
    """The mean lifetime by three ways of looking beyond what was observed.

    Attributes
    ----------
    restricted_mean : Estimate
        The mean within the horizon: nothing is assumed, nothing beyond the horizon counts.
    model : Estimate or None
        The mean of a contractual model, which may be infinite; None without a fit.
    constant_hazard : Estimate
        One over the churn per unit of time: right only if everybody leaves with the same churn at every age.
    """

    restricted_mean: Estimate
    model: Estimate | None
    constant_hazard: Estimate

    def __iter__(self) -> Iterator[Estimate]:
        """Go through the figures there are."""
        return (figure for figure in (self.restricted_mean, self.model, self.constant_hazard) if figure is not None)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each figure: metric, value, low, high, unit, method, notes."""
        rows = pd.concat([figure.to_frame() for figure in self], ignore_index=True)
        return rows.drop(columns=["excluded", "definition"])

    @property
    def headline(self) -> str:
        """What is put side by side."""
        return "Mean lifetime by three ways of looking beyond what was observed"


def lifetime(curve: SurvivalCurve, *, horizon: object, fit: ContractFit | None = None) -> Lifetime:
    r"""Put the restricted mean, the mean of a model and one over churn side by side.

    Parameters
    ----------
    curve : SurvivalCurve
        The survival of one segment.
    horizon : float, str or datetime.timedelta
        How far the restricted mean looks: a number in the unit of the curve, or text such as ``"12 months"``.
    fit : ContractFit, optional
        A contractual model in the same unit.

    Returns
    -------
    Lifetime

    Raises
    ------
    InvalidArgument
        If the curve has several segments, or the fit another unit.

    Notes
    -----
    The churn of the third figure is all losses over all time under observation, and its interval that of a rate by
    Garwood; the rate is the maximum-likelihood estimate under a constant hazard.

    Examples
    --------
    >>> from kundenmetrik import retention
    >>> left = [1000, 869, 743, 653, 593, 551, 517, 491]
    >>> churned = [a - b for a, b in zip(left, left[1:])] + [left[-1]]
    >>> flags = [True] * 7 + [False]
    >>> curve = retention.survival([1, 2, 3, 4, 5, 6, 7, 7], flags, count=churned, unit="year")
    >>> found = retention.lifetime(curve, horizon=7, fit=retention.ShiftedBetaGeo().fit(left, unit="year"))
    >>> [round(figure.value, 2) for figure in found]
    [4.93, inf, 9.68]
    """
    check_instance(curve, "curve", SurvivalCurve, "be a survival curve, from retention.survival")
    if fit is not None:
        check_instance(fit, "fit", ContractFit, "be a fitted model of contracts")
    if len(curve) != 1:
        raise InvalidArgument("curve", "be one segment; take curve[key]")
    if fit is not None and fit.unit != curve.unit:
        raise InvalidArgument("fit", f"count in {curve.unit}s like the curve", fit.unit)
    mean = curve.restricted_mean(horizon)
    model = None if fit is None else fit.lifetime(confidence=curve.confidence)
    return Lifetime(restricted_mean=mean, model=model, constant_hazard=_constant_hazard(curve))


def _constant_hazard(curve: SurvivalCurve) -> Estimate:
    table = curve.tables[0]
    known = table.exposure > 0
    return Estimate(
        metric="constant_hazard_lifetime",
        value=_inverse(table.lost / table.exposure) if known else math.nan,
        ask=partial(_limits, table.lost, table.exposure),
        n=table.total,
        unit=curve.unit + "s",
        confidence=curve.confidence,
        method="1 / churn, constant hazard, garwood",
        notes=("assumes_constant_hazard", *(() if known else ("no_exposure",)), *curve._unit_notes),
        higher_is_better=True,
    )


def _limits(lost: int, exposure: float, confidence: float) -> tuple[float, float]:
    low, high = garwood_interval(np.array([lost]), np.array([exposure]), confidence)
    return _inverse(float(high[0])), _inverse(float(low[0]))


def _inverse(rate: float) -> float:
    return math.inf if rate == 0.0 else 1.0 / rate
