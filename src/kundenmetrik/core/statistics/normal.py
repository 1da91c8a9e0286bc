"""The normal distribution where intervals and tests need it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Literal

import scipy

from kundenmetrik.core.arrays import FloatArray

Alternative = Literal["two-sided", "greater", "less"]
SMALLEST_CRITICAL_VALUE = 1e-50
"""The critical value of no confidence at all."""


@lru_cache(maxsize=64)
def critical(confidence: float) -> float:
    """Return the two-sided critical value, 1.959964 at 0.95; never quite 0, as it may be a divisor."""
    return max(-float(scipy.special.ndtri((1.0 - confidence) / 2.0)), SMALLEST_CRITICAL_VALUE)


def p_value(statistic: FloatArray, alternative: str = "two-sided") -> FloatArray:
    """Return the p-value of a standard normal statistic."""
    return ALTERNATIVES[alternative](statistic)


ALTERNATIVES: Mapping[str, Callable[[FloatArray], FloatArray]] = {
    "two-sided": lambda statistic: 2.0 * scipy.special.ndtr(-abs(statistic)),
    "greater": lambda statistic: scipy.special.ndtr(-statistic),
    "less": lambda statistic: scipy.special.ndtr(statistic),  # noqa: PLW0108 - scipy.special is loaded where it is used
}
"""The p-value of a standard normal statistic by alternative."""
