"""A fitted contractual model: its curves, what a lifetime is worth, each with its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_confidence, check_count, check_number
from kundenmetrik.core.likelihood.complex_step import jacobian
from kundenmetrik.core.likelihood.delta_method import DeltaMethod
from kundenmetrik.core.likelihood.fit_record import FitRecord
from kundenmetrik.core.likelihood.newton import Objective
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.reading.faults import fault_of, refuse
from kundenmetrik.frame.reading.numbers import numbers
from kundenmetrik.frame.time.units import DAYS_PER_YEAR, days_in_unit
from kundenmetrik.frozen import FrozenMapping
from kundenmetrik.retention.contractual.lifetime_model import LifetimeModel, remaining_lifetime
from kundenmetrik.retention.contractual.renewal_likelihood import renewal_likelihood
from kundenmetrik.retention.contractual.renewals import Renewals


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ContractFit(FitRecord):
    """A contractual model fitted by maximum likelihood; an immutable value with its data.

    Attributes
    ----------
    params, std_errors : mapping of str to float
        The parameters by name and their standard errors; at a named limit infinite or 0, and NaN.
    log_likelihood, aic, bic : float
        The log-likelihood at the maximum, and two criteria of which lower is better.
    curve : LifetimeModel
        The model that the curves follow: the one that was fitted, or the limit it ran into.
    theta, theta_covariance : ndarray of float
        The coordinates of ``curve`` and their covariance.
    renewals : Renewals
        The data.
    notes : tuple of str
        ``homogeneous_limit``, ``polarised_limit``, ``starts_at_100``, ``unit_not_given``.
    unit : str
        The length of a contract period.
    """

    _fitted: ClassVar[str] = "contracts"

    curve: LifetimeModel
    renewals: Renewals

    @property
    def n(self) -> int:
        """How many contracts came up for their first renewal."""
        return int(self.renewals.at_risk[0])

    @property
    def _natural(self) -> FloatArray:
        """The parameters of the model that the curves follow, as an array."""
        return np.asarray(self.curve._natural(self.theta), dtype=np.float64)

    @property
    def limit_params(self) -> Mapping[str, float]:
        """The parameters of the model that the curves follow; those of the fit unless it ran into a limit."""
        return FrozenMapping(dict(zip(self.curve.parameters, self._natural.tolist(), strict=True)))

    @property
    def _is_limit(self) -> bool:
        """Whether the model ran into a limit, which ``notes`` names."""
        return bool(self.curve != self.model)

    @property
    def _values(self) -> FloatArray:
        """The parameters as an array; infinite or 0 at a named limit."""
        values: FloatArray = self.model._at_limit(self.curve, self._natural) if self._is_limit else self._natural
        return values

    def _covariance_matrix(self) -> FloatArray:
        """Return the covariance of the parameters as an array; NaN at a limit."""
        if self._is_limit:
            return np.full((len(self.names), len(self.names)), np.nan)
        slopes = jacobian(self.model._natural, self.theta)
        return np.asarray(slopes @ self.theta_covariance @ slopes.T)

    def _log_objective(self) -> Objective:
        """Return the log-likelihood as a function of the logarithms of the parameters."""
        return renewal_likelihood(self.model, self.renewals, np.exp)

    def _nested_mixture(self, smaller: Any) -> Mapping[int, float]:
        """Return the mixture of chi-squares that the test of a smaller model needs, weights by degrees of freedom.

        That customers do not differ lies on the boundary of a model in which they do.
        """
        name = smaller.model.name
        if not isinstance(smaller, ContractFit) or name not in self.model._nested:
            raise InvalidArgument("smaller", f"be nested in {self.model.name}", name)
        one, two = smaller.renewals, self.renewals
        if not (np.array_equal(one.at_risk, two.at_risk) and np.array_equal(one.lost, two.lost)):
            raise InvalidArgument("smaller", "be fitted to the same data")
        degrees = self.model._nested[name]
        return dict.fromkeys(degrees, 1.0 / len(degrees))

    def survival(self, t: Any) -> FloatArray:
        """Return the share of customers still there after ``t`` renewals.

        Parameters
        ----------
        t : float or array of float
            At least 0.

        Returns
        -------
        ndarray of float
            In the shape of ``t``.
        """
        return np.asarray(np.exp(self.curve._log_survival(self._natural, _ages(t, 0.0))))

    def retention(self, t: Any) -> FloatArray:
        """Return the share of those who come to their ``t``-th renewal that renew.

        Parameters
        ----------
        t : float or array of float
            At least 1.
        """
        return np.asarray(np.exp(self.curve._log_retention(self._natural, _ages(t, 1.0))))

    def survival_interval(self, t: Any, *, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Return limits of :meth:`survival`, from the covariance on the log-log scale."""
        return self._limits(self.curve._log_survival, _ages(t, 0.0), confidence)

    def retention_interval(self, t: Any, *, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Return limits of :meth:`retention`, from the covariance on the log-log scale."""
        return self._limits(self.curve._log_retention, _ages(t, 1.0), confidence)

    def discounted_lifetime(self, annual_discount: float, renewals: int | None = None) -> float:
        r"""Return the expected number of discounted payments still to come, per customer.

        .. math:: \sum_{t \ge 0} \frac{S(t)}{(1 + d)^t} \quad\text{or, before the } n\text{-th renewal,}\quad
                  \sum_{t \ge n} \frac{S(t)}{S(n - 1)\,(1 + d)^{t - n}}

        Parameters
        ----------
        annual_discount : float
            The effective annual rate, from 0 to 1; converted to the unit of a contract period, which must be known.
        renewals : int, optional
            None: for a new customer, the first payment included. ``n``: for a customer who stands just before the
            ``n``-th renewal; a renewal made now is not discounted.

        Returns
        -------
        float
            In contract periods; infinite at discount 0 where the mean lifetime is infinite.

        Notes
        -----
        Times the margin per period it is the customer's lifetime value, or the residual one.
        """
        rate = self._rate(annual_discount)
        return self._value(self.theta, rate, renewals if renewals is None else check_count(renewals, "renewals", low=1))

    def lifetime(
        self, annual_discount: float = 0.0, renewals: int | None = None, *, confidence: float = 0.95
    ) -> Estimate:
        """Return :meth:`discounted_lifetime` as an estimate with its interval, on the log scale.

        Parameters
        ----------
        annual_discount, renewals
            See :meth:`discounted_lifetime`.
        confidence : float
            Between 0 and 1.
        """
        value, rate = self.discounted_lifetime(annual_discount, renewals), self._rate(annual_discount)
        uncertain = DeltaMethod(
            values=lambda theta: np.array([self._value(theta, rate, renewals)]),
            theta=self.theta,
            covariance=self.theta_covariance,
            link="log",
        )
        return Estimate(
            metric="discounted_lifetime" if annual_discount else "mean_lifetime",
            value=value,
            ask=uncertain.total_limits if math.isfinite(value) else _no_limits,
            n=self.n,
            unit=self.unit + "s",
            confidence=confidence,
            method=f"{self.model.name}, log scale",
            notes=self.notes if math.isfinite(value) else (*self.notes, "infinite_mean"),
        )

    def mean_lifetime(self) -> float:
        """Return the expected number of periods a new customer stays; infinite where the model says so."""
        return self.discounted_lifetime(0.0)

    def retention_elasticity(self, annual_discount: float, renewals: int = 1) -> float:
        r"""Return by how many percent the residual lifetime rises when retention rises by one percent.

        It is the average of each customer's own elasticity :math:`(1 + d) / (1 + d - r)` over those who renew for the
        ``renewals``-th time, which is the residual lifetime over the retention rate.

        Parameters
        ----------
        annual_discount : float
            The effective annual rate, from 0 to 1.
        renewals : int
            The renewal the customer stands before.

        References
        ----------
        .. [1] Fader and Hardie (2010), Marketing Science 29(1), 85-93, equation 8.
        """
        count = check_count(renewals, "renewals", low=1)
        return remaining_lifetime(self.curve, self._natural, self._rate(annual_discount), count)

    def project(self, customers: float, periods: int, *, confidence: float = 0.95) -> pd.DataFrame:
        """Return how many of a new cohort will be there, and which share renews, period by period.

        Parameters
        ----------
        customers : float
            The size of the cohort.
        periods : int
            How many renewals to look ahead.
        confidence : float
            Of the limits, which cover the uncertainty of the parameters, not that of single customers.

        Returns
        -------
        pandas.DataFrame
            t, customers, survival, survival_low, survival_high, retention, retention_low, retention_high.
        """
        ages = np.arange(check_count(periods, "periods", low=1, high=MOST_PERIODS) + 1.0)
        left, (low, high) = self.survival(ages), self.survival_interval(ages, confidence=confidence)
        rate, (below, above) = self.retention(ages[1:]), self.retention_interval(ages[1:], confidence=confidence)
        shares = {"survival": left, "survival_low": low, "survival_high": high}
        rates = {"retention": rate, "retention_low": below, "retention_high": above}
        columns = {name: np.concatenate(([np.nan], column)) for name, column in rates.items()}
        size = check_number(customers, "customers", low=0.0)
        return pd.DataFrame({"t": ages.astype(int), "customers": size * left, **shares, **columns})

    def _rate(self, annual_discount: float) -> float:
        annual = check_number(annual_discount, "annual_discount", low=0.0, high=1.0)
        if annual == 0.0:
            return 0.0
        return math.expm1(math.log1p(annual) / (DAYS_PER_YEAR / days_in_unit(self.unit, "annual_discount")))

    def _value(self, point: FloatArray, rate: float, renewals: int | None) -> float:
        natural = np.asarray(self.curve._natural(point), dtype=np.float64)
        if renewals is None:
            return remaining_lifetime(self.curve, natural, rate, 0)
        kept = float(np.exp(self.curve._log_retention(natural, np.array([float(renewals)]))[0]))
        return kept * remaining_lifetime(self.curve, natural, rate, renewals)

    def _limits(self, curve: Any, t: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray]:
        """Return limits of a share, symmetric in the logarithm of its cumulative hazard."""
        hazard = DeltaMethod(
            values=lambda theta: np.asarray(-curve(self.curve._natural(theta), t)),
            theta=self.theta,
            covariance=self.theta_covariance,
            link="log",
        )
        low, high = hazard.limits(check_confidence(confidence))
        return np.exp(-high), np.exp(-low)


def _no_limits(confidence: float) -> tuple[float, float]:
    return math.nan, math.nan


MOST_PERIODS = 1_000_000
"""The latest period that is asked about."""


def _ages(t: Any, low: float) -> FloatArray:
    if not hasattr(t, "__len__"):
        return np.asarray(check_number(t, "t", low=low, high=MOST_PERIODS))
    ages = numbers(t, "t").floats
    wrong = ~((ages >= low) & (ages <= MOST_PERIODS))
    refuse([fault_of("t", f"lie between {low:g} and {MOST_PERIODS:,}", wrong, ages, "range")])
    return ages
