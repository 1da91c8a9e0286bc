"""Tables that belong together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pandas as pd
from hypothesis import strategies as st

from kundenmetrik.core.checks import check_count
from kundenmetrik.errors import InvalidArgument, InvalidType
from kundenmetrik.frame.records.records import to_frame
from kundenmetrik.models import Customer, Interaction, KanoAnswer, SurveyResponse
from kundenmetrik.models.datetimes import instant
from kundenmetrik.renamed import former_parameters
from kundenmetrik.testing.strategies.frames import IDS, ZONES, table_traits
from kundenmetrik.testing.strategies.moments import FIRST, LAST, Day, Window
from kundenmetrik.testing.strategies.record_fields import RAW, Bounds, Raw, Traits, fields_of

SELDOM = st.integers(0, 15).map(lambda number: number == 15)
"""One in sixteen."""
REPORTED = 3
"""So many of the questions are those of a scorecard: nps, csat, ces."""


class DataFrames(NamedTuple):
    """The four tables of a data set, in the order in which a scorecard takes the first three."""

    customers: pd.DataFrame
    interactions: pd.DataFrame
    responses: pd.DataFrame
    kano: pd.DataFrame


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

    def frames(self) -> DataFrames:
        """Return the records as tables.

        Returns
        -------
        DataFrames
            ``customers``, ``interactions``, ``responses`` and ``kano``, each as :func:`kundenmetrik.to_frame` makes it.
        """
        return DataFrames(
            to_frame(self.customers, model=Customer),
            to_frame(self.interactions, model=Interaction),
            to_frame(self.responses, model=SurveyResponse),
            to_frame(self.kano, model=KanoAnswer),
        )


@former_parameters(max_customers="customers", max_rows="rows")
def data_sets(
    *,
    customers: int | tuple[int, int] = (1, 5),
    rows: int | tuple[int, int] = (1, 12),
    first: Day = FIRST,
    last: Day = LAST,
    time_zone: str | Sequence[str | None] | None = ZONES,
    ids: str | Sequence[str] = IDS,
    refunds: bool | None = None,
    coherent: bool = True,
) -> st.SearchStrategy[DataSet]:
    """Draw customers with their interactions, survey responses and Kano answers.

    Parameters
    ----------
    customers : int or pair of int
        How many customers there are: a number, or the least and the most.
    rows : int or pair of int
        How many rows each other table has.
    first, last : date, datetime or str
        The first and the last day, or instant, of all times.
    time_zone : str or sequence of str, optional
        The zone of all times, None for none, or several of which each set has one.
    ids : str or sequence of str
        The kind of identifiers, "text" or "whole", or several of which each set has one.
    refunds : bool, optional
        Whether there are refunds; by default in one set of thirty or forty, as :func:`kundenmetrik.clv.purchases`
        refuses them until it is told what to do with them.
    coherent : bool
        Whether the tables tell one story: customers are acquired before their interactions and answers, interact until
        they leave, send back what they bought, somebody buys and somebody answers a question of a scorecard. Without
        it the tables share identifiers, one zone and one currency only.

    Returns
    -------
    SearchStrategy of DataSet
        Valid records; identifiers are unique. Instants that two rows share, ends of months and years, changes of
        clocks, missing and half answers, anonymous ones, weights and all optional fields are drawn often.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> from hypothesis import given, settings
    >>> from kundenmetrik.testing import strategies
    >>> @settings(max_examples=5, database=None, deadline=None)
    ... @given(strategies.data_sets(refunds=False))
    ... def test_nobody_is_lost(data):
    ...     base = km.clv.purchases(data.frames().interactions)
    ...     assert set(base.customer_id) <= {customer.customer_id for customer in data.customers}
    >>> test_nobody_is_lost()
    """
    if not isinstance(coherent, bool):
        raise InvalidType("coherent", "be True or False", coherent)
    sizes = _sizes(customers, "customers", 1), _sizes(rows, "rows", 0)
    wanted = SELDOM if refunds is None else st.just(refunds)
    return _data_sets(table_traits(first, last, time_zone, ids), wanted, *sizes, coherent)


def _sizes(size: Any, argument: str, least: int) -> tuple[int, int]:
    """Return the least and the greatest number of rows: those given, or the one given twice."""
    low, high = size if isinstance(size, (tuple, list)) and len(size) == 2 else (size, size)
    sizes = check_count(low, argument, low=least), check_count(high, argument, low=least)
    if sizes[1] < sizes[0]:
        raise InvalidArgument(argument, "be a number, or the least and the most", size)
    return sizes


@st.composite
def _data_sets(
    draw: st.DrawFn,
    traits: st.SearchStrategy[Traits],
    refunds: st.SearchStrategy[bool],
    customers: tuple[int, int],
    rows: tuple[int, int],
    coherent: bool,
) -> DataSet:
    shared = draw(traits)
    people, events, answers, kano = (
        draw(st.lists(RAW[model], min_size=size[0], max_size=size[1]))
        for model, size in ((Customer, customers), (Interaction, rows), (SurveyResponse, rows), (KanoAnswer, rows))
    )
    with_refunds = draw(refunds)
    known = [
        Customer(**fields_of(Customer, {**raw, "customer": place}, shared)) for place, raw in enumerate(people, start=1)
    ]
    if coherent:
        events, answers = _with_a_purchase(events), _with_an_answer(answers, shared)
    interactions = _interactions(events, known, shared, coherent, with_refunds)
    responses = _responses(answers, known, shared, coherent)
    if coherent and interactions and responses:
        responses[0] = _after_a_month(responses, interactions, shared.window)
    return DataSet(customers=known, interactions=interactions, responses=responses, kano=_kano(kano, known, shared))


def _with_a_purchase(raws: list[Raw]) -> list[Raw]:
    """Return interactions of which one at least is a purchase."""
    if not raws or any(raw["kind"] == "purchase" for raw in raws):
        return raws
    amount = raws[0]["amount"] or 0.0
    return [
        {**raws[0], "kind": "purchase", "amount": amount, "first_response_at": None, "resolved_at": None},
        *raws[1:],
    ]


def _with_an_answer(raws: list[Raw], traits: Traits) -> list[Raw]:
    """Return answers of which the first is to a question of a scorecard, and was given at some time."""
    if not raws:
        return raws
    asked = raws[0]["question"] % len(traits.questions) % REPORTED
    return [{**raws[0], "question": asked, "answered_at": raws[0]["answered_at"] or 0}, *raws[1:]]


def _interactions(
    raws: list[Raw], known: list[Customer], traits: Traits, coherent: bool, refunds: bool
) -> list[Interaction]:
    rows = []
    earlier: defaultdict[int, list[datetime]] = defaultdict(list)
    for place, raw in enumerate(raws, start=1):
        owner = raw["customer"] % len(known)
        kind = "purchase" if raw["kind"] == "refund" and not refunds else raw["kind"]
        life = known[owner]
        bounds = (
            Bounds(life.acquired_at, life.churned_at, earlier[owner]) if coherent else Bounds(earlier=earlier[owner])
        )
        rows.append(fields_of(Interaction, {**raw, "row": place, "customer": owner + 1, "kind": kind}, traits, bounds))
        earlier[owner].append(rows[-1]["occurred_at"])
    if coherent and refunds:
        _keep_refunds_within_purchases(rows)
    return [Interaction(**row) for row in rows]


def _keep_refunds_within_purchases(rows: list[dict[str, Any]]) -> None:
    """Let each refund take at most what is left of the customer's latest purchase; one of nothing is a purchase."""
    left: defaultdict[Any, float] = defaultdict(float)
    for row in sorted(rows, key=lambda row: (instant(row["occurred_at"]), row["kind"] == "refund")):
        customer, amount = row["customer_id"], row["amount"]
        if row["kind"] == "refund" and left[customer] > 0:
            row["amount"] = min(amount, left[customer])
            left[customer] = round(left[customer] - row["amount"], 2)
        elif amount is not None:
            row["kind"] = "purchase"
            left[customer] = amount


def _responses(raws: list[Raw], known: list[Customer], traits: Traits, coherent: bool) -> list[SurveyResponse]:
    rows = []
    earlier: defaultdict[int | None, list[datetime]] = defaultdict(list)
    for place, raw in enumerate(raws, start=1):
        owner = None if raw["customer"] is None else raw["customer"] % len(known)
        number = None if owner is None else owner + 1
        bounds = Bounds(known[owner].acquired_at if coherent and owner is not None else None, earlier=earlier[owner])
        row = SurveyResponse(**fields_of(SurveyResponse, {**raw, "row": place, "customer": number}, traits, bounds))
        if row.answered_at is not None:
            earlier[owner].append(row.answered_at)
        rows.append(row)
    return rows


def _after_a_month(responses: list[SurveyResponse], interactions: list[Interaction], window: Window) -> SurveyResponse:
    """Return the first answer, after the month of the first purchase unless another row is: a report needs one."""
    times = [row.occurred_at for row in interactions]
    bought = [row.occurred_at for row in interactions if row.kind == "purchase"]
    given = [row.answered_at for row in responses if row.answered_at is not None]
    start = min(bought, key=instant).replace(tzinfo=None, day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    month_end = window.on_clock(min((start + timedelta(days=31)).replace(day=1), window.last))
    if instant(max(*times, *given, key=instant)) >= instant(month_end):
        return responses[0]
    return responses[0].model_copy(update={"answered_at": month_end})


def _kano(raws: list[Raw], known: list[Customer], traits: Traits) -> list[KanoAnswer]:
    """Return Kano answers, one at most of each customer about each feature."""
    rows = {(raw["customer"] % len(known), raw["feature"]): raw for raw in raws}
    return [
        KanoAnswer(**fields_of(KanoAnswer, {**raw, "customer": owner + 1}, traits)) for (owner, _), raw in rows.items()
    ]
