"""Rules that name a category from the counts of the six letters, and their figures: strengths, Better and Worse."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.arrays import AnyArray, BoolArray, FloatArray, IntArray, Limits, ratio
from kundenmetrik.core.statistics.one_sample.proportions import wilson_interval
from kundenmetrik.kano.categories.letters import LETTERS, TIE_ORDER

Letters = AnyArray
"""Counts of A, O, M, I, R, Q: groups x 6."""
Names = NDArray[np.str_]
"""One letter for each group; empty where there is none."""

TIE_ORDER_PLACES = np.array([LETTERS.index(letter) for letter in TIE_ORDER])
LETTER_NAMES = np.array([*LETTERS, ""])
NO_LETTER = len(LETTERS)
WEIGHT_STEPS = 2.0**40
"""Steps into which the total of a weighted survey is divided, so that equal sums of weights compare as equal."""
WANTED = np.array([LETTERS.index(letter) for letter in "MOA"])
UNWANTED = np.array([LETTERS.index(letter) for letter in "IRQ"])


def mode_category(letters: Letters) -> Names:
    """Return the most frequent letter; of equally frequent ones the first of M, O, A, I, R, Q."""
    return _letter_names(top_two(letters)[0], letters)


def near_tie_category(letters: Letters, threshold: float = 0.06) -> Names:
    """Return the most frequent letter, or of the top two the first of M, O, A, I, R, Q if they are near."""
    first, second = top_two(letters)
    order = np.argsort(TIE_ORDER_PLACES)
    better_placed = np.where(order[first] < order[second], first, second)
    return _letter_names(np.where(is_near_tie(letters, threshold), better_placed, first), letters)


def group_rule(letters: Letters) -> Names:
    """Return the top of M, O, A if A+O+M exceeds I+R+Q, else the top of I, R, Q."""
    wanted, unwanted = letters[:, WANTED], letters[:, UNWANTED]
    top_wanted = WANTED[_comparable(wanted, letters).argmax(axis=1)]
    top_unwanted = UNWANTED[_comparable(unwanted, letters).argmax(axis=1)]
    most_want = _comparable(wanted.sum(axis=1), letters) > _comparable(unwanted.sum(axis=1), letters)
    return _letter_names(np.where(most_want, top_wanted, top_unwanted), letters)


def quadrant_category(letters: Letters) -> Names:
    """Return O, A, M or I by the halves in which Better and -Worse lie; empty if A+O+M+I is 0."""
    a, o, m, i = letters[:, :4].T
    base = a + o + m + i
    half = _comparable(base, letters)
    delights, annoys = _comparable(2 * (a + o), letters) >= half, _comparable(2 * (o + m), letters) >= half
    index = np.select([delights & annoys, delights, annoys], [LETTERS.index(x) for x in "OAM"], LETTERS.index("I"))
    return LETTER_NAMES[np.where(base > 0, index, NO_LETTER)]


def mixed_category(letters: Letters, threshold: float = 0.06) -> Names:
    """Return the most frequent letter, or the top two as in ``O/A`` if their distance is under the threshold."""
    first, second = top_two(letters)
    both = np.char.add(np.char.add(LETTER_NAMES[first], "/"), LETTER_NAMES[second])
    mixed = np.where(_round(strength(letters)) < threshold, both, LETTER_NAMES[first])
    return np.where(letters.sum(axis=1) > 0, mixed, "")


RULES: dict[str, Callable[..., Names]] = {
    "mode": mode_category,
    "near_tie": near_tie_category,
    "group": group_rule,
    "quadrant": quadrant_category,
}
"""The rules that are compared with each other."""


def agreement(category: Names, others: list[Names]) -> FloatArray:
    """Return the share of the rules that name the category, among the rules that name any."""
    named = np.stack([category, *others])
    return ratio((named == category).sum(axis=0, where=named != ""), (named != "").sum(axis=0))


def strength(letters: Letters) -> FloatArray:
    """Return (largest - second largest) / N: Lee and Newcomb's category strength."""
    ranked = np.sort(letters, axis=1)
    return ratio(ranked[:, -1] - ranked[:, -2], letters.sum(axis=1))


def total_strength(letters: Letters) -> FloatArray:
    """Return (A + O + M) / N: the share of answers that want the feature."""
    return ratio(letters[:, WANTED].sum(axis=1), letters.sum(axis=1))


def is_tied(letters: Letters) -> BoolArray:
    """Return where two letters are the most frequent together."""
    ranked = np.sort(_comparable(letters, letters), axis=1)
    tied: BoolArray = (ranked[:, -1] == ranked[:, -2]) & (ranked[:, -1] > 0)
    return tied


def is_near_tie(letters: Letters, threshold: float = 0.06) -> BoolArray:
    """Return where the two most frequent letters are at most ``threshold`` of all answers apart."""
    near: BoolArray = _round(strength(letters)) <= threshold
    return near


def top_two(letters: Letters) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the indices of the largest and the second largest count, ties in the order M, O, A, I, R, Q."""
    levels = _comparable(letters, letters)[:, TIE_ORDER_PLACES]
    ranked = TIE_ORDER_PLACES[np.argsort(-levels, axis=1, kind="stable")]
    return ranked[:, 0], ranked[:, 1]


def _comparable(part: Letters, letters: Letters) -> IntArray:
    """Return counts as whole numbers; sums of weights as steps of their total, so that equals are equal."""
    if part.dtype.kind != "f":
        return part
    n = letters.sum(axis=1)
    steps: IntArray = np.rint(part.T / np.where(n > 0, n, 1.0) * WEIGHT_STEPS).T.astype(np.int64)
    return steps


def _round(shares: FloatArray) -> FloatArray:
    """Return shares without the last digits, in which differences of weights that are equal may differ."""
    return np.round(shares, 12)


def _letter_names(index: NDArray[np.intp], letters: Letters) -> Names:
    return LETTER_NAMES[np.where(letters.sum(axis=1) > 0, index, NO_LETTER)]


class Coefficients(NamedTuple):
    """Better, Worse and their base A + O + M + I, one of each per group."""

    better: FloatArray
    worse: FloatArray
    base: Letters


def coefficients(letters: Letters) -> Coefficients:
    """Return (A+O)/(A+O+M+I) and -(O+M)/(A+O+M+I); NaN where nobody gave one of the four."""
    a, o, m, i = letters[:, :4].T
    base = a + o + m + i
    return Coefficients(ratio(a + o, base), 0.0 - ratio(o + m, base), base)


def coefficient_limits(letters: Letters, confidence: float) -> tuple[Limits, Limits]:
    """Return Wilson's limits of Better and of Worse."""
    a, o, m, i = letters[:, :4].T
    base = a + o + m + i
    better = wilson_interval(a + o, base, confidence)
    low, high = wilson_interval(o + m, base, confidence)
    return better, (0.0 - high, 0.0 - low)
