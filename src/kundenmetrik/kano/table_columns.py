"""The columns of a Kano table: keys, rules, strengths, probabilities and coefficients of every group."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import AnyArray, BoolArray, FloatArray
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import Groups, as_key
from kundenmetrik.errors import UnknownName
from kundenmetrik.kano.categories.category_rules import (
    agreement,
    coefficient_limits,
    coefficients,
    group_rule,
    is_near_tie,
    is_tied,
    mixed_category,
    mode_category,
    near_tie_category,
    quadrant_category,
    strength,
    top_two,
    total_strength,
)
from kundenmetrik.kano.categories.letters import LETTERS, EvaluationTable, letters_or_none, one_hot_by_table
from kundenmetrik.kano.categories.mode_probability import mode_probability


def key_columns(groups: Groups) -> dict[str, list[Any]]:
    """Return feature and ``by`` columns, one value a group."""
    return {name: [key[place] for key in groups.keys] for place, name in enumerate(groups.names)}


def repeated_keys(groups: Groups, times: int) -> dict[str, list[Any]]:
    """Return the key columns with each group repeated, for frames with several rows a group."""
    return {name: [key for key in keys for _ in range(times)] for name, keys in key_columns(groups).items()}


def places_of(groups: Groups, key: object) -> list[int]:
    """Return the places of a feature, or of a feature and the first of its other keys written as a tuple."""
    wanted = as_key(key)
    if all(isinstance(part, Hashable) for part in wanted):
        places = [place for place, own in enumerate(groups.keys) if own[: len(wanted)] == wanted]
        if places:
            return places
    features = dict.fromkeys(own[0] for own in groups.keys)
    raise UnknownName("feature", wanted[0] if len(wanted) == 1 else wanted, features)


def letters_of(cells: AnyArray, table: EvaluationTable | None) -> AnyArray:
    """Return how many answers fall on each letter, groups x 6; without a table the cells are the letters."""
    return cells if table is None else cells @ table.one_hot


def summary_columns(
    counts: Counts,
    table: EvaluationTable | None,
    *,
    confidence: float,
    strength_threshold: float,
    total_strength_threshold: float,
    notes: Sequence[str],
) -> dict[str, Any]:
    """Return the columns of the frame after its keys, in their order."""
    letters, effective = letters_of(counts.table, table), letters_of(counts.effective, table)
    category, near = mode_category(letters), near_tie_category(letters, strength_threshold)
    others = [near, group_rule(letters), quadrant_category(letters)]
    n, total = letters.sum(axis=1), total_strength(letters)
    named_tables = {} if table is None else one_hot_by_table(table.steps)
    flags = {
        "empty": n == 0,
        "no_base": (n > 0) & (letters[:, :4].sum(axis=1) == 0),
        "tie": is_tied(letters),
        "near_tie": is_near_tie(letters, strength_threshold),
        "few_want_it": (n > 0) & (total < total_strength_threshold),
        "rules_disagree": _differ(category, others),
        "tables_disagree": _differ(category, [mode_category(counts.table @ one) for one in named_tables.values()]),
        **{note: np.ones(len(letters), dtype=bool) for note in notes},
    }
    p_mode = np.take_along_axis(mode_probability(effective), top_two(letters)[0][:, None], axis=1)[:, 0]
    return {
        "n": effective.sum(axis=1),
        **{letter: effective[:, place] for place, letter in enumerate(LETTERS)},
        "category": letters_or_none(category),
        "group_rule": letters_or_none(others[1]),
        "strength": strength(letters),
        "total_strength": total,
        "p_mode": p_mode,
        "agreement": agreement(category, others),
        **_coefficient_columns(letters, effective, confidence),
        "near_tie": letters_or_none(near),
        "quadrant": letters_or_none(others[2]),
        "mixed": letters_or_none(mixed_category(letters, strength_threshold)),
        "tie": flags["tie"],
        "rules_disagree": flags["rules_disagree"],
        "tables_disagree": flags["tables_disagree"],
        "n_raw": counts.rows,
        "n_effective": effective.sum(axis=1),
        "excluded": sum(counts.excluded.values(), np.zeros(len(counts), dtype=np.int64)),
        "notes": [", ".join(code for code, where in flags.items() if where[place]) for place in range(len(letters))],
    }


def _coefficient_columns(letters: AnyArray, effective: AnyArray, confidence: float) -> dict[str, FloatArray]:
    better, worse, _ = coefficients(letters)
    (better_low, better_high), (worse_low, worse_high) = coefficient_limits(effective, confidence)
    return {
        "better": better,
        "better_low": better_low,
        "better_high": better_high,
        "worse": worse,
        "worse_low": worse_low,
        "worse_high": worse_high,
        "average_satisfaction": better + worse,
    }


def _differ(own: NDArray[np.str_], others: list[NDArray[np.str_]]) -> BoolArray:
    """Return where any other names a category that is not this one."""
    differing = [(other != own) & (other != "") for other in others]
    return np.asarray(np.logical_or.reduce([np.zeros(len(own), dtype=bool), *differing]))


def display_columns(frame: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    """Return the columns that a reader looks at first, each coefficient with its interval in one cell."""
    intervals = {
        name: [
            f"{value:.2f} ({low:.2f} to {high:.2f})" if value == value else ""
            for value, low, high in zip(frame[name], frame[f"{name}_low"], frame[f"{name}_high"], strict=True)
        ]
        for name in ("better", "worse")
    }
    columns = [*keys, "n", "category", "p_mode", "better", "worse", *LETTERS, "notes"]
    certainty = ["> 0.999" if p > 0.999 else f"{p:.3f}" if p == p else "" for p in frame["p_mode"]]
    return frame.assign(**intervals, p_mode=certainty)[columns]
