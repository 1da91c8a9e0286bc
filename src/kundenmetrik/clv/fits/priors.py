"""Weakly informative priors on what analysts can judge, for the posterior mode by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.newton import Evaluation

WIDTH = 1.5
"""The standard deviation of each judgement: a factor of 20 either way holds 95 %."""
COVARIATE_WIDTH = 2.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prior:
    """Normal priors for linear combinations of the coordinates.

    Attributes
    ----------
    rows : ndarray of shape (judgements, coordinates)
        The combinations.
    mean, width : ndarray of shape (judgements,)
        Their means and standard deviations.
    """

    rows: FloatArray
    mean: FloatArray
    width: FloatArray

    def evaluate(self, theta: FloatArray) -> Evaluation:
        """Return the log density up to a constant, its gradient and its Hessian."""
        scaled = self.rows / self.width[:, None]
        off = scaled @ theta - self.mean / self.width
        return -0.5 * float(off @ off), -scaled.T @ off, -scaled.T @ scaled


def weak_prior(model: Any, age: float, covariates: int) -> Prior:
    """Return the prior of a model: its own judgements, and coefficients of covariates near 0."""
    own = model._judgements(age)
    parameters = len(model.parameters)
    rows = np.zeros((len(own) + covariates, parameters + covariates))
    rows[: len(own), :parameters] = [row for row, _ in own]
    rows[len(own) :, parameters:] = np.eye(covariates)
    mean = np.concatenate(([centre for _, centre in own], np.zeros(covariates)))
    width = np.concatenate((np.full(len(own), WIDTH), np.full(covariates, COVARIATE_WIDTH)))
    return Prior(rows=rows, mean=mean, width=width)
