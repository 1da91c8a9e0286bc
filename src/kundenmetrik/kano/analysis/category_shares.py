"""The shares of the six categories: with intervals that hold together, and compared between segments or wordings."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
import pandas as pd
import scipy

from kundenmetrik.core.arrays import AnyArray, FloatArray, IntArray, ratio
from kundenmetrik.core.checks import MOST_DRAWS, check_choice, check_count, check_generator
from kundenmetrik.core.statistics.multiplicity import ADJUSTMENTS, Adjustment, adjust_p_values
from kundenmetrik.core.statistics.one_sample.proportions import goodman_intervals
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.kano.categories.letters import LETTERS
from kundenmetrik.kano.table import KanoTable, check_kano_table
from kundenmetrik.kano.table_columns import repeated_keys

CategoryTest = Literal["chi2", "permutation"]


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
        feature and keys, category, n (answers on it; effective ones under weights), share, low, high; six rows a group.

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
    check_kano_table(table)
    letters = table.letters
    n = letters.sum(axis=1, keepdims=True)
    low, high = goodman_intervals(table.effective, table.confidence)
    return pd.DataFrame(
        {
            **repeated_keys(table.counts.groups, len(LETTERS)),
            "category": list(LETTERS) * len(table),
            "n": table.effective.ravel(),
            "share": ratio(letters, n).ravel(),
            "low": low.ravel(),
            "high": high.ravel(),
        }
    )


STATISTICS = ("n", "statistic", "df", "p_value", "cramers_v", "min_expected")
MIN_EXPECTED = 5.0
"""Below this expected count the chi-square distribution is only rough."""


def homogeneity_test(
    table: KanoTable,
    *,
    method: CategoryTest = "chi2",
    adjust: Adjustment | None = "holm",
    draws: int = 1_999,
    rng: Any = 0,
) -> pd.DataFrame:
    """Test for each feature whether all segments have the same shares of the six letters.

    Parameters
    ----------
    table : KanoTable
        Classified ``by`` something; ``by="wording"`` makes it the test of the wording effect.
    method : {"chi2", "permutation"}
        Pearson's chi-square, or the same statistic with its distribution by drawing tables with the
        same margins, which is right for small counts too.
    adjust : {"holm", "fdr_bh", None}
        The adjustment of the p-values over the features.
    draws : int
        Tables drawn by ``"permutation"``.
    rng : int or numpy.random.Generator
        The seed.

    Returns
    -------
    pandas.DataFrame
        feature, n, statistic, df, p_value, p_adjusted, cramers_v, min_expected, notes
        (``small_expected`` where an expected count is below 5: prefer the permutation).

    Raises
    ------
    InvalidArgument
        If the table has no segments, or weighted counts are to be permuted.

    Notes
    -----
    Letters and segments that do not occur are left out of the degrees of freedom. Weighted counts
    are scaled to the effective number of answers (a first-order correction).

    Examples
    --------
    >>> import pandas as pd
    >>> import kundenmetrik as km
    >>> frame = pd.DataFrame({"feature": "chat", "age": ["young", "old"], "A": [60, 30], "O": [20, 20], "M": [5, 20],
    ...                       "I": [15, 30]})
    >>> tested = km.kano.homogeneity_test(km.kano.from_counts(frame, by="age"))
    >>> round(float(tested["statistic"][0]), 4), int(tested["df"][0])
    (24.0, 3)
    """
    check_kano_table(table)
    check_choice(method, "method", get_args(CategoryTest))
    if not table.by:
        raise InvalidArgument("table", "be classified by segments to compare them")
    if method == "permutation" and table.effective.dtype.kind == "f":
        raise InvalidArgument("method", "be 'chi2' for weighted counts, which cannot be permuted", method)
    if adjust is not None:
        check_choice(adjust, "adjust", ADJUSTMENTS)
    generator = check_generator(rng)
    size = check_count(draws, "draws", low=1, high=MOST_DRAWS) * (method == "permutation")
    feature_of = np.array([table.features.index(key[0]) for key in table.counts.groups.keys])
    letters = [table.effective[feature_of == place] for place in range(len(table.features))]
    tests = [_chi_square_test(counts, size, generator) for counts in letters]
    frame = pd.DataFrame({"feature": list(table.features), **{n: [test[n] for test in tests] for n in STATISTICS}})
    frame.insert(5, "p_adjusted", adjust_p_values(frame["p_value"].to_numpy(), adjust))
    return frame.assign(notes=np.where(frame["min_expected"] < MIN_EXPECTED, "small_expected", ""))


def _chi_square_test(letters: AnyArray, draws: int, generator: np.random.Generator) -> dict[str, float]:
    counts = letters[letters.sum(axis=1) > 0][:, letters.sum(axis=0) > 0]
    rows, columns = counts.shape
    n = float(counts.sum())
    if rows < 2 or columns < 2:
        return dict.fromkeys(STATISTICS, np.nan) | {"n": n, "df": 0}
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    statistic, df = float(_pearson(counts, expected)), (rows - 1) * (columns - 1)
    p_value = float(scipy.special.chdtrc(df, statistic))
    if draws:
        drawn = _pearson(_draw_same_margins(counts, draws, generator), expected)
        p_value = (1.0 + float((drawn >= statistic * (1.0 - 1e-12)).sum())) / (1.0 + draws)
    v = float(np.sqrt(statistic / (n * min(rows - 1, columns - 1))))
    return dict(zip(STATISTICS, (n, statistic, df, p_value, v, float(expected.min())), strict=True))


def _pearson(counts: AnyArray, expected: FloatArray) -> Any:
    return ((counts - expected) ** 2 / expected).sum(axis=(-2, -1))


def _draw_same_margins(counts: AnyArray, draws: int, generator: np.random.Generator) -> IntArray:
    """Draw tables with the same margins, cell by cell from hypergeometric distributions."""
    left = np.repeat(counts.sum(axis=0)[None, :], draws, axis=0)
    drawn = np.zeros((draws, *counts.shape), dtype=np.int64)
    for row in range(len(counts) - 1):
        need = np.full(draws, counts[row].sum())
        for column in range(counts.shape[1] - 1):
            rest = left[:, column + 1 :].sum(axis=1)
            drawn[:, row, column] = generator.hypergeometric(left[:, column], rest, need)
            need = need - drawn[:, row, column]
        drawn[:, row, -1] = need
        left = left - drawn[:, row]
    drawn[:, -1] = left
    return drawn
