"""Complaints weighted by severity: a compound Poisson rate with an interval that is exact where all weigh the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy

from kundenmetrik.complaints.rates.counts_and_sales import amounts, check_per
from kundenmetrik.core.arrays import FloatArray, Limits
from kundenmetrik.core.checks import check_confidence, check_number
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.frame.reading.faults import refuse
from kundenmetrik.frame.reading.numbers import LARGEST, common_length, size_fault
from kundenmetrik.renamed import former_parameters


@former_parameters(largest="largest_severity")
def severity_rate(
    severity: Any,
    sales: float,
    *,
    per: float = 1000,
    confidence: float = 0.95,
    largest_severity: float | None = None,
) -> Estimate:
    r"""Compute the severity of complaints per 1,000 sales.

    .. math:: \text{per} \cdot \frac{\sum_j s_j}{n}, \qquad
              \widehat{\text{Var}} = \text{per}^2 \cdot \frac{\sum_j s_j^2}{n^2}

    Parameters
    ----------
    severity : array-like
        The severity of each complaint: points, cost, hours; at least 0.
    sales : float
        The exposure.
    per : float
        The sales one unit refers to.
    confidence : float
        Of the interval.
    largest_severity : float, optional
        The largest severity there can be, which the upper limit allows for; the largest seen when not given.

    Returns
    -------
    Estimate
        NaN with the note ``no_exposure`` without sales. Without complaints the upper limit is NaN unless
        ``largest_severity`` is given, with the note ``no_complaints``.

    Raises
    ------
    InvalidData
        If severities are missing or negative.

    Notes
    -----
    The number of complaints is Poisson and so is the sum of their severities, compound: its variance is the
    sum of the squares. An interval for the mere count, scaled, would be too narrow. This is Fay and Feuer's gamma
    interval, which is Garwood's where all severities are alike.

    References
    ----------
    Fay and Feuer (1997), Statistics in Medicine 16:791.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> rate = km.complaints.severity_rate([1, 1, 5, 2, 1], 1000)
    >>> rate.value, round(rate.low, 3), round(rate.high, 3)
    (10.0, 2.154, 33.015)
    """
    weights = amounts(severity, "severity")
    base, per = check_number(sales, "sales", low=0.0), check_per(per)
    top = float(weights.max(initial=0.0))
    if largest_severity is not None:
        top = check_number(largest_severity, "largest_severity", low=top)
    answer = _Answer(total=float(weights.sum()), squares=float((weights**2).sum()), top=top, exposure=base / per)
    return Estimate(
        metric="severity_rate",
        value=answer.total / answer.exposure if base > 0 else np.nan,
        ask=answer,
        n=base,
        unit=f"severity per {per:,.10g} sales",
        confidence=check_confidence(confidence),
        method="gamma",
        notes=("no_exposure",) if base == 0 else ("no_complaints",) if answer.total == 0 else (),
        higher_is_better=False,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """The sums one severity rate rests on, ready to be asked for an interval."""

    total: float
    squares: float
    top: float
    exposure: float

    def __call__(self, confidence: float) -> tuple[float, float]:
        parts = (np.array([part]) for part in (self.total, self.squares, self.top, self.exposure))
        low, high = weighted_limits(*parts, confidence=confidence)
        return float(low[0]), float(high[0])


@former_parameters(largest="largest_severity")
def weighted_limits(
    total: FloatArray,
    squares: FloatArray,
    largest_severity: FloatArray,
    exposure: FloatArray,
    *,
    confidence: float,
) -> Limits:
    """Return the limits of compound Poisson rates, group by group, from sums that add up over parts of the data.

    Parameters
    ----------
    total, squares : array, one entry a group
        The sums of the severities and of their squares.
    largest_severity : array, one entry a group
        The largest severity, which the upper limit allows for.
    exposure : array, one entry a group
        The sales; limits are per unit of it, NaN where it is 0.
    confidence : float
        Between 0 and 1.

    Returns
    -------
    tuple of array
        Lower and upper limits.

    Examples
    --------
    >>> import numpy as np
    >>> sums = (np.array([value]) for value in (15.0, 15.0, 1.0, 400.0))
    >>> low, high = weighted_limits(*sums, confidence=0.95)
    >>> round(1000 * float(low[0]), 6), round(1000 * float(high[0]), 6)
    (20.988465, 61.850547)
    """
    tail = (1 - check_confidence(confidence)) / 2
    given = {"total": total, "squares": squares, "largest_severity": largest_severity, "exposure": exposure}
    columns = {name: column for name, column in given.items() if np.ndim(column) or not np.isscalar(column)}
    common_length(**columns)
    total, squares, largest_severity, exposure = (
        _bounded_amounts(column, name)
        if name in columns
        else np.asarray(check_number(column, name, low=0.0, high=LARGEST))
        for name, column in given.items()
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        base = np.where(exposure > 0, exposure, np.nan)
        low = squares / total * scipy.special.gammaincinv(total**2 / squares, tail)
        above, spread = total + largest_severity, squares + largest_severity**2
        high = spread / above * scipy.special.gammainccinv(above**2 / spread, tail)
    return np.where(total == 0, 0.0, low) / base, high / base


def _bounded_amounts(values: object, argument: str) -> FloatArray:
    column = amounts(values, argument)
    refuse([size_fault(column, argument)])
    return column
