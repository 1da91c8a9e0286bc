"""Retention from two sets of ids: who was there at the start, who at the end, who in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, get_args

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import AnyArray, BoolArray
from kundenmetrik.core.checks import check_choice, check_confidence
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.share_metric import share_estimate
from kundenmetrik.core.statistics.one_sample.proportions import ShareInterval
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.ids import ids_of_columns


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Overlap(Result):
    """How many customers were there at the start, at the end and in both.

    Attributes
    ----------
    start, end : int
        Customers at the start and at the end.
    retained : int
        Those in both.
    churned : int
        Those at the start only.
    joined : int
        Those at the end only: new and reactivated.
    new : int or None
        Those at the end who came for the first time; None when ``new`` was not given.
    reactivated : int or None
        Those at the end who had been customers before the start; None without ``new``.
    new_lost : int or None
        New customers who had left again by the end.
    duplicates : int
        Ids given more than once, counted once.
    confidence : float
        The confidence of the intervals.
    method : str
        The interval's method.
    """

    start: int
    end: int
    retained: int
    new: int | None = None
    new_lost: int | None = None
    duplicates: int = 0
    confidence: float = 0.95
    method: ShareInterval = "wilson"

    @property
    def churned(self) -> int:
        """Customers at the start who are not there at the end."""
        return self.start - self.retained

    @property
    def joined(self) -> int:
        """Customers at the end who were not there at the start."""
        return self.end - self.retained

    @property
    def reactivated(self) -> int | None:
        """Customers at the end who were neither there at the start nor new."""
        return None if self.new is None else self.joined - self.new

    def rate(self) -> Estimate:
        """Return the share of the customers at the start who are there at the end.

        Returns
        -------
        Estimate
            Its interval stays within 0 and 1.
        """
        return share_estimate(
            "retention_rate",
            self.retained,
            self.start,
            confidence=self.confidence,
            method=self.method,
            notes=("reactivated_unknown",) if self.new is None and self.joined else (),
            definition="retention_by_ids",
            parts={"retained": self.retained, "churned": self.churned, "joined": self.joined},
        )

    def period_rate(self) -> Estimate:
        r"""Return :math:`(E - N) / S`, which counts reactivated customers as retained.

        It can therefore exceed the share by ids (note ``reactivated_counted``).

        Returns
        -------
        Estimate
            NaN with the note ``empty`` when nobody was there at the start. With so many reactivated customers that it
            is above 1 it is no share (note ``above_one``) and has no interval.

        Raises
        ------
        InvalidArgument
            If the new ids were not given.
        """
        if self.new is None:
            raise InvalidArgument("new", "be given for the period rate (E - N) / S")
        kept, back = self.end - self.new, self.end - self.retained - self.new
        above = kept > self.start > 0
        return share_estimate(
            "retention_rate",
            kept,
            self.start,
            confidence=self.confidence,
            method=self.method,
            notes=("reactivated_counted",) * (back > 0) + ("above_one",) * above,
            definition="period_rate",
            parts={"retained": self.retained, "reactivated": back},
        )

    @property
    def headline(self) -> str:
        """How many customers there were at the start and at the end, and in both."""
        moves = f"{self.retained:,} retained, {self.churned:,} churned, {self.joined:,} joined"
        return f"{self.start:,} customers at the start, {self.end:,} at the end: {moves}"

    def to_frame(self) -> pd.DataFrame:
        """Return one row: start, retained, churned, joined, new, reactivated, new_lost, end and duplicates."""
        names = ("start", "retained", "churned", "joined", "new", "reactivated", "new_lost", "end", "duplicates")
        return pd.DataFrame({name: [getattr(self, name)] for name in names})


def overlap(
    start: Any, end: Any, *, new: Any = None, confidence: float = 0.95, method: ShareInterval = "wilson"
) -> Overlap:
    """Compare the ids of the customers at the start of a period with those at its end.

    Parameters
    ----------
    start, end : array-like of ids
        Whole numbers or text, the same type in both, in one dimension; an id given twice counts once. Columns of
        polars and pyarrow are columns, too.
    new : array-like of ids, optional
        Those who became customers for the first time within the period. With it the customers at the end are told
        apart into retained, new and reactivated.
    confidence : float
        Between 0 and 1.
    method : str
        The interval's method.

    Returns
    -------
    Overlap

    Raises
    ------
    InvalidData
        If an id is missing, or one that is said to be new was there at the start.
    InvalidType
        If ids are no whole numbers or texts, or a table is given for a column.

    Examples
    --------
    >>> from kundenmetrik import retention
    >>> seen = retention.overlap(["a", "b", "c", "d"], ["a", "b", "e", "f"], new=["e"])
    >>> seen.rate().value, seen.period_rate().value, seen.reactivated
    (0.5, 0.75, 1)
    """
    level, kind = check_confidence(confidence), check_choice(method, "method", get_args(ShareInterval))
    given, ids = ids_of_columns({"start": start, "end": end} | ({} if new is None else {"new": new}))
    (at_start, at_end), in_both = _sizes(ids[0], ids[1])
    extra = {}
    if new is not None:
        there = np.isin(ids[2], ids[0])
        refuse(
            [
                fault_of(
                    "new",
                    "not hold ids that were there at the start",
                    there,
                    given[2].to_numpy(),
                    "there_before",
                    private=True,
                )
            ]
        )
        fresh = np.unique(ids[2])
        here = int(np.isin(fresh, ids[1]).sum())
        extra = {"new": here, "new_lost": fresh.size - here}
    return Overlap(
        start=at_start,
        end=at_end,
        retained=in_both,
        duplicates=ids[0].size + ids[1].size - at_start - at_end,
        confidence=level,
        method=kind,
        **extra,
    )


def _sizes(one: AnyArray, two: AnyArray) -> tuple[tuple[int, int], int]:
    """Return how many distinct ids each column has, and how many are in both."""
    if not one.size or not two.size:
        return (np.unique(one).size, np.unique(two).size), 0
    low, high = min(int(one.min()), int(two.min())), max(int(one.max()), int(two.max()))
    if high - low < 8 * (one.size + two.size) + 1024:
        first, second = _present(one, low, high), _present(two, low, high)
        return (int(np.count_nonzero(first)), int(np.count_nonzero(second))), int(np.count_nonzero(first & second))
    sorted_one, sorted_two = _distinct(one), _distinct(two)
    both = np.concatenate((sorted_one, sorted_two))
    both.sort()
    return (sorted_one.size, sorted_two.size), int(np.count_nonzero(both[1:] == both[:-1]))


def _present(ids: AnyArray, low: int, high: int) -> BoolArray:
    seen = np.zeros(high - low + 1, bool)
    seen[ids - low if low else ids] = True
    return seen


def _distinct(ids: AnyArray) -> AnyArray:
    ordered = np.sort(ids)
    fresh = np.empty(ordered.size, bool)
    fresh[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return ordered if fresh.all() else ordered[fresh]
