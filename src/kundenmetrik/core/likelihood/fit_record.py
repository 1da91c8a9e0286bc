"""The record of a fit by maximum likelihood: parameters with their uncertainty, and how well they explain the data."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, get_args

import numpy as np
import pandas as pd

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_choice, check_confidence
from kundenmetrik.core.likelihood.newton import Objective
from kundenmetrik.core.likelihood.profile_interval import SEARCH_LIMIT, profile_interval
from kundenmetrik.core.results.display import unit_text
from kundenmetrik.core.results.result import Result
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frozen import FrozenMapping

ParameterInterval = Literal["profile", "log", "wald"]
INTERVALS: tuple[ParameterInterval, ...] = get_args(ParameterInterval)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FitRecord(Result):
    """The parameters of a model with their uncertainty. An immutable value.

    Attributes
    ----------
    model : object
        The model that was fitted; it has a ``name`` and its positive ``parameters``.
    names : tuple of str
        The parameters, in the literature's order; coefficients of covariates follow.
    theta, theta_covariance : ndarray
        The coordinates of the search and their covariance, from the second derivatives of the log-likelihood.
    log_likelihood : float
        The log-likelihood at the parameters, without any prior.
    unit : str
        The unit of time (of money, for spend).
    method : str
        ``"likelihood"``, or ``"map"`` for the posterior mode.
    notes : tuple of str
        Codes of what the reader should know.
    """

    model: Any
    names: tuple[str, ...]
    theta: FloatArray
    theta_covariance: FloatArray
    log_likelihood: float
    unit: str
    method: str = "likelihood"
    notes: tuple[str, ...] = ()

    _estimated: ClassVar[tuple[str, ...]] = ("value", "std_error")

    _fitted: ClassVar[str]
    """What was fitted, such as contracts."""
    _table_method: ClassVar[ParameterInterval] = "profile"
    """How the limits of the table are found."""

    @property
    def headline(self) -> str:
        """The model, what it was fitted to, and the log-likelihood in a line."""
        k = getattr(self.model, "k", 1)
        model = self.model.name if k == 1 else f"{self.model.name} (k = {k})"
        mode = "" if self.method == "likelihood" else f", {self.method} estimates"
        fitted = f"{model} fit of {self.n:,} {self._fitted}: log-likelihood {self.log_likelihood:,.2f}{mode}"
        unit = unit_text(self.unit)
        return f"{fitted}, unit {unit}" if unit else fitted

    @property
    @abstractmethod
    def n(self) -> int:
        """How many customers or contracts were fitted."""

    @property
    @abstractmethod
    def _values(self) -> FloatArray:
        """The parameters as an array."""

    @abstractmethod
    def _nested_mixture(self, smaller: Any) -> Mapping[int, float]:
        """Return the mixture of chi-squares, weights by degrees of freedom, that the test of a smaller model needs.

        Refuses a fit of other data, and one whose model is not contained in this one.
        """

    @abstractmethod
    def _covariance_matrix(self) -> FloatArray:
        """Return the covariance of the parameters as an array."""

    @abstractmethod
    def _log_objective(self) -> Objective:
        """Return what was maximised, as a function of the logarithms of the parameters and the coefficients."""

    @property
    def params(self) -> FrozenMapping[float]:
        """The parameters by name, in the literature's order and letters."""
        return self._by_name(self._values)

    @property
    def std_errors(self) -> FrozenMapping[float]:
        """The standard errors by name, on the scale of the parameters; NaN at a named limit."""
        return self._by_name(np.sqrt(np.diag(self._covariance_matrix())))

    @property
    def covariance(self) -> pd.DataFrame:
        """The full symmetric covariance of the parameters; NaN at a named limit."""
        return pd.DataFrame(self._covariance_matrix(), index=list(self.names), columns=list(self.names))

    @property
    def aic(self) -> float:
        """Akaike's criterion, 2 parameters - 2 log-likelihood; smaller is better."""
        return 2.0 * len(self.names) - 2.0 * self.log_likelihood

    @property
    def bic(self) -> float:
        """The Bayesian criterion, log(n) parameters - 2 log-likelihood; smaller is better."""
        return math.log(self.n) * len(self.names) - 2.0 * self.log_likelihood

    def interval(
        self, name: str, *, method: ParameterInterval = "profile", confidence: float = 0.95
    ) -> tuple[float, float]:
        """Return the interval of one parameter; NaN where the model ran into a named limit.

        Parameters
        ----------
        name : str
            The parameter.
        method : {"profile", "log", "wald"}
            ``"profile"``: the values that a likelihood-ratio test would not reject, right for skewed parameters too; an
            end that the data leave open is 0 or infinite. It needs the data that were fitted.
            ``"log"``: normal for the logarithm of a positive parameter, and for a coefficient as it is.
            ``"wald"``: the parameter plus and minus its standard error times the normal quantile.
        confidence : float
            Between 0 and 1.

        Returns
        -------
        tuple of float
            The lower and the upper limit.

        Raises
        ------
        InvalidArgument
            If the profile is asked of a fit that holds no data.
        """
        check_choice(name, "name", self.names)
        chosen, level = check_choice(method, "method", INTERVALS), check_confidence(confidence)
        place = self.names.index(name)
        value, error = float(self._values[place]), self.std_errors[name]
        if math.isnan(error):
            return math.nan, math.nan
        positive = place < len(self.model.parameters)
        if chosen == "profile":
            return self._profile_interval(place, error / value if positive else error, level)
        reach = critical(level) * error
        if chosen == "log" and positive:
            return value * math.exp(-reach / value), value * math.exp(reach / value)
        return value - reach, value + reach

    def to_frame(self, *, method: ParameterInterval | None = None, confidence: float = 0.95) -> pd.DataFrame:
        """Return one row per parameter: parameter, value, std_error, low, high, confidence, method.

        Parameters
        ----------
        method : {"profile", "log", "wald"}, optional
            As in :meth:`interval`. By default ``"profile"`` for contracts, as there; ``"log"`` for customers, of whom
            profiles take seconds, and their data.
        confidence : float
            Between 0 and 1.

        Returns
        -------
        DataFrame
        """
        kind = self._table_method if method is None else method
        limits = [self.interval(name, method=kind, confidence=confidence) for name in self.names]
        columns = {"parameter": list(self.names), "value": list(self.params.values())}
        columns |= {"std_error": list(self.std_errors.values())}
        columns |= {"low": [low for low, _ in limits], "high": [high for _, high in limits]}
        return pd.DataFrame(columns | {"confidence": confidence, "method": kind})

    def _no_data(self) -> InvalidArgument:
        """Return the error of a profile interval without the data that were fitted."""
        return InvalidArgument("method", "be 'log' or 'wald': the fit holds no data", "profile")

    def _by_name(self, values: FloatArray) -> FrozenMapping[float]:
        return FrozenMapping(dict(zip(self.names, values.tolist(), strict=True)))

    def _profile_interval(self, place: int, error: float, confidence: float) -> tuple[float, float]:
        positive, point = len(self.model.parameters), self._values.copy()
        point[:positive] = np.log(point[:positive])
        low, high = profile_interval(
            self._log_objective(),
            point,
            place,
            std_error=error,
            customers=float(self.n),
            confidence=confidence,
            farthest=SEARCH_LIMIT if place < positive else SEARCH_LIMIT * max(error, 1.0),
        )
        return (math.exp(low), math.exp(high)) if place < positive else (low, high)

    def __eq__(self, other: object) -> bool:
        return self.to_json() == other.to_json() if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash(self.to_json())
