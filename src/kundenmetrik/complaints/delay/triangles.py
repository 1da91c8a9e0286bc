"""Reporting triangles: when complaints happened by how late they became known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.complaints.rates.counts_and_sales import row_labels, whole_counts
from kundenmetrik.complaints.rates.interactions import Match, matched_purchase, read_interactions, same_clock
from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.core.checks import check_count
from kundenmetrik.core.results.result import Result
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.number_table import number_table
from kundenmetrik.frame.reading.numbers import common_length
from kundenmetrik.frame.time.observed_until import observed_end
from kundenmetrik.frame.time.periods import PeriodLength, period_codes, period_labels
from kundenmetrik.frame.time.time_column import moments_of
from kundenmetrik.frame.time.zones import wall_clock
from kundenmetrik.frozen import FrozenMapping


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Triangle(Result):
    """Complaints by the period they belong to and by how many periods later they were reported.

    Attributes
    ----------
    period : list
        The label of each period.
    counts : array of shape (periods, delays)
        Complaints reported with each delay; NaN where the time for it has not come yet.
    excluded : mapping of str to int
        Reports that are not counted: ``unfinished_period``, ``beyond_delays``, ``unmatched``.
    sales : array or None
        The sales of each period, where the triangle knows them.
    """

    period: list[Any]
    counts: FloatArray
    excluded: Mapping[str, int]
    sales: FloatArray | None = None

    @property
    def observed(self) -> BoolArray:
        """Which cells have been observed."""
        return ~np.isnan(self.counts)

    @property
    def reported(self) -> FloatArray:
        """The complaints known by now, period by period."""
        return np.asarray(np.nansum(self.counts, axis=1))

    def to_frame(self) -> pd.DataFrame:
        """Return the counts as period by delay, NaN where not observed yet.

        Returns
        -------
        pandas.DataFrame
            One row a period, one column a delay.
        """
        return pd.DataFrame(self.counts, index=pd.Index(self.period, name="period"))

    @property
    def headline(self) -> str:
        """What the table holds, in a line."""
        return f"reporting triangle: {len(self.period)} periods, {self.counts.shape[1]} delays"

    def _display_frame(self) -> pd.DataFrame:
        """Return the counts with the period as a column."""
        return self.to_frame().reset_index()


MOST_CELLS = 10_000_000
"""How many cells, periods by delays, a triangle has at most."""


def triangle(counts: Any, *, period: Any = None) -> Triangle:
    """Take a reporting triangle that is already there.

    Parameters
    ----------
    counts : array-like of shape (periods, delays)
        Complaints (or amounts) newly reported with each delay, not cumulative; NaN where not observed yet.
    period : array-like, optional
        The label of each period; the index of a frame serves when none is given.

    Returns
    -------
    Triangle
        The checked triangle.

    Raises
    ------
    InvalidArgument
        If the observed cells of a row do not come first, or a later period is observed longer than an earlier one.

    Examples
    --------
    >>> import numpy as np
    >>> triangle([[5, 3], [6, np.nan]]).reported.tolist()
    [8.0, 6.0]
    """
    return triangle_of(counts, "counts", period)


def triangle_of(counts: Any, argument: str, period: Sequence[Any] | None = None) -> Triangle:
    """Return a checked triangle, which an error calls by the name of an argument."""
    table = number_table(counts, argument)
    if 0 in table.shape or np.isinf(table).any():
        rule = "be a table of finite numbers, one row a period, one column a delay"
        raise InvalidArgument(argument, rule, " x ".join(map(str, table.shape)))
    seen = (~np.isnan(table)).sum(axis=1)
    ordered = np.arange(table.shape[1])[None, :] < seen[:, None]
    if not np.array_equal(ordered, ~np.isnan(table)) or (np.diff(seen) > 0).any():
        remedy = "Leave the cells that cannot be known yet NaN, and only those."
        rule = "be observed from delay 0 on, earlier periods at least as far as later ones"
        raise InvalidArgument(argument, rule, remedy=remedy)
    given = counts.index if period is None and isinstance(counts, pd.DataFrame) else period
    names = list(range(len(table))) if given is None else row_labels(given, "period", len(table))
    return Triangle(period=names, counts=table, excluded=FrozenMapping({}))


def reporting_triangle(
    occurred: Any,
    reported: Any,
    *,
    period: PeriodLength = "month",
    observed_until: Any,
    delays: int | None = None,
    count: Any = None,
) -> Triangle:
    """Count complaints by the period they belong to and by how many periods later they were reported.

    Parameters
    ----------
    occurred : array-like of times
        When the thing went wrong, or when the unit was sold; its time zone is that of the calendar.
    reported : array-like of times
        When the complaint came in.
    period : {"day", "week", "month", "quarter", "year"}
        The calendar period of both.
    observed_until : time
        The last instant or day that was observed, inclusive. A period that has not ended by then is not used.
    delays : int, optional
        How many delays to keep, 0 included; as many as there are periods when not given.
    count : array-like, optional
        How many complaints each row stands for.

    Returns
    -------
    Triangle
        Cells that cannot be known yet are NaN.

    Raises
    ------
    InvalidData
        If a time is missing, or a complaint was reported before it occurred or after ``observed_until``.

    Examples
    --------
    >>> import pandas as pd
    >>> occurred = pd.to_datetime(["2025-01-03", "2025-01-10", "2025-02-05", "2025-03-02"])
    >>> reported = pd.to_datetime(["2025-01-20", "2025-02-15", "2025-02-20", "2025-03-09"])
    >>> reporting_triangle(occurred, reported, observed_until="2025-03-31").to_frame().to_numpy().tolist()
    [[1.0, 1.0, 0.0], [1.0, 0.0, nan], [1.0, nan, nan]]
    """
    common_length(occurred=occurred, reported=reported, count=count)
    begun = moments_of(occurred, "occurred", None, several="UTC")
    came = moments_of(reported, "reported", None, several="UTC")
    same_clock(came, begun, "reported", "occurred")
    zone = begun.zone if begun.zone is not None else came.zone
    first, last = begun.instants(), came.instants()
    wall, later = (wall_clock(instants, zone) for instants in (first, last))
    end = observed_end(observed_until, zone)
    faults = _faults(first, last, end.after(later, lambda: last))
    times = np.ones(len(first)) if count is None else whole_counts(count, "count", faults)
    refuse(faults)
    row, column = period_codes(wall, period), period_codes(later, period)
    # The period that holds the first instant not observed has not ended.
    unfinished = int(period_codes(np.array([end.wall]), period)[0])
    start = int(row.min()) if len(row) else unfinished
    rows = max(unfinished - start, 0)
    if rows == 0:
        raise InvalidArgument("observed_until", "let at least one period of occurred end", observed_until)
    width = rows if delays is None else check_count(delays, "delays", low=1, high=MOST_CELLS)
    if rows * width > MOST_CELLS:
        remedy = "Say how many delays= are to be kept, or take longer periods."
        raise InvalidArgument(
            "period", f"leave at most {MOST_CELLS:,} periods by delays, not {rows * width:,}", remedy=remedy
        )
    late = column >= unfinished
    beyond = ~late & (column - row >= width)
    kept = ~late & ~beyond
    cells = (row[kept] - start) * width + (column - row)[kept]
    table = np.bincount(cells, weights=times[kept], minlength=rows * width).astype(np.float64).reshape(rows, width)
    table[np.arange(width)[None, :] >= rows - np.arange(rows)[:, None]] = np.nan
    lost = {"unfinished_period": int(times[late].sum()), "beyond_delays": int(times[beyond].sum())}
    return Triangle(
        period=period_labels(np.arange(start, unfinished), period),
        counts=table,
        excluded=FrozenMapping({reason: rows for reason, rows in lost.items() if rows}),
    )


def sale_triangle(
    interactions: Any,
    *,
    observed_until: Any,
    period: PeriodLength = "month",
    delays: int | None = None,
    match: Match = "latest",
) -> Triangle:
    """Count complaints by the period of the sale they are about and by how many periods later they came.

    Parameters
    ----------
    interactions : table
        With customer_id, kind (purchase, complaint), occurred_at.
    observed_until : time
        The last instant or day that was observed, inclusive. A period that has not ended by then is not used.
    period : {"day", "week", "month", "quarter", "year"}
        The calendar period.
    delays : int, optional
        How many delays to keep, 0 included.
    match : {"latest", "first", "latest_of_product"}
        Which purchase of the same customer a complaint is about.

    Returns
    -------
    Triangle
        With the sales of each period, ready for :func:`nowcast`; complaints without a purchase are counted as
        ``unmatched``.

    Raises
    ------
    InvalidData
        If a complaint came after ``observed_until``.

    Examples
    --------
    >>> import pandas as pd
    >>> log = pd.DataFrame({
    ...     "customer_id": [1, 1, 2, 2, 3], "kind": ["purchase", "complaint", "purchase", "complaint", "purchase"],
    ...     "occurred_at": pd.to_datetime(["2025-01-03", "2025-02-10", "2025-01-05", "2025-01-20", "2025-02-02"]),
    ... })
    >>> found = sale_triangle(log, observed_until="2025-02-28")
    >>> found.to_frame().to_numpy().tolist(), found.sales.tolist()
    ([[1.0, 1.0], [0.0, nan]], [2.0, 1.0])
    """
    data = read_interactions(interactions)
    about, when = matched_purchase(data, match), data.series(data.occurred)
    matched = np.flatnonzero(about >= 0)
    sold = when[data.purchase]
    # A sale without a complaint reaches the triangle as a row that stands for none, so that its period is there.
    occurred = pd.concat([when.iloc[about[matched]], sold], ignore_index=True)
    reported = pd.concat([when.iloc[matched], sold], ignore_index=True)
    count = np.repeat([1, 0], [len(matched), len(sold)])
    found = reporting_triangle(
        occurred, reported, period=period, observed_until=observed_until, delays=delays, count=count
    )
    sales = pd.Series(period_labels(period_codes(data.wall[data.purchase], period), period)).value_counts()
    lost = int(data.complaint.sum()) - len(matched)
    return replace(
        found,
        sales=np.asarray(sales.reindex(found.period, fill_value=0), dtype=np.float64),
        excluded=FrozenMapping({**found.excluded, **({"unmatched": lost} if lost else {})}),
    )


def _faults(first: Any, last: Any, after: BoolArray) -> list[Fault | None]:
    rules = (
        ("occurred", "be given in every row", np.isnat(first)),
        ("reported", "be given in every row", np.isnat(last)),
        ("reported", "not come before occurred", last < first),
        ("reported", "not come after observed_until", after),
    )
    return [fault_of(column, rule, broken, code="time_order") for column, rule, broken in rules]
