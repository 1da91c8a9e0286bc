"""What answers look like when they were given on another scale than the metric's."""

from __future__ import annotations

import numpy as np

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.survey.scale import Scale

MIN_ANSWERS = 30
"""Answers of a group from which on a pattern is noted."""


def mismatches(counts: Counts, scale: Scale) -> dict[str, BoolArray]:
    """Return for each sign of another scale the groups that show it.

    ``answers_only_1_to_5`` and the like: every answer fits a shorter common scale; where that begins as the metric's
    does, both of its ends were used. ``lowest_never_given`` on a scale from 0: it may have been asked from 1.
    ``highest_never_given``: it may have been recorded one step too low. ``only_one_answer``:
    everybody gave the same.
    """
    enough = counts.rows >= MIN_ANSWERS
    if not enough.any():
        return {}
    given = (counts.table if counts.raw is None else counts.raw) > 0
    return {code: found & enough for code, found in _patterns(given, scale).items() if (found & enough).any()}


def _patterns(given: BoolArray, scale: Scale) -> dict[str, BoolArray]:
    first = np.where(given.any(axis=1), given.argmax(axis=1), -1) + scale.low
    last = scale.high - given[:, ::-1].argmax(axis=1)
    patterns = {"only_one_answer": given.sum(axis=1) == 1}
    if scale.low == 1:
        return patterns | {
            f"answers_only_1_to_{high}": (first == 1) & (last == high) for high in (5, 7) if high < scale.high
        }
    if (scale.low, scale.high) != (0, 10):
        return patterns
    several = given.sum(axis=1) > 1
    patterns["answers_only_1_to_5"] = several & (first >= 1) & (last <= 5)
    patterns["answers_only_1_to_7"] = several & (first >= 1) & (last > 5) & (last <= 7)
    patterns["lowest_never_given"] = (first == 1) & (last == 10) & (given[:, 1:3].all(axis=1))
    patterns["highest_never_given"] = (first == 0) & (last == 9)
    return patterns
