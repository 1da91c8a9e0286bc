"""Simulated purchase logs, with the truth known."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from kundenmetrik.clv.data.histories import Histories, Params
from kundenmetrik.clv.fits.prediction import Prediction
from kundenmetrik.clv.fits.predictive_interval import PredictiveInterval
from kundenmetrik.clv.fits.queryable_fit import Quantity, QueryableFit
from kundenmetrik.clv.processes.likelihood_terms import params_of
from kundenmetrik.core.arrays import FloatArray, IntArray
from kundenmetrik.core.checks import check_choice, check_count, check_generator, check_share
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.time.instants import TICKS
from kundenmetrik.frame.time.observed_until import observed_moment
from kundenmetrik.frame.time.units import DAYS, per_unit_rate

MOST_CUSTOMERS = 10_000_000
"""How many customers are simulated at most."""


@dataclass(frozen=True, kw_only=True, eq=False, repr=False)
class RepeatFit(QueryableFit):
    """A repeat-buying model with its parameters: everything it predicts, for its own customers or for others.

    Notes
    -----
    A ``horizon`` is a number in the fit's ``unit`` or text with a unit of its own, such as ``"12 months"``.
    ``purchases=`` takes other customers in the same unit, ``confidence=`` is that of the limits. Values come as a
    :class:`~kundenmetrik.clv.Prediction`, whose limits are computed when they are first read; they cover the
    uncertainty of the parameters. :meth:`purchase_range` covers the chance of the purchases themselves.

    Customers who are known to have left (``Purchases.churned``) have no chance to be alive and buy nothing, with the
    note ``known_leavers``; :meth:`posterior_rate` is the rate that they had.
    """

    def probability_alive(self, *, horizon: object = 0, purchases: Any = None, confidence: float = 0.95) -> Prediction:
        """Return the probability that each customer is still a customer, now or after a horizon.

        Parameters
        ----------
        horizon : float or str
            How long after the end of observation.

        Returns
        -------
        Prediction
        """
        span = self._span(horizon)
        ask = partial(self.model._probability_alive, horizon=span)
        return self._predict("probability_alive", ask, purchases, confidence, "logit", "probability")

    def expected_purchases(
        self, horizon: object, *, start: object = 0, purchases: Any = None, confidence: float = 0.95
    ) -> Prediction:
        """Return how many purchases each customer is expected to make in a horizon.

        Parameters
        ----------
        horizon : float or str
            How long.
        start : float or str
            From when on, after the end of observation.

        Returns
        -------
        Prediction
            Its ``total`` is the expected number over all customers, with an interval from the full covariance.
        """
        span, wait = self._span(horizon), self._span(start, "start")
        ask = partial(self.model._expected_purchases, horizon=span, start=wait)
        return self._predict("expected_purchases", ask, purchases, confidence, "log", "purchases")

    def discounted_purchases(
        self,
        annual_discount: float,
        horizon: object = None,
        *,
        purchases: Any = None,
        confidence: float = 0.95,
    ) -> Prediction:
        """Return the present value of one unit of money per purchase, to a horizon or for ever.

        Parameters
        ----------
        annual_discount : float
            The effective annual rate; every purchase is discounted from the moment it is made.
        horizon : float or str, optional
            How long; None means for ever (the literature's DERT, discounted expected residual transactions).

        Returns
        -------
        Prediction
        """
        rate = per_unit_rate(annual_discount, self.unit)
        span = math.inf if horizon is None else self._span(horizon)
        ask = partial(self.model._discounted_purchases, rate=rate, horizon=span)
        return self._predict("discounted_purchases", ask, purchases, confidence, "log", "purchases")

    def purchase_distribution(
        self, n: ArrayLike, horizon: object, *, purchases: Any = None, confidence: float = 0.95
    ) -> Prediction:
        """Return the probability that a customer makes exactly n purchases in a horizon.

        Parameters
        ----------
        n : int or array-like of int
            The number of purchases; for several, the value has one column for each.
        horizon : float or str
            How long.

        Returns
        -------
        Prediction
        """
        counts = _counts(n)
        ask = partial(self.model._distribution, horizon=self._span(horizon), n=np.atleast_1d(counts))
        ask = ask if np.ndim(n) else partial(_only_column, ask)
        return self._predict("purchase_distribution", ask, purchases, confidence, "logit", "probability")

    def probability_no_purchase(
        self, horizon: object, *, purchases: Any = None, confidence: float = 0.95
    ) -> Prediction:
        """Return the probability that a customer buys nothing in a horizon: :meth:`purchase_distribution` at 0."""
        return self.purchase_distribution(0, horizon, purchases=purchases, confidence=confidence)

    def posterior_rate(
        self, name: str = "purchase_rate", *, purchases: Any = None, confidence: float = 0.95
    ) -> Prediction:
        """Return the mean of a customer's own rate, given the history.

        Parameters
        ----------
        name : str
            ``"purchase_rate"`` per unit of time, or the model's ``"dropout_probability"`` or ``"dropout_rate"``.

        Returns
        -------
        Prediction
        """
        ask = partial(self.model._posterior_rate, name=check_choice(name, "name", self.model._rates))
        return self._predict(name, ask, purchases, confidence, "log", f"per {self.unit}", additive=False)

    def expected_purchases_new(self, horizon: object, *, confidence: float = 0.95) -> Estimate:
        """Return how many repeat purchases a customer makes on average in the time after the first purchase.

        Parameters
        ----------
        horizon : float or str
            How long after the first purchase.
        confidence : float
            Of the interval, which covers the uncertainty of the parameters.

        Returns
        -------
        Estimate
        """
        ask = partial(self.model._expected_purchases, horizon=self._span(horizon))
        newcomer = Quantity(fit=self._baseline(), ask=ask, purchases=self._newcomer(), link="log")
        return self._prediction("expected_purchases_new", newcomer, confidence, "purchases")[0]

    def purchase_distribution_new(self, n: ArrayLike, horizon: object, *, confidence: float = 0.95) -> Prediction:
        """Return the probability that a new customer makes exactly n repeat purchases in a horizon, one for each n.

        Parameters
        ----------
        n : int or array-like of int
            The numbers of purchases.
        horizon : float or str
            How long after the first purchase.
        confidence : float
            Of the limits.

        Returns
        -------
        Prediction
            One value per count; its key is n.
        """
        counts = np.atleast_1d(_counts(n))
        ask = partial(self.model._distribution, horizon=self._span(horizon), n=counts)
        newcomer = Quantity(fit=self._baseline(), ask=partial(_only_row, ask), purchases=self._newcomer(), link="logit")
        found = self._prediction("purchase_distribution_new", newcomer, confidence, "probability")
        return replace(found, key=counts, key_name="n")

    def purchase_range(self, horizon: object, *, purchases: Any = None, confidence: float = 0.95) -> Prediction:
        """Return how many purchases a customer may make: the expected number and the limits of the number itself.

        Parameters
        ----------
        horizon : float or str
            How long.
        purchases : Purchases, optional
            Other customers.
        confidence : float
            The chance that the number of purchases lies within the limits, at least.

        Returns
        -------
        Prediction
            Its limits are whole numbers, quantiles of :meth:`purchase_distribution` at the fitted parameters. Those of
            its ``total`` are quantiles of the sum of independent counts (by characteristic functions), averaged over
            what the parameters may be along the line that moves the total; for one customer they are the customer's.
        """
        span = self._span(horizon)
        ask = partial(self.model._expected_purchases, horizon=span)
        mean = Quantity(fit=self, ask=ask, purchases=purchases, link="log")
        chance = PredictiveInterval(quantity=mean, horizon=span)
        found = self._prediction("purchases", mean, confidence, "purchases")
        return replace(found, ask=chance.limits, ask_total=chance.total_limits, method="predictive")

    def next_purchase(self, share: float = 0.5, *, purchases: Any = None, confidence: float = 0.95) -> Prediction:
        """Return the time by which a customer has bought again with a given probability; infinite where never.

        Parameters
        ----------
        share : float
            The probability, between 0 and 1.

        Returns
        -------
        Prediction
            In units after the end of observation.
        """
        ask = partial(self.model._next_purchase, share=check_share(share, "share"))
        return self._predict("next_purchase", ask, purchases, confidence, "log", self.unit, additive=False)

    def simulate(
        self,
        customers: int,
        *,
        horizon: Any,
        rng: object,
        begin: str = "2020-01-01",
    ) -> pd.DataFrame:
        """Return a simulated log of purchases by new customers, which :func:`kundenmetrik.clv.purchases` reads.

        Parameters
        ----------
        customers : int
            How many customers make their first purchase at ``begin``.
        horizon : float or str, or one for each customer
            How long they are observed.
        rng : int, numpy.random.Generator or None
            The seed; None draws another log each time.
        begin : str
            The instant of the first purchases.

        Returns
        -------
        DataFrame
            customer_id and occurred_at, sorted, the first purchase of every customer included; ``alive`` says whether
            the customer is still one at the end of the horizon, which real data never tell.
        """
        many = check_count(customers, "customers", low=1, high=MOST_CUSTOMERS)
        first = observed_moment(begin, "begin").tz_localize(None).to_datetime64().astype("datetime64[ns]")
        params, span = params_of(self.model, self.theta, None, ()), self._spans(horizon, many)
        who, when, alive = self.model._draw(params, span, check_generator(rng))
        customer, time = np.concatenate((np.arange(many), who)), np.concatenate((np.zeros(many), when))
        order = np.lexsort((time, customer))
        since = np.rint(time[order] * DAYS[self.unit] * TICKS["ns"]).astype("timedelta64[ns]")
        moments = first + since
        return pd.DataFrame({"customer_id": customer[order], "occurred_at": moments, "alive": alive[customer[order]]})

    def _spans(self, horizon: Any, many: int) -> FloatArray:
        """Return the horizon of each of many customers, from one for all or one for each."""
        if isinstance(horizon, str) or not isinstance(horizon, (list, tuple, np.ndarray, pd.Series)):
            return np.full(many, self._span(horizon))
        if len(horizon) != many:
            raise InvalidArgument("horizon", f"be one, or one for each of {many:,} customers", len(horizon))
        return np.array([self._span(one) for one in horizon])


def _counts(n: ArrayLike) -> IntArray:
    """Return numbers of purchases as whole numbers from 0 up."""
    values = np.asarray(n)
    if values.dtype.kind not in "iuf" or values.ndim > 1:
        raise InvalidType("n", "be a whole number or a flat list of them", n)
    if not (np.isfinite(values).all() and (values >= 0).all() and (values == np.rint(values)).all()):
        raise InvalidArgument("n", "hold whole numbers of at least 0", n)
    return values.astype(np.int64)


def _only_column(ask: Any, params: Params, past: Histories) -> FloatArray:
    return np.asarray(ask(params, past)[:, 0])


def _only_row(ask: Any, params: Params, past: Histories) -> FloatArray:
    return np.asarray(ask(params, past)[0])
