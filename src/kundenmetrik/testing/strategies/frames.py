"""Frames of records: what the rows of a table share is drawn once, and no row stands twice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from kundenmetrik.core.checks import check_count
from kundenmetrik.errors import InvalidArgument
from kundenmetrik.frame.records.records import to_frame
from kundenmetrik.models import Customer, KanoAnswer
from kundenmetrik.models.record import Record
from kundenmetrik.testing.strategies.identifiers import id_styles
from kundenmetrik.testing.strategies.moments import FIRST, LAST, Day, Window, window_of
from kundenmetrik.testing.strategies.record_fields import CURRENCIES, Bounds, Raw, Traits
from kundenmetrik.testing.strategies.record_plan import Plan

IDS = ("text", "whole")
ZONES = (None, "Europe/Berlin", "UTC", "America/New_York", "Asia/Kolkata")
"""No zone, and zones with and without summer time."""
TIMES = ("acquired_at", "occurred_at", "answered_at")
FEW = 4
"""Of so many rows about one is of a customer of its own."""


def table_traits(
    first: Day, last: Day, time_zone: str | Sequence[str | None] | None, ids: str | Sequence[str]
) -> st.SearchStrategy[Traits]:
    """Draw what the rows of a table share: the zone, the style of identifiers, and the currency."""
    zones = (time_zone,) if time_zone is None or isinstance(time_zone, str) else tuple(time_zone)
    windows: list[Window] = [window_of(first, last, zone) for zone in zones]
    return st.builds(
        lambda window, style, currency: Traits(window=window, style=style, currencies=(currency,)),
        st.sampled_from(windows),
        st.sampled_from(id_styles(ids)),
        st.sampled_from(CURRENCIES),
    )


def rows_of(plan: Plan, raws: Sequence[Raw], traits: Traits) -> list[Any]:
    """Return the records of a table: numbered, several of one customer, sometimes at the same instant."""
    made: list[Any] = []
    earlier: list[datetime] = []
    used = set()
    for place, raw in enumerate(raws, start=1):
        owner = raw["customer"] if raw["customer"] is None else 1 + raw["customer"] % (1 + len(raws) // FEW)
        if plan.base is Customer:
            owner = place
        while plan.base is KanoAnswer and (owner, raw["feature"]) in used:
            owner = (owner or 0) + 1
        used.add((owner, raw.get("feature")))
        record = plan.record({**raw, "row": place, "customer": owner}, traits, Bounds(earlier=earlier))
        earlier += [moment for name in TIMES if (moment := getattr(record, name, None)) is not None]
        made.append(record)
    return made


@st.composite
def _frames(draw: st.DrawFn, plan: Plan, traits: st.SearchStrategy[Traits], sizes: tuple[int, int]) -> pd.DataFrame:
    shared = draw(traits)
    raws = draw(st.lists(plan.raws, min_size=sizes[0], max_size=sizes[1]))
    return to_frame(rows_of(plan, raws, shared), model=plan.model)


def frames(
    model: type[Record],
    *,
    min_rows: int = 0,
    max_rows: int = 20,
    first: Day = FIRST,
    last: Day = LAST,
    time_zone: str | Sequence[str | None] | None = ZONES,
    ids: str | Sequence[str] = IDS,
    **fields: Any,
) -> st.SearchStrategy[pd.DataFrame]:
    """Draw tables of records that pass :func:`kundenmetrik.check`: one zone, one kind of identifiers, no row twice.

    Parameters
    ----------
    model : type
        The record model, one of the four or a subclass of your own.
    min_rows, max_rows : int
        How many rows there are.
    first, last : date, datetime or str
        The first and the last day, or instant, of all times.
    time_zone : str or sequence of str, optional
        The zone of all times, None for none, or several of which each table has one.
    ids : str or sequence of str
        The kind of identifiers, "text" or "whole", or several of which each table has one.
    **fields
        A value or a strategy for a field, by name.

    Returns
    -------
    SearchStrategy of DataFrame
        One row for each record, one typed column for each field.

    Raises
    ------
    InvalidType
        If the model is none.
    InvalidArgument
        If the sizes or days contradict each other.
    UnknownName
        If the model has no such field.

    Examples
    --------
    >>> import kundenmetrik as km
    >>> from hypothesis import given, settings
    >>> from kundenmetrik.testing import strategies
    >>> @settings(max_examples=10, database=None, deadline=None)
    ... @given(strategies.frames(km.SurveyResponse, min_rows=1, question="nps"))
    ... def test_no_answer_is_lost(answers):
    ...     score = km.measure(answers, km.NPS()).overall()
    ...     assert score.n + sum(score.excluded.values()) == len(answers)
    >>> test_no_answer_is_lost()
    """
    sizes = check_count(min_rows, "min_rows"), check_count(max_rows, "max_rows")
    if sizes[1] < sizes[0]:
        raise InvalidArgument("max_rows", "be at least min_rows", max_rows)
    return _frames(Plan(model, fields), table_traits(first, last, time_zone, ids), sizes)
