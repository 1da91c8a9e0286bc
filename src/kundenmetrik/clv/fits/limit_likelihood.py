"""The likelihood at a degenerate limit: the highest one of the simpler model that a model turns into there."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy

from kundenmetrik.clv.processes.base import RepeatBuying
from kundenmetrik.core.arrays import FloatArray

FAR = 1e6
"""Two parameters of this size leave a rate or a probability hardly any spread."""
NEAR = 1e-12
"""A first parameter of dropout of this size, beside a second one of 1, is no dropout."""


def limit_log_likelihood(model: RepeatBuying, cells: Any, limit: str, theta: FloatArray) -> float:
    r"""Return the maximum of the log-likelihood at a limit.

    With q the share of customers who leave at once, the likelihood of the limit "split" is
    :math:`(1 - q) L_\text{stays} + q L_\text{leaves}` for each customer.

    Parameters
    ----------
    model : RepeatBuying
        A model with two parameters of purchases and two of dropout.
    cells : Cells
        The customers.
    limit : str
        The name of the limit: no_dropout, one_dropout, one_rate or split.
    theta : ndarray
        Where a fit ended, in logarithms: the search begins there.
    """
    counts = cells.count.astype(np.float64)

    def values(x: FloatArray) -> FloatArray:
        if limit == "one_rate":
            params = (FAR, FAR * np.exp(-x[0]), *np.exp(x[1:]))
        elif limit == "one_dropout":
            params = (*np.exp(x[:2]), FAR, FAR * np.exp(-x[2]))
        else:
            params = (*np.exp(x[:2]), NEAR, 1.0)
        stays: FloatArray = model._likelihood_terms(params, cells, model._nodes[1]).value
        if limit != "split":
            return stays
        leaves = model._leaving_at_once(params, cells, stays)
        return np.asarray(np.logaddexp(stays - np.logaddexp(0.0, x[2]), leaves - np.logaddexp(0.0, -x[2])))

    def loss(x: FloatArray) -> float:
        with np.errstate(all="ignore"):
            value = -float(counts @ values(x)) / float(counts.sum())
        return value if np.isfinite(value) else 1e10

    start = {
        "no_dropout": theta[:2],
        "split": np.append(theta[:2], -1.0),
        "one_dropout": np.append(theta[:2], theta[2] - theta[3]),
        "one_rate": np.append(theta[0] - theta[1], theta[2:4]),
    }[limit]
    found = scipy.optimize.minimize(loss, np.clip(start, -8.0, 8.0), method="Nelder-Mead", options={"maxfev": 800})
    return -float(found.fun) * float(counts.sum())
