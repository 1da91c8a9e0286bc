"""What goes wrong by product: complaints come in bursts where the tables of complaints say so too."""

from __future__ import annotations

import pandas as pd
import pytest

from kundenmetrik.report.complaints_section import complaint_rates, complaints_by_product
from kundenmetrik.report.layout import Section
from kundenmetrik.words.language import LANGUAGES, Language, language

WORDS = language("en")


def log(complaints: list[int], product: str | None = "A", sold: int = 50) -> pd.DataFrame:
    """Return 50 sales of one product a month, and so many complaints."""
    months = pd.date_range("2025-01-05", periods=len(complaints), freq="MS")
    times = [month for month, number in zip(months, complaints, strict=True) for _ in range(sold + number)]
    kinds = [kind for number in complaints for kind in ["purchase"] * sold + ["complaint"] * number]
    return pd.DataFrame({"customer_id": range(len(times)), "kind": kinds, "occurred_at": times, "product": product})


def together(*logs: pd.DataFrame) -> pd.DataFrame:
    whole = pd.concat(logs, ignore_index=True)
    return whole.assign(customer_id=range(len(whole)))


def part(events: pd.DataFrame, words: Language = WORDS) -> Section:
    return complaints_by_product(complaint_rates(events, "month", "2025-12-31", 0.95), words)


def cells(section: Section, name: str) -> tuple[str, ...]:
    (row,) = (row for row in section.rows if row[0] == name)
    return row[1:]


@pytest.mark.parametrize(("complaints", "bursts"), [([12, 19, 5, 10], False), ([12, 24, 2, 10], True)])
def test_one_level_says_what_is_a_burst(complaints: list[int], bursts: bool) -> None:
    found = complaint_rates(log(complaints), "month", "2025-05-31", 0.95)
    (scatter,) = found.dispersed.values()
    assert scatter.dispersion.p_value < 0.05
    assert (scatter.dispersion.p_value < 0.01) == bursts
    assert ("overdispersed" in scatter.rate.notes) == bursts
    said = complaints_by_product(found, WORDS).remarks[0]
    assert (said == WORDS.word("note.no_dispersion")) != bursts


BURSTS = [12, 24, 2, 10]
LATE = log([0] * 8 + [150], sold=0)
"""Complaints of A in a month in which nothing was sold."""


def test_value_and_interval_of_a_line_are_those_of_one_estimate() -> None:
    """Pooled, the 150 complaints of a month without sales lift the value above the limits that leave them out."""
    alone, lifted = part(log(BURSTS)), part(together(log(BURSTS), LATE, log([5] * 9, "B")))
    assert cells(lifted, "A") == cells(alone, "A")
    assert cells(lifted, "A")[:3] == ("48", "200", "240.0")
    assert cells(lifted, "all")[:3] == ("243", "650", "373.8")


def test_a_line_without_bursts_counts_all_its_complaints() -> None:
    """Without sales in a month, and no bursts, value and limits are those of Poisson, of all complaints."""
    steady = part(together(log([5] * 4), log([0] * 8 + [7], sold=0), log([5] * 9, "B")))
    assert cells(steady, "A")[:3] == ("27", "200", "135.0")
    assert [said for said in steady.remarks if said.startswith("Lines with")] == []
    assert "(A 7)" in steady.remarks[1]


@pytest.mark.parametrize(
    ("code", "counted", "left_out"),
    [
        ("en", "Complaints from periods without sales of their product: 350 (A 150, Ghost 200)", "150 (A 150)."),
        (
            "de",
            "Beschwerden aus Zeiträumen ohne Verkäufe ihres Produkts: 350 (A 150, Ghost 200)",
            "150 (A 150).",
        ),
    ],
)
def test_complaints_without_sales_are_told(code: str, counted: str, left_out: str) -> None:
    section = part(together(log(BURSTS), LATE, log([5] * 9, "B"), log([200], "Ghost", sold=0)), language(code))
    assert section.remarks[1].startswith(counted)
    assert section.remarks[2].endswith(left_out)
    assert cells(section, "Ghost") == ("200", "0", "–", "–", "–")
    assert [row[0] for row in section.rows[:-1]] == ["A", "B", "Ghost"]


@pytest.mark.parametrize("code", LANGUAGES)
def test_all_counts_those_without_a_product_and_says_so(code: str) -> None:
    words = language(code)
    whole = together(log([5] * 4), log([20] * 4, None, sold=7))
    section = part(whole, words)
    assert cells(section, words.word("total"))[:2] == ("100", "228")
    assert words.word("note.no_product", complaints="80", sales="28") in section.remarks
    assert [row[0] for row in section.rows] == ["A", words.word("total")]
    clean = part(log([5] * 4), words)
    assert len(clean.remarks) == 2
    assert words.word("note.no_product", complaints="0", sales="0") not in clean.remarks


def test_without_a_column_of_products_the_only_line_knows_its_bursts() -> None:
    section = part(log(BURSTS).drop(columns="product"))
    assert section.rows == (("all", *cells(part(log(BURSTS)), "A")),)
    assert section.remarks[0].startswith("Complaints come in bursts for: all.")
    strays = part(together(log(BURSTS), LATE).drop(columns="product"))
    assert strays.rows == section.rows
    assert [said for said in strays.remarks if "150" in said] == [
        WORDS.word("note.strays_left_out", count="150", products="all 150")
    ]
