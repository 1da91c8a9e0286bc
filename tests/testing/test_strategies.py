"""The strategies draw what they promise."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kundenmetrik as km
from kundenmetrik.errors import InvalidData
from kundenmetrik.testing import strategies

MODELS = (km.Customer, km.Interaction, km.SurveyResponse, km.KanoAnswer)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_from_type_just_works(model: type) -> None:
    @settings(max_examples=30)
    @given(st.from_type(model))
    def draws_valid_records(record: object) -> None:
        assert isinstance(record, model)
        assert model.model_validate(record.model_dump()) == record  # type: ignore[attr-defined]

    draws_valid_records()


def test_from_type_works_without_the_testing_part() -> None:
    code = (
        "import warnings; warnings.simplefilter('error')\n"
        "from hypothesis import given, settings, strategies as st\n"
        "import kundenmetrik as km\n"
        "@settings(max_examples=5, database=None)\n"
        "@given(st.from_type(km.Interaction))\n"
        "def test(record): assert record.kind\n"
        "test(); import sys; print('kundenmetrik.testing' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr


@given(strategies.customers() | strategies.interactions() | strategies.survey_responses() | strategies.kano_answers())
def test_records_pass_the_check_of_their_frame(record: object) -> None:
    frame = km.to_frame([record])
    assert km.check(frame, type(record)) is frame


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


@given(strategies.counts(range(5)), strategies.counts(range(5), weighted=True))
def test_counts_are_what_measure_would_count(plain: km.Counts, weighted: km.Counts) -> None:
    assert plain.table.dtype == np.int64
    assert plain.squares is None
    assert weighted.squares is not None
    assert (weighted.effective.sum(axis=1) <= weighted.rows * (1 + 1e-12)).all()


@given(strategies.data_sets())
def test_data_sets_are_consistent(data: strategies.DataSet) -> None:
    known = {customer.customer_id for customer in data.customers}
    assert len(known) == len(data.customers)
    assert {row.customer_id for row in (*data.interactions, *data.responses, *data.kano)} <= known  # type: ignore[attr-defined]
