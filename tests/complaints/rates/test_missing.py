"""Complaints or sales that are missing are no sales of nought: the note says which of the two it is."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik.errors import InvalidArgument

SHOPS = pd.DataFrame(
    {
        "shop": ["A", "A", "B", "C", "C", "D", "E"],
        "bad": [3, 4, np.nan, np.nan, 2, 1, 0],
        "sold": [100, 100, 200, 50, 50, np.nan, 0],
    }
)


RATE = km.TGW("bad", "sold")


def log(*kinds: str | None) -> pd.DataFrame:
    days = pd.date_range("2025-01-01", periods=len(kinds), freq="D")
    return pd.DataFrame({"customer_id": range(len(kinds)), "kind": kinds, "occurred_at": days})


def test_missing_counts_are_not_called_no_sales() -> None:
    table = km.measure(SHOPS, RATE, by="shop")
    notes = {"A": (), "B": ("counts_missing",), "C": (), "D": ("counts_missing",), "E": ("no_exposure",)}
    assert {shop: table[shop].notes for shop in notes} == notes
    assert table.to_frame()["notes"].tolist() == [", ".join(codes) for codes in notes.values()]
    assert math.isnan(table["B"].value)
    assert math.isnan(table["B"].low)
    assert dict(table["B"].excluded) == {"missing": 1}
    assert table["C"].value == 40
    assert table.overall().value == 36
    assert "counts_missing" in repr(table["B"])


def test_sales_of_nought_beside_rows_with_a_gap_are_not_known() -> None:
    table = km.measure({"bad": [0, None], "sold": [0, 50]}, RATE)
    assert table.overall().notes == ("counts_missing",)


@pytest.mark.parametrize("numerator", ["every", "first_per_customer"])
@pytest.mark.parametrize("denominator", ["same_period_sales", "matched_sales"])
def test_kinds_that_are_missing(numerator: str, denominator: str) -> None:
    metric = km.TGW(numerator=numerator, denominator=denominator)
    found = km.measure(log("contact", None, None), metric).overall()
    assert (found.notes, dict(found.excluded)) == (("counts_missing",), {"missing": 2})
    assert km.measure(log("contact", "visit"), metric, invalid="exclude").overall().notes == ("no_exposure",)
    known = km.measure(log("purchase", None, "odd"), metric, invalid="exclude").overall()
    assert (known.value, dict(known.excluded)) == (0, {"missing": 1, "unknown_kind": 1})


def test_one_number_that_is_missing_is_an_error() -> None:
    with pytest.raises(InvalidArgument, match="complaints must be a whole number"):
        km.tgw(math.nan, 100)


def test_complaints_of_a_month_without_sales_are_named_where_they_count_and_where_not() -> None:
    found = km.complaints.dispersed_rate([5, 9, 3], [1000, 1000, 0])
    assert (found.rate.value, dict(found.rate.excluded)) == (7, {"complaints_without_sales": 3})
    assert (found.poisson.value, found.poisson.notes) == (8.5, ("events_without_exposure",))
    assert not found.rate.notes
    assert not found.poisson.excluded
    shrunk = km.segments.shrink([5, 9, 3], [1000, 1000, 0])
    assert (shrunk.alpha, shrunk.common) == (0, 7)
    assert shrunk.shrunk.tolist() == [7, 7, 7]
