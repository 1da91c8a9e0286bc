"""The mean cumulative function: how many complaints a unit has had by each age, units of every age used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from kundenmetrik.complaints.rates.counts_and_sales import amounts, row_codes
from kundenmetrik.core.arrays import FloatArray, IntArray, Limits
from kundenmetrik.core.checks import check_choice, check_confidence
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.core.statistics.one_sample.rates import garwood_interval
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.numbers import common_length


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class MeanCumulative(Result):
    """Events a unit has had on average up to each age.

    Attributes
    ----------
    age : array
        The distinct ages at which something happened, rising.
    at_risk : array of int
        How many units were observed at that age.
    events : array of int
        How many events happened at it.
    mean : array
        The sum of ``events / at_risk`` up to and including each age.
    variance : array
        Of the mean, by ``method``.
    method : str
        ``robust``, ``nelson`` or ``poisson``.
    """

    age: FloatArray
    at_risk: IntArray
    events: IntArray
    mean: FloatArray
    variance: FloatArray
    method: str

    def interval(self, confidence: float = 0.95) -> Limits:
        """Return the limits of the mean at each age, symmetric on the log scale.

        Parameters
        ----------
        confidence : float
            Between 0 and 1, two-sided.

        Returns
        -------
        tuple of array
            Lower and upper limit; before the first event 0 and the exact Poisson limit for none.
        """
        level = check_confidence(confidence)
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = np.exp(critical(level) * np.sqrt(self.variance) / self.mean)
            low, high = self.mean / factor, self.mean * factor
        none = self.mean == 0
        least = garwood_interval(np.zeros(len(self.age)), self.at_risk.astype(np.float64), level)[1]
        return np.where(none, 0.0, low), np.where(none, least, high)

    def to_frame(self, confidence: float = 0.95) -> pd.DataFrame:
        """Return one row an age.

        Parameters
        ----------
        confidence : float
            Of the limits.

        Returns
        -------
        pandas.DataFrame
            age, at_risk, events, mean, low, high.
        """
        low, high = self.interval(confidence)
        columns = {name: getattr(self, name) for name in ("age", "at_risk", "events", "mean")}
        return pd.DataFrame({**columns, "low": low, "high": high})

    @property
    def headline(self) -> str:
        """What the table holds, in a line."""
        return f"mean cumulative function, {self.method}"


def mean_cumulative(
    event_age: Any, event_unit: Any, end_age: Any, *, method: MeanVariance = "robust"
) -> MeanCumulative:
    r"""Estimate how many complaints a unit has had by each age, although the units are observed for different times.

    .. math:: M(t) = \sum_{t_j \le t} \frac{d_j}{r_j}, \qquad
              \widehat{\text{Var}} =
              \sum_i \Big[ \sum_{t_j \le t} \frac{\delta_i(t_j)}{r_j} (d_{ij} - d_j / r_j) \Big]^2

    Parameters
    ----------
    event_age : array-like
        The unit's age at each event.
    event_unit : array-like of int
        Which unit each event belongs to: its place in ``end_age``.
    end_age : array-like
        Up to which age each unit was observed.
    method : {"robust", "nelson", "poisson"}
        How the variance is found: from what each unit had beyond expectation, so that units may differ
        (Lawless and Nadeau); from each step as if independent, with at most one event a unit (as the package
        ``reliability`` and ReliaSoft print it); or from the events as Poisson counts.

    Returns
    -------
    MeanCumulative
        ``.to_frame()`` has age, at_risk, events, mean, low, high.

    Raises
    ------
    InvalidData
        If an age is missing or negative.
    InvalidArgument
        If an event comes after its unit's end, or belongs to no unit.

    Notes
    -----
    An event at the very end counts, and so does the unit. The package ``reliability`` prints as "95 percent"
    limits what are the 90 percent ones of ``nelson`` here: it uses the one-sided quantile. The robust
    variance is too small with a handful of units.

    References
    ----------
    Nelson (2003), Recurrent Events Data Analysis; Lawless and Nadeau (1995), Technometrics 37:158.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> curve = km.complaints.mean_cumulative([5, 10, 6], [0, 0, 1], [15, 13, 8])
    >>> curve.to_frame()[["age", "at_risk", "mean"]].to_numpy().round(3).tolist()
    [[5.0, 3.0, 0.333], [6.0, 3.0, 0.667], [10.0, 2.0, 1.167]]
    """
    check_choice(method, "method", VARIANCES)
    faults: list[Fault | None] = []
    age, end = amounts(event_age, "event_age", faults), amounts(end_age, "end_age", faults)
    refuse(faults)
    common_length(event_age=event_age, event_unit=event_unit)
    if isinstance(end_age, pd.Series) and not end_age.index.equals(pd.RangeIndex(len(end_age))):
        remedy = "event_unit counts places: pass end_age.to_numpy() if its order is meant."
        raise InvalidArgument("end_age", "have no labels of its own", remedy=remedy)
    unit = row_codes(event_unit, len(age), "event_unit")
    outside = (unit < 0) | (unit >= len(end))
    refuse([fault_of("event_unit", f"be a place in end_age, from 0 to {len(end) - 1:,}", outside, unit, "range")])
    if (age > end[unit]).any():
        raise InvalidArgument("event_age", "be at most the unit's end_age", float(age[age > end[unit]][0]))
    times, place = np.unique(age, return_inverse=True)
    events = np.bincount(place, minlength=len(times))
    at_risk = len(end) - np.searchsorted(np.sort(end), times, side="left")
    mean = np.cumsum(events / at_risk)
    return MeanCumulative(
        age=times,
        at_risk=at_risk,
        events=events,
        mean=mean,
        variance=VARIANCES[method](place, unit, end, times, events, at_risk.astype(np.float64)),
        method=method,
    )


def _nelson(
    place: IntArray, unit: IntArray, end: FloatArray, times: FloatArray, events: IntArray, at_risk: FloatArray
) -> FloatArray:
    return np.cumsum(events * (1 - 1 / at_risk) / at_risk**2)


def _poisson(
    place: IntArray, unit: IntArray, end: FloatArray, times: FloatArray, events: IntArray, at_risk: FloatArray
) -> FloatArray:
    return np.cumsum(events / at_risk**2)


def _robust(
    place: IntArray, unit: IntArray, end: FloatArray, times: FloatArray, events: IntArray, at_risk: FloatArray
) -> FloatArray:
    """Sum the squares of what each unit had beyond expectation, by running sums instead of a table of units by ages."""
    expected = np.concatenate([[0.0], np.cumsum(events / at_risk**2)])
    order = np.lexsort((place, unit))
    own, place = unit[order], place[order]
    total = np.cumsum(1 / at_risk[place])
    before_unit = np.concatenate([[0.0], total])[np.searchsorted(own, own, side="left")]
    had = total - before_unit
    previous = had - 1 / at_risk[place]
    squares = np.cumsum(np.bincount(place, weights=had**2 - previous**2, minlength=len(times)))
    seen = np.cumsum(np.bincount(place, weights=1 / at_risk[place], minlength=len(times)))
    gone = np.searchsorted(times, end, side="right")
    whole = np.bincount(own, weights=1 / at_risk[place], minlength=len(end))
    # A unit with ``gone`` ages behind it is out from age number ``gone`` on.
    now = expected[1:]
    left, left_crossed, left_squared = (
        np.cumsum(np.bincount(gone, weights=weights, minlength=len(times) + 1))[: len(times)]
        for weights in (whole, whole * expected[gone], expected[gone] ** 2)
    )
    crossed = (seen - left) * now + left_crossed
    return np.asarray(np.maximum(squares - 2 * crossed + at_risk * now**2 + left_squared, 0.0))


Variance = Callable[[IntArray, IntArray, FloatArray, FloatArray, IntArray, FloatArray], FloatArray]

MeanVariance = Literal["robust", "nelson", "poisson"]
VARIANCES: Mapping[str, Variance] = {"robust": _robust, "nelson": _nelson, "poisson": _poisson}
"""The variances of the mean by name."""
