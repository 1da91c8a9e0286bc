"""Limits that were stored: they are known at one confidence only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kundenmetrik.errors import InvalidArgument


@dataclass(frozen=True, slots=True, eq=False)
class FixedLimits:
    """The limits of a stored result, at the confidence that they were stored with."""

    low: Any
    high: Any
    confidence: float

    def __call__(self, confidence: float) -> tuple[Any, Any]:
        """Return the limits; another confidence is refused, since what they were computed from was not stored."""
        if confidence != self.confidence:
            rule = f"be {self.confidence}, the only one this stored estimate knows"
            raise InvalidArgument("confidence", rule, confidence)
        return self.low, self.high
