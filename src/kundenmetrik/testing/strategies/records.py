"""Records of the four models and of subclasses of your own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from kundenmetrik.models import Customer, Interaction, KanoAnswer, SurveyResponse
from kundenmetrik.models.record import Record
from kundenmetrik.survey.scale import Scale
from kundenmetrik.testing.strategies.identifiers import id_styles
from kundenmetrik.testing.strategies.moments import FIRST, LAST, Day, window_of
from kundenmetrik.testing.strategies.record_fields import NUMBER, QUESTIONS, Traits, questions_of
from kundenmetrik.testing.strategies.record_plan import Plan

USUAL = tuple(question[0] for question in QUESTIONS)
NUMBERED = (Interaction, SurveyResponse)
"""The models whose records have an identifier of their own."""
RecordType = TypeVar("RecordType", bound=Record)


def traits_of(first: Day, last: Day, time_zone: str | None, ids: str, **others: Any) -> Traits:
    """Return what records drawn one by one share: the window, the zone, and one style of identifiers."""
    return Traits(window=window_of(first, last, time_zone), style=id_styles(ids)[0], **others)


@st.composite
def _records(draw: st.DrawFn, plan: Plan, traits: Traits) -> Any:
    """Draw a record, and a number for it where it has one."""
    raw = draw(plan.raws)
    return plan.record({**raw, "row": draw(NUMBER)} if plan.base in NUMBERED else raw, traits)


def records(
    model: type[RecordType],
    *,
    first: Day = FIRST,
    last: Day = LAST,
    time_zone: str | None = None,
    ids: str = "text",
    **fields: Any,
) -> st.SearchStrategy[RecordType]:
    """Draw records of a model, one of the four or a subclass of your own, true to the rules between fields.

    Parameters
    ----------
    model : type
        The record model. Fields that a subclass adds are drawn by their type.
    first, last : date, datetime or str
        The first and the last day, or instant, of all times.
    time_zone : str, optional
        The zone of all times, such as "Europe/Berlin"; none by default.
    ids : {"text", "whole"}
        The kind of all identifiers.
    **fields
        A value or a strategy for a field, by name.

    Returns
    -------
    SearchStrategy of records
        Valid ones.

    Raises
    ------
    InvalidType
        If the model is none.
    UnknownName
        If the model has no such field, or there is no such kind of identifiers.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> from hypothesis import given, settings
    >>> from kundenmetrik.testing import strategies
    >>> class Order(km.Interaction):
    ...     store: str
    >>> @settings(max_examples=10, database=None)
    ... @given(strategies.records(Order, kind="purchase", first="2025-01-01", last="2025-12-31"))
    ... def test_orders(order):
    ...     assert order.kind == "purchase" and order.occurred_at.year == 2025
    >>> test_orders()
    """
    return _records(Plan(model, fields), traits_of(first, last, time_zone, ids))


def customers(
    *, first: Day = FIRST, last: Day = LAST, time_zone: str | None = None, ids: str = "text", **fields: Any
) -> st.SearchStrategy[Customer]:
    """Draw customers, some of whom have left.

    Parameters
    ----------
    first, last, time_zone, ids, **fields
        As in :func:`records`, such as ``segment=st.sampled_from(["A", "B"])``.

    Returns
    -------
    SearchStrategy of Customer
        Valid records.
    """
    return records(Customer, first=first, last=last, time_zone=time_zone, ids=ids, **fields)


def interactions(
    *, first: Day = FIRST, last: Day = LAST, time_zone: str | None = None, ids: str = "text", **fields: Any
) -> st.SearchStrategy[Interaction]:
    """Draw interactions of all kinds; complaints and contacts may be answered and resolved.

    Parameters
    ----------
    first, last, time_zone, ids, **fields
        As in :func:`records`.

    Returns
    -------
    SearchStrategy of Interaction
        Valid records.
    """
    return records(Interaction, first=first, last=last, time_zone=time_zone, ids=ids, **fields)


def survey_responses(
    *,
    question: str | Sequence[str] = USUAL,
    scale: Scale | tuple[float, float] | None = None,
    first: Day = FIRST,
    last: Day = LAST,
    time_zone: str | None = None,
    ids: str = "text",
    **fields: Any,
) -> st.SearchStrategy[SurveyResponse]:
    """Draw answers to survey questions; some are missing, some anonymous, some without a time.

    Parameters
    ----------
    question : str or sequence of str
        The question, or several: nps, csat, ces, stars (in half points), or any name.
    scale : Scale or pair of numbers, optional
        The lowest and the highest answer, in whole steps; by default the question's usual ones, 0 to 10 for one that is
        not known.
    first, last, time_zone, ids, **fields
        As in :func:`records`.

    Returns
    -------
    SearchStrategy of SurveyResponse
        Valid records.
    """
    asked = questions_of((question,) if isinstance(question, str) else question, scale)
    return _records(Plan(SurveyResponse, fields), traits_of(first, last, time_zone, ids, questions=asked))


def kano_answers(*, ids: str = "text", **fields: Any) -> st.SearchStrategy[KanoAnswer]:
    """Draw pairs of answers to the two Kano questions.

    Parameters
    ----------
    ids, **fields
        As in :func:`records`.

    Returns
    -------
    SearchStrategy of KanoAnswer
        Valid records.
    """
    return records(KanoAnswer, ids=ids, **fields)
