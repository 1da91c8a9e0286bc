"""Fitting a model of contractual lifetimes, or saying why it cannot be fitted or which limit it runs into."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.newton import Optimum, maximise
from kundenmetrik.errors import FitRefused
from kundenmetrik.frame.time.units import UnitOrPeriod
from kundenmetrik.retention.contractual.contract_fit import ContractFit
from kundenmetrik.retention.contractual.lifetime_model import LifetimeModel
from kundenmetrik.retention.contractual.renewal_likelihood import renewal_likelihood
from kundenmetrik.retention.contractual.renewals import Renewals

Starts = Callable[[float], list[FloatArray]]
"""Where a search starts, from the log-odds of the churn at the first renewal."""
SEARCH_LIMIT = 20.0
"""An optimum this far out, in logarithms or log-odds, is on a ridge that leads to infinity."""
LOGLIK_TOLERANCE = 1e-6
"""A log-likelihood not this much above that of a limit says that the limit is the fit."""


def fit_contracts(
    model: LifetimeModel,
    survivors: Any,
    unit: UnitOrPeriod | None,
    *,
    starts: Callable[[float, Renewals], list[FloatArray]],
    limit: LifetimeModel | None = None,
    limit_starts: Starts | None = None,
    polarised: LifetimeModel | None = None,
) -> ContractFit:
    """Return the maximum-likelihood fit, or the fit of the limit it runs into, named."""
    data = _as_renewals(survivors, unit)
    _refuse_uninformative(model, data)
    if polarised is not None and not data.lost[1:].any():
        return _fit(model, polarised, data, highest_optimum(polarised, data, _churn_alone), notes=("polarised_limit",))
    best = highest_optimum(model, data, lambda odds: starts(odds, data))
    if limit is not None:
        bound = highest_optimum(limit, data, limit_starts or _churn_alone)
        if best.value - bound.value <= LOGLIK_TOLERANCE:
            return _fit(model, limit, data, bound, notes=("homogeneous_limit",))
    return _fit(model, model, data, best)


def highest_optimum(model: LifetimeModel, data: Renewals, starts: Starts) -> Optimum:
    """Return the highest optimum found from several starts, one Newton step beyond where each search ends."""
    likelihood, customers = renewal_likelihood(model, data), float(max(data.at_risk[0], 1))
    share = float(np.clip(data.lost[0] / customers, 0.02, 0.98))
    found = [maximise(likelihood, start, customers=customers) for start in starts(float(np.log(share / (1 - share))))]
    best = max(found, key=lambda end: end.value if np.isfinite(end.value) else -np.inf)
    return maximise(likelihood, best.next_point, customers=customers) if best.converged else best


def _as_renewals(survivors: Any, unit: UnitOrPeriod | None) -> Renewals:
    """Return the table of renewals; its own unit stands, and another one is refused."""
    if not isinstance(survivors, Renewals):
        return Renewals.from_survivors(survivors, unit=unit)
    return survivors if unit is None else survivors.in_unit(unit)


def _churn_alone(log_odds: float) -> list[FloatArray]:
    return [np.array([log_odds])]


def _fit(
    model: LifetimeModel, curve: LifetimeModel, data: Renewals, best: Optimum, notes: tuple[str, ...] = ()
) -> ContractFit:
    if not best.converged or np.abs(best.theta).max() >= SEARCH_LIMIT:
        remedy = "Fit a model with fewer parameters, or observe more renewals."
        raise FitRefused(model.name, "the likelihood has no maximum at finite parameters", remedy)
    return ContractFit(
        model=model,
        names=model.parameters,
        curve=curve,
        theta=best.theta,
        theta_covariance=best.covariance,
        renewals=data,
        log_likelihood=best.value,
        unit=data.unit,
        notes=(*data.notes, *notes),
    )


def _refuse_uninformative(model: LifetimeModel, data: Renewals) -> None:
    needed = len(model.parameters)
    if data.informative < needed:
        raise FitRefused(
            model.name,
            f"{data.informative} observed renewals cannot tell {needed} parameters",
            f"Observe at least {needed} renewals.",
        )
    if not data.lost.any():
        raise FitRefused(model.name, "nobody has been lost yet", "Wait for the first loss; until then churn may be 0.")
    if not data.kept.any():
        raise FitRefused(model.name, "nobody has renewed, so nobody is left to project")
