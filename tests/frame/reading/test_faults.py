"""One fault for all families: which rows, which values, how they are called."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kundenmetrik.errors import InvalidData
from kundenmetrik.frame.reading.faults import fault_of, refuse

BROKEN = np.array([False, True, True])


def test_no_fault_where_no_row_breaks_the_rule() -> None:
    assert fault_of("a", "be 1", np.zeros(3, bool), [1, 1, 1]) is None
    refuse([None, None])


@pytest.mark.parametrize("values", [[1, 2, 3], np.array([1, 2, 3]), pd.Series([1, 2, 3], index=[7, 8, 9])])
def test_rows_are_positions_and_values_are_plain(values: object) -> None:
    fault = fault_of("a", "be 1", BROKEN, values, "one", "Write 1.")
    assert fault is not None
    assert (fault.rows, fault.values, fault.count, fault.of) == ((1, 2), (2, 3), 2, 3)
    assert all(type(value) is int for value in fault.values or ())
    assert str(fault) == "a must be 1; 2 of 3 are not (rows 1, 2: 2, 3). Write 1."


def test_values_may_be_hidden_and_rows_named() -> None:
    fault = fault_of("a", "be 1", BROKEN, labels=["x", "y", "z"], place="group")
    assert str(fault) == "a must be 1; 2 of 3 are not (groups 'y', 'z')"


def test_all_faults_are_raised_at_once() -> None:
    with pytest.raises(InvalidData, match=r"(?s)a must be 1.*b must be 2") as caught:
        refuse([fault_of("a", "be 1", BROKEN, [1, 2, 3]), None, fault_of("b", "be 2", BROKEN, [1, 2, 3])])
    assert len(caught.value.faults) == 2
