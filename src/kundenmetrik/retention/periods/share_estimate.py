"""A share of customers as an estimate."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import partial

import numpy as np

from kundenmetrik.core.results.estimate import Estimate
from kundenmetrik.core.statistics.one_sample.proportions import SHARE_METHODS

__all__ = ["share_estimate"]


def share_estimate(
    metric: str,
    successes: int,
    n: int,
    *,
    confidence: float,
    method: str,
    notes: tuple[str, ...] = (),
    definition: str = "",
    excluded: Mapping[str, int] | None = None,
    parts: Mapping[str, float] | None = None,
) -> Estimate:
    """Return so many of so many customers with the named interval, which more than all of them do not have.

    Of none the share is NaN with the note ``empty``.
    """
    return Estimate(
        metric=metric,
        value=successes / n if n else math.nan,
        ask=partial(_limits, successes, n, method) if successes <= n else None,
        n=n,
        unit="share",
        confidence=confidence,
        method=method,
        excluded=excluded,
        notes=notes if n else ("empty", *notes),
        definition=definition,
        higher_is_better=True,
        parts=parts,
    )


def _limits(successes: int, n: int, method: str, confidence: float) -> tuple[float, float]:
    low, high = SHARE_METHODS[method](np.array([successes]), np.array([n]), confidence)
    return float(low[0]), float(high[0])
