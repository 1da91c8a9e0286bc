"""How many respondents a Kano survey needs, from the counts of a pilot."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import FloatArray, ratio
from kundenmetrik.core.checks import check_count, check_items, check_number
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.kano.categories.category_rules import mode_category, top_two
from kundenmetrik.kano.categories.letters import LETTERS, letters_or_none
from kundenmetrik.kano.categories.mode_probability import mode_recovery_probability
from kundenmetrik.kano.table import KanoTable, check_kano_table
from kundenmetrik.kano.table_columns import key_columns, repeated_keys

MIN_WIDTH = 1e-4
MAX_RESPONDENTS = 100_000
LOOK_AHEAD = 6
"""Sizes beyond a sample size that are searched for dips: ties of six letters come back within six answers."""


def mode_recovery(table: KanoTable, *, n: int | Iterable[int] = (20, 30, 50, 100, 200)) -> pd.DataFrame:
    """Tell how probable a survey of n people finds the pilot's category again.

    Computed exactly: the probability that a multinomial sample with the pilot's shares has the
    pilot's category as its most frequent letter, ties in the order M, O, A, I, R, Q.

    Parameters
    ----------
    table : KanoTable
        The pilot.
    n : int or iterable of int
        Numbers of respondents.

    Returns
    -------
    pandas.DataFrame
        feature and keys, category, n, probability; NaN for a feature nobody answered.

    Notes
    -----
    The pilot's shares are taken for the truth. Twenty to thirty respondents, as folklore has it,
    are enough for a clear feature only.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> pilot = km.kano.from_counts({"Transparent": {"A": 88, "O": 90, "M": 32, "I": 114, "R": 15, "Q": 19}})
    >>> km.kano.mode_recovery(pilot, n=[20, 100])[["category", "n", "probability"]].round(2)
      category    n  probability
    0        I   20         0.45
    1        I  100         0.70
    """
    check_kano_table(table)
    sizes = [
        check_count(size, "n", low=1, high=MAX_RESPONDENTS)
        for size in (check_items(n, "n", "be a number of answers or several") if isinstance(n, Iterable) else [n])
    ]
    shares, places = ratio(table.letters, table.letters.sum(axis=1, keepdims=True)), top_two(table.letters)[0]
    probabilities = [
        _recovery(own, int(place), size) for own, place in zip(shares, places, strict=True) for size in sizes
    ]
    names = np.repeat(mode_category(table.letters), len(sizes))
    return pd.DataFrame(
        {
            **repeated_keys(table.counts.groups, len(sizes)),
            "category": letters_or_none(names),
            "n": sizes * len(table),
            "probability": probabilities,
        }
    )


def required_n(table: KanoTable, *, probability: float = 0.95, width: float = 0.10, most: int = 2000) -> pd.DataFrame:
    """Tell how many respondents make the category, or the coefficients, sure enough.

    Parameters
    ----------
    table : KanoTable
        The pilot; its shares are taken for the truth.
    probability : float
        How probable the survey should find the pilot's category again (:func:`mode_recovery`).
    width : float
        How wide the intervals of Better and Worse may be at the table's confidence.
    most : int
        Larger surveys are not looked at.

    Returns
    -------
    pandas.DataFrame
        feature and keys, category, n_category (answers needed for the category; NaN with the note
        ``more_than_most`` if more than ``most``), probability (what it gives), n_better and n_worse
        (answers needed for the widths, those on R and Q included), notes.

    Notes
    -----
    A pilot of 20 knows its shares badly, so plan with some reserve. The probability does not rise
    with every single answer, because ties come and go; ``n_category`` is found by bisection and
    holds for the next few n too.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> pilot = km.kano.from_counts({"Secure": {"A": 18, "O": 174, "M": 90, "I": 42, "R": 7, "Q": 27}})
    >>> km.kano.required_n(pilot)[["category", "n_category", "n_better", "n_worse"]]
      category  n_category  n_better  n_worse
    0        O        39.0     406.0    255.0
    """
    check_kano_table(table)
    target = check_number(probability, "probability", low=0.0, high=1.0)
    limit = check_number(width, "width", low=MIN_WIDTH, high=1.0)
    if not (limit < 1.0 and target < 1.0):
        raise InvalidArgument("width and probability", "lie below 1", (width, probability))
    n = table.letters.sum(axis=1, keepdims=True)
    shares, places = ratio(table.letters, n), top_two(table.letters)[0]
    largest = check_count(most, "most", low=1, high=MAX_RESPONDENTS)
    sizes = [_n_for_category(own, int(place), target, largest) for own, place in zip(shares, places, strict=True)]
    reached = [_recovery(own, int(j), size) for own, j, size in zip(shares, places, sizes, strict=True)]
    names = mode_category(table.letters)
    return pd.DataFrame(
        {
            **key_columns(table.counts.groups),
            "category": letters_or_none(names),
            "n_category": sizes,
            "probability": reached,
            "n_better": _n_for_width(shares, "AO", limit, table.confidence),
            "n_worse": _n_for_width(shares, "OM", limit, table.confidence),
            "notes": [
                "empty" if not name else "more_than_most" if np.isnan(s) else ""
                for name, s in zip(names, sizes, strict=True)
            ],
        }
    )


def _recovery(shares: FloatArray, place: int, n: float) -> float:
    return float("nan") if np.isnan(shares).any() or np.isnan(n) else mode_recovery_probability(shares, place, int(n))


def _n_for_category(shares: FloatArray, place: int, target: float, most: int) -> float:
    """Return the n from which on the recovery reaches the target probability, by doubling and bisection."""
    if np.isnan(shares).any():
        return float("nan")
    low, high = 0, 1
    while mode_recovery_probability(shares, place, high) < target:
        low, high = high, 2 * high
        if low >= most:
            return float("nan")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if mode_recovery_probability(shares, place, middle) >= target else (middle, high)
    high = _after_dips(shares, place, target, high)
    return float(high) if high <= most else float("nan")


def _after_dips(shares: FloatArray, place: int, target: float, n: int) -> int:
    """Return the first n at or above this one after which the next few n are good enough as well."""
    dips = [
        later for later in range(n + 1, n + 1 + LOOK_AHEAD) if mode_recovery_probability(shares, place, later) < target
    ]
    return _after_dips(shares, place, target, dips[-1] + 1) if dips else n


def _n_for_width(shares: FloatArray, letters: str, width: float, confidence: float) -> FloatArray:
    """Return the answers for which Wilson's interval is just so narrow, by its quadratic equation in n."""
    base = shares[:, :4].sum(axis=1)
    share = ratio(shares[:, [LETTERS.index(letter) for letter in letters]].sum(axis=1), base)
    z2 = critical(confidence) ** 2
    half = z2 * (width**2 - 2.0 * share * (1.0 - share))
    n = (-half + np.sqrt(half**2 + width**2 * z2**2 * (1.0 - width**2))) / width**2
    needed: Any = np.ceil(ratio(n, base) - 1e-9)
    return np.asarray(needed, dtype=np.float64)
