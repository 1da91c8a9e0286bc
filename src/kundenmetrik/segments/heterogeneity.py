"""Whether many segments or periods share one rate."""

from __future__ import annotations

from typing import Any

import numpy as np

from kundenmetrik.complaints.rates.counts_and_sales import counts_of_segments
from kundenmetrik.core.statistics.heterogeneity import Heterogeneity, HeterogeneityMethod, heterogeneity_test


def heterogeneity(
    complaints: Any,
    sales: Any = None,
    *,
    method: HeterogeneityMethod = "pearson",
    draws: int = 1_999,
    rng: int | np.random.Generator | np.random.SeedSequence | None = 0,
) -> Heterogeneity:
    r"""Test whether many segments or periods share one complaint rate.

    .. math:: X^2 = \sum_i \frac{(x_i - n_i \hat r)^2}{n_i \hat r}

    Parameters
    ----------
    complaints, sales : array-like, or a table
        Complaints and sales of each segment.
        A table of one measured rate, such as ``km.measure(..., km.TGW())``, stands for both.
    method : {"pearson", "likelihood_ratio", "monte_carlo"}
        The statistic; ``monte_carlo`` compares Pearson's with draws given the total, right for small counts.
    draws : int
        How many draws ``monte_carlo`` makes.
    rng : int, Generator, SeedSequence or None
        The seed of the draws: the same seed gives the same digits; None draws anew each time.

    Returns
    -------
    Heterogeneity
        ``statistic, df, p_value, method``.

    Raises
    ------
    InvalidData
        If complaints are no whole numbers or sales are negative.

    Notes
    -----
    A small p-value says that the rates differ or that complaints come in bursts; it cannot tell which. With two
    segments Pearson's statistic is the square of the score test's.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> test = km.segments.heterogeneity([60, 30], [51477.5, 54308.7])
    >>> round(test.statistic**0.5, 6), round(test.p_value, 9)
    (3.417402, 0.000632219)
    """
    x, n = counts_of_segments(complaints, sales)
    return heterogeneity_test(x, n, method=method, draws=draws, rng=rng)
