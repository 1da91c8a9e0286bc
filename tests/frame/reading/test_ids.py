"""Ids are read by one rule in all families: whole numbers or texts, all alike; nothing else is taken for an id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik import clv, complaints, retention
from kundenmetrik.errors import Fault, InvalidData, InvalidType
from kundenmetrik.frame.reading.ids import read_ids

TIMES = pd.to_datetime(["2026-01-01", "2026-01-05", "2026-02-01", "2026-02-03"])
END = "2026-03-31"


def log(ids: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"occurred_at": TIMES, "kind": ["purchase", "purchase", "complaint", "purchase"]})
    return frame.assign(customer_id=ids, amount=1.0, first_response_at=TIMES)


def contracts(ids: Any) -> pd.DataFrame:
    frame = pd.DataFrame({"acquired_at": TIMES, "churned_at": pd.Series([pd.NaT] * 4, dtype="datetime64[ns]")})
    return frame.assign(customer_id=ids)


DOORS: dict[str, Callable[[Any], object]] = {
    "purchases": lambda ids: clv.purchases(log(ids).iloc[[0, 1, 3]], observed_until=END),
    "cohorts": lambda ids: retention.cohorts(log(ids), observed_until=END, kinds=None),
    "ledger": lambda ids: retention.ledger(contracts(ids), observed_until=END),
    "log_ledger": lambda ids: retention.ledger(log(ids), observed_until=END, window=1, kinds=None),
    "tenures": lambda ids: retention.tenures(contracts(ids), observed_until=END),
    "inactivity": lambda ids: retention.inactivity(log(ids), observed_until=END, kinds=None),
    "repeat_purchase_rate": lambda ids: retention.repeat_purchase_rate(log(ids), observed_until=END, kinds=None),
    "overlap": lambda ids: retention.overlap(ids, ids),
    "complaints": lambda ids: complaints.service_times(log(ids), observed_until=END),
}
GOOD = {
    "integers": [3, 1, 2, 1],
    "texts": ["b", "a", "c", "a"],
    "huge": np.array([2**63 + 2, 2**63, 2**63 + 1, 2**63], dtype=np.uint64),
    "beyond 64 bits": pd.Series([2**70, 2**69, 2**71, 2**69], dtype=object),
    "nullable": pd.array([3, 1, 2, 1], dtype="Int64"),
    "categories": pd.Categorical(["b", "a", "c", "a"]),
}
BAD = {
    "floats": [1.0, 2.0, 3.0, 1.0],
    "objects of floats": pd.Series([1.0, 2.0, 3.0, 1.0], dtype=object),
    "truths": [True, False, True, False],
    "one and true": pd.Series([1, True, 2, 1], dtype=object),
    "one and one point": pd.Series([1, 1.0, 2, 1], dtype=object),
    "numbers and texts": pd.Series([1, "1", 2, 1], dtype=object),
    "dates": TIMES,
    "complex": [1j, 2j, 3j, 1j],
    "pairs": pd.Series([(1, 2), (1, 3), (1, 2), (1, 4)], dtype=object),
    "lists": pd.Series([[1], [2], [3], [1]], dtype=object),
}


def shape(found: Any) -> tuple[int, ...]:
    return (found.to_frame() if hasattr(found, "to_frame") else found).shape


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("ids", GOOD)
def test_whole_numbers_and_texts_are_ids(door: str, ids: str) -> None:
    assert shape(DOORS[door](GOOD[ids])) == shape(DOORS[door](GOOD["integers"]))


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("ids", BAD)
def test_nothing_else_is_an_id(door: str, ids: str) -> None:
    with pytest.raises((InvalidData, InvalidType), match="whole numbers"):
        DOORS[door](BAD[ids])


@pytest.mark.parametrize("door", DOORS)
def test_ids_that_look_the_same_are_one_customer(door: str) -> None:
    """Decomposed letters, as files from macOS have them, beside composed ones; blanks that do not break."""
    assert shape(DOORS[door](["Mu\u0308ller", "a\u00a0b", "M\u00fcller", "a b"])) == shape(
        DOORS[door](["M\u00fcller", "a b", "M\u00fcller", "a b"])
    )


@pytest.mark.parametrize("door", DOORS)
def test_floats_beside_gaps_are_refused_with_the_way_out(door: str) -> None:
    with pytest.raises((InvalidData, InvalidType), match="read the column as Int64 or as text"):
        DOORS[door]([1.0, 2.0, 3.0, 1.0])


@pytest.mark.parametrize(
    "ids", [[7, 3, 9, 3], [-5, 2**40, 3, 3], [2**62, -(2**62), 0, 0], [5_000_000, 5_000_001, 5_000_003, 5_000_001]]
)
def test_codes_are_in_the_order_of_the_ids_and_lead_back(ids: list[int]) -> None:
    for column in (pd.Series(ids), pd.Series(ids, dtype="Int64"), pd.Series([f"{one + 2**62:020d}" for one in ids])):
        read = read_ids(column, "id")
        assert read.names_of(read.codes).tolist() == column.tolist()
        assert np.argsort(read.codes, kind="stable").tolist() == np.argsort(column, kind="stable").tolist()
        assert read.codes.min() >= 0
        assert read.codes.max() < read.span
        assert read.dense().names_of(read.dense().codes).tolist() == column.tolist()


def test_missing_and_empty_ids_have_no_code_and_unused_rows_are_not_looked_at() -> None:
    assert read_ids(pd.Series(["b", None, "", "a"]), "id").codes.tolist()[1:3] == [-1, -1]
    faults: list[Fault | None] = []
    column = pd.Series([4, True, "x", 4], dtype=object)
    read = read_ids(column, "id", faults, np.array([True, False, False, True]))
    assert faults == [None]
    assert read.names_of(read.codes[[0, 3]]).tolist() == [4, 4]
