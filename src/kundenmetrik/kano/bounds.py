"""Counts with an upper bound, beyond which a computation would not come back."""

from __future__ import annotations

from kundenmetrik.core.checks import check_count
from kundenmetrik.errors import InvalidArgument

__all__ = ["MOST_DRAWS", "MOST_PEOPLE", "MOST_POINTS", "check_bounded_count"]

MOST_DRAWS = 100_000
MOST_PEOPLE = 100_000
MOST_POINTS = 10_000


def check_bounded_count(value: object, argument: str, *, low: int = 1, high: int) -> int:
    """Return a whole number from ``low`` to ``high``."""
    count = check_count(value, argument, low=low)
    if count > high:
        raise InvalidArgument(argument, f"be at most {high:,}", value)
    return count
