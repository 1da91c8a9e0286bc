"""RFM: customers scored by how lately, how often and for how much they bought, and named segments of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.core.arrays import AnyArray, BoolArray, FloatArray, IntArray
from kundenmetrik.core.checks import check_count, check_instance, check_items, check_number
from kundenmetrik.core.results.result import Result
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.reading.numbers import numbers
from kundenmetrik.renamed import former_parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A name for customers whose scores lie within bounds, both ends included.

    Attributes
    ----------
    name : str
        The segment.
    recency, frequency : tuple of int
        The lowest and the highest score.
    spend : tuple of int or None
        Likewise; None holds every spend, an unknown one too.
    """

    name: str
    recency: tuple[int, int]
    frequency: tuple[int, int]
    spend: tuple[int, int] | None = None

    def holds(self, recency: IntArray, frequency: IntArray, spend: IntArray) -> BoolArray:
        """Return who is in the segment."""
        given = {"recency": recency, "frequency": frequency, "spend": spend}
        scores = {name: _score_column(scores, name) for name, scores in given.items()}
        parts = [(scores["recency"], self.recency), (scores["frequency"], self.frequency)]
        parts += [] if self.spend is None else [(scores["spend"], self.spend)]
        return np.asarray(np.logical_and.reduce([(low <= score) & (score <= high) for score, (low, high) in parts]))


def _score_column(scores: Any, name: str) -> Any:
    """Return scores as floats: of many customers, or of one."""
    return numbers(scores, name).floats if np.ndim(scores) else check_number(scores, name)


SEGMENTS: tuple[Segment, ...] = (
    Segment(name="champions", recency=(5, 5), frequency=(4, 5)),
    Segment(name="loyal", recency=(3, 4), frequency=(4, 5)),
    Segment(name="potential loyalists", recency=(4, 5), frequency=(2, 3)),
    Segment(name="new", recency=(5, 5), frequency=(1, 1)),
    Segment(name="promising", recency=(4, 4), frequency=(1, 1)),
    Segment(name="need attention", recency=(3, 3), frequency=(3, 3)),
    Segment(name="about to sleep", recency=(3, 3), frequency=(1, 2)),
    Segment(name="cannot lose", recency=(1, 2), frequency=(5, 5)),
    Segment(name="at risk", recency=(1, 2), frequency=(3, 4)),
    Segment(name="hibernating", recency=(1, 2), frequency=(1, 2)),
)
"""The customary ten segments on a grid of five scores of recency by five of frequency; each cell is in exactly one."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class RFMScores(Result):
    """The three measures of each customer, their scores and the segment.

    Attributes
    ----------
    customer_id : ndarray
        The customers.
    since_last : ndarray of float
        Time since the last purchase, in the base's unit. This is what direct marketing calls recency.
    purchases : ndarray of int
        All purchases, the first included.
    spend : ndarray of float
        Net amount of all purchases; NaN where amounts are unknown.
    recency_score, frequency_score, spend_score : ndarray of int
        From 1 (worst) to the number of scores (best); 0 for an unknown spend.
    segment : ndarray of str
        The first segment that holds the customer, ``"other"`` where none does.
    """

    customer_id: AnyArray
    since_last: FloatArray
    purchases: IntArray
    spend: FloatArray
    recency_score: IntArray
    frequency_score: IntArray
    spend_score: IntArray
    segment: AnyArray
    notes: tuple[str, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return one row per customer."""
        return pd.DataFrame({name: getattr(self, name) for name in self.__slots__ if name != "notes"})

    def segments(self) -> pd.DataFrame:
        """Return one row per segment: customers, spend, their shares, mean purchases, median time since the last."""
        groups = self.to_frame().groupby("segment", sort=False)
        table = groups.agg(
            customers=("segment", "size"),
            spend=("spend", "sum"),
            purchases=("purchases", "mean"),
            since_last=("since_last", "median"),
        ).reset_index()
        shares = {"share": table["customers"] / len(self.segment), "spend_share": table["spend"] / table["spend"].sum()}
        names = ["segment", "customers", "share", "spend", "spend_share", "purchases", "since_last"]
        return table.assign(**shares).sort_values("spend", ascending=False, ignore_index=True)[names]

    @property
    def headline(self) -> str:
        """How many customers and segments there are."""
        return f"RFM scores of {len(self.segment):,} customers in {len(set(self.segment)):,} segments"

    def _display_frame(self) -> pd.DataFrame:
        """Return the segments."""
        return self.segments()


@former_parameters(segments="named_segments")
def rfm(
    purchases: Purchases,
    *,
    scores: int = 5,
    named_segments: Sequence[Segment] = SEGMENTS,
    recency_cuts: Sequence[float] | None = None,
    frequency_cuts: Sequence[float] | None = None,
    spend_cuts: Sequence[float] | None = None,
) -> RFMScores:
    r"""Score each customer by recency, frequency and spend, and name the segment.

    A score is the quantile of the customer's value, :math:`1 + \lfloor k F \rfloor` with k scores and F the share of
    customers below plus half of those equal. Equal customers always have equal scores.

    Parameters
    ----------
    purchases : Purchases
        The customers.
    scores : int
        How many scores there are, at least 2; the default segments need 5.
    named_segments : sequence of Segment
        The rule: the first segment that holds a customer's scores names it.
    recency_cuts, frequency_cuts, spend_cuts : sequence of float, optional
        Cut points of one's own in place of the quantiles: rising, one fewer than there are scores. Each that is
        reached adds a score; of the time since the last purchase, in the base's unit, each takes one off.
        Frequency counts all purchases, the first included.

    Returns
    -------
    RFMScores

    Raises
    ------
    InvalidArgument
        If the segments ask for scores that there are not, or cut points do not rise or are too few or too many.

    Notes
    -----
    Ties make scores uneven. Where so many bought once that the quantile of all of them is above the lowest score,
    one purchase is the lowest score all the same, those who bought again share the others by their own quantiles, and
    the result has the note ``most_bought_once``: a first purchase of last week stays that of a new customer.
    Quantile scores compare customers with each other; they say nothing about how good the base is, and a segment of
    the same name in another base is not the same.

    Examples
    --------
    >>> from kundenmetrik.clv import Purchases, rfm
    >>> base = Purchases.from_summary([0, 1, 4, 9, 2], [0, 3, 30, 38, 12], [39, 39, 39, 39, 39], unit="week")
    >>> rfm(base).to_frame()[["recency_score", "frequency_score", "segment"]]
       recency_score  frequency_score         segment
    0              1                1     hibernating
    1              2                2     hibernating
    2              4                4           loyal
    3              5                5       champions
    4              3                3  need attention
    """
    if not isinstance(purchases, Purchases):
        raise InvalidType("purchases", "be Purchases", purchases)
    count = check_count(scores, "scores", low=2)
    _check(named_segments, count)
    since = purchases.age - purchases.recency
    spend: FloatArray = np.full(len(purchases), np.nan) if purchases.revenue is None else purchases.revenue
    times = purchases.frequency.astype(np.float64) + 1.0
    cuts = {"recency_cuts": recency_cuts, "frequency_cuts": frequency_cuts, "spend_cuts": spend_cuts}
    for name, own in cuts.items():
        _check_cuts(own, name, count)
    measures = (-since, times, spend)
    scored = [
        _scores(values, count) if own is None else _cut_scores(values, own)
        for values, own in zip(measures, cuts.values(), strict=True)
    ]
    if recency_cuts is not None:
        scored[0] = count + 1 - _cut_scores(since, recency_cuts)
    once = times == 1.0
    lifted = frequency_cuts is None and bool((scored[1][once] > 1).any())
    if lifted:
        scored[1] = np.where(once, 1, 1 + _scores(np.where(once, np.nan, times), count - 1))
    return RFMScores(
        customer_id=purchases.customer_id,
        since_last=since,
        purchases=purchases.frequency + 1,
        spend=spend,
        recency_score=scored[0],
        frequency_score=scored[1],
        spend_score=scored[2],
        segment=_segment_names(named_segments, *scored),
        notes=("most_bought_once",) if lifted else (),
    )


def _scores(values: FloatArray, count: int) -> IntArray:
    """Return the quantile of each value as a score; 0 where it is unknown."""
    known = ~np.isnan(values)
    sorted_values = np.sort(values[known])
    ends = [np.searchsorted(sorted_values, values, side=side) for side in ("left", "right")]
    # Whole numbers throughout: k (below + above) / 2n, so that no rounding moves a customer over an edge.
    score = 1 + count * (ends[0] + ends[1]) // max(2 * len(sorted_values), 1)
    return np.where(known, np.minimum(score, count), 0)


def _cut_scores(values: FloatArray, cuts: Sequence[float]) -> IntArray:
    """Return 1 and how many cut points each value reaches; 0 where it is unknown."""
    return np.where(np.isnan(values), 0, 1 + np.searchsorted(np.asarray(cuts, dtype=np.float64), values, side="right"))


def _check_cuts(cuts: Sequence[float] | None, argument: str, count: int) -> None:
    if cuts is None:
        return
    points = numbers(cuts, argument).floats
    if len(points) != count - 1 or not np.isfinite(points).all() or not (np.diff(points) > 0.0).all():
        raise InvalidArgument(argument, f"be {count - 1} rising numbers, one fewer than there are scores", cuts)


def _segment_names(segments: Sequence[Segment], recency: IntArray, frequency: IntArray, spend: IntArray) -> AnyArray:
    """Return the first segment that holds each customer."""
    name = np.full(len(recency), "other", dtype=object)
    for segment in reversed(segments):
        name[segment.holds(recency, frequency, spend)] = segment.name
    return name


def _check(segments: Sequence[Segment], count: int) -> None:
    for segment in check_items(segments, "named_segments", "be a list of Segment"):
        check_instance(segment, "named_segments", Segment, "hold Segment only")
        for low, high in (segment.recency, segment.frequency, segment.spend or (1, 1)):
            if not 1 <= low <= high <= count:
                raise InvalidArgument("named_segments", f"ask for scores from 1 to {count}", segment)
