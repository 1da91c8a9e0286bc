"""Continuous analysis: answers as numbers, features as points."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import FloatArray, ratio
from kundenmetrik.core.statistics.one_sample.means import t_interval
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.kano.table import KanoTable, check_kano_table
from kundenmetrik.kano.table_columns import key_columns

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
    check_kano_table(table)
    if table.table is None or table.table.steps != len(FUNCTIONAL):
        raise InvalidArgument("table", "hold pairs of answers from 1 to 5 for a continuous analysis")
    cells = table.counts.effective.astype(np.float64)
    scores = {
        "functional": np.repeat(FUNCTIONAL, len(DYSFUNCTIONAL)),
        "dysfunctional": np.tile(DYSFUNCTIONAL, len(FUNCTIONAL)),
    }
    n = cells.sum(axis=1)
    points: dict[str, FloatArray] = {}
    for name, score in scores.items():
        points |= _mean_columns(name, cells, score, table.confidence)
    functional, dysfunctional = (points[name] for name in scores)
    product = cells @ (scores["functional"] * scores["dysfunctional"]) - n * functional * dysfunctional
    sure = [(points[f"{name}_low"] > BORDER) | (points[f"{name}_high"] < BORDER) for name in scores]
    return pd.DataFrame(
        {
            **key_columns(table.counts.groups),
            "n": n,
            **points,
            "covariance": ratio(product, n * (n - 1)),
            "quadrant": _quadrant(functional, dysfunctional),
            "quadrant_sure": sure[0] & sure[1],
        }
    )


def _mean_columns(name: str, cells: FloatArray, scores: FloatArray, confidence: float) -> dict[str, FloatArray]:
    n = cells.sum(axis=1)
    mean = ratio(cells @ scores, n)
    squares = (cells * (scores[None, :] - mean[:, None]) ** 2).sum(axis=1)
    low, high = t_interval(n, mean, squares, confidence)
    return {name: mean, f"{name}_se": np.sqrt(ratio(squares, n * (n - 1))), f"{name}_low": low, f"{name}_high": high}


def _quadrant(functional: FloatArray, dysfunctional: FloatArray) -> list[Any]:
    wanted, missed = functional >= BORDER, dysfunctional >= BORDER
    letters = np.select([wanted & missed, wanted, missed], ["O", "A", "M"], "I")
    return [None if np.isnan(mean) else letter for mean, letter in zip(functional, letters.tolist(), strict=True)]
