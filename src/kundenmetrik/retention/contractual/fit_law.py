"""Fitting a law of contractual lifetimes, or saying why it cannot be fitted or which limit it runs into."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.errors import FitRefused
from kundenmetrik.retention.contractual.contract_fit import ContractFit
from kundenmetrik.retention.contractual.lifetime_law import Law
from kundenmetrik.retention.contractual.maximum import gradient, hessian, maximise
from kundenmetrik.retention.contractual.renewals import Renewals

__all__ = ["as_renewals", "climb", "fitted", "objective_of"]

Starts = Callable[[float, Renewals], list[FloatArray]]
NO_GAIN = 1e-6
"""A log-likelihood not this much above that of a limit says that the limit is the fit."""
AT_REST = 1e-9
"""The largest gradient per customer at a maximum."""


def fitted(
    law: type[Law],
    survivors: Any,
    unit: str | None,
    *,
    starts: Starts,
    limit: type[Law] | None = None,
    limit_starts: Starts | None = None,
    polarised: type[Law] | None = None,
) -> ContractFit:
    """Return the maximum-likelihood fit, or the fit of the limit it runs into, named."""
    data = as_renewals(survivors, unit)
    _refuse_silent(law, data)
    if polarised is not None and not data.lost[1:].any():
        return _of_limit(law, polarised, data, climb(polarised, data, _first), "polarised_limit")
    point = climb(law, data, starts)
    height = float(objective_of(law, data)(point))
    if limit is not None:
        bound = climb(limit, data, limit_starts or _first)
        if height - float(objective_of(limit, data)(bound)) <= NO_GAIN:
            return _of_limit(law, limit, data, bound, "homogeneous_limit")
    _refuse_unsettled(law, law, data, point)
    return _made(law, law, data, point, law.natural(point), data.notes)


def as_renewals(survivors: Any, unit: str | None) -> Renewals:
    """Return the table of renewals; its own unit stands, and another one is refused."""
    if not isinstance(survivors, Renewals):
        return Renewals.from_survivors(survivors, unit=unit)
    return survivors if unit is None else survivors.in_unit(unit)


def objective_of(law: type[Law], data: Renewals) -> Callable[[Any], Any]:
    """Return the log-likelihood as a function of the free parameters."""
    seen = data.at_risk > 0
    counts = (data.ages[seen], data.lost[seen].astype(np.float64), data.kept[seen].astype(np.float64))
    return partial(_height, law, counts)


def climb(law: type[Law], data: Renewals, starts: Starts) -> FloatArray:
    """Return the highest point found from several starts."""
    objective = objective_of(law, data)
    share = float(np.clip(data.lost[0] / max(data.at_risk[0], 1), 0.02, 0.98))
    ends = [maximise(objective, start) for start in starts(float(np.log(share / (1 - share))), data)]
    return max(ends, key=lambda end: float(objective(end)))


def _height(law: type[Law], counts: tuple[FloatArray, FloatArray, FloatArray], free: Any) -> Any:
    with np.errstate(all="ignore"):  # far from the maximum powers overflow; such a step is not taken
        natural = law.natural(free)
        return law.log_likelihood(natural[..., None] if natural.ndim == 2 else natural, *counts)


def _first(share: float, _: Renewals) -> list[FloatArray]:
    return [np.array([share])]


def _of_limit(law: type[Law], limit: type[Law], data: Renewals, point: FloatArray, note: str) -> ContractFit:
    _refuse_unsettled(law, limit, data, point)
    return _made(law, limit, data, point, law.at_limit(limit, limit.natural(point)), (*data.notes, note))


def _made(
    law: type[Law], curve: type[Law], data: Renewals, point: FloatArray, values: FloatArray, notes: tuple[str, ...]
) -> ContractFit:
    objective = objective_of(curve, data)
    covariance = np.asarray(np.linalg.inv(-hessian(objective, point)), dtype=np.float64)
    height = float(objective(point))
    return ContractFit(
        law=law,
        values=values,
        curve=curve,
        point=point,
        spread=covariance,
        renewals=data,
        log_likelihood=height,
        notes=notes,
    )


def _refuse_silent(law: type[Law], data: Renewals) -> None:
    needed = len(law.letters)
    if data.informative < needed:
        raise FitRefused(
            law.name,
            f"{data.informative} observed renewals cannot tell {needed} parameters",
            f"Observe at least {needed} renewals.",
        )
    if not data.lost.any():
        raise FitRefused(law.name, "nobody has been lost yet", "Wait for the first loss; until then churn may be 0.")
    if not data.kept.any():
        raise FitRefused(law.name, "nobody has renewed, so nobody is left to project")


def _refuse_unsettled(law: type[Law], curve: type[Law], data: Renewals, point: FloatArray) -> None:
    objective, customers = objective_of(curve, data), int(data.at_risk[0])
    slope = np.abs(gradient(objective, point)).max() / max(customers, 1)
    bends = np.linalg.eigvalsh(hessian(objective, point))
    if slope > AT_REST or bends.max() >= 0:
        remedy = "Fit a model with fewer parameters, or observe more renewals."
        raise FitRefused(law.name, "the likelihood has no maximum at finite parameters", remedy)
