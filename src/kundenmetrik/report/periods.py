"""The periods of a table, and how many of them a line over all of them counts."""

from __future__ import annotations

import numpy as np

from kundenmetrik.core.results.groups import PERIOD
from kundenmetrik.core.results.table import EstimateTable
from kundenmetrik.words.language import Language


def periods(table: EstimateTable) -> list[str]:
    """Return every period of a table, the oldest first."""
    axis = table.groups.names.index(PERIOD)
    return sorted({key[axis] for key in table.groups.keys if key[axis] is not None})


def all_periods_label(table: EstimateTable, period: str, words: Language) -> str:
    """Return the name of the line over all periods: how many have something that counts, in hidden groups too."""
    axis, keys = table.groups.names.index(PERIOD), table.groups.keys
    counted, _ = np.nonzero(table.tallies[0].table)
    number = len({keys[row][axis] for row in np.unique(counted)} - {None})
    unit = words.word(f"period.{period}" if number == 1 else f"unit.{period}s")
    return words.word("column.all_periods", count=words.number(number, 0), unit=unit)
