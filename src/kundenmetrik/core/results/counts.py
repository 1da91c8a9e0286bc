"""The mergeable tally that every metric is a formula over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.checks import check_choice
from kundenmetrik.core.measurand import Measurand
from kundenmetrik.core.results.count_arrays import (
    NOT_ADDITIVE,
    across_cells,
    check_addable,
    check_places,
    effective_cells,
    exact_sum,
    read_only,
    same_array,
    sum_or_none,
    sum_rows,
)
from kundenmetrik.core.results.groups import EVERYONE, Groups
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.storage.json_values import FORMAT, as_stored, from_stored
from kundenmetrik.core.results.storage.stored_counts import REQUIRED, counts_arguments, stored_fields
from kundenmetrik.errors import InvalidArgument, InvalidType

Table = IntArray | FloatArray
ARRAYS = ("table", "squares", "raw", "design")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Counts(Result):
    """How many of each group fall into each cell: groups by cells, immutable and additive.

    Integers stay exact, so the counts of two halves added equal the counts of the whole bit for
    bit. Weighted counts carry the sum of squared weights and the rows beside them, which the
    effective number of answers needs. What a database returns from GROUP BY is a ``Counts``.

    Attributes
    ----------
    groups : Groups
        The key columns and the key of each group.
    cells : tuple
        The name of each cell, such as the steps of a scale.
    table : ndarray, shape (groups, cells)
        The counts (int64), or sums of weights (float64).
    squares : ndarray or None, shape (groups, cells)
        Sums of squared weights, when weighted.
    raw : ndarray or None, shape (groups, cells)
        Rows counted, when weighted.
    excluded : mapping of str to ndarray, shape (groups,)
        Rows that are in no cell, by reason.
    design : ndarray or None, shape (groups,)
        Variance under the sampling design over that of a simple random sample, when answers come
        in clusters; 1 where each customer counts once in a group. Such counts neither add nor have
        margins, because a cluster, or such a customer, may span groups.
    measurand : Measurand or None
        What was counted, for which metric; None where that is not known. Counts of different things do not add.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> halves = [km.measure({"score": scores}, km.NPS()).counts for scores in ([10, 9], [3])]
    >>> int(sum(halves).n[0])
    3
    """

    groups: Groups = EVERYONE
    cells: tuple[Any, ...]
    table: Table
    squares: FloatArray | None = None
    raw: IntArray | None = None
    excluded: Mapping[str, IntArray] = field(default_factory=dict)
    design: FloatArray | None = None
    measurand: Measurand | None = None

    def __post_init__(self) -> None:
        for part in ARRAYS:
            if (array := getattr(self, part)) is not None:
                object.__setattr__(self, part, read_only(array))

    @classmethod
    def empty(cls, cells: Sequence[Any], names: Sequence[str] = ()) -> Counts:
        """Return the identity of addition, counts of some cells and key columns without any group."""
        for what, given in (("cells", cells), ("names", names)):
            if isinstance(given, str) or not isinstance(given, Sequence):
                raise InvalidType(what, "be a sequence of names", given)
        groups = Groups(names=tuple(names), keys=())
        return cls(groups=groups, cells=tuple(cells), table=np.zeros((0, len(cells)), dtype=np.int64))

    @property
    def n(self) -> Table:
        """The total of each group, in rows, counts or weights."""
        total: Table = self.table.sum(axis=1)
        return total

    @property
    def rows(self) -> IntArray:
        """The number of answers of each group, unweighted."""
        rows: IntArray = (self.table if self.raw is None else self.raw).sum(axis=1)
        return rows

    @property
    def effective(self) -> Table:
        """The cells scaled to the effective number of answers (Kish), the table itself when unweighted."""
        if self.squares is None and self.design is None:
            return self.table
        scaled: Table = effective_cells(self.table, self.rows, self.squares, self.design)
        return scaled

    def __len__(self) -> int:
        return len(self.groups)

    def __add__(self, other: Counts) -> Counts:
        if not isinstance(other, Counts):
            return NotImplemented
        agreed = check_addable(self, other)
        groups = self.groups.union(other.groups)
        mine, theirs = self.align(groups), other.align(groups)
        return Counts(
            groups=groups,
            cells=self.cells,
            table=exact_sum(mine.table, theirs.table),
            squares=sum_or_none(mine.squares, theirs.squares),
            raw=sum_or_none(mine.raw, theirs.raw),
            excluded={
                reason: mine._excluded_rows(reason) + theirs._excluded_rows(reason)
                for reason in dict.fromkeys([*self.excluded, *other.excluded])
            },
            measurand=agreed,
        )

    def __radd__(self, other: object) -> Counts:
        return self if isinstance(other, int) and other == 0 else NotImplemented

    def __sub__(self, other: Counts) -> Counts:
        """Take a part away again; exact for integer counts, refused otherwise."""
        if not isinstance(other, Counts):
            return NotImplemented
        agreed = check_addable(self, other)
        if self.table.dtype.kind == "f" or other.table.dtype.kind == "f":
            raise InvalidArgument("counts", "be whole numbers to be subtracted exactly; add the other parts instead")
        part = other.align(self.groups)
        left = self.table - part.table
        lost = {reason: self._excluded_rows(reason) - part._excluded_rows(reason) for reason in self.excluded}
        if len(set(other.groups.keys) - set(self.groups.keys)) or (left < 0).any():
            raise InvalidArgument("the counts taken away", "be part of these counts")
        return Counts(groups=self.groups, cells=self.cells, table=left, excluded=lost, measurand=agreed)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Counts):
            return NotImplemented
        alike = self.cells == other.cells and self.measurand == other.measurand
        if not alike or set(self.groups.keys) != set(other.groups.keys):
            return False
        theirs = other.align(self.groups)
        lost = {
            reason: np.array_equal(self._excluded_rows(reason), theirs._excluded_rows(reason))
            for reason in {*self.excluded, *other.excluded}
        }
        return all(lost.values()) and all(same_array(getattr(self, part), getattr(theirs, part)) for part in ARRAYS)

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def align(self, groups: Groups) -> Counts:
        """Return the counts in the order of other groups; a group without counts has zeros."""
        if not isinstance(groups, Groups):
            raise InvalidType("groups", "be the groups of counts", groups)
        if groups.keys == self.groups.keys:
            return self
        places = self.groups.places(groups.keys)
        return self._map_arrays(
            lambda array: np.where(
                across_cells(places >= 0, array),
                array[places] if len(array) else np.zeros((len(places), *array.shape[1:]), array.dtype),
                0,
            ),
            groups,
        )

    def take(self, places: Iterable[int]) -> Counts:
        """Return some of the groups, by place."""
        chosen = check_places(places, len(self)).tolist()
        if len(set(chosen)) < len(chosen):
            raise InvalidArgument("places", "name each group once", places)
        return self._map_arrays(lambda array: array[chosen], self.groups.take(chosen))

    def subset(self, keys: Iterable[object]) -> Counts:
        """Return the groups with the given keys, in their order; one column's key needs no tuple."""
        return self.take(self.groups.positions(keys))

    def margin(self, *names: str) -> Counts:
        """Return the sums over all key columns but the named ones; without any name the total."""
        for name in names:
            check_choice(name, "by", self.groups.names)
        if names == self.groups.names:
            return self
        if self.design is not None:
            rule = "be counted again for a margin: a cluster may span groups, and so may a customer"
            raise InvalidArgument(NOT_ADDITIVE, rule, remedy="Measure again without the key that is summed over.")
        groups, places = self.groups.margin(names)
        return self._map_arrays(lambda array: sum_rows(array, places, len(groups)), groups)

    def collapse(self, cells: Sequence[Any], places: Sequence[int]) -> Counts:
        """Return the counts over coarser cells; ``places`` holds for each cell here its place there."""
        if isinstance(cells, str) or not isinstance(cells, Sequence):
            raise InvalidType("cells", "be a sequence of names", cells)
        onto = check_places(places, len(cells), len(self.cells))

        def merge(array: Any) -> Any:
            return sum_rows(np.ascontiguousarray(array.T), onto, len(cells)).T

        parts: Any = {
            part: None if (array := getattr(self, part)) is None else merge(array)
            for part in ("table", "squares", "raw")
        }
        return Counts(groups=self.groups, cells=tuple(cells), excluded=self.excluded, design=self.design, **parts)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a group: its key, a column for each cell, then what was excluded."""
        columns = self.groups.columns()
        columns |= {str(cell): self.table[:, i] for i, cell in enumerate(self.cells)}
        columns |= {f"excluded_{reason}": lost for reason, lost in self.excluded.items()}
        return pd.DataFrame(columns)

    @property
    def headline(self) -> str:
        """The number of groups, cells and rows."""
        groups, cells = len(self), len(self.cells)
        size = f"{groups:,} group{'s' * (groups != 1)} by {cells:,} cell{'s' * (cells != 1)}"
        return f"Counts of {size}, {int(self.rows.sum()):,} rows in all"

    def _fields_to_store(self) -> dict[str, Any]:
        """Return what JSON holds of the counts."""
        return stored_fields(self, ARRAYS)

    @classmethod
    def _from_stored_fields(cls, **stored: Any) -> Counts:
        """Return the counts that were stored."""
        return cls(**counts_arguments(stored))

    def to_json(self) -> str:
        """Return the counts as JSON; :meth:`from_json` reads them back equal."""
        return as_stored({"version": FORMAT, **self._fields_to_store()})

    @classmethod
    def from_json(cls, text: str, metric: Any = None) -> Counts:
        """Read counts back from JSON, equal to those that were stored.

        Parameters
        ----------
        text : str
            What :meth:`to_json` returned, of this version of the library or of an earlier one.
        metric : Metric, optional
            What the counts have to be of.

        Returns
        -------
        Counts
            Equal to those that were stored.

        Raises
        ------
        InvalidArgument
            If the text is not counts, if what it says cannot be (negative counts, arrays of another shape ...), all
            faults at once, or if the counts are not what the metric is computed from.
        """
        counts = cls._from_stored_fields(**from_stored(text, "counts", REQUIRED))
        if metric is None:
            return counts
        if not hasattr(metric, "_accept"):
            raise InvalidType("metric", "be a metric", metric)
        accepted: Counts = metric._accept(counts)
        return accepted

    def _excluded_rows(self, reason: str) -> IntArray:
        return self.excluded.get(reason, np.zeros(len(self), dtype=np.int64))

    def _excluded_by_group(self) -> list[dict[str, int]]:
        """Return for each group how many rows were left out, by reason."""
        lost = {reason: rows.tolist() for reason, rows in self.excluded.items()}
        return [{reason: rows[place] for reason, rows in lost.items() if rows[place]} for place in range(len(self))]

    def _map_arrays(self, change: Any, groups: Groups) -> Counts:
        """Return the counts of other groups, each array changed alike."""
        parts: Any = {part: None if (a := getattr(self, part)) is None else change(a) for part in ARRAYS}
        lost = {reason: change(array) for reason, array in self.excluded.items()}
        return Counts(groups=groups, cells=self.cells, excluded=lost, measurand=self.measurand, **parts)
