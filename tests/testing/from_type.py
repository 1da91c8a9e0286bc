"""What a fresh install draws from types, told by nobody: only hypothesis and the library are imported.

The task ``wheel`` runs this where nothing but the wheel and hypothesis are installed, so that it is the entry point
``hypothesis`` of the package that is tried.
"""

from __future__ import annotations

import sys

from hypothesis import given, settings
from hypothesis import strategies as st

import kundenmetrik as km

QUICK = settings(max_examples=25, deadline=None, database=None)


class Visit(km.Interaction):
    """A record of one's own."""

    place: str = "shop"


@QUICK
@given(st.lists(st.from_type(km.Customer), min_size=2, max_size=6))
def test_customers_are_a_table(rows: list[km.Customer]) -> None:
    assert {type(row.customer_id) for row in rows} == {str}
    assert km.to_frame(rows)["acquired_at"].dt.year.between(2020, 2026).all()


@QUICK
@given(st.from_type(Visit), st.from_type(km.SurveyResponse), st.from_type(km.KanoAnswer))
def test_records_have_times_of_our_days(visit: Visit, answer: km.SurveyResponse, pair: km.KanoAnswer) -> None:
    assert 2020 <= visit.occurred_at.year <= 2026
    assert answer.answered_at is None or 2020 <= answer.answered_at.year <= 2026
    assert pair.feature


@QUICK
@given(st.from_type(km.Scale), st.from_type(km.NPS), st.from_type(km.Counts), st.from_type(km.Estimate))
def test_values_of_the_library(scale: km.Scale, metric: km.NPS, counts: km.Counts, estimate: km.Estimate) -> None:
    assert scale.steps
    assert metric.cells
    assert len(counts)
    assert estimate.metric


if __name__ == "__main__":
    if "kundenmetrik.testing.strategies.type_strategies" not in sys.modules:
        sys.exit("hypothesis did not load the entry point")
    test_customers_are_a_table()
    test_records_have_times_of_our_days()
    test_values_of_the_library()
