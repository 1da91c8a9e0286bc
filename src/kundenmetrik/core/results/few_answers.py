"""Pairs of groups one of which has few answers: which ones they are, and how they are tested."""

from __future__ import annotations

import numpy as np

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.statistics.two_samples.permutation_test import FEW_ANSWERS, has_few_answers


def few_answers_notes(first: Counts, second: Counts) -> dict[str, BoolArray]:
    """Return the note of the pairs of groups that have answers both, one of them fewer than ten."""
    smaller = np.minimum(first.rows, second.rows)
    return {"few_answers": np.asarray((smaller > 0) & (smaller < FEW_ANSWERS))}


def score_test_name(first: Counts, second: Counts) -> str:
    """Return the name of the test of a difference: the exact one where all pairs with answers have few."""
    exact = has_few_answers(first.effective, second.effective)
    defined = (first.rows > 0) & (second.rows > 0)
    if not exact.any():
        return "pooled score test"
    return "exact permutation test" if exact[defined].all() else "pooled score test, exact below ten answers"
