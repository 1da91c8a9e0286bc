"""The day of a moment."""

from __future__ import annotations

import pandas as pd


def day(moment: object) -> str:
    """Return the day of a moment, on the moment's own clock."""
    return str(pd.Timestamp(moment).date())  # type: ignore[arg-type]
