"""Records: customers, interactions, survey responses, Kano answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from kundenmetrik.models import Customer, Interaction, KanoAnswer, SurveyResponse

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
