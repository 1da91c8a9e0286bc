"""What customers say: every p-value says which it is, and no comparison has two of them."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.report.layout import Section
from kundenmetrik.report.survey_section import group_changes, overview, score_by_period
from kundenmetrik.words.language import LANGUAGES, Language, language

SHOP = km.datasets.webshop(n_customers=600, seed=11)
ANSWERS = SHOP.responses.merge(SHOP.customers[["customer_id", "segment"]], on="customer_id")
SPECS = {"nps": km.NPS(), "csat": km.CSAT(), "ces": km.CES()}


def tables(by: str | None, answers: pd.DataFrame = ANSWERS, **options: float) -> dict[str, km.EstimateTable]:
    whole = km.measure(answers, [*SPECS.values()], by=by, period="quarter", date="answered_at", **options)
    return {name: whole.metric(name) for name in SPECS}


def column(section: Section, head: str) -> list[str]:
    return [row[section.header.index(head)] for row in section.rows]


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Language:
    return language(request.param)


def test_every_p_value_says_whether_it_is_adjusted(words: Language) -> None:
    measured = tables("segment")
    glance, groups = overview(measured, "quarter", words), group_changes(measured, "quarter", words)
    unadjusted, holm = words.word("column.p_unadjusted"), words.word("column.p_holm")
    assert unadjusted != holm
    whole = {name: table.total("period").compare(baseline="previous", adjust=None) for name, table in measured.items()}
    alone = [table.to_frame()["p_value"].iloc[-1] for table in whole.values()]
    assert column(glance, unadjusted) == [words.p_value(p) for p in alone]
    newest = sorted({key[1] for key in measured["nps"].groups.keys})[-2:]
    together = [
        row["p_adjusted"]
        for table in measured.values()
        for row in table.subset([key for key in table.groups.keys if key[1] in newest])
        .compare(baseline="previous", adjust="holm")
        .to_frame()
        .to_dict("records")
    ]
    assert column(groups, holm) == [words.p_value(p) for p in together]
    assert "Holm" in groups.remarks[0]
    assert re.search("nicht bereinigt|not adjusted", glance.remarks[0])


def test_one_comparison_has_one_p_value_and_one_name_for_it(words: Language) -> None:
    measured = tables(None)
    glance, groups = overview(measured, "quarter", words), group_changes(measured, "quarter", words)
    head = words.word("column.p_unadjusted")
    assert column(glance, head) == column(groups, head)
    assert groups.remarks[0] == glance.remarks[0]


def test_one_period_is_not_compared_with_itself(words: Language) -> None:
    inside = ANSWERS["answered_at"].between("2025-10-01", "2025-12-31")
    for section in (part(tables("segment", ANSWERS[inside]), "quarter", words) for part in (overview, group_changes)):
        assert section.rows == ()
        assert section.remarks[0] == words.word("note.one_period", period="2025-Q4")


@pytest.mark.parametrize("by", ["segment", None])
def test_hidden_periods_are_said_not_to_be_compared(words: Language, by: str | None) -> None:
    hidden = tables(by, min_n=10_000)
    for section in (part(hidden, "quarter", words) for part in (overview, group_changes)):
        assert section.rows == ()
        assert section.remarks[0] == words.word("note.too_few", after="2025-Q4", before="2025-Q3")


@pytest.mark.parametrize("by", ["segment", None])
def test_a_period_without_answers_is_said_not_to_be_compared(words: Language, by: str | None) -> None:
    gap = ANSWERS[~ANSWERS["answered_at"].between("2025-07-01", "2025-09-30 23:59:59")]
    for section in (part(tables(by, gap), "quarter", words) for part in (overview, group_changes)):
        assert {row[-1] for row in section.rows} == {words.word("verdict.none")}
        assert section.remarks[0] == words.word("note.too_few", after="2025-Q4", before="2025-Q3")


def test_n_is_explained_where_it_stands(words: Language) -> None:
    measured = tables("segment")
    glance, nps = (
        overview(measured, "quarter", words),
        score_by_period("nps", measured["nps"], "segment", "quarter", words),
    )
    assert words.word("note.n") in nps.remarks
    assert any(re.search(r"\bn\b", cell) for row in nps.rows for cell in row)
    assert not any(re.search(r"\bn\b", said) for said in (*glance.header, *glance.remarks))


@pytest.mark.parametrize(
    ("confidence", "said", "alpha"),
    [(0.95, "95", "5"), (0.999, "99,9", "0,1"), (0.9, "90", "10"), (1 / 3, "33,333333", "66,666667")],
)
def test_levels_keep_their_places(confidence: float, said: str, alpha: str) -> None:
    glance = overview(tables(None, confidence=confidence), "quarter", language("de"))
    assert f"{said}\N{NO-BREAK SPACE}%-Konfidenzintervall" in glance.remarks[1]
    assert f"Unter {alpha}\N{NO-BREAK SPACE}%" in glance.remarks[0]


def test_the_effort_score_says_which_end_is_good(words: Language) -> None:
    measured = tables("segment")
    for section in (overview(measured, "quarter", words), group_changes(measured, "quarter", words)):
        assert words.word("note.effort") in section.remarks
    others = {name: table for name, table in measured.items() if name != "ces"}
    assert words.word("note.effort") not in overview(others, "quarter", words).remarks
    hard = km.CES(scale=km.Scale(1, 7, higher_is_better=False))
    turned = km.measure(ANSWERS, [hard], by="segment", period="quarter", date="answered_at")
    assert words.word("note.effort") not in overview({"ces": turned}, "quarter", words).remarks
