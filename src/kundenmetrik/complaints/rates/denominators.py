"""What complaints are divided by, by name: sales, matched sales, units in service, respondents."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from kundenmetrik.complaints.rates.counts_and_sales import row_codes
from kundenmetrik.complaints.rates.interactions import (
    MATCHES,
    Interactions,
    Match,
    matched_purchase,
    read_interactions,
)
from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray
from kundenmetrik.core.checks import check_choice, check_count
from kundenmetrik.errors import InvalidArgument, UnknownName
from kundenmetrik.frame.time.observed_until import observed_end
from kundenmetrik.frame.time.periods import PeriodLength, period_codes, period_labels
from kundenmetrik.frame.time.time_column import moments_of
from kundenmetrik.frozen import FrozenMapping


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Denominator:
    """How much each row adds to the exposure, and to whose group each complaint belongs.

    Attributes
    ----------
    weight : array, one entry a row
        1 where the row adds to the exposure.
    place : array of int, one entry a row
        The row whose period and segment a row is counted in: its own, or the purchase's for a matched complaint.
    excluded : mapping of str to array of bool
        Complaints without a purchase: ``unmatched``.
    """

    weight: FloatArray
    place: IntArray
    excluded: Mapping[str, BoolArray]


def denominator(
    interactions: Any, name: DenominatorName = "same_period_sales", *, within: Any = None, match: Match = "latest"
) -> Denominator:
    """Say which rows make up the exposure, and in which group each complaint is counted.

    Parameters
    ----------
    interactions : table
        With customer_id, kind, occurred_at.
    name : {"same_period_sales", "matched_sales", "respondents"}
        The purchases of the complaint's own period; the purchases the complaints are about, so that numerator
        and denominator are the same sales; the customers of each group.
    within : array of int, optional
        A code for each row (period, segment) within which a respondent counts once.
    match : {"latest", "first", "latest_of_product"}
        Which purchase a complaint is about.

    Returns
    -------
    Denominator
        Weights, places, and complaints that match no purchase.

    Raises
    ------
    UnknownName
        If there is no such denominator.

    Notes
    -----
    With growing sales the same-period rate is too low: complaints of last month's few sales are divided by
    this month's many. Matched sales put that right, but the newest sales have not had time for complaints
    yet: see :func:`tgw_by_age` and :func:`nowcast`.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "customer_id": [1, 1, 2], "kind": ["purchase", "complaint", "complaint"],
    ...     "occurred_at": pd.to_datetime(["2025-01-01", "2025-02-05", "2025-02-07"]),
    ... })
    >>> matched = denominator(table, "matched_sales")
    >>> matched.place.tolist(), matched.excluded["unmatched"].tolist()
    ([0, 0, 2], [False, False, True])
    """
    choose = DENOMINATORS[check_denominator(name, "name")]
    data = interactions if isinstance(interactions, Interactions) else read_interactions(interactions)
    codes = row_codes(within, len(data))
    check_choice(match, "match", MATCHES)
    return choose(data, codes, match)


def _same_period(data: Interactions, within: IntArray, match: Match) -> Denominator:
    own = np.arange(len(data))
    return Denominator(weight=data.purchase.astype(np.float64), place=own, excluded=FrozenMapping({}))


def _matched_sales(data: Interactions, within: IntArray, match: Match) -> Denominator:
    about = matched_purchase(data, match)
    return Denominator(
        weight=data.purchase.astype(np.float64),
        place=np.where(about >= 0, about, np.arange(len(data))),
        excluded=FrozenMapping({"unmatched": data.complaint & (about < 0)}),
    )


def _respondents(data: Interactions, within: IntArray, match: Match) -> Denominator:
    order = np.lexsort((data.customer, within))
    fresh = np.ones(len(order), dtype=bool)
    fresh[1:] = (np.diff(data.customer[order]) != 0) | (np.diff(within[order]) != 0)
    weight = np.zeros(len(data))
    weight[order[fresh]] = 1.0
    return Denominator(weight=weight, place=np.arange(len(data)), excluded=FrozenMapping({}))


DenominatorName = Literal["same_period_sales", "matched_sales", "respondents"]
DENOMINATORS: Mapping[str, Callable[[Interactions, IntArray, Match], Denominator]] = {
    "same_period_sales": _same_period,
    "matched_sales": _matched_sales,
    "respondents": _respondents,
}
"""The denominators that rows add up to, by name."""


def check_denominator(name: object, argument: str = "denominator") -> str:
    """Return the name of a denominator; who asks for units in service is told where they are counted."""
    if isinstance(name, str) and name == "units_in_service":
        remedy = "Count the units by km.complaints.units_in_service and give TGW the columns, complaints= and sales=."
        raise UnknownName(argument, name, DENOMINATORS, remedy)
    return check_choice(name, argument, DENOMINATORS)


def units_in_service(
    sold_at: Any, *, period: PeriodLength = "month", observed_until: Any, life: int | None = None
) -> pd.DataFrame:
    """Count the units in service in each period: those sold up to then and not yet past their life.

    Parameters
    ----------
    sold_at : array-like of times
        When each unit was sold.
    period : {"day", "week", "month", "quarter", "year"}
        The calendar period.
    observed_until : time
        The last instant or day that was observed, inclusive; the period it falls in is the last.
    life : int, optional
        After how many periods a unit leaves service; never when not given.

    Returns
    -------
    pandas.DataFrame
        period, sold, units (in service at the end of the period), unit_periods (the mean of start and end:
        the exposure in unit-months when the period is a month).

    Raises
    ------
    InvalidArgument
        If a unit was sold after ``observed_until``.

    Examples
    --------
    >>> import pandas as pd
    >>> sold = pd.to_datetime(["2025-01-10", "2025-01-20", "2025-03-05"])
    >>> units_in_service(sold, observed_until="2025-03-31")[["period", "units", "unit_periods"]].to_numpy().tolist()
    [['2025-01', 2, 1.0], ['2025-02', 2, 2.0], ['2025-03', 3, 2.5]]
    """
    moments = moments_of(sold_at, "sold_at", None, several="UTC")
    end, wall = observed_end(observed_until, moments.zone), moments.wall()
    codes = period_codes(wall, period)
    last = int(period_codes(np.array([end.last_wall]), period)[0])
    late = end.after(wall, moments.instants)
    if np.isnat(wall).any() or late.any():
        raise InvalidArgument("sold_at", "hold times up to observed_until", *wall[late][:1].tolist())
    first = int(codes.min()) if len(codes) else last
    sold = np.bincount(codes - first, minlength=last - first + 1)
    gone = np.zeros_like(sold)
    if life is not None:
        steps = check_count(life, "life", low=1)
        gone[steps:] = sold[: max(len(sold) - steps, 0)]
    units = np.cumsum(sold - gone)
    before = np.concatenate([[0], units[:-1]])
    names = period_labels(np.arange(first, last + 1), period)
    return pd.DataFrame({"period": names, "sold": sold, "units": units, "unit_periods": (before + units) / 2})
