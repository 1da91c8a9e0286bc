"""Fitting a repeat-buying model: from a customer base to an immutable fit."""

from __future__ import annotations

from functools import partial
from typing import Any, Literal, get_args

import numpy as np

from kundenmetrik.clv.data.purchases import Purchases
from kundenmetrik.clv.fits.customer_likelihood import Likelihood, customer_likelihood
from kundenmetrik.clv.fits.limit_likelihood import limit_log_likelihood
from kundenmetrik.clv.fits.repeat_fit import RepeatFit
from kundenmetrik.clv.fits.search import Problem, estimate
from kundenmetrik.clv.processes.base import RepeatBuying
from kundenmetrik.core.checks import check_choice
from kundenmetrik.core.likelihood.newton import Optimum

Estimation = Literal["likelihood", "map"]
"""Maximum likelihood, or the posterior mode."""
ILL_CONDITIONED = 1e6
"""From here on the data hardly tell some parameters apart."""
UNRELIABLE_ERROR = 0.6
"""From this standard error of a log parameter on, a factor of 3 either way, intervals may cover too seldom."""


def fit_model(model: RepeatBuying, purchases: Any, method: str) -> RepeatFit:
    """Fit a model to a customer base."""
    method = check_choice(method, "method", get_args(Estimation))
    likelihood, base = customer_likelihood(model, purchases, method)
    cells, columns, prior = likelihood.cells, likelihood.columns, likelihood.prior
    exposure = float(cells.count @ cells.age)
    rate, age, customers = float(cells.count @ cells.frequency) / exposure, exposure / len(base), float(len(base))
    corners = model._starts(rate, age) + (model._corner_starts(rate, age) if method == "map" else ())
    starts = [np.concatenate((start, np.zeros(len(columns)))) for start in corners]
    problem = Problem(
        model=model.name,
        objective=likelihood,
        starts=starts,
        customers=customers,
        cells=len(cells),
        nodes=model._nodes,
        limits=model._limits if prior is None else (),
        limit_value=None if columns or len(model.parameters) < 4 else partial(limit_log_likelihood, model, cells),
    )
    best = estimate(problem)
    return RepeatFit(
        model=model,
        names=(*model.parameters, *(f"{process}.{column}" for process, column in columns)),
        theta=best.theta,
        theta_covariance=best.covariance,
        log_likelihood=_log_likelihood(likelihood, best, base),
        unit=base.unit,
        method=method,
        summary={**base.summary(), "cells": len(cells)},
        convergence=best.convergence,
        notes=tuple(_notes(model, best, base)),
        columns=columns,
        data=purchases,
    )


def _log_likelihood(likelihood: Likelihood, best: Optimum, base: Purchases) -> float:
    value = best.value
    if likelihood.prior is not None:
        value = likelihood.plain(best.theta, 1, likelihood.model._nodes[1])[0]
    extra = getattr(likelihood.model, "k", 1) - 1
    return value + (extra * float(np.sum(base.log_gaps)) if extra and base.log_gaps is not None else 0.0)


def _notes(model: RepeatBuying, best: Optimum, base: Purchases) -> list[str]:
    facts = {
        "interval_unreliable": float(np.sqrt(np.diag(best.covariance)[: len(model.parameters)]).max())
        > UNRELIABLE_ERROR,
        "ill_conditioned": best.condition > ILL_CONDITIONED,
        "lower_optimum": not best.unique,
        "likelihood_without_gaps": getattr(model, "k", 1) > 1 and base.log_gaps is None,
    }
    return [code for code, holds in facts.items() if holds]


class Fittable(RepeatBuying):
    """A repeat-buying model with its method ``fit``."""

    __slots__ = ()

    def fit(self, purchases: Any, *, method: Estimation = "likelihood") -> RepeatFit:
        """Fit the model to a customer base.

        Parameters
        ----------
        purchases : Purchases or CustomerCovariates
            One row per customer; their unit is the unit of the fit.
        method : {"likelihood", "map"}
            Maximum likelihood, or the posterior mode under weak priors (see ``kundenmetrik.clv.priors``).

        Returns
        -------
        RepeatFit
            The parameters with their uncertainty, and what they predict.

        Raises
        ------
        FitRefused
            If the data do not identify the model; the limit they run to is named.
        """
        return fit_model(self, purchases, method)
