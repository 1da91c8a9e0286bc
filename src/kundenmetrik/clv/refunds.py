"""Refunds: money that went back, taken off the purchase it belongs to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kundenmetrik.clv.events import Events
from kundenmetrik.core.arrays import FloatArray, IntArray

__all__ = ["netted"]


def netted(events: Events, codes: IntArray, steps: IntArray, amounts: FloatArray | None) -> tuple[Events, int]:
    """Take each refund off the customer's latest purchase up to then; return how many found none."""
    steps_known = np.unique(events.step)
    # Ranks instead of steps: customer and rank fit one key whatever the grain.
    keys = events.customer * len(steps_known) + np.searchsorted(steps_known, events.step)
    latest = codes * len(steps_known) + np.searchsorted(steps_known, steps, side="right") - 1
    place = np.searchsorted(keys, latest, side="right") - 1
    found = (place >= 0) & (events.customer[place] == codes)
    lost = int(np.count_nonzero(~found))
    if events.amount is None or amounts is None:
        return events, lost
    back = np.bincount(place[found], weights=np.abs(amounts[found]), minlength=len(events))
    return replace(events, amount=events.amount - back), lost
