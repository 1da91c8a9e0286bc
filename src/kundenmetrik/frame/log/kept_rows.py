"""Which rows of a table count, and how many were left out for what."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kundenmetrik.core.arrays import BoolArray
from kundenmetrik.errors import InvalidArgument


def kept_rows(lost: Mapping[str, BoolArray], rows: int) -> tuple[BoolArray | None, dict[str, int]]:
    """Return which rows stay, None when all do, and how many were left out for the first reason that applies."""
    gone, counts = np.zeros(rows, bool), {}
    for reason, mask in lost.items():
        new = int(np.count_nonzero(mask & ~gone)) if mask.any() else 0
        if new:
            counts[reason] = new
            gone |= mask
    return (~gone if counts else None), counts


def require_rows(count: int, argument: str, excluded: Mapping[str, int]) -> None:
    """Refuse a table of which no row is left."""
    if count == 0:
        said = ", ".join(f"{reason} {lost:,}" for reason, lost in excluded.items()) or "it has no rows"
        remedy = "Name the kinds of your own with kinds=." if "other_kind" in excluded else ""
        raise InvalidArgument(argument, f"have rows to count; none is left ({said})", remedy=remedy)
