"""Which answers count: of each customer the latest of a week; anonymous ones all."""

from __future__ import annotations

import pandas as pd


def iso_weeks(moments: pd.Series[pd.Timestamp]) -> pd.Series[str]:
    """Return the ISO week of each time, such as 2020-W53 for the first of January 2021."""
    parts = moments.dt.isocalendar()
    return parts["year"].astype(str) + "-W" + parts["week"].astype(str).str.zfill(2)


def latest_answers(responses: pd.DataFrame) -> pd.DataFrame:
    """Return the answers that count, with their week; of two at one instant the one further down."""
    dated = responses[responses["answered_at"].notna()]
    dated = dated.assign(week=iso_weeks(dated["answered_at"]))
    anonymous = dated["customer_id"].isna()
    named = dated[~anonymous].sort_values("answered_at", kind="stable")
    latest = named.drop_duplicates(["customer_id", "week"], keep="last")
    return dated[anonymous | dated.index.isin(latest.index)]
