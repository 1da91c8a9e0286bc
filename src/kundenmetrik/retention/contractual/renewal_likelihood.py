"""The log-likelihood of contracts lost and kept, by the coordinates of a model or the logarithms of its parameters."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.likelihood.complex_step import analytic_objective
from kundenmetrik.core.likelihood.newton import Objective
from kundenmetrik.retention.contractual.lifetime_model import LifetimeModel
from kundenmetrik.retention.contractual.renewals import Renewals


def renewal_likelihood(model: LifetimeModel, data: Renewals, natural: Callable[[Any], Any] | None = None) -> Objective:
    """Return the log-likelihood with its gradient and Hessian; ``natural`` turns coordinates into parameters."""
    seen = data.at_risk > 0
    counts = (data.ages[seen], data.lost[seen].astype(np.float64), data.kept[seen].astype(np.float64))
    return analytic_objective(partial(_value, model, natural or model._natural, counts))


def _value(
    model: LifetimeModel,
    natural: Callable[[Any], Any],
    counts: tuple[FloatArray, FloatArray, FloatArray],
    coordinates: Any,
) -> Any:
    with np.errstate(all="ignore"):  # far from the maximum powers overflow; such a step is not taken
        values = natural(coordinates)
        return model._log_likelihood(values[..., None] if values.ndim == 2 else values, *counts)
