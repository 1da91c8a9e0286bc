"""What single people answered: how carefully, and two features judged by the same people."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray, ratio
from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.statistics.one_sample.proportions import wilson_interval
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.reading.keys import factorize
from kundenmetrik.kano.analysis.mode_certainty import equal_p_value
from kundenmetrik.kano.answers.answers import Answers, Pairs, check_feature, read_answers
from kundenmetrik.kano.answers.tally import ANSWER_CODES, PAIR_CODES, pair_codes
from kundenmetrik.kano.categories.letters import LETTERS, EvaluationTable, check_evaluation_table

NO_LETTER = len(LETTERS)
STRAIGHT_LINE_FEATURES = 3
"""Features from which on the same pair everywhere is called straight-lining, and not an opinion."""


def answer_quality(
    answers: Any, *, table: object = "classic", pairs: Pairs | None = None, labels: object = None
) -> pd.DataFrame:
    """Report for each person how many answers contradict themselves and whether all are the same.

    Parameters
    ----------
    answers : DataFrame, list of records, mapping of columns, or any frame narwhals reads
        As in :func:`classify`. People are told apart by ``customer_id``; wide data without it have
        one person a row.
    table : str, EvaluationTable or rows of letters
        The evaluation table that says what is questionable.
    pairs, labels
        As in :func:`classify`.

    Returns
    -------
    pandas.DataFrame
        customer_id (or row), answered (complete pairs), incomplete, questionable, reverse, their
        shares of the complete pairs, distinct_pairs and straight_lined: at least three features
        and always the same pair.

    Notes
    -----
    Nothing is left out by this. A questionable pair can be a misread question, a reverse one an
    honest wish for the feature's absence. Who is to be left out is named:
    ``classify(answers, without=quality.customer_id[quality.straight_lined])``; the answers left
    out are counted as ``on_request``.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> answers = {"customer_id": [1, 1, 1, 2, 2, 2], "feature": list("abcabc"),
    ...            "functional": [1, 1, 1, 1, 2, 3], "dysfunctional": [1, 1, 1, 5, 5, 3]}
    >>> km.kano.answer_quality(answers)[["customer_id", "questionable_share", "straight_lined"]]
       customer_id  questionable_share  straight_lined
    0            1                 1.0            True
    1            2                 0.0           False
    """
    chosen = check_evaluation_table(table)
    read = read_answers(answers, steps=chosen.steps, pairs=pairs, labels=labels)
    who = read.people()
    people, ids = factorize(who)
    pair = np.concatenate([pair_codes(block.functional, block.dysfunctional) for block in read.blocks])
    person = np.tile(people.astype(np.int64), len(read.blocks))
    letter, columns = letter_of_pair(chosen)[pair], NO_LETTER + 1
    letters = np.bincount(person * columns + letter, minlength=len(ids) * columns).reshape(len(ids), columns)
    answered = letters[:, :NO_LETTER].sum(axis=1)
    distinct_pairs = np.unique((person * PAIR_CODES + pair)[letter < NO_LETTER])
    distinct = np.bincount(distinct_pairs // PAIR_CODES, minlength=len(ids))
    questionable, reverse = (letters[:, LETTERS.index(letter)] for letter in "QR")
    return pd.DataFrame(
        {
            str(who.name): ids,
            "answered": answered,
            "incomplete": letters[:, NO_LETTER],
            "questionable": questionable,
            "reverse": reverse,
            "questionable_share": ratio(questionable, answered),
            "reverse_share": ratio(reverse, answered),
            "distinct_pairs": distinct,
            "straight_lined": (answered >= STRAIGHT_LINE_FEATURES) & (distinct == 1),
        }
    )


def letter_of_pair(table: EvaluationTable) -> IntArray:
    """Return the letter of each of the 64 coded pairs, 6 for an incomplete one."""
    letters = np.full((ANSWER_CODES, ANSWER_CODES), NO_LETTER, dtype=np.int64)
    inside = slice(1, table.steps + 1)
    letters[inside, inside] = [[LETTERS.index(letter) for letter in row] for row in table.rows]
    return letters.ravel()


BASE_LETTERS = 4
"""A, O, M and I, the first letters, are the base of the coefficients."""


def compare_paired(
    answers: Any,
    first: object,
    second: object,
    *,
    table: object = "classic",
    pairs: Pairs | None = None,
    labels: object = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Compare the coefficients of two features among the people who judged both.

    Parameters
    ----------
    answers : DataFrame, list of records, mapping of columns, or any frame narwhals reads
        As in :func:`classify`; long data need ``customer_id``.
    first, second : object
        Two features.
    table, pairs, labels
        As in :func:`classify`.
    confidence : float
        The confidence of the intervals.

    Returns
    -------
    pandas.DataFrame
        coefficient (better, worse), first, second, n (people whose answers on both are A, O, M or
        I), value (of the first), baseline_value (of the second), difference (the first less the second), low, high,
        p_value, p_adjusted (the same), clear (below what the confidence leaves).

    Raises
    ------
    InvalidArgument
        If somebody judged one of the features twice, or people cannot be told apart.

    Notes
    -----
    The interval is Newcombe's for paired shares (Wilson limits, with the correlation of the two
    answers), the p-value the exact McNemar test: of the people for whom the features differ, as
    many should lean either way. :func:`compare` needs counts only, and takes features for independent.

    References
    ----------
    Newcombe, R. G. (1998). Improved confidence intervals for the difference between binomial
    proportions based on paired data. Statistics in Medicine 17, 2635-2650, method 10.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> answers = {"customer_id": [*range(40)] * 2, "feature": ["a"] * 40 + ["b"] * 40,
    ...            "functional": [1] * 40 + [1] * 10 + [3] * 30, "dysfunctional": [3] * 80}
    >>> found = km.kano.compare_paired(answers, "a", "b")
    >>> found[["coefficient", "n", "difference"]]
      coefficient   n  difference
    0      better  40   0.75
    1       worse  40   0.00
    """
    chosen = check_evaluation_table(table)
    level = check_confidence(confidence)
    read = read_answers(answers, steps=chosen.steps, pairs=pairs, labels=labels)
    letters = letter_of_pair(chosen)
    one, two = (
        _letters_by_person(read, feature, letters, name) for name, feature in (("first", first), ("second", second))
    )
    both = one.index.intersection(two.index)
    a, b = one.loc[both].to_numpy(), two.loc[both].to_numpy()
    rows = [
        {
            "coefficient": name,
            "first": first,
            "second": second,
            **_difference(np.isin(a, cells), np.isin(b, cells), sign, level),
        }
        for name, cells, sign in (("better", [0, 1], 1.0), ("worse", [1, 2], -1.0))
    ]
    return pd.DataFrame(rows)


def _letters_by_person(read: Answers, feature: object, letters: IntArray, argument: str) -> pd.Series[Any]:
    features = list(dict.fromkeys(key[0] for key in read.groups.keys))
    place = features.index(check_feature(feature, argument, features))
    block = read.blocks[place] if read.wide else read.blocks[0]
    judgements = letters[pair_codes(block.functional, block.dysfunctional)]
    rows = np.ones(len(judgements), dtype=bool) if read.wide or block.groups is None else block.groups == place
    judged = pd.Series(judgements, index=pd.Index(read.people()))[rows & (judgements < len(LETTERS))]
    if judged.index.has_duplicates:
        raise InvalidArgument("answers", f"hold one judgement of {feature!r} per person")
    of_base: pd.Series[Any] = judged[judged < BASE_LETTERS]
    return of_base


def _difference(one: BoolArray, two: BoolArray, sign: float, confidence: float) -> dict[str, float]:
    n = len(one)
    counts = np.array(
        [(one & two).sum(), (one & ~two).sum(), (~one & two).sum(), (~one & ~two).sum()], dtype=np.float64
    )
    if not n:
        unknown = dict.fromkeys(("value", "baseline_value", "difference", "low", "high", "p_value"), np.nan)
        return {"n": 0, **unknown, "p_adjusted": np.nan, "clear": False}
    difference, low, high = _newcombe(counts, confidence)
    limits = sorted((sign * low, sign * high))
    p_value = float(equal_p_value(counts[[1]], counts[[2]])[0]) if counts[1] + counts[2] else 1.0
    return {
        "n": n,
        "value": sign * float(one.mean()),
        "baseline_value": sign * float(two.mean()),
        "difference": 0.0 + sign * difference,
        "low": limits[0],
        "high": limits[1],
        "p_value": p_value,
        "p_adjusted": p_value,
        "clear": p_value < 1.0 - confidence,
    }


def _newcombe(counts: FloatArray, confidence: float) -> tuple[float, float, float]:
    """Return the difference of two paired shares with its limits, from the counts both, first, second, none."""
    both, first, second, none = counts
    n = counts.sum()
    successes = np.array([both + first, both + second])
    p1, p2 = successes / n
    (l1, l2), (u1, u2) = wilson_interval(successes, np.array([n, n]), confidence)
    product = np.prod([both + first, second + none, both + second, first + none])
    cross = both * none - first * second
    phi = 0.0 if product == 0 else (max(cross - n / 2, 0.0) if cross > 0 else cross) / np.sqrt(product)
    below = np.sqrt((p1 - l1) ** 2 - 2 * phi * (p1 - l1) * (u2 - p2) + (u2 - p2) ** 2)
    above = np.sqrt((u1 - p1) ** 2 - 2 * phi * (u1 - p1) * (p2 - l2) + (p2 - l2) ** 2)
    return float(p1 - p2), float(p1 - p2 - below), float(p1 - p2 + above)
