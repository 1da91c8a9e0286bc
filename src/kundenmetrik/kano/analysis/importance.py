"""The importance of features: stated by the people, and derived from their satisfaction ratings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
import scipy

from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray, ratio
from kundenmetrik.core.checks import check_confidence, check_number, check_share
from kundenmetrik.core.statistics.one_sample.means import t_interval
from kundenmetrik.errors import FitRefused, InvalidArgument, InvalidType
from kundenmetrik.frame.grouping import grouping
from kundenmetrik.frame.reading.faults import refuse
from kundenmetrik.frame.reading.frame_columns import column_of
from kundenmetrik.frame.reading.numbers import nonnegative_faults, numbers, size_fault
from kundenmetrik.frame.records.source import read_columns
from kundenmetrik.kano.answers.answers import column_names, one_column


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
    frame = read_columns(answers, [*wanted, *names], "answers")
    if columns is None:
        means = [_means(frame, "importance", ["feature", *names], level)]
    else:
        means = [_means(frame, name, names, level).assign(feature=feature) for feature, name in columns.items()]
    table = pd.concat(means, ignore_index=True)
    return table[["feature", *names, *(name for name in table if name not in ("feature", *names))]]


def _means(frame: pd.DataFrame, name: str, keys: list[str], confidence: float) -> pd.DataFrame:
    column = numbers(column_of(frame, name, "importance"), name)
    values = column.floats
    refuse([*nonnegative_faults(column, name, complete=False), size_fault(values, name)])
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


class _LeastSquares(NamedTuple):
    values: FloatArray
    covariance: FloatArray
    freedom: int


def penalty_reward(
    ratings: Any,
    overall: str,
    attributes: Sequence[str],
    *,
    low: float,
    high: float,
    confidence: float = 0.95,
    asymmetry_threshold: float = 0.1,
) -> pd.DataFrame:
    r"""Derive from satisfaction ratings which attributes punish, which reward, and which do both.

    Overall satisfaction is regressed on two dummies for each attribute, rated low and rated high:

    .. math:: y = c + \sum_k \left(\text{penalty}_k \, [x_k \le \text{low}]
              + \text{reward}_k \, [x_k \ge \text{high}]\right), \qquad
              \text{IA} = \frac{\text{reward} - |\text{penalty}|}{\text{reward} + |\text{penalty}|}

    In IA an effect with the wrong sign counts as 0 as long as it does not differ from 0.

    Parameters
    ----------
    ratings : DataFrame, list of records, mapping of columns, or any frame narwhals reads
        One row for each person.
    overall : str
        The column of overall satisfaction (CSAT) or recommendation (NPS).
    attributes : sequence of str
        The columns of the attribute ratings, all on one scale with high as good.
    low, high : float
        Ratings up to ``low`` are low, from ``high`` on high; for 1..5 mostly 2 and 5, or 2 and 4.
    confidence : float
        The confidence of the intervals; an effect counts when its interval leaves out 0.
    asymmetry_threshold : float
        From this impact asymmetry on an attribute counts as attractive or must-be, where the test of the asymmetry
        (``p_asymmetry``) rejects at the confidence; where it does not, it is one-dimensional.

    Returns
    -------
    pandas.DataFrame
        attribute, n, n_low, n_high; penalty and reward each with ``_low``, ``_high``; impact_asymmetry
        from -1 (must-be) to 1 (attractive), p_asymmetry (reward equals penalty in size), category and
        notes (``unexpected_sign``: low ratings clearly go with more satisfaction, or high ones with less;
        then there is no asymmetry and no category; ``asymmetry_not_shown``: the test does not support the
        asymmetry).

    Raises
    ------
    FitRefused
        If an attribute has no low, no high or no middle ratings, or attributes say the same.
    InvalidArgument
        If ``low`` is not below ``high``, or columns repeat.

    Notes
    -----
    Category A: the reward exceeds the penalty; M: the other way round; O: both about equal; I:
    neither differs from 0. Standard errors are robust (HC3). Rows with a rating missing are left
    out; ``n`` is what remains. Derived and stated importance measure different things: this looks
    at what goes with satisfaction today, the Kano questionnaire at what people expect.

    References
    ----------
    Brandt, D. R. (1987). A procedure for identifying value-enhancing service components using
    customer satisfaction survey data. In: Add Value to Your Service, American Marketing Association.

    Examples
    --------
    >>> import numpy as np
    >>> import kundenmetrik as km
    >>> rng = np.random.default_rng(1)
    >>> x, z = rng.integers(1, 6, (2, 500))
    >>> overall = 6.0 - 2.0 * (x <= 2) + 1.0 * (z == 5) + rng.normal(0, 0.5, 500)
    >>> ratings = {"delivery": x, "extras": z, "overall": overall}
    >>> found = km.kano.penalty_reward(ratings, "overall", ["delivery", "extras"], low=2, high=5)
    >>> found[["attribute", "category"]].to_dict("list")
    {'attribute': ['delivery', 'extras'], 'category': ['M', 'A']}
    """
    level, threshold = check_confidence(confidence), check_share(asymmetry_threshold, "asymmetry_threshold")
    border = check_number(low, "low"), check_number(high, "high")
    if border[0] >= border[1]:
        raise InvalidArgument("low", f"lie below high ({high:g})", low)
    columns = [*one_column(overall, "overall"), *column_names(attributes, "attributes")]
    if len(columns) < 2 or len(set(columns)) < len(columns):
        raise InvalidArgument("overall and attributes", "name different columns, at least one attribute", columns)
    complete = _complete_rows(read_columns(ratings, columns, "ratings"), columns)
    fit, sizes = _fit_dummies(complete[:, 0], complete[:, 1:], border, columns[1:])
    return _effect_table(fit, sizes, columns[1:], len(complete), level, threshold)


def _complete_rows(frame: pd.DataFrame, columns: Sequence[str]) -> FloatArray:
    arguments = ("overall", *["attributes"] * (len(columns) - 1))
    read = [numbers(column_of(frame, name, what), name) for name, what in zip(columns, arguments, strict=True)]
    values = np.stack([column.floats for column in read], axis=1)
    refuse(size_fault(values[:, place], name) for place, name in enumerate(columns))
    complete: FloatArray = values[~np.isnan(values).any(axis=1)]
    return complete


def _fit_dummies(
    overall: FloatArray, rated: FloatArray, border: tuple[float, float], attributes: Sequence[str]
) -> tuple[_LeastSquares, IntArray]:
    sides: BoolArray = np.concatenate([rated <= border[0], rated >= border[1]], axis=1)
    sizes = sides.sum(axis=0).reshape(2, -1)
    middle = len(rated) - sizes.sum(axis=0)
    for place, name in enumerate(attributes):
        if not (sizes[:, place].all() and middle[place]):
            raise FitRefused("penalty_reward", f"{name!r} has no low, no middle or no high ratings")
    design = np.column_stack([np.ones(len(rated)), sides])
    if len(design) <= design.shape[1] or np.linalg.matrix_rank(design) < design.shape[1]:
        raise FitRefused("penalty_reward", "the attributes say the same, or there are too few complete rows")
    return _least_squares(design, overall), sizes


def _least_squares(design: FloatArray, overall: FloatArray) -> _LeastSquares:
    """Fit by least squares with the covariance that is right for unequal variances (HC3)."""
    inverse = np.linalg.inv(design.T @ design)
    values = inverse @ (design.T @ overall)
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    spare = np.maximum(1.0 - leverage, 1e-12)
    scaled = design * ((overall - design @ values) / spare)[:, None]
    return _LeastSquares(values, inverse @ (scaled.T @ scaled) @ inverse, len(design) - design.shape[1])


def _effect_table(
    fit: _LeastSquares, sizes: IntArray, attributes: Sequence[str], n: int, confidence: float, threshold: float
) -> pd.DataFrame:
    count = len(attributes)
    penalty, reward = fit.values[1 : 1 + count], fit.values[1 + count :]
    variance = np.diag(fit.covariance)
    margin = -scipy.special.stdtrit(fit.freedom, (1.0 - confidence) / 2.0) * np.sqrt(variance[1:]).reshape(2, count)
    wrong_sign = (penalty > margin[0]) | (reward < -margin[1])
    loss, gain = np.maximum(-penalty, 0.0), np.maximum(reward, 0.0)
    asymmetry = np.where(wrong_sign, np.nan, ratio(gain - loss, gain + loss))
    covariance = np.diag(fit.covariance[1 : 1 + count, 1 + count :])
    error = np.sqrt(variance[1 : 1 + count] + variance[1 + count :] + 2.0 * covariance)
    matters = (np.abs(penalty) > margin[0]) | (np.abs(reward) > margin[1])
    p_asymmetry = 2.0 * scipy.special.stdtr(fit.freedom, -np.abs(ratio(reward + penalty, error)))
    shown = p_asymmetry < 1.0 - confidence
    doubtful = matters & (np.abs(asymmetry) >= threshold) & ~shown
    return pd.DataFrame(
        {
            "attribute": list(attributes),
            "n": n,
            "n_low": sizes[0],
            "n_high": sizes[1],
            "penalty": penalty,
            "penalty_low": penalty - margin[0],
            "penalty_high": penalty + margin[0],
            "reward": reward,
            "reward_low": reward - margin[1],
            "reward_high": reward + margin[1],
            "impact_asymmetry": asymmetry,
            "p_asymmetry": p_asymmetry,
            "category": _categories(np.where(doubtful, 0.0, asymmetry), matters, threshold),
            "notes": [
                "unexpected_sign" if wrong else "asymmetry_not_shown" if vague else ""
                for wrong, vague in zip(wrong_sign, doubtful, strict=True)
            ],
        }
    )


def _categories(asymmetry: FloatArray, matters: BoolArray, threshold: float) -> list[str | None]:
    letters = np.select([~matters, asymmetry >= threshold, asymmetry <= -threshold], ["I", "A", "M"], "O")
    undefined = matters & np.isnan(asymmetry)
    return [None if missing else letter for letter, missing in zip(letters.tolist(), undefined, strict=True)]
