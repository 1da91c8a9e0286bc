"""Four bugs that such pipelines have had, and how small a table hypothesis finds that shows each."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import find, settings

import kundenmetrik as km
from examples.pipeline.weekly import iso_weeks, latest_answers, weekly_report
from kundenmetrik.testing import strategies

ANSWERS = strategies.frames(
    km.SurveyResponse, question="nps", first="2020-12-20", last="2021-01-31", time_zone=None, max_rows=3
)
SEARCH = settings(max_examples=200, deadline=None, derandomize=True, database=None)


def anonymous_as_one(table: pd.DataFrame) -> bool:
    """Say whether the table shows that all anonymous answers were taken for those of one customer."""
    dated = table[table["answered_at"].notna()]
    dated = dated.assign(week=iso_weeks(dated["answered_at"])).sort_values("answered_at", kind="stable")
    return len(dated.drop_duplicates(["customer_id", "week"], keep="last")) < len(latest_answers(table))


def calendar_year(table: pd.DataFrame) -> bool:
    """Say whether the table shows that the week was written with the year of the calendar."""
    moments = table["answered_at"].dropna()
    return list(moments.dt.strftime("%Y-W%V")) != list(iso_weeks(moments))


def empty_week_as_zero(table: pd.DataFrame) -> bool:
    """Say whether the table shows that a week in which nobody answered was reported as 0."""
    if len(table) < 2:
        return False
    report = weekly_report(table)
    return bool((report["value"].fillna(0.0).notna() & report["value"].isna()).any()) and report["n"].max() > 0


def both_at_one_instant(table: pd.DataFrame) -> bool:
    """Say whether the table shows that two latest answers at one instant were both counted."""
    named = table[table["answered_at"].notna() & table["customer_id"].notna()]
    named = named.assign(week=iso_weeks(named["answered_at"]))
    latest = named.groupby(["customer_id", "week"])["answered_at"].transform("max")
    return int((named["answered_at"] == latest).sum()) > int(latest_answers(table)["customer_id"].notna().sum())


@pytest.mark.parametrize(
    ("shows", "rows"), [(anonymous_as_one, 2), (calendar_year, 1), (empty_week_as_zero, 2), (both_at_one_instant, 2)]
)
def test_the_smallest_table_has_few_rows(shows: Callable[[pd.DataFrame], bool], rows: int) -> None:
    table = find(ANSWERS, shows, settings=SEARCH)
    assert len(table) == rows
    optional = table[["touchpoint", "wave", "comment", "scale"]]
    assert optional.isna().all().all()
    assert (table["weight"] == 1.0).all()
