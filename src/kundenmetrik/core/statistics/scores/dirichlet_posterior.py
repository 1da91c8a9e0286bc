"""The posterior of a mean score under a Dirichlet prior, by quadrature."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import scipy

from kundenmetrik.core.arrays import CountArray, FloatArray, Limits
from kundenmetrik.core.statistics.root_finding import monotone_root
from kundenmetrik.core.statistics.scores.score_moments import as_counts, support_of, total_of

GROUPS_PER_BLOCK = 512
STEP = 0.1
NODES = np.arange(-4.0, 18.0, STEP)
FREQUENCIES = np.exp(NODES - np.exp(-NODES))
WEIGHTS = STEP * (1.0 + np.exp(-NODES)) / np.pi
"""The trapezoidal rule after a double exponential change of variable, for an integral over du / u from 0 on."""


def dirichlet_interval(counts: CountArray, values: Iterable[float], confidence: float, *, prior: float = 1.0) -> Limits:
    r"""Return the equal-tailed posterior interval of the mean score, with the same prior weight on each value.

    Parameters
    ----------
    counts : array of shape (groups, cells)
        How many answers fell into each cell; floats are effective counts under weights.
    values : sequence of float
        The value of each cell; cells that share one are put together before the prior is added.
    confidence : float
        Between 0 and 1.
    prior : float
        The pseudo-answers on each distinct value: 1 is the uniform prior, 1/2 Jeffreys'.

    Returns
    -------
    low, high : arrays of shape (groups,)
        In the unit of the values and within the scale, NaN where nobody answered.

    Notes
    -----
    The shares are gamma variables over their sum, so the mean lies below t when
    :math:`\sum_i (v_i - t) G_i` is negative, and Gil-Pelaez' inversion gives

    .. math::
        P(\theta < t) = \frac12 - \frac1\pi \int_0^\infty
        \frac{\sin \sum_i \alpha_i \arctan(u (v_i - t))}{\prod_i (1 + u^2 (v_i - t)^2)^{\alpha_i / 2}}
        \frac{du}{u},

    a smooth integral for which the trapezoidal rule on a double exponential grid is accurate to better
    than 1e-10 of the scale; nothing is drawn. Where all answers agree on an end of the scale, that end is the limit.

    References
    ----------
    .. [1] Gil-Pelaez, J. (1951). Biometrika 38, 481-482.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = dirichlet_interval(np.array([[3, 1, 6]]), (-100, 0, 100), 0.95)
    >>> print(round(low[0], 4), round(high[0], 4))
    -25.8224 66.0725
    """
    support = support_of(values)
    cells = support.cells(as_counts(counts))
    total = total_of(cells)
    first, last = float(support.values[0]), float(support.values[-1])
    if first == last:
        return first + 0.0 * total, last + 0.0 * total
    places = [(value - first) / (last - first) for value in support.values]
    tails = ((1.0 - confidence) / 2.0, (1.0 + confidence) / 2.0)
    low, high = (first + (last - first) * _quantiles(cells, places, prior, share) for share in tails)
    low = np.where(cells[0] == total, first, np.maximum(low, first)) + 0.0 * total
    high = np.where(cells[-1] == total, last, np.minimum(high, last)) + 0.0 * total
    return low, high


def jeffreys_score_interval(counts: CountArray, values: Iterable[float], confidence: float) -> Limits:
    """Return the posterior interval with half a pseudo-answer on each distinct value.

    Parameters and returns are those of :func:`dirichlet_interval`. On two values this is Jeffreys' interval of a share.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = jeffreys_score_interval(np.array([[2, 18]]), (0, 1), 0.95)
    >>> print(round(low[0], 7), round(high[0], 7))
    0.7161467 0.9786275
    """
    return dirichlet_interval(counts, values, confidence, prior=0.5)


def _quantiles(cells: list[Any], places: list[float], prior: float, share: float) -> FloatArray:
    weights = [cell + prior for cell in cells]
    parts = [slice(at, at + GROUPS_PER_BLOCK) for at in range(0, len(weights[0]), GROUPS_PER_BLOCK)]
    return np.concatenate([np.empty(0), *(_quantile([w[part] for w in weights], places, share) for part in parts)])


def _quantile(weights: list[FloatArray], places: list[float], share: float) -> FloatArray:
    curve = partial(_Posterior(weights, places).below, share=share)
    start = _beta_quantile(weights, places, share)
    if len(places) == 2:
        return start
    return monotone_root(curve, np.zeros_like(start), np.ones_like(start), start)


def _beta_quantile(weights: list[FloatArray], places: list[float], share: float) -> FloatArray:
    """Return the quantile of the beta distribution with the posterior's mean and variance, on places from 0 to 1."""
    total = sum(weights)
    mean = sum(w * p for w, p in zip(weights, places, strict=True)) / total
    variance = sum(w * (p - mean) ** 2 for w, p in zip(weights, places, strict=True)) / total / (total + 1.0)
    size = mean * (1.0 - mean) / variance - 1.0
    return np.asarray(scipy.special.betaincinv(mean * size, (1.0 - mean) * size, share), dtype=np.float64)


@dataclass(frozen=True, slots=True)
class _Posterior:
    """The posteriors of the mean of some groups, on places from 0 to 1."""

    weights: list[FloatArray]
    places: list[float]

    def below(self, point: FloatArray, *, share: float) -> tuple[FloatArray, FloatArray]:
        """Return the probability below each point, less ``share``, and the density there."""
        gaps = [place - point for place in self.places]
        scale = np.sqrt(sum(w * gap * gap for w, gap in zip(self.weights, gaps, strict=True)))
        angle, size, even, odd = self._transform(gaps, FREQUENCIES / scale[:, None])
        # Summed row by row: a matrix product may round by how many rows there are.
        sine, weights = np.sin(angle), FREQUENCIES * WEIGHTS
        chance = 0.5 - (sine * size * WEIGHTS).sum(axis=1)
        density = (size * (even * np.cos(angle) - odd * sine) * weights).sum(axis=1) / scale
        return chance - share, density

    def _transform(self, gaps: list[FloatArray], u: FloatArray) -> tuple[FloatArray, ...]:
        """Return angle and size of the characteristic function, and the parts of its derivative in the point."""
        angle, depth, even, odd = (np.zeros_like(u) for _ in range(4))
        for weight, gap in zip(self.weights, gaps, strict=True):
            w, turn = weight[:, None], u * gap[:, None]
            square = 1.0 + turn * turn
            angle += w * np.arctan(turn)
            depth += w * np.log(square)
            even += w / square
            odd += w * turn / square
        return angle, np.exp(-0.5 * depth), even, odd
