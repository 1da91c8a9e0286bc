"""Every segment against the rest, or against one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.complaints.rates.counts_and_sales import (
    check_additive,
    counts_of_segments,
    labels,
    per_of,
    whole_numbers,
)
from kundenmetrik.complaints.rates.rate_ratio import INTERVALS
from kundenmetrik.core import arrays
from kundenmetrik.core.arrays import BoolArray, CountArray, FloatArray, Limits
from kundenmetrik.core.checks import check_choice, check_confidence
from kundenmetrik.core.results.display import p_text
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.dispersion import dispersion
from kundenmetrik.core.statistics.heterogeneity import Heterogeneity, heterogeneity_test
from kundenmetrik.core.statistics.multiplicity import ADJUSTMENTS, Adjustment, adjust_p_values
from kundenmetrik.core.statistics.one_sample.rates import garwood_interval
from kundenmetrik.core.statistics.two_samples.rate_difference import difference_interval
from kundenmetrik.core.statistics.two_samples.rate_ratio import ratio_interval
from kundenmetrik.core.statistics.two_samples.rate_tests import RATE_TESTS, TwoRateTest, rate_test
from kundenmetrik.errors import InvalidArgument, InvalidType, UnknownName
from kundenmetrik.renamed import former_parameters


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SegmentComparison(Result):
    """Every segment against its baseline, with p-values adjusted for how many there are.

    Attributes
    ----------
    segment : list
        The segments.
    complaints, sales, value, low, high : array
        Counts, exposure, rate per so many sales with its exact Poisson interval.
    baseline_value : array
        The rate that each segment is compared with, per so many sales; NaN for the baseline itself.
    difference, difference_low, difference_high : array
        The rate minus the baseline's.
    ratio, ratio_low, ratio_high : array
        The rate over the baseline's.
    p_value, p_adjusted : array
        Before and after the adjustment.
    baseline : str
        What each segment is compared with.
    adjust : str or None
        The adjustment.
    method : str
        The test.
    confidence : float
        Of the intervals; ``clear`` is ``p_adjusted < 1 - confidence``.
    heterogeneity : Heterogeneity
        The test that all segments share one rate.
    dispersion : float
        How many times the scatter over the segments is that of Poisson counts.
    per : float
        The sales that the rates refer to.
    """

    segment: list[Any]
    complaints: CountArray
    sales: CountArray
    value: FloatArray
    low: FloatArray
    high: FloatArray
    baseline_value: FloatArray
    difference: FloatArray
    difference_low: FloatArray
    difference_high: FloatArray
    ratio: FloatArray
    ratio_low: FloatArray
    ratio_high: FloatArray
    p_value: FloatArray
    p_adjusted: FloatArray
    baseline: str
    adjust: str | None
    method: str
    confidence: float
    heterogeneity: Heterogeneity
    dispersion: float
    per: float

    @property
    def clear(self) -> BoolArray:
        """Which segments differ after the adjustment."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.p_adjusted < 1 - self.confidence)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a segment.

        Returns
        -------
        pandas.DataFrame
            segment, complaints, sales, value, low, high (of the value), baseline_value, difference, difference_low,
            difference_high, ratio, ratio_low, ratio_high, p_value, p_adjusted, clear.
        """
        levels = ("segment", "complaints", "sales", "value", "low", "high", "baseline_value")
        changes = (f"{name}{limit}" for name in ("difference", "ratio") for limit in ("", "_low", "_high"))
        names = (*levels, *changes, "p_value", "p_adjusted", "clear")
        return pd.DataFrame({name: getattr(self, name) for name in names})

    def _display_frame(self) -> pd.DataFrame:
        """Return the table with what a reader looks for first on the left."""
        frame, change = self.to_frame(), ("difference", "difference_low", "difference_high")
        first = ["segment", "value", "baseline_value", *change, "p_adjusted", "clear"]
        return frame[[*first, *(name for name in frame if name not in first)]]

    @property
    def headline(self) -> str:
        """What the table holds, in a line."""
        return (
            f"{len(self.segment)} segments against {self.baseline}, {self.method} test, "
            f"adjusted by {self.adjust or 'nothing'}; heterogeneity {p_text(self.heterogeneity.p_value)}, "
            f"dispersion {self.dispersion:.4g}"
        )


@former_parameters(segment="by")
def compare_rates(
    complaints: Any,
    sales: Any = None,
    *,
    by: Any = None,
    baseline: Any = "rest",
    adjust: Adjustment | None = "holm",
    method: TwoRateTest = "score",
    per: float | None = None,
    confidence: float = 0.95,
) -> SegmentComparison:
    r"""Compare the complaint rate of every segment with the others', and say which differences are more than chance.

    .. math:: \text{ratio}_i = \frac{x_i / n_i}{\sum_{j \ne i} x_j / \sum_{j \ne i} n_j}

    Parameters
    ----------
    complaints, sales : array-like, or a table
        Complaints and sales of each segment.
        A table of one measured rate, such as ``km.measure(..., km.TGW())``, stands for both.
    by : array-like, frame or mapping of columns, optional
        The segments' names, tuples where there are several columns; the index of a Series, or the keys of a table,
        serve when none are given.
    baseline : "rest" or a segment
        All other segments together, or one named segment.
    adjust : {"holm", "fdr_bh", None}
        Holm holds the chance of any false alarm, ``fdr_bh`` the share of false alarms among the alarms.
    method : str
        The test, as in :func:`kundenmetrik.complaints.rate_ratio`.
    per : float, optional
        The sales that the rates refer to, 1,000 when not given. A table has its own; another one is an error.
    confidence : float
        Of the intervals (each one single, not adjusted) and of what is clear.

    Returns
    -------
    SegmentComparison
        ``.to_frame()`` has one row a segment.

    Raises
    ------
    InvalidData
        If complaints are no whole numbers or sales are negative.
    UnknownName
        If the baseline is no segment.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> shops = km.segments.compare_rates([12, 9, 40, 11], [1000, 900, 1100, 1000], by=["A", "B", "C", "D"])
    >>> shops.to_frame().loc[shops.clear, ["segment", "complaints"]].to_numpy().tolist()
    [['C', 40]]
    """
    check_choice(method, "method", RATE_TESTS)
    if adjust is not None:
        check_choice(adjust, "adjust", ADJUSTMENTS)
    x, n = counts_of_segments(complaints, sales)
    if getattr(baseline, "ndim", 0) or isinstance(baseline, (list, dict, set)):
        raise InvalidType("baseline", 'be "rest" or one of the segments', baseline)
    if baseline == "rest":
        check_additive(complaints)
    names = labels(by, "by", len(x), complaints, sales)
    per, confidence = per_of(per, complaints), check_confidence(confidence)
    others, other_sales = _against(baseline, names, x, n)
    # A segment is not compared with itself.
    own = np.full(len(x), False) if baseline == "rest" else np.arange(len(x)) == names.index(baseline)
    other_sales = np.where(own, 0.0, other_sales)
    rate, other_rate = per * arrays.ratio(x, n), per * arrays.ratio(others, other_sales)
    apart = difference_interval(x, n, others, other_sales, confidence=confidence, method=INTERVALS[method][1])
    p_value = rate_test(x, n, others, other_sales, method=method).p_value
    low, high = garwood_interval(x, n, confidence)
    ratio, ratio_low, ratio_high = _ratios(x, n, others, other_sales, method, confidence)
    return SegmentComparison(
        segment=names,
        complaints=whole_numbers(x),
        sales=whole_numbers(n),
        value=rate,
        low=per * low,
        high=per * high,
        baseline_value=other_rate,
        difference=rate - other_rate,
        difference_low=per * apart[0],
        difference_high=per * apart[1],
        ratio=ratio,
        ratio_low=ratio_low,
        ratio_high=ratio_high,
        p_value=p_value,
        p_adjusted=adjust_p_values(p_value, adjust),
        baseline="the rest" if baseline == "rest" else str(baseline),
        adjust=adjust,
        method=method,
        confidence=confidence,
        heterogeneity=heterogeneity_test(x, n),
        dispersion=dispersion(x, n).value,
        per=per,
    )


def _against(baseline: Any, names: list[Any], x: FloatArray, n: FloatArray) -> Limits:
    if baseline == "rest":
        if len(x) < 2:
            raise InvalidArgument("baseline", "not be 'rest' when there is only one segment")
        sold = np.where(n > 0, x, 0)  # complaints that no sales belong to are nobody's rate
        return sold.sum() - sold, n.sum() - n
    if baseline not in names:
        raise UnknownName("baseline", baseline, names)
    row = names.index(baseline)
    return np.full_like(x, x[row]), np.full_like(n, n[row])


def _ratios(
    x: FloatArray, n: FloatArray, others: FloatArray, other_sales: FloatArray, method: str, confidence: float
) -> tuple[FloatArray, FloatArray, FloatArray]:
    low, high = ratio_interval(x, n, others, other_sales, confidence=confidence, method=INTERVALS[method][0])
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where((other_sales > 0) & (n > 0), (x / n) / (others / other_sales), np.nan)
    return ratio, low, high
