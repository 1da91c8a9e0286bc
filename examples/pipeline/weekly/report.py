"""The report: a row for each week, also for those in which nobody answered."""

from __future__ import annotations

import pandas as pd

import kundenmetrik as km
from examples.pipeline.weekly.cleaning import iso_weeks, latest_answers
from examples.pipeline.weekly.promoters import Promoters


def weekly_report(responses: pd.DataFrame) -> pd.DataFrame:
    """Return week, metric, value, low, high and n; a week without an answer has no value and n = 0."""
    answers = latest_answers(responses[responses["question"] == "nps"])
    if answers.empty:
        return pd.DataFrame(columns=["week", "metric", "value", "low", "high", "n"])
    days = answers["answered_at"].dt.tz_localize(None).dt.normalize()
    every_week = iso_weeks(pd.Series(pd.date_range(days.min(), days.max()))).unique()
    answers = answers.assign(week=pd.Categorical(answers["week"], categories=every_week))
    table = km.measure(answers, [km.NPS(), Promoters()], by="week").to_frame()
    return table[["week", "metric", "value", "low", "high", "n"]]
