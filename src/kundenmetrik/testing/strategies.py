"""Hypothesis strategies for records, answers, scales, counts and whole data sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import strategies as st

from kundenmetrik.core.results.counts import Counts
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.models import Customer, Interaction, KanoAnswer, SurveyResponse
from kundenmetrik.survey.scale import Scale

__all__ = [
    "DataSet",
    "clean_ratings",
    "counts",
    "customers",
    "data_sets",
    "dirty_ratings",
    "interactions",
    "kano_answers",
    "scales",
    "survey_responses",
]

FIRST, LAST = datetime(2020, 1, 1), datetime(2026, 12, 31)
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
MOMENTS = st.datetimes(FIRST, LAST)
SPANS = st.timedeltas(timedelta(0), timedelta(days=900))
AMOUNTS = st.integers(0, 10**7).map(lambda cents: cents / 100)
KINDS = ("purchase", "refund", "complaint", "contact", "visit", "other")


def ids() -> st.SearchStrategy[str]:
    """Draw identifiers: short texts, since a table has one kind of them.

    Returns
    -------
    SearchStrategy of str
        Such as ``"K17"``.
    """
    return st.integers(1, 10**6).map(lambda number: f"K{number}")


@st.composite
def customers(draw: st.DrawFn, customer_id: st.SearchStrategy[Any] | None = None) -> Customer:
    """Draw customers, some of whom have left.

    Parameters
    ----------
    draw : callable
        Given by hypothesis.
    customer_id : SearchStrategy, optional
        Where the identifier comes from.

    Returns
    -------
    Customer
        A valid record.
    """
    acquired = draw(MOMENTS)
    left = draw(st.none() | SPANS)
    return Customer(
        customer_id=draw(customer_id if customer_id is not None else ids()),
        acquired_at=acquired,
        churned_at=None if left is None else acquired + left,
        segment=draw(st.none() | st.sampled_from(["Privat", "Familie", "Gewerbe"])),
        persona=draw(st.none() | NAMES),
        attributes=draw(st.none() | st.dictionaries(NAMES, st.integers() | st.booleans() | NAMES, max_size=2)),
    )


@st.composite
def interactions(draw: st.DrawFn, customer_id: st.SearchStrategy[Any] | None = None) -> Interaction:
    """Draw interactions of all kinds; complaints and contacts may be answered and resolved.

    Parameters
    ----------
    draw : callable
        Given by hypothesis.
    customer_id : SearchStrategy, optional
        Where the customer's identifier comes from.

    Returns
    -------
    Interaction
        A valid record.
    """
    kind, occurred = draw(st.sampled_from(KINDS)), draw(MOMENTS)
    amount = draw(AMOUNTS if kind in ("purchase", "refund") else st.none())
    answered = draw(st.none() | SPANS) if kind in ("complaint", "contact") else None
    resolved = draw(st.none() | SPANS) if answered is not None else None
    return Interaction(
        interaction_id=f"I{draw(st.integers(1, 10**9))}",
        customer_id=draw(customer_id if customer_id is not None else ids()),
        kind=kind,  # type: ignore[arg-type]
        occurred_at=occurred,
        amount=amount,
        currency=None if amount is None else "EUR",
        product=draw(st.none() | st.sampled_from(["A", "B", "C"])),
        reason=draw(st.none() | NAMES) if kind == "complaint" else None,
        first_response_at=None if answered is None else occurred + answered,
        resolved_at=None if answered is None or resolved is None else occurred + answered + resolved,
    )


@st.composite
def survey_responses(draw: st.DrawFn, customer_id: st.SearchStrategy[Any] | None = None) -> SurveyResponse:
    """Draw answers to the NPS, CSAT and CES questions, some of them missing.

    Parameters
    ----------
    draw : callable
        Given by hypothesis.
    customer_id : SearchStrategy, optional
        Where the customer's identifier comes from.

    Returns
    -------
    SurveyResponse
        A valid record; the score is a whole step of the question's usual scale.
    """
    question, low, high = draw(st.sampled_from([("nps", 0, 10), ("csat", 1, 5), ("ces", 1, 7)]))
    return SurveyResponse(
        response_id=f"A{draw(st.integers(1, 10**9))}",
        customer_id=draw(customer_id if customer_id is not None else st.none() | ids()),
        question=question,
        score=draw(st.none() | st.integers(low, high)),
        answered_at=draw(MOMENTS),
        touchpoint=draw(st.none() | NAMES),
    )


@st.composite
def kano_answers(draw: st.DrawFn, customer_id: st.SearchStrategy[Any] | None = None) -> KanoAnswer:
    """Draw pairs of answers to the two Kano questions.

    Parameters
    ----------
    draw : callable
        Given by hypothesis.
    customer_id : SearchStrategy, optional
        Where the customer's identifier comes from.

    Returns
    -------
    KanoAnswer
        A valid record.
    """
    return KanoAnswer(
        customer_id=draw(customer_id if customer_id is not None else ids()),
        feature=draw(st.sampled_from(["Suche", "Rückgabe", "App"])),
        functional=draw(st.integers(1, 5)),
        dysfunctional=draw(st.integers(1, 5)),
        importance=draw(st.none() | st.integers(1, 9)),
    )


def scales(max_steps: int = 11) -> st.SearchStrategy[Scale]:
    """Draw scales in both directions.

    Parameters
    ----------
    max_steps : int
        The most steps a scale has.

    Returns
    -------
    SearchStrategy of Scale
        With at least two steps.
    """
    return st.builds(
        lambda low, steps, better: Scale(low, low + steps - 1, better),
        st.integers(-5, 5),
        st.integers(2, max_steps),
        st.booleans(),
    )


def clean_ratings(
    scale: Scale = Scale(0, 10), *, min_size: int = 0, max_size: int = 60
) -> st.SearchStrategy[list[int]]:
    """Draw lists of valid answers.

    Parameters
    ----------
    scale : Scale
        The scale of the answers.
    min_size, max_size : int
        How many answers there are.

    Returns
    -------
    SearchStrategy of list of int
        Whole steps of the scale.
    """
    return st.lists(st.integers(scale.low, scale.high), min_size=min_size, max_size=max_size)


def dirty_ratings(
    scale: Scale = Scale(0, 10), *, min_size: int = 0, max_size: int = 60
) -> st.SearchStrategy[list[Any]]:
    """Draw lists of answers as they come: valid, missing, off the scale, between two steps.

    Parameters
    ----------
    scale : Scale
        The scale of the valid answers.
    min_size, max_size : int
        How many answers there are.

    Returns
    -------
    SearchStrategy of list
        Numbers and None.
    """
    valid = st.integers(scale.low, scale.high)
    missing = st.sampled_from([None, float("nan")])
    off = st.sampled_from([scale.low - 1, scale.high + 1, 99, -1000, float("inf")]).filter(
        lambda value: not scale.low <= value <= scale.high
    )
    between = valid.filter(lambda step: step < scale.high).map(lambda step: step + 0.5)
    return st.lists(valid | missing | off | between, min_size=min_size, max_size=max_size)


@st.composite
def counts(
    draw: st.DrawFn, cells: Sequence[Any], *, max_groups: int = 4, most: int = 200, weighted: bool = False
) -> Counts:
    """Draw counts by group and cell: the fast way to draw answers.

    Parameters
    ----------
    draw : callable
        Given by hypothesis.
    cells : sequence
        The names of the cells, such as the steps of a scale.
    max_groups : int
        The most groups there are; at least one.
    most : int
        The largest count of a cell.
    weighted : bool
        Whether the counts are sums of weights, with their squares and rows.

    Returns
    -------
    Counts
        With the key column ``group``.
    """
    size = draw(st.integers(1, max_groups))
    groups = Groups(names=("group",), keys=tuple((f"g{number}",) for number in range(size)))
    numbers = st.lists(st.integers(0, most) | st.just(0), min_size=size * len(cells), max_size=size * len(cells))
    table = np.array(draw(numbers), dtype=np.int64).reshape(size, len(cells))
    if not weighted:
        return Counts(groups=groups, cells=tuple(cells), table=table)
    each = np.array(draw(st.lists(st.integers(1, 8), min_size=len(cells), max_size=len(cells)))) / 4.0
    return Counts(groups=groups, cells=tuple(cells), table=table * each, squares=table * each**2, raw=table)


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
