"""Continuous analysis: answers as numbers, features as points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kundenmetrik.core.arrays import FloatArray, ratio
from kundenmetrik.core.statistics.one_sample.means import t_interval
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.kano.table_columns import key_columns

if TYPE_CHECKING:
    from kundenmetrik.kano.table import KanoTable


FUNCTIONAL = np.array([4.0, 2.0, 0.0, -1.0, -2.0])
DYSFUNCTIONAL = np.array([-2.0, -1.0, 0.0, 2.0, 4.0])
"""DuMouchel's scores from like to dislike: strong wishes weigh more than weak dislikes."""
BORDER = 2.0
"""Where the quadrants of the two means meet."""


def continuous(table: KanoTable) -> pd.DataFrame:
    """Score the answers after DuMouchel and return each feature's mean point with its uncertainty.

    Functional answers score 4, 2, 0, -1, -2 from like to dislike, dysfunctional ones -2, -1, 0, 2, 4.

    Parameters
    ----------
    table : KanoTable
        From :func:`classify` with five answers, or counts of pairs.

    Returns
    -------
    pandas.DataFrame
        feature and keys, n; functional and dysfunctional (means) each with ``_se``, ``_low`` and
        ``_high``; covariance of the two means; quadrant (border 2) and quadrant_sure, whether no
        interval contains the border.

    Raises
    ------
    InvalidArgument
        If only letters are known, or the questions have three answers.

    Notes
    -----
    A mean near 2 is ambiguous: it is 2 if everybody expects the feature, and 2 if half like it and
    half are neutral. Look at ``quadrant_sure`` and at the shares of the categories.

    References
    ----------
    DuMouchel, W. in Berger, C. et al. (1993). Kano's methods for understanding customer-defined
    quality. Center for Quality of Management Journal 2(4), 20-23.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> answers = {"feature": ["chat"] * 4, "functional": [1, 1, 2, 1], "dysfunctional": [3, 4, 3, 3]}
    >>> row = km.kano.continuous(km.kano.classify(answers)).iloc[0]
    >>> print(row.functional, row.dysfunctional, row.quadrant)
    3.5 0.5 A
    """
    if table.table is None or table.table.steps != len(FUNCTIONAL):
        raise InvalidArgument("table", "hold pairs of answers from 1 to 5 for a continuous analysis")
    cells = table.counts.effective.astype(np.float64)
    functional_scores = np.repeat(FUNCTIONAL, len(DYSFUNCTIONAL))
    dysfunctional_scores = np.tile(DYSFUNCTIONAL, len(FUNCTIONAL))
    n = cells.sum(axis=1)
    functional, dysfunctional = _mean(cells, functional_scores), _mean(cells, dysfunctional_scores)
    product = cells @ (functional_scores * dysfunctional_scores) - n * functional * dysfunctional
    first = _mean_columns("functional", cells, functional_scores, table.confidence)
    second = _mean_columns("dysfunctional", cells, dysfunctional_scores, table.confidence)
    sure = _off_border(first, "functional") & _off_border(second, "dysfunctional")
    return pd.DataFrame(
        {
            **key_columns(table.counts.groups),
            "n": n,
            **first,
            **second,
            "covariance": ratio(product, n * (n - 1)),
            "quadrant": _quadrant(functional, dysfunctional),
            "quadrant_sure": sure,
        }
    )


def _mean(cells: FloatArray, scores: FloatArray) -> FloatArray:
    return ratio(cells @ scores, cells.sum(axis=1))


def _mean_columns(name: str, cells: FloatArray, scores: FloatArray, confidence: float) -> dict[str, FloatArray]:
    n, mean = cells.sum(axis=1), _mean(cells, scores)
    squares = (cells * (scores[None, :] - mean[:, None]) ** 2).sum(axis=1)
    low, high = t_interval(n, mean, squares, confidence)
    return {name: mean, f"{name}_se": np.sqrt(ratio(squares, n * (n - 1))), f"{name}_low": low, f"{name}_high": high}


def _off_border(column: dict[str, FloatArray], name: str) -> NDArray[np.bool_]:
    off: NDArray[np.bool_] = (column[f"{name}_low"] > BORDER) | (column[f"{name}_high"] < BORDER)
    return off


def _quadrant(functional: FloatArray, dysfunctional: FloatArray) -> list[Any]:
    wanted, missed = functional >= BORDER, dysfunctional >= BORDER
    letters = np.select([wanted & missed, wanted, missed], ["O", "A", "M"], "I")
    return [None if np.isnan(mean) else letter for mean, letter in zip(functional, letters.tolist(), strict=True)]
