"""The rows of a frame as a metric sees them: grouped once, each column read once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, CodeArray, FloatArray, IntArray
from kundenmetrik.core.counting.grouped_histogram import grouped_histogram
from kundenmetrik.core.counting.grouped_sums import grouped_sum
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.clusters import design_effect
from kundenmetrik.frame.reading.answers import answers, step_faults
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.reading.numbers import Column, nonnegative, numbers
from kundenmetrik.frame.reading.questions import QUESTION, answers_to, on_another_scale, scale_fault

LIGHTEST, HEAVIEST = 1e-100, 1e100
"""Weights beyond these have squares that no float holds."""


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
    codes: CodeArray
    weight: FloatArray | None = None
    count: IntArray | None = None
    cluster: IntArray | None = None
    exclude_invalid: bool = False
    faults: list[Fault | None] = field(default_factory=list)
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
        """Count the answers of one question on each whole step from low to high; the same column is counted once.

        Between clusters the variance is that of what each step is worth, by default of the steps themselves.
        """
        key = (column, low, high, tuple((words or {}).items()), missing_codes, question)
        if key not in self._read:
            self._read[key] = self._count_steps(column, low, high, words, missing_codes, question)
        counts, values, part = self._read[key]
        if self.cluster is None:
            return counts
        values_of_steps = np.asarray(worth or range(low, high + 1), dtype=np.float64)
        clustered = np.asarray(part.cluster)
        design = design_effect(values, counts, part.codes, clustered, part.weight, low, values_of_steps)
        return replace(counts, design=design)

    def answers_on(self, column: str, low: int, high: int, *, step: int = 1) -> FloatArray:
        """Return every so many rows' answer to a question that was counted, NaN where none of the scale was given."""
        read = next(read for key, (_, read, _) in self._read.items() if key[:3] == (column, low, high))
        values = np.where(read.absent[::step], np.nan, read.values[::step].astype(np.float64))
        return np.where((values >= low) & (values <= high), values, np.nan)

    def sums(self, columns: Mapping[str, str], *, whole: bool = True) -> Counts:
        """Add up non-negative columns by group; each becomes a cell named by its key."""
        self._refuse("metrics of summed columns", "weight", "cluster", "count")
        read = [self._amounts(name, cell, whole) for cell, name in columns.items()]
        gone = np.logical_or.reduce([column.absent for column in read])
        kind = np.int64 if whole else np.float64
        sums = [grouped_sum(column.values[~gone].astype(kind), self.codes[~gone], len(self.groups)) for column in read]
        lost = np.bincount(self.codes[gone], minlength=len(self.groups))
        excluded = {"missing": lost} if lost.any() else {}
        return Counts(groups=self.groups, cells=tuple(columns), table=_columns(sums), excluded=excluded)

    def count_rows(self, masks: Mapping[str, BoolArray], excluded: Mapping[str, BoolArray] | None = None) -> Counts:
        """Count the rows of each group under each mask; rows may be under several."""
        self._refuse("metrics of counted rows", "weight", "cluster")
        lost = {reason: self._times(mask) for reason, mask in (excluded or {}).items() if mask.any()}
        cells = [self._times(mask) for mask in masks.values()]
        return Counts(groups=self.groups, cells=tuple(masks), table=_columns(cells), excluded=lost)

    def _refuse(self, what: str, *arguments: str) -> None:
        for name in arguments:
            if getattr(self, name) is not None:
                raise InvalidArgument(name, f"be left out for {what}: it belongs to survey answers")

    @property
    def long(self) -> bool:
        """Whether the frame is a long table, one row for each answer and a column of questions."""
        return QUESTION in self.frame.columns

    def column(self, name: str, argument: str = "column") -> Any:
        """Return a column by name."""
        return column_of(self.frame, name, argument)

    def has(self, *names: str) -> bool:
        """Tell whether the frame has all the columns."""
        return all(name in self.frame.columns for name in names)

    def _count_steps(
        self, column: str, low: int, high: int, words: Any, missing_codes: tuple[Any, ...], question: str | None
    ) -> tuple[Counts, Any, Rows]:
        kept, lost = self._answering(question, low, high)
        part = self if kept is None else self._only(kept)
        no_step = low + 0.5 if self.exclude_invalid else None
        read = answers(part.column(column), column, words=words, missing_codes=missing_codes, unknown=no_step)
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
            asked = question if self.long else None
            self.faults.extend(_locate(fault, kept, asked) for fault in step_faults(read, column, low, high))
        lost |= {"missing": steps.missing, "out_of_scale": steps.out_of_scale, "not_a_step": steps.not_a_step}
        counts = Counts(
            groups=self.groups,
            cells=tuple(range(low, high + 1)),
            table=steps.counts,
            squares=steps.squares,
            raw=None if part.weight is None else steps.raw,
            excluded={reason: rows for reason, rows in lost.items() if rows.any()},
        )
        return counts, read, part

    def _answering(self, question: str | None, low: int, high: int) -> tuple[IntArray | None, dict[str, IntArray]]:
        """Return the rows to count, None for all of them, and how many others of the question there are by reason."""
        mask, alike = answers_to(self.frame, question) if self.long else (np.ones(len(self.codes), np.bool_), None)
        lost = {"other_spelling": self._times(alike)} if alike is not None and alike.any() else {}
        if self.long and (strange := on_another_scale(self.frame, low, high) & mask).any():
            if not self.exclude_invalid:
                self.faults.append(scale_fault(self.frame, strange, low, high))
            lost["other_scale"] = self._times(strange)
            mask = mask & ~strange
        if self.weight is not None and (nothing := (self.weight == 0) & mask).any():
            lost["zero_weight"] = self._times(nothing)
            mask = mask & ~nothing
        return None if mask.all() else np.flatnonzero(mask), lost

    def _times(self, mask: BoolArray) -> IntArray:
        """Return how many answers of each group stand under a mask."""
        amount = np.ones(int(mask.sum()), dtype=np.int64) if self.count is None else self.count[mask]
        return np.asarray(grouped_sum(amount, self.codes[mask], len(self.groups)), dtype=np.int64)

    def _only(self, kept: IntArray) -> Rows:
        chosen: Any = {
            name: None if (a := getattr(self, name)) is None else a[kept] for name in ("weight", "count", "cluster")
        }
        return replace(self, frame=self.frame.iloc[kept], codes=self.codes[kept], **chosen)

    def _amounts(self, name: str, argument: str, whole: bool) -> Column:
        read = numbers(self.column(name, argument), name)
        nonnegative(read, name, whole=whole, complete=False)
        return read


def _columns(arrays: Sequence[Any]) -> Any:
    return np.stack(arrays, axis=1)


def _locate(fault: Fault, kept: IntArray | None, question: str | None) -> Fault:
    """Say where in the whole frame a fault stands that was found in some of its rows, and to which question."""
    rows = fault.rows if kept is None else tuple(int(kept[int(str(row))]) for row in fault.rows)
    asked = "" if question is None else f" where the question is {question!r}"
    return replace(fault, rule=f"{fault.rule}{asked}", rows=rows)


def weights_of(values: Any, argument: str) -> FloatArray:
    """Return survey weights as floats; negative, missing and infinite ones are refused, and those too extreme."""
    read = numbers(values, argument)
    nonnegative(read, argument)
    weights: FloatArray = np.asarray(read.values, dtype=np.float64)
    present = weights[weights > 0]
    if len(present) and (present.min() < LIGHTEST or present.max() > HEAVIEST):
        extreme = present.max() if present.max() > HEAVIEST else present.min()
        remedy = "Divide all of them by the same number, such as their mean."
        raise InvalidArgument(argument, f"be 0 or from {LIGHTEST:g} to {HEAVIEST:g}", extreme.item(), remedy)
    return weights
