"""Columns of True and False."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from kundenmetrik.errors import Fault, KundenmetrikError
from kundenmetrik.frame.reading.flags import flags

YES_NO = [True, False, True]


@pytest.mark.parametrize(
    "column",
    [YES_NO, tuple(YES_NO), np.array(YES_NO), [1, 0, 1.0], pd.Series(YES_NO), pd.array(YES_NO), np.ma.array(YES_NO)],
    ids=lambda column: type(column).__name__,
)
def test_true_and_false_are_read_from_anything_like_an_array(column: Any) -> None:
    faults: list[Fault | None] = []
    assert flags(column, "churned", faults).tolist() == YES_NO
    assert not any(faults)


@pytest.mark.parametrize(
    "column",
    [
        [True, None, False],
        [True, 2, False],
        ["yes", "no", "no"],
        np.ma.array(YES_NO, mask=[0, 1, 0]),
        pd.array([True, pd.NA, False]),
        [1 + 0j, 0, 1],
    ],
    ids=str,
)
def test_anything_else_is_a_fault_with_its_rows(column: Any) -> None:
    faults: list[Fault | None] = []
    flags(column, "churned", faults)
    assert [fault is not None and fault.code == "flag" for fault in faults] == [True]


@pytest.mark.parametrize("column", [None, True, "yes", np.array([YES_NO]), pd.DataFrame([YES_NO])])
def test_what_is_no_column_is_refused(column: Any) -> None:
    with pytest.raises(KundenmetrikError, match="churned must be"):
        flags(column, "churned", [])
