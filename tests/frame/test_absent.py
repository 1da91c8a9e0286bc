"""What is said of a column that is not there: what it was looked for as, what there is, and how to name one's own."""

from __future__ import annotations

import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import UnknownName
from kundenmetrik.frame.absent import absent_column

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
    time = "time" if door == "purchases" else "date"
    with pytest.raises(UnknownName, match=f"Pass {time}='datum'"):
        DOORS[door](LOG, customer="kunde")
    DOORS[door](LOG, customer="kunde", **{time: "datum"})


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
    assert str(absent_column("kind", "answers", [])).startswith("answers must have a column 'kind'; there are nothing")
