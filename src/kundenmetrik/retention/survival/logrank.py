"""The log-rank test: do the segments lose their customers alike over the whole of life."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.checks import check_choice
from kundenmetrik.core.results.display import p_text, plain_number
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.logrank import WEIGHTS, LogRankSums, LogRankWeight, logrank_sums
from kundenmetrik.core.statistics.multiplicity import ADJUSTMENTS, Adjustment, adjust_p_values
from kundenmetrik.core.statistics.survival import survival_table
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.retention.data.durations import Durations, read_durations

PAIR = ("first", "second")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LogRank(Result):
    """Whether several segments lose their customers alike.

    Attributes
    ----------
    statistic : float
        The chi-square statistic; NaN when nothing could be compared.
    df : int
        Its degrees of freedom.
    p_value : float
        How likely chance alone gives as much.
    method : str
        The weighting: logrank, wilcoxon, tarone-ware or peto.
    groups : Groups
        The segments.
    sizes : ndarray of int
        Customers of each segment.
    sums : LogRankSums
        Weighted losses seen and expected, and their covariance.
    excluded : mapping of str to int
        Rows that were left out, by reason.
    """

    statistic: float
    df: int
    p_value: float
    method: str
    groups: Groups
    sizes: IntArray
    sums: LogRankSums
    excluded: Mapping[str, int] = field(default_factory=dict)

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each segment: its keys, n, and weighted losses observed and expected."""
        keys = {name: [key[i] for key in self.groups.keys] for i, name in enumerate(self.groups.names)}
        return pd.DataFrame({**keys, "n": self.sizes, "observed": self.sums.observed, "expected": self.sums.expected})

    @property
    def headline(self) -> str:
        """The statistic, its degrees of freedom and its p-value."""
        numbers = f"statistic {plain_number(self.statistic)}, df {self.df}, {p_text(self.p_value)}"
        return f"{self.method} test of {len(self.groups)} segments ({numbers})"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class LogRankPairs(Result):
    """The test of each two segments, with p-values adjusted for their number.

    Attributes
    ----------
    pairs : tuple of pairs of keys
        Which two segments.
    medians : tuple of pairs of float
        The median lifetime of both, by Kaplan and Meier; NaN where half of the customers are still there.
    statistic, p_value, p_adjusted : ndarray of float
        One of each per pair.
    method, adjust : str
        The weighting and the adjustment.
    """

    pairs: tuple[tuple[Any, Any], ...]
    medians: tuple[tuple[float, float], ...]
    statistic: FloatArray
    p_value: FloatArray
    p_adjusted: FloatArray
    method: str
    adjust: str

    def to_frame(self) -> pd.DataFrame:
        """Return one row for each pair: first, second, first_median, second_median, statistic, p_value, p_adjusted."""
        both = {"": self.pairs, "_median": self.medians}
        levels = {f"{one}{name}": [pair[i] for pair in of] for name, of in both.items() for i, one in enumerate(PAIR)}
        numbers = {name: getattr(self, name) for name in ("statistic", "p_value", "p_adjusted")}
        return pd.DataFrame({**levels, **numbers})

    @property
    def headline(self) -> str:
        """The test, and how many pairs there are."""
        return f"{self.method} test of {len(self.pairs):,} pairs of segments, p-values adjusted by {self.adjust}"


def logrank(
    duration: Any,
    churned: Any,
    by: Any,
    *,
    entry: Any = None,
    count: Any = None,
    strata: Any = None,
    method: LogRankWeight = "logrank",
) -> LogRank:
    r"""Test whether several segments lose their customers alike.

    At each age the losses of a segment are compared with those expected if all segments lost alike,
    :math:`e_{ij} = d_i\, n_{ij} / n_i`; the weighted differences are summed over ages (and strata).

    Parameters
    ----------
    duration : array-like of numbers
        The age at which each customer was lost or last seen.
    churned : array-like of bool
        Whether the customer was lost at that age.
    by : array-like, frame or mapping of columns
        The segment of each customer.
    entry : array-like of numbers, optional
        The age from which on each customer was observed, as in :func:`survival`; before it nobody is at risk.
    count : array-like of int, optional
        How many customers each row stands for.
    strata : array-like, optional
        Customers are only compared within the same stratum.
    method : {"logrank", "wilcoxon", "tarone-ware", "peto"}
        How much each age counts: all alike, by those at risk n, by the root of n, or by the pooled survival. The first
        finds lasting differences best, the others weigh early ages more.

    Returns
    -------
    LogRank
        ``statistic``, ``df`` and ``p_value``.

    Raises
    ------
    InvalidData
        If durations are negative or infinite, or flags are not True or False.

    Notes
    -----
    The weights of ``"peto"`` are those of Peto and Peto, :math:`\prod (1 - d / (n + 1))` over all ages up to and
    including this one, as in Kleinbaum and Klein and in lifelines. R's ``survdiff(rho=1)`` takes the Kaplan-Meier curve
    just before the age: on its lung data by sex 12.7142 where these weights give 12.7078.

    References
    ----------
    .. [1] Mantel, N. (1966). Cancer Chemotherapy Reports 50, 163-170.
    .. [2] Tarone, R. E. and Ware, J. (1977). Biometrika 64, 156-160.
    .. [3] Peto, R. and Peto, J. (1972). Journal of the Royal Statistical Society A 135, 185-207.

    Examples
    --------
    >>> from kundenmetrik import retention
    >>> test = retention.logrank([10, 20, 30, 10, 20, 50], [True] * 6, ["a", "a", "a", "b", "b", "b"])
    >>> round(test.statistic, 6), test.df, round(test.p_value, 6)
    (0.254237, 1, 0.614107)
    """
    kind = check_choice(method, "method", WEIGHTS)
    read = _read(duration, churned, by, strata, entry, count)
    sums = _sums(read, len(read.groups), kind)
    statistic, df, p_value = sums.test()
    return LogRank(
        statistic=statistic,
        df=df,
        p_value=p_value,
        method=kind,
        groups=read.groups,
        sizes=np.bincount(_codes(read), weights=read.count, minlength=len(read.groups)).astype(np.int64),
        sums=sums,
        excluded=read.excluded,
    )


def logrank_pairs(
    duration: Any,
    churned: Any,
    by: Any,
    *,
    entry: Any = None,
    count: Any = None,
    strata: Any = None,
    method: LogRankWeight = "logrank",
    adjust: Adjustment = "holm",
) -> LogRankPairs:
    """Test each two segments, with p-values adjusted for the number of pairs.

    Parameters
    ----------
    duration, churned, by, entry, count, strata, method
        See :func:`logrank`.
    adjust : {"holm", "fdr_bh"}
        Holm holds the chance of any false alarm, ``"fdr_bh"`` the expected share of false alarms.

    Returns
    -------
    LogRankPairs

    Examples
    --------
    >>> from kundenmetrik import retention
    >>> pairs = retention.logrank_pairs([1, 2, 3, 4, 5, 6], [True] * 6, ["a", "a", "b", "b", "c", "c"])
    >>> len(pairs.to_frame())
    3
    """
    kind, how = check_choice(method, "method", WEIGHTS), check_choice(adjust, "adjust", ADJUSTMENTS)
    read = _read(duration, churned, by, strata, entry, count)
    codes, keys, tests, pairs = _codes(read), read.groups.keys, [], []
    for one in range(len(keys)):
        for two in range(one + 1, len(keys)):
            rows = np.flatnonzero((codes == one) | (codes == two))
            tests.append(_sums(read, 2, kind, rows, codes[rows] == two).test())
            pairs.append((_plain(keys[one]), _plain(keys[two])))
    p_values = np.array([p for _, _, p in tests])
    tables = [survival_table(lasted, lost, entry=since, count=size) for lasted, lost, since, size in read.parts()]
    medians = dict(zip(map(_plain, keys), (float(table.quantile(0.5)) for table in tables), strict=True))
    return LogRankPairs(
        pairs=tuple(pairs),
        medians=tuple((medians[one], medians[two]) for one, two in pairs),
        statistic=np.array([statistic for statistic, _, _ in tests]),
        p_value=p_values,
        p_adjusted=adjust_p_values(p_values, how),
        method=kind,
        adjust=how,
    )


def _read(duration: Any, churned: Any, by: Any, strata: Any, entry: Any, count: Any) -> Durations:
    read = read_durations(duration, churned, entry=entry, count=count, by=by, strata=strata)
    if len(read.groups) < 2:
        raise InvalidArgument("by", "tell at least two segments apart", [key[0] for key in read.groups.keys if key])
    return read


def _plain(key: tuple[Any, ...]) -> Any:
    return key[0] if len(key) == 1 else key


def _codes(read: Durations) -> IntArray:
    return np.zeros(read.duration.size, np.int64) if read.group is None else read.group


def _sums(read: Durations, groups: int, method: str, rows: Any = slice(None), group: Any = None) -> LogRankSums:
    codes = _codes(read)[rows] if group is None else group.astype(np.int64)
    lasted, lost = read.duration[rows], read.churned[rows]
    since, size = (None if column is None else column[rows] for column in (read.entry, read.count))

    def of_stratum(part: Any) -> LogRankSums:
        more = {name: None if column is None else column[part] for name, column in (("entry", since), ("count", size))}
        return logrank_sums(lasted[part], lost[part], codes[part], groups, weighting=method, **more)

    if read.stratum is None:
        return of_stratum(slice(None))
    strata = read.stratum[rows]
    first, *rest = (of_stratum(strata == stratum) for stratum in np.unique(strata))
    return sum(rest, first)
