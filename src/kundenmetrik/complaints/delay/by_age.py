"""TGW by months in service: what a unit has gone through by each age, cohort by cohort."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.complaints.delay.mean_cumulative import MeanCumulative, MeanVariance, mean_cumulative
from kundenmetrik.complaints.rates.counts_and_sales import check_per
from kundenmetrik.complaints.rates.interactions import Interactions, Match, matched_purchase, read_interactions
from kundenmetrik.core.arrays import BoolArray, IntArray
from kundenmetrik.core.checks import check_confidence, check_count
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.one_sample.rates import garwood_interval
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.time.months import months_between
from kundenmetrik.frame.time.observed_until import observed_end
from kundenmetrik.frame.time.periods import PeriodLength, period_codes, period_labels
from kundenmetrik.frozen import FrozenMapping


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class AgeTable(Result):
    """Sale cohorts by months in service: units at risk, complaints, and the complaints a unit has had by each age.

    Attributes
    ----------
    cohort : list of str
        The calendar period of the sale.
    age : array of int
        Months in service completed before: age 0 is the first month.
    at_risk, complaints : array of shape (cohorts, ages)
        Units observed through the whole month of that age, and their complaints in it.
    sold : array of int
        The units of each cohort.
    curve : MeanCumulative
        Complaints a unit has had by each age, all cohorts together, each as far as it was observed.
    confidence, per : float
        Of the limits; the units that the rates refer to.
    excluded : mapping of str to int
        Complaints that are not counted: ``unmatched`` (no purchase before), ``unfinished_month`` (the month of
        service had not ended for the unit), ``beyond_ages``.
    """

    cohort: list[str]
    age: IntArray
    at_risk: IntArray
    complaints: IntArray
    sold: IntArray
    curve: MeanCumulative
    confidence: float
    per: float
    excluded: Mapping[str, int]

    def to_frame(self) -> pd.DataFrame:
        """Return one row a cohort and age.

        Returns
        -------
        pandas.DataFrame
            cohort, age, at_risk, complaints, tgw, low, high, note: ``not_observed_yet`` where nobody has come
            to the end of that month (NaN, never 0), ``partly_observed`` where only some have.
        """
        shape = self.at_risk.shape
        seen, had = self.at_risk.ravel().astype(np.float64), self.complaints.ravel().astype(np.float64)
        low, high = garwood_interval(had, seen, self.confidence)
        rate = np.divide(had, seen, out=np.full_like(had, np.nan), where=seen > 0)
        whole = np.repeat(self.sold, shape[1])
        note = np.select([seen == 0, seen < whole], ["not_observed_yet", "partly_observed"], "")
        return pd.DataFrame(
            {
                "cohort": np.repeat(np.array(self.cohort, dtype=object), shape[1]),
                "age": np.tile(self.age, shape[0]),
                "at_risk": self.at_risk.ravel(),
                "complaints": self.complaints.ravel(),
                "tgw": self.per * rate,
                "low": self.per * low,
                "high": self.per * high,
                "note": note,
            }
        )

    def matrix(self) -> pd.DataFrame:
        """Return the rates as cohort by age, NaN where not observed yet.

        Returns
        -------
        pandas.DataFrame
            One row a cohort, one column an age.
        """
        rates = np.full(self.at_risk.shape, np.nan)
        np.divide(self.complaints, self.at_risk, out=rates, where=self.at_risk > 0)
        return pd.DataFrame(self.per * rates, index=pd.Index(self.cohort, name="cohort"), columns=self.age.tolist())

    def cumulative(self) -> pd.DataFrame:
        """Return what a unit has had by the end of each month in service, all cohorts together.

        Returns
        -------
        pandas.DataFrame
            months (in service), at_risk, complaints, tgw (cumulative), low, high.
        """
        table = self.curve.to_frame(self.confidence)
        scaled = {
            name: self.per * table[column] for name, column in (("tgw", "mean"), ("low", "low"), ("high", "high"))
        }
        months = table["age"].astype("int64") + 1
        return pd.DataFrame({"months": months, "at_risk": table["at_risk"], "complaints": table["events"], **scaled})

    def at(self, months: int) -> Estimate:
        """Return the complaints that 1,000 units have had by so many months in service, such as TGW at 3 MIS.

        Parameters
        ----------
        months : int
            Months in service, from 1 up.

        Returns
        -------
        Estimate
            NaN with the note ``not_observed_yet`` where no unit has come that far.
        """
        row = check_count(months, "months", low=1) - 1
        seen = row < len(self.age) and self.at_risk[:, row].sum() > 0
        return Estimate(
            metric=f"tgw_at_{months}_months",
            value=self.per * float(self.curve.mean[row]) if seen else np.nan,
            ask=partial(_limits, self.curve, row, self.per) if seen else None,
            n=float(self.at_risk[:, row].sum()) if seen else 0.0,
            unit=f"per {self.per:,.10g} units",
            confidence=self.confidence,
            method=f"mean cumulative function, {self.curve.method}",
            excluded=self.excluded,
            notes=() if seen else ("not_observed_yet",),
            higher_is_better=False,
        )

    @property
    def headline(self) -> str:
        """What the table holds, in a line."""
        return f"complaints per {self.per:,.10g} units by months in service"

    def _display_frame(self) -> pd.DataFrame:
        """Return the cumulative table, which is short."""
        return self.cumulative()


def tgw_by_age(
    interactions: Any,
    *,
    observed_until: Any,
    period: PeriodLength = "month",
    ages: int | None = None,
    match: Match = "latest",
    per: float = 1000,
    confidence: float = 0.95,
    method: MeanVariance = "robust",
) -> AgeTable:
    r"""Follow every unit sold through its months in service, so that young and old units are not mixed.

    .. math:: \text{TGW}(k) = \text{per} \sum_{a < k} \frac{d_a}{r_a}

    Parameters
    ----------
    interactions : table
        With customer_id, kind (purchase, complaint), occurred_at; each purchase is a unit.
    observed_until : time
        The last instant or day that was observed, inclusive.
    period : {"month", "quarter", "year", "week", "day"}
        The calendar period that makes a cohort of sales.
    ages : int, optional
        How many months in service to show; as many as a unit was observed for when not given.
    match : {"latest", "first", "latest_of_product"}
        Which purchase of the same customer a complaint is about.
    per : float
        The units that the rates refer to.
    confidence : float
        Of the limits.
    method : {"robust", "nelson", "poisson"}
        The variance of the cumulative rate, as in :func:`mean_cumulative`.

    Returns
    -------
    AgeTable
        ``.to_frame()`` by cohort and age, ``.matrix()``, ``.cumulative()``, ``.at(months)``.

    Raises
    ------
    InvalidArgument
        If a row lies after ``observed_until``.

    Notes
    -----
    A month in service runs from a day to the same day of the next month (or its last day). A unit counts at an
    age once it was observed to the end of that month; complaints in a month that has not ended yet are
    set aside and counted. Cohorts that were observed in part contribute as far as they were. A cell that
    cannot be seen yet is NaN.

    Examples
    --------
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> log = pd.DataFrame({
    ...     "customer_id": [1, 1, 2, 3, 3], "kind": ["purchase", "complaint", "purchase", "purchase", "complaint"],
    ...     "occurred_at": pd.to_datetime(["2025-01-10", "2025-02-20", "2025-01-20", "2025-02-10", "2025-02-12"]),
    ... })
    >>> table = km.complaints.tgw_by_age(log, observed_until="2025-04-05")
    >>> table.matrix().round(1).to_numpy().tolist()
    [[0.0, 500.0], [1000.0, nan]]
    """
    data = read_interactions(interactions)
    end = observed_end(observed_until, data.zone)
    if end.after(data.wall, lambda: data.occurred).any():
        raise InvalidArgument("observed_until", "not lie before the last row", observed_until)
    sold, unit = np.flatnonzero(data.purchase), np.full(len(data), -1, dtype=np.int64)
    unit[sold] = np.arange(len(sold))
    lasted = months_between(data.wall[sold], np.full(len(sold), end.wall))
    most = int(lasted.max(initial=0)) if ages is None else check_count(ages, "ages", low=1)
    about = matched_purchase(data, match)[data.complaint]
    kept, excluded = _rows_at_age(data, about, lasted, unit, most)
    of_unit = unit[about[kept]]
    age = months_between(data.wall[sold][of_unit], data.wall[data.complaint][kept])
    cohort = period_codes(data.wall[sold], period)
    at_risk, complaints, codes, size = _triangle(cohort, lasted, of_unit, age, most)
    return AgeTable(
        cohort=period_labels(codes, period),
        age=np.arange(most),
        at_risk=at_risk,
        complaints=complaints,
        sold=size,
        curve=_curve(age, of_unit, lasted, most, method),
        confidence=check_confidence(confidence),
        per=check_per(per),
        excluded=excluded,
    )


def _rows_at_age(
    data: Interactions, about: IntArray, lasted: IntArray, unit: IntArray, most: int
) -> tuple[BoolArray, Mapping[str, int]]:
    matched = about >= 0
    when = data.wall[data.complaint]
    age = np.where(matched, months_between(data.wall[np.maximum(about, 0)], when), 0)
    finished = age < np.where(matched, lasted[unit[np.maximum(about, 0)]], 0) if len(lasted) else matched
    kept = matched & finished & (age < most)
    lost = {"unmatched": ~matched, "unfinished_month": matched & ~finished, "beyond_ages": matched & finished & ~kept}
    return kept, FrozenMapping({reason: int(rows.sum()) for reason, rows in lost.items() if rows.any()})


def _triangle(
    cohort: IntArray, lasted: IntArray, of_unit: IntArray, age: IntArray, most: int
) -> tuple[IntArray, IntArray, IntArray, IntArray]:
    codes, place = np.unique(cohort, return_inverse=True)
    shape = (len(codes), most + 1)
    reached = np.bincount(place * (most + 1) + np.minimum(lasted, most), minlength=shape[0] * shape[1]).reshape(shape)
    at_risk = reached[:, ::-1].cumsum(axis=1)[:, ::-1][:, 1:]
    had = np.bincount(place[of_unit] * max(most, 1) + age, minlength=len(codes) * most)
    return at_risk, had[: len(codes) * most].reshape(len(codes), most), codes, reached.sum(axis=1)


def _curve(age: IntArray, of_unit: IntArray, lasted: IntArray, most: int, method: MeanVariance) -> MeanCumulative:
    """Return the curve at every age; the ages at which nothing happened are steps of no height."""
    observed = np.minimum(lasted, most)
    seen = np.flatnonzero(observed > 0)
    number = np.full(len(lasted), -1, dtype=np.int64)
    number[seen] = np.arange(len(seen))
    curve = mean_cumulative(age, number[of_unit], observed[seen] - 1, method=method)
    every = np.arange(int(observed.max(initial=0)))
    last = np.searchsorted(curve.age, every, side="right")
    events = np.bincount(age, minlength=len(every))[: len(every)]
    return MeanCumulative(
        age=every.astype(np.float64),
        at_risk=len(seen) - np.searchsorted(np.sort(observed[seen] - 1), every, side="left"),
        events=events,
        mean=np.concatenate([[0.0], curve.mean])[last],
        variance=np.concatenate([[0.0], curve.variance])[last],
        method=method,
    )


def _limits(curve: MeanCumulative, row: int, per: float, confidence: float) -> tuple[float, float]:
    low, high = curve.interval(confidence)
    return per * float(low[row]), per * float(high[row])
