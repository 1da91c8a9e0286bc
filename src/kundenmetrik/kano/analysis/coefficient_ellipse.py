"""Better and Worse together: their covariance and the region both lie in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from kundenmetrik.kano.bounds import MOST_POINTS, check_bounded_count
from kundenmetrik.kano.categories.coefficients import posterior_moments
from kundenmetrik.kano.categories.mode_probability import PRIOR
from kundenmetrik.kano.frames import key_columns, repeated_keys
from kundenmetrik.kano.ratio import ratio

if TYPE_CHECKING:
    import pandas as pd

    from kundenmetrik.kano.table import KanoTable

__all__ = ["coefficient_covariance", "ellipse"]


def coefficient_covariance(table: KanoTable) -> pd.DataFrame:
    r"""Return Better, Worse, their variances and their covariance.

    One answer on O raises both in size, so they are not independent:

    .. math:: \text{Cov}(\text{Better}, -\text{Worse}) =
              \frac{o - \text{Better} \cdot (-\text{Worse})}{n}, \qquad n = A + O + M + I

    Parameters
    ----------
    table : KanoTable
        From :func:`classify` or :func:`from_counts`.

    Returns
    -------
    pandas.DataFrame
        feature and keys, better, worse, var_better, var_worse, covariance (of Better and the
        negative Worse as it is shown), correlation; NaN without a base.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> counts = {"Transparent": {"A": 88, "O": 90, "M": 32, "I": 114, "R": 15, "Q": 19}}
    >>> km.kano.coefficient_covariance(km.kano.from_counts(counts))[["better", "worse", "correlation"]].round(3)
       better  worse  correlation
    0   0.549 -0.377       -0.294
    """
    import pandas as pd

    better, worse, var_better, var_worse, covariance = posterior_moments(table.effective)
    correlation = ratio(covariance, np.sqrt(var_better * var_worse))
    numbers = {"better": better, "worse": worse, "var_better": var_better, "var_worse": var_worse}
    return pd.DataFrame({**key_columns(table), **numbers, "covariance": covariance, "correlation": correlation})


def ellipse(table: KanoTable, *, points: int = 72) -> pd.DataFrame:
    r"""Return the outline of the joint confidence region of Better and Worse, ready to draw.

    .. math:: (x - c)^\top \Sigma^{-1} (x - c) = -2 \ln(1 - \text{confidence})

    Parameters
    ----------
    table : KanoTable
        From :func:`classify` or :func:`from_counts`.
    points : int
        Points on the outline.

    Returns
    -------
    pandas.DataFrame
        feature and keys, better, worse: ``points`` rows a group, in order round the outline.

    Notes
    -----
    Centre and covariance are those of the counts with half an answer added to A, O, M and I (as in
    Agresti and Coull's interval and in ``p_mode``), so the region keeps a width when a letter does
    not occur. An outline may reach beyond the chart where a coefficient is near 0 or 1.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> counts = {"Transparent": {"A": 88, "O": 90, "M": 32, "I": 114}}
    >>> outline = km.kano.ellipse(km.kano.from_counts(counts), points=4)
    >>> outline[["better", "worse"]].round(3).iloc[0].tolist()
    [0.617, -0.396]
    """
    import pandas as pd

    count = check_bounded_count(points, "points", low=3, high=MOST_POINTS)
    better, worse, var_better, var_worse, covariance = posterior_moments(table.effective, PRIOR)
    empty = table.effective[:, :4].sum(axis=1) == 0
    radius = np.sqrt(-2.0 * np.log1p(-table.confidence))
    angle = np.linspace(0.0, 2.0 * np.pi, count, endpoint=False)
    across, along = np.cos(angle)[None, :], np.sin(angle)[None, :]
    spread = np.sqrt(var_better)[:, None]
    slope, rest = covariance[:, None] / spread, np.sqrt(var_worse - covariance**2 / var_better)[:, None]
    x = better[:, None] + radius * spread * across
    y = worse[:, None] + radius * (slope * across + rest * along)
    x[empty], y[empty] = np.nan, np.nan
    return pd.DataFrame({**repeated_keys(table, count), "better": x.ravel(), "worse": y.ravel()})
