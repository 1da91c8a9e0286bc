"""Refunds: money that went back, taken off the purchase it belongs to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from kundenmetrik.clv.data.events import Events
from kundenmetrik.core.arrays import FloatArray, IntArray

ROOM = 2**62
"""A key of customer and step stays below this."""


def subtract_refunds(
    events: Events, codes: IntArray, steps: IntArray, amounts: FloatArray | None
) -> tuple[Events, int]:
    """Take each refund off the customer's latest purchase up to then; return how many found none."""
    own, latest, span = _places(events.step, steps, int(events.customer.max()) + 1)
    keys, latest = events.customer * span + own, codes * span + latest
    place = np.searchsorted(keys, latest, side="right") - 1
    found = (place >= 0) & (events.customer[place] == codes)
    lost = int(np.count_nonzero(~found))
    if events.amount is None or amounts is None:
        return events, lost
    back = np.bincount(place[found], weights=np.abs(amounts[found]), minlength=len(events))
    return replace(events, amount=events.amount - back), lost


def _places(own: IntArray, other: IntArray, customers: int) -> tuple[IntArray, IntArray, int]:
    """Return steps as small numbers in the same order, so that customer and step fit one key: ranks where they must."""
    low = min(int(own.min()), int(other.min()))
    span = max(int(own.max()), int(other.max())) - low + 1
    if customers * span < ROOM:
        return own - low, other - low, span
    known = np.sort(own)
    return np.searchsorted(known, own), np.searchsorted(known, other, side="right") - 1, len(known)
