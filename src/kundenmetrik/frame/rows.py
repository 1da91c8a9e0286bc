"""The rows of a frame as a metric sees them: grouped once, each column read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray
from kundenmetrik.core.counts import Counts
from kundenmetrik.core.grouped import grouped_histogram
from kundenmetrik.core.groups import Groups
from kundenmetrik.core.sums import grouped_sum
from kundenmetrik.errors import Fault, InvalidArgument, InvalidData, UnknownName
from kundenmetrik.frame.answers import answers, step_faults
from kundenmetrik.frame.clusters import design_effect
from kundenmetrik.frame.columns import Column, nonnegative, numbers
from kundenmetrik.frame.source import column_of

__all__ = ["QUESTION", "Rows"]

QUESTION = "question"
"""The column that says which question a row answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """A frame with the group of each row, its weight or count, and how invalid answers are treated.

    Attributes
    ----------
    frame : pandas.DataFrame
        The rows.
    groups : Groups
        The groups of the table.
    codes : ndarray
        The place of each row's group.
    weight, count : ndarray or None
        The survey weight of each row; how many answers it stands for.
    cluster : ndarray or None
        The code of each row's cluster.
    exclude_invalid : bool
        Whether invalid answers are counted and left out instead of being an error.
    """

    frame: pd.DataFrame
    groups: Groups
    codes: IntArray
    weight: FloatArray | None = None
    count: IntArray | None = None
    cluster: IntArray | None = None
    exclude_invalid: bool = False
    faults: list[Fault] = field(default_factory=list)
    _read: dict[Any, tuple[Counts, Column, Rows]] = field(default_factory=dict)

    def steps(
        self,
        column: str,
        *,
        low: int,
        high: int,
        words: Mapping[str, int] | None = None,
        missing_codes: tuple[Any, ...] = (),
        question: str | None = None,
        worth: Sequence[float] = (),
    ) -> Counts:
        """Count the answers of one question on each whole step from low to high; the same column is counted once."""
        key = (column, low, high, tuple((words or {}).items()), missing_codes, question)
        if key not in self._read:
            self._read[key] = self._counted(column, low, high, words, missing_codes, question)
        counts, values, part = self._read[key]
        if self.cluster is None:
            return counts
        design = design_effect(
            values, counts, part.codes, np.asarray(part.cluster), part.weight, low, np.asarray(worth, dtype=np.float64)
        )
        return Counts(
            groups=self.groups,
            cells=counts.cells,
            table=counts.table,
            squares=counts.squares,
            raw=counts.raw,
            excluded=counts.excluded,
            design=design,
        )

    def sums(self, columns: Mapping[str, str], *, whole: bool = True) -> Counts:
        """Add up non-negative columns by group; each becomes a cell named by its key."""
        self.refuse_weights("metrics of summed columns")
        read = [self._amounts(name, cell, whole) for cell, name in columns.items()]
        gone = np.logical_or.reduce([column.absent for column in read])
        kind = np.int64 if whole else np.float64
        sums = [grouped_sum(column.values[~gone].astype(kind), self.codes[~gone], len(self.groups)) for column in read]
        lost = np.bincount(self.codes[gone], minlength=len(self.groups))
        excluded = {"missing": lost} if lost.any() else {}
        return Counts(groups=self.groups, cells=tuple(columns), table=_columns(sums), excluded=excluded)

    def tallied(self, masks: Mapping[str, BoolArray]) -> Counts:
        """Count the rows of each group under each mask; rows may be under several."""
        self.refuse_weights("metrics of counted rows")
        amount = np.ones(len(self.codes), dtype=np.int64) if self.count is None else self.count
        cells = [grouped_sum(amount[mask], self.codes[mask], len(self.groups)) for mask in masks.values()]
        return Counts(groups=self.groups, cells=tuple(masks), table=_columns(cells))

    def refuse_weights(self, what: str) -> None:
        """Raise unless the rows are plain ones."""
        for name in ("weight", "cluster"):
            if getattr(self, name) is not None:
                raise InvalidArgument(name, f"be left out for {what}: it belongs to survey answers")

    def column(self, name: str, argument: str = "column") -> Any:
        """Return a column by name."""
        return column_of(self.frame, name, argument)

    def has(self, *names: str) -> bool:
        """Tell whether the frame has all the columns."""
        return all(name in self.frame.columns for name in names)

    def _counted(
        self, column: str, low: int, high: int, words: Any, missing_codes: tuple[Any, ...], question: str | None
    ) -> tuple[Counts, Any, Rows]:
        part, kept = self._of_question(column, question)
        read = answers(part.column(column), column, words=words, missing_codes=missing_codes)
        steps = grouped_histogram(
            read.values,
            part.codes,
            len(self.groups),
            low,
            high,
            missing=read.missing,
            weight=part.weight,
            count=part.count,
        )
        if not self.exclude_invalid and (steps.out_of_scale.any() or steps.not_a_step.any()):
            self.faults.extend(_located(fault, kept) for fault in step_faults(read, column, low, high))
        lost = {"missing": steps.missing, "out_of_scale": steps.out_of_scale, "not_a_step": steps.not_a_step}
        weighted = part.weight is not None
        counts = Counts(
            groups=self.groups,
            cells=tuple(range(low, high + 1)),
            table=steps.counts,
            squares=steps.squares if weighted else None,
            raw=steps.raw if weighted else None,
            excluded={reason: rows for reason, rows in lost.items() if rows.any()},
        )
        return counts, read, part

    def _of_question(self, column: str, question: str | None) -> tuple[Rows, IntArray | None]:
        if QUESTION not in self.frame.columns or column == QUESTION:
            return self, None
        asked = self.frame[QUESTION]
        if question is None:
            raise UnknownName("question", None, asked.dropna().unique())
        mask = (asked == question).fillna(False).to_numpy(dtype=bool)
        if not mask.any():
            raise UnknownName("question", question, asked.dropna().unique())
        kept = np.flatnonzero(mask)
        chosen: Any = {
            name: None if (a := getattr(self, name)) is None else a[kept] for name in ("weight", "count", "cluster")
        }
        return Rows(
            frame=self.frame.iloc[kept],
            groups=self.groups,
            codes=self.codes[kept],
            exclude_invalid=self.exclude_invalid,
            **chosen,
        ), kept

    def _amounts(self, name: str, argument: str, whole: bool) -> Column:
        read = numbers(self.column(name, argument), name)
        nonnegative(read, name, whole=whole, complete=False)
        return read


def _columns(arrays: Sequence[Any]) -> Any:
    return np.stack(arrays, axis=1)


def _located(fault: Fault, kept: IntArray | None) -> Fault:
    """Say where in the whole frame a fault stands that was found in the rows of one question."""
    if kept is None:
        return fault
    rows = tuple(int(kept[row]) for row in fault.rows if isinstance(row, int))
    return Fault(
        column=fault.column,
        rule=fault.rule,
        count=fault.count,
        of=fault.of,
        rows=rows,
        values=fault.values,
        code=fault.code,
        remedy=fault.remedy,
    )


def raise_faults(faults: Sequence[Fault]) -> None:
    """Raise all faults at once, if there are any."""
    if faults:
        raise InvalidData(faults)
