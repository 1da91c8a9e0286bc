"""Self-stated importance of the features."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import ratio
from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.statistics.one_sample.means import t_interval
from kundenmetrik.errors import InvalidType
from kundenmetrik.frame.grouping import grouping
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.reading.numbers import nonnegative, numbers
from kundenmetrik.frame.records.source import read_columns
from kundenmetrik.kano.answers.arguments import column_names


def importance(
    answers: Any,
    *,
    by: str | Sequence[str] | None = None,
    columns: Mapping[Any, str] | None = None,
    confidence: float = 0.95,
) -> pd.DataFrame:
    """Return the mean self-stated importance of each feature with its interval.

    Parameters
    ----------
    answers : DataFrame, list of records, mapping of columns, or any frame narwhals reads
        Long, with the columns ``feature`` and ``importance``; or wide, with ``columns``.
    by : str or sequence of str, optional
        Key columns.
    columns : mapping, optional
        For wide data: each feature with its column of importance.
    confidence : float
        The confidence of Student's interval.

    Returns
    -------
    pandas.DataFrame
        feature and keys, n, mean, sd, low, high, missing.

    Raises
    ------
    InvalidData
        If an importance is negative or infinite.

    Notes
    -----
    Stated importance and the Kano category answer different questions; show both. To weight answers
    by importance write ``classify(..., weight="importance")``.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> answers = {"feature": ["chat", "chat", "returns", "returns"], "importance": [4, 6, 9, 8]}
    >>> km.kano.importance(answers)[["feature", "n", "mean"]]
       feature  n  mean
    0     chat  2   5.0
    1  returns  2   8.5
    """
    level = check_confidence(confidence)
    names = column_names(by, "by")
    if columns is not None and not (isinstance(columns, Mapping) and columns):
        raise InvalidType("columns", "map each feature to its column", columns)
    wanted = ["feature", "importance"] if columns is None else column_names(list(columns.values()), "columns")
    frame = read_columns(answers, [*wanted, *names])
    if columns is None:
        means = [_means(frame, "importance", ["feature", *names], level)]
    else:
        means = [_means(frame, name, names, level).assign(feature=feature) for feature, name in columns.items()]
    table = pd.concat(means, ignore_index=True)
    return table[["feature", *names, *(name for name in table if name not in ("feature", *names))]]


def _means(frame: pd.DataFrame, name: str, keys: list[str], confidence: float) -> pd.DataFrame:

    column = numbers(column_of(frame, name, "importance"), name)
    nonnegative(column, name, complete=False)
    values = column.values.astype(np.float64)
    given = ~np.isnan(values) if column.missing is None else ~(np.isnan(values) | column.missing)
    grouped = grouping(frame, by=keys or None, period=None, date=None, time_zone=None)
    codes = np.zeros(len(values), dtype=np.int64) if grouped.codes is None else grouped.codes
    size = len(grouped.groups)
    n = np.bincount(codes[given], minlength=size).astype(np.int64)
    mean = ratio(np.bincount(codes[given], weights=values[given], minlength=size), n)
    distances = (values[given] - mean[codes[given]]) ** 2
    squares = np.bincount(codes[given], weights=distances, minlength=size).astype(np.float64)
    low, high = t_interval(n, mean, squares, confidence)
    own = {key: [group[place] for group in grouped.groups.keys] for place, key in enumerate(keys)}
    missing = np.bincount(codes[~given], minlength=size)
    columns = {"n": n, "mean": mean, "sd": np.sqrt(ratio(squares, n - 1)), "low": low, "high": high}
    return pd.DataFrame({**own, **columns, "missing": missing}, index=range(size))
