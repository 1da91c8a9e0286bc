"""The pipeline's own tests: properties over drawn tables, the laws over its metric, the proof of its figures."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

import pandas as pd
from hypothesis import given, settings

import kundenmetrik as km
from examples.pipeline.weekly import Promoters, latest_answers, weekly_report
from kundenmetrik.testing import laws, strategies, verify

settings.register_profile("pipeline", max_examples=20, deadline=None, derandomize=True, database=None)
settings.load_profile("pipeline")

ANSWERS = strategies.frames(km.SurveyResponse, question="nps", first="2020-12-20", last="2021-01-31", max_rows=8)


@given(ANSWERS)
def test_each_customer_counts_once_a_week_and_anonymous_answers_all_count(table: pd.DataFrame) -> None:
    kept = latest_answers(table)
    dated = [(row.customer_id, row.answered_at) for row in km.records(table, km.SurveyResponse) if row.answered_at]
    weeks = {(customer, moment.isocalendar()[:2]) for customer, moment in dated if customer is not None}
    assert len(kept) == len(weeks) + sum(customer is None for customer, _ in dated)


@given(ANSWERS)
def test_weeks_are_those_of_the_calendar_and_none_is_left_out(table: pd.DataFrame) -> None:
    weeks = [str(week) for week in weekly_report(table)["week"].unique()]
    mondays = [datetime.fromisoformat(week) for week in weeks]
    assert all((after - before).days == 7 for before, after in pairwise(mondays))
    dated = table["answered_at"].dropna()
    if len(dated):
        first, last = dated.dt.tz_localize(None).min(), dated.dt.tz_localize(None).max()
        assert [f"{day.isocalendar().year}-W{day.isocalendar().week:02d}" for day in (first, last)] == [
            weeks[0],
            weeks[-1],
        ]


@given(ANSWERS)
def test_a_week_without_answers_has_no_value(table: pd.DataFrame) -> None:
    report = weekly_report(table)
    assert (report["value"].isna() == (report["n"] == 0)).all()


@given(strategies.data_sets(customers=(1, 3), rows=(1, 6)))
def test_whole_data_sets_go_through(data: strategies.DataSet) -> None:
    tables = data.frames()
    report = weekly_report(tables.responses)
    asked = latest_answers(tables.responses.query("question == 'nps'"))
    assert report.query("metric == 'nps'")["n"].sum() == asked["score"].notna().sum()


def test_the_metric_keeps_the_laws() -> None:
    laws.check(Promoters())


def test_the_figures_that_it_rests_on_still_hold() -> None:
    report = verify("survey")
    assert report.ok, report
