"""Profile intervals: the values of one parameter that a likelihood-ratio test would not reject."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import numpy as np
import scipy

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.statistics.normal import critical
from kundenmetrik.retention.contractual.fitted_law import FittedLaw
from kundenmetrik.retention.contractual.maximum import maximise

__all__ = ["profile_interval"]

FARTHEST = 12.0
"""So far on the log scale an end is looked for; beyond it the data leave that end open."""


def profile_interval(fit: FittedLaw, place: int, confidence: float) -> tuple[float, float]:
    """Return the limits of the parameter at ``place``; 0 or inf where the data leave an end open."""
    drop = partial(_drop, fit, place, critical(confidence) ** 2 / 2.0)
    low, high = (_crossing(drop, fit.std_errors[fit.law.letters[place]] / fit.values[place], sign) for sign in (-1, 1))
    return float(fit.values[place] * math.exp(low)), float(fit.values[place] * math.exp(high))


def _drop(fit: FittedLaw, place: int, allowed: float, shift: float) -> float:
    """Return how far below the allowed drop the best likelihood is when one parameter is moved on the log scale."""
    logs, others = np.log(fit.values), [i for i in range(len(fit.values)) if i != place]
    data = fit.renewals
    seen = data.at_risk > 0
    counts = (data.ages[seen], data.lost[seen].astype(np.float64), data.kept[seen].astype(np.float64))
    objective = partial(_height, fit, counts, place, float(logs[place] + shift))
    best = maximise(objective, logs[others]) if others else np.empty(0)
    return fit.log_likelihood - float(objective(best).real) - allowed


def _height(fit: FittedLaw, counts: tuple[FloatArray, ...], place: int, value: float, others: Any) -> Any:
    with np.errstate(all="ignore"):
        natural = np.exp(np.insert(others, place, value, axis=0))
        return fit.law.log_likelihood(natural[..., None] if natural.ndim == 2 else natural, *counts)


def _crossing(drop: Any, step: float, sign: int) -> float:
    near, far = 0.0, min(step, FARTHEST)
    while drop(sign * far) < 0:
        if far >= FARTHEST:
            return sign * math.inf
        near, far = far, min(far * 1.6, FARTHEST)
    return sign * float(scipy.optimize.brentq(lambda shift: drop(sign * shift), near, far, xtol=1e-10))
