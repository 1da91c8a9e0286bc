"""A log is a log: kinds, signs, refunds, duplicates and the last day mean the same in every family."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import kundenmetrik as km
from kundenmetrik import clv, complaints, retention
from kundenmetrik.errors import Fault, InvalidData, UnknownName
from kundenmetrik.frame.log.interaction_rows import LogColumns, read_log_rows

UNTIL = "2026-03-31"
ROWS = [
    (1, "purchase", "2026-01-05 10:00", 10.0),
    (1, "purchase", "2026-02-06 10:00", 10.0),
    (2, "purchase", "2026-01-10 10:00", 10.0),
    (2, "complaint", "2026-01-20 10:00", None),
]


def log(*more: tuple[Any, ...]) -> pd.DataFrame:
    frame = pd.DataFrame([*ROWS, *more], columns=["customer_id", "kind", "occurred_at", "amount"])
    return frame.assign(occurred_at=pd.to_datetime(frame["occurred_at"], format="ISO8601"))


def purchases(frame: pd.DataFrame) -> Any:
    base = clv.purchases(frame, observed_until=UNTIL, refunds="drop")
    return base.customer_id.tolist(), base.frequency.tolist()


DOORS: dict[str, Callable[[pd.DataFrame], Any]] = {
    "clv.purchases": purchases,
    "retention.cohorts": lambda frame: retention.cohorts(frame, observed_until=UNTIL).retained.tolist(),
    "retention.ledger": lambda frame: retention.ledger(frame, window=1, observed_until=UNTIL).to_frame().to_csv(),
    "retention.inactivity": lambda frame: retention.inactivity(frame, observed_until=UNTIL).to_frame().to_csv(),
    "retention.repeat_purchase_rate": lambda frame: retention.repeat_purchase_rate(frame, observed_until=UNTIL).value,
    "TGW": lambda frame: km.measure(frame, km.TGW()).overall().value,
    "TGW matched": lambda frame: km.measure(frame, km.TGW(denominator="matched_sales")).overall().value,
    "sale_triangle": lambda frame: complaints.sale_triangle(frame, observed_until=UNTIL).sales.tolist(),
}
KINDLESS = [name for name in DOORS if name.startswith(("clv", "retention"))]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("kind", ["refund", "purchase"])
def test_money_that_went_back_is_no_purchase(door: str, kind: str) -> None:
    """A row of kind refund and a purchase with an amount below 0 are one thing."""
    back = (2, kind, "2026-03-03 10:00", -10.0)
    assert DOORS[door](log(back)) == DOORS[door](log())


@pytest.mark.parametrize("door", KINDLESS)
def test_without_a_column_of_kinds_an_amount_below_zero_is_a_refund(door: str) -> None:
    plain = log().iloc[:3].drop(columns="kind")
    back = log((2, "purchase", "2026-03-03 10:00", -10.0)).iloc[[0, 1, 2, 4]].drop(columns="kind")
    assert DOORS[door](back) == DOORS[door](plain)


@pytest.mark.parametrize("door", DOORS)
def test_kinds_that_are_none_are_refused(door: str) -> None:
    with pytest.raises((UnknownName, InvalidData), match="Kauf"):
        DOORS[door](log((3, "Kauf", "2026-02-03 10:00", 10.0)))


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize("kind", ["contact", "visit", "other"])
def test_other_kinds_are_no_purchases_and_their_amounts_are_not_looked_at(door: str, kind: str) -> None:
    frame = log((2, kind, "2026-03-03 10:00", -5.0)).astype({"amount": object})
    frame.loc[len(frame) - 1, "amount"] = "none"
    assert DOORS[door](frame) == DOORS[door](log())


@pytest.mark.parametrize("door", DOORS)
def test_amounts_of_purchases_that_are_no_numbers_are_refused(door: str) -> None:
    frame = log().astype({"amount": object})
    frame.loc[0, "amount"] = "-9,50"
    with pytest.raises(InvalidData, match="A decimal comma is text"):
        DOORS[door](frame)


@pytest.mark.parametrize("door", [name for name in DOORS if not name.startswith("TGW") and name != "sale_triangle"])
def test_two_rows_of_a_customer_on_one_day_are_one_purchase(door: str) -> None:
    """Sales are counted one by one, customers and their purchases day by day."""
    assert DOORS[door](log(ROWS[1])) == DOORS[door](log())


@pytest.mark.parametrize("door", [name for name in DOORS if not name.startswith("TGW") and name != "sale_triangle"])
def test_the_last_day_counts_to_its_end_and_not_beyond(door: str) -> None:
    late = log((2, "purchase", "2026-03-31 23:59:59", 10.0))
    early = log((2, "purchase", "2026-03-31 00:00:00", 10.0))
    after = log((2, "purchase", "2026-04-01 00:00:00", 10.0))
    assert DOORS[door](late) == DOORS[door](early) != DOORS[door](log())
    assert DOORS[door](after) == DOORS[door](log())


def test_refunds_that_are_asked_for_are_activity() -> None:
    back = (2, "refund", "2026-02-03 10:00", -10.0)
    asked = retention.repeat_purchase_rate(log(back), observed_until=UNTIL, kinds=["purchase", "refund"])
    assert asked.value == 1.0
    assert retention.repeat_purchase_rate(log(back), observed_until=UNTIL, kinds=None).value == 1.0
    assert dict(retention.cohorts(log(back), observed_until=UNTIL).excluded) == {"other_kind": 2}
    negative = log((2, "purchase", "2026-02-03 10:00", -10.0))
    assert dict(retention.cohorts(negative, observed_until=UNTIL).excluded) == {"other_kind": 1, "refund": 1}


def test_kinds_of_one_s_own_count_where_they_are_named() -> None:
    frame = log((2, "login", "2026-02-03 10:00", None))
    assert retention.repeat_purchase_rate(frame, observed_until=UNTIL, kinds=["purchase", "login"]).value == 1.0
    with pytest.raises(UnknownName, match="login"):
        retention.repeat_purchase_rate(frame, observed_until=UNTIL)


def test_a_row_without_a_kind_is_counted_out() -> None:
    frame = log((2, None, "2026-02-03 10:00", 10.0))
    assert dict(retention.cohorts(frame, observed_until=UNTIL).excluded) == {"missing_kind": 1, "other_kind": 1}
    assert clv.purchases(frame, observed_until=UNTIL, invalid="exclude").excluded["missing_kind"] == 1
    with pytest.raises(InvalidData, match="kind must be there"):
        clv.purchases(frame, observed_until=UNTIL)


def test_rows_of_a_log_say_who_bought_and_what_went_back() -> None:
    faults: list[Fault | None] = []
    frame = log((3, "purchase", "2026-02-03 10:00", -10.0))
    read = read_log_rows(frame, LogColumns(), faults, kinds=("purchase", "refund"))
    assert not any(faults)
    assert read.kinds.used.tolist() == [True, True, True, False, True]
    assert read.kinds.refund is not None
    assert read.kinds.refund.tolist() == [False, False, False, False, True]
    assert read.ids.names_of(read.ids.codes).tolist() == [1, 1, 2, 2, 3]
    assert read.moments.wall()[4] == np.datetime64("2026-02-03T10:00")
    assert len(read) == 5
    assert not read.missing("customer_id", "occurred_at")


def test_rows_without_a_customer_or_a_time_are_told_by_name() -> None:
    frame = log((None, "contact", None, None), (4, "contact", None, None)).astype({"customer_id": "Int64"})
    read = read_log_rows(frame, LogColumns(), [], kinds=None)
    missing = {name: rows.tolist() for name, rows in read.missing("who", "when").items()}
    assert missing == {"who": [*[False] * 4, True, False], "when": [*[False] * 4, True, True]}


def test_amounts_in_several_currencies_are_a_fault_and_those_of_rows_without_use_are_not() -> None:
    frame = log().assign(currency=["EUR", "EUR", "USD", "CHF"])
    faults: list[Fault | None] = []
    read_log_rows(frame, LogColumns(currency="currency"), faults, kinds=("purchase", "refund"))
    assert [(fault.column, fault.rows, fault.values) for fault in faults if fault] == [("currency", (2,), ("USD",))]


def test_columns_that_are_not_there_are_read_where_they_have_a_name_of_their_own() -> None:
    bare = log().drop(columns=["kind", "amount"])
    assert LogColumns().present_in(bare) == LogColumns(kind=None, amount=None)
    assert LogColumns(amount="price").present_in(bare).amount == "price"
    assert LogColumns(kind=None).names == ["customer_id", "occurred_at", "amount"]
