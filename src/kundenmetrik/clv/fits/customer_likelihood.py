"""The log-likelihood of a customer base: a sum over distinct histories, with a prior for the posterior mode."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from kundenmetrik.clv.data.cells import Cells
from kundenmetrik.clv.data.covariates import CustomerCovariates
from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.fits.priors import Prior, weak_prior
from kundenmetrik.clv.processes.base import RepeatBuying
from kundenmetrik.clv.processes.likelihood_terms import totals
from kundenmetrik.clv.processes.parameters import Columns, coordinates_of, params_of
from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.newton import Evaluation
from kundenmetrik.errors import FitRefused, InvalidArgument, InvalidType

BLOCK = 8_000
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
        """Return the total without the prior."""
        with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
            parts = [self._part(theta, rows, nodes) for rows in _strides(len(self.cells), step)]
        values, gradients, hessians = zip(*parts, strict=True)
        return math.fsum(values), np.sum(gradients, axis=0), np.sum(hessians, axis=0)

    def _part(self, theta: FloatArray, rows: slice, nodes: int) -> Evaluation:
        """Return the total of some cells."""
        cells = self.cells
        if rows.step > 1 or len(cells) > BLOCK:
            cells = Cells(**{name: getattr(cells, name)[rows] for name in Cells.__slots__})
        known = None if self.covariates is None else self.covariates[rows]
        params = params_of(self.model, theta, known, self.columns)
        terms = self.model._likelihood_terms(params, cells, nodes)
        return totals(params, terms, cells.count.astype(np.float64), coordinates_of(self.model, known, self.columns))


def _strides(cells: int, step: int) -> list[slice]:
    """Return every ``step``-th cell in blocks that stay in the cache."""
    return [slice(start, start + BLOCK * step, step) for start in range(0, cells, BLOCK * step)]


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
