"""What each group of a table is compared with: the rest, the period before, or one group."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.period_names import numbers_a_year_before, period_numbers
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import PERIOD, Key, as_key
from kundenmetrik.core.results.measured_groups import MeasuredGroups
from kundenmetrik.core.results.metric import EVENTS_WITHOUT_EXPOSURE, Metric
from kundenmetrik.errors import InvalidArgument, InvalidType, UnknownName

EARLIER = ("previous", "previous_year")
"""Baselines that lie before each period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """Groups and their baselines.

    Attributes
    ----------
    places : list of int
        The groups that are compared.
    baselines : list of Counts
        For each metric the counts of each group's baseline.
    names : tuple of str
        Each baseline in words.
    excluded : list
        For each metric what was left out of each group's baseline, by reason.
    """

    places: list[int]
    baselines: list[Counts]
    names: tuple[str, ...]
    excluded: list[list[dict[str, int]]]


def baseline_pairs(table: MeasuredGroups, baseline: object) -> Pairs:
    """Return the groups that can be compared, each with its baseline."""
    if isinstance(baseline, str) and baseline == "rest":
        return _with_rest(table)
    if isinstance(baseline, str) and baseline in EARLIER:
        return _with_earlier(table, baseline)
    key = as_key(baseline)
    if any(isinstance(part, slice) or not isinstance(part, Hashable) for part in key):
        raise InvalidType("baseline", "be 'rest', 'previous', 'previous_year' or the key of a group", baseline)
    return _with_key(table, key)


def _with_rest(table: MeasuredGroups) -> Pairs:
    groups = table.groups
    if len(groups) < 2:
        raise InvalidArgument("baseline", "not be 'rest' when there is only one group")
    if any(counts.design is not None for counts in table.tallies):
        rule = (
            "be a key or 'previous' when answers come in clusters, or customers count once in each group: "
            "a cluster may span groups, and so may a customer"
        )
        raise InvalidArgument("baseline", rule)
    kept = [PERIOD] if PERIOD in groups.names and len(groups.names) > 1 else []
    _, margins = groups.margin(kept)
    places = np.flatnonzero(~table.undefined).tolist()
    pairs = zip(table.metrics, table.tallies, strict=True)
    rests = [_rest(metric, counts, kept, margins).take(places) for metric, counts in pairs]
    lost = [_excluded_elsewhere(counts, kept, margins).take(places)._excluded_by_group() for counts in table.tallies]
    return Pairs(places=places, baselines=rests, names=("rest",) * len(places), excluded=lost)


def _rest(metric: Metric, tally: Counts, kept: list[str], margins: IntArray) -> Counts:
    """Return what all other groups have together, without events that no exposure of theirs belongs to."""
    bare = metric.without_exposure(tally)
    counts = tally._map_arrays(
        lambda array: np.where(bare.reshape(-1, *(1,) * (array.ndim - 1)), 0, array), tally.groups
    )
    whole = counts.margin(*kept)
    left_out = np.bincount(margins, weights=bare)[margins] - bare

    def others(part: str) -> Any:
        array = getattr(counts, part)
        if array is None or array.dtype.kind == "f":
            return None if array is None else _sums_of_others(array, margins)
        return getattr(whole, part)[margins] - array

    return Counts(
        groups=counts.groups,
        cells=counts.cells,
        table=others("table"),
        squares=others("squares"),
        raw=others("raw"),
        excluded={EVENTS_WITHOUT_EXPOSURE: left_out.astype(np.int64)},
    )


def _excluded_elsewhere(tally: Counts, kept: list[str], margins: IntArray) -> Counts:
    """Return counts with what was left out of all other groups."""
    whole = tally.margin(*kept).excluded
    return replace(tally, excluded={reason: whole[reason][margins] - rows for reason, rows in tally.excluded.items()})


def _sums_of_others(array: FloatArray, margins: IntArray) -> FloatArray:
    """Sum all other groups of the same margin without a subtraction, so that nothing cancels."""
    total = np.zeros_like(array)
    for margin in np.unique(margins):
        members = np.flatnonzero(margins == margin)
        rows = array[members]
        before = np.vstack([np.zeros((1, rows.shape[1])), np.cumsum(rows, axis=0)[:-1]])
        after = np.vstack([np.cumsum(rows[::-1], axis=0)[::-1][1:], np.zeros((1, rows.shape[1]))])
        total[members] = before + after
    return total


def _with_earlier(table: MeasuredGroups, baseline: str) -> Pairs:
    """Compare each period with the one before, or with the same of the year before; whole windows do not overlap."""
    groups = table.groups
    if PERIOD not in groups.names:
        raise InvalidArgument("baseline", f"not be {baseline!r} on a table without a period")
    axis = groups.names.index(PERIOD)
    periods = np.array([key[axis] for key in groups.keys], dtype=object)
    dated = np.flatnonzero(pd.notna(periods))
    _, series = groups.margin([name for name in groups.names if name != PERIOD])
    own, numbers = periods[dated].tolist(), period_numbers(periods[dated].tolist())
    sought = numbers - table.window if baseline == "previous" else numbers_a_year_before(own)
    if (sought > numbers - table.window).any():
        raise InvalidArgument("baseline", f"not be {baseline!r} where windows of {table.window} periods overlap")
    lines = series[dated].tolist()
    place_of = dict(zip(zip(lines, numbers.tolist(), strict=True), dated.tolist(), strict=True))
    before = {
        place: place_of.get(key)
        for place, key in zip(dated.tolist(), zip(lines, sought.tolist(), strict=True), strict=True)
    }
    pairs = {place: other for place, other in before.items() if other is not None}
    if table.window > 1 and not pairs:
        raise InvalidArgument("baseline", f"not be {baseline!r} where no window has a whole one before it")
    others = list(pairs.values())
    return _pairs_with_values(table, list(pairs), others, [*map(str, periods[others])])


def _with_key(table: MeasuredGroups, key: Key) -> Pairs:
    groups = table.groups
    names = [name for name in groups.names if name != PERIOD or len(groups.names) == 1]
    if len(key) != len(names):
        raise InvalidArgument("baseline", f"be 'rest', 'previous', 'previous_year' or a key of {names}", key)
    chosen = dict(zip(map(groups.names.index, names), key, strict=True))
    wanted = [tuple({**dict(enumerate(own)), **chosen}.values()) for own in groups.keys]
    found = groups.places(wanted)
    places = np.flatnonzero((found >= 0) & (found != np.arange(len(found)))).tolist()
    others = found[places].tolist()
    if not others and len(groups.names) == 1:
        raise UnknownName("baseline", key[0], [one[0] for one in groups.keys])
    if not others:
        raise UnknownName("baseline", key, list(groups.keys))
    return _pairs_with_values(table, places, others, [", ".join(map(str, key))] * len(places))


def _pairs_with_values(table: MeasuredGroups, places: list[int], others: list[int], names: list[str]) -> Pairs:
    """Return the pairs of which both show a value."""
    kept = np.flatnonzero(~(table.undefined[places] | table.undefined[others])).tolist()
    chosen, second = [places[i] for i in kept], [others[i] for i in kept]
    groups = table.groups.take(chosen)
    baselines = [counts._map_arrays(lambda array: array[second], groups) for counts in table.tallies]
    lost = [counts._excluded_by_group() for counts in baselines]
    return Pairs(places=chosen, baselines=baselines, names=tuple(names[i] for i in kept), excluded=lost)
