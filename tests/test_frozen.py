"""The read-only mapping: it cannot be changed, equals its items, and goes through pickle and copy."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Mapping
from typing import Any

import pytest

import kundenmetrik as km
from kundenmetrik.frozen import FrozenMapping

ITEMS = {"missing": 3, "out_of_scale": 1}


def test_it_equals_any_mapping_with_the_same_items() -> None:
    held = FrozenMapping(ITEMS)
    assert held == ITEMS == held
    assert held != {"missing": 3}
    assert list(held) == list(ITEMS)
    assert len(held) == 2
    assert hash(held) == hash(FrozenMapping(dict(reversed(ITEMS.items()))))


def test_it_cannot_be_changed() -> None:
    items = dict(ITEMS)
    held: Any = FrozenMapping(items)
    items["missing"] = 4
    assert held["missing"] == 3
    with pytest.raises(TypeError):
        held["missing"] = 4
    with pytest.raises(AttributeError, match="immutable"):
        held._items = {}
    with pytest.raises(AttributeError, match="immutable"):
        del held._items


@pytest.mark.parametrize(
    "held",
    [
        FrozenMapping(ITEMS),
        km.nps([10, 9, None]).excluded,
        km.nps([10, 9, None]).parts,
        km.Customer(
            customer_id=1, acquired_at=km.datasets.webshop(1, seed=1).customers.acquired_at[0], attributes=ITEMS
        ).attributes,
        km.kano.evaluation_tables(),
        km.kano.letter_schemes(),
        km.kano.wordings(),
        km.survey.definitions.DEFINITIONS,
    ],
    ids=lambda held: next(iter(held)),
)
def test_public_mappings_are_pickled_and_copied(held: Mapping[str, Any]) -> None:
    for other in (pickle.loads(pickle.dumps(held)), copy.copy(held), copy.deepcopy(held)):
        assert other == held
        assert type(other) is FrozenMapping
