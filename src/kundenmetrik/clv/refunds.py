"""Refunds: money that went back, taken off the purchase it belongs to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kundenmetrik.clv.events import Events
from kundenmetrik.core.arrays import FloatArray, IntArray

__all__ = ["netted"]


def netted(events: Events, codes: IntArray, steps: IntArray, amounts: FloatArray | None) -> tuple[Events, int]:
    """Take each refund off the customer's latest purchase up to then; return how many found none."""
    lowest = min(int(events.step.min()), int(steps.min()))
    span = max(int(events.step.max()), int(steps.max())) - lowest + 1
    keys = events.customer.astype(object) * span if _overflows(events, span) else events.customer * span
    place = np.searchsorted(keys + (events.step - lowest), codes * span + (steps - lowest), side="right") - 1
    found = (place >= 0) & (events.customer[place] == codes)
    if events.amount is None or amounts is None:
        return events, int(np.count_nonzero(~found))
    back = np.bincount(place[found], weights=np.abs(amounts[found]), minlength=len(events))
    return replace(events, amount=events.amount - back), int(np.count_nonzero(~found))


def _overflows(events: Events, span: int) -> bool:
    return (int(events.customer.max()) + 1) * span >= 2**62
