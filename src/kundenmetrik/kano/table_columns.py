"""The columns of a Kano table: rules, strengths, probabilities and coefficients of every group."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.kano.categories.category_rules import (
    agreement,
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
from kundenmetrik.kano.categories.coefficients import coefficient_limits, coefficients
from kundenmetrik.kano.categories.evaluation_tables import evaluation_tables
from kundenmetrik.kano.categories.letters import LETTERS
from kundenmetrik.kano.categories.mode_probability import mode_probability

if TYPE_CHECKING:
    from kundenmetrik.kano.table import KanoTable

__all__ = ["summary", "tables_disagree"]


def summary(kano: KanoTable) -> dict[str, Any]:
    """Return the columns of the frame in their order."""
    letters = kano.letters
    category, near = mode_category(letters), near_tie_category(letters, kano.strength_threshold)
    group, quadrant = group_rule(letters), quadrant_category(letters)
    disagree = _differ(category, [near, group, quadrant])
    return {
        "n": letters.sum(axis=1),
        **{letter: letters[:, place] for place, letter in enumerate(LETTERS)},
        "category": _or_none(category),
        "group_rule": _or_none(group),
        "strength": strength(letters),
        "total_strength": total_strength(letters),
        "p_mode": _probability_of_mode(letters, kano.effective),
        "agreement": agreement(category, [near, group, quadrant]),
        **_coefficient_columns(letters, kano.effective, kano.confidence),
        "near_tie": _or_none(near),
        "quadrant": _or_none(quadrant),
        "mixed": _or_none(mixed_category(letters, kano.strength_threshold)),
        "tie": is_tied(letters),
        "rules_disagree": disagree,
        "tables_disagree": tables_disagree(kano),
        "n_raw": kano.counts.rows,
        "n_effective": kano.effective.sum(axis=1),
        "excluded": sum(kano.counts.excluded.values(), np.zeros(len(kano), dtype=np.int64)),
        "notes": _notes(kano, letters, disagree),
    }


def tables_disagree(kano: KanoTable) -> BoolArray:
    """Return where a named evaluation table of as many steps gives another most frequent letter."""
    if kano.table is None:
        return np.zeros(len(kano), dtype=bool)
    own = mode_category(kano.letters)
    fitting = [table for table in evaluation_tables().values() if table.steps == kano.table.steps]
    return _differ(own, [mode_category(kano.counts.table @ table.one_hot) for table in fitting])


def _coefficient_columns(letters: NDArray[Any], effective: NDArray[Any], confidence: float) -> dict[str, FloatArray]:
    found = coefficients(letters)
    (better_low, better_high), (worse_low, worse_high) = coefficient_limits(effective, confidence)
    return {
        "better": found.better,
        "better_low": better_low,
        "better_high": better_high,
        "worse": found.worse,
        "worse_low": worse_low,
        "worse_high": worse_high,
        "average_satisfaction": found.better + found.worse,
    }


def _probability_of_mode(letters: NDArray[Any], effective: NDArray[Any]) -> FloatArray:
    probabilities = mode_probability(effective)
    found: FloatArray = np.take_along_axis(probabilities, top_two(letters)[0][:, None], axis=1)[:, 0]
    return found


def _notes(kano: KanoTable, letters: NDArray[Any], disagree: BoolArray) -> list[str]:
    n, low = letters.sum(axis=1), total_strength(letters)
    found = {
        "empty": n == 0,
        "no_base": (n > 0) & (letters[:, :4].sum(axis=1) == 0),
        "tie": is_tied(letters),
        "near_tie": is_near_tie(letters, kano.strength_threshold),
        "few_want_it": (n > 0) & (low < kano.total_strength_threshold),
        "rules_disagree": disagree,
        "tables_disagree": tables_disagree(kano),
        **{note: np.ones(len(letters), dtype=bool) for note in kano.seen},
    }
    return [", ".join(code for code, where in found.items() if where[place]) for place in range(len(letters))]


def _differ(own: NDArray[np.str_], others: list[NDArray[np.str_]]) -> BoolArray:
    """Return where any other names a category that is not this one."""
    differ: BoolArray = np.logical_or.reduce([(other != own) & (other != "") for other in others])
    return differ


def _or_none(names: NDArray[np.str_]) -> list[str | None]:
    return [name or None for name in names.tolist()]
