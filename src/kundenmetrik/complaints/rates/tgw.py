"""Things gone wrong: complaints per 1,000 sales."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kundenmetrik.complaints.rates.counts_and_sales import check_per
from kundenmetrik.complaints.rates.denominators import DenominatorName, check_denominator
from kundenmetrik.complaints.rates.interactions import MATCHES, Match
from kundenmetrik.complaints.rates.numerators import NUMERATORS, NumeratorName
from kundenmetrik.complaints.rates.rate_counts import CELLS, rate_counts
from kundenmetrik.complaints.rates.severity import weighted_limits
from kundenmetrik.core.arrays import BoolArray, FloatArray
from kundenmetrik.core.checks import check_choice, check_count, check_number, check_texts
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.metric import Contrast
from kundenmetrik.core.results.rate_metric import RateMetric
from kundenmetrik.core.statistics.normal import p_value
from kundenmetrik.core.statistics.one_sample.rates import RATE_METHODS, RateInterval
from kundenmetrik.core.statistics.two_samples.score_difference import mover
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.log.interaction_kinds import KINDS, read_kinds
from kundenmetrik.frame.reading.faults import fault_of
from kundenmetrik.frame.reading.frame_columns import NAMES
from kundenmetrik.frame.reading.missing_column import absent_column
from kundenmetrik.frame.rows import Rows

KIND, AMOUNT = "kind", "amount"
EXPOSURES = {"same_period_sales": "sales", "matched_sales": "matched sales", "respondents": "customers"}


@dataclass(frozen=True, slots=True)
class TGW(RateMetric):
    r"""Things gone wrong: complaints per 1,000 sales, a rate that may exceed 1,000.

    .. math:: \text{TGW} = \text{per} \cdot \frac{\text{complaints}}{\text{sales}}

    Parameters
    ----------
    complaints, sales : str, optional
        Columns of complaint and sales counts that are already there. Without them the table is one
        of interactions, and rows whose ``kind`` is complaint or purchase are counted; a kind that
        interactions do not have is an error.
    per : float
        The sales one unit refers to: 1000 for TGW, 100 for PP100, 1_000_000 for ppm.
    method : {"garwood", "mid_p", "score", "jeffreys"}
        The interval's method.
    name : str
        The metric's name in tables.
    numerator : {"every", "first_per_customer", "first_per_purchase", "severity"}
        Which complaints of an interactions table count: every one; the first of each customer in a
        group; the first about each purchase; every one by its severity.
    denominator : {"same_period_sales", "matched_sales", "respondents"}
        What they are divided by: the sales of the group; the sales the complaints are about, which
        then count in the group of the sale; the customers of the group. Units in service are
        counted beforehand, by ``km.complaints.units_in_service``, and given as ``sales``.
    match : {"latest", "first", "latest_of_product"}
        Which purchase of the customer a complaint is about.
    severity : str, optional
        The column of severities, for ``numerator="severity"``.
    largest_severity : float, optional
        The largest severity there can be; the upper limit allows for it, and a larger one is an error.

    Notes
    -----
    Complaints are events, not a share of the sales: one sale can bring several. The default
    interval is the exact Poisson one (Garwood). It assumes that complaints come independently;
    real complaints come in bursts, and then it is too narrow. Where the periods of a measured
    table scatter more than Poisson counts (p below 0.01) they carry the note ``overdispersed``, as
    do totals over periods or segments; ``km.complaints.dispersed_rates`` of the table gives the wider
    interval of each segment and says how much too narrow Poisson's is.

    Rows whose complaints, sales or kind are missing are left out and counted as excluded. Where a group has no sales
    but such rows, its rate is NaN with the note ``counts_missing``; without them the note is ``no_exposure``.

    Customers who count once in each group (``first_per_customer``, ``respondents``) may be in several groups, so
    the counts of such groups do not add: a total is an error that says so. Measure again without the key.

    References
    ----------
    Garwood (1936), Biometrika 28:437.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> frame = {"product": ["A", "B"], "complaints": [15, 0], "sales": [400, 1000]}
    >>> table = km.measure(frame, km.TGW("complaints", "sales"), by="product")
    >>> table["A"].value, table["B"].value
    (37.5, 0.0)
    """

    complaints: str | None = None
    sales: str | None = None
    per: float = 1000
    method: RateInterval = "garwood"
    name: str = "tgw"
    numerator: NumeratorName = "every"
    denominator: DenominatorName = "same_period_sales"
    match: Match = "latest"
    severity: str | None = None
    largest_severity: float | None = None

    higher_is_better: ClassVar[bool | None] = False

    def __post_init__(self) -> None:
        check_texts(self, "name")
        if (self.complaints is None) != (self.sales is None):
            raise InvalidArgument("complaints and sales", "be given together", (self.complaints, self.sales))
        check_per(self.per)
        check_choice(self.method, "method", RATE_METHODS)
        check_choice(self.numerator, "numerator", NUMERATORS)
        check_denominator(self.denominator)
        check_choice(self.match, "match", MATCHES)
        if self._chosen and self.complaints is not None:
            raise InvalidArgument(
                "numerator and denominator", "be left out where complaints and sales are counted already"
            )
        if self._by_severity != (self.severity is not None) or self._by_severity != (self.largest_severity is not None):
            raise InvalidArgument("severity and largest_severity", "be given for numerator='severity', and only then")
        if self.largest_severity is not None and check_number(self.largest_severity, "largest_severity") <= 0:
            raise InvalidArgument("largest_severity", "be above 0", self.largest_severity)

    @property
    def _by_severity(self) -> bool:
        return self.numerator == "severity"

    @property
    def _chosen(self) -> bool:
        return (self.numerator, self.denominator) != ("every", "same_period_sales")

    @property
    def label(self) -> str:
        """The metric's name in tables."""
        return self.name

    @property
    def unit_name(self) -> str:
        """Complaints, or their severity, per so many sales or customers."""
        what = EXPOSURES[self.denominator]
        severity = "severity " if self._by_severity else ""
        return f"{severity}per {what.removesuffix('s')}" if self.per == 1 else f"{severity}per {self.per:,.10g} {what}"

    @property
    def interval_method(self) -> str:
        """The interval's method; severities have the gamma interval of a compound Poisson sum."""
        return "gamma" if self._by_severity else self.method

    @property
    def definition_name(self) -> str:
        """The numerator and the denominator, where they are not the usual ones."""
        return f"{self.name}: {self.numerator} / {self.denominator}" if self._chosen else self.name

    @property
    def _scale_factor(self) -> float:
        """The sales one unit refers to."""
        return self.per

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are read, those there are."""
        if self.complaints is not None and self.sales is not None:
            return self.complaints, self.sales
        chosen = ("customer_id", "occurred_at") if self._chosen else ()
        return (KIND, AMOUNT, *chosen, *([self.severity] if self.severity else []))

    @property
    def cells(self) -> tuple[str, str]:
        """Events and exposure."""
        return CELLS

    @property
    def identity(self) -> tuple[object, ...]:
        """Events over exposure, per so much."""
        return type(self).__name__, self.per, self.numerator, self.denominator

    @property
    def counted(self) -> dict[str, object]:
        """Which complaints are counted, and what they are divided by."""
        chosen = {"match": self.match, "severity": self.severity} if self._chosen else {}
        return {"numerator": self.numerator, "denominator": self.denominator, **chosen}

    def tally(self, rows: Rows) -> Counts:
        """Add up complaints and sales."""
        if self.complaints is not None and self.sales is not None:
            return rows.sums({"complaints": self.complaints, "sales": self.sales})
        if not rows.has(KIND):
            remedy = 'Name the columns of counts, km.TGW("complaints", "sales"), or pass a table of interactions.'
            raise absent_column(KIND, "data", rows.frame.attrs.get(NAMES, rows.frame.columns), remedy)
        signed = rows.count is None and not self._chosen and rows.has(AMOUNT)
        kinds = read_kinds(rows.frame, rows.faults, kinds=None, kind=KIND, amount=AMOUNT if signed else None)
        gone = np.zeros(len(kinds.used), dtype=np.bool_) if kinds.missing is None else kinds.missing
        strange = ~kinds.are(*KINDS) & ~gone
        if strange.any() and not rows.exclude_invalid:
            rows.faults.append(_unknown(rows.column(KIND), strange))
        left_out = {"missing": gone, "unknown_kind": strange}
        if self._chosen:
            choice: Any = {"numerator": self.numerator, "denominator": self.denominator, "match": self.match}
            return rate_counts(rows, left_out, **choice, severity=self.severity, largest=self.largest_severity)
        return rows.count_rows({"complaints": kinds.are("complaint"), "sales": kinds.purchase}, left_out)

    def limits(self, counts: Counts, confidence: float) -> tuple[FloatArray, FloatArray]:
        """Return the limits by the metric's method."""
        if not self._by_severity or counts.squares is None:
            return super(TGW, self).limits(counts, confidence)
        largest = np.full(len(counts), check_number(self.largest_severity, "largest_severity"))
        total, exposure = counts.table.astype(np.float64).T
        low, high = weighted_limits(total, counts.squares[:, 0], largest, exposure, confidence=confidence)
        return low * self.per, high * self.per

    def contrast(self, first: Counts, second: Counts, confidence: float) -> Contrast:
        """Return the score test of two rates; severities have a test by the sums of their squares."""
        if not self._by_severity or first.squares is None or second.squares is None:
            return super(TGW, self).contrast(first, second, confidence)
        one, two = self.values(first), self.values(second)
        value, low, high = mover(one, self.limits(first, confidence), two, self.limits(second, confidence))
        spread = [self.per**2 * np.asarray(c.squares)[:, 0] / c.table[:, 1] ** 2 for c in (first, second)]
        with np.errstate(divide="ignore", invalid="ignore"):
            deviate = np.where(value == 0.0, 0.0, value / np.sqrt(spread[0] + spread[1]))
        return Contrast(value, low, high, p_value(deviate), "compound Poisson test, MOVER interval")


def tgw(
    complaints: float, sales: float, *, per: float = 1000, confidence: float = 0.95, method: RateInterval = "garwood"
) -> Estimate:
    r"""Compute complaints per 1,000 sales, with the exact Poisson interval.

    .. math:: \text{TGW} = \text{per} \cdot \frac{\text{complaints}}{\text{sales}}

    Parameters
    ----------
    complaints : int
        How many complaints there were; more than sales is allowed.
    sales : int or float
        The exposure: how much was sold. Without any the rate is undefined.
    per : float
        The sales one unit refers to.
    confidence : float
        The confidence of the interval.
    method : str
        The interval's method.

    Returns
    -------
    Estimate
        The rate; NaN with the note ``no_exposure`` when nothing was sold.

    Raises
    ------
    InvalidArgument
        If a number is negative or not whole where it must be.

    Notes
    -----
    The units and the interval are those of :class:`TGW`.

    References
    ----------
    Garwood (1936), Biometrika 28:437.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> rate = km.tgw(15, 400)
    >>> rate.value, round(rate.low, 2), round(rate.high, 2), rate.unit
    (37.5, 20.99, 61.85, 'per 1,000 sales')
    """
    metric = TGW(per=per, method=method)
    events, exposure = check_count(complaints, "complaints"), check_number(sales, "sales", low=0.0)
    whole = exposure.is_integer() and exposure <= 2**53
    table = np.array([[events, int(exposure)]]) if whole else np.array([[float(events), exposure]])
    return metric.estimate(Counts(cells=CELLS, table=table), confidence)


def _unknown(kind: Any, strange: BoolArray) -> Fault | None:
    rule = f"be one of {', '.join(KINDS)}"
    return fault_of(KIND, rule, strange, kind, "unknown_kind", "Rename your own kinds first.")
