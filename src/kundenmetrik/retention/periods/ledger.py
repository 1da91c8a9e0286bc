"""The ledger: every customer has exactly one state in every period, and every retention figure is a sum over it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.results.annotations import Annotations
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.storage.json_values import FORMAT, as_stored, from_stored, restore_date
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.core.statistics.one_sample.proportions import ShareInterval
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.time.calendar import Calendar
from kundenmetrik.retention.periods.rate import ChurnRate, RetentionRate
from kundenmetrik.retention.periods.spells import Spells

MOVES = ("new", "reactivated", "churned", "passed_through", "inactive")
"""What is counted; start, retained and end follow."""
STORED = ("period", "first", "complete", "window", "notes")
"""What JSON holds beside groups and counts."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Ledger(Result):
    r"""How many customers were there, came, came back and left in each period, by segment.

    In every period and segment ``start + new + reactivated - churned = end`` and
    ``start = retained + churned``, by construction.

    Attributes
    ----------
    period : str
        day, week, month, quarter or year.
    first : int
        The number of the first period since 1970.
    complete : int
        How many periods were observed to their end; a later one is not yet observable.
    groups : Groups
        The segments.
    moves : mapping of str to ndarray, shape (segments, periods)
        Customers by state: new, reactivated, churned, passed_through, inactive.
    window : str
        How long without activity still counts as being there; empty for contracts.
    excluded : mapping of str to int
        Rows that were left out, by reason.
    notes : tuple of str
        Codes of what the reader should know.
    spells : Spells or None
        The customers behind the counts; None in a ledger that was added or read back.

    Examples
    --------
    >>> import pandas as pd
    >>> from kundenmetrik import retention
    >>> customers = pd.DataFrame({
    ...     "customer_id": ["a", "b", "c"],
    ...     "acquired_at": pd.to_datetime(["2026-01-05", "2026-01-20", "2026-02-03"]),
    ...     "churned_at": pd.to_datetime([None, "2026-02-14", None]),
    ... })
    >>> book = retention.ledger(customers, period="month", observed_until="2026-02-28")
    >>> book.to_frame()[["period", "start", "new", "churned", "end"]].to_string(index=False).splitlines()[-1].split()
    ['2026-02', '2', '1', '1', '2']
    """

    period: str
    first: int
    complete: int
    groups: Groups
    moves: Mapping[str, IntArray]
    window: str = ""
    excluded: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    spells: Spells | None = field(default=None, repr=False)

    @classmethod
    def _from_spells(cls, spells: Spells, **facts: Any) -> Ledger:
        """Count the states of customers from their spells."""
        stays, ends = spells.stop > spells.start, spells.stop <= spells.current
        moves = {
            "new": spells.count(stays & spells.is_first, spells.start),
            "reactivated": spells.count(stays & ~spells.is_first, spells.start),
            "churned": spells.count(stays & ends, spells.stop),
            "passed_through": spells.count(~stays, spells.start),
        }
        known = np.cumsum(spells.count(spells.is_first, spells.start), axis=1)
        there = np.cumsum(moves["new"] + moves["reactivated"] - moves["churned"], axis=1)
        moves["inactive"] = known - there - moves["churned"] - moves["passed_through"]
        first, complete = spells.first, spells.complete - spells.first + 1
        return cls(
            period=spells.calendar.period,
            first=first,
            complete=complete,
            groups=spells.groups,
            moves=moves,
            spells=spells,
            **facts,
        )

    @property
    def periods(self) -> list[str]:
        """The names of the periods, the one not yet observable included."""
        size = self.moves["new"].shape[1]
        return Calendar(period=self.period).labels(np.arange(self.first, self.first + size))

    @property
    def end(self) -> IntArray:
        """Customers there at the end of each period."""
        return np.cumsum(self.moves["new"] + self.moves["reactivated"] - self.moves["churned"], axis=1)

    @property
    def start(self) -> IntArray:
        """Customers there at the start of each period."""
        return np.pad(self.end, ((0, 0), (1, 0)))[:, :-1]

    @property
    def retained(self) -> IntArray:
        """Customers there at the start and at the end of each period."""
        return self.start - self.moves["churned"]

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each segment and period.

        Returns
        -------
        pandas.DataFrame
            The keys, period, start, new, retained, reactivated, churned, end, inactive, passed_through, notes.
            In a period not yet observed to its end all but ``start`` is missing.
        """
        size = len(self.periods)
        keys = {name: np.repeat([key[i] for key in self.groups.keys], size) for i, name in enumerate(self.groups.names)}
        order = ("new", "retained", "reactivated", "churned", "end", "inactive", "passed_through")
        sums = {**self.moves, "retained": self.retained, "end": self.end}
        seen = np.tile(np.arange(size) < self.complete, len(self.groups))
        numbers = {name: pd.arrays.IntegerArray(sums[name].ravel(), ~seen) for name in order}
        start = pd.array(self.start.ravel(), dtype="Int64")
        notes = np.where(seen, "", "not_observed_yet")
        return pd.DataFrame(
            {**keys, "period": self.periods * len(self.groups), "start": start, **numbers, "notes": notes}
        )

    def rate(self, *, confidence: float = 0.95, method: ShareInterval = "wilson") -> EstimateTable:
        """Return the retention rate of each segment and period: those retained of those there at its start.

        Parameters
        ----------
        confidence : float
            Between 0 and 1.
        method : str
            The interval's method, as in :func:`kundenmetrik.retention_rate`.

        Returns
        -------
        EstimateTable
            Totals pool the customers; a period not yet observed to its end is NaN with a note.
        """
        return self._shares(RetentionRate(method=method), self.retained, self.moves["churned"], confidence)

    def churn(self, *, confidence: float = 0.95, method: ShareInterval = "wilson") -> EstimateTable:
        """Return the churn rate of each segment and period: those churned of those there at its start."""
        return self._shares(ChurnRate(method=method), self.moves["churned"], self.retained, confidence)

    def _shares(self, metric: RetentionRate, first: IntArray, second: IntArray, confidence: float) -> EstimateTable:
        whole = np.arange(len(self.periods)) < self.complete
        keys = tuple((*key, period) for key in self.groups.keys for period in self.periods)
        table = np.where(whole[:, None], np.stack([first, second], axis=-1), 0).reshape(-1, 2)
        cells = ("churned", "retained") if isinstance(metric, ChurnRate) else ("retained", "churned")
        groups = Groups(names=(*self.groups.names, "period"), keys=keys)
        undefined = {} if whole.all() else {"not_observed_yet": np.tile(~whole, len(self.groups))}
        counts = Counts(groups=groups, cells=cells, table=np.ascontiguousarray(table))
        known = Annotations(notes={metric.label: self.notes}, undefined=undefined)
        level = check_confidence(confidence)
        return EstimateTable(metrics=(metric,), tallies=(counts,), confidence=level, annotations=known)

    def states(self) -> pd.DataFrame:
        """Return one row for each customer and period from the first contact on.

        Returns
        -------
        pandas.DataFrame
            customer_id, period, state.

        Raises
        ------
        InvalidArgument
            If the ledger was added or read back, so that it holds no customers.
        """
        if self.spells is None:
            raise InvalidArgument("the ledger", "be the one the customers were read into; this one holds counts only")
        return self.spells.states()

    def total(self, *names: str) -> Ledger:
        """Return the ledger over fewer segments, from the sums of the counts.

        Parameters
        ----------
        *names : str
            The key columns to keep; none of them gives everybody.
        """
        groups, places = self.groups.margin(names)
        moves = {name: _into(table, places, len(groups)) for name, table in self.moves.items()}
        return replace(self, groups=groups, moves=moves, spells=None)

    def __add__(self, other: Ledger) -> Ledger:
        """Merge the ledgers of different customers that were observed equally long."""
        if not isinstance(other, Ledger):
            return NotImplemented
        for name in ("period", "window", "last"):
            if getattr(self, name) != getattr(other, name):
                raise InvalidArgument("the ledgers", f"have the same {name}", getattr(other, name))
        groups, first = self.groups.union(other.groups), min(self.first, other.first)
        one, two = self._spread(groups, first), other._spread(groups, first)
        excluded = {
            key: self.excluded.get(key, 0) + other.excluded.get(key, 0) for key in {**self.excluded, **other.excluded}
        }
        return replace(
            self,
            first=first,
            complete=self.complete + self.first - first,
            groups=groups,
            moves={name: one[name] + two[name] for name in MOVES},
            excluded=excluded,
            notes=tuple(dict.fromkeys(self.notes + other.notes)),
            spells=None,
        )

    @property
    def last(self) -> tuple[int, int]:
        """The last period and the last one observed to its end, numbered since 1970."""
        return self.first + self.moves["new"].shape[1] - 1, self.first + self.complete - 1

    def _spread(self, groups: Groups, first: int) -> dict[str, IntArray]:
        places = groups.places(self.groups.keys)
        padded = {name: np.pad(table, ((0, 0), (self.first - first, 0))) for name, table in self.moves.items()}
        return {name: _into(table, places, len(groups)) for name, table in padded.items()}

    def to_json(self) -> str:
        """Return the counts as JSON; :meth:`from_json` reads them back."""
        plain = {name: getattr(self, name) for name in STORED}
        moves = {name: table.tolist() for name, table in self.moves.items()}
        groups = {"names": self.groups.names, "keys": self.groups.keys}
        return as_stored({"version": FORMAT, **plain, **groups, "moves": moves, "excluded": dict(self.excluded)})

    @classmethod
    def from_json(cls, text: str) -> Ledger:
        """Read a ledger back; it holds counts, not customers."""
        stored = from_stored(text, "a ledger", (*STORED, "names", "keys", "moves", "excluded"))
        plain = {name: stored[name] for name in (*STORED, "excluded")}
        keys = tuple(tuple(map(restore_date, key)) for key in stored["keys"])
        groups = Groups(names=tuple(stored["names"]), keys=keys)
        moves = {name: np.array(table, np.int64) for name, table in stored["moves"].items()}
        return cls(**{**plain, "notes": tuple(stored["notes"])}, groups=groups, moves=moves)

    def __eq__(self, other: object) -> bool:
        return self.to_json() == other.to_json() if isinstance(other, Ledger) else NotImplemented

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    @property
    def headline(self) -> str:
        """The periods, and the segments where there are some."""
        periods = self.periods
        span = f", {periods[0]} to {periods[-1]}" if periods else ""
        size = f", {len(self.groups):,} segments" if self.groups.names else ""
        return f"Customers by {self.period}{span}{size}"


def _into(table: IntArray, places: Sequence[int] | IntArray, size: int) -> IntArray:
    total = np.zeros((size, table.shape[1]), np.int64)
    np.add.at(total, np.asarray(places), table)
    return total
