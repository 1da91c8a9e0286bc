"""How sure the most frequent category is: posterior probabilities, a test of the top two, other tables and rules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kundenmetrik.core.arrays import FloatArray, ratio
from kundenmetrik.core.checks import check_number
from kundenmetrik.kano.categories.category_rules import RULES, mode_category, top_two
from kundenmetrik.kano.categories.letters import LETTERS, TIE_ORDER, evaluation_tables, letters_or_none
from kundenmetrik.kano.categories.mode_probability import PRIOR, mode_probability
from kundenmetrik.kano.table import KanoTable, check_kano_table
from kundenmetrik.kano.table_columns import key_columns


def mode_probabilities(table: KanoTable, *, prior: float = PRIOR) -> pd.DataFrame:
    r"""Tell how probable each category is the most frequent one among all customers.

    .. math:: P(j) = \int_0^\infty f_{j}(x) \prod_{i \ne j} F_{i}(x)\, dx, \qquad
              f_j = \text{Gamma}(\text{count}_j + \text{prior})

    Parameters
    ----------
    table : KanoTable
        From :func:`classify` or :func:`from_counts`.
    prior : float
        Answers added to each letter; a half is Jeffreys' choice.

    Returns
    -------
    pandas.DataFrame
        feature and keys, category, and the probability of each letter A O M I R Q; NaN without answers.

    Notes
    -----
    One number that replaces category strength and the tests of two categories: it looks at all six
    letters at once. It speaks about sampling only, not about who was asked or how.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> counts = {"Transparent": {"A": 88, "O": 90, "M": 32, "I": 114, "R": 15, "Q": 19}}
    >>> km.kano.mode_probabilities(km.kano.from_counts(counts)).round(3)
           feature category      A      O    M      I    R    Q
    0  Transparent        I  0.029  0.042  0.0  0.928  0.0  0.0
    """
    check_kano_table(table)
    probabilities = mode_probability(table.effective, check_number(prior, "prior", low=1e-3, high=1e3))
    letters = dict(zip(LETTERS, probabilities.T, strict=True))
    return pd.DataFrame(
        {**key_columns(table.counts.groups), "category": letters_or_none(mode_category(table.letters)), **letters}
    )


def top_two_test(table: KanoTable) -> pd.DataFrame:
    """Test exactly whether the two most frequent categories could be equally frequent.

    Of the a + b answers on the two, a follows Binomial(a + b, 1/2) if they are equally frequent.

    Parameters
    ----------
    table : KanoTable
        From :func:`classify` or :func:`from_counts`.

    Returns
    -------
    pandas.DataFrame
        feature and keys, first, second, n_first, n_second, p_value (two-sided).

    Notes
    -----
    The two letters are chosen because they are the largest; where more than two are equally
    frequent the test is conservative (it rejects less often than its level). Weighted answers use
    the effective counts. Fong's test, which papers report, has the wrong size; it stands in
    ``kundenmetrik.testing.references.kano`` for comparison.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> counts = {"Free WiFi": {"A": 187, "O": 71, "M": 46, "I": 258, "R": 19, "Q": 26}}
    >>> km.kano.top_two_test(km.kano.from_counts(counts)).round(5)
         feature first second  n_first  n_second  p_value
    0  Free WiFi     I      A    258.0     187.0  0.00089
    """
    columns, a, b = _top_two_columns(table)
    return pd.DataFrame({**columns, "p_value": equal_p_value(a, b)})


def equal_p_value(a: FloatArray, b: FloatArray) -> FloatArray:
    """Return the two-sided p-value that both are equally frequent; NaN where neither occurs."""
    n, less = a + b, np.minimum(a, b)
    tail = scipy.special.betaincc(less + 1.0, np.maximum(n - less, 0.5), 0.5)
    p_value: FloatArray = np.where(n > 0, np.minimum(2.0 * tail, 1.0), np.nan)
    return p_value


def _top_two_columns(table: KanoTable) -> tuple[dict[str, Any], FloatArray, FloatArray]:
    check_kano_table(table)
    letters = table.effective.astype(np.float64)
    places = top_two(table.letters)
    counts = [np.take_along_axis(letters, place[:, None], axis=1)[:, 0] for place in places]
    empty = letters.sum(axis=1) == 0
    names = [np.where(empty, "", np.array(list(LETTERS))[place]) for place in places]
    columns = {
        **key_columns(table.counts.groups),
        "first": letters_or_none(names[0]),
        "second": letters_or_none(names[1]),
        "n_first": counts[0],
        "n_second": counts[1],
    }
    return columns, counts[0], counts[1]


def sensitivity(table: KanoTable) -> pd.DataFrame:
    """Classify under every evaluation table and rule, and say how stable each feature's category is.

    Parameters
    ----------
    table : KanoTable
        From :func:`classify` or :func:`from_counts`.

    Returns
    -------
    pandas.DataFrame
        feature and keys, one column for each combination such as ``pouliot/group``, then most_named
        (the category most combinations name; ties in the order M, O, A, I, R, Q) and stability, the
        share of the combinations that name it.

    Notes
    -----
    The tables are ``classic``, ``pouliot`` and ``halfway`` and one's own, as far as they have as many
    answers; letters without their pairs are read as they are. The rules are mode, near tie, group and
    quadrant. A low stability is no error: it says that the data do not settle the category.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> wifi = {"Free WiFi": {"A": 187, "O": 71, "M": 46, "I": 258, "R": 19, "Q": 26}}
    >>> km.kano.sensitivity(km.kano.from_counts(wifi)).T[0].tolist()
    ['Free WiFi', 'I', 'I', 'A', 'I', 'I', 0.75]
    """
    categories = {
        f"{name}/{rule}": find(letters, table.strength_threshold) if rule == "near_tie" else find(letters)
        for name, letters in _letters_by_table(table).items()
        for rule, find in RULES.items()
    }
    named = np.stack(list(categories.values()))
    votes = np.stack([(named == letter).sum(axis=0) for letter in TIE_ORDER])
    most_named = np.where(votes.any(axis=0), np.array(list(TIE_ORDER))[votes.argmax(axis=0)], "")
    return pd.DataFrame(
        {
            **key_columns(table.counts.groups),
            **{combination: letters_or_none(letters) for combination, letters in categories.items()},
            "most_named": letters_or_none(most_named),
            "stability": ratio(votes.max(axis=0), votes.sum(axis=0)),
        }
    )


def _letters_by_table(table: KanoTable) -> dict[str, NDArray[np.number]]:
    check_kano_table(table)
    if table.table is None:
        return {"letters": table.letters}
    tables = {name: named for name, named in evaluation_tables().items() if named.steps == table.table.steps}
    if table.table.rows not in [named.rows for named in tables.values()]:
        tables[table.table.name] = table.table
    return {name: table.counts.table @ evaluation.one_hot for name, evaluation in tables.items()}
