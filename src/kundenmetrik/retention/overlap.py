"""Retention from two sets of ids: who was there at the start, who at the end, who in both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.core.checks import a_choice, a_confidence
from kundenmetrik.core.estimate import Estimate
from kundenmetrik.core.shares import SHARE_METHODS
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.columns import aligned
from kundenmetrik.frame.keys import labels
from kundenmetrik.retention.faults import refuse_rows
from kundenmetrik.retention.shares import share_estimate

__all__ = ["Overlap", "overlap"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
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
    method: str = "wilson"

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

    def period_rate(self) -> float:
        r"""Return :math:`(E - N) / S`, which counts reactivated customers as retained.

        It can therefore exceed the share by ids.

        Returns
        -------
        float
            NaN when nobody was there at the start.

        Raises
        ------
        InvalidArgument
            If the new ids were not given.
        """
        if self.new is None:
            raise InvalidArgument("new", "be given for the period rate (E - N) / S")
        return (self.end - self.new) / self.start if self.start else np.nan


def overlap(start: Any, end: Any, *, new: Any = None, confidence: float = 0.95, method: str = "wilson") -> Overlap:
    """Compare the ids of the customers at the start of a period with those at its end.

    Parameters
    ----------
    start, end : array-like of ids
        Whole numbers or text, the same type in both; an id given twice counts once.
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
        If ids of different types are mixed.

    Examples
    --------
    >>> from kundenmetrik import retention
    >>> seen = retention.overlap(["a", "b", "c", "d"], ["a", "b", "e", "f"], new=["e"])
    >>> seen.rate().value, seen.period_rate(), seen.reactivated
    (0.5, 0.75, 1)
    """
    level, kind = a_confidence(confidence), a_choice(method, "method", SHARE_METHODS)
    columns = {"start": start, "end": end} | ({} if new is None else {"new": new})
    ids = _numbered({name: _column(column, name) for name, column in columns.items()})
    (first, last), extra = _sizes(ids[0], ids[1]), {}
    given, here = sum(len(column) for column in ids[:2]), None
    if new is not None:
        fresh = np.unique(ids[2])
        already = np.isin(fresh, ids[0])
        place = np.isin(ids[2], ids[0]) if already.any() else np.zeros(len(ids[2]), bool)
        refuse_rows(
            "new", "not hold ids that were there at the start", place, np.asarray(columns["new"]), "there_before"
        )
        here = int(np.isin(fresh, ids[1]).sum())
        extra = {"new": here, "new_lost": fresh.size - here}
    return Overlap(
        start=first[0],
        end=first[1],
        retained=last,
        duplicates=given - first[0] - first[1],
        confidence=level,
        method=kind,
        **extra,
    )


def _sizes(one: NDArray[Any], two: NDArray[Any]) -> tuple[tuple[int, int], int]:
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


def _present(ids: NDArray[Any], low: int, high: int) -> BoolArray:
    seen = np.zeros(high - low + 1, bool)
    seen[ids - low if low else ids] = True
    return seen


def _distinct(ids: NDArray[Any]) -> NDArray[Any]:
    ordered = np.sort(ids)
    fresh = np.empty(ordered.size, bool)
    fresh[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=fresh[1:])
    return ordered if fresh.all() else ordered[fresh]


def _column(values: Any, name: str) -> Any:
    aligned(**{name: values})
    if isinstance(values, (set, frozenset)):
        return list(values)
    if isinstance(values, pd.api.extensions.ExtensionArray):
        return pd.Series(values)
    if not isinstance(values, (np.ndarray, pd.Series, pd.Index, list, tuple, range)):
        raise InvalidType(name, "be a column of ids", values)
    return values


def _numbered(columns: dict[str, Any]) -> list[NDArray[Any]]:
    """Return the columns as whole numbers; those that are none yet are numbered together."""
    arrays = [
        column.to_numpy() if isinstance(column, (pd.Series, pd.Index)) else np.asarray(column)
        for column in columns.values()
    ]
    if all(array.dtype.kind in "iu" or not array.size for array in arrays):
        return [array.astype(np.int64, copy=False) for array in arrays]
    both = pd.concat([pd.Series(column, dtype=None) for column in columns.values() if len(column)], ignore_index=True)
    refuse_rows("ids", "be there", np.asarray(both.isna()), both.to_numpy(), "missing")
    codes, _ = labels(both, "ids")
    ends = np.cumsum([array.size for array in arrays])
    return list(np.split(codes, ends[:-1]))
