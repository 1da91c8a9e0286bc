"""One survey response."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from kundenmetrik.models import SurveyResponse


def response(**fields: Any) -> SurveyResponse:
    return SurveyResponse(**{"response_id": 1, "question": "nps", "score": 9} | fields)


def test_fields_are_those_of_the_declaration() -> None:
    assert list(SurveyResponse.model_fields) == [
        *("response_id", "customer_id", "question", "score", "scale", "answered_at", "touchpoint", "wave"),
        *("weight", "comment", "attributes"),
    ]


@pytest.mark.parametrize("score", [0, 10, 7.5, 10.0])
def test_a_score_lies_within_its_scale(score: float) -> None:
    assert response(score=score, scale=(0, 10)).score == score


@pytest.mark.parametrize("score", [-1, 10.000001, 99])
def test_a_score_off_its_scale_is_refused_and_without_a_scale_is_not(score: float) -> None:
    with pytest.raises(ValidationError, match="score must lie within its scale"):
        response(score=score, scale="0..10")
    assert response(score=score).score == score


def test_a_question_may_stay_unanswered_but_must_say_so() -> None:
    assert response(score=None, scale=(0, 10)).score is None


@pytest.mark.parametrize("weight", [-0.1, float("inf"), float("nan"), None, True, "1"])
def test_a_weight_is_finite_and_not_negative(weight: object) -> None:
    assert response().weight == 1.0
    assert response(weight=0).weight == 0.0
    with pytest.raises(ValidationError, match="weight"):
        response(weight=weight)


def test_a_comment_may_be_empty_but_not_endless() -> None:
    assert response(comment="").comment == ""
    with pytest.raises(ValidationError, match="comment"):
        response(comment="x" * 100_001)
