"""Draws per second of the strategies, against those of version 0.2.0 in the same run: at least twice as many.

``python tests/bench/test_strategies.py`` prints the table that record 135 has.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.core.results.groups import Groups
from kundenmetrik.testing import strategies

DRAWS = 120
ROUNDS = 3
FACTOR = 2.0
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2026, 12, 31))
SPANS = st.timedeltas(timedelta(0), timedelta(days=900))
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
KINDS = ("purchase", "refund", "complaint", "contact", "visit", "other")
IDS = st.integers(1, 10**6).map(lambda number: f"K{number}")
IDS_OR_NONE = st.none() | IDS


@st.composite
def customers(draw: st.DrawFn, ids: st.SearchStrategy[str] = IDS) -> km.Customer:
    """Draw a customer as version 0.2.0 did."""
    acquired, left = draw(MOMENTS), draw(st.none() | SPANS)
    return km.Customer(
        customer_id=draw(ids),
        acquired_at=acquired,
        churned_at=None if left is None else acquired + left,
        segment=draw(st.none() | st.sampled_from(["Privat", "Familie", "Gewerbe"])),
        persona=draw(st.none() | NAMES),
        attributes=draw(st.none() | st.dictionaries(NAMES, st.integers() | st.booleans() | NAMES, max_size=2)),
    )


@st.composite
def interactions(draw: st.DrawFn, ids: st.SearchStrategy[str] = IDS) -> km.Interaction:
    """Draw an interaction as version 0.2.0 did."""
    kind, occurred = draw(st.sampled_from(KINDS)), draw(MOMENTS)
    amount = draw(st.integers(0, 10**7)) / 100 if kind in ("purchase", "refund") else None
    answered = draw(st.none() | SPANS) if kind in ("complaint", "contact") else None
    resolved = draw(st.none() | SPANS) if answered is not None else None
    return km.Interaction(
        interaction_id=f"I{draw(st.integers(1, 10**9))}",
        customer_id=draw(ids),
        kind=kind,
        occurred_at=occurred,
        amount=amount,
        currency=None if amount is None else "EUR",
        product=draw(st.none() | st.sampled_from(["A", "B", "C"])),
        reason=draw(st.none() | NAMES) if kind == "complaint" else None,
        first_response_at=None if answered is None else occurred + answered,
        resolved_at=None if answered is None or resolved is None else occurred + answered + resolved,
    )


@st.composite
def survey_responses(draw: st.DrawFn, ids: st.SearchStrategy[Any] = IDS_OR_NONE) -> km.SurveyResponse:
    """Draw an answer as version 0.2.0 did."""
    question, low, high = draw(st.sampled_from([("nps", 0, 10), ("csat", 1, 5), ("ces", 1, 7)]))
    return km.SurveyResponse(
        response_id=f"A{draw(st.integers(1, 10**9))}",
        customer_id=draw(ids),
        question=question,
        score=draw(st.none() | st.integers(low, high)),
        answered_at=draw(MOMENTS),
        touchpoint=draw(st.none() | NAMES),
    )


@st.composite
def kano_answers(draw: st.DrawFn, ids: st.SearchStrategy[str] = IDS) -> km.KanoAnswer:
    """Draw a Kano answer as version 0.2.0 did."""
    return km.KanoAnswer(
        customer_id=draw(ids),
        feature=draw(st.sampled_from(["Suche", "Rückgabe", "App"])),
        functional=draw(st.integers(1, 5)),
        dysfunctional=draw(st.integers(1, 5)),
        importance=draw(st.none() | st.integers(1, 9)),
    )


@dataclass
class Tables:
    """What a data set of version 0.2.0 held."""

    rows: list[list[Any]]


@st.composite
def data_sets(draw: st.DrawFn) -> Tables:
    """Draw tables that belong together as version 0.2.0 did."""
    numbers = draw(st.lists(st.integers(1, 999), min_size=1, max_size=5, unique=True))
    known = st.sampled_from([f"K{number}" for number in numbers])
    people = [draw(customers(st.just(f"K{number}"))) for number in numbers]
    keys: list[tuple[Callable[..., Any], Callable[[Any], Any]]] = [
        (interactions, lambda row: row.interaction_id),
        (survey_responses, lambda row: row.response_id),
        (kano_answers, lambda row: (row.customer_id, row.feature)),
    ]
    return Tables([people, *(draw(st.lists(rows(known), max_size=12, unique_by=key)) for rows, key in keys)])


@st.composite
def counts(draw: st.DrawFn, cells: range) -> km.Counts:
    """Draw counts as version 0.2.0 did."""
    size = draw(st.integers(1, 4))
    groups = Groups(names=("group",), keys=tuple((f"g{number}",) for number in range(size)))
    numbers = st.lists(st.integers(0, 200) | st.just(0), min_size=size * len(cells), max_size=size * len(cells))
    table = np.array(draw(numbers), dtype=np.int64).reshape(size, len(cells))
    return km.Counts(groups=groups, cells=tuple(cells), table=table)


def lists_of(rows: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    return st.lists(rows, min_size=20, max_size=20)


STRATEGIES: dict[str, tuple[st.SearchStrategy[Any], st.SearchStrategy[Any]]] = {
    "Kano answers": (kano_answers(), strategies.kano_answers()),
    "interactions": (interactions(), strategies.interactions()),
    "survey responses": (survey_responses(), strategies.survey_responses()),
    "customers": (customers(), strategies.customers()),
    "lists of 20 responses": (lists_of(survey_responses()), lists_of(strategies.survey_responses())),
    "counts of 11 cells": (counts(range(11)), strategies.counts(range(11))),
    "data sets": (data_sets(), strategies.data_sets()),
}


def seconds(strategy: st.SearchStrategy[Any], draws: int) -> float:
    """Return the CPU time that some draws take."""

    @settings(
        max_examples=draws,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def run(value: Any) -> None:
        del value

    start = time.process_time()
    run()
    return time.process_time() - start


def milliseconds(name: str) -> tuple[float, float, float]:
    """Return what a draw of a whole number takes, and of a strategy before and now: the best of rounds by turns."""
    draws = DRAWS // 4 if name in ("lists of 20 responses", "data sets") else DRAWS
    contenders = (st.integers(), *STRATEGIES[name])
    found = [[1000 * seconds(strategy, draws) / draws for strategy in contenders] for _ in range(ROUNDS)]
    least, before, now = (min(times) for times in zip(*found, strict=True))
    return least, before, now


@pytest.mark.bench
@pytest.mark.parametrize("name", STRATEGIES)
def test_a_draw_takes_at_most_half_of_what_it_took(name: str) -> None:
    """What hypothesis takes for an example whatever it draws is left out on both sides."""
    least, before, now = milliseconds(name)
    assert before - least >= FACTOR * (now - least), f"{before:.2f} ms before, {now:.2f} now, {least:.2f} for a number"


if __name__ == "__main__":
    print("| draws per second | a number | 0.2.0 | now | factor |\n| --- | --- | --- | --- | --- |")
    for one in STRATEGIES:
        number, old, new = milliseconds(one)
        print(f"| {one} | {1000 / number:,.0f} | {1000 / old:,.0f} | {1000 / new:,.0f} | {old / new:.1f} |", flush=True)
