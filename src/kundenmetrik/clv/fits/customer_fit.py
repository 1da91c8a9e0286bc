"""The fit of a model to customers, which may or may not be at hand."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.fit_record import FitRecord, ParameterInterval
from kundenmetrik.core.likelihood.newton import Convergence, Objective


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class CustomerFit(FitRecord):
    """The parameters of a model of customers with their uncertainty. An immutable value.

    Attributes
    ----------
    theta : ndarray
        The logarithms of the parameters, and the coefficients of covariates as they are.
    summary : mapping
        The data that were fitted: customers, repeaters, purchases, ages.
    convergence : Convergence
        Where the search ended.
    data : Purchases or CustomerCovariates or None
        The customers that were fitted; None for a fit that came from JSON.
    """

    _fitted: ClassVar[str] = "customers"
    _table_method: ClassVar[ParameterInterval] = "log"

    summary: Mapping[str, Any]
    convergence: Convergence
    data: Any = None

    @property
    def n(self) -> int:
        """How many customers were fitted."""
        return int(self.summary["customers"])

    @property
    def excluded(self) -> Mapping[str, int]:
        """How many rows or customers were left out, by reason."""
        excluded: Mapping[str, int] = self.summary["excluded"]
        return excluded

    @property
    def _values(self) -> FloatArray:
        """The parameters as an array."""
        values, positive = self.theta.copy(), len(self.model.parameters)
        values[:positive] = np.exp(values[:positive])
        return values

    def _covariance_matrix(self) -> FloatArray:
        """Return the covariance of the parameters as an array."""
        slope, positive = np.ones(len(self.theta)), len(self.model.parameters)
        slope[:positive] = np.exp(self.theta[:positive])
        return np.asarray(self.theta_covariance * np.outer(slope, slope))

    def _log_objective(self) -> Objective:
        """Return what was maximised, as a function of the logarithms of the parameters and the coefficients."""
        if self.data is None:
            raise self._no_data()
        return self._objective_of(self.data)

    @abstractmethod
    def _objective_of(self, data: Any) -> Objective:
        """Return what is maximised for some customers."""

    def _fields_to_store(self) -> dict[str, Any]:
        """Return what JSON holds of a fit: all but its customers."""
        return {item.name: getattr(self, item.name) for item in fields(self) if item.name != "data"}
