"""The shares of the six categories with intervals that hold together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from kundenmetrik.core.arrays import ratio
from kundenmetrik.core.statistics.one_sample.proportions import goodman_intervals
from kundenmetrik.kano.categories.letters import LETTERS
from kundenmetrik.kano.table_columns import repeated_keys

if TYPE_CHECKING:
    from kundenmetrik.kano.table import KanoTable


def category_shares(table: KanoTable) -> pd.DataFrame:
    """Return the share of each category with simultaneous intervals after Goodman.

    With the table's confidence all six intervals of a feature hold at once, so two categories of the
    same feature whose intervals do not overlap are different.

    Parameters
    ----------
    table : KanoTable
        From :func:`classify` or :func:`from_counts`.

    Returns
    -------
    pandas.DataFrame
        feature and keys, category, n (answers on it), share, low, high; six rows a group.

    References
    ----------
    Goodman, L. A. (1965). On simultaneous confidence intervals for multinomial proportions.
    Technometrics 7, 247-254.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> counts = {"Anonymous": {"A": 91, "O": 19, "M": 9, "I": 177, "R": 49, "Q": 13}}
    >>> shares = km.kano.category_shares(km.kano.from_counts(counts))
    >>> shares.round(4).loc[[0, 3], ["category", "n", "low", "high"]]
      category    n     low    high
    0        A   91  0.1986  0.3192
    3        I  177  0.4255  0.5636
    """
    letters = table.letters
    n = letters.sum(axis=1, keepdims=True)
    low, high = goodman_intervals(table.effective, table.confidence)
    return pd.DataFrame(
        {
            **repeated_keys(table.counts.groups, len(LETTERS)),
            "category": list(LETTERS) * len(table),
            "n": letters.ravel(),
            "share": ratio(letters, n).ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
        }
    )
