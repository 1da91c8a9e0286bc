"""Every evaluation table with every rule: how far the category depends on the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.kano.categories.category_rules import RULES, near_tie_category
from kundenmetrik.kano.categories.evaluation_tables import evaluation_tables
from kundenmetrik.kano.categories.letters import TIE_ORDER
from kundenmetrik.kano.frames import key_columns
from kundenmetrik.kano.ratio import ratio

if TYPE_CHECKING:
    import pandas as pd

    from kundenmetrik.kano.table import KanoTable

__all__ = ["multiverse"]


def multiverse(table: KanoTable) -> pd.DataFrame:
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
    >>> km.kano.multiverse(km.kano.from_counts(wifi)).T[0].tolist()
    ['Free WiFi', 'I', 'I', 'A', 'I', 'I', 0.75]
    """
    import pandas as pd

    said = {
        f"{name}/{rule}": _category(letters, rule, table.strength_threshold)
        for name, letters in _letters(table).items()
        for rule in RULES
    }
    votes = np.stack(list(said.values()))
    named = np.stack([(votes == letter).sum(axis=0) for letter in TIE_ORDER])
    spoke, most = named.sum(axis=0), named.argmax(axis=0)
    most_named = [TIE_ORDER[place] if any_ else None for place, any_ in zip(most, spoke, strict=True)]
    columns = {name: [letter or None for letter in letters.tolist()] for name, letters in said.items()}
    return pd.DataFrame(
        {**key_columns(table), **columns, "most_named": most_named, "stability": ratio(named.max(axis=0), spoke)}
    )


def _letters(table: KanoTable) -> dict[str, NDArray[np.number]]:
    if table.table is None:
        return {"letters": table.letters}
    fitting = {name: one for name, one in evaluation_tables().items() if one.steps == table.table.steps}
    own = {} if table.table.rows in [one.rows for one in fitting.values()] else {table.table.name: table.table}
    return {name: table.counts.table @ one.one_hot for name, one in {**fitting, **own}.items()}


def _category(letters: NDArray[np.number], rule: str, threshold: float) -> NDArray[np.str_]:
    return near_tie_category(letters, threshold) if rule == "near_tie" else RULES[rule](letters)
