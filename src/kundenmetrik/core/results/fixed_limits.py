"""The limits of an estimate that was stored: they are known at one confidence only."""

from __future__ import annotations

__all__ = ["FixedLimits"]


class FixedLimits:
    """The limits of a stored estimate, at the confidence it was stored with."""

    __slots__ = ("limits",)

    def __init__(self, low: float, high: float) -> None:
        self.limits: tuple[float, float] = (low, high)

    def __call__(self, confidence: float) -> tuple[float, float]:
        """Return the limits, whatever the confidence."""
        return self.limits
