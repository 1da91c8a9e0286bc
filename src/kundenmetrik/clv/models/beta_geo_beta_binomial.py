"""BG/BB: customers buy or not in each period, such as donors once a year, and leave between periods."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import scipy

from kundenmetrik.clv.data.histories import Drawn, Histories, Params
from kundenmetrik.clv.fits.fittable import Fittable
from kundenmetrik.clv.processes.beta_binomial_likelihood import beta_binomial_terms, branches
from kundenmetrik.clv.processes.degenerate_limit import MAP, DegenerateLimit, dropout_limits
from kundenmetrik.clv.processes.likelihood_terms import LikelihoodTerms
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.likelihood.log_rising_factorial import log_rising
from kundenmetrik.errors import Fault, InvalidArgument
from kundenmetrik.frame.reading.faults import fault_of

MAX_PERIODS = 1_000_000
DISCOUNT_CUTOFF = 42.0
PERIOD_BLOCK = 512
MAX_WAIT = 10_000
"""So many periods a next purchase is waited for."""


@dataclass(frozen=True, slots=True)
class BetaGeoBetaBinomial(Fittable):
    r"""The BG/BB model: purchases that can happen once in each period, and customers who leave between periods.

    While alive a customer buys in a period with probability :math:`p \sim \text{Beta}(\alpha, \beta)`; before each
    period the customer leaves with probability :math:`\theta \sim \text{Beta}(\gamma, \delta)`. With x purchases in n
    periods, the last in period :math:`t_x`:

    .. math:: L = \frac{B(\alpha + x, \beta + n - x)}{B(\alpha, \beta)} \frac{B(\gamma, \delta + n)}{B(\gamma, \delta)}
              + \sum_{m = t_x}^{n - 1} \frac{B(\alpha + x, \beta + m - x)}{B(\alpha, \beta)}
              \frac{B(\gamma + 1, \delta + m)}{B(\gamma, \delta)}.

    Frequency, recency and age are whole numbers of periods, and the unit of the purchases is the period.

    Notes
    -----
    ``probability_alive()`` is the chance of being alive in the last period observed; the published tables give it for
    the period after, ``probability_alive(horizon=1)``. A purchase in the i-th coming period is discounted by i periods.

    References
    ----------
    Fader, Hardie and Shang (2010), Customer-base analysis in a discrete-time noncontractual setting, Marketing
    Science 29(6).

    Examples
    --------
    >>> from kundenmetrik.clv import BetaGeoBetaBinomial, Purchases
    >>> gifts, last = [0] * 30 + [1] * 12 + [2] * 9 + [3, 4, 5] * 5, [0] * 30 + [1, 2, 5] * 4 + [2, 4, 6] * 3 + [6] * 15
    >>> fit = BetaGeoBetaBinomial().fit(Purchases.from_summary(gifts, last, [6] * 66, unit="year"))
    >>> round(fit.expected_purchases_new(3).value, 2)
    0.75
    """

    name: ClassVar[str] = "BetaGeoBetaBinomial"
    parameters: ClassVar[tuple[str, ...]] = ("alpha", "beta", "gamma", "delta")
    _rates: ClassVar[Mapping[str, int]] = {"purchase_rate": 0, "dropout_probability": 2}
    _limits: ClassVar[tuple[DegenerateLimit, ...]] = dropout_limits(MAP)

    @property
    def _costly(self) -> bool:
        """Whether equal customers are worth finding before a prediction: there are few kinds."""
        return True

    def _faults(self, past: Any) -> list[Fault | None]:
        """Return the times that are no whole periods, and more purchases than periods."""
        x, last, age = past.frequency, past.recency, past.age
        return [
            fault_of("recency", "be whole periods", last != np.rint(last), last, "not_whole"),
            fault_of("age", "be whole periods", age != np.rint(age), age, "not_whole"),
            fault_of("frequency", "be at most recency: one purchase in a period", x > last, x, "too_many"),
        ]

    def _span(self, value: float, argument: str) -> float:
        """Return a number of whole periods."""
        if value != round(value) or value > MAX_PERIODS:
            raise InvalidArgument(argument, f"be a whole number of periods up to {MAX_PERIODS:,}", value)
        return value

    def _starts(self, rate: float, age: float) -> tuple[FloatArray, FloatArray]:
        """Return two starts in logarithms."""
        odds = min(max(rate / max(1.0 - rate, 0.05), 0.05), 20.0)
        return np.log([odds, 1.0, 0.7, 0.7 * 3.0]), np.log([2.0 * odds, 2.0, 1.0, 8.0])

    def _corner_starts(self, rate: float, age: float) -> tuple[FloatArray, ...]:
        """Return starts where some leave at once and the others never, nobody leaves, all leave alike."""
        start = self._starts(rate, age)[0][:2]
        return tuple(np.append(start, np.log(pair)) for pair in ((0.1, 0.2), (0.3, 20.0), (20.0, 60.0)))

    def _likelihood_terms(self, params: Params, cells: Any, nodes: int) -> LikelihoodTerms:
        """Return the log-likelihood of each cell."""
        return beta_binomial_terms(params, cells)

    def _log_odds_alive(self, params: Params, past: Histories) -> FloatArray:
        """Return the log odds of being alive in the last period."""
        value = branches(params, past)[0]
        if value.shape[1] == 1:
            return np.full(len(value), np.inf)
        top = value[:, 1:].max(axis=1)
        safe = np.where(np.isfinite(top), top, 0.0)
        with np.errstate(divide="ignore"):
            return np.asarray(value[:, 0] - safe - np.log(np.exp(value[:, 1:] - safe[:, None]).sum(axis=1)))

    def _survival_if_alive(self, params: Params, past: Histories, horizon: FloatArray) -> FloatArray:
        """Return the probability of being alive a number of periods later."""
        _, _, gamma, delta = params
        left = delta + past.age
        return np.asarray(np.exp(log_rising(left, horizon) - log_rising(gamma + left, horizon)))

    def _expected_if_alive(self, params: Params, past: Histories, horizon: FloatArray) -> FloatArray:
        """Return the purchases expected in a number of periods."""
        return self._sum(params, past, horizon, 0.0)

    def _discounted_purchases(self, params: Params, past: Histories, rate: float, horizon: float) -> FloatArray:
        """Return the purchases of each coming period, discounted by as many periods."""
        if rate == 0.0 and np.isinf(horizon):
            return self._endless_purchases(params, past)
        end = min(horizon, np.ceil(DISCOUNT_CUTOFF / rate)) if rate > 0.0 else horizon
        return self._probability_alive(params, past) * self._sum(params, past, np.full(len(past.age), end), rate)

    def _endless_if_alive(self, params: Params, past: Histories) -> FloatArray:
        """Return the purchases expected for ever, infinite where gamma is at most 1."""
        gamma, delta = params[2:]
        periods = (delta + past.age) / (gamma - 1.0) if gamma > 1.0 else np.full(len(past.age), np.inf)
        return np.asarray(self._buys(params, past) * periods)

    def _distribution_if_alive(self, params: Params, past: Histories, horizon: FloatArray, n: IntArray) -> FloatArray:
        """Return the probability of n purchases in a number of periods, customers by counts."""
        alpha, beta, gamma, delta = params
        a, b = (alpha + past.frequency)[:, None], (beta + past.age - past.frequency)[:, None]
        left, periods = (delta + past.age)[:, None], int(horizon.max(initial=0.0))
        total = np.zeros((len(past.age), len(n)))
        for m in range(periods + 1):
            stays = np.exp(log_rising(left, m) - log_rising(gamma + left, m))
            ends = np.where(m < horizon[:, None], gamma / (gamma + left + m), 1.0 * (horizon[:, None] == m))
            total += stays * ends * _binomial(a, b, m, n)
        return total

    def _at_least_if_alive(self, params: Params, past: Histories, horizon: FloatArray, n: IntArray) -> FloatArray:
        """Return the probability of n purchases or more: that a period alive brings the n-th one."""
        alpha, beta, gamma, delta = params
        a, b = (alpha + past.frequency)[:, None], (beta + past.age - past.frequency)[:, None]
        left, total = (delta + past.age)[:, None], np.zeros(n.shape)
        for m in range(1, int(horizon.max(initial=0.0)) + 1):
            stays = np.exp(log_rising(left, m) - log_rising(gamma + left, m))
            buys = (a + n - 1.0) / (a + b + m - 1.0)
            total += np.where(m <= horizon[:, None], stays * buys * _binomial(a, b, m - 1, n - 1), 0.0)
        return total

    def _next_purchase(self, params: Params, past: Histories, share: float) -> FloatArray:
        """Return the period by which a customer has bought again with probability ``share``; infinite where never."""
        alpha, beta, gamma, delta = params
        b, left = beta + past.age - past.frequency, delta + past.age
        a = alpha + past.frequency
        alive, bought = self._probability_alive(params, past), np.zeros(len(past.age))
        period = np.where(bought >= share, 0.0, np.inf)
        for m in range(MAX_WAIT):
            alive = alive * (left + m) / (gamma + left + m)
            bought = bought + alive * a / (a + b + m)
            alive = alive * (b + m) / (a + b + m)
            period = np.where(np.isinf(period) & (bought >= share), m + 1.0, period)
        return period

    def _time_scale(self, params: Params, past: Histories) -> FloatArray:
        """Return one period."""
        return np.ones(len(past.age))

    def _mean_rate(self, params: Params, name: str) -> Any:
        """Return the mean probability of buying, or of leaving."""
        alpha, beta, gamma, delta = params
        return alpha / (alpha + beta) if name == "purchase_rate" else gamma / (gamma + delta)

    def _judgements(self, age: float) -> list[tuple[tuple[float, ...], float]]:
        """Return the priors: buying near 1 in 2, leaving near 1 in 4, and sums of a few."""
        few = float(np.log(1.5))
        return [
            ((1.0, -1.0, 0.0, 0.0), 0.0),
            ((0.5, 0.5, 0.0, 0.0), few),
            ((0.0, 0.0, 1.0, -1.0), float(np.log(1.0 / 3.0))),
            ((0.0, 0.0, 0.5, 0.5), few),
        ]

    def _draw(self, params: Params, horizon: FloatArray, rng: np.random.Generator) -> Drawn:
        """Return simulated repeat purchases of new customers: who, in which period, and who is still alive."""
        alpha, beta, gamma, delta = params
        buy, leave = rng.beta(alpha, beta, len(horizon)), rng.beta(gamma, delta, len(horizon))
        periods = np.arange(1, int(horizon.max(initial=0.0)) + 1)
        life = rng.geometric(np.maximum(leave, np.finfo(float).tiny)) - 1
        within = (periods <= horizon[:, None]) & (periods <= life[:, None])
        who, place = np.nonzero(within & (rng.random((len(horizon), len(periods))) < buy[:, None]))
        return who, periods[place].astype(np.float64), life >= horizon

    def _buys(self, params: Params, past: Histories) -> FloatArray:
        """Return the mean probability of buying in a period while alive."""
        alpha, beta = params[:2]
        return np.asarray((alpha + past.frequency) / (alpha + beta + past.age))

    def _sum(self, params: Params, past: Histories, horizon: FloatArray, rate: float) -> FloatArray:
        """Add up the probability of being alive in each coming period, discounted."""
        _, _, gamma, delta = params
        left, alive, total = delta + past.age, np.ones(len(past.age)), np.zeros(len(past.age))
        for first in range(0, int(horizon.max(initial=0.0)), PERIOD_BLOCK):
            m = np.arange(first, first + PERIOD_BLOCK)
            path = alive[:, None] * np.cumprod((left[:, None] + m) / (gamma + left[:, None] + m), axis=1)
            alive = path[:, -1]
            total += (path * np.exp(-rate * (m + 1.0)) * (m < horizon[:, None])).sum(axis=1)
        return total * self._buys(params, past)


def _binomial(a: FloatArray, b: FloatArray, m: int, n: IntArray) -> FloatArray:
    """Return the beta-binomial probability of n purchases in m periods."""
    few = np.minimum(n, m)
    ways = scipy.special.gammaln(m + 1.0) - scipy.special.gammaln(few + 1.0) - scipy.special.gammaln(m - few + 1.0)
    chance = np.exp(ways + log_rising(a, few) + log_rising(b, m - few) - log_rising(a + b, m))
    return np.asarray(np.where(n <= m, chance, 0.0))
