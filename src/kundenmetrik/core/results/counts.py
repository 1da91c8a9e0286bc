"""The mergeable tally that every metric is a formula over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.results.groups import EVERYONE, Groups
from kundenmetrik.core.results.json_values import as_stored, from_stored, undated
from kundenmetrik.errors import InvalidArgument

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Counts"]

Table = IntArray | FloatArray
ARRAYS = ("table", "squares", "raw", "design")
NOT_ADDITIVE = "counts with clusters, or of customers who count once in each group,"
"""What counts with a ``design`` are called where they are refused."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
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

    Examples
    --------
    >>> import kundenmetrik as km
    >>> first = km.measure({"score": [10, 9]}, km.NPS()).counts
    >>> second = km.measure({"score": [3]}, km.NPS()).counts
    >>> int((first + second).n[0])
    3
    """

    groups: Groups = EVERYONE
    cells: tuple[Any, ...]
    table: Table
    squares: FloatArray | None = None
    raw: IntArray | None = None
    excluded: Mapping[str, IntArray] = field(default_factory=dict)
    design: FloatArray | None = None

    def __post_init__(self) -> None:
        for part in ARRAYS:
            if (array := getattr(self, part)) is not None:
                object.__setattr__(self, part, _read_only(array))

    @classmethod
    def empty(cls, cells: Sequence[Any], names: Sequence[str] = ()) -> Counts:
        """Return the identity of addition: no group at all.

        Parameters
        ----------
        cells : sequence
            The names of the cells.
        names : sequence of str
            The key columns.

        Returns
        -------
        Counts
            Counts without groups; adding them changes nothing.
        """
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
        total: Any = self.n
        scale: Any = np.ones(len(self.groups))
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.squares is not None:
                scale = total / self.squares.sum(axis=1)
            if self.design is not None:
                scale = self.rows / np.where(total > 0, total, np.nan) / self.design
        scaled: Table = self.table * np.where(np.isfinite(scale), scale, 0.0)[:, None]
        return scaled

    def __len__(self) -> int:
        return len(self.groups)

    def __add__(self, other: Counts) -> Counts:
        if not isinstance(other, Counts):
            return NotImplemented
        self._may_add(other)
        groups = self.groups.union(other.groups)
        mine, theirs = self.aligned(groups), other.aligned(groups)
        return Counts(
            groups=groups,
            cells=self.cells,
            table=_exact_sum(mine.table, theirs.table),
            squares=_sum_or_none(mine.squares, theirs.squares),
            raw=_sum_or_none(mine.raw, theirs.raw),
            excluded={
                reason: mine._lost(reason) + theirs._lost(reason)
                for reason in dict.fromkeys([*self.excluded, *other.excluded])
            },
        )

    def __radd__(self, other: object) -> Counts:
        return self if isinstance(other, int) and other == 0 else NotImplemented

    def __sub__(self, other: Counts) -> Counts:
        """Take a part away again; exact for integer counts, refused otherwise."""
        if not isinstance(other, Counts):
            return NotImplemented
        self._may_add(other)
        if self.table.dtype.kind == "f" or other.table.dtype.kind == "f":
            raise InvalidArgument("counts", "be whole numbers to be subtracted exactly; add the other parts instead")
        part = other.aligned(self.groups)
        left = self.table - part.table
        lost = {reason: self._lost(reason) - part._lost(reason) for reason in self.excluded}
        if len(set(other.groups.keys) - set(self.groups.keys)) or (left < 0).any():
            raise InvalidArgument("the counts taken away", "be part of these counts")
        return Counts(groups=self.groups, cells=self.cells, table=left, excluded=lost)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Counts):
            return NotImplemented
        if self.cells != other.cells or set(self.groups.keys) != set(other.groups.keys):
            return False
        theirs = other.aligned(self.groups)
        lost = {
            reason: np.array_equal(self._lost(reason), theirs._lost(reason))
            for reason in {*self.excluded, *other.excluded}
        }
        return all(lost.values()) and all(_same(getattr(self, part), getattr(theirs, part)) for part in ARRAYS)

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def aligned(self, groups: Groups) -> Counts:
        """Return the counts in the order of other groups; a group without counts has zeros."""
        if groups.keys == self.groups.keys:
            return self
        places = self.groups.places(groups.keys)
        return self._map(
            lambda array: np.where(
                _across(places >= 0, array),
                array[places] if len(array) else np.zeros((len(places), *array.shape[1:]), array.dtype),
                0,
            ),
            groups,
        )

    def take(self, places: Iterable[int]) -> Counts:
        """Return some of the groups, by place."""
        chosen = list(places)
        return self._map(lambda array: array[chosen], self.groups.take(chosen))

    def subset(self, keys: Iterable[object]) -> Counts:
        """Return the groups with the given keys.

        Parameters
        ----------
        keys : iterable
            Keys as in the table; a single column's key may be written without its tuple.

        Returns
        -------
        Counts
            The counts of those groups, in that order.
        """
        return self.take([self.groups.position(key) for key in keys])

    def margin(self, *names: str) -> Counts:
        """Return the sums over all key columns but the named ones.

        Parameters
        ----------
        *names : str
            The key columns to keep; none of them gives the total.

        Returns
        -------
        Counts
            One group for each key that is left.
        """
        if names == self.groups.names:
            return self
        if self.design is not None:
            rule = "be counted again for a margin: a cluster may span groups, and so may a customer"
            raise InvalidArgument(NOT_ADDITIVE, rule, remedy="Measure again without the key that is summed over.")
        groups, places = self.groups.margin(names)
        return self._map(lambda array: _summed(array, places, len(groups)), groups)

    def collapsed(self, cells: Sequence[Any], places: Sequence[int]) -> Counts:
        """Return the counts over coarser cells; ``places`` holds for each cell here its place there."""

        def merged(array: Any) -> Any:
            return _summed(np.ascontiguousarray(array.T), np.asarray(places), len(cells)).T

        parts: Any = {
            part: None if (array := getattr(self, part)) is None else merged(array)
            for part in ("table", "squares", "raw")
        }
        return Counts(groups=self.groups, cells=tuple(cells), excluded=self.excluded, design=self.design, **parts)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a group: its key, a column for each cell, then what was excluded."""
        import pandas as pd

        columns = self.groups.columns()
        columns |= {str(cell): self.table[:, i] for i, cell in enumerate(self.cells)}
        columns |= {f"excluded_{reason}": lost for reason, lost in self.excluded.items()}
        return pd.DataFrame(columns)

    def to_json(self) -> str:
        """Return the counts as JSON; :meth:`from_json` reads them back equal."""
        arrays: Any = {part: None if (a := getattr(self, part)) is None else a.tolist() for part in ARRAYS}
        return as_stored(
            {
                "version": 1,
                "names": self.groups.names,
                "keys": self.groups.keys,
                "cells": self.cells,
                "whole": self.table.dtype.kind == "i",
                "excluded": {reason: lost.tolist() for reason, lost in self.excluded.items()},
                **arrays,
            },
        )

    @classmethod
    def from_json(cls, text: str) -> Counts:
        """Read counts back from JSON.

        Parameters
        ----------
        text : str
            What :meth:`to_json` returned.

        Returns
        -------
        Counts
            Equal to those that were stored.
        """
        stored = from_stored(text, "counts", {"version", "names", "keys", "cells", "whole", "excluded", *ARRAYS})
        shape = (len(stored["keys"]), len(stored["cells"]))
        kinds = {"table": np.int64 if stored["whole"] else np.float64, "squares": np.float64, "raw": np.int64}
        arrays: Any = {
            part: None if stored[part] is None else np.array(stored[part], dtype=kind).reshape(shape)
            for part, kind in kinds.items()
        }
        return cls(
            groups=Groups(names=tuple(stored["names"]), keys=tuple(tuple(map(undated, key)) for key in stored["keys"])),
            cells=tuple(stored["cells"]),
            excluded={reason: np.array(lost, dtype=np.int64) for reason, lost in stored["excluded"].items()},
            design=None if stored["design"] is None else np.array(stored["design"], dtype=np.float64),
            **arrays,
        )

    def _may_add(self, other: Counts) -> None:
        if self.cells != other.cells:
            raise InvalidArgument("the counts", f"have the same cells {self.cells}", other.cells)
        if self.design is not None or other.design is not None:
            rule = "be counted again together: a cluster may span both, and so may a customer"
            raise InvalidArgument(NOT_ADDITIVE, rule, remedy="Measure the rows of both at once.")
        if (self.squares is None) != (other.squares is None) and len(self) and len(other):
            raise InvalidArgument("the counts", "be both weighted or both unweighted to be added")

    def _lost(self, reason: str) -> IntArray:
        return self.excluded.get(reason, np.zeros(len(self), dtype=np.int64))

    def _map(self, change: Any, groups: Groups) -> Counts:
        parts: Any = {part: None if (a := getattr(self, part)) is None else change(a) for part in ARRAYS}
        return Counts(
            groups=groups, cells=self.cells, excluded={r: change(a) for r, a in self.excluded.items()}, **parts
        )


def _read_only(array: Any) -> Any:
    if not array.flags.writeable:
        return array
    view = array.view()
    view.flags.writeable = False
    return view


def _across(mask: Any, array: Any) -> Any:
    return mask[(...,) + (None,) * (array.ndim - 1)]


def _summed(array: Any, places: Any, size: int) -> Any:
    total = np.zeros((size, *array.shape[1:]), dtype=array.dtype)
    np.add.at(total, places, array)
    return total


def _exact_sum(first: Any, second: Any) -> Any:
    total = first + second
    if total.dtype.kind == "i" and (total < first).any():
        raise InvalidArgument("the counts", "sum to less than 2**63")
    return total


def _sum_or_none(first: Any, second: Any) -> Any:
    if first is None or second is None:
        return first if second is None else second
    return first + second


def _same(first: Any, second: Any) -> bool:
    return (first is None and second is None) or (
        first is not None and second is not None and np.array_equal(first, second)
    )
