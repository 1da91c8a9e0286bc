"""The strategies draw what they promise: valid records, tables that belong together, and often what is treacherous."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any, ClassVar, Literal
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pydantic import Field, ValidationError

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument, InvalidData, InvalidType, KundenmetrikError, UnknownName
from kundenmetrik.models.datetimes import instant
from kundenmetrik.models.fields import Id, Moment, Number
from kundenmetrik.models.rules import NotBefore, OnlyFor, Rule
from kundenmetrik.testing import strategies
from kundenmetrik.testing.strategies import type_strategies
from kundenmetrik.testing.strategies.moments import WAYS, Window, window_of

MODELS = (km.Customer, km.Interaction, km.SurveyResponse, km.KanoAnswer)
METRICS = (km.NPS, km.CSAT, km.CES, km.TopBox, km.NetScore, km.MeanScore, km.TGW, km.RetentionRate, km.ChurnRate)
PLENTY = settings(
    max_examples=50,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


class Order(km.Interaction):
    """A subclass with fields and rules of its own, an alias and a narrower kind."""

    RULES: ClassVar[tuple[Rule, ...]] = (
        *km.Interaction.RULES,
        NotBefore("paid_at", "occurred_at"),
        OnlyFor("voucher", "kind", ("purchase",)),
    )
    kind: Literal["purchase", "refund"]
    store: str = Field(alias="storeId", pattern="^[A-Z]{2}[0-9]$")
    shop: Id | None = None
    weight: Number = 1.0
    pieces: int = Field(ge=1, le=9)
    paid_at: Moment | None = None
    voucher: str | None = None


def many(strategy: st.SearchStrategy[Any], number: int = 50) -> list[Any]:
    """Return what a strategy draws."""
    found: list[Any] = []

    @settings(PLENTY, max_examples=number)
    @given(strategy)
    def collect(value: Any) -> None:
        found.append(value)

    collect()
    return found


@pytest.mark.parametrize("kind", [*MODELS, km.Scale, km.Counts, km.Estimate, *METRICS], ids=lambda kind: kind.__name__)
def test_from_type_just_works(kind: type) -> None:
    type_strategies.register()
    assert all(isinstance(value, kind) for value in many(st.from_type(kind), 30))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_lists_from_type_are_tables(model: type) -> None:
    for rows in many(st.lists(st.from_type(model), min_size=2), 30):
        frame = km.to_frame(rows)
        for name, times in frame.select_dtypes("datetime").items():
            assert times.dropna().dt.year.between(2020, 2026).all(), name


@pytest.mark.parametrize("first", ["hypothesis", "kundenmetrik"])
def test_from_type_works_without_a_word_about_the_testing_part(first: str) -> None:
    """Hypothesis calls ``register`` when it is imported; what is loaded before or after is known all the same."""
    imports = ["from hypothesis import given, settings, strategies as st", "import kundenmetrik as km; km.Scale"]
    code = "\n".join(
        [
            "import warnings; warnings.simplefilter('error')",
            *(imports if first == "hypothesis" else imports[::-1]),
            "from kundenmetrik.testing.strategies.type_strategies import register",
            "import sys; print('pydantic' in sys.modules)",
            "register()",
            "@settings(max_examples=5, database=None)",
            "@given(st.from_type(km.Interaction), st.from_type(km.Scale))",
            "def test(record, scale): assert record.kind and scale.steps",
            "test()",
        ]
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr


def test_a_subclass_from_type_has_ids_of_one_kind_and_times_of_our_days() -> None:
    class Visit(km.Interaction):
        place: str = "shop"

    found = many(st.from_type(Visit), 40)
    assert {type(row.customer_id) for row in found} == {str}
    assert all(2020 <= row.occurred_at.year <= 2026 for row in found)


@given(strategies.customers() | strategies.interactions() | strategies.survey_responses() | strategies.kano_answers())
def test_records_pass_the_check_of_their_frame(record: Any) -> None:
    frame = km.to_frame([record])
    assert km.check(frame, type(record)) is frame
    assert type(record).model_validate(record.model_dump()) == record


@pytest.mark.parametrize("model", [*MODELS, Order], ids=lambda model: model.__name__)
def test_frames_pass_the_check_and_no_row_stands_twice(model: type[Any]) -> None:
    keys = {km.Customer: ["customer_id"], km.Interaction: ["interaction_id"], Order: ["interaction_id"]}
    keys |= {km.SurveyResponse: ["response_id"], km.KanoAnswer: ["customer_id", "feature"]}
    frames = many(strategies.frames(model, min_rows=2, max_rows=9), 30)
    sizes = {len(frame) for frame in frames}
    assert (min(sizes), max(sizes)) == (2, 9)
    for frame in frames:
        km.check(frame, model)
        assert not frame.duplicated(keys[model]).any()
    assert len({str(frame.dtypes[keys[model][0]]) for frame in frames}) == 2


def test_fields_of_a_subclass_are_drawn_by_their_types_and_rules() -> None:
    found = many(strategies.records(Order, first="2024-01-01", last="2024-12-31"))
    assert {row.kind for row in found} == {"purchase", "refund"}
    assert {len(row.store) for row in found} == {3}
    assert len({row.pieces for row in found}) > 5
    paid = [row for row in found if row.paid_at is not None]
    assert paid
    assert all(row.occurred_at <= row.paid_at < datetime(2025, 1, 1) for row in paid)
    assert any(row.voucher is not None for row in found)
    assert Order.model_validate({**found[0].model_dump(by_alias=True)}) == found[0]


def test_fields_can_be_fixed_and_the_others_follow() -> None:
    for row in many(strategies.survey_responses(question="wait", scale=km.Scale(1, 4), touchpoint="shop")):
        assert (row.question, row.touchpoint) == ("wait", "shop")
        assert row.score in (None, 1, 2, 3, 4)
        assert row.scale in (None, (1, 4))
    scores = pd.concat(many(strategies.frames(km.SurveyResponse, question="csat", min_rows=9), 40))["score"].dropna()
    assert set(scores) == {1, 2, 3, 4, 5}
    bought = many(strategies.interactions(kind=st.sampled_from(["purchase", "visit"]), currency="CHF"))
    assert {row.kind for row in bought} == {"purchase", "visit"}
    assert {row.segment for row in many(strategies.customers(segment=st.sampled_from(["A", "B"])))} == {"A", "B"}
    late = many(strategies.customers(acquired_at=datetime(2026, 12, 30)))
    assert all(row.churned_at is None or row.churned_at >= row.acquired_at for row in late)


@pytest.mark.parametrize("ids", ["text", "whole"])
@pytest.mark.parametrize("time_zone", [None, "Europe/Berlin"])
def test_options_are_kept(ids: str, time_zone: str | None) -> None:
    options: dict[str, Any] = {"ids": ids, "time_zone": time_zone, "first": "2025-03-01", "last": date(2025, 10, 31)}
    zone = None if time_zone is None else ZoneInfo(time_zone)
    for data in many(strategies.data_sets(customers=3, rows=(2, 4), **options), 40):
        assert len(data.customers) == 3
        assert 2 <= len(data.responses) <= 4
        moments = [row.acquired_at for row in data.customers] + [row.occurred_at for row in data.interactions]
        assert {moment.tzinfo for moment in moments} == {zone}
        walls = [moment.replace(tzinfo=None) for moment in moments]
        assert datetime(2025, 3, 1) <= min(walls) <= max(walls) < datetime(2025, 11, 1)
        assert {type(row.customer_id) for row in data.interactions} == {str if ids == "text" else int}


def coherence_faults(data: strategies.DataSet) -> list[str]:
    """Return what does not fit in a data set."""
    people = {one.customer_id: one for one in data.customers}
    faults = []
    left: Counter[Any] = Counter()
    for row in sorted(data.interactions, key=lambda row: (instant(row.occurred_at), row.kind == "refund")):
        owner = people[row.customer_id]
        if instant(row.occurred_at) < instant(owner.acquired_at):
            faults.append("an interaction before the customer was acquired")
        if owner.churned_at is not None and instant(row.occurred_at) > instant(owner.churned_at):
            faults.append("an interaction after the customer left")
        if row.kind in ("purchase", "refund"):
            left[row.customer_id] += round(100 * (row.amount or 0)) * (1 if row.kind == "purchase" else -1)
        if left[row.customer_id] < 0:
            faults.append("a refund of more than was bought")
    for answer in data.responses:
        if answer.answered_at is not None and answer.customer_id is not None:
            owner = people[answer.customer_id]
            if instant(answer.answered_at) < instant(owner.acquired_at):
                faults.append("an answer before the customer was acquired")
    return faults


@given(strategies.data_sets(refunds=True))
def test_data_sets_tell_one_story(data: strategies.DataSet) -> None:
    assert not coherence_faults(data)
    for row in data.interactions:
        first, settled = row.first_response_at, row.resolved_at
        assert first is None or instant(first) >= instant(row.occurred_at)
        assert first is None or settled is None or instant(settled) >= instant(first)


def test_without_coherence_only_the_ids_belong_together() -> None:
    found = many(strategies.data_sets(coherent=False, refunds=True))
    for data in found:
        known = {one.customer_id for one in data.customers}
        assert {row.customer_id for row in (*data.interactions, *data.kano)} <= known
    assert len({fault for data in found for fault in coherence_faults(data)}) == 4


def share_that_passes(number: int) -> tuple[float, float]:
    """Return which shares of data sets a purchase base and a scorecard can be made of."""
    passed: Counter[str] = Counter()
    for data in many(strategies.data_sets(), number):
        tables = data.frames()
        for name, run in {
            "purchases": lambda tables=tables: km.clv.purchases(tables.interactions),
            "scorecard": lambda tables=tables: km.report.scorecard(*tables[:3]),
        }.items():
            try:
                run()
            except KundenmetrikError:
                continue
            passed[name] += 1
    return passed["purchases"] / number, passed["scorecard"] / number


def test_most_data_sets_pass_what_they_are_for() -> None:
    purchases, scorecard = share_that_passes(25)
    assert purchases >= 0.9
    assert scorecard >= 0.9


@pytest.mark.slow
def test_of_400_data_sets_95_percent_pass_what_they_are_for() -> None:
    purchases, scorecard = share_that_passes(400)
    assert purchases >= 0.95
    assert scorecard >= 0.95


def test_what_is_treacherous_is_drawn_often() -> None:
    seen: Counter[str] = Counter()
    sets = many(strategies.data_sets(), 120)
    for data in sets:
        answers = [(row.customer_id, row.answered_at) for row in data.responses if row.answered_at is not None]
        moments = [row.occurred_at for row in data.interactions]
        seen["two answers at one instant"] += len(set(answers)) < len(answers)
        seen["two interactions at one instant"] += len(set(moments)) < len(moments)
        seen["the end of a month"] += any((moment + timedelta(days=1)).day == 1 for moment in moments)
        seen["the last moment of a day"] += any(moment.microsecond == 999_999 for moment in moments)
        seen["a zone"] += moments[0].tzinfo is not None
        seen["whole ids"] += isinstance(data.customers[0].customer_id, int)
        seen["another currency"] += any(row.currency not in (None, "EUR") for row in data.interactions)
        seen["an anonymous answer"] += any(row.customer_id is None for row in data.responses)
        seen["a weight"] += any(row.weight != 1 for row in data.responses)
        seen["half a point"] += any(row.score is not None and row.score % 1 == 0.5 for row in data.responses)
        seen["a missing answer"] += any(row.score is None for row in data.responses)
        for rows in (data.customers, data.interactions, data.responses, data.kano):
            seen.update(
                {
                    f"{type(rows[0]).__name__}.{name}"
                    for name, field in type(rows[0]).model_fields.items()
                    if not field.is_required() and any(getattr(row, name) is not None for row in rows)
                }
            )
    optional = {
        f"{model.__name__}.{name}"
        for model in MODELS
        for name, field in model.model_fields.items()
        if not field.is_required()
    }
    assert optional <= set(seen)
    assert not {what: times for what, times in seen.items() if times < len(sets) / 30}


def test_a_refund_is_drawn_when_it_is_wanted() -> None:
    assert any(
        row.kind == "refund" for data in many(strategies.data_sets(refunds=True), 60) for row in data.interactions
    )
    assert not any(
        row.kind == "refund" for data in many(strategies.data_sets(refunds=False), 60) for row in data.interactions
    )


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Europe/London"])
def test_clocks_that_change_are_told_right(zone: str) -> None:
    window = window_of("2025-01-01", "2025-12-31", zone)
    berlin = zone == "Europe/Berlin"
    spring, autumn = (
        (datetime(2025, 3, 30), datetime(2025, 10, 26))
        if zone != "America/New_York"
        else (datetime(2025, 3, 9), datetime(2025, 11, 2))
    )
    skipped = timedelta(hours=2 if zone != "Europe/London" else 1, minutes=30)
    again = timedelta(hours=2 if berlin else 1, minutes=30)
    assert window.on_clock(spring + skipped).replace(tzinfo=None) == spring + skipped + timedelta(hours=1)
    once, twice = (window.on_clock(autumn + again, fold=fold) for fold in (0, 1))
    assert instant(twice) - instant(once) == timedelta(hours=1)
    assert window.later(twice, timedelta(0)) == twice
    assert instant(window.later(once, timedelta(hours=1))) == instant(twice)
    assert window.on_clock(autumn + timedelta(days=1), fold=1).fold == 0


def test_a_moment_keeps_to_its_bounds() -> None:
    window = Window(datetime(2025, 1, 30), datetime(2025, 2, 2, 8), None)
    start, end = datetime(2025, 1, 31, 12), datetime(2025, 2, 1, 12)
    numbers = range(12 * WAYS)
    assert {window.moment(one).day for one in numbers} == {30, 31, 1, 2}
    assert all(start <= window.moment(one, after=start, before=end, earlier=[start]) <= end for one in numbers)
    assert window.moment(0) == datetime(2025, 1, 30)
    assert max(window.moment(one) for one in numbers) == datetime(2025, 2, 2, 8)


@given(strategies.dirty_ratings())
def test_dirty_ratings_are_refused_or_excluded_and_counted(ratings: list[object]) -> None:
    estimate = km.nps(ratings, invalid="exclude")
    assert estimate.n + sum(estimate.excluded.values()) == len(ratings)
    if {"out_of_scale", "not_a_step"} & set(estimate.excluded):
        with pytest.raises(InvalidData):
            km.nps(ratings)


@given(st.data(), strategies.scales())
def test_clean_ratings_lie_on_their_scale(data: st.DataObject, scale: km.Scale) -> None:
    ratings = data.draw(strategies.clean_ratings(scale))
    assert set(ratings) <= set(scale.steps)


@given(strategies.counts(range(5), most=1000, excluded=True), strategies.counts(range(5), weighted=True))
def test_counts_are_what_measure_would_count(plain: km.Counts, weighted: km.Counts) -> None:
    assert plain.table.dtype == np.int64
    assert plain.squares is None
    assert plain.table.max() <= 1000
    assert set(plain.excluded) == {"missing"}
    assert weighted.squares is not None
    assert weighted.raw is not None
    assert (weighted.effective.sum(axis=1) <= weighted.rows * (1 + 1e-12)).all()
    assert (weighted.table**2 <= weighted.squares * weighted.raw * (1 + 1e-12)).all()
    assert ((weighted.raw > 0) == (weighted.table > 0)).all()


def test_counts_are_of_all_sizes_and_half_of_the_cells_are_empty() -> None:
    cells = np.concatenate([counts.table.ravel() for counts in many(strategies.counts(range(5), most=200), 200)])
    assert 0.3 < (cells == 0).mean() < 0.8
    assert set(range(6)) <= set(cells)
    assert cells.max() > 150
    weighted = many(strategies.counts(range(3), weighted=True), 50)
    assert any((counts.raw != counts.table).any() and (counts.squares != counts.table).any() for counts in weighted)


@pytest.mark.parametrize(
    ("call", "error", "text"),
    [
        (lambda: strategies.records(dict), InvalidType, "model must be a record model"),  # type: ignore[type-var]
        (lambda: strategies.records(km.Customer, segmnt="A"), UnknownName, "Did you mean 'segment'"),
        (lambda: strategies.customers(ids="int"), UnknownName, "'int'"),
        (
            lambda: strategies.customers(time_zone="Berlin"),
            InvalidArgument,
            "time_zone must be the name of a time zone",
        ),
        (lambda: strategies.customers(first="2025-02-01", last="2025-01-01"), InvalidArgument, "no earlier than first"),
        (lambda: strategies.frames(km.Customer, min_rows=3, max_rows=2), InvalidArgument, "max_rows must be at least"),
        (lambda: strategies.data_sets(customers=0), InvalidArgument, "customers must"),
        (lambda: strategies.data_sets(rows=(4, 1)), InvalidArgument, "rows must"),
        (lambda: strategies.data_sets(coherent="yes"), InvalidType, "coherent must be True or False"),
        (lambda: strategies.counts(range(3), max_groups=0), InvalidArgument, "max_groups must"),
        (lambda: strategies.data_sets(max_rows=3), TypeError, "it is 'rows' now"),  # type: ignore[call-arg]
    ],
)
def test_wrong_options_are_told(call: Any, error: type[Exception], text: str) -> None:
    with pytest.raises(error, match=text):
        call()


def test_a_fixed_value_that_no_record_can_hold_is_told_at_once() -> None:
    with pytest.raises(ValidationError, match="score"):
        many(strategies.survey_responses(score="nine"), 5)
