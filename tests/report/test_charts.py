"""Charts of a scorecard: one for each table that has one, on the page above its table, the same text each time."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest

import kundenmetrik as km
from kundenmetrik.report.charts import MAX_GROUPS

pytest.importorskip("matplotlib")

SHOP = km.datasets.webshop(n_customers=300, seed=4)
TABLES = (SHOP.customers, SHOP.interactions, SHOP.responses)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def card() -> km.report.Scorecard:
    return km.report.scorecard(*TABLES, by="segment", kano=SHOP.kano, language="de")


def test_each_chart_is_a_picture_with_a_name(card: km.report.Scorecard) -> None:
    charts = card.charts()
    assert list(charts) == ["nps", "csat", "ces", "tgw", "retention", "kano"]
    titles = {section.table: section.title for section in card.sections}
    for name, chart in charts.items():
        root = ElementTree.fromstring(chart)
        assert root.tag == f"{SVG}svg"
        assert (root.get("role"), root.get("aria-label")) == ("img", titles[name])
    words = {text.text for text in ElementTree.fromstring(charts["nps"]).iter(f"{SVG}text")}
    assert {"Familie", "Gewerbe", "Privat"} <= words
    assert charts == card.charts()


def test_a_chart_stands_between_the_heading_and_the_table(card: km.report.Scorecard) -> None:
    charts = card.charts()
    page = card.to_html(charts=charts)
    for name, chart in charts.items():
        title = next(section.title for section in card.sections if section.table == name)
        assert f"<h2>{title}</h2><figure>{chart}</figure><div" in page
    assert page.count("<figure>") == len(charts)
    assert "<figure>" not in card.to_html()


def test_names_from_the_data_are_escaped() -> None:
    hostile = SHOP.customers.assign(segment='<script>"x"&</script>')
    chart = km.report.scorecard(hostile, *TABLES[1:], by="segment").charts()["nps"]
    assert "<script" not in chart
    ElementTree.fromstring(chart)


def test_more_groups_than_lines_can_be_told_apart_have_no_chart() -> None:
    many = SHOP.customers.assign(region=[f"R{row % (MAX_GROUPS + 1)}" for row in np.arange(len(SHOP.customers))])
    charts = km.report.scorecard(many, *TABLES[1:], by="region").charts()
    assert list(charts) == ["tgw"]
