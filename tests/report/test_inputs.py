"""Tables that do not fit each other are refused in plain words, or told in the report; nothing counts twice."""

from __future__ import annotations

import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData
from kundenmetrik.words.language import language

SHOP = km.datasets.webshop(n_customers=200, seed=5)
PEOPLE, EVENTS, ANSWERS = SHOP.customers, SHOP.interactions, SHOP.responses


def twice(frame: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame, frame.head(2)], ignore_index=True)


def test_rows_that_are_there_twice_are_refused_in_all_tables_at_once() -> None:
    with pytest.raises(InvalidData) as refused:
        km.report.scorecard(twice(PEOPLE), twice(EVENTS), twice(ANSWERS), by="segment")
    assert [(fault.column, fault.count, fault.rows) for fault in refused.value.faults] == [
        ("customers: customer_id", 2, (len(PEOPLE), len(PEOPLE) + 1)),
        ("interactions: interaction_id", 2, (len(EVENTS), len(EVENTS) + 1)),
        ("responses: response_id", 2, (len(ANSWERS), len(ANSWERS) + 1)),
    ]


def test_one_response_may_answer_several_questions() -> None:
    first = ANSWERS.assign(response_id=ANSWERS.groupby("question").cumcount().map("R{}".format))
    assert first["response_id"].duplicated().any()
    card = km.report.scorecard(PEOPLE, EVENTS, first)
    assert card.tables["nps"].counts == km.report.scorecard(PEOPLE, EVENTS, ANSWERS).tables["nps"].counts


@pytest.mark.parametrize(("place", "name"), [(0, "customers"), (1, "interactions"), (2, "responses")])
def test_an_empty_table_is_named(place: int, name: str) -> None:
    tables = [frame.iloc[:0] if i == place else frame for i, frame in enumerate((PEOPLE, EVENTS, ANSWERS))]
    with pytest.raises(InvalidArgument, match=f"^{name} must have at least one row"):
        km.report.scorecard(*tables, by="segment")


def test_purchases_are_needed() -> None:
    with pytest.raises(InvalidArgument, match=r"^interactions must hold purchases"):
        km.report.scorecard(PEOPLE, EVENTS[EVENTS["kind"] != "purchase"], ANSWERS)


@pytest.mark.parametrize("column", ["customer_id", "answered_at"])
def test_answers_need_the_columns_they_are_counted_by(column: str) -> None:
    with pytest.raises(InvalidArgument, match=f"^responses must have a column {column}"):
        km.report.scorecard(PEOPLE, EVENTS, ANSWERS.drop(columns=column), by="segment")


def test_clocks_with_and_without_a_zone_do_not_mix() -> None:
    zoned = ANSWERS.assign(answered_at=ANSWERS["answered_at"].dt.tz_localize("UTC"))
    with pytest.raises(InvalidArgument, match=r"all have a time zone or none; without are \['customers.acquired_at'"):
        km.report.scorecard(PEOPLE, EVENTS, zoned)


def test_tables_of_other_customers_are_refused() -> None:
    others = ANSWERS.assign(customer_id="x" + ANSWERS["customer_id"])
    with pytest.raises(InvalidArgument, match=r"^responses: customer_id must name customers .* such as 'K000001'"):
        km.report.scorecard(PEOPLE, EVENTS, others, by="segment")


def test_customers_who_are_not_in_the_table_are_told() -> None:
    fewer = PEOPLE.iloc[20:].reset_index(drop=True)
    answers, events = (int((~frame["customer_id"].isin(fewer["customer_id"])).sum()) for frame in (ANSWERS, EVENTS))
    said = km.report.scorecard(fewer, EVENTS, ANSWERS, by="segment", language="en").sections[0].remarks[-1]
    assert said.startswith(f"The customers of {answers} answers and {events} interactions are not in the table")
    whole = km.report.scorecard(PEOPLE, EVENTS, ANSWERS, by="segment", language="en").sections[0].remarks
    assert not any("not in the table of customers" in remark for remark in whole)


def test_hidden_groups_are_told() -> None:
    first = km.report.scorecard(PEOPLE, EVENTS, ANSWERS, language="en", min_n=10).sections[0]
    assert "Groups with fewer than 10 answers are hidden." in first.remarks


def test_a_retention_of_everybody_is_doubted() -> None:
    doubt = language("en").word("note.no_end_dates")
    assert "only if nobody has left" in doubt
    unrecorded = PEOPLE.drop(columns="churned_at")
    assert doubt in remarks(km.report.scorecard(unrecorded, EVENTS, ANSWERS, language="en"))
    assert doubt not in remarks(km.report.scorecard(PEOPLE, EVENTS, ANSWERS, language="en"))


def remarks(card: km.report.Scorecard) -> list[str]:
    return [remark for section in card.sections for remark in section.remarks]


def zoned(frame: pd.DataFrame) -> pd.DataFrame:
    times = frame.select_dtypes("datetime").columns
    return frame.assign(**{name: frame[name].dt.tz_localize("UTC") for name in times})


def test_the_zone_of_the_calendar_is_told() -> None:
    nobody_left = zoned(PEOPLE).assign(churned_at=pd.Series(pd.NaT, index=PEOPLE.index, dtype="datetime64[us]"))
    tables = (nobody_left, zoned(EVENTS), zoned(ANSWERS))
    for zone in (None, "Pacific/Auckland"):
        told = km.report.scorecard(*tables, language="en", time_zone=zone).sections[0].remarks
        assert f"Days, weeks and months are those of the time zone {zone or 'UTC'}." in told
    without = km.report.scorecard(PEOPLE, EVENTS, ANSWERS, language="en").sections[0].remarks
    assert not any("time zone" in remark for remark in without)
