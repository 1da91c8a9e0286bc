"""NBD: customers buy at their own rate for ever. What is left of the other models when nobody leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import scipy

from kundenmetrik.clv.data.histories import Drawn, Histories, Params
from kundenmetrik.clv.fits.fittable import Fittable
from kundenmetrik.clv.processes.degenerate_limit import MAP, ONE_RATE, DegenerateLimit
from kundenmetrik.clv.processes.geometric_prediction import count_probability
from kundenmetrik.clv.processes.likelihood_terms import LikelihoodTerms
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.likelihood.log_rising_factorial import rising_derivatives


@dataclass(frozen=True, slots=True)
class NBD(Fittable):
    r"""The NBD model: purchases at the rate :math:`\lambda \sim \text{Gamma}(r, \alpha)`, and nobody ever leaves.

    .. math:: L = \frac{\Gamma(r + x)}{\Gamma(r)} \Big(\frac{\alpha}{\alpha + T}\Big)^r (\alpha + T)^{-x}.

    Notes
    -----
    It is the yardstick for the others: where they do not explain the data better, no dropout is seen.

    References
    ----------
    Ehrenberg (1959), The pattern of consumer purchases, Applied Statistics 8(1).

    Examples
    --------
    >>> from kundenmetrik.clv import NBD, BetaGeo, Purchases, likelihood_ratio
    >>> bought = [0] * 60 + [1] * 18 + [2] * 9 + [3] * 5 + [4] * 4 + [6] * 3 + [9]
    >>> last = [0.0] * 60 + [4.0, 11.0, 30.0] * 6 + [9.0, 21.0, 33.0] * 3 + [8.0, 22.0, 29.0, 35.0, 37.0]
    >>> last += [12.0, 30.0, 36.0, 38.0] + [31.0, 37.0, 38.5, 38.0]
    >>> base = Purchases.from_summary(bought, last, [39.0] * 100, unit="week")
    >>> test = likelihood_ratio(NBD().fit(base), BetaGeo().fit(base))
    >>> round(test.statistic, 2), test.df
    (4.61, 2)
    """

    name: ClassVar[str] = "NBD"
    parameters: ClassVar[tuple[str, ...]] = ("r", "alpha")
    _rates: ClassVar[Mapping[str, int]] = {"purchase_rate": 0}
    _effects: ClassVar[Mapping[str, tuple[int, float]]] = {"purchasing": (1, -1.0)}
    _limits: ClassVar[tuple[DegenerateLimit, ...]] = (
        DegenerateLimit(name="one_rate", direction=(1, 1), meaning=ONE_RATE, remedy=MAP),
    )

    def _starts(self, rate: float, age: float) -> tuple[FloatArray, FloatArray]:
        """Return two starts in logarithms."""
        return np.log([0.5, 0.5 / rate]), np.log([2.0, 2.0 / rate])

    def _likelihood_terms(self, params: Params, cells: Any, nodes: int) -> LikelihoodTerms:
        """Return the log-likelihood of each cell."""
        r, alpha = params
        bought, total, reach = rising_derivatives(r, cells.frequency), r + cells.frequency, alpha + cells.age
        slow = np.log1p(cells.age / alpha)
        value = bought[0] - r * slow - cells.frequency * np.log(reach)
        gradient = [bought[1] - slow, r / alpha - total / reach]
        hessian = {
            (0, 0): bought[2],
            (0, 1): 1.0 / alpha - 1.0 / reach,
            (1, 1): total / reach**2 - r / alpha**2,
        }
        return LikelihoodTerms(value, gradient, hessian)

    def _log_odds_alive(self, params: Params, past: Histories) -> FloatArray:
        """Return infinity: everybody stays."""
        return np.full(len(past.age), np.inf)

    def _time_scale(self, params: Params, past: Histories) -> FloatArray:
        """Return alpha + age."""
        return np.asarray(params[1] + past.age)

    def _expected_if_alive(self, params: Params, past: Histories, horizon: FloatArray) -> FloatArray:
        """Return the mean rate times the horizon."""
        return np.asarray((params[0] + past.frequency) / (params[1] + past.age) * horizon)

    def _survival_if_alive(self, params: Params, past: Histories, horizon: FloatArray) -> FloatArray:
        """Return 1."""
        return np.ones(len(past.age))

    def _distribution_if_alive(self, params: Params, past: Histories, horizon: FloatArray, n: IntArray) -> FloatArray:
        """Return the negative binomial probability of n purchases."""
        shape = np.asarray(params[0] + past.frequency, dtype=np.float64)[:, None]
        return count_probability(shape, self._time_scale(params, past)[:, None], horizon[:, None], n)

    def _at_least_if_alive(self, params: Params, past: Histories, horizon: FloatArray, n: IntArray) -> FloatArray:
        """Return the negative binomial probability of n purchases or more."""
        shape = np.asarray(params[0] + past.frequency, dtype=np.float64)
        share = horizon / (self._time_scale(params, past) + horizon)
        return np.asarray(scipy.special.betainc(n, shape[:, None], share[:, None]))

    def _endless_if_alive(self, params: Params, past: Histories) -> FloatArray:
        """Return infinity."""
        return np.full(len(past.age), np.inf)

    def _mean_rate(self, params: Params, name: str) -> Any:
        """Return the mean purchase rate."""
        return params[0] / params[1]

    def _judgements(self, age: float) -> list[tuple[tuple[float, ...], float]]:
        """Return the priors: r near 1, one purchase in the mean age."""
        return [((1.0, 0.0), 0.0), ((1.0, -1.0), float(np.log(1.0 / age)))]

    def _draw(self, params: Params, horizon: FloatArray, rng: np.random.Generator) -> Drawn:
        """Return simulated repeat purchases of new customers."""
        r, alpha = params
        many = len(horizon)
        bought = rng.poisson(rng.standard_gamma(np.broadcast_to(r, many)) / alpha * horizon)
        who = np.repeat(np.arange(many), bought)
        times = rng.random(len(who)) * horizon[who]
        order = np.lexsort((times, who))
        return who[order], times[order], np.ones(many, dtype=bool)
