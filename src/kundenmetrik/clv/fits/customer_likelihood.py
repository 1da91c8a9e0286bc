"""Weakly informative priors on what analysts can judge, for the posterior mode by name."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from kundenmetrik.clv.data.covariates import CustomerCovariates
from kundenmetrik.clv.data.histories import Cells
from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.processes.base import RepeatBuying
from kundenmetrik.clv.processes.likelihood_terms import Columns, coordinates_of, params_of, totals
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.newton import Evaluation
from kundenmetrik.errors import FitRefused, InvalidArgument, InvalidType

PRIOR_SD = 1.5
"""The standard deviation of each judgement: a factor of 20 either way holds 95 %."""
COVARIATE_PRIOR_SD = 2.0


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
    width = np.concatenate((np.full(len(own), PRIOR_SD), np.full(covariates, COVARIATE_PRIOR_SD)))
    return Prior(rows=rows, mean=mean, width=width)


CELL_BLOCK = 8_000
"""So many cells at a time stay in the cache."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Likelihood:
    """The log-likelihood of a customer base, cell by cell, with its prior if there is one."""

    model: RepeatBuying
    cells: Cells
    covariates: FloatArray | None = None
    columns: Columns = ()
    prior: Prior | None = None

    def __call__(self, theta: FloatArray, step: int = 1, nodes: int = 0) -> Evaluation:
        """Return the total with its gradient and Hessian."""
        value, gradient, hessian = self.plain(theta, step, nodes)
        if self.prior is None:
            return value, gradient, hessian
        pull, slope, bend = self.prior.evaluate(theta)
        return value + pull / step, gradient + slope / step, hessian + bend / step

    def plain(self, theta: FloatArray, step: int = 1, nodes: int = 0) -> Evaluation:
        """Return the total without the prior, of every ``step``-th cell in blocks that stay in the cache."""
        block = CELL_BLOCK * step
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            starts = range(0, len(self.cells), block)
            parts = [self._part(theta, slice(start, start + block, step), nodes) for start in starts]
        values, gradients, hessians = zip(*parts, strict=True)
        return math.fsum(values), np.sum(gradients, axis=0), np.sum(hessians, axis=0)

    def _part(self, theta: FloatArray, rows: slice, nodes: int) -> Evaluation:
        """Return the total of some cells."""
        cells = self.cells
        if rows.step > 1 or len(cells) > CELL_BLOCK:
            cells = Cells(**{name: getattr(cells, name)[rows] for name in Cells.__slots__})
        known = None if self.covariates is None else self.covariates[rows]
        params = params_of(self.model, theta, known, self.columns)
        terms = self.model._likelihood_terms(params, cells, nodes)
        return totals(params, terms, cells.count.astype(np.float64), coordinates_of(self.model, known, self.columns))


def customer_likelihood(model: RepeatBuying, purchases: Any, method: str) -> tuple[Likelihood, Purchases]:
    """Return what a fit maximises, and the customers."""
    base, known, columns = _customers_and_covariates(model, purchases)
    cells = base.cells() if known is None else _rows(base)
    model._check(cells)
    age = float(cells.count @ cells.age) / len(base)
    prior = weak_prior(model, age, len(columns)) if method == "map" else None
    return Likelihood(model=model, cells=cells, covariates=known, columns=columns, prior=prior), base


def _customers_and_covariates(model: RepeatBuying, purchases: Any) -> tuple[Purchases, FloatArray | None, Columns]:
    """Return the customers and their covariates, checked against what the model knows."""
    if isinstance(purchases, Purchases):
        return purchases, None, ()
    if not isinstance(purchases, CustomerCovariates):
        raise InvalidType("purchases", "be Purchases or CustomerCovariates", purchases)
    unknown = [process for process, _ in purchases.columns if process not in model._effects]
    if unknown:
        raise InvalidArgument(unknown[0], f"not be given: {model.name} has no covariates of {unknown[0]}")
    values = purchases.values
    if _collinear(purchases):
        raise FitRefused(model.name, "some covariates are constant or repeat each other", "Leave one of them out.")
    return purchases.purchases, values, purchases.columns


def _collinear(purchases: CustomerCovariates) -> bool:
    """Whether the covariates of one process are constant or linear in each other."""
    for process in {process for process, _ in purchases.columns}:
        own = [place for place, (name, _) in enumerate(purchases.columns) if name == process]
        design = np.column_stack((np.ones(len(purchases)), purchases.values[:, own]))
        if np.linalg.matrix_rank(design) < design.shape[1]:
            return True
    return False


def _rows(base: Purchases) -> Cells:
    return Cells(frequency=base.frequency, recency=base.recency, age=base.age, count=np.ones(len(base), dtype=np.int64))
