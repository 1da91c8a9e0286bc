"""Counting the triangle: of which members which counts as retained at which age."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from kundenmetrik.core.arrays import BoolArray, IntArray
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.retention.data.members import Members

MAX_CELLS = 20_000_000
"""The most cells a table may have."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Triangle:
    """Sizes of the cohorts (segments x cohorts), and customers retained and eligible (segments x cohorts x ages)."""

    first: int
    size: IntArray
    retained: IntArray
    eligible: IntArray
    matured: BoolArray


def count_triangle(members: Members, counting: str, reference: str, edges: IntArray) -> Triangle:
    """Count each cell; ``edges`` are the first age of each column and, last, the age at which the last one ends."""
    first = int(members.cohort.min())
    shape = check_shape(len(members.groups), int(members.cohort.max()) - first + 1, edges.size - 1)
    row = members.cohort - first
    if members.group is not None:
        row = row + members.group * shape[1]
    last = np.minimum(_last_column(members, edges, counting), shape[2] - 1)
    size = np.bincount(row, minlength=shape[0] * shape[1])
    if counting in ("bounded", "bracket"):
        retained, eligible = _one_by_one(row, last, *_columns(members, edges, counting), shape, reference)
    else:
        member, column = _columns(members, edges, counting)
        reached = REACHES[counting](member, column, row.size)
        retained = _falling(row, np.minimum(reached, last), shape)
        eligible = _falling(row, last, shape)
        if reference == "previous":  # retained at the column before, and seen at this one
            eligible = _falling(row, np.minimum(reached + 1, last), shape)
    matured = _matured_cells(members, first, edges, shape, size, row, last)
    return Triangle(first=first, size=size.reshape(shape[:2]), retained=retained, eligible=eligible, matured=matured)


def check_shape(segments: int, cohorts: int, ages: int) -> tuple[int, int, int]:
    """Return the shape of a triangle, or refuse it when it has too many cells."""
    if segments * cohorts * ages > MAX_CELLS:
        raise InvalidArgument("horizon", f"keep the table below {MAX_CELLS:,} cells", (segments, cohorts, ages))
    return segments, cohorts, ages


def _last_column(members: Members, edges: IntArray, counting: str) -> IntArray:
    """Return the last column each member was seen to the end of, -1 for none."""
    if counting == "bracket":
        return np.searchsorted(edges, members.seen + 1, side="right") - 2
    return np.maximum(members.seen, -1)


def _columns(members: Members, edges: IntArray, counting: str) -> tuple[IntArray, IntArray]:
    """Return each member and the columns of its activity."""
    member, column, columns = members.member, members.age, edges.size - 1
    if counting == "bracket":
        column = np.searchsorted(edges, column, side="right") - 1
    return _inside(member, np.minimum(column, columns - 1) if counting == "unbounded" else column, columns)


def _inside(member: IntArray, column: IntArray, columns: int) -> tuple[IntArray, IntArray]:
    if not column.size or (int(column.max()) < columns and int(column.min()) >= 0):
        return member, column
    kept = np.flatnonzero((column < columns) & (column >= 0))
    return member[kept], column[kept]


def _one_by_one(
    row: IntArray, last: IntArray, member: IntArray, column: IntArray, shape: tuple[int, ...], reference: str
) -> tuple[IntArray, IntArray]:
    kept = np.flatnonzero(column <= last[member])
    if kept.size < column.size:
        member, column = member[kept], column[kept]
    cells = row[member] * shape[2]
    cells += column
    fresh = np.ones(cells.size, bool)
    fresh[1:] = (column[1:] != column[:-1]) | (member[1:] != member[:-1])
    if not fresh.all():  # several ages within one bracket
        member, column, cells = member[fresh], column[fresh], cells[fresh]
    size = int(np.prod(shape))
    if reference == "cohort":
        return np.bincount(cells, minlength=size).reshape(shape), _falling(row, last, shape)
    follows = np.zeros(cells.size, bool)
    follows[1:] = (column[1:] == column[:-1] + 1) & (member[1:] == member[:-1])
    again = np.bincount(cells[follows | (column == 0)], minlength=size).reshape(shape)
    goes_on = column < last[member]
    base = np.bincount(cells[goes_on] + 1, minlength=size).reshape(shape)
    base[..., 0] = _falling(row, last, shape)[..., 0]
    return again, base


def _falling(row: IntArray, until: IntArray, shape: tuple[int, ...]) -> IntArray:
    """Return how many rows reach each column at least, given the last column each one reaches (-1 for none)."""
    reach = np.flatnonzero(until >= 0)
    cells = np.bincount(row[reach] * shape[2] + until[reach], minlength=int(np.prod(shape))).reshape(shape)
    return np.asarray(np.cumsum(cells[..., ::-1], axis=-1)[..., ::-1])


def _latest(member: IntArray, column: IntArray, members: int) -> IntArray:
    """Return the last column each member was active in, -1 for none: retained at every earlier one too."""
    reached = np.full(members, -1, np.int64)
    reached[member] = column  # pairs are sorted, so the last one stays
    return reached


def _unbroken(member: IntArray, column: IntArray, members: int) -> IntArray:
    """Return the last column up to which each member was active in every one, -1 for none."""
    counts = np.bincount(member, minlength=members)
    rank = np.arange(member.size) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.bincount(member[column == rank], minlength=members) - 1


def _matured_cells(
    members: Members, first: int, edges: IntArray, shape: tuple[int, ...], size: IntArray, row: IntArray, last: IntArray
) -> BoolArray:
    """Return which cells were observed to their end for everybody; empty cohorts go by the calendar."""
    everybody = _falling(row, last, shape) == size.reshape(shape[:2])[..., None]
    by_calendar = first + np.arange(shape[1])[:, None] + edges[None, 1:] - 1 <= members.complete
    return np.where((size == 0).reshape(shape[:2])[..., None], by_calendar, everybody)


REACHES: Mapping[str, Callable[[IntArray, IntArray, int], IntArray]] = {"unbounded": _latest, "full": _unbroken}
Counting = Literal["bounded", "unbounded", "full", "bracket"]
COUNTINGS: tuple[Counting, ...] = get_args(Counting)
"""Active at that age; at that age or later; at every age up to it; at any age of a bracket."""
