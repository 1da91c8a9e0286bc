"""The margin: which share of the revenue is value, and what a value without one is."""

from __future__ import annotations

import pandas as pd

from kundenmetrik.core.checks import check_number

REVENUE = ("revenue_not_margin",)
"""The notes on a value of which no margin is known: it is revenue, more than a customer is worth."""


def with_notes(table: pd.DataFrame, notes: tuple[str, ...]) -> pd.DataFrame:
    """Return a table of values with a column of notes where they are revenue: a table on its own must say so."""
    return table.assign(notes=REVENUE[0]) if REVENUE[0] in notes else table


def share_of(margin: object) -> tuple[float, tuple[str, ...]]:
    """Return the share of the revenue that counts, and the note that it is all of it where no margin is given."""
    return (1.0, REVENUE) if margin is None else (check_number(margin, "margin", low=0.0, high=1.0), ())
