"""One interaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from pydantic import ValidationError

from kundenmetrik.models import Interaction

START, BEFORE, AFTER = datetime(2025, 1, 2), datetime(2025, 1, 1), datetime(2025, 1, 3)


def interaction(**fields: Any) -> Interaction:
    return Interaction(**{"interaction_id": 1, "customer_id": 1, "kind": "complaint", "occurred_at": START} | fields)


def test_fields_are_those_of_the_declaration() -> None:
    assert list(Interaction.model_fields) == [
        *("interaction_id", "customer_id", "kind", "occurred_at", "amount", "currency", "touchpoint", "channel"),
        *("product", "reason", "first_response_at", "resolved_at", "attributes"),
    ]


@pytest.mark.parametrize("kind", ["purchase", "refund", "complaint", "contact", "visit", "other"])
def test_there_are_six_kinds(kind: str) -> None:
    assert interaction(kind=kind).kind == kind


@pytest.mark.parametrize("kind", ["Purchase", "", "sale", None, 1])
def test_there_is_no_other_kind(kind: object) -> None:
    with pytest.raises(ValidationError, match="kind"):
        interaction(kind=kind)


@pytest.mark.parametrize("amount", [0, -3.5, 49.9])
def test_an_amount_has_its_currency_beside_it(amount: float) -> None:
    assert interaction(amount=amount, currency="EUR").amount == amount
    with pytest.raises(ValidationError, match="amount must have its currency"):
        interaction(amount=amount)
    assert interaction(currency="EUR").amount is None


@pytest.mark.parametrize("name", ["first_response_at", "resolved_at"])
def test_only_complaints_and_contacts_are_answered_and_not_before_they_are_made(name: str) -> None:
    for kind in ("complaint", "contact"):
        assert interaction(kind=kind, **{name: START})
        assert interaction(kind=kind, **{name: AFTER})
        with pytest.raises(ValidationError, match=f"{name} must be no earlier than occurred_at"):
            interaction(kind=kind, **{name: BEFORE})
    for kind in ("purchase", "refund", "visit", "other"):
        with pytest.raises(ValidationError, match=f"{name} must be given only where kind is complaint or contact"):
            interaction(kind=kind, **{name: AFTER})


def test_all_broken_rules_are_said_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        interaction(kind="visit", amount=1, first_response_at=BEFORE)
    assert str(caught.value).count("must") == 3
