"""What a row of a log is: asked for or not, a purchase, a refund."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kundenmetrik.errors import Fault, InvalidData, InvalidType, UnknownName
from kundenmetrik.frame.log.interaction_kinds import KINDS, RowKinds, check_kinds, read_kinds
from kundenmetrik.frame.reading.faults import refuse

FRAME = pd.DataFrame(
    {
        "kind": ["purchase", "purchase", "refund", "complaint", None, "login"],
        "amount": [10.0, -4.0, -3.0, -2.0, -1.0, np.nan],
    }
)


def read(frame: pd.DataFrame, kinds: tuple[str, ...] | None = None, kind: str | None = "kind") -> RowKinds:
    faults: list[Fault | None] = []
    found = read_kinds(frame, faults, kinds=kinds, kind=kind, amount="amount")
    refuse(faults)
    return found


def test_a_purchase_below_zero_is_a_refund_and_other_kinds_have_no_sign() -> None:
    found = read(FRAME)
    assert found.refund is not None
    assert np.flatnonzero(found.refund).tolist() == [1, 2]
    assert np.flatnonzero(found.purchase).tolist() == [0]
    assert np.flatnonzero(found.are("purchase")).tolist() == [0, 1]
    assert np.flatnonzero(found.are("complaint", "login")).tolist() == [3, 5]
    assert found.missing is not None
    assert np.flatnonzero(found.missing).tolist() == [4]
    assert found.used.all()


@pytest.mark.parametrize("dtype", ["object", "category", "string"])
def test_the_type_of_the_column_does_not_matter(dtype: str) -> None:
    found = read(FRAME.astype({"kind": dtype}), ("purchase", "login"))
    assert np.flatnonzero(found.used).tolist() == [0, 1, 5]
    assert np.flatnonzero(found.are("refund")).tolist() == [2]


def test_without_a_column_of_kinds_every_row_is_a_purchase() -> None:
    found = read(FRAME, ("purchase",), kind=None)
    assert found.are("purchase").all()
    assert not found.are("complaint").any()
    assert found.missing is None
    assert np.flatnonzero(found.purchase).tolist() == [0, 5]


def test_no_refund_and_no_row_are_none() -> None:
    assert read(FRAME.iloc[:1]).refund is None
    empty = read(FRAME.iloc[:0], KINDS)
    assert (len(empty.used), len(empty.purchase), empty.refund, empty.missing) == (0, 0, None, None)


def test_an_unknown_kind_is_refused_unless_it_is_named_or_all_are_asked_for() -> None:
    with pytest.raises(UnknownName, match="login"):
        read(FRAME, ("purchase",))
    assert read(FRAME, ("login",)).used.sum() == 1
    with pytest.raises(InvalidType, match="names of kinds"):
        read(FRAME.assign(kind=pd.Series([["purchase"]] * 6, dtype=object)))


def test_amounts_are_finite_where_they_are_looked_at() -> None:
    with pytest.raises(InvalidData, match="finite"):
        read(FRAME.assign(amount=[np.inf, 1, 1, 1, 1, 1]))
    sent_back = read(FRAME.assign(amount=[1, 1, 1, np.inf, 1, 1])).refund
    assert sent_back is not None
    assert np.flatnonzero(sent_back).tolist() == [2]


def test_kinds_are_names() -> None:
    assert check_kinds("visit") == ("visit",)
    assert check_kinds(None) is None
    with pytest.raises(InvalidType, match="kinds must be a name"):
        check_kinds([1])
