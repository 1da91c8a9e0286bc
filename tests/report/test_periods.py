"""The line over all periods says what it counts."""

from __future__ import annotations

import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.report.periods import all_periods_label, periods
from kundenmetrik.words.language import language

DE, EN = language("de"), language("en")


def table(days: list[str], period: str, min_n: int = 0) -> km.EstimateTable:
    answers = pd.DataFrame({"score": [9.0] * len(days), "day": pd.to_datetime(days)})
    return km.measure(answers, km.NPS("score"), period=period, date="day", min_n=min_n)


@pytest.mark.parametrize(
    ("period", "one", "two"),
    [
        ("day", ("1 Tag", "1 day"), ("2 Tage", "2 days")),
        ("week", ("1 Woche", "1 week"), ("2 Wochen", "2 weeks")),
        ("month", ("1 Monat", "1 month"), ("2 Monate", "2 months")),
        ("quarter", ("1 Quartal", "1 quarter"), ("2 Quartale", "2 quarters")),
        ("year", ("1 Jahr", "1 year"), ("2 Jahre", "2 years")),
    ],
)
def test_the_count_has_its_unit(period: str, one: tuple[str, str], two: tuple[str, str]) -> None:
    for days, said in ((["2024-03-01"], one), (["2024-03-01", "2025-08-01"], two)):
        found = [all_periods_label(table(days, period), period, words) for words in (DE, EN)]
        assert found == [f"insgesamt ({said[0]})", f"in all ({said[1]})"]


def test_hidden_periods_are_in_the_total_and_count() -> None:
    days = ["2024-03-01", *["2024-04-01"] * 5]
    few = table(days, "month", min_n=3)
    assert few.suppressed.any()
    assert few.overall().n == len(days)
    assert all_periods_label(few, "month", EN) == "in all (2 months)"


def test_a_period_in_which_nobody_could_leave_is_not_counted() -> None:
    """All customers came in January: the first month with somebody at its start is February."""
    people = pd.DataFrame(
        {"customer_id": [1, 2], "acquired_at": pd.to_datetime(["2025-01-05"] * 2), "churned_at": pd.NaT}
    )
    people["churned_at"] = pd.to_datetime(people["churned_at"])
    kept = km.retention.ledger(people, period="month", observed_until="2025-04-30").rate()
    assert periods(kept) == ["2025-01", "2025-02", "2025-03", "2025-04"]
    assert all_periods_label(kept, "month", EN) == "in all (3 months)"
