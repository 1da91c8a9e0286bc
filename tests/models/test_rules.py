"""Rules of several fields: which records break them, and whom they blame."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from kundenmetrik.models.rules import NotBefore, OneClock, OnlyFor, Requires, Rule, Within

EARLY, LATE = datetime(2025, 1, 1), datetime(2025, 2, 1)
AWARE = EARLY.replace(tzinfo=UTC)
ORDER, CLOCK = NotBefore("end", "start"), OneClock(("start", "end"))
KIND, NEED, RANGE = OnlyFor("amount", "kind", ("purchase",)), Requires("unit", "amount"), Within("score", "scale")


@pytest.mark.parametrize(
    ("rule", "record", "broken"),
    [
        (ORDER, {"start": LATE, "end": EARLY}, True),
        (ORDER, {"start": EARLY, "end": EARLY}, False),
        (ORDER, {"start": LATE, "end": None}, False),
        (ORDER, {"start": None, "end": EARLY}, False),
        (ORDER, {"start": LATE, "end": AWARE}, False),
        (CLOCK, {"start": LATE, "end": AWARE}, True),
        (CLOCK, {"start": LATE, "end": EARLY}, False),
        (CLOCK, {"start": None, "end": AWARE}, False),
        (KIND, {"amount": 5.0, "kind": "contact"}, True),
        (KIND, {"amount": None, "kind": "contact"}, False),
        (KIND, {"amount": 5.0, "kind": "purchase"}, False),
        (NEED, {"unit": "EUR", "amount": None}, True),
        (NEED, {"unit": "EUR", "amount": 0.0}, False),
        (NEED, {"unit": None, "amount": None}, False),
        (RANGE, {"score": 6, "scale": (1, 5)}, True),
        (RANGE, {"score": 0, "scale": (1, 5)}, True),
        (RANGE, {"score": 5, "scale": (1, 5)}, False),
        (RANGE, {"score": 6, "scale": None}, False),
    ],
)
def test_who_breaks_a_rule(rule: Rule, record: dict[str, Any], broken: bool) -> None:
    assert rule.is_broken_by(SimpleNamespace(**record)) is broken


@pytest.mark.parametrize("rule", [ORDER, CLOCK, KIND, NEED, RANGE])
def test_a_rule_blames_its_own_fields(rule: Rule) -> None:
    assert set(rule.column.split(", ")) <= set(rule.fields)
    assert rule.text[0].islower()
    assert not rule.text.endswith(".")
