"""One customer."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from kundenmetrik.models import Customer

DAY = datetime(2025, 1, 1)
BERLIN = ZoneInfo("Europe/Berlin")


def test_fields_are_those_of_the_declaration() -> None:
    assert list(Customer.model_fields) == [
        "customer_id",
        "acquired_at",
        "churned_at",
        "segment",
        "persona",
        "attributes",
    ]


def test_a_customer_may_leave_the_moment_it_came_but_not_before() -> None:
    assert Customer(customer_id=1, acquired_at=DAY, churned_at=DAY)
    with pytest.raises(ValidationError, match="churned_at must be no earlier than acquired_at"):
        Customer(customer_id=1, acquired_at=DAY, churned_at=datetime(2024, 12, 31))


def test_two_times_of_one_zone_are_compared_as_instants() -> None:
    first = datetime(2025, 10, 26, 2, 50, tzinfo=BERLIN)
    twenty_minutes_later = datetime(2025, 10, 26, 2, 10, tzinfo=BERLIN, fold=1)
    assert Customer(customer_id=1, acquired_at=first, churned_at=twenty_minutes_later)
    with pytest.raises(ValidationError, match="no earlier"):
        Customer(customer_id=1, acquired_at=twenty_minutes_later, churned_at=first)


def test_times_with_and_without_a_zone_do_not_mix() -> None:
    with pytest.raises(ValidationError, match="all have a time zone or all have none"):
        Customer(customer_id=1, acquired_at=DAY, churned_at=datetime(2026, 1, 1, tzinfo=UTC))


def test_attributes_are_frozen_with_the_customer() -> None:
    mine = {"city": "Bonn", "visits": 3, "vip": True, "note": None}
    customer = Customer(customer_id=1, acquired_at=DAY, attributes=mine)
    mine["city"] = "Köln"
    assert customer.attributes == {"city": "Bonn", "visits": 3, "vip": True, "note": None}
    with pytest.raises(TypeError):
        customer.attributes["city"] = "Köln"
    with pytest.raises(AttributeError, match="immutable"):
        customer.attributes.extra = 1  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="immutable"):
        del customer.attributes._items  # type: ignore[attr-defined]
    assert hash(pickle.loads(pickle.dumps(customer))) == hash(customer)
    assert customer.model_dump()["attributes"] == {"city": "Bonn", "visits": 3, "vip": True, "note": None}
