"""Two complaint rates: their ratio and difference with intervals, and a named test."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from kundenmetrik.complaints.rates.counts_and_sales import check_per
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_choice, check_confidence, check_count, check_number
from kundenmetrik.core.results.display import p_text, value_text
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.results.rate_metric import FEW_EVENTS
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.results.storage.json_schema import NUMBER, TEXT, add_properties
from kundenmetrik.core.results.storage.json_values import json_safe
from kundenmetrik.core.statistics.normal import ALTERNATIVES, Alternative
from kundenmetrik.core.statistics.two_samples.rate_difference import difference_interval
from kundenmetrik.core.statistics.two_samples.rate_ratio import ratio_interval
from kundenmetrik.core.statistics.two_samples.rate_tests import RATE_TESTS, TwoRateTest, rate_test
from kundenmetrik.errors import InvalidArgument

INTERVALS: Mapping[str, tuple[str, str]] = {
    "score": ("score", "score"),
    "wald_log": ("wald_log", "wald"),
    "conditional": ("conditional", "mover"),
    "conditional_central": ("conditional", "mover"),
    "mid_p": ("mid_p", "mover"),
    "e_test": ("score", "score"),
}
"""The intervals of ratio and difference that go with each test."""

TEST = ("statistic", "p_value", "method", "alternative", "null")
"""What the dict tells of the test."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RateRatio(Result):
    """Two complaint rates compared: ratio and difference with their intervals, and the p-value of a named test.

    Attributes
    ----------
    ratio : Estimate
        First rate over second, with its interval.
    difference : Estimate
        First rate minus second, in complaints per so many sales, with its interval.
    statistic : float
        The test's statistic; the first count for the conditional tests.
    p_value : float
        Of the hypothesis that the ratio is ``null``.
    method, alternative, null : str, str, float
        The test, its side, and the ratio it tests.
    notes : tuple of str
        ``no_exposure``, ``no_complaints``, ``infinite_ratio`` (none in the second group), ``few_events``
        where an approximate test is used.
    """

    _one_line: ClassVar[bool] = True

    ratio: Estimate
    difference: Estimate
    statistic: float
    p_value: float
    method: str
    alternative: str
    null: float
    notes: tuple[str, ...]

    @property
    def value(self) -> float:
        """The ratio of the rates."""
        return self.ratio.value

    @property
    def low(self) -> float:
        """The lower limit of the ratio."""
        return self.ratio.low

    @property
    def high(self) -> float:
        """The upper limit of the ratio."""
        return self.ratio.high

    @property
    def confidence(self) -> float:
        """The confidence of both intervals."""
        return self.ratio.confidence

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers as a plain dict.

        Returns
        -------
        dict
            What every result has, ratio and difference as dicts of their own, statistic, p_value, method, alternative,
            null.
        """
        parts = {"ratio": self.ratio.to_dict(), "difference": self.difference.to_dict()}
        return {**super(RateRatio, self).to_dict(), **parts, **{name: json_safe(getattr(self, name)) for name in TEST}}

    @classmethod
    def _json_schema(cls) -> dict[str, Any]:
        parts = dict.fromkeys(("ratio", "difference"), Estimate._json_schema())
        test = {name: TEXT if name in ("method", "alternative") else NUMBER for name in TEST}
        return add_properties(super(RateRatio, cls)._json_schema(), {**parts, **test})

    @property
    def headline(self) -> str:
        """The ratio with its interval, and the p-value of the test."""
        ratio = value_text(self.value, self.low, self.high, self.confidence)
        return f"rate ratio {ratio}, {p_text(self.p_value)} ({self.method}, {self.alternative})"

    def to_frame(self) -> pd.DataFrame:
        """Return a row for the ratio and one for the difference, with the test."""
        rows = pd.concat([self.ratio.to_frame(), self.difference.to_frame()], ignore_index=True)
        tested = {name: getattr(self, name) for name in ("statistic", "p_value", "alternative", "null")}
        return rows.assign(**tested, test=self.method, notes=", ".join(self.notes))


def rate_ratio(
    complaints: int,
    sales: float,
    other_complaints: int,
    other_sales: float,
    *,
    per: float = 1000,
    method: TwoRateTest = "score",
    alternative: Alternative = "two-sided",
    null: float = 1.0,
    confidence: float = 0.95,
) -> RateRatio:
    r"""Compare two complaint rates: how many times the second the first is, how far apart they are, and if by chance.

    .. math:: \text{ratio} = \frac{x_1 / n_1}{x_2 / n_2}, \qquad
              \text{difference} = \text{per} \left(\frac{x_1}{n_1} - \frac{x_2}{n_2}\right)

    Parameters
    ----------
    complaints, sales : int, float
        The first group: how many complaints, on how many sales (or other exposure).
    other_complaints, other_sales : int, float
        The second group.
    per : float
        The sales that the difference refers to: 1000 for TGW.
    method : str
        The test: ``score`` (default), ``conditional`` (exact, given the total; outcomes no likelier than
        the one seen), ``conditional_central`` (exact, the smaller tail doubled; agrees with its interval),
        ``mid_p`` (the first with half the weight on the outcome seen), ``e_test`` (unconditional),
        ``wald_log`` (of the log of the ratio).
    alternative : {"two-sided", "greater", "less"}
        Which side is tested; the intervals stay two-sided.
    null : float
        The ratio that is tested.
    confidence : float
        The confidence of both intervals.

    Returns
    -------
    RateRatio
        ``ratio`` and ``difference`` are estimates with intervals; ``p_value`` belongs to the test. Without any
        complaint the ratio is NaN, between 0 and infinity; without sales everything is NaN.

    Raises
    ------
    InvalidArgument
        If a count is no whole number, or sales are negative.

    Notes
    -----
    Each test comes with the intervals that fit it, and each estimate names its own: score with score,
    conditional with Clopper and Pearson's, mid-P with mid-P (the difference by MOVER). ``score`` and
    ``conditional_central`` agree with the interval of the ratio: it leaves out 1 exactly when p is below
    1 - confidence. At fewer than 10 complaints prefer ``mid_p`` or ``conditional``. All of these take the
    complaints as Poisson: where they come in bursts, p is too small (see ``dispersion`` of
    ``km.monitoring.control_chart``).

    References
    ----------
    Gu, Ng, Tang and Schucany (2008), Biometrical Journal 50:283 (the tests);
    Krishnamoorthy and Thomson (2004), J. Stat. Planning and Inference 119:23 (the E-test).

    Examples
    --------
    >>> import kundenmetrik as km
    >>> result = km.complaints.rate_ratio(60, 51477.5, 30, 54308.7)
    >>> round(result.value, 2), round(result.low, 6), round(result.high, 6)
    (2.11, 1.365962, 3.259306)
    >>> round(km.complaints.rate_ratio(60, 51477.5, 30, 54308.7, method="conditional").p_value, 9)
    0.000675183
    """
    check_choice(method, "method", RATE_TESTS)
    check_choice(alternative, "alternative", ALTERNATIVES)
    if check_number(null, "null") <= 0:
        raise InvalidArgument("null", "be above 0", null)
    pair = _pair(complaints, sales, other_complaints, other_sales)
    test = rate_test(*pair, method=method, alternative=alternative, null=float(null))
    notes = _notes(pair, method)
    per, confidence = check_per(per), check_confidence(confidence)
    for_ratio, for_difference = INTERVALS[method]
    shared: dict[str, Any] = {"n": float(pair[1][0] + pair[3][0]), "confidence": confidence, "notes": notes}
    first, second = _rate(*pair[:2]), _rate(*pair[2:])
    return RateRatio(
        ratio=Estimate(
            metric="rate_ratio",
            value=_over(first, second),
            ask=partial(_ratio_limits, pair, for_ratio),
            unit="times",
            method=for_ratio,
            **shared,
        ),
        difference=Estimate(
            metric="rate_difference",
            value=per * (first - second),
            ask=partial(_difference_limits, pair, for_difference, per),
            unit=f"per {per:,.10g} sales",
            method=for_difference,
            **shared,
        ),
        statistic=float(test.statistic[0]),
        p_value=float(test.p_value[0]),
        method=method,
        alternative=alternative,
        null=float(null),
        notes=notes,
    )


Pair = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


def _pair(complaints: object, sales: object, other_complaints: object, other_sales: object) -> Pair:
    counts = [check_count(complaints, "complaints"), check_count(other_complaints, "other_complaints")]
    bases = [check_number(sales, "sales", low=0.0), check_number(other_sales, "other_sales", low=0.0)]
    first, base, second, other = (np.array([v], dtype=np.float64) for v in (counts[0], bases[0], counts[1], bases[1]))
    return first, base, second, other


def _rate(events: FloatArray, exposure: FloatArray) -> float:
    return float(events[0] / exposure[0]) if exposure[0] > 0 else math.nan


def _over(first: float, second: float) -> float:
    if second == 0:
        return math.inf if first > 0 else math.nan
    return first / second


def _ratio_limits(pair: Pair, method: str, confidence: float) -> tuple[float, float]:
    low, high = ratio_interval(*pair, confidence=confidence, method=method)
    return float(low[0]), float(high[0])


def _difference_limits(pair: Pair, method: str, per: float, confidence: float) -> tuple[float, float]:
    low, high = difference_interval(*pair, confidence=confidence, method=method)
    return per * float(low[0]), per * float(high[0])


def _notes(pair: Pair, method: str) -> tuple[str, ...]:
    if pair[1][0] == 0 or pair[3][0] == 0:
        return ("no_exposure",)
    both = pair[0][0] + pair[2][0]
    if both == 0:
        return ("no_complaints",)
    infinite = ("infinite_ratio",) if pair[2][0] == 0 else ()
    approximate = both < FEW_EVENTS and not method.startswith(("conditional", "mid_p"))
    return (*infinite, *(("few_events",) if approximate else ()))
