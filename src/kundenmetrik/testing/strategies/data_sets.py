"""Tables that belong together."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from kundenmetrik.models import Customer, Interaction, KanoAnswer, SurveyResponse
from kundenmetrik.testing.strategies.records import customers, interactions, kano_answers, survey_responses


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """Tables that belong together: every customer id of the others is one of the customers.

    Attributes
    ----------
    customers, interactions, responses, kano : list of records
        The records.
    """

    customers: list[Customer]
    interactions: list[Interaction]
    responses: list[SurveyResponse]
    kano: list[KanoAnswer]


@st.composite
def data_sets(draw: st.DrawFn, max_customers: int = 5, max_rows: int = 12) -> DataSet:
    """Draw customers with their interactions, survey responses and Kano answers.

    Parameters
    ----------
    draw : callable
        Given by hypothesis.
    max_customers : int
        The most customers there are; at least one.
    max_rows : int
        The most rows of each other table.

    Returns
    -------
    DataSet
        Consistent records; identifiers are unique.
    """
    numbers = draw(st.lists(st.integers(1, 999), min_size=1, max_size=max_customers, unique=True))
    known = st.sampled_from([f"K{number}" for number in numbers])
    return DataSet(
        customers=[draw(customers(st.just(f"K{number}"))) for number in numbers],
        interactions=draw(st.lists(interactions(known), max_size=max_rows, unique_by=lambda row: row.interaction_id)),
        responses=draw(st.lists(survey_responses(known), max_size=max_rows, unique_by=lambda row: row.response_id)),
        kano=draw(
            st.lists(kano_answers(known), max_size=max_rows, unique_by=lambda row: (row.customer_id, row.feature))
        ),
    )
