"""Histories: frequency, recency and age of customers, which is all that the models know of them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from kundenmetrik.core.arrays import BoolArray, FloatArray, IntArray

Params = tuple[Any, ...]
"""The parameters in the literature's order: numbers, or one array each where customers differ by covariates."""


class Histories(NamedTuple):
    """Frequency, recency and age of some customers, and who of them is known to have left; None where nobody is."""

    frequency: IntArray
    recency: FloatArray
    age: FloatArray
    churned: BoolArray | None = None

    def take(self, rows: Any) -> Histories:
        """Return some of the customers."""
        churned = None if self.churned is None else self.churned[rows]
        return Histories(self.frequency[rows], self.recency[rows], self.age[rows], churned)


def newcomers(count: int) -> Histories:
    """Return customers who have just made their first purchase."""
    return Histories(np.zeros(count, dtype=np.int64), np.zeros(count), np.zeros(count))
