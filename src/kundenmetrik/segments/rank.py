"""Ranks with their uncertainty: the places in the list that a segment could have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.complaints.rates.counts_and_sales import counts_of_segments, labels, per_of
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.checks import check_confidence
from kundenmetrik.core.results.display import percentage
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.multiplicity import adjust_p_values
from kundenmetrik.core.statistics.two_samples.rate_tests import rate_test
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.renamed import former_parameters


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class RankIntervals(Result):
    """Segments by rate, the highest first, with the places each could have.

    Attributes
    ----------
    segment : list
        The segments, in the order given.
    tgw : array
        The rate per so many sales.
    rank, low, high : array of int
        The place by the rate itself, ties sharing the better one, and the limits of the place.
    method, confidence : str, float
        How the limits were found, and their confidence.
    per : float
        The sales that the rates refer to.
    """

    segment: list[Any]
    tgw: FloatArray
    rank: IntArray
    low: IntArray
    high: IntArray
    method: str
    confidence: float
    per: float

    def to_frame(self) -> pd.DataFrame:
        """Return one row a segment, the highest rate first.

        Returns
        -------
        pandas.DataFrame
            segment, tgw, rank, rank_low, rank_high.
        """
        columns = {"segment": self.segment, "tgw": self.tgw, "rank": self.rank}
        frame = pd.DataFrame({**columns, "rank_low": self.low, "rank_high": self.high})
        return frame.sort_values("rank", kind="stable", ignore_index=True)

    @property
    def headline(self) -> str:
        """What the table holds, in a line."""
        return f"Ranks of {len(self.segment):,} segments by TGW, {percentage(self.confidence)} CI ({self.method})"


@former_parameters(segment="by")
def rank(
    complaints: Any,
    sales: Any = None,
    *,
    by: Any = None,
    per: float | None = None,
    confidence: float = 0.95,
) -> RankIntervals:
    """Rank segments by their complaint rate and say which places each could have.

    The lower limit of a place is one more than the number of segments that are significantly higher; the upper
    limit leaves room for those that are significantly lower. Every pair is tested (score test, Holm), so the limits
    hold for all segments at once.

    Parameters
    ----------
    complaints, sales : array-like, or a table
        Complaints and sales of each segment.
        A table of one measured rate, such as ``km.measure(..., km.TGW())``, stands for both.
    by : array-like, frame or mapping of columns, optional
        The segments' names, tuples where there are several columns; the index of a Series, or the keys of a table,
        serve when none are given.
    per : float, optional
        The sales that the rates refer to, 1,000 when not given. A table has its own; another one is an error.
    confidence : float
        Of the limits.

    Returns
    -------
    RankIntervals
        ``.to_frame()`` has one row a segment; place 1 is the highest rate.

    Raises
    ------
    InvalidData
        If complaints are no whole numbers, or a segment has no sales: it has no place.

    References
    ----------
    Mogstad, Romano, Shaikh and Wilhelm (2024), Review of Economic Studies 91:476.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> places = km.segments.rank([12, 9, 40, 11], [1000, 900, 1100, 1000], by=["A", "B", "C", "D"])
    >>> places.to_frame()[["segment", "rank", "rank_low", "rank_high"]].to_numpy().tolist()
    [['C', 1, 1, 1], ['A', 2, 2, 4], ['D', 3, 2, 4], ['B', 4, 2, 4]]
    """
    x, n = counts_of_segments(complaints, sales)
    per, confidence = per_of(per, complaints), check_confidence(confidence)
    refuse([fault_of("sales", "be above 0", n <= 0, n, "gt")])
    rate = x / n
    low, high = _pairwise(x, n, 1 - confidence)
    return RankIntervals(
        segment=labels(by, "by", len(x), complaints, sales),
        tgw=per * rate,
        rank=1 + (rate[None, :] > rate[:, None]).sum(axis=1),
        low=low,
        high=high,
        method="pairwise",
        confidence=confidence,
        per=per,
    )


def _pairwise(x: FloatArray, n: FloatArray, error: float) -> tuple[IntArray, IntArray]:
    first, second = np.triu_indices(len(x), k=1)
    test = rate_test(x[first], n[first], x[second], n[second])
    significant = adjust_p_values(test.p_value, "holm") < error
    higher = np.zeros((len(x), len(x)), dtype=bool)
    higher[first, second] = significant & (test.statistic > 0)
    higher[second, first] = significant & (test.statistic < 0)
    return 1 + higher.sum(axis=0), len(x) - higher.sum(axis=1)
