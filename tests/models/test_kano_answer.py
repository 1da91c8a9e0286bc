"""One Kano answer."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from kundenmetrik.models import KanoAnswer


def answer(**fields: Any) -> KanoAnswer:
    return KanoAnswer(**{"customer_id": 1, "feature": "app", "functional": 1, "dysfunctional": 5} | fields)


def test_fields_are_those_of_the_declaration() -> None:
    assert list(KanoAnswer.model_fields) == [
        *("customer_id", "feature", "functional", "dysfunctional", "importance", "wording"),
    ]


@pytest.mark.parametrize("name", ["functional", "dysfunctional"])
def test_both_answers_run_from_one_to_five(name: str) -> None:
    assert [getattr(answer(**{name: level}), name) for level in (1, 2, 3, 4, 5.0)] == [1, 2, 3, 4, 5]
    for level in (0, 6, 2.5, None, True, "like"):
        with pytest.raises(ValidationError, match=name):
            answer(**{name: level})


def test_importance_is_not_negative() -> None:
    assert answer(importance=9).importance == 9.0
    with pytest.raises(ValidationError, match="importance"):
        answer(importance=-1)
