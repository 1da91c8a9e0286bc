"""Answers to Kano questions read from long or wide data into codes and groups, with every fault at once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, product
from typing import Any, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.core.checks import Invalid, check_choice, check_items
from kundenmetrik.core.results.groups import Groups, plain
from kundenmetrik.errors import InvalidArgument, InvalidType, UnknownName
from kundenmetrik.frame.grouping import grouping
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.frame_columns import NAMES, column_of
from kundenmetrik.frame.reading.ids import read_ids
from kundenmetrik.frame.records.source import read_columns
from kundenmetrik.frame.time.periods import PeriodLength
from kundenmetrik.kano.answers.positions import Positions, read_positions
from kundenmetrik.kano.answers.questionnaire import KnownLabels, built_in_labels, known_labels


def column_names(value: object, argument: str) -> list[str]:
    """Return the names of columns: none, one or a sequence of them."""
    if value is None:
        return []
    rule = "name a column or several"
    names = (value,) if isinstance(value, str) else check_items(value, argument, rule)
    if not all(isinstance(name, str) for name in names):
        raise InvalidType(argument, rule, value)
    return list(names)


def one_column(value: object, argument: str) -> list[str]:
    """Return the name of one column in a list, which is empty without one."""
    if value is not None and not isinstance(value, str):
        raise InvalidType(argument, "name a column", value)
    return [] if value is None else [value]


def check_feature(value: object, argument: str, features: Iterable[Any]) -> Any:
    """Return a feature that is there, or suggest the nearest one."""
    known = tuple(features)
    if not isinstance(value, Hashable) or value not in known:
        raise UnknownName(argument, value, known)
    return value


def pair_columns(
    columns: Any, *, functional: str = "{feature}_functional", dysfunctional: str = "{feature}_dysfunctional"
) -> dict[str, tuple[str, str]]:
    """Find the pairs of columns of a wide table by their names.

    Parameters
    ----------
    columns : DataFrame or sequence of str
        The table, or its column names.
    functional, dysfunctional : str
        How the two columns of a feature are named, with ``{feature}`` in the place of the feature. A column that fits
        both belongs to the longer pattern.

    Returns
    -------
    dict
        For each feature its two columns, as ``classify(..., pairs=...)`` takes them.

    Raises
    ------
    InvalidArgument
        If a feature has one column only, or no column fits.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> km.kano.pair_columns(["id", "F4_dys", "F4_fun"], functional="{feature}_fun", dysfunctional="{feature}_dys")
    {'F4': ('F4_fun', 'F4_dys')}
    """
    listed = getattr(columns, "columns", columns)
    listed = list(listed) if isinstance(listed, Mapping) else listed
    named = check_items(listed, "columns", "be a table or the names of its columns")
    names = [name for name in named if isinstance(name, str)]
    first = _columns_by_feature(functional, "functional", names)
    second = _columns_by_feature(dysfunctional, "dysfunctional", names)
    # A column that fits both patterns is that of the longer one: f_not_speed is no feature not_speed.
    shorter, longer = (first, second) if len(functional) < len(dysfunctional) else (second, first)
    if len(functional) != len(dysfunctional):
        for feature in [feature for feature, name in shorter.items() if name in longer.values()]:
            del shorter[feature]
    unpaired = sorted(first.keys() ^ second.keys())
    if unpaired or not first:
        raise InvalidArgument("columns", "hold both columns of every feature", unpaired or names)
    return {feature: (name, second[feature]) for feature, name in first.items()}


def _columns_by_feature(template: str, argument: str, names: Sequence[str]) -> dict[str, str]:
    before, mark, after = template.partition("{feature}") if isinstance(template, str) else ("", "", "")
    if not mark or not (before or after):
        raise InvalidArgument(argument, "hold {feature} and something beside it", template)
    size = len(before) + len(after)
    matching = [name for name in names if name.startswith(before) and name.endswith(after) and len(name) > size]
    return {name[len(before) : len(name) - len(after)]: name for name in matching}


Pairs = Mapping[Any, tuple[str, str]]
"""For each feature its functional and its dysfunctional column."""
LONG_COLUMNS = ("feature", "functional", "dysfunctional")
OPTIONAL_COLUMNS = ("customer_id", "importance", "wording")
RESULT_COLUMNS = frozenset({*LONG_COLUMNS, *"AOMIRQ", "category"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Some rows of answers: codes from 0 to 7, the groups they may fall into and the group of each row among those."""

    functional: NDArray[np.int8]
    dysfunctional: NDArray[np.int8]
    within: slice
    groups: IntArray | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """All answers of a survey: blocks of rows of one frame, and what is known of each row."""

    frame: pd.DataFrame
    groups: Groups
    blocks: tuple[Block, ...]
    wide: bool
    pooled: bool

    def column(self, name: str) -> pd.Series | None:
        """Return a column of the frame, if there is one of that name."""
        return column_of(self.frame, name, "answers") if name in self.frame.columns else None

    def people(self) -> pd.Series[Any]:
        """Return who gave each row: ``customer_id``, or the row's place in wide data without it."""
        column = self.column("customer_id")
        if column is None and self.wide:
            return pd.Series(np.arange(len(self.frame)), name="row")
        if column is None:
            raise InvalidArgument("answers", "have a column customer_id to tell people apart")
        refuse([fault_of("customer_id", "be given", column.isna().to_numpy(), code="missing")])
        read_ids(column, "customer_id")
        return column


def read_answers(
    data: object,
    *,
    steps: int,
    by: str | Sequence[str] | None = None,
    period: PeriodLength | None = None,
    date: str | None = None,
    time_zone: str | None = None,
    pairs: Pairs | None = None,
    labels: object = None,
    invalid: Invalid = "raise",
    more: Iterable[str] = (),
) -> Answers:
    """Read answers from long or wide data, or raise with all their faults."""
    names = _check_keys(column_names(by, "by"))
    pairs = _default_pairs(data) if pairs is None else pairs
    argument, columns, sides = _columns_of(pairs)
    frame = read_columns(data, [*columns, *OPTIONAL_COLUMNS, *names, *more, *one_column(date, "date")], "answers")
    if pairs is None:
        _check_long(frame)
    segments = grouping(frame, by=names, period=period, date=date, time_zone=time_zone)
    places = None if segments.codes is None else segments.codes.astype(np.int64, copy=False)
    known = built_in_labels() if labels is None else known_labels(labels)
    features, codes = _features(frame) if pairs is None else (list(pairs), None)
    read = [read_positions(column_of(frame, name, argument), name=name, steps=steps, known=known) for name in sides]
    if check_choice(invalid, "invalid", get_args(Invalid)) == "raise":
        refuse(chain.from_iterable(positions.faults for positions in read))
    return Answers(
        frame=frame,
        groups=Groups(
            names=("feature", *segments.groups.names),
            keys=tuple((plain(feature), *key) for feature, key in product(features, segments.groups.keys)),
        ),
        blocks=tuple(_blocks(read, codes, places, len(segments.groups))),
        wide=pairs is not None,
        pooled=_is_pooled(frame, segments.groups.names, read, known),
    )


def _columns_of(pairs: Pairs | None) -> tuple[str, Sequence[str], Sequence[str]]:
    """Return the argument that names the columns, all of them, and those that hold answers."""
    if pairs is None:
        return "answers", LONG_COLUMNS, LONG_COLUMNS[1:]
    columns = list(chain.from_iterable(_check_pairs(pairs).values()))
    return "pairs", columns, columns


def _blocks(read: list[Positions], features: IntArray | None, segments: IntArray | None, size: int) -> Iterator[Block]:
    if features is not None:
        segments = features if segments is None else features * size + segments
    for place, (functional, dysfunctional) in enumerate(zip(read[::2], read[1::2], strict=True)):
        within = slice(place * size, (place + 1) * size) if features is None else slice(None)
        yield Block(functional=functional.codes, dysfunctional=dysfunctional.codes, within=within, groups=segments)


def _features(frame: pd.DataFrame) -> tuple[list[Any], IntArray]:
    refuse([fault_of("feature", "be given", column_of(frame, "feature", "answers").isna().to_numpy(), code="missing")])
    features = grouping(frame, by="feature")
    codes = np.zeros(len(frame)) if features.codes is None else features.codes
    return [key[0] for key in features.groups.keys], codes.astype(np.int64, copy=False)


def _check_long(frame: pd.DataFrame) -> None:
    there = [str(name) for name in frame.attrs.get(NAMES, frame.columns)]
    missing = [name for name in LONG_COLUMNS if name not in there]
    if missing:
        rule = f"have the columns {', '.join(LONG_COLUMNS)}; there is no {' and no '.join(missing)} among"
        raise InvalidArgument(
            "answers",
            f"{rule} {', '.join(there) or 'no columns'}",
            remedy="Wide tables name the two columns of each feature: pairs=km.kano.pair_columns(...).",
        )


def _check_pairs(pairs: object) -> Pairs:
    if not isinstance(pairs, Mapping) or not pairs:
        raise InvalidType("pairs", "map each feature to its functional and dysfunctional column", pairs)
    for feature, pair in pairs.items():
        columns = pair if isinstance(pair, Sequence) and not isinstance(pair, str) else ()
        if len(columns) != 2 or not all(isinstance(name, Hashable) for name in columns):
            raise InvalidType("pairs", "map each feature to two columns (functional, dysfunctional)", {feature: pair})
        if pair[0] == pair[1]:
            raise InvalidArgument("pairs", "name two different columns", {feature: pair})
    return pairs


def _default_pairs(data: object) -> Pairs | None:
    """Return the pairs of a wide table whose columns are named <feature>_functional and <feature>_dysfunctional."""
    columns = list(data) if isinstance(data, Mapping) else list(getattr(data, "columns", ()))
    if any(name in LONG_COLUMNS for name in columns if isinstance(name, str)):
        return None
    try:
        return pair_columns(columns)
    except InvalidArgument:
        if any(isinstance(name, str) and name.endswith(("_functional", "_dysfunctional")) for name in columns):
            raise
        return None


def _check_keys(names: list[str]) -> list[str]:
    for name in names:
        if name in RESULT_COLUMNS:
            raise InvalidArgument("by", "not name a column of the result; rename it first", name)
    return names


def _is_pooled(frame: pd.DataFrame, keys: tuple[str, ...], read: list[Positions], known: KnownLabels) -> bool:
    """Whether answers to different wordings are counted together."""
    if "wording" in keys:
        return False
    if "wording" in frame.columns and frame["wording"].notna().any():
        return int(frame["wording"].nunique()) > 1
    used = frozenset().union(*(positions.labels for positions in read))
    return bool(used) and not any(used <= labels for labels in known.sets)
