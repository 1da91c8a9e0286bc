"""Two features or two segments against each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from kundenmetrik.core.likelihood.quadrature import legendre
from kundenmetrik.core.results.groups import as_key
from kundenmetrik.core.statistics.two_samples.score_difference import share_difference
from kundenmetrik.kano.categories.mode_probability import PRIOR

if TYPE_CHECKING:
    from kundenmetrik.kano.table import KanoTable


NODES = 400
"""Nodes of the Gauss-Legendre rule over the quantiles of a Beta distribution."""
BETTER, WORSE = (0, 1), (1, 2)
"""Which of A, O, M, I each coefficient counts."""


def compare(table: KanoTable, first: object, second: object) -> pd.DataFrame:
    """Compare the coefficients of two features, or of one feature in two segments.

    Parameters
    ----------
    table : KanoTable
        From :func:`classify` or :func:`from_counts`.
    first, second : object
        Two keys: features, or tuples of feature and segment.

    Returns
    -------
    pandas.DataFrame
        coefficient (better, worse), first, second, value (of the first), baseline_value (of the second), difference
        (the first less the second), low, high, p_value, p_adjusted (the same: each coefficient is a question of its
        own), clear (below what the confidence leaves) and p_stronger: how probable it is that the first delights more
        (better) or is more of a must (worse).

    Raises
    ------
    UnknownName
        If there is no such feature or segment.

    Notes
    -----
    Intervals are put together from the Wilson limits of both (Newcombe), the p-value is that of
    the pooled score test, and ``p_stronger`` follows from two independent Dirichlet posteriors.
    Two segments are independent. Two features of one survey were judged by the same people; from
    counts alone their connection is not known. People who like one feature mostly like the other
    too, and then intervals are a little wide and p-values a little large. :func:`compare_paired`
    uses the answers themselves.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> letters = {"a": {"A": 30, "O": 60, "M": 40, "I": 20}, "b": {"A": 60, "O": 20, "M": 20, "I": 50}}
    >>> found = km.kano.compare(km.kano.from_counts(letters), "a", "b").round(3)
    >>> found[["coefficient", "value", "baseline_value", "difference"]]
      coefficient  value  baseline_value  difference
    0      better  0.600           0.533       0.067
    1       worse -0.667          -0.267      -0.400
    """
    one, two = (_four_letters(table, key) for key in (first, second))
    rows = [
        {"coefficient": name, "first": first, "second": second, **_difference(one, two, cells, sign, table.confidence)}
        for name, cells, sign in (("better", BETTER, 1.0), ("worse", WORSE, -1.0))
    ]
    return pd.DataFrame(rows)


def _four_letters(table: KanoTable, key: object) -> NDArray[Any]:
    wanted = as_key(key)
    if len(wanted) == 1 and not table.by:
        return table.effective[[table.counts.groups.position(wanted)], :4]
    if len(wanted) == 1:
        return table.total()[wanted].effective[:, :4]
    return table.effective[[table.counts.groups.position(wanted)], :4]


def _difference(
    one: NDArray[Any], two: NDArray[Any], cells: tuple[int, ...], sign: float, confidence: float
) -> dict[str, float]:
    part, other = list(cells), [cell for cell in range(4) if cell not in cells]
    shares = share_difference(one[:, part].sum(1), one.sum(1), two[:, part].sum(1), two.sum(1), confidence)
    limits = sorted((sign * float(shares.low[0]), sign * float(shares.high[0])))
    beta = [(side[0, part].sum() + 2 * PRIOR, side[0, other].sum() + 2 * PRIOR) for side in (one, two)]
    defined = one.sum() > 0 and two.sum() > 0
    with np.errstate(divide="ignore", invalid="ignore"):
        value, baseline = (sign * float((side[:, part].sum(1) / side.sum(1))[0]) for side in (one, two))
    p_value = float(shares.p_value[0])
    return {
        "value": value,
        "baseline_value": baseline,
        "difference": 0.0 + sign * float(shares.value[0]),
        "low": limits[0],
        "high": limits[1],
        "p_value": p_value,
        "p_adjusted": p_value,
        "clear": p_value < 1.0 - confidence,
        "p_stronger": beta_exceeds(*beta) if defined else np.nan,
    }


def beta_exceeds(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Return how probable a draw of the first Beta exceeds one of the second, by Gauss-Legendre quadrature."""
    nodes, weights = legendre(NODES)
    quantiles = scipy.special.betaincinv(*first, nodes)
    return float((scipy.special.betainc(*second, quantiles) * weights).sum())
