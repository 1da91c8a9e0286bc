"""What goes wrong by product: complaints come in bursts where the tables of complaints say so too."""

from __future__ import annotations

import pandas as pd
import pytest

from kundenmetrik.report.language import language
from kundenmetrik.report.wrongs import complaints_by_product, wrongs

WORDS = language("en")


def log(complaints: list[int]) -> pd.DataFrame:
    """Return 50 sales of one product a month, and so many complaints."""
    months = pd.date_range("2025-01-05", periods=len(complaints), freq="MS")
    times = [month for month, number in zip(months, complaints, strict=True) for _ in range(50 + number)]
    kinds = [kind for number in complaints for kind in ["purchase"] * 50 + ["complaint"] * number]
    return pd.DataFrame({"customer_id": range(len(times)), "kind": kinds, "occurred_at": times, "product": "A"})


@pytest.mark.parametrize(("complaints", "bursts"), [([12, 19, 5, 10], False), ([12, 24, 2, 10], True)])
def test_one_level_says_what_is_a_burst(complaints: list[int], bursts: bool) -> None:
    found = wrongs(log(complaints), "month", "2025-05-31", 0.95)
    (scatter,) = found.scatter.values()
    assert scatter.dispersion.p_value < 0.05
    assert (scatter.dispersion.p_value < 0.01) == bursts
    assert ("overdispersed" in scatter.rate.notes) == bursts
    said = complaints_by_product(found, WORDS).remarks[0]
    assert (said == WORDS.word("note.no_dispersion")) != bursts
