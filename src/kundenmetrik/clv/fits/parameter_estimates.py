"""A fit: parameters with their uncertainty, how well they explain the data, and where the search ended."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import pandas as pd

from kundenmetrik.clv.fits.profile import profile_limits
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_choice, check_confidence
from kundenmetrik.core.likelihood.newton import Objective
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.errors import InvalidArgument, UnknownName

__all__ = ["Certificate", "Fitted", "read_fields", "stored_fields"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """Where the search ended.

    Attributes
    ----------
    gradient : float
        The largest absolute derivative of the log-likelihood by the log of a parameter, per customer.
    condition : float
        The ratio of the steepest to the flattest curvature; above 1e6 the data hardly tell some parameters apart.
    steps : int
        How often the likelihood was evaluated, over two starts.
    """

    gradient: float
    condition: float
    steps: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Fitted:
    """The parameters of a model with their uncertainty. An immutable value.

    Attributes
    ----------
    model : object
        The model that was fitted.
    names : tuple of str
        The parameters, in the literature's order; covariates follow.
    theta : ndarray
        The logarithms of the parameters, and the coefficients of covariates as they are.
    theta_covariance : ndarray
        Their covariance, from the second derivatives of the log-likelihood.
    log_likelihood : float
        In natural time units and in total, without any prior.
    unit : str
        The unit of time (of money, for spend).
    method : str
        ``"likelihood"`` or ``"map"``.
    summary : mapping
        The data that were fitted: customers, repeaters, purchases, ages.
    certificate : Certificate
        Where the search ended.
    notes : tuple of str
        Codes of what the reader should know.
    """

    model: Any
    names: tuple[str, ...]
    theta: FloatArray
    theta_covariance: FloatArray
    log_likelihood: float
    unit: str
    method: str
    summary: Mapping[str, Any]
    certificate: Certificate
    notes: tuple[str, ...] = ()

    @property
    def logged(self) -> int:
        """How many of the coordinates are logarithms; covariates come after them."""
        return len(self.model.parameters)

    @property
    def params(self) -> dict[str, float]:
        """The parameters by name, in the literature's order and letters."""
        return dict(zip(self.names, self._natural().tolist(), strict=True))

    @property
    def std_errors(self) -> dict[str, float]:
        """The standard errors by name, on the scale of the parameters."""
        return dict(zip(self.names, np.sqrt(np.diag(self._covariance())).tolist(), strict=True))

    @property
    def covariance(self) -> pd.DataFrame:
        """The full symmetric covariance of the parameters."""
        return pd.DataFrame(self._covariance(), index=list(self.names), columns=list(self.names))

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2 parameters - 2 log-likelihood; smaller is better."""
        return 2.0 * len(self.names) - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """The Bayesian criterion, log(customers) parameters - 2 log-likelihood; smaller is better."""
        return math.log(self.summary["customers"]) * len(self.names) - 2.0 * self.log_likelihood

    def interval(self, name: str, *, confidence: float = 0.95, method: str = "log") -> tuple[float, float]:
        """Return the interval of one parameter, which never leaves the positive numbers.

        Parameters
        ----------
        name : str
            The parameter.
        confidence : float
            Between 0 and 1.
        method : {"log", "profile"}
            Normal for the logarithm (coefficients of covariates as they are), or by profile likelihood, which is
            right for skewed parameters too and needs the customers that were fitted.

        Returns
        -------
        tuple of float
            The lower and the upper limit.
        """
        if name not in self.names:
            raise UnknownName("name", name, self.names)
        place = self.names.index(name)
        if check_choice(method, "method", ("log", "profile")) == "profile":
            low, high = profile_limits(
                self._objective(),
                self.theta,
                self.theta_covariance,
                place,
                self.summary["customers"],
                check_confidence(confidence),
            )
            return (math.exp(low), math.exp(high)) if place < self.logged else (low, high)
        reach = critical(check_confidence(confidence)) * math.sqrt(self.theta_covariance[place, place])
        low, high = float(self.theta[place]) - reach, float(self.theta[place]) + reach
        return (math.exp(low), math.exp(high)) if place < self.logged else (low, high)

    def to_frame(self, *, confidence: float = 0.95, method: str = "log") -> pd.DataFrame:
        """Return one row per parameter: parameter, value, std_error, low, high, confidence, method.

        Parameters
        ----------
        confidence : float
            Between 0 and 1.
        method : {"log", "profile"}
            As in :meth:`interval`.

        Returns
        -------
        DataFrame
        """
        limits = [self.interval(name, confidence=confidence, method=method) for name in self.names]
        columns = {"parameter": list(self.names), "value": list(self.params.values())}
        columns |= {"std_error": list(self.std_errors.values())}
        columns |= {"low": [low for low, _ in limits], "high": [high for _, high in limits]}
        return pd.DataFrame(columns | {"confidence": confidence, "method": method})

    def _objective(self) -> Objective:
        """Return the log-likelihood as it was maximised."""
        raise InvalidArgument("method", "be 'log': the fit holds no customers", "profile")

    def _natural(self) -> FloatArray:
        theta = self.theta.copy()
        theta[: self.logged] = np.exp(theta[: self.logged])
        return theta

    def _covariance(self) -> FloatArray:
        slope = np.ones(len(self.theta))
        slope[: self.logged] = np.exp(self.theta[: self.logged])
        return np.asarray(self.theta_covariance * np.outer(slope, slope))

    def __repr__(self) -> str:
        said = ", ".join(f"{name} {value:.4g}" for name, value in self.params.items())
        notes = f"; notes: {', '.join(self.notes)}" if self.notes else ""
        facts = f"log-likelihood {self.log_likelihood:,.2f}, {self.summary['customers']:,} customers, unit {self.unit}"
        return f"{type(self).__name__}({self.model}: {said}; {facts}{notes})"


def stored_fields(fit: Fitted) -> dict[str, Any]:
    """Return what JSON holds of a fit: all but its customers."""
    return {
        "model": fit.model.name,
        "names": list(fit.names),
        "theta": fit.theta.tolist(),
        "theta_covariance": fit.theta_covariance.tolist(),
        "log_likelihood": fit.log_likelihood,
        "unit": fit.unit,
        "method": fit.method,
        "summary": {key: None if part != part else part for key, part in fit.summary.items()},
        "certificate": {item.name: getattr(fit.certificate, item.name) for item in fields(fit.certificate)},
        "notes": list(fit.notes),
    }


def read_fields(stored: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a fit from what JSON held."""
    return {
        **stored,
        "names": tuple(stored["names"]),
        "theta": np.array(stored["theta"]),
        "theta_covariance": np.array(stored["theta_covariance"]),
        "certificate": Certificate(**stored["certificate"]),
        "notes": tuple(stored["notes"]),
    }
