"""Interactions may come as records or from another engine; the answers are the same."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik import complaints
from kundenmetrik.complaints import denominator, numerator
from kundenmetrik.complaints.rates.interactions import matched_purchase, read_interactions
from tests.builders import interactions_of

UNTIL = "2025-12-31"


DOORS = {
    "tgw_by_age": lambda log: complaints.tgw_by_age(log, observed_until=UNTIL, match="latest_of_product").curve.mean,
    "sale_triangle": lambda log: complaints.sale_triangle(log, observed_until=UNTIL).counts,
    "within": lambda log: complaints.answered_within(log, observed_until=UNTIL).value,
    "resolution": lambda log: complaints.service_times(log, observed_until=UNTIL, until="resolution").median().value,
    "reopen_rate": lambda log: complaints.reopen_rate(log, observed_until=UNTIL, same=("reason", "channel")).value,
    "first_contact": lambda log: complaints.first_contact_resolution(log, observed_until=UNTIL).value,
    "numerator": lambda log: complaints.numerator(log, "severity", severity="points").weight,
    "denominator": lambda log: complaints.denominator(log, "matched_sales").place,
}


@pytest.mark.parametrize("name", DOORS)
def test_polars(name: str) -> None:
    polars = pytest.importorskip("polars")
    pytest.importorskip("narwhals")
    log = km.datasets.webshop(200, seed=2026).interactions.assign(points=2.0)
    columns = {column: log[column].tolist() for column in log.columns if log[column].dtype.kind != "M"}
    times = {column: log[column].to_numpy() for column in log.columns if log[column].dtype.kind == "M"}
    np.testing.assert_array_equal(DOORS[name](polars.DataFrame(columns | times, strict=False)), DOORS[name](log))


def test_records() -> None:
    came = datetime(2025, 3, 1, 9)
    shared = {"customer_id": 7, "reason": "late", "occurred_at": came}
    log = [
        km.Interaction(interaction_id=1, kind="complaint", first_response_at=datetime(2025, 3, 1, 12), **shared),
        km.Interaction(interaction_id=2, kind="complaint", **shared),
    ]
    times = complaints.service_times(log, observed_until="2025-03-10")
    assert (times.n, times.waiting) == (2, 1)
    assert times.within(24).value == 0.5


rows = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.sampled_from(["purchase", "complaint", "contact", "refund"]),
        st.integers(0, 20),
        st.sampled_from(["A", "B"]),
    ),
    max_size=40,
)


def bought_before(log: list[tuple[int, str, int, str]], complaint: int, same_product: bool) -> list[int]:
    customer, _, day, product = log[complaint]
    return [
        place
        for place, (who, kind, when, what) in enumerate(log)
        if kind == "purchase" and who == customer and when <= day and (what == product or not same_product)
    ]


@given(log=rows)
def test_matches_one_by_one(log: list[tuple[int, str, int, str]]) -> None:
    data = read_interactions(interactions_of(log))
    for match in ("latest", "first", "latest_of_product"):
        found = matched_purchase(data, match)
        for place, (_, kind, _, _) in enumerate(log):
            before = bought_before(log, place, match == "latest_of_product") if kind == "complaint" else []
            if not before:
                assert found[place] == -1
            else:
                days = [log[purchase][2] for purchase in before]
                assert log[found[place]][2] == (min(days) if match == "first" else max(days))
                assert found[place] in before


def test_the_table_stays_as_it_is() -> None:
    frame = interactions_of([(2, "complaint", 3, "A"), (1, "purchase", 1, "A")])
    before = frame.copy(deep=True)
    numerator(frame, "first_per_purchase")
    denominator(frame, "matched_sales")
    pd.testing.assert_frame_equal(frame, before)
