"""Pareto/NBD: customers buy at their own rate and leave unnoticed at any moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from kundenmetrik.clv.data.histories import Drawn, Histories, Params
from kundenmetrik.clv.fits.fittable import Fittable
from kundenmetrik.clv.processes.degenerate_limit import DegenerateLimit, dropout_limits
from kundenmetrik.clv.processes.likelihood_terms import LikelihoodTerms
from kundenmetrik.clv.processes.pareto_dropout import (
    AliveState,
    at_least,
    death_odds,
    endless,
    pareto_terms,
    purchase_probability,
    purchases,
    survival,
)
from kundenmetrik.core.arrays import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class ParetoNBD(Fittable):
    r"""The Pareto/NBD model: the classic of repeat buying when nobody tells that they left.

    While alive a customer buys at the rate :math:`\lambda \sim \text{Gamma}(r, \alpha)` and leaves at the rate
    :math:`\mu \sim \text{Gamma}(s, \beta)`, at any moment.

    .. math:: L = \frac{\Gamma(r + x)\,\alpha^r \beta^s}{\Gamma(r)} \Big[\frac{1}{(\alpha + T)^{r + x}(\beta + T)^s}
              + s \int_{t_x}^T \frac{du}{(\alpha + u)^{r + x}(\beta + u)^{s + 1}}\Big].

    Notes
    -----
    The integral is a Gauss-Legendre sum of 24 positive terms. The published form is a difference of two
    hypergeometric functions, which overflows for heavy buyers.

    References
    ----------
    Schmittlein, Morrison and Colombo (1987), Counting your customers, Management Science 33(1).
    Fader and Hardie (2005), A note on deriving the Pareto/NBD model, note 009.

    Examples
    --------
    >>> from kundenmetrik.clv import ParetoNBD, Purchases
    >>> bought = [0] * 60 + [1] * 18 + [2] * 9 + [3] * 5 + [4] * 4 + [6] * 3 + [9]
    >>> last = [0.0] * 60 + [4.0, 11.0, 30.0] * 6 + [9.0, 21.0, 33.0] * 3 + [8.0, 22.0, 29.0, 35.0, 37.0]
    >>> last += [12.0, 30.0, 36.0, 38.0] + [31.0, 37.0, 38.5, 38.0]
    >>> base = Purchases.from_summary(bought, last, [39.0] * 100, unit="week")
    >>> fit = ParetoNBD().fit(base)
    >>> value = fit.discounted_purchases(0.10, "12 months").total
    >>> round(value.low), round(value.value), round(value.high)
    (38, 72, 135)
    """

    name: ClassVar[str] = "ParetoNBD"
    parameters: ClassVar[tuple[str, ...]] = ("r", "alpha", "s", "beta")
    _nodes: ClassVar[tuple[int, int]] = (8, 24)
    _rates: ClassVar[Mapping[str, int]] = {"purchase_rate": 0, "dropout_rate": 2}
    _effects: ClassVar[Mapping[str, tuple[int, float]]] = {"purchasing": (1, -1.0), "dropout": (3, -1.0)}
    _limits: ClassVar[tuple[DegenerateLimit, ...]] = dropout_limits(
        "Fit NBD() instead.", 'Fit ModifiedBetaGeo() with method="map".'
    )

    @property
    def _costly(self) -> bool:
        """Whether equal customers are worth finding before a prediction: each costs an integral."""
        return True

    def _starts(self, rate: float, age: float) -> tuple[FloatArray, FloatArray]:
        """Return two starts in logarithms."""
        return np.log([0.6, 0.4 / rate, 0.7, 0.4 * age]), np.log([0.8, 0.5 / rate, 1.0, 0.8 * age])

    def _corner_starts(self, rate: float, age: float) -> tuple[FloatArray, ...]:
        """Return starts where some leave at once and the others never, nobody leaves, all leave alike."""
        dropout = (0.2, 0.01 * age), (0.5, 20.0 * age), (8.0, 10.0 * age)
        return tuple(np.log([0.7, 0.5 / rate, *pair]) for pair in dropout)

    def _likelihood_terms(self, params: Params, cells: Any, nodes: int) -> LikelihoodTerms:
        """Return the log-likelihood of each cell."""
        return pareto_terms(params, cells, nodes)

    def _log_odds_alive(self, params: Params, past: Histories) -> FloatArray:
        """Return the log odds of being alive."""
        return -death_odds(params, past, self._nodes[1])

    def _state(self, params: Params, past: Histories) -> AliveState:
        """Return the rates of a customer who is alive."""
        r, alpha, s, beta = params
        parts = (r + past.frequency, alpha + past.age, s, beta + past.age)
        return AliveState(*(np.broadcast_to(np.asarray(part, dtype=np.float64), past.age.shape) for part in parts))

    def _mean_life(self, params: Params, past: Histories) -> FloatArray:
        """Return the inverse of the mean rate of leaving."""
        return np.asarray((params[3] + past.age) / params[2])

    def _time_scale(self, params: Params, past: Histories) -> FloatArray:
        """Return the smaller of alpha and beta, plus age."""
        return np.asarray(np.minimum(params[1], params[3]) + past.age)

    def _expected_if_alive(self, params: Params, past: Histories, horizon: FloatArray) -> FloatArray:
        """Return the purchases expected in a horizon of a customer who is alive."""
        return purchases(self._state(params, past), horizon)

    def _survival_if_alive(self, params: Params, past: Histories, horizon: FloatArray) -> FloatArray:
        """Return the probability of still being alive after a horizon."""
        return survival(self._state(params, past), horizon)

    def _distribution_if_alive(self, params: Params, past: Histories, horizon: FloatArray, n: IntArray) -> FloatArray:
        """Return the probability of n purchases in a horizon."""
        return purchase_probability(self._state(params, past), horizon, n)

    def _at_least_if_alive(self, params: Params, past: Histories, horizon: FloatArray, n: IntArray) -> FloatArray:
        """Return the probability of n purchases or more in a horizon."""
        return at_least(self._state(params, past), horizon, n)

    def _endless_if_alive(self, params: Params, past: Histories) -> FloatArray:
        """Return the purchases expected for ever, infinite where s is at most 1."""
        return endless(self._state(params, past))

    def _mean_rate(self, params: Params, name: str) -> Any:
        """Return the mean purchase rate or dropout rate."""
        r, alpha, s, beta = params
        return r / alpha if name == "purchase_rate" else s / beta

    def _judgements(self, age: float) -> list[tuple[tuple[float, ...], float]]:
        """Return the priors: r and s near 1, one purchase in the mean age, half the customers gone after it."""
        slow = float(np.log(1.0 / age))
        return [
            ((1.0, 0.0, 0.0, 0.0), 0.0),
            ((1.0, -1.0, 0.0, 0.0), slow),
            ((0.0, 0.0, 1.0, 0.0), 0.0),
            ((0.0, 0.0, 1.0, -1.0), slow),
        ]

    def _draw(self, params: Params, horizon: FloatArray, rng: np.random.Generator) -> Drawn:
        """Return simulated repeat purchases of new customers."""
        r, alpha, s, beta = params
        many = len(horizon)
        rate = rng.standard_gamma(np.broadcast_to(r, many)) / alpha
        leave = rng.standard_gamma(np.broadcast_to(s, many)) / beta
        with np.errstate(divide="ignore"):
            whole_life = rng.standard_exponential(many) / leave
        life = np.minimum(horizon, whole_life)
        bought = rng.poisson(rate * life)
        who = np.repeat(np.arange(many), bought)
        times = rng.random(len(who)) * life[who]
        order = np.lexsort((times, who))
        return who[order], times[order], whole_life > horizon
