"""Who was active in which period, one bit for each customer: cohorts are counted sixty-four customers at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from kundenmetrik.core.arrays import IntArray
from kundenmetrik.retention.cohorts.retained_counts import Triangle, check_shape

Words = NDArray[np.uint64]

WORTH = 16
"""Up to so many ticks, and so many words to look at, for each row it is quicker to use bits than to sort."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attendance:
    """The customers active in each period, from the first on, as bits (periods x words)."""

    first: int
    there: Words

    @classmethod
    def of(cls, customer: IntArray, period: IntArray, span: int) -> Self | None:
        """Return the attendance of customers below ``span``; None where too few of all possible ticks would be set."""
        first = int(period.min())
        periods, words = int(period.max()) - first + 1, -(-span // 64)
        if periods * 64 * words > WORTH * period.size or periods**2 // 2 * words > WORTH * period.size:
            return None
        ticks = np.zeros(periods * 64 * words, np.bool_)
        place = period - first
        place *= 64 * words
        place += customer
        ticks[place] = True
        return cls(first=first, there=np.packbits(ticks).view(np.uint64).reshape(periods, words))

    def triangle(self, complete: int, columns: int) -> Triangle:
        """Count those active so many periods after their first, up to the last period that was observed to its end."""
        starters = self._starters()
        size = _numbers(starters)
        starters = starters[: np.flatnonzero(size)[-1] + 1]
        shape = check_shape(1, len(starters), columns)
        retained = np.zeros(shape, np.int64)
        for row, members in enumerate(starters):
            active = _numbers(self.there[row : row + columns] & members)
            retained[0, row, : active.size] = active
        matured = self.first + np.add.outer(np.arange(shape[1]), np.arange(columns)) <= complete
        size = size[: shape[1]]
        return Triangle(
            first=self.first,
            size=size[None, :],
            retained=np.where(matured, retained, 0),
            eligible=np.where(matured, size[:, None], 0)[None],
            matured=matured[None],
        )

    def _starters(self) -> Words:
        """Return the customers first active in each period."""
        before = np.bitwise_or.accumulate(self.there, axis=0)
        starters = self.there.copy()
        starters[1:] &= ~before[:-1]
        return starters


def _numbers(bits: Words) -> IntArray:
    """Return how many customers each row of bits stands for."""
    numbers: IntArray = np.add.reduce(np.bitwise_count(bits), axis=1, dtype=np.int64)
    return numbers
