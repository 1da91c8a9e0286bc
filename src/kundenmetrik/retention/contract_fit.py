"""A fitted law of contractual lifetimes: parameters, curves, values of a lifetime, each with its uncertainty."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import a_choice, a_confidence, a_count, a_number
from kundenmetrik.core.estimate import Estimate, plain_number
from kundenmetrik.core.normal import critical
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.retention.law import Law, remaining_lifetime
from kundenmetrik.retention.maximum import STEP
from kundenmetrik.retention.renewals import PERIODS_PER_YEAR, Renewals

if TYPE_CHECKING:
    import pandas as pd

    from kundenmetrik.retention.likelihood_ratio import LikelihoodRatio

__all__ = ["ContractFit"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ContractFit:
    """A contractual model fitted by maximum likelihood; an immutable value with the unit of its data.

    Attributes
    ----------
    law : type
        The model that was asked for.
    values : ndarray of float
        Its parameters; infinite or 0 at a named limit.
    curve : type
        The law that the curves follow: the model itself, or the limit it ran into.
    point : ndarray of float
        The free parameters of ``curve``.
    spread : ndarray of float
        Their covariance, from the curvature of the log-likelihood.
    renewals : Renewals
        The data.
    log_likelihood : float
        The log-likelihood at the maximum.
    notes : tuple of str
        ``homogeneous_limit``, ``polarised_limit``, ``starts_at_100``.
    """

    law: type[Law]
    values: FloatArray
    curve: type[Law]
    point: FloatArray
    spread: FloatArray
    renewals: Renewals
    log_likelihood: float
    notes: tuple[str, ...] = ()

    @property
    def params(self) -> Mapping[str, float]:
        """The parameters by name."""
        return MappingProxyType(dict(zip(self.law.letters, self.values.tolist(), strict=True)))

    @property
    def limit_params(self) -> Mapping[str, float]:
        """The parameters of the law that the curves follow; those of the model unless it ran into a limit."""
        return MappingProxyType(dict(zip(self.curve.letters, self.natural.tolist(), strict=True)))

    @property
    def natural(self) -> FloatArray:
        """The parameters of the law that the curves follow, as an array."""
        return np.asarray(self.curve.natural(self.point), dtype=np.float64)

    @property
    def is_limit(self) -> bool:
        """Whether the model ran into a limit, which ``notes`` names."""
        return self.curve is not self.law

    @property
    def unit(self) -> str:
        """The length of a contract period."""
        return self.renewals.unit

    @property
    def n(self) -> int:
        """How many contracts came up for their first renewal."""
        return int(self.renewals.at_risk[0])

    @property
    def covariance(self) -> FloatArray:
        """The covariance of the parameters; NaN at a limit."""
        if self.is_limit:
            return np.full((len(self.values), len(self.values)), np.nan)
        slopes = _slopes(self.law.natural, self.point)
        return np.asarray(slopes @ self.spread @ slopes.T)

    @property
    def std_errors(self) -> Mapping[str, float]:
        """The standard errors of the parameters; NaN at a limit."""
        return MappingProxyType(dict(zip(self.law.letters, np.sqrt(np.diag(self.covariance)).tolist(), strict=True)))

    @property
    def aic(self) -> float:
        """Akaike's criterion: lower is better."""
        return 2.0 * len(self.values) - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """The Bayesian criterion with the contracts as its sample size: lower is better."""
        return len(self.values) * math.log(self.n) - 2.0 * self.log_likelihood

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
        return np.asarray(np.exp(self.curve.log_survival(self.natural, _ages(t, 0.0))))

    def retention(self, t: Any) -> FloatArray:
        """Return the share of those who come to their ``t``-th renewal that renew.

        Parameters
        ----------
        t : float or array of float
            At least 1.
        """
        return np.asarray(np.exp(self.curve.log_retention(self.natural, _ages(t, 1.0))))

    def survival_interval(self, t: Any, *, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Return limits of :meth:`survival`, from the covariance on the log-log scale."""
        return self._limits(self.curve.log_survival, _ages(t, 0.0), confidence)

    def retention_interval(self, t: Any, *, confidence: float = 0.95) -> tuple[FloatArray, FloatArray]:
        """Return limits of :meth:`retention`, from the covariance on the log-log scale."""
        return self._limits(self.curve.log_retention, _ages(t, 1.0), confidence)

    def parameter_interval(
        self, name: str, *, confidence: float = 0.95, method: str = "profile"
    ) -> tuple[float, float]:
        """Return limits of one parameter; NaN at a limit.

        Parameters
        ----------
        name : str
            The parameter's letter.
        confidence : float
            Between 0 and 1.
        method : {"profile", "log"}
            ``"profile"``: the values that a likelihood-ratio test would not reject; an end that the data leave open
            is 0 or inf. ``"log"``: the standard error on the log scale.
        """
        place = self.law.letters.index(a_choice(name, "name", self.law.letters))
        chosen = a_choice(method, "method", ("profile", "log"))
        if self.is_limit:
            return math.nan, math.nan
        if chosen == "profile":
            from kundenmetrik.retention.profile import profile_interval

            return profile_interval(self, place, a_confidence(confidence))
        value = float(self.values[place])
        width = critical(a_confidence(confidence)) * self.std_errors[name] / value
        return value * math.exp(-width), value * math.exp(width)

    def discounted_lifetime(self, annual_discount: float, renewals: int | None = None) -> float:
        r"""Return the expected number of discounted payments still to come, per customer.

        .. math:: \sum_{t \ge 0} \frac{S(t)}{(1 + d)^t} \quad\text{or, before the } n\text{-th renewal,}\quad
                  \sum_{t \ge n} \frac{S(t)}{S(n - 1)\,(1 + d)^{t - n}}

        Parameters
        ----------
        annual_discount : float
            The effective annual rate, from 0 to 1; converted to the unit of a contract period.
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
        return self._value(self.point, rate, renewals if renewals is None else a_count(renewals, "renewals", low=1))

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
        value = self.discounted_lifetime(annual_discount, renewals)
        rate, axes = self._rate(annual_discount), 1e-5 * np.eye(self.point.size)
        error = math.nan
        if math.isfinite(value):
            ends = [[self._value(self.point + sign * axis, rate, renewals) for sign in (1, -1)] for axis in axes]
            slopes = np.array([math.log(up / down) / 2e-5 for up, down in ends])
            error = math.sqrt(float(slopes @ self.spread @ slopes))
        return Estimate(
            metric="discounted_lifetime" if annual_discount else "mean_lifetime",
            value=value,
            ask=partial(_log_scale, value, error),
            n=self.n,
            unit=self.unit + "s",
            confidence=confidence,
            method=f"{self.law.name}, log scale",
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
        count = a_count(renewals, "renewals", low=1)
        return remaining_lifetime(self.curve, self.natural, self._rate(annual_discount), count)

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
        import pandas as pd

        ages = np.arange(a_count(periods, "periods", low=1) + 1.0)
        left, (low, high) = self.survival(ages), self.survival_interval(ages, confidence=confidence)
        rate, (below, above) = self.retention(ages[1:]), self.retention_interval(ages[1:], confidence=confidence)
        shares = {"survival": left, "survival_low": low, "survival_high": high}
        rates = {"retention": rate, "retention_low": below, "retention_high": above}
        columns = {name: np.concatenate(([np.nan], column)) for name, column in rates.items()}
        size = a_number(customers, "customers", low=0.0)
        return pd.DataFrame({"t": ages.astype(int), "customers": size * left, **shares, **columns})

    def versus(self, smaller: ContractFit) -> LikelihoodRatio:
        """Test by the likelihood ratio whether the data need more than a model nested in this one.

        Parameters
        ----------
        smaller : ContractFit
            A nested model, fitted to the same data.
        """
        from kundenmetrik.retention.likelihood_ratio import likelihood_ratio

        return likelihood_ratio(smaller, self)

    def to_json(self) -> str:
        """Return the fit as JSON; :func:`read_fit` reads it back."""
        from kundenmetrik.retention.stored import written

        return written(self)

    def __eq__(self, other: object) -> bool:
        return self.to_json() == other.to_json() if isinstance(other, ContractFit) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        found = ", ".join(f"{letter} {plain_number(value)}" for letter, value in self.params.items())
        said = f"; {', '.join(self.notes)}" if self.notes else ""
        return f"{self.law.name} fit ({found}; log-likelihood {self.log_likelihood:.4f}; {self.n:,} contracts{said})"

    def _rate(self, annual_discount: float) -> float:
        annual = a_number(annual_discount, "annual_discount", low=0.0, high=1.0)
        return math.expm1(math.log1p(annual) / PERIODS_PER_YEAR[self.unit])

    def _value(self, point: FloatArray, rate: float, renewals: int | None) -> float:
        natural = np.asarray(self.curve.natural(point), dtype=np.float64)
        if renewals is None:
            return remaining_lifetime(self.curve, natural, rate, 0)
        kept = float(np.exp(self.curve.log_retention(natural, np.array([float(renewals)]))[0]))
        return kept * remaining_lifetime(self.curve, natural, rate, renewals)

    def _limits(self, curve: Any, t: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray]:
        level = np.asarray(curve(self.natural, t), dtype=np.float64)
        slopes = np.moveaxis(_slopes(lambda free: curve(self.curve.natural(free), t), self.point), -1, 0)
        error = np.sqrt(np.einsum("i...,ij,j...->...", slopes, self.spread, slopes))
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = np.exp(critical(a_confidence(confidence)) * error / -level)
            low, high = np.exp(level * factor), np.exp(level / factor)
        return np.where(level == 0.0, 1.0, low), np.where(level == 0.0, 1.0, high)


def _slopes(curve: Any, point: FloatArray) -> FloatArray:
    """Return the derivative of each value by each free parameter, in the last axis."""
    return np.stack([np.asarray(curve(point + 1j * STEP * axis)).imag / STEP for axis in np.eye(point.size)], axis=-1)


def _log_scale(value: float, error: float, confidence: float) -> tuple[float, float]:
    width = critical(confidence) * error
    return value * math.exp(-width), value * math.exp(width)


def _ages(t: Any, low: float) -> FloatArray:
    ages = np.asarray(t, dtype=np.float64)
    if not (ages >= low).all():
        raise InvalidArgument("t", f"be at least {low:g}", t)
    return ages
