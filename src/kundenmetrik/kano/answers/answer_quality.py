"""How carefully people answered."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import IntArray, ratio
from kundenmetrik.kano.answers.answers import Pairs, read_answers
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
    people, ids = pd.factorize(who)
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
