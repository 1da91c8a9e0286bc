"""One reader of contracts: a column of ends that is not there says nothing, an empty one that nobody has left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from kundenmetrik import retention
from kundenmetrik.errors import InvalidArgument, InvalidData, UnknownName
from kundenmetrik.frame.log.contracts import read_contracts

UNTIL = "2026-03-31"
CONTRACTS = pd.DataFrame(
    {
        "customer_id": ["a", "b"],
        "acquired_at": pd.to_datetime(["2026-01-01", "2026-01-05"]),
        "cancelled_at": pd.to_datetime(["2026-02-10", None]),
    }
)
DOORS: dict[str, Callable[..., Any]] = {"ledger": retention.ledger, "tenures": retention.tenures}


def losses(found: Any) -> list[int]:
    """Return how many were lost: by month of a ledger, else in all."""
    return found.to_frame()["churned"].tolist() if isinstance(found, retention.Ledger) else [int(found.churned.sum())]


@pytest.mark.parametrize("door", DOORS)
def test_a_missing_column_of_ends_is_an_error_and_its_advice_works(door: str) -> None:
    with pytest.raises(UnknownName, match="Pass end='cancelled_at'") as caught:
        DOORS[door](CONTRACTS, observed_until=UNTIL)
    assert "'churned_at' is not there" in str(caught.value)
    assert sum(losses(DOORS[door](CONTRACTS, observed_until=UNTIL, end="cancelled_at"))) == 1


@pytest.mark.parametrize("door", DOORS)
def test_where_no_column_may_be_meant_none_is_suggested(door: str) -> None:
    with pytest.raises(UnknownName, match="If nobody has left, add a column 'churned_at' of missing times") as caught:
        DOORS[door](CONTRACTS.drop(columns="cancelled_at"), observed_until=UNTIL)
    assert "acquired_at'?" not in str(caught.value)
    empty = CONTRACTS.drop(columns="cancelled_at").assign(churned_at=pd.NaT)
    assert sum(losses(DOORS[door](empty, observed_until=UNTIL))) == 0


def test_the_right_numbers_of_contracts_under_names_of_their_own() -> None:
    named = CONTRACTS.rename(columns={"acquired_at": "start", "cancelled_at": "end", "customer_id": "who"})
    ask: dict[str, Any] = {"observed_until": UNTIL, "customer": "who", "start": "start", "end": "end"}
    assert retention.ledger(named, **ask).to_frame()["churned"].tolist() == [0, 1, 0]
    assert retention.tenures(named, **ask).survival().at(60).value == 0.5


@pytest.mark.parametrize("door", DOORS)
def test_advice_on_names_names_arguments_that_exist(door: str) -> None:
    named = CONTRACTS.rename(columns={"acquired_at": "start", "cancelled_at": "ende"})
    with pytest.raises(UnknownName, match="Pass start='start'"):
        DOORS[door](named, observed_until=UNTIL)
    with pytest.raises(UnknownName, match="Pass end='ende'"):
        DOORS[door](named, observed_until=UNTIL, start="start")
    DOORS[door](named, observed_until=UNTIL, start="start", end="ende")


@pytest.mark.parametrize("door", [retention.cohorts, retention.inactivity, retention.repeat_purchase_rate])
def test_contracts_are_no_log(door: Callable[..., Any]) -> None:
    contracts = CONTRACTS.rename(columns={"cancelled_at": "churned_at"})
    with pytest.raises(UnknownName, match=r"contract_cohorts, ledger and tenures take it") as caught:
        door(contracts, observed_until=UNTIL)
    assert "Pass date=" not in str(caught.value)


def test_a_log_without_a_window_is_still_told_so() -> None:
    log = pd.DataFrame({"customer_id": [1], "occurred_at": CONTRACTS["acquired_at"][:1]})
    with pytest.raises(InvalidArgument, match="window must be given for a log of activity"):
        retention.ledger(log, observed_until=UNTIL)


def test_several_contracts_of_a_customer_are_several_rows() -> None:
    back = CONTRACTS.iloc[:1].assign(acquired_at=pd.Timestamp("2026-03-02"), cancelled_at=pd.NaT)
    book = retention.ledger(pd.concat([CONTRACTS, back]), observed_until=UNTIL, end="cancelled_at")
    assert book.to_frame()["reactivated"].tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    "log",
    [
        pd.DataFrame({"customer_id": [9], "occurred_at": pd.to_datetime(["2026-09-01"])}),
        pd.DataFrame({"customer_id": pd.Series([], dtype=object), "occurred_at": pd.to_datetime([])}),
    ],
)
@pytest.mark.parametrize("clock", ["calendar", "elapsed"])
def test_sign_ups_of_whom_nobody_came_back_are_retained_by_nought(log: pd.DataFrame, clock: str) -> None:
    starts = CONTRACTS[["customer_id", "acquired_at"]].assign(customer_id=[1, 2])
    table = retention.cohorts(log, starts=starts, observed_until=UNTIL, clock=clock)
    cells = table.to_frame()
    assert (cells.loc[cells["matured"], "rate"] == 0.0).all()
    assert cells["matured"].any()
    assert table.size.sum() == 2


def test_an_end_before_the_beginning_is_a_fault_and_a_missing_id_has_no_code() -> None:
    names: dict[str, Any] = {
        "customer": "customer_id",
        "start": "acquired_at",
        "end": "cancelled_at",
        "time_zone": None,
    }
    early = CONTRACTS.assign(cancelled_at=pd.to_datetime(["2025-12-31", None]))
    with pytest.raises(InvalidData, match="cancelled_at must not be before acquired_at; 1 of 2 is not"):
        read_contracts(early, **names)
    assert read_contracts(CONTRACTS.assign(customer_id=["", "b"]), **names).ids.codes.tolist()[0] == -1
