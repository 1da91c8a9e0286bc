"""What is said of a column that is not there: what it was looked for as, what there is, and how to name one's own."""

from __future__ import annotations

import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import UnknownName
from kundenmetrik.frame.reading.missing_column import absent_column

LOG = pd.DataFrame({"kunde": [1, 2, 3], "datum": pd.date_range("2025-01-01", periods=3), "betrag": [1.0, 2.0, 3.0]})
DOORS = {
    "purchases": lambda data, **named: km.clv.purchases(data, **named),
    "cohorts": lambda data, **named: km.retention.cohorts(data, observed_until="2025-02-28", **named),
    "ledger": lambda data, **named: km.retention.ledger(data, window=1, observed_until="2025-02-28", **named),
    "inactivity": lambda data, **named: km.retention.inactivity(data, observed_until="2025-02-28", **named),
}


@pytest.mark.parametrize("door", DOORS)
def test_a_default_name_that_is_not_there_says_how_to_name_one_s_own(door: str) -> None:
    with pytest.raises(UnknownName) as caught:
        DOORS[door](LOG)
    assert str(caught.value) == (
        "customer must name one of 'kunde', 'datum', 'betrag'; 'customer_id' is not there. "
        "Did you mean 'kunde'? Pass customer='kunde'."
    )
    assert (caught.value.value, caught.value.available) == ("customer_id", ("kunde", "datum", "betrag"))
    with pytest.raises(UnknownName, match="Pass date='datum'"):
        DOORS[door](LOG, customer="kunde")
    DOORS[door](LOG, customer="kunde", date="datum")


def test_a_table_of_fixed_names_is_to_be_renamed() -> None:
    with pytest.raises(UnknownName, match=r"interactions must have a column 'customer_id'.*Rename 'kunde' to"):
        km.complaints.numerator(LOG, "every")
    with pytest.raises(UnknownName, match=r"data must have a column 'kind'; there are .*km.TGW\("):
        km.measure(LOG, km.TGW())


def test_a_misspelt_name_is_corrected_and_a_strange_one_asked_for() -> None:
    said = "by must name one of 'shop', 'nps'; 'shpo' is not there. Did you mean 'shop'?"
    assert str(absent_column("shpo", "by", ["shop", "nps"])) == said
    assert str(absent_column("score", "column", ["x"])).endswith(
        "not there. Pass column= with the name of your column."
    )
    assert str(absent_column("kind", "answers", ["x"])).endswith("Rename your column to 'kind'.")


def test_a_table_without_columns_is_said_to_have_none() -> None:
    none = "the table has no columns. Pass a table with columns."
    assert str(absent_column("kind", "answers", [])) == f"answers must have a column 'kind'; {none}"
    assert str(absent_column("score", "column", [])) == f"column must name a column; {none}"


def test_names_that_are_no_text_are_not_suggested() -> None:
    frame = pd.DataFrame({1: [3], 2: [4]})
    with pytest.raises(UnknownName) as caught:
        km.measure(frame, km.NPS("1"))
    assert str(caught.value) == (
        "column must name one of 1, 2; '1' is not there. "
        "Names of columns must be text, unlike 1, 2: data.columns = data.columns.map(str)."
    )
    named = frame.set_axis(frame.columns.map(str), axis=1)
    assert km.measure(named, km.NPS("1")).overall().value == -100.0
    assert str(absent_column("shpo", "by", ["shop", 3])).endswith("Did you mean 'shop'?")


@pytest.mark.parametrize(
    ("name", "columns", "meant"),
    [
        ("score", ["customer", "nps", "notes"], ["nps"]),
        ("score", ["rating", "csat", "nps"], ["csat", "nps"]),
        ("score", ["customer", "notes"], []),
        ("score", ["Note"], ["Note"]),
        ("occurred_at", ["stage", "vintage"], []),
        ("occurred_at", ["stage", "event-date"], ["event-date"]),
        ("occurred_at", ["updated", "eventDate"], ["eventDate"]),
        ("occurred_at", ["Kaufdatum", "shop"], ["Kaufdatum"]),
        ("churned_at", ["gender", "spend", "end date"], ["end date"]),
        ("churned_at", ["gender", "spend"], []),
        ("kind", ["cart", "artikel", "article"], []),
        ("kind", ["cart", "event_type"], ["event_type"]),
        ("customer_id", ["kundennummer", "shop"], ["kundennummer"]),
        ("customer_id", ["user", "member"], ["user", "member"]),
        ("amount", ["rechnungsbetrag"], ["rechnungsbetrag"]),
    ],
)
def test_whole_words_and_their_beginnings_are_suggested(name: str, columns: list[str], meant: list[str]) -> None:
    said = str(absent_column(name, "column", columns))
    asked = f"Did you mean {' or '.join(map(repr, meant))}? " if meant else ""
    how = f"column={meant[0]!r}." if len(meant) == 1 else "column= with the name of your column."
    assert said.endswith(f"{name!r} is not there. {asked}Pass {how}")
