"""What every repeat-buying model is: a likelihood, the chance of being alive, and what is bought by those who are."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
import scipy

from kundenmetrik.clv.data.histories import Drawn, Histories, Params
from kundenmetrik.clv.processes.degenerate_limit import DegenerateLimit
from kundenmetrik.clv.processes.likelihood_terms import LikelihoodTerms
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.likelihood.quadrature import chunks, legendre
from kundenmetrik.errors import Fault, FitRefused
from kundenmetrik.frame.reading.faults import refuse

DISCOUNT_NODES = 48
ALIVE_WIDTH = 4
NEVER = 1e9
"""A next purchase later than this many time scales never comes."""
FORGOTTEN = 42.0
"""A purchase that is discounted by exp(-42) no longer counts."""


class RepeatBuying(ABC):
    """A model of how often customers come back and when they stop."""

    __slots__ = ()
    name: ClassVar[str]
    parameters: ClassVar[tuple[str, ...]]
    _limits: ClassVar[tuple[DegenerateLimit, ...]] = ()
    _nodes: ClassVar[tuple[int, int]] = (0, 0)
    _rates: ClassVar[Mapping[str, int]] = {}
    """The posterior means: for each, the parameter that one more event adds one to."""
    _effects: ClassVar[Mapping[str, tuple[int, float]]] = {}
    """What covariates act on: the parameter they move in the logarithm, and the direction."""

    @abstractmethod
    def _starts(self, rate: float, age: float) -> tuple[FloatArray, ...]:
        """Return two starts or more in logarithms, from the purchases per unit of time and the mean age."""

    def _corner_starts(self, rate: float, age: float) -> tuple[FloatArray, ...]:
        """Return further starts of the posterior mode, from the corners of the dropout."""
        return ()

    @abstractmethod
    def _likelihood_terms(self, params: Params, cells: Any, nodes: int) -> LikelihoodTerms:
        """Return the log-likelihood of each cell with derivatives by the parameters."""

    @abstractmethod
    def _log_odds_alive(self, params: Params, past: Histories) -> FloatArray:
        """Return the log of the odds of being alive at the end of observation."""

    @abstractmethod
    def _expected_if_alive(self, params: Params, past: Histories, horizon: FloatArray) -> FloatArray:
        """Return the purchases expected in a horizon of a customer who is alive."""

    @abstractmethod
    def _endless_if_alive(self, params: Params, past: Histories) -> FloatArray:
        """Return the purchases expected for ever of a customer who is alive; infinite where the model says so."""

    @abstractmethod
    def _survival_if_alive(self, params: Params, past: Histories, horizon: FloatArray) -> FloatArray:
        """Return the probability of still being alive after a horizon."""

    @abstractmethod
    def _distribution_if_alive(self, params: Params, past: Histories, horizon: FloatArray, n: IntArray) -> FloatArray:
        """Return the probability of n purchases in a horizon, customers by counts."""

    @abstractmethod
    def _at_least_if_alive(self, params: Params, past: Histories, horizon: FloatArray, n: IntArray) -> FloatArray:
        """Return the probability of n purchases or more in a horizon; n >= 1 has one row for each customer."""

    @abstractmethod
    def _time_scale(self, params: Params, past: Histories) -> FloatArray:
        """Return the time over which the expected purchases bend."""

    def _leaving_at_once(self, params: Params, cells: Any, stays: FloatArray) -> FloatArray:
        """Return the log-likelihood of customers who leave at the first chance, from that of those who never leave.

        ``params`` are those of a model whose first parameter of dropout is next to nothing.
        """
        return np.where(cells.frequency == 0, 0.0, -np.inf)

    def _mean_life(self, params: Params, past: Histories) -> FloatArray:
        """Return about how long a customer who is alive stays one, which is how soon the expected purchases bend."""
        return self._time_scale(params, past)

    @abstractmethod
    def _mean_rate(self, params: Params, name: str) -> Any:
        """Return the mean of a rate over all customers."""

    @abstractmethod
    def _judgements(self, age: float) -> list[tuple[tuple[float, ...], float]]:
        """Return the priors: combinations of the coordinates with their means, for a mean age."""

    @abstractmethod
    def _draw(self, params: Params, horizon: FloatArray, rng: np.random.Generator) -> Drawn:
        """Return simulated repeat purchases of new customers: who, when since the first purchase, and who is alive."""

    def _faults(self, past: Any) -> list[Fault | None]:
        """Return what histories the model cannot have; a base of purchases is valid for continuous time."""
        return []

    def _check(self, cells: Any) -> None:
        """Refuse data that identify no model at all."""
        refuse(self._faults(cells))
        if int(cells.count.sum()) < 2:
            raise FitRefused(self.name, "there are fewer than two customers")
        if cells.frequency.max() == 0:
            raise FitRefused(self.name, "no customer bought again", "Observe the customers for longer.")
        if len(cells) == 1:
            raise FitRefused(self.name, "all customers are identical", "Observe customers who differ.")
        if len(cells) <= len(self.parameters):
            said = f"there are {len(cells)} kinds of customers for {len(self.parameters)} parameters"
            raise FitRefused(self.name, said, "Add customers.")

    @property
    def _costly(self) -> bool:
        """Whether equal customers are worth finding before a prediction."""
        return False

    @property
    def _timed(self) -> bool:
        """Whether it matters for the future of a customer who is alive when the last purchase was."""
        return False

    def _span(self, value: float, argument: str) -> float:
        """Return a horizon that the model can answer; time is continuous unless a model says otherwise."""
        return value

    def _next_purchase(self, params: Params, past: Histories, share: float) -> FloatArray:
        """Return when a customer has bought again with probability ``share``; infinite where never."""
        scale = self._time_scale(params, past)
        low, high = np.full(len(scale), -30.0), np.full(len(scale), np.log(NEVER))
        never = self._bought_by(params, past, scale * NEVER) < share
        for _ in range(64):
            middle = (low + high) / 2.0
            early = self._bought_by(params, past, scale * np.exp(middle)) < share
            low, high = np.where(early, middle, low), np.where(early, high, middle)
        return np.where(never, np.inf, scale * np.exp((low + high) / 2.0))

    def _probability_alive(self, params: Params, past: Histories, horizon: float = 0.0) -> FloatArray:
        """Return the probability of being alive a horizon after the end of observation."""
        now = self._alive(params, past)
        if horizon == 0.0:
            return now
        return now * self._survival_if_alive(params, past, np.full(len(now), horizon))

    def _expected_purchases(self, params: Params, past: Histories, horizon: float, start: float = 0.0) -> FloatArray:
        """Return the purchases expected from ``start`` on, over a horizon."""
        now = self._alive(params, past)
        until = self._expected_if_alive(params, past, np.full(len(now), start + horizon))
        before = self._expected_if_alive(params, past, np.full(len(now), start)) if start > 0.0 else 0.0
        return np.asarray(now * (until - before))

    def _distribution(self, params: Params, past: Histories, horizon: float, n: IntArray) -> FloatArray:
        """Return the probability of n purchases in a horizon, customers by counts."""
        odds = self._log_odds(params, past)[:, None]
        bought = self._distribution_if_alive(params, past, np.full(len(odds), horizon), n)
        return np.asarray(scipy.special.expit(odds) * bought + np.where(n == 0, scipy.special.expit(-odds), 0.0))

    def _discounted_purchases(self, params: Params, past: Histories, rate: float, horizon: float) -> FloatArray:
        r"""Return purchases discounted continuously: the expected ones, integrated by parts.

        .. math:: \int_0^h e^{-\delta u} dE(u) = e^{-\delta h} E(h) + \delta \int_0^h e^{-\delta u} E(u) du.
        """
        if rate == 0.0:
            return (
                self._endless_purchases(params, past)
                if np.isinf(horizon)
                else self._expected_purchases(params, past, horizon)
            )
        now = self._alive(params, past)
        scale = np.broadcast_to(self._time_scale(params, past), now.shape)
        end = np.minimum(horizon, FORGOTTEN / rate)
        longest = np.log1p(end / scale)
        result, nodes = np.empty(len(now)), self._discount_nodes(params, past)
        for count in np.unique(nodes).tolist():
            places, weights = legendre(count)
            alike = np.flatnonzero(nodes == count)
            for rows in (alike[part] for part in chunks(len(alike), count)):
                stretch = longest[rows, None] * places
                time = scale[rows, None] * np.expm1(stretch)
                width = longest[rows, None] * weights * scale[rows, None] * np.exp(stretch)
                expected = self._at_times(params, past.take(rows), time, rows)
                result[rows] = rate * (width * np.exp(-rate * time) * expected).sum(axis=1)
        if np.isfinite(horizon):
            result += np.exp(-rate * horizon) * self._expected_if_alive(params, past, np.full(len(now), horizon))
        return now * result

    def _posterior_rate(self, params: Params, past: Histories, name: str) -> FloatArray:
        """Return the mean of a customer's own rate: its prior mean times the likelihood with one event more."""
        more = list(params)
        more[self._rates[name]] = more[self._rates[name]] + 1.0
        ratio = (
            self._likelihood_terms(tuple(more), past, self._nodes[1]).value
            - self._likelihood_terms(params, past, self._nodes[1]).value
        )
        return np.asarray(self._mean_rate(params, name) * np.exp(ratio))

    def _endless_purchases(self, params: Params, past: Histories) -> FloatArray:
        """Return the purchases expected for ever, undiscounted; 0 where nobody is alive."""
        now = self._alive(params, past)
        with np.errstate(invalid="ignore"):
            return np.where(now == 0.0, 0.0, now * self._endless_if_alive(params, past))

    def _alive(self, params: Params, past: Histories) -> FloatArray:
        """Return the probability of being alive, in blocks that stay in the cache."""
        result = np.empty(len(past.age))
        for rows in chunks(len(result), ALIVE_WIDTH):
            own = tuple(part[rows] if np.ndim(part) else part for part in params)
            result[rows] = scipy.special.expit(self._log_odds(own, past.take(rows)))
        return result

    def _log_odds(self, params: Params, past: Histories) -> FloatArray:
        """Return the log of the odds of being alive; who is known to have left is not."""
        odds = self._log_odds_alive(params, past)
        return odds if past.churned is None else np.where(past.churned, -np.inf, odds)

    def _discount_nodes(self, params: Params, past: Histories) -> IntArray:
        """Return how many moments each customer's discounted purchases are computed at."""
        return np.full(len(past.age), DISCOUNT_NODES)

    def _bought_by(self, params: Params, past: Histories, time: FloatArray) -> FloatArray:
        """Return the probability of a purchase within a time of its own for each customer."""
        silent = self._distribution_if_alive(params, past, time, np.zeros(1, dtype=np.int64))[:, 0]
        return np.asarray(self._probability_alive(params, past) * (1.0 - silent))

    def _at_times(self, params: Params, past: Histories, time: FloatArray, rows: IntArray) -> FloatArray:
        """Return the expected purchases of each customer at several times."""
        many = time.shape[1]
        repeated = past.take(np.repeat(np.arange(len(time)), many))
        spread = tuple(np.repeat(part[rows], many) if np.ndim(part) else part for part in params)
        return self._expected_if_alive(spread, repeated, time.ravel()).reshape(time.shape)
