"""Every evaluation table with every rule: how far the category depends on the choice."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import ratio
from kundenmetrik.kano.categories.category_rules import RULES
from kundenmetrik.kano.categories.letters import TIE_ORDER, evaluation_tables, letters_or_none
from kundenmetrik.kano.table import KanoTable
from kundenmetrik.kano.table_columns import key_columns


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
    if table.table is None:
        return {"letters": table.letters}
    tables = {name: named for name, named in evaluation_tables().items() if named.steps == table.table.steps}
    if table.table.rows not in [named.rows for named in tables.values()]:
        tables[table.table.name] = table.table
    return {name: table.counts.table @ evaluation.one_hot for name, evaluation in tables.items()}
