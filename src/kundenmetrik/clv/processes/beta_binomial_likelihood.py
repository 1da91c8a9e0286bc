"""The likelihood of the BG/BB model: a mixture of being alive and of having left after each silent period."""

from __future__ import annotations

from typing import Any

import numpy as np

from kundenmetrik.clv.processes.likelihood_terms import LikelihoodTerms
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.likelihood.log_rising_factorial import rising_derivatives


def branches(params: tuple[Any, ...], cells: Any) -> tuple[FloatArray, list[FloatArray], dict[Any, FloatArray]]:
    """Return the log of each branch with its derivatives; the first column is alive, then left after period m.

    Branches that a customer does not have are -inf.
    """
    alpha, beta, gamma, delta = params
    x, last, n = (np.asarray(column, dtype=np.int64) for column in (cells.frequency, cells.recency, cells.age))
    lived, own = _periods(last, n)
    died = np.ones_like(lived)
    died[:, 0] = 0
    bought = [table[:, None] for table in rising_derivatives(alpha, x)]
    missed = rising_derivatives(beta, lived - x[:, None])
    offered = rising_derivatives(alpha + beta, lived)
    stayed = rising_derivatives(delta, lived)
    asked = rising_derivatives(gamma + delta, lived + died)
    value = bought[0] + missed[0] - offered[0] + stayed[0] - asked[0] + died * np.log(gamma)
    gradient = [
        bought[1] - offered[1],
        missed[1] - offered[1],
        died / gamma - asked[1],
        stayed[1] - asked[1],
    ]
    hessian = {
        (0, 0): bought[2] - offered[2],
        (0, 1): -offered[2],
        (1, 1): missed[2] - offered[2],
        (2, 2): -died / gamma**2 - asked[2],
        (2, 3): -asked[2],
        (3, 3): stayed[2] - asked[2],
    }
    return np.where(own, value, -np.inf), gradient, hessian


def beta_binomial_terms(params: tuple[Any, ...], cells: Any) -> LikelihoodTerms:
    """Return the log-likelihood of each cell with its derivatives."""
    value, slopes, bends = branches(params, cells)
    top = value.max(axis=1)
    chance = np.exp(value - top[:, None])
    height = chance.sum(axis=1)
    chance /= height[:, None]
    mean = [(chance * slope).sum(axis=1) for slope in slopes]
    hessian = {
        (i, j): (chance * (slopes[i] * slopes[j] + bends.get((i, j), 0.0))).sum(axis=1) - mean[i] * mean[j]
        for i in range(4)
        for j in range(i, 4)
    }
    return LikelihoodTerms(np.log(height) + top, mean, hessian)


def _periods(last: IntArray, n: IntArray) -> tuple[IntArray, Any]:
    """Return how many periods each branch lived through, alive first, and which branches a customer has."""
    silent = n - last
    after = np.arange(int(silent.max(initial=0)))
    lived = np.concatenate((n[:, None], np.minimum(last[:, None] + after, n[:, None])), axis=1)
    own = np.concatenate((np.ones((len(n), 1), dtype=bool), after < silent[:, None]), axis=1)
    return lived, own
