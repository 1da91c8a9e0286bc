"""What customers will be worth, or why no model says so: in the reader's language, and on which data."""

from __future__ import annotations

import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.report.layout import Section
from kundenmetrik.report.value_section import MODELS, ExpectedValue, expected_value, value_by_group
from kundenmetrik.words.language import LANGUAGES, language

SHOP = km.datasets.webshop(n_customers=300, seed=7)
BASE = km.clv.purchases(SHOP.interactions, observed_until="2025-06-30", refunds="net")


def section(found: ExpectedValue, code: str) -> Section:
    return value_by_group(found, SHOP.customers, None, 0.95, language(code))


def log(days: list[str], amounts: list[float]) -> pd.DataFrame:
    times = pd.to_datetime(days)
    customers = [place % 3 for place in range(len(days))]
    return pd.DataFrame({"customer_id": customers, "occurred_at": times, "amount": amounts, "currency": "EUR"})


def test_what_stands_in_the_way_is_told_apart() -> None:
    people = pd.DataFrame({"customer_id": [0, 1, 2], "acquired_at": pd.to_datetime(["2024-01-01"] * 3)})
    once = log(["2024-01-01", "2024-01-01", "2024-02-01"], [9.0] * 3)
    twice = log([f"2024-0{month}-01" for month in (1, 1, 1, 2, 2, 2)], [9.0] * 6)
    assert expected_value(once, people, "2024-06-30").obstacle == "no_repeat"
    assert expected_value(twice, people, "2024-06-30").obstacle == "buying"
    assert expected_value(SHOP.interactions, SHOP.customers, "2025-06-30").obstacle == "spend"


@pytest.mark.parametrize("obstacle", ["no_repeat", "buying", "spend"])
@pytest.mark.parametrize("code", LANGUAGES)
def test_a_refusal_is_a_sentence_of_the_language_and_the_model_is_quoted(obstacle: str, code: str) -> None:
    english = "GammaGamma cannot be fitted: for a reason."
    found = ExpectedValue(base=BASE, value=None, obstacle=obstacle, refusal=english)
    first, base, quoted = section(found, code).remarks
    assert section(found, code).rows == ()
    assert first.startswith({"de": "Kein Kundenertragswert: ", "en": "No lifetime value: "}[code])
    assert str(len(BASE)) in first
    assert "fitted" not in first + base
    assert quoted.endswith(f": '{english}'" if code == "en" else f"(englisch): „{english}“")


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_purchases_that_count_are_dated(code: str) -> None:
    for until in ("2025-06-30", "2025-12-31"):
        found = expected_value(SHOP.interactions, SHOP.customers, until)
        bought = SHOP.interactions[SHOP.interactions["kind"] == "purchase"]
        bought = bought[bought["occurred_at"] < pd.Timestamp(until) + pd.Timedelta(days=1)]
        first, customers = bought["occurred_at"].min().date(), bought["customer_id"].nunique()
        said = language(code).word("base.value", customers=customers, first=first, until=until)
        assert said in section(found, code).remarks
    assert f"{until}" in section(found, code).remarks[0]


def test_every_model_has_its_name_of_the_literature() -> None:
    for code in LANGUAGES:
        assert {language(code).word(f"model.{model.__name__}") for model in MODELS} == {
            "BG/NBD",
            "MBG/NBD",
            "Pareto/NBD",
        }
