"""Silence at the end: whether a log may end before its observation does."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from kundenmetrik.core.arrays import IntArray

ENDS_EARLY = "log_ends_early"
"""The note on what was made of such a log."""
RECENT_EVENTS = 20
"""So many events tell how long a silence is usual."""


def ends_early(latest: int, end: int, unit: float, events: Callable[[], IntArray]) -> bool:
    """Tell whether nothing came for longer than a unit and than the last twenty events took.

    Parameters
    ----------
    latest, end : int
        The step of the last event, and the step in which observation ends.
    unit : float
        How many steps one unit has: no shorter silence says anything.
    events : callable
        Returns the step of each event, in any order; asked only after a longer silence.

    Returns
    -------
    bool
        Never with fewer than twenty events.
    """
    silent = end - latest
    if silent <= unit:
        return False
    steps = events()
    return len(steps) >= RECENT_EVENTS and bool(silent > latest - np.partition(steps, -RECENT_EVENTS)[-RECENT_EVENTS])
