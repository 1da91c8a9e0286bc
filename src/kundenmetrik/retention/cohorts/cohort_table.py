"""The cohort table: customers retained by cohort and age, each cell with its base."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray
from kundenmetrik.core.checks import check_choice, check_confidence
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.one_sample.proportions import SHARE_METHODS, ShareInterval
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.time.calendar import Calendar

CohortColumn = Literal["rate", "retained", "eligible", "low", "high"]
VALUES: tuple[CohortColumn, ...] = get_args(CohortColumn)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CohortTable(Result):
    """Customers retained by cohort and age, with the base of each cell.

    Attributes
    ----------
    period : str
        The length of a cohort and of an age: day, week, month, quarter or year.
    first : int
        The number of the first cohort's period since 1970.
    edges : ndarray of int
        The first age of each column and, last, the age at which the last column ends.
    groups : Groups
        The segments.
    size : ndarray of int, shape (segments, cohorts)
        Customers who started in each cohort.
    retained, eligible : ndarray of int, shape (segments, cohorts, ages)
        Customers retained, of those whose age was observed to its end (or retained before, by ``reference``).
    matured : ndarray of bool, shape (segments, cohorts, ages)
        Whether the age was observed to its end for the whole cohort.
    counting, start, reference, clock : str
        What counts as retained; see :func:`cohorts`.
    confidence : float
        The confidence of the intervals.
    method : str
        The interval's method.
    excluded : mapping of str to int
        Rows that were left out, by reason.
    notes : tuple of str
        Codes of what the reader should know.
    """

    _chart: ClassVar[str] = "cohorts"

    period: str
    first: int
    edges: IntArray
    groups: Groups
    size: IntArray
    retained: IntArray
    eligible: IntArray
    matured: BoolArray
    counting: str
    start: str
    reference: str
    clock: str
    confidence: float = 0.95
    method: ShareInterval = "wilson"
    excluded: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def cohorts(self) -> list[str]:
        """The names of the cohorts."""
        return Calendar(period=self.period).labels(np.arange(self.first, self.first + self.size.shape[1]))

    @property
    def ages(self) -> IntArray:
        """The age of each column, the first one where a column is a bracket of ages."""
        return self.edges[:-1]

    @property
    def rate(self) -> FloatArray:
        """Retained over eligible; NaN where the age cannot be seen yet and where nobody is eligible."""
        return _ratio(self.retained, self.eligible)

    def interval(self) -> tuple[FloatArray, FloatArray]:
        """Return the limits of each cell."""
        shape = self.retained.shape
        low, high = SHARE_METHODS[self.method](self.retained.ravel(), self.eligible.ravel(), self.confidence)
        return low.reshape(shape), high.reshape(shape)

    def with_interval(self, *, confidence: float | None = None, method: ShareInterval | None = None) -> CohortTable:
        """Ask again at another confidence or by another method, without the data."""
        level = self.confidence if confidence is None else check_confidence(confidence)
        kind = self.method if method is None else check_choice(method, "method", get_args(ShareInterval))
        return replace(self, confidence=level, method=kind)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each segment, cohort and age.

        Returns
        -------
        pandas.DataFrame
            The keys, cohort, age (and age_end for brackets), size, retained, eligible, matured, rate, low, high, notes.
            Where the age cannot be seen yet ``retained`` is missing and the rate NaN, never 0.
        """
        shape, (low, high) = self.retained.shape, self.interval()
        cells = shape[1] * shape[2]
        keys = self._keys(cells)
        unseen = ((self.eligible == 0) & ~self.matured).ravel()
        notes = np.where(unseen, "not_observed_yet", np.where(self.eligible.ravel() == 0, "empty", ""))
        ends = {"age_end": np.tile(self.edges[1:] - 1, shape[0] * shape[1])} if self.counting == "bracket" else {}
        return pd.DataFrame(
            {
                **keys,
                "cohort": np.tile(np.repeat(np.array(self.cohorts, dtype=object), shape[2]), shape[0]),
                "age": np.tile(self.ages, shape[0] * shape[1]),
                **ends,
                "size": np.repeat(self.size.ravel(), shape[2]),
                "retained": pd.arrays.IntegerArray(self.retained.ravel(), unseen),
                "eligible": self.eligible.ravel(),
                "matured": self.matured.ravel(),
                "rate": self.rate.ravel(),
                "low": low.ravel(),
                "high": high.ravel(),
                "notes": notes,
            }
        )

    def matrix(self, value: CohortColumn = "rate") -> pd.DataFrame:
        """Return the triangle: cohorts down, ages across; NaN where it cannot be seen yet.

        Parameters
        ----------
        value : {"rate", "retained", "eligible", "low", "high"}
            What stands in the cells.

        Returns
        -------
        pandas.DataFrame
            Indexed by cohort (led by the keys when there are segments), one column per age.
        """
        kind = check_choice(value, "value", VALUES)
        limits = dict(zip(("low", "high"), self.interval(), strict=True)) if kind in ("low", "high") else {}
        cells: Any = limits.get(kind, None) if limits else getattr(self, kind)
        shown = np.where((self.eligible == 0) & ~self.matured, np.nan, cells)
        names = [*self.groups.names, "cohort"]
        rows = [(*key, cohort) for key in self.groups.keys for cohort in self.cohorts]
        plain = pd.Index(self.cohorts, name="cohort")
        index = pd.MultiIndex.from_tuples(rows, names=names) if self.groups.names else plain
        return pd.DataFrame(shown.reshape(-1, shown.shape[2]), index=index, columns=pd.Index(self.ages, name="age"))

    def weighted_mean(self) -> pd.DataFrame:
        """Return retention by age over all cohorts: the sum of those retained over the sum of those eligible.

        Returns
        -------
        pandas.DataFrame
            The keys, age, cohorts, retained, eligible, rate, low, high; only matured cells count.
        """
        there, base = (np.where(self.matured, cells, 0).sum(axis=1) for cells in (self.retained, self.eligible))
        low, high = SHARE_METHODS[self.method](there.ravel(), base.ravel(), self.confidence)
        counts = {"retained": there, "eligible": base}
        return self._by_age({**counts, "rate": _ratio(there, base), "low": low, "high": high})

    def simple_mean(self) -> pd.DataFrame:
        """Return the plain mean of the cohorts' rates by age, which weighs small cohorts like large ones.

        Returns
        -------
        pandas.DataFrame
            The keys, age, cohorts, rate. Cohorts at 0 % count; empty and unseen cells do not.
        """
        seen = self.matured & (self.eligible > 0)
        return self._by_age({"rate": _ratio(np.where(seen, self.rate, 0.0).sum(axis=1), seen.sum(axis=1))})

    def total(self, *names: str) -> CohortTable:
        """Return the table over fewer segments, from the sums of the counts.

        Parameters
        ----------
        *names : str
            The key columns to keep; none of them gives everybody.
        """
        groups, places = self.groups.margin(names)
        sums: dict[str, Any] = {}
        for name in ("size", "retained", "eligible"):
            table = getattr(self, name)
            sums[name] = np.zeros((len(groups), *table.shape[1:]), np.int64)
            np.add.at(sums[name], places, table)
        matured = np.ones((len(groups), *self.matured.shape[1:]), bool)
        np.logical_and.at(matured, places, self.matured)
        return replace(self, groups=groups, matured=matured, **sums)

    def _keys(self, times: int) -> dict[str, Any]:
        return {
            name: np.repeat([key[i] for key in self.groups.keys], times) for i, name in enumerate(self.groups.names)
        }

    def _by_age(self, columns: Mapping[str, Any]) -> pd.DataFrame:
        size = self.ages.size
        keys = self._keys(size)
        number = (self.matured & (self.eligible > 0)).sum(axis=1).ravel()
        shown = {name: np.asarray(column).ravel() for name, column in columns.items()}
        return pd.DataFrame({**keys, "age": np.tile(self.ages, len(self.groups)), "cohorts": number, **shown})

    def __add__(self, other: CohortTable) -> CohortTable:
        """Merge the tables of different customers with the same cohorts and ages."""
        if not isinstance(other, CohortTable):
            return NotImplemented
        for name in ("period", "first", "counting", "start", "reference", "clock", "cohorts"):
            if getattr(self, name) != getattr(other, name):
                raise InvalidArgument("the tables", f"have the same {name}", getattr(other, name))
        if not np.array_equal(self.edges, other.edges) or self.groups != other.groups:
            raise InvalidArgument("the tables", "have the same ages and segments")
        return replace(
            self,
            size=self.size + other.size,
            retained=self.retained + other.retained,
            eligible=self.eligible + other.eligible,
            matured=self.matured & other.matured,
            excluded=dict(Counter(self.excluded) + Counter(other.excluded)),
            notes=tuple(dict.fromkeys(self.notes + other.notes)),
        )

    @property
    def headline(self) -> str:
        """The cohorts, their length and how many customers they have."""
        size = f"{self.size.shape[1]:,} cohorts of {int(self.size.sum()):,} customers"
        return f"Retention by {self.period} of {size}: the share retained at each age"

    def _display_frame(self) -> pd.DataFrame:
        """Return the triangle of rates."""
        return self.matrix().reset_index()


def _ratio(top: Any, base: Any) -> FloatArray:
    ratio: FloatArray = np.divide(top, base, out=np.full(np.shape(top), np.nan), where=np.asarray(base) > 0)
    return ratio
