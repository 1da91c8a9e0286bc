"""A fitted law: its parameters and their uncertainty, its likelihood, what it was fitted to."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.checks import check_choice, check_confidence
from kundenmetrik.core.results.display import plain_number
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.retention.contractual.lifetime_law import Law
from kundenmetrik.retention.contractual.maximum import STEP
from kundenmetrik.retention.contractual.renewals import Renewals

__all__ = ["FittedLaw", "slopes_of"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class FittedLaw:
    """The parameters of a contractual model and how sure they are; an immutable value with its data.

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
        ``homogeneous_limit``, ``polarised_limit``, ``starts_at_100``, ``unit_not_given``.
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
        slopes = slopes_of(self.law.natural, self.point)
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
        place = self.law.letters.index(check_choice(name, "name", self.law.letters))
        chosen = check_choice(method, "method", ("profile", "log"))
        if self.is_limit:
            return math.nan, math.nan
        if chosen == "profile":
            from kundenmetrik.retention.contractual.profile import profile_interval

            return profile_interval(self, place, check_confidence(confidence))
        value = float(self.values[place])
        width = critical(check_confidence(confidence)) * self.std_errors[name] / value
        return value * math.exp(-width), value * math.exp(width)

    def __repr__(self) -> str:
        found = ", ".join(f"{letter} {plain_number(value)}" for letter, value in self.params.items())
        said = f"; {', '.join(self.notes)}" if self.notes else ""
        return f"{self.law.name} fit ({found}; log-likelihood {self.log_likelihood:.4f}; {self.n:,} contracts{said})"


def slopes_of(curve: Any, point: FloatArray) -> FloatArray:
    """Return the derivative of each value by each free parameter, in the last axis."""
    return np.stack([np.asarray(curve(point + 1j * STEP * axis)).imag / STEP for axis in np.eye(point.size)], axis=-1)
