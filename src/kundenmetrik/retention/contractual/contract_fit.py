"""A fitted contractual model: its curves, what a lifetime is worth, each with its uncertainty."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_confidence, check_count, check_number
from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.time.units import DAYS_PER_YEAR, days_in_unit
from kundenmetrik.retention.contractual.fitted_law import FittedLaw, slopes_of
from kundenmetrik.retention.contractual.lifetime_law import remaining_lifetime

if TYPE_CHECKING:
    import pandas as pd

    from kundenmetrik.retention.contractual.likelihood_ratio import LikelihoodRatio

__all__ = ["ContractFit"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ContractFit(FittedLaw):
    """A contractual model fitted by maximum likelihood; an immutable value with the unit of its data.

    Attributes
    ----------
    params, std_errors : mapping of str to float
        The parameters by name and their standard errors; at a named limit infinite or 0, and NaN.
    log_likelihood, aic, bic : float
        The log-likelihood at the maximum, and two criteria of which lower is better.
    notes : tuple of str
        ``homogeneous_limit``, ``polarised_limit``, ``starts_at_100``, ``unit_not_given``.
    unit : str
        The length of a contract period.
    """

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
        return self._value(self.point, rate, renewals if renewals is None else check_count(renewals, "renewals", low=1))

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
        count = check_count(renewals, "renewals", low=1)
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

        ages = np.arange(check_count(periods, "periods", low=1) + 1.0)
        left, (low, high) = self.survival(ages), self.survival_interval(ages, confidence=confidence)
        rate, (below, above) = self.retention(ages[1:]), self.retention_interval(ages[1:], confidence=confidence)
        shares = {"survival": left, "survival_low": low, "survival_high": high}
        rates = {"retention": rate, "retention_low": below, "retention_high": above}
        columns = {name: np.concatenate(([np.nan], column)) for name, column in rates.items()}
        size = check_number(customers, "customers", low=0.0)
        return pd.DataFrame({"t": ages.astype(int), "customers": size * left, **shares, **columns})

    def versus(self, smaller: ContractFit) -> LikelihoodRatio:
        """Test by the likelihood ratio whether the data need more than a model nested in this one.

        Parameters
        ----------
        smaller : ContractFit
            A nested model, fitted to the same data.
        """
        from kundenmetrik.retention.contractual.likelihood_ratio import likelihood_ratio

        return likelihood_ratio(smaller, self)

    def to_json(self) -> str:
        """Return the fit as JSON; :func:`read_fit` reads it back."""
        from kundenmetrik.retention.contractual.fit_json import written

        return written(self)

    def __eq__(self, other: object) -> bool:
        return self.to_json() == other.to_json() if isinstance(other, ContractFit) else NotImplemented

    __hash__ = None  # type: ignore[assignment]

    def _rate(self, annual_discount: float) -> float:
        annual = check_number(annual_discount, "annual_discount", low=0.0, high=1.0)
        if annual == 0.0:
            return 0.0
        return math.expm1(math.log1p(annual) / (DAYS_PER_YEAR / days_in_unit(self.unit, "annual_discount")))

    def _value(self, point: FloatArray, rate: float, renewals: int | None) -> float:
        natural = np.asarray(self.curve.natural(point), dtype=np.float64)
        if renewals is None:
            return remaining_lifetime(self.curve, natural, rate, 0)
        kept = float(np.exp(self.curve.log_retention(natural, np.array([float(renewals)]))[0]))
        return kept * remaining_lifetime(self.curve, natural, rate, renewals)

    def _limits(self, curve: Any, t: FloatArray, confidence: float) -> tuple[FloatArray, FloatArray]:
        level = np.asarray(curve(self.natural, t), dtype=np.float64)
        slopes = np.moveaxis(slopes_of(lambda free: curve(self.curve.natural(free), t), self.point), -1, 0)
        error = np.sqrt(np.einsum("i...,ij,j...->...", slopes, self.spread, slopes))
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = np.exp(critical(check_confidence(confidence)) * error / -level)
            low, high = np.exp(level * factor), np.exp(level / factor)
        return np.where(level == 0.0, 1.0, low), np.where(level == 0.0, 1.0, high)


def _log_scale(value: float, error: float, confidence: float) -> tuple[float, float]:
    width = critical(confidence) * error
    return value * math.exp(-width), value * math.exp(width)


def _ages(t: Any, low: float) -> FloatArray:
    ages = np.asarray(t, dtype=np.float64)
    if not (ages >= low).all():
        raise InvalidArgument("t", f"be at least {low:g}", t)
    return ages
