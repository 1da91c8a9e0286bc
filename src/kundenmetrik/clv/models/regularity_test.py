"""The test of regularity: could purchases at random times look as even as these? The answer is a p-value."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import pandas as pd
import scipy

from kundenmetrik.clv.models.regularity import last_shares
from kundenmetrik.core.checks import check_choice
from kundenmetrik.core.results.display import p_text, plain_number
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.normal import ALTERNATIVES, Alternative
from kundenmetrik.renamed import former_parameters

MEAN, PRECISION = 1.0 / 12.0, 180.0
"""The mean of the squared distance of a uniform share from 1/2, and one over its variance."""
SKEWNESS = (1 / 7 - 1 / 5 + 2 / 27) / (4 / 45) ** 1.5
"""Its third standardised moment: that of the square of a uniform number."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class RegularityTest(Result):
    """Whether purchases come at random times.

    Attributes
    ----------
    statistic : float
        How many standard errors the gaps are more even than at random; above 0 for regular purchases.
    p_value : float
        How likely chance alone gives as much.
    alternative : str
        What is held against random times: two-sided, greater (more regular) or less (in bursts).
    n : int
        Customers who have bought three times.
    method : str
        The law of the statistic at random times.
    """

    _one_line: ClassVar[bool] = True

    statistic: float
    p_value: float
    alternative: str
    n: int
    method: str

    @property
    def headline(self) -> str:
        """The statistic and its p-value."""
        numbers = f"statistic {plain_number(self.statistic)}, {p_text(self.p_value)}"
        return f"regularity test of {self.n:,} customers ({numbers}; {self.alternative}; {self.method})"

    def to_frame(self) -> pd.DataFrame:
        """Return one row: statistic, p_value, alternative, n, method."""
        names = ("statistic", "p_value", "alternative", "n", "method")
        return pd.DataFrame({name: [getattr(self, name)] for name in names})


@former_parameters(time="date")
def regularity_test(
    interactions: pd.DataFrame,
    *,
    customer: str = "customer_id",
    date: str = "occurred_at",
    alternative: Alternative = "two-sided",
) -> RegularityTest:
    r"""Test whether purchases come at random times, which is what models without ``k`` assume.

    At random times (exponential gaps, k = 1) the first of two successive gaps has a uniform share M of their sum,
    whatever the customer's own rate, so that over n customers

    .. math:: z = \sqrt{180 n} \left(\tfrac{1}{12} - \tfrac{1}{n} \sum_i (M_i - \tfrac12)^2\right)

    has mean 0 and variance 1; it is large where purchases are regular. The p-value is from the gamma distribution
    (Pearson's type III) that has the skewness of the sum too.

    Parameters
    ----------
    interactions : DataFrame
        A log of purchases, one row each; several at one time are one purchase.
    customer, date : str
        The columns of the customer and of the time.
    alternative : {"two-sided", "greater", "less"}
        Greater is more regular than at random, less is in bursts.

    Returns
    -------
    RegularityTest
        ``statistic``, ``p_value``, ``alternative`` and ``n``.

    Raises
    ------
    FitRefused
        If fewer than two customers have bought three times.

    Notes
    -----
    It is the test of k = 1 by the estimator of :func:`regularity`, whose interval does not assume k = 1: near the edge
    the two may differ. In a large base a k that hardly differs from 1 is significant: judge its size. A log that knows
    only days lacks short gaps, so that random purchases every few days look regular. A customer whose rate changes
    between two purchases looks less regular.

    References
    ----------
    Wheat and Morrison (1990), Estimating purchase regularity with two interpurchase times, Journal of Marketing
    Research 27(1).

    Examples
    --------
    >>> import pandas as pd
    >>> days = [0, 6, 14, 0, 7, 14, 0, 9, 15, 0, 5, 12]
    >>> log = pd.DataFrame({
    ...     "customer_id": [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4],
    ...     "occurred_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(days, unit="D"),
    ... })
    >>> found = regularity_test(log, alternative="greater")
    >>> round(found.statistic, 2), found.p_value < 0.05
    (2.09, True)
    """
    side = check_choice(alternative, "alternative", tuple(ALTERNATIVES))
    shares = last_shares(interactions, customer, date)
    n = len(shares)
    statistic = math.sqrt(PRECISION * n) * (MEAN - float(((shares - 0.5) ** 2).mean()))
    return RegularityTest(
        statistic=statistic,
        p_value=_p_value(statistic, n, side),
        alternative=side,
        n=n,
        method="Pearson type III",
    )


def _p_value(statistic: float, n: int, alternative: str) -> float:
    """Return the p-value; the mean square is low where the statistic is high."""
    shape = 4.0 * n / SKEWNESS**2
    place = shape - statistic * math.sqrt(shape)
    tails = {
        "greater": float(scipy.special.gammainc(shape, place)),
        "less": float(scipy.special.gammaincc(shape, place)),
    }
    return tails[alternative] if alternative in tails else min(2.0 * min(tails.values()), 1.0)
