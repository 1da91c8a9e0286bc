"""Attributes are groups in frames of other libraries, too: structs and maps."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import UnknownName

pl = pytest.importorskip("polars")
pa = pytest.importorskip("pyarrow")
duckdb = pytest.importorskip("duckdb")
pytest.importorskip("narwhals")

FACTS = [
    {"town": "Ulm", "plan": "S"},
    {"town": "Jena", "plan": "M"},
    {"town": "Ulm", "plan": "M"},
    None,
    {"town": "Ulm"},
]
PLAIN = pd.DataFrame({"customer_id": list("abcde"), "question": "nps", "score": [10.0, 3.0, 9.0, 8.0, 2.0]})
PLAIN["attributes"] = pd.Series(FACTS)
STRUCTS = pa.table(
    {**{name: PLAIN[name].tolist() for name in ("customer_id", "question", "score")}, "attributes": FACTS}
)
PAIRS = pa.array([None if fact is None else list(fact.items()) for fact in FACTS], pa.map_(pa.string(), pa.string()))
MAPS = STRUCTS.set_column(3, "attributes", PAIRS)


@pytest.mark.parametrize(
    "frame",
    [
        pl.from_arrow(STRUCTS),
        pl.from_arrow(STRUCTS).lazy(),
        STRUCTS,
        MAPS,
        duckdb.sql("select * from STRUCTS"),
        duckdb.sql("select * from MAPS"),
    ],
    ids=["polars", "polars lazy", "arrow structs", "arrow maps", "duckdb structs", "duckdb maps"],
)
def test_attributes_are_groups_whatever_holds_them(frame: Any) -> None:
    wanted = km.measure(PLAIN, km.NPS(), by=["town", "plan"]).to_frame()
    found = km.measure(frame, km.NPS(), by=["town", "plan"]).to_frame()
    pd.testing.assert_frame_equal(found, wanted, check_dtype=False)
    mixed = km.measure(frame, km.NPS(), by=["customer_id", "town"])
    assert mixed["a", "Ulm"].value == 100.0
    with pytest.raises(
        UnknownName, match=r"by must name one of .*'town', 'plan'; 'twon' is not there\. Did you mean 'town'"
    ):
        km.measure(frame, km.NPS(), by="twon")


def test_attributes_of_contracts_are_groups_of_retention() -> None:
    contracts = pl.DataFrame(
        {
            "customer_id": ["a", "b", "c"],
            "acquired_at": pd.to_datetime(["2026-01-01"] * 3),
            "churned_at": pd.to_datetime(["2026-02-10", None, None]),
            "attributes": [{"plan": "S"}, {"plan": "M"}, {"plan": "M"}],
        }
    )
    book = km.retention.ledger(contracts, by="plan", observed_until="2026-03-31").to_frame()
    assert book.groupby("plan")["churned"].sum().to_dict() == {"M": 0, "S": 1}
