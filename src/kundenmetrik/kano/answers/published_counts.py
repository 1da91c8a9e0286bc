"""Counts as others print or store them, checked and put into cells."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_number
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import Groups, plain
from kundenmetrik.errors import FIRST, Fault, InvalidArgument, InvalidData, InvalidType, UnknownName
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.reading.numbers import nonnegative, numbers
from kundenmetrik.kano.answers.arguments import column_names
from kundenmetrik.kano.answers.tally import cell_names
from kundenmetrik.kano.categories.letters import LETTERS, letter_scheme

REQUIRED_LETTERS = "AOMI"
ROUNDING_TOLERANCE = 0.03
"""How far shares rounded to whole percent may miss their total."""


def square_counts(counts: Mapping[Any, Any], steps: int) -> Counts:
    """Return a square of counts for each feature (rows functional, columns dysfunctional) as cells."""
    groups = Groups(names=("feature",), keys=tuple((plain(feature),) for feature in counts))
    rows = [_row_of_square(feature, square, steps) for feature, square in counts.items()]
    cells = cell_names(steps)
    return Counts(groups=groups, cells=cells, table=_check_cells(np.stack(rows), groups, cells))


def letter_counts(counts: Any, by: str | Sequence[str] | None, scheme: str, n: float | str | None) -> Counts:
    """Return counts of letters, or shares of ``n`` answers, as cells A O M I R Q."""
    names = column_names(by, "by")
    frame = _letter_frame(counts, scheme)
    columns = [column_of(frame, name, "counts").astype(object).tolist() for name in ("feature", *names)]
    if not all(isinstance(part, Hashable) for column in columns for part in column):
        raise InvalidType("counts", "name each feature", columns)
    keys = tuple(tuple(plain(part) for part in key) for key in zip(*columns, strict=True))
    groups = Groups(names=("feature", *names), keys=keys)
    given = _check_cells(_letter_columns(frame, groups.names, scheme), groups, tuple(LETTERS))
    counted = given if n is None else _scale_shares(given, _respondents(frame, n))
    return Counts(groups=groups, cells=tuple(LETTERS), table=counted)


def _row_of_square(feature: object, square: object, steps: int) -> NDArray[Any]:
    array = np.asarray(square)
    if array.shape not in ((steps, steps), (steps * steps,)) or array.dtype.kind not in "iuf":
        rule = f"give each feature {steps} x {steps} counts or a mapping of letters"
        raise InvalidArgument("counts", rule, {feature: square})
    return array.reshape(steps * steps)


def _letter_frame(counts: Any, scheme: str) -> pd.DataFrame:
    if isinstance(counts, Mapping) and counts:
        if not all(isinstance(own, Mapping) for own in counts.values()):
            raise InvalidType("counts", "hold letters for every feature or squares for every feature", counts)
        optional = {name: 0 for name, letter in letter_scheme(scheme).items() if letter not in REQUIRED_LETTERS}
        filled = {feature: {**optional, **own} for feature, own in counts.items()}
        return pd.DataFrame.from_dict(filled, orient="index").rename_axis("feature").reset_index()
    if isinstance(counts, pd.DataFrame) and len(counts):
        return counts
    raise InvalidType("counts", "be a non-empty mapping or frame of letters or cells, or Counts", counts)


def _letter_columns(frame: pd.DataFrame, keys: Sequence[str], scheme: str) -> NDArray[Any]:
    ours = letter_scheme(scheme)
    columns = [name for name in frame.columns if name not in keys]
    for name in columns:
        if isinstance(name, str) and len(name) == 1 and name.isupper() and name not in ours:
            raise UnknownName("letter", name, ours)
    given = {ours[name]: name for name in columns if name in ours}
    if not given.keys() >= set(REQUIRED_LETTERS):
        wanted = ", ".join(name for name, letter in ours.items() if letter in REQUIRED_LETTERS)
        raise InvalidArgument("counts", f"hold the letters {wanted}", columns)
    parts = [_numbers(frame[given[letter]]) if letter in given else np.zeros(len(frame)) for letter in LETTERS]
    return np.stack(parts, axis=1)


def _numbers(column: pd.Series[Any]) -> FloatArray:
    if not pd.api.types.is_numeric_dtype(column.dtype) or pd.api.types.is_bool_dtype(column.dtype):
        raise InvalidType("counts", "be numbers", column.iloc[0])
    return column.to_numpy(dtype=np.float64, na_value=np.nan)


def _check_cells(counts: NDArray[Any], groups: Groups, cells: Sequence[str]) -> NDArray[Any]:
    """Return counts that are finite and at least 0; as integers where all of them are whole."""
    given = counts.astype(np.float64)
    invalid = ~(np.isfinite(given) & (given >= 0))
    if invalid.any():
        columns = np.flatnonzero(invalid.any(axis=0)).tolist()
        raise InvalidData([_fault(given, invalid[:, column], column, groups, cells) for column in columns])
    whole = bool((given == np.floor(given)).all()) and given.sum() < 2**53
    return given.astype(np.int64) if whole else given


def _fault(given: FloatArray, invalid: NDArray[np.bool_], cell: int, groups: Groups, cells: Sequence[str]) -> Fault:
    first = np.flatnonzero(invalid)[:FIRST]
    return Fault(
        column=f"counts of {cells[cell]}",
        rule="be numbers of at least 0",
        count=int(invalid.sum()),
        of=len(given),
        rows=tuple(groups.keys[row][0] for row in first),
        values=tuple(given[first, cell].tolist()),
        code="ge",
    )


def _respondents(frame: pd.DataFrame, n: float | str) -> FloatArray:
    """Return how many people answered each feature, from a column or one number for all."""
    if not isinstance(n, str):
        return np.full(len(frame), check_number(n, "n", low=0.0))
    people = numbers(column_of(frame, n, "n"), n)
    nonnegative(people, n)
    return people.values.astype(np.float64)


def _scale_shares(shares: NDArray[Any], n: FloatArray) -> FloatArray:
    total = shares.sum(axis=1, keepdims=True).astype(np.float64)
    near = (np.abs(total / 100.0 - 1.0) <= ROUNDING_TOLERANCE) | (np.abs(total - 1.0) <= ROUNDING_TOLERANCE)
    if not near.all():
        raise InvalidArgument("counts", "be shares that sum to 1 or 100 when n is given", total[~near].tolist())
    scaled: FloatArray = shares * n[:, None] / total
    return scaled
