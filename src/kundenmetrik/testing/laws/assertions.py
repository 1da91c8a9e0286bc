"""What a law says when it is broken: the law and the counts that show it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import strategies as st

from kundenmetrik.core.arrays import FloatArray
from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.metric import Metric

Draw = Callable[[st.SearchStrategy[Any]], Any]
TOLERANCE = 1e-9


class LawBroken(AssertionError):
    """A metric breaks a law; the message names the law and the smallest counts that show it."""


def assert_law(holds: Any, broken: str, *drawn: Counts) -> None:
    """Raise if a law does not hold, with the counts that show it."""
    if not holds:
        raise LawBroken(f"{broken}, for {' against '.join(map(counts_text, drawn))}")


def assert_same(found: Any, expected: Any, what: str, drawn: Counts, tolerance: float = 0.0) -> None:
    """Raise if numbers differ by more than the tolerance, relative or absolute; NaN equals NaN."""
    one, other = np.asarray(found, dtype=np.float64), np.asarray(expected, dtype=np.float64)
    equal = one.shape == other.shape and np.allclose(one, other, rtol=tolerance, atol=tolerance, equal_nan=True)
    assert_law(equal, f"{what} gives {one.tolist()} and not {other.tolist()}", drawn)


def counts_text(drawn: Counts) -> str:
    """Return counts as a message shows them: with the rows of weighted ones, and what was excluded."""
    rows = (
        ""
        if drawn.raw is None
        else f" from rows {drawn.raw.tolist()} with squares {np.asarray(drawn.squares).tolist()}"
    )
    lost = {reason: rows.tolist() for reason, rows in drawn.excluded.items() if rows.any()}
    return (
        f"the counts {drawn.table.tolist()}{rows} of the cells {list(drawn.cells)}{f' beside {lost}' if lost else ''}"
    )


def values_and_limits(metric: Metric, drawn: Counts) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the values with their 95 % limits."""
    return (metric.values(drawn), *metric.limits(drawn, 0.95))
